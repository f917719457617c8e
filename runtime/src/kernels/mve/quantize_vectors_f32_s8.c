/*===- quantize_vectors_f32_s8.c - Float to int8 ------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_mve.h"
#include "ofa_round_f32.h"

OFA_INLINE int8_t quantize(const ofa_quantize_params_t *params, float x) {
  int32_t value = ofa_round_f32(x / params->scale) + params->zero_point;
  return (int8_t)ofa_max(-128, ofa_min(127, value));
}

#if !(OFA_MVE_ASM && (__ARM_FEATURE_MVE & 2))
#define BLOCK 16
#endif

/* VCVTA: halves away from zero, not a number to 0. What is beyond int8 will be
 * saturated. */

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
#else
  /* Blocks that compilers make vectors of. */
  for (; end - input >= BLOCK; input += BLOCK, output += BLOCK) {
    int8_t values[BLOCK];
    int32_t i;
    for (i = 0; i < BLOCK; ++i)
      values[i] = quantize(params, input[i]);
    memcpy(output, values, BLOCK);
  }
#endif
  while (input != end)
    *output++ = quantize(params, *input++);
}
