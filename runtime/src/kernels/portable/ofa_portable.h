/*===- ofa_portable.h - Inline helpers of the portable kernels ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/portable. A kernel's body is one inline
 * function that takes its rounding as a constant; the entry points instantiate
 * it, so that the linker drops the rounding that a model does not use.
 */
#ifndef OFA_PORTABLE_H
#define OFA_PORTABLE_H

#include "ofa_runtime.h"

#if defined(__GNUC__) || defined(__clang__)
#define OFA_INLINE static inline __attribute__((always_inline))
#define OFA_OUTLINE static __attribute__((noinline, unused))
#define OFA_LIKELY(condition) __builtin_expect((condition) ? 1 : 0, 1)
#else
#define OFA_INLINE static inline
#define OFA_OUTLINE static
#define OFA_LIKELY(condition) (condition)
#endif

/* Requantisation shifts negative numbers to the right; C leaves that to the
 * compiler. */
OFA_STATIC_ASSERT((-3 >> 1) == -2, right_shift_is_arithmetic);

/* Constants, so that bodies fold the rounding away. */
#define OFA_ROUND_SINGLE 0
#define OFA_ROUND_DOUBLE 1

OFA_INLINE int32_t ofa_min(int32_t a, int32_t b) { return a < b ? a : b; }
OFA_INLINE int32_t ofa_max(int32_t a, int32_t b) { return a > b ? a : b; }
OFA_INLINE int32_t ofa_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : x > high ? high : x;
}

/*===-- Requantisation ----------------------------------------------------===*/

/* The upper half of the product. */
OFA_INLINE int32_t ofa_high_word(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b) >> 32);
}

/* The whole range of shifts; 64-bit shifts are slow on 32-bit cores. */
OFA_OUTLINE int32_t ofa_scale_single_slow(int32_t x, int32_t multiplier,
                                          int32_t shift) {
  int64_t product = (int64_t)x * multiplier;
  int64_t round = (int64_t)1 << (30 - shift);
  return (int32_t)((product + round) >> (31 - shift));
}

/* x * multiplier * 2^(shift - 31), rounded once, halves up. From a right shift
 * of 2 on the low half of the product cannot change the result, because the
 * rounding constant is a multiple of 2^32. */
OFA_INLINE int32_t ofa_scale_single(int32_t x, int32_t multiplier,
                                    int32_t shift) {
  if (OFA_LIKELY(shift <= -2))
    return (ofa_high_word(x, multiplier) + ((int32_t)1 << (-2 - shift))) >>
           (-1 - shift);
  return ofa_scale_single_slow(x, multiplier, shift);
}

/* x / 2^n, rounded to nearest, halves away from zero; 0 <= n <= 31. */
OFA_INLINE int32_t ofa_divide_by_power(int32_t x, int32_t n) {
  uint32_t mask = ((uint32_t)1 << n) - 1u;
  uint32_t rest = (uint32_t)x & mask;
  uint32_t threshold = (mask >> 1) + (x < 0 ? 1u : 0u);
  return (x >> n) + (rest > threshold ? 1 : 0);
}

/* a * b / 2^31, rounded to nearest, halves up; not both INT32_MIN. */
OFA_INLINE int32_t ofa_multiply_high(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* The same rounded twice: after the multiplication and after the shift. */
OFA_INLINE int32_t ofa_scale_double(int32_t x, int32_t multiplier,
                                    int32_t shift) {
  int32_t left = ofa_max(shift, 0);
  int32_t right = ofa_max(-shift, 0);
  int32_t shifted = (int32_t)((uint32_t)x << left);
  return ofa_divide_by_power(ofa_multiply_high(shifted, multiplier), right);
}

/* The same as ofa_scale, where the fast case of `single` was excluded. */
OFA_INLINE int32_t ofa_scale_any(int32_t x, int32_t multiplier, int32_t shift,
                                 int rounding) {
  return rounding == OFA_ROUND_SINGLE
             ? ofa_scale_single_slow(x, multiplier, shift)
             : ofa_scale_double(x, multiplier, shift);
}

OFA_INLINE int32_t ofa_scale(int32_t x, int32_t multiplier, int32_t shift,
                             int rounding) {
  return rounding == OFA_ROUND_SINGLE ? ofa_scale_single(x, multiplier, shift)
                                      : ofa_scale_double(x, multiplier, shift);
}

/* Where requantised values go. */
typedef struct ofa_output_s8 {
  int32_t zero_point;
  int32_t low;
  int32_t high;
  int32_t narrow; /* the clamp is narrower than int8 */
} ofa_output_s8_t;

OFA_INLINE ofa_output_s8_t ofa_output(int8_t zero_point, int8_t low,
                                      int8_t high) {
  ofa_output_s8_t out;
  out.zero_point = zero_point;
  out.low = low;
  out.high = high;
  out.narrow = low > -128 || high < 127;
  return out;
}

/* Clamps to int8: one comparison instead of two. */
OFA_INLINE int8_t ofa_saturate_s8(int32_t x) {
#if defined(__ARM_FEATURE_SAT)
  return (int8_t)__builtin_arm_ssat(x, 8);
#else
  int8_t low_byte = (int8_t)(uint8_t)((uint32_t)x & 0xffu);
  return x == low_byte ? low_byte : (int8_t)(127 ^ (x >> 31));
#endif
}

OFA_INLINE int8_t ofa_finish_s8(int32_t scaled, const ofa_output_s8_t *out) {
  return (int8_t)ofa_clamp(scaled + out->zero_point, out->low, out->high);
}

OFA_INLINE int8_t ofa_requantize_value(int32_t x, int32_t multiplier,
                                       int32_t shift,
                                       const ofa_output_s8_t *out,
                                       int rounding) {
  return ofa_finish_s8(ofa_scale(x, multiplier, shift, rounding), out);
}

/* One factor for many values: the fast case is chosen outside of the loop. */
typedef struct ofa_factor {
  int32_t multiplier;
  int32_t round;
  int32_t right;
} ofa_factor_t;

/* True if ofa_scale_fast gives the value of ofa_scale. */
OFA_INLINE int ofa_is_fast(int32_t shift, int rounding) {
  return rounding == OFA_ROUND_SINGLE && shift <= -2;
}

OFA_INLINE ofa_factor_t ofa_fast_factor(int32_t multiplier, int32_t shift) {
  ofa_factor_t factor;
  factor.multiplier = multiplier;
  factor.right = -1 - shift;
  factor.round = (int32_t)((uint32_t)1 << factor.right >> 1);
  return factor;
}

OFA_INLINE int32_t ofa_scale_fast(int32_t x, const ofa_factor_t *factor) {
  return (ofa_high_word(x, factor->multiplier) + factor->round) >>
         factor->right;
}

/* The same for values that go to int8: a start that the product is added to holds
 * the rounding constant and the output's zero point. In high words, with n = -shift,
 * it is 2^(n - 2) + zero_point * 2^(n - 1), of which no sum with a product's high
 * word overflows. */
OFA_INLINE int ofa_is_usual(int32_t shift) {
  return (uint32_t)(-2 - shift) <= 20u;
}

OFA_INLINE ofa_factor_t ofa_usual_factor(int32_t multiplier, int32_t shift,
                                         int32_t zero_point) {
  ofa_factor_t factor;
  factor.multiplier = multiplier;
  factor.right = -1 - shift;
  factor.round = (int32_t)((uint32_t)(2 * zero_point + 1) << (-2 - shift));
  return factor;
}

/* x * multiplier * 2^(shift - 31) + zero point, in both roundings. Two of them are
 * one as well: in units of 2^31, the first one adds 1/2, the second one 2^(n - 1),
 * and 1 less if x is negative. */
OFA_INLINE int32_t ofa_scale_usual(int32_t x, const ofa_factor_t *factor,
                                   int rounding) {
  int64_t product = (int64_t)x * factor->multiplier;
  if (rounding == OFA_ROUND_DOUBLE) {
    int32_t sign = x >> 31;
    uint32_t low = ((uint32_t)1 << 30) + ((uint32_t)sign << 31);
    uint32_t high = (uint32_t)factor->round + (uint32_t)sign;
    product += (int64_t)((uint64_t)high << 32 | low);
    return (int32_t)(product >> 32) >> factor->right;
  }
  return ((int32_t)(product >> 32) + factor->round) >> factor->right;
}

/* Whether one sum pays: all but single rounding where that needs no constant of 64
 * bits, and cores without long multiplications. */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define OFA_PREFERS_USUAL(rounding) 0
#elif defined(__thumb2__) && !defined(__ARM_FEATURE_DSP)
#define OFA_PREFERS_USUAL(rounding) 1
#else
#define OFA_PREFERS_USUAL(rounding) ((rounding) == OFA_ROUND_DOUBLE)
#endif

/* Requantises and stores one channel of n pixels, n a constant of at most 4;
 * what depends on the channel alone is computed once. */
OFA_INLINE void ofa_store_channel(int32_t *x, int32_t n, int32_t multiplier,
                                  int32_t shift, const ofa_output_s8_t *out,
                                  int8_t *output, int32_t stride,
                                  int rounding) {
  if (OFA_PREFERS_USUAL(rounding) && OFA_LIKELY(ofa_is_usual(shift)) &&
      OFA_LIKELY(!out->narrow)) {
    const ofa_factor_t factor =
        ofa_usual_factor(multiplier, shift, out->zero_point);
    *output = ofa_saturate_s8(ofa_scale_usual(x[0], &factor, rounding));
    if (n > 1)
      *(output += stride) =
          ofa_saturate_s8(ofa_scale_usual(x[1], &factor, rounding));
    if (n > 2)
      *(output += stride) =
          ofa_saturate_s8(ofa_scale_usual(x[2], &factor, rounding));
    if (n > 3)
      *(output += stride) =
          ofa_saturate_s8(ofa_scale_usual(x[3], &factor, rounding));
    return;
  }
  if (OFA_LIKELY(ofa_is_fast(shift, rounding))) {
    const ofa_factor_t factor = ofa_fast_factor(multiplier, shift);
    x[0] = ofa_scale_fast(x[0], &factor);
    if (n > 1)
      x[1] = ofa_scale_fast(x[1], &factor);
    if (n > 2)
      x[2] = ofa_scale_fast(x[2], &factor);
    if (n > 3)
      x[3] = ofa_scale_fast(x[3], &factor);
  } else {
    x[0] = ofa_scale_any(x[0], multiplier, shift, rounding);
    if (n > 1)
      x[1] = ofa_scale_any(x[1], multiplier, shift, rounding);
    if (n > 2)
      x[2] = ofa_scale_any(x[2], multiplier, shift, rounding);
    if (n > 3)
      x[3] = ofa_scale_any(x[3], multiplier, shift, rounding);
  }
  if (OFA_LIKELY(!out->narrow)) {
    *output = ofa_saturate_s8(x[0] + out->zero_point);
    if (n > 1)
      *(output += stride) = ofa_saturate_s8(x[1] + out->zero_point);
    if (n > 2)
      *(output += stride) = ofa_saturate_s8(x[2] + out->zero_point);
    if (n > 3)
      *(output += stride) = ofa_saturate_s8(x[3] + out->zero_point);
  } else {
    *output = ofa_finish_s8(x[0], out);
    if (n > 1)
      *(output += stride) = ofa_finish_s8(x[1], out);
    if (n > 2)
      *(output += stride) = ofa_finish_s8(x[2], out);
    if (n > 3)
      *(output += stride) = ofa_finish_s8(x[3], out);
  }
}

#endif /* OFA_PORTABLE_H */
