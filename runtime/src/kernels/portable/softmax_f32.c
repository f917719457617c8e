/*===- softmax_f32.c - Softmax -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* exp(x) for x <= 0: x = n ln 2 + r, |r| <= ln 2 / 2, and a polynomial in r.
 * Results below the smallest normal number are 0. */
static float exponential(float x) {
  float n;
  float r;
  float y;
  float power;
  uint32_t bits;
  int32_t exponent;
  if (!(x > -87.0f))
    return 0.0f;
  exponent = (int32_t)(x * 1.44269504f - 0.5f); /* rounded, as x <= 0 */
  n = (float)exponent;
  /* ln 2 in two parts; the first has 15 bits, so that n times it is exact. */
  r = x - n * 0.693145752f;
  r = r - n * 1.42860677e-6f;
  y = 1.0f / 720.0f;
  y = y * r + 1.0f / 120.0f;
  y = y * r + 1.0f / 24.0f;
  y = y * r + 1.0f / 6.0f;
  y = y * r + 0.5f;
  y = y * (r * r) + r;
  y = y + 1.0f;
  bits = (uint32_t)(exponent + 127) << 23;
  memcpy(&power, &bits, sizeof power);
  return y * power;
}

void ofa_softmax_f32(const ofa_softmax_f32_params_t *params,
                     const float *input, float *output) {
  int32_t row;
  for (row = 0; row < params->rows; ++row) {
    float largest = input[0];
    float sum = 0.0f;
    int32_t c;
    for (c = 1; c < params->depth; ++c)
      largest = input[c] > largest ? input[c] : largest;
    for (c = 0; c < params->depth; ++c) {
      output[c] = exponential(input[c] - largest);
      sum += output[c];
    }
    for (c = 0; c < params->depth; ++c)
      output[c] /= sum;
    input += params->depth;
    output += params->depth;
  }
}
