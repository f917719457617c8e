/*===- ofa_round_f32.h - Floats to small integers ----------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * For kernels alone: what the folders of runtime/src/kernels share. Included behind
 * ofa_portable.h or the header that stands for it in another folder.
 */
#ifndef OFA_ROUND_F32_H
#define OFA_ROUND_F32_H

#include <string.h>

/* x rounded to nearest, halves away from zero; 256 or more in place of what is
 * larger, the same below zero; 0 for what is not a number. In integers alone:
 * cores without a float unit call a function for each float operation, and
 * compilers make vectors of it. */
OFA_INLINE int32_t ofa_round_f32(float x) {
  uint32_t bits, fraction;
  int32_t right, rounded, sign;
  memcpy(&bits, &x, sizeof(bits));
  /* |x| = fraction / 2^right; 256 is 2^23 / 2^15, and below 1/2 all is 0. */
  right = 150 - (int32_t)((bits >> 23) & 255u);
  right = right < 15 ? 15 : right > 25 ? 25 : right;
  fraction = (bits & 0x7fffffu) | 0x800000u;
  rounded = (int32_t)((fraction + ((uint32_t)1 << (right - 1))) >> right);
  rounded = (bits & 0x7fffffffu) > 0x7f800000u ? 0 : rounded;
  sign = (int32_t)(bits >> 31);
  return (rounded ^ -sign) + sign;
}

#endif /* OFA_ROUND_F32_H */
