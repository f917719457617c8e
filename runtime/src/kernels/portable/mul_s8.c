/*===- mul_s8.c - Multiplication of two tensors -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

OFA_INLINE int8_t multiply(const ofa_mul_s8_params_t *params, int32_t a,
                           int32_t b, const ofa_output_s8_t *out,
                           int rounding) {
  int32_t product =
      (a - params->lhs_zero_point) * (b - params->rhs_zero_point);
  return ofa_requantize_value(product, params->multiplier, params->shift, out,
                              rounding);
}

OFA_INLINE void mul(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                    const int8_t *rhs, int8_t *output, int rounding) {
  const ofa_output_s8_t out = {params->output_zero_point,
                               params->activation_min, params->activation_max};
  const int8_t *end = lhs + params->pixels * params->channels;
  while (lhs != end)
    *output++ = multiply(params, *lhs++, *rhs++, &out, rounding);
}

OFA_INLINE void mul_channels(const ofa_mul_s8_params_t *params,
                             const int8_t *lhs, const int8_t *rhs,
                             int8_t *output, int rounding) {
  const ofa_output_s8_t out = {params->output_zero_point,
                               params->activation_min, params->activation_max};
  int32_t i;
  int32_t c;
  for (i = 0; i < params->pixels; ++i)
    for (c = 0; c < params->channels; ++c)
      *output++ = multiply(params, *lhs++, rhs[c], &out, rounding);
}

void ofa_mul_s8_single(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  mul(params, lhs, rhs, output, OFA_ROUND_SINGLE);
}

void ofa_mul_s8_double(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  mul(params, lhs, rhs, output, OFA_ROUND_DOUBLE);
}

void ofa_mul_channels_s8_single(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output) {
  mul_channels(params, lhs, rhs, output, OFA_ROUND_SINGLE);
}

void ofa_mul_channels_s8_double(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output) {
  mul_channels(params, lhs, rhs, output, OFA_ROUND_DOUBLE);
}
