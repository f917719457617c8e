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

/* e^x / (1 + e^x) or 1 / (1 + e^-x): the exponential is of -|x|. */
OFA_INLINE float logistic(float x) {
  float e = ofa_exponential(x < 0.0f ? x : -x);
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/* An odd polynomial where 1 - e^-2|x| would cancel. */
OFA_INLINE float hyperbolic_tangent(float x) {
  float magnitude = x < 0.0f ? -x : x;
  float y;
  if (magnitude < 0.55f) {
    float z = x * x;
    y = -6.61022783e-3f;
    y = y * z + 2.13093887e-2f;
    y = y * z - 5.39094288e-2f;
    y = y * z + 1.33331137e-1f;
    y = y * z - 3.3333332e-1f;
    return y * (z * x) + x;
  }
  y = ofa_exponential(-2.0f * magnitude);
  y = (1.0f - y) / (1.0f + y);
  return x < 0.0f ? -y : y;
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

void ofa_logistic_f32(const ofa_unary_f32_params_t *params, const float *input,
                      float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = logistic(input[i]);
}

void ofa_tanh_f32(const ofa_unary_f32_params_t *params, const float *input,
                  float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = hyperbolic_tangent(input[i]);
}
