/*===- unary_f32.c - Activations -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

OFA_INLINE float hard_sigmoid(float x) {
  return ofa_clamp_f32(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
}

void ofa_relu_f32(const ofa_unary_f32_params_t *params, const float *input,
                  float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = input[i] < 0.0f ? 0.0f : input[i];
}

void ofa_relu6_f32(const ofa_unary_f32_params_t *params, const float *input,
                   float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = ofa_clamp_f32(input[i], 0.0f, 6.0f);
}

void ofa_hard_sigmoid_f32(const ofa_unary_f32_params_t *params,
                          const float *input, float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = hard_sigmoid(input[i]);
}

void ofa_hard_swish_f32(const ofa_unary_f32_params_t *params,
                        const float *input, float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = input[i] * hard_sigmoid(input[i]);
}
