/*===- add_s8.c - Addition of two tensors -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

OFA_INLINE void add(const ofa_add_s8_params_t *params, const int8_t *lhs,
                    const int8_t *rhs, int8_t *output, int rounding) {
  const ofa_output_s8_t out = {params->output_zero_point,
                               params->activation_min, params->activation_max};
  const int8_t *end = lhs + params->count;
  while (lhs != end) {
    int32_t a = (*lhs++ - params->lhs_zero_point) *
                ((int32_t)1 << OFA_ADD_S8_LEFT_SHIFT);
    int32_t b = (*rhs++ - params->rhs_zero_point) *
                ((int32_t)1 << OFA_ADD_S8_LEFT_SHIFT);
    a = ofa_scale(a, params->lhs_multiplier, params->lhs_shift, rounding);
    b = ofa_scale(b, params->rhs_multiplier, params->rhs_shift, rounding);
    *output++ = ofa_requantize_value(a + b, params->output_multiplier,
                                     params->output_shift, &out, rounding);
  }
}

void ofa_add_s8_single(const ofa_add_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  add(params, lhs, rhs, output, OFA_ROUND_SINGLE);
}

void ofa_add_s8_double(const ofa_add_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  add(params, lhs, rhs, output, OFA_ROUND_DOUBLE);
}
