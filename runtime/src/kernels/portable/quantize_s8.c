/*===- quantize_s8.c - Float to int8 and back -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"
#include "ofa_round_f32.h"

/* The same with a float unit, whose comparisons take one instruction. */
#if defined(__ARM_FP) || defined(__riscv_flen)
OFA_INLINE int32_t round_away(float x) {
  int32_t q;
  float rest;
  if (x >= 256.0f)
    return 256;
  if (x <= -256.0f)
    return -256;
  if (x != x)
    return 0;
  q = (int32_t)x;
  rest = x - (float)q; /* exact */
  return q + (rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0);
}
#else
OFA_INLINE int32_t round_away(float x) { return ofa_round_f32(x); }
#endif

void ofa_quantize_f32_s8(const ofa_quantize_params_t *params,
                         const float *input, int8_t *output) {
  const float *end = input + params->count;
  while (input != end) {
    int32_t q = round_away(*input++ / params->scale) + params->zero_point;
    *output++ = (int8_t)ofa_clamp(q, -128, 127);
  }
}

void ofa_dequantize_s8_f32(const ofa_quantize_params_t *params,
                           const int8_t *input, float *output) {
  const int8_t *end = input + params->count;
  while (input != end)
    *output++ = params->scale * (float)(*input++ - params->zero_point);
}
