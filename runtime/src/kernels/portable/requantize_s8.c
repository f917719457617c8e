/*===- requantize_s8.c - New scale and zero point -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

OFA_INLINE void requantize(const ofa_requantize_s8_params_t *params,
                           const int8_t *input, int8_t *output, int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t zero = params->input_zero_point;
  int32_t multiplier = params->multiplier;
  int32_t shift = params->shift;
  const int8_t *end = input + params->count;
  while (input != end)
    *output++ = ofa_requantize_value(*input++ - zero, multiplier, shift, &out,
                                     rounding);
}

void ofa_requantize_s8_single(const ofa_requantize_s8_params_t *params,
                              const int8_t *input, int8_t *output) {
  requantize(params, input, output, OFA_ROUND_SINGLE);
}

void ofa_requantize_s8_double(const ofa_requantize_s8_params_t *params,
                              const int8_t *input, int8_t *output) {
  requantize(params, input, output, OFA_ROUND_DOUBLE);
}
