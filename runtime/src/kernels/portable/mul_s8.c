/*===- mul_s8.c - Multiplication of two tensors -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* broadcast: rhs has one element per channel, else as many as lhs. fast: see
 * ofa_is_fast, and no clamp beside int8. */
OFA_INLINE void mul_loop(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                         const int8_t *rhs, int8_t *output, int broadcast,
                         const ofa_output_s8_t *out, int fast, int rounding) {
  const ofa_factor_t factor =
      ofa_fast_factor(params->multiplier, ofa_min(params->shift, -2));
  int32_t rows = broadcast ? params->pixels : 1;
  int32_t columns =
      broadcast ? params->channels : params->pixels * params->channels;
  int32_t multiplier = params->multiplier;
  int32_t shift = params->shift;
  int32_t lhs_zero = params->lhs_zero_point;
  int32_t rhs_zero = params->rhs_zero_point;
  int32_t i;
  int32_t c;
  for (i = 0; i < rows; ++i)
    for (c = 0; c < columns; ++c) {
      int32_t product = (*lhs++ - lhs_zero) * (rhs[c] - rhs_zero);
      if (fast)
        *output++ = ofa_saturate_s8(ofa_scale_fast(product, &factor) +
                                    out->zero_point);
      else
        *output++ =
            ofa_requantize_value(product, multiplier, shift, out, rounding);
    }
}

OFA_INLINE void mul(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                    const int8_t *rhs, int8_t *output, int broadcast,
                    int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  if (ofa_is_fast(params->shift, rounding) && !out.narrow)
    mul_loop(params, lhs, rhs, output, broadcast, &out, 1, rounding);
  else
    mul_loop(params, lhs, rhs, output, broadcast, &out, 0, rounding);
}

void ofa_mul_s8_single(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  mul(params, lhs, rhs, output, 0, OFA_ROUND_SINGLE);
}

void ofa_mul_s8_double(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output) {
  mul(params, lhs, rhs, output, 0, OFA_ROUND_DOUBLE);
}

void ofa_mul_channels_s8_single(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output) {
  mul(params, lhs, rhs, output, 1, OFA_ROUND_SINGLE);
}

void ofa_mul_channels_s8_double(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output) {
  mul(params, lhs, rhs, output, 1, OFA_ROUND_DOUBLE);
}
