/*===- ofa_dsp.h - Instructions of the DSP extension --------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/armv7em. Two 16-bit numbers, or four bytes,
 * lie in one 32-bit word. Each function is one instruction of Armv7E-M and
 * Armv8-M's DSP extension; its C meaning stands beside it, and is what other
 * processors run: the kernels give the same bytes everywhere. GCC 12 forms few
 * of these by itself, hence assembly. OFA_NO_ASM asks for the C meaning.
 */
#ifndef OFA_DSP_H
#define OFA_DSP_H

#include "ofa_runtime.h"

#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define OFA_INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define OFA_OUTLINE static __attribute__((noinline, unused))
#else /* clones would have names that no list of frames knows */
#define OFA_OUTLINE static __attribute__((noinline, noclone, unused))
#endif
#define OFA_LIKELY(condition) __builtin_expect((condition) ? 1 : 0, 1)
#else
#define OFA_INLINE static inline
#define OFA_OUTLINE static
#define OFA_LIKELY(condition) (condition)
#endif

/* Without optimisation registers are too few for the larger pieces. */
#if defined(__GNUC__) && defined(__ARM_FEATURE_DSP) &&                         \
    defined(__OPTIMIZE__) && !defined(OFA_NO_ASM)
#define OFA_DSP_ASM 1
#else
#define OFA_DSP_ASM 0
#endif

/* 1: for a core that issues two instructions at once (Cortex-M7). Words are loaded
 * beside multiplications, one by one: more instructions, and fewer cycles. */
#ifndef OFA_DUAL_ISSUE
#define OFA_DUAL_ISSUE 0
#endif

/* Right shifts of negative numbers, and words to the processor's order. */
OFA_STATIC_ASSERT((-3 >> 1) == -2, right_shift_is_arithmetic);

/* Constants, so that bodies fold the rounding away. */
#define OFA_ROUND_SINGLE 0
#define OFA_ROUND_DOUBLE 1
/* `double` where the zero point is -128: what is negative ends there, however it
 * is rounded. */
#define OFA_ROUND_DOUBLE_POSITIVE 2

OFA_INLINE int32_t ofa_min(int32_t a, int32_t b) { return a < b ? a : b; }
OFA_INLINE int32_t ofa_max(int32_t a, int32_t b) { return a > b ? a : b; }

/* x. What is computed with it stays where it stands: compilers would do it ahead
 * of a branch that may not need it. */
OFA_INLINE int32_t ofa_here(int32_t x) {
#if OFA_DSP_ASM
  __asm__ volatile("" : "+r"(x));
#endif
  return x;
}

/* Four bytes at any address; the first one is the lowest. */
OFA_INLINE uint32_t ofa_load4(const int8_t *bytes) {
#if OFA_DSP_ASM
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
#else
  return (uint32_t)(uint8_t)bytes[0] | (uint32_t)(uint8_t)bytes[1] << 8 |
         (uint32_t)(uint8_t)bytes[2] << 16 | (uint32_t)(uint8_t)bytes[3] << 24;
#endif
}

/* Halves as signed numbers. */
OFA_INLINE int32_t ofa_low(uint32_t x) { return (int16_t)(x & 0xffffu); }
OFA_INLINE int32_t ofa_high(uint32_t x) { return (int16_t)(x >> 16); }

/* Two signed numbers as halves. */
OFA_INLINE uint32_t ofa_pack(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
}

/* SXTB16: bytes 0 and 2 as halves. */
OFA_INLINE uint32_t ofa_even_bytes(uint32_t x) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(x));
  return result;
#else
  return ofa_pack((int8_t)(x & 0xffu), (int8_t)(x >> 16 & 0xffu));
#endif
}

/* SXTB16 with ROR 8: bytes 1 and 3 as halves. */
OFA_INLINE uint32_t ofa_odd_bytes(uint32_t x) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(x));
  return result;
#else
  return ofa_even_bytes(x >> 8);
#endif
}

/* PKHBT: the low halves of both. */
OFA_INLINE uint32_t ofa_lows(uint32_t a, uint32_t b) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(a), "r"(b));
  return result;
#else
  return (a & 0xffffu) | b << 16;
#endif
}

/* PKHTB: the high halves of both. */
OFA_INLINE uint32_t ofa_highs(uint32_t a, uint32_t b) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(result) : "r"(a), "r"(b));
  return result;
#else
  return a >> 16 | (b & 0xffff0000u);
#endif
}

/* PKHBT: the low half of a, the high half of b. */
OFA_INLINE uint32_t ofa_low_high(uint32_t a, uint32_t b) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("pkhbt %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
#else
  return (a & 0xffffu) | (b & 0xffff0000u);
#endif
}

/* SADD16: both halves doubled. */
OFA_INLINE uint32_t ofa_double_halves(uint32_t x) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("sadd16 %0, %1, %1" : "=r"(result) : "r"(x));
  return result;
#else
  return (x << 1 & 0xffffu) | (x & 0xffff0000u) << 1;
#endif
}

/* SMLAD: acc + low * low + high * high, modulo 2^32. */
OFA_INLINE uint32_t ofa_dot(uint32_t acc, uint32_t a, uint32_t b) {
#if OFA_DSP_ASM
  uint32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(acc));
  return result;
#else
  return acc + (uint32_t)(ofa_low(a) * ofa_low(b)) +
         (uint32_t)(ofa_high(a) * ofa_high(b));
#endif
}

/*===-- Requantisation ----------------------------------------------------===*
 *
 * With the sum x of a channel's products and bias, and shift = -right, the
 * requantised value plus the zero point z, before saturation to int8, is
 *   single   (2 x * (int64)multiplier + ((int64)start << 32)) >> 32 + right
 *   double   the same with the product rounded first, and one less where x < 0
 * where start = 2^(right - 1) + z * 2^right. So rounding and zero point cost
 * nothing but to find start, (2 z + 1) * 2^(right - 1): one shift for each channel,
 * of a number that a layer's channels share, by a number that is less than a byte.
 * Needs 1 <= right, |2 x| < 2^31 and |start| + 2^30 < 2^31.
 */

/* What a layer's channels shift to their starts, by right - 1. */
OFA_INLINE int32_t ofa_start(int8_t zero_point) { return 2 * zero_point + 1; }

/* `x` is twice the sum, bias included. */
OFA_INLINE int8_t ofa_requantize_doubled(int32_t x, int32_t multiplier,
                                         int32_t start, int32_t right,
                                         int rounding) {
  int32_t y;
#if OFA_DSP_ASM
  if (rounding == OFA_ROUND_DOUBLE) {
    __asm__("add %0, %3, %1, asr #31\n\t"
            "smmlar %0, %1, %2, %0"
            : "=&r"(y)
            : "r"(x), "r"(multiplier), "r"(start));
  } else if (rounding == OFA_ROUND_DOUBLE_POSITIVE) {
    __asm__("smmlar %0, %1, %2, %3"
            : "=r"(y)
            : "r"(x), "r"(multiplier), "r"(start));
  } else {
    __asm__("smmla %0, %1, %2, %3"
            : "=r"(y)
            : "r"(x), "r"(multiplier), "r"(start));
  }
  y >>= right;
  __asm__("ssat %0, #8, %1" : "=r"(y) : "r"(y));
  return (int8_t)y;
#else
  int64_t product = (int64_t)x * multiplier;
  if (rounding != OFA_ROUND_SINGLE)
    product += (int64_t)1 << 31;
  if (rounding == OFA_ROUND_DOUBLE)
    start += x >> 31;
  y = (int32_t)((product >> 32) + start) >> right;
  return (int8_t)(y < -128 ? -128 : y > 127 ? 127 : y);
#endif
}

/* A clamp narrower than int8. */
OFA_OUTLINE void ofa_clamp_bytes(int8_t *values, int32_t count, int8_t low,
                                 int8_t high) {
  int8_t *end = values + count;
  for (; values != end; ++values) {
    if (*values < low)
      *values = low;
    if (*values > high)
      *values = high;
  }
}

#endif /* OFA_DSP_H */
