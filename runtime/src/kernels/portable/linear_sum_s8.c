/*===- linear_sum_s8.c - Sum of two tensors as one linear form -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* repeat: elements of rhs, which is read again from its start behind them. */
OFA_INLINE void linear_sum(const ofa_linear_sum_s8_params_t *params,
                           const int8_t *lhs, const int8_t *rhs, int8_t *output,
                           int32_t repeat, int narrow) {
  /* A copy, which a store to `output` cannot change. */
  const ofa_linear_sum_s8_params_t p = *params;
  const int8_t *end = lhs + p.count;
  while (lhs != end) {
    const int8_t *stop = lhs + repeat;
    const int8_t *again = rhs;
    while (lhs != stop) {
      int32_t sum =
          (p.offset + *lhs++ * p.lhs_factor + *again++ * p.rhs_factor) >>
          p.shift;
      *output++ = narrow ? (int8_t)ofa_clamp(sum, p.activation_min,
                                             p.activation_max)
                         : ofa_saturate_s8(sum);
    }
  }
}

#define LINEAR_SUM_S8(name, repeat)                                            \
  void ofa_##name##_s8(const ofa_linear_sum_s8_params_t *params,               \
                       const int8_t *lhs, const int8_t *rhs, int8_t *output) { \
    if (params->activation_min > -128 || params->activation_max < 127)         \
      linear_sum(params, lhs, rhs, output, params->repeat, 1);                 \
    else                                                                       \
      linear_sum(params, lhs, rhs, output, params->repeat, 0);                 \
  }

LINEAR_SUM_S8(linear_sum, count)
LINEAR_SUM_S8(linear_sum_channels, channels)
