/*===- elementwise_f32.c - Addition and multiplication -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

void ofa_add_f32(const ofa_elementwise_f32_params_t *params, const float *lhs,
                 const float *rhs, float *output) {
  int32_t n = params->pixels * params->channels;
  int32_t i;
  for (i = 0; i < n; ++i)
    output[i] = ofa_clamp_f32(lhs[i] + rhs[i], params->activation_min,
                              params->activation_max);
}

void ofa_mul_f32(const ofa_elementwise_f32_params_t *params, const float *lhs,
                 const float *rhs, float *output) {
  int32_t n = params->pixels * params->channels;
  int32_t i;
  for (i = 0; i < n; ++i)
    output[i] = ofa_clamp_f32(lhs[i] * rhs[i], params->activation_min,
                              params->activation_max);
}

void ofa_mul_channels_f32(const ofa_elementwise_f32_params_t *params,
                          const float *lhs, const float *rhs, float *output) {
  int32_t i;
  int32_t c;
  for (i = 0; i < params->pixels; ++i)
    for (c = 0; c < params->channels; ++c, ++lhs, ++output)
      *output = ofa_clamp_f32(*lhs * rhs[c], params->activation_min,
                              params->activation_max);
}
