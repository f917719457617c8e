/*===- quantize_s8.c - Float to int8 and back -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

void ofa_quantize_f32_s8(const ofa_quantize_params_t *params,
                         const float *input, int8_t *output) {
  const float *end = input + params->count;
  while (input != end) {
    float x = *input++ / params->scale;
    int32_t q = 0; /* not a number */
    if (x >= 256.0f)
      q = 256;
    else if (x <= -256.0f)
      q = -256;
    else if (x == x) {
      float rest;
      q = (int32_t)x;
      rest = x - (float)q; /* exact */
      q += rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0;
    }
    *output++ = (int8_t)ofa_clamp(q + params->zero_point, -128, 127);
  }
}

void ofa_dequantize_s8_f32(const ofa_quantize_params_t *params,
                           const int8_t *input, float *output) {
  const int8_t *end = input + params->count;
  while (input != end)
    *output++ = params->scale * (float)(*input++ - params->zero_point);
}
