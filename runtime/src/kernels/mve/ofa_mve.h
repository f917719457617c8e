/*===- ofa_mve.h - Vectors of Helium ------------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/mve. Inner loops are assembly for Armv8.1-M
 * with integer MVE (Helium): they fill all registers, and GCC 12 neither pairs
 * moves between files nor keeps eight sums in even registers. The C meaning of
 * each stands beside it, and is what other processors run: the kernels give the
 * same bytes everywhere. OFA_NO_ASM asks for the C meaning.
 *
 * Vectors of bytes may lie anywhere, those of words at multiples of 4.
 */
#ifndef OFA_MVE_H
#define OFA_MVE_H

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

/* Without optimisation the frame pointer has a register. */
#if defined(__GNUC__) && defined(__ARM_FEATURE_MVE) &&                         \
    defined(__OPTIMIZE__) && !defined(OFA_NO_ASM)
#define OFA_MVE_ASM 1
#else
#define OFA_MVE_ASM 0
#endif

/* Right shifts of negative numbers. */
OFA_STATIC_ASSERT((-3 >> 1) == -2, right_shift_is_arithmetic);

/* Constants, so that bodies fold the rounding away. */
#define OFA_ROUND_SINGLE 0
#define OFA_ROUND_DOUBLE 1
/* `double` where the zero point is -128: what is negative ends there, however it
 * is rounded. */
#define OFA_ROUND_DOUBLE_POSITIVE 2

OFA_INLINE int32_t ofa_min(int32_t a, int32_t b) { return a < b ? a : b; }
OFA_INLINE int32_t ofa_max(int32_t a, int32_t b) { return a > b ? a : b; }

/*===-- Requantisation ----------------------------------------------------===*
 *
 * VQDMULH (`double`: VQRDMULH), VRSHL by -right, and for `double` in between one
 * less where the product is negative: halves go away from zero. Then VQMOVNB
 * twice, and the zero point between them. Needs 1 <= right <= 31 (channels that
 * fill up a block have 0).
 */
OFA_INLINE int8_t ofa_requantize(int32_t x, int32_t multiplier, int32_t shift,
                                 int32_t zero_point, int rounding) {
  int64_t product = 2 * (int64_t)x * multiplier;
  int32_t y;
  if (rounding != OFA_ROUND_SINGLE)
    product += (int64_t)1 << 31;
  y = (int32_t)(product >> 32);
  if (rounding == OFA_ROUND_DOUBLE && y < 0)
    --y;
  y = (int32_t)(((int64_t)y + (((int64_t)1 << -shift) >> 1)) >> -shift);
  y = ofa_max(-128, ofa_min(127, y + zero_point));
  return (int8_t)y;
}

/* Vectors of sums a and b to scaled values. Multipliers and shifts are in vectors
 * m and s, one for each; `t` is free. */
#define OFA_MVE_SCALE_SINGLE(a, b, ma, mb, sa, sb, t)                          \
  "vqdmulh.s32 " a ", " a ", " ma "\n\t"                                       \
  "vqdmulh.s32 " b ", " b ", " mb "\n\t" OFA_MVE_SHIFT(a, b, sa, sb)
#define OFA_MVE_SCALE_DOUBLE_POSITIVE(a, b, ma, mb, sa, sb, t)                 \
  "vqrdmulh.s32 " a ", " a ", " ma "\n\t"                                      \
  "vqrdmulh.s32 " b ", " b ", " mb "\n\t" OFA_MVE_SHIFT(a, b, sa, sb)
#define OFA_MVE_SCALE_DOUBLE(a, b, ma, mb, sa, sb, t)                          \
  "vqrdmulh.s32 " a ", " a ", " ma "\n\t"                                      \
  "vqrdmulh.s32 " b ", " b ", " mb "\n\t"                                      \
  "vshr.s32 " t ", " a ", #31\n\t"                                             \
  "vadd.i32 " a ", " a ", " t "\n\t"                                           \
  "vshr.s32 " t ", " b ", #31\n\t"                                             \
  "vadd.i32 " b ", " b ", " t "\n\t" OFA_MVE_SHIFT(a, b, sa, sb)
#define OFA_MVE_SHIFT(a, b, sa, sb)                                            \
  "vrshl.s32 " a ", " sa "\n\t"                                                \
  "vrshl.s32 " b ", " sb "\n\t"
/* These to bytes, in the low halves of a's halves: a's and b's in turns. z holds
 * zero points as halves. */
#define OFA_MVE_NARROW(a, b, z)                                                \
  "vqmovnb.s32 " a ", " a "\n\t"                                               \
  "vqmovnt.s32 " a ", " b "\n\t"                                               \
  "vqadd.s16 " a ", " a ", " z "\n\t"                                          \
  "vqmovnb.s16 " a ", " a "\n\t"
/* The places of these bytes in vector q, as halves: 0, apart, 1, apart + 1, ...
 * up to 3 and apart + 3. Uses r0, and register `apart` up. */
#define OFA_MVE_PLACES(q, apart)                                               \
  "movs r0, #0\n\t"                                                            \
  "vidup.u32 " q ", r0, #1\n\t"                                                \
  "mov r0, #0x10001\n\t"                                                       \
  "vmul.i32 " q ", " q ", r0\n\t"                                              \
  "lsl " apart ", " apart ", #16\n\t"                                          \
  "vadd.i32 " q ", " q ", " apart "\n\t"
/* Eight sums, in all even registers, to vectors a and b. */
#define OFA_MVE_SUMS(a, b)                                                     \
  "vmov " a "[2], " a "[0], r0, r4\n\t"                                        \
  "vmov " a "[3], " a "[1], r2, r6\n\t"                                        \
  "vmov " b "[2], " b "[0], r8, r12\n\t"                                       \
  "vmov " b "[3], " b "[1], r10, lr\n\t"

/*===-- Bytes -------------------------------------------------------------===*/

OFA_INLINE void ofa_copy_bytes(int8_t *to, const int8_t *from, int32_t count) {
#if OFA_MVE_ASM
  __asm__ volatile("wlstp.8 lr, %[count], 2f\n"
          "1:\n\t"
          "vldrb.u8 q0, [%[from]], #16\n\t"
          "vstrb.8 q0, [%[to]], #16\n\t"
          "letp lr, 1b\n"
          "2:"
          : [to] "+r"(to), [from] "+r"(from)
          : [count] "r"(count)
          : "lr", "q0", "memory");
#else
  memcpy(to, from, (size_t)count);
#endif
}

OFA_INLINE void ofa_fill_bytes(int8_t *to, int8_t value, int32_t count) {
#if OFA_MVE_ASM
  __asm__ volatile("vdup.8 q0, %[value]\n\t"
          "wlstp.8 lr, %[count], 2f\n"
          "1:\n\t"
          "vstrb.8 q0, [%[to]], #16\n\t"
          "letp lr, 1b\n"
          "2:"
          : [to] "+r"(to)
          : [count] "r"(count), [value] "r"(value)
          : "lr", "q0", "memory");
#else
  memset(to, value, (size_t)count);
#endif
}

/* A clamp narrower than int8. */
OFA_OUTLINE void ofa_clamp_bytes(int8_t *values, int32_t count, int8_t low,
                                 int8_t high) {
#if OFA_MVE_ASM
  __asm__ volatile("vdup.8 q1, %[low]\n\t"
          "vdup.8 q2, %[high]\n\t"
          "wlstp.8 lr, %[count], 2f\n"
          "1:\n\t"
          "vldrb.u8 q0, [%[values]]\n\t"
          "vmax.s8 q0, q0, q1\n\t"
          "vmin.s8 q0, q0, q2\n\t"
          "vstrb.8 q0, [%[values]], #16\n\t"
          "letp lr, 1b\n"
          "2:"
          : [values] "+r"(values)
          : [count] "r"(count), [low] "r"(low), [high] "r"(high)
          : "lr", "q0", "q1", "q2", "memory");
#else
  int8_t *end = values + count;
  for (; values != end; ++values)
    *values = (int8_t)ofa_max(low, ofa_min(high, *values));
#endif
}

#endif /* OFA_MVE_H */
