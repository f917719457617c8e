/*===- quantize_vectors_f32_s8.c - Float to int8 ------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_mve.h"

/* VCVTA: halves away from zero, not a number to 0. What is beyond int8 will be
 * saturated. */
OFA_INLINE int32_t round_away(float x) {
  int32_t whole;
  float rest;
  if (x != x)
    return 0;
  if (x >= 512.0f || x <= -512.0f)
    return x > 0.0f ? 512 : -512;
  whole = (int32_t)x;
  rest = x - (float)whole; /* exact */
  return whole + (rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0);
}

void ofa_quantize_vectors_f32_s8(const ofa_quantize_params_t *params,
                                 const float *input, int8_t *output) {
  const float *end = input + params->count;
#if OFA_MVE_ASM && (__ARM_FEATURE_MVE & 2)
  /* Division has no vectors. */
  __asm__ volatile("vmov s8, %[scale]\n\t"
                   "wls lr, %[vectors], 2f\n"
                   "1:\n\t"
                   "vldmia %[input]!, {s0, s1, s2, s3}\n\t"
                   "vdiv.f32 s0, s0, s8\n\t"
                   "vdiv.f32 s1, s1, s8\n\t"
                   "vdiv.f32 s2, s2, s8\n\t"
                   "vdiv.f32 s3, s3, s8\n\t"
                   "vcvta.s32.f32 q0, q0\n\t"
                   "vqadd.s32 q0, q0, %[zero_point]\n\t"
                   "vqmovnb.s32 q0, q0\n\t"
                   "vqmovnb.s16 q0, q0\n\t"
                   "vstrb.32 q0, [%[output]], #4\n\t"
                   "le lr, 1b\n"
                   "2:"
                   : [input] "+r"(input), [output] "+l"(output)
                   : [vectors] "r"(params->count >> 2),
                     [scale] "r"(params->scale),
                     [zero_point] "r"((int32_t)params->zero_point)
                   : "lr", "q0", "q2", "memory");
#endif
  while (input != end) {
    int32_t value = round_away(*input++ / params->scale) + params->zero_point;
    *output++ = (int8_t)ofa_max(-128, ofa_min(127, value));
  }
}
