/*===- add_s8.c - Addition and subtraction of two tensors -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* Constants, so that bodies fold them away. */
typedef enum operation { ADD, SUB, RSUB } operation_t;

OFA_INLINE int32_t combine(int32_t a, int32_t b, operation_t operation) {
  return operation == ADD ? a + b : operation == SUB ? a - b : b - a;
}

/* d * 2^20 * multiplier * 2^(shift - 31) with one rounding, for |d| <= 255 and
 * shift <= 0. Two more bits to the left make room for ofa_scale_fast. */
OFA_INLINE int32_t scale_operand(int32_t value, int32_t zero_point,
                                 const ofa_factor_t *factor) {
  return ofa_scale_fast((value - zero_point) *
                            ((int32_t)1 << (OFA_ADD_S8_LEFT_SHIFT + 2)),
                        factor);
}

/* repeat: elements of rhs, which is read again from its start behind them. */
OFA_INLINE void add_fast(const ofa_add_s8_params_t *params, const int8_t *lhs,
                         const int8_t *rhs, int8_t *output, int32_t repeat,
                         const ofa_output_s8_t *out, int narrow,
                         operation_t operation) {
  /* Operands shifted by more than 29 bits are 0, as they are by 29. */
  const ofa_factor_t lhs_factor = ofa_fast_factor(
      params->lhs_multiplier, ofa_max(params->lhs_shift, -29) - 2);
  const ofa_factor_t rhs_factor = ofa_fast_factor(
      params->rhs_multiplier, ofa_max(params->rhs_shift, -29) - 2);
  const ofa_factor_t out_factor =
      ofa_fast_factor(params->output_multiplier, params->output_shift);
  int32_t lhs_zero = params->lhs_zero_point;
  int32_t rhs_zero = params->rhs_zero_point;
  const int8_t *end = lhs + params->count;
  while (lhs != end) {
    const int8_t *stop = lhs + repeat;
    const int8_t *again = rhs;
    while (lhs != stop) {
      int32_t a = scale_operand(*lhs++, lhs_zero, &lhs_factor);
      int32_t b = scale_operand(*again++, rhs_zero, &rhs_factor);
      int32_t sum = ofa_scale_fast(combine(a, b, operation), &out_factor);
      *output++ = narrow ? ofa_finish_s8(sum, out)
                         : ofa_saturate_s8(sum + out->zero_point);
    }
  }
}

/* A copy of the params, which a store to `output` might change otherwise. */
OFA_INLINE void add_exact(const ofa_add_s8_params_t *params, const int8_t *lhs,
                          const int8_t *rhs, int8_t *output, int32_t repeat,
                          const ofa_output_s8_t *out, operation_t operation,
                          int rounding) {
  const ofa_add_s8_params_t p = *params;
  const int8_t *end = lhs + p.count;
  while (lhs != end) {
    const int8_t *stop = lhs + repeat;
    const int8_t *again = rhs;
    while (lhs != stop) {
      int32_t a =
          (*lhs++ - p.lhs_zero_point) * ((int32_t)1 << OFA_ADD_S8_LEFT_SHIFT);
      int32_t b =
          (*again++ - p.rhs_zero_point) * ((int32_t)1 << OFA_ADD_S8_LEFT_SHIFT);
      a = ofa_scale(a, p.lhs_multiplier, p.lhs_shift, rounding);
      b = ofa_scale(b, p.rhs_multiplier, p.rhs_shift, rounding);
      *output++ =
          ofa_requantize_value(combine(a, b, operation), p.output_multiplier,
                               p.output_shift, out, rounding);
    }
  }
}

OFA_INLINE void add(const ofa_add_s8_params_t *params, const int8_t *lhs,
                    const int8_t *rhs, int8_t *output, int32_t repeat,
                    operation_t operation, int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  if (ofa_is_fast(params->output_shift, rounding)) {
    if (out.narrow)
      add_fast(params, lhs, rhs, output, repeat, &out, 1, operation);
    else
      add_fast(params, lhs, rhs, output, repeat, &out, 0, operation);
    return;
  }
  add_exact(params, lhs, rhs, output, repeat, &out, operation, rounding);
}

#define ADD_S8(name, repeat, operation, suffix, rounding)                      \
  void ofa_##name##_s8_##suffix(const ofa_add_s8_params_t *params,             \
                                const int8_t *lhs, const int8_t *rhs,          \
                                int8_t *output) {                              \
    add(params, lhs, rhs, output, params->repeat, operation, rounding);        \
  }

ADD_S8(add, count, ADD, single, OFA_ROUND_SINGLE)
ADD_S8(add, count, ADD, double, OFA_ROUND_DOUBLE)
ADD_S8(add_channels, channels, ADD, single, OFA_ROUND_SINGLE)
ADD_S8(add_channels, channels, ADD, double, OFA_ROUND_DOUBLE)
ADD_S8(sub, count, SUB, single, OFA_ROUND_SINGLE)
ADD_S8(sub, count, SUB, double, OFA_ROUND_DOUBLE)
ADD_S8(sub_channels, channels, SUB, single, OFA_ROUND_SINGLE)
ADD_S8(sub_channels, channels, SUB, double, OFA_ROUND_DOUBLE)
ADD_S8(rsub_channels, channels, RSUB, single, OFA_ROUND_SINGLE)
ADD_S8(rsub_channels, channels, RSUB, double, OFA_ROUND_DOUBLE)
