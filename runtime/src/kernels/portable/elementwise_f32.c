/*===- elementwise_f32.c - Sums, differences and products -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* a and b: an element of lhs and of rhs. */
#define ELEMENTWISE(name, value)                                               \
  void ofa_##name##_f32(const ofa_elementwise_f32_params_t *params,            \
                        const float *lhs, const float *rhs, float *output) {   \
    int32_t n = params->pixels * params->channels;                             \
    int32_t i;                                                                 \
    for (i = 0; i < n; ++i) {                                                  \
      float a = lhs[i];                                                        \
      float b = rhs[i];                                                        \
      output[i] = ofa_clamp_f32(value, params->activation_min,                 \
                                params->activation_max);                       \
    }                                                                          \
  }

#define REPEATED(name, value)                                                  \
  void ofa_##name##_channels_f32(const ofa_elementwise_f32_params_t *params,   \
                                 const float *lhs, const float *rhs,           \
                                 float *output) {                              \
    int32_t i;                                                                 \
    int32_t c;                                                                 \
    for (i = 0; i < params->pixels; ++i)                                       \
      for (c = 0; c < params->channels; ++c, ++lhs, ++output) {                \
        float a = *lhs;                                                        \
        float b = rhs[c];                                                      \
        *output = ofa_clamp_f32(value, params->activation_min,                 \
                                params->activation_max);                       \
      }                                                                        \
  }

ELEMENTWISE(add, a + b)
ELEMENTWISE(sub, a - b)
ELEMENTWISE(mul, (a * b))
REPEATED(add, a + b)
REPEATED(sub, a - b)
REPEATED(rsub, b - a)
REPEATED(mul, (a * b))
