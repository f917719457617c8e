/*===- batch_norm_f32.c - Batch normalisation -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* The correctly rounded square root of x > 0, in integers: the square root of
 * a floating-point number is never half way between two others. */
static float square_root(float x) {
  uint32_t bits;
  uint32_t mantissa;
  uint32_t root = 0;
  uint64_t rest;
  int32_t exponent;
  int32_t bit;
  memcpy(&bits, &x, sizeof bits);
  exponent = (int32_t)(bits >> 23);
  mantissa = bits & 0x7fffffu;
  if (exponent == 255)
    return x;
  if (exponent == 0) {
    exponent = 1; /* subnormal */
    if (mantissa == 0)
      return x;
    for (; !(mantissa & 0x800000u); mantissa <<= 1)
      --exponent;
  }
  mantissa |= 0x800000u;
  exponent -= 127 + 23; /* x = mantissa * 2^exponent */
  /* 50 or 51 bits with an even exponent give a root of 25 or 26 bits. */
  rest = (uint64_t)mantissa << ((exponent & 1) ? 27 : 26);
  exponent = (exponent - ((exponent & 1) ? 27 : 26)) / 2;
  for (bit = 25; bit >= 0; --bit) {
    uint32_t next = root | ((uint32_t)1 << bit);
    if ((uint64_t)next * next <= rest)
      root = next;
  }
  /* At least 25 bits; round to 24. */
  bit = root >> 25 ? 2 : 1;
  root = (root + ((uint32_t)1 << (bit - 1))) >> bit;
  exponent += bit;
  if (root >> 24) {
    root >>= 1;
    ++exponent;
  }
  bits = ((uint32_t)(exponent + 127 + 23) << 23) | (root & 0x7fffffu);
  memcpy(&x, &bits, sizeof x);
  return x;
}

#define GROUP 16

/* Groups of channels, so that memory is walked in order. */
void ofa_batch_norm_f32(const ofa_batch_norm_f32_params_t *params,
                        const float *input, float *output) {
  int32_t channels = params->channels;
  int32_t c0;
  for (c0 = 0; c0 < channels; c0 += GROUP) {
    float factor[GROUP];
    int32_t n = ofa_min(channels - c0, GROUP);
    const float *mean = params->mean + c0;
    const float *offset = params->offset + c0;
    int32_t i;
    int32_t c;
    for (c = 0; c < n; ++c)
      factor[c] = params->scale[c0 + c] /
                  square_root(params->variance[c0 + c] + params->epsilon);
    for (i = 0; i < params->pixels; ++i) {
      const float *x = input + i * channels + c0;
      float *y = output + i * channels + c0;
      for (c = 0; c < n; ++c)
        y[c] = ofa_clamp_f32((x[c] - mean[c]) * factor[c] + offset[c],
                             params->activation_min, params->activation_max);
    }
  }
}
