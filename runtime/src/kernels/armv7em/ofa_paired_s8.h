/*===- ofa_paired_s8.h - Inner loops on paired weights ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/armv7em. Weights of two output channels c and
 * d share a half, c + 256 d, so that one product serves both: a sum of raw
 * halves is C + 256 D, and one of their low bytes is C. For the price of one
 * SXTB16 a word of eight bits' weights feeds four multiplications; D follows as
 * (raw - low) / 256, which is exact modulo 2^32 while |D| < 2^23.
 */
#ifndef OFA_PAIRED_S8_H
#define OFA_PAIRED_S8_H

#include "ofa_dsp.h"

/* Words of requantisation behind the weights of four channels. */
#define OFA_PAIRED_CONSTANTS 16

/* Sums of four channels for two pixels. */
typedef struct ofa_paired_sums {
  uint32_t raw01a, raw01b, raw23a, raw23b; /* channels 0 + 256 * 1, 2 + 256 * 3 */
  uint32_t low0a, low0b, low2a, low2b;
} ofa_paired_sums_t;

/* Words of inputs: a multiple of 16 from `begin` to `most`, and one of 4 from
 * there to `end`. */
typedef struct ofa_paired_inputs {
  const int32_t *begin, *most, *end;
} ofa_paired_inputs_t;

/* Sums of one block. Returns the stream behind its weights. */
#if OFA_DSP_ASM
/* Two inputs of two pixels, sixteen products. */
#define OFA_PAIRED_STEP                                                        \
  "ldrd %[w0], %[w1], [%[w]], #8\n\t"                                          \
  "ldrd %[x0], %[x1], [%[x]], #8\n\t"                                          \
  "smlad %[r0a], %[w0], %[x0], %[r0a]\n\t"                                     \
  "smlad %[r0b], %[w0], %[x1], %[r0b]\n\t"                                     \
  "sxtb16 %[w0], %[w0]\n\t"                                                    \
  "smlad %[r2a], %[w1], %[x0], %[r2a]\n\t"                                     \
  "smlad %[r2b], %[w1], %[x1], %[r2b]\n\t"                                     \
  "sxtb16 %[w1], %[w1]\n\t"                                                    \
  "smlad %[l0a], %[w0], %[x0], %[l0a]\n\t"                                     \
  "smlad %[l0b], %[w0], %[x1], %[l0b]\n\t"                                     \
  "smlad %[l2a], %[w1], %[x0], %[l2a]\n\t"                                     \
  "smlad %[l2b], %[w1], %[x1], %[l2b]\n\t"
#define OFA_PAIRED_STEPS2 OFA_PAIRED_STEP OFA_PAIRED_STEP
#define OFA_PAIRED_STEPS8                                                      \
  OFA_PAIRED_STEPS2 OFA_PAIRED_STEPS2 OFA_PAIRED_STEPS2 OFA_PAIRED_STEPS2

/* 16 inputs a turn, then 4. All registers but one are in use: the ends stay in
 * memory. */
OFA_INLINE const int32_t *ofa_paired_sum(ofa_paired_sums_t *sums,
                                         const int32_t *weights,
                                         const ofa_paired_inputs_t *inputs) {
  const int32_t *x = inputs->begin;
  uint32_t w0, w1, x0, x1;
  __asm__("mov %[r0a], #0\n\t"
          "mov %[r0b], #0\n\t"
          "mov %[r2a], #0\n\t"
          "mov %[r2b], #0\n\t"
          "mov %[l0a], #0\n\t"
          "mov %[l0b], #0\n\t"
          "mov %[l2a], #0\n\t"
          "mov %[l2b], #0\n\t"
          "ldr %[x0], %[most]\n\t"
          "cmp %[x], %[x0]\n\t"
          "beq 2f\n"
          "1:\n\t" OFA_PAIRED_STEPS8
          "ldr %[x0], %[most]\n\t"
          "cmp %[x], %[x0]\n\t"
          "bne 1b\n"
          "2:\n\t"
          "ldr %[x0], %[end]\n\t"
          "cmp %[x], %[x0]\n\t"
          "beq 4f\n"
          "3:\n\t" OFA_PAIRED_STEPS2
          "ldr %[x0], %[end]\n\t"
          "cmp %[x], %[x0]\n\t"
          "bne 3b\n"
          "4:\n\t"
          : [r0a] "=&r"(sums->raw01a), [r0b] "=&r"(sums->raw01b),
            [r2a] "=&r"(sums->raw23a), [r2b] "=&r"(sums->raw23b),
            [l0a] "=&r"(sums->low0a), [l0b] "=&r"(sums->low0b),
            [l2a] "=&r"(sums->low2a), [l2b] "=&r"(sums->low2b),
            [w] "+&r"(weights), [x] "+&r"(x), [w0] "=&r"(w0), [w1] "=&r"(w1),
            [x0] "=&r"(x0), [x1] "=&r"(x1)
          : [most] "m"(inputs->most), [end] "m"(inputs->end)
          : "cc", "memory");
  return weights;
}
#else
OFA_INLINE const int32_t *ofa_paired_sum(ofa_paired_sums_t *sums,
                                         const int32_t *weights,
                                         const ofa_paired_inputs_t *inputs) {
  const int32_t *x = inputs->begin;
  *sums = (ofa_paired_sums_t){0, 0, 0, 0, 0, 0, 0, 0};
  for (; x != inputs->end; weights += 2, x += 2) {
    uint32_t w0 = (uint32_t)weights[0];
    uint32_t w1 = (uint32_t)weights[1];
    uint32_t xa = (uint32_t)x[0];
    uint32_t xb = (uint32_t)x[1];
    sums->raw01a = ofa_dot(sums->raw01a, w0, xa);
    sums->raw01b = ofa_dot(sums->raw01b, w0, xb);
    sums->raw23a = ofa_dot(sums->raw23a, w1, xa);
    sums->raw23b = ofa_dot(sums->raw23b, w1, xb);
    w0 = ofa_even_bytes(w0);
    w1 = ofa_even_bytes(w1);
    sums->low0a = ofa_dot(sums->low0a, w0, xa);
    sums->low0b = ofa_dot(sums->low0b, w0, xb);
    sums->low2a = ofa_dot(sums->low2a, w1, xa);
    sums->low2b = ofa_dot(sums->low2b, w1, xb);
  }
  return weights;
}
#endif

/* One channel of two pixels, whose sums without bias are *a and *b divided by
 * 2^down / 2 (down = 7), or times 2 (down = 0). Leaves the bytes there, and
 * returns the stream behind the channel's constants. */
OFA_INLINE const int32_t *ofa_requantize2(uint32_t *a, uint32_t *b,
                                          const int32_t *stream, int down,
                                          int rounding) {
#if OFA_DSP_ASM
  uint32_t bias, multiplier, start, right;
  uint32_t xa = *a;
  uint32_t xb = *b;
#define OFA_REQUANTIZE2(doubled, scaled)                                       \
  __asm__("ldrd %[bias], %[m], [%[s]], #8\n\t"                                 \
          "ldrd %[start], %[right], [%[s]], #8\n\t"                            \
          "add %[xa], %[bias], %[xa], " doubled "\n\t"                         \
          "add %[xb], %[bias], %[xb], " doubled "\n\t" scaled                  \
          "asr %[xa], %[xa], %[right]\n\t"                                     \
          "asr %[xb], %[xb], %[right]\n\t"                                     \
          "ssat %[xa], #8, %[xa]\n\t"                                          \
          "ssat %[xb], #8, %[xb]\n\t"                                          \
          : [xa] "+r"(xa), [xb] "+r"(xb), [s] "+r"(stream),                    \
            [bias] "=&r"(bias), [m] "=&r"(multiplier), [start] "=&r"(start),   \
            [right] "=&r"(right)                                               \
          :                                                                    \
          : "memory")
#define OFA_SCALED_DOUBLE                                                      \
  "add %[bias], %[start], %[xa], asr #31\n\t"                                  \
  "smmlar %[xa], %[xa], %[m], %[bias]\n\t"                                     \
  "add %[bias], %[start], %[xb], asr #31\n\t"                                  \
  "smmlar %[xb], %[xb], %[m], %[bias]\n\t"
#define OFA_SCALED_POSITIVE                                                    \
  "smmlar %[xa], %[xa], %[m], %[start]\n\t"                                    \
  "smmlar %[xb], %[xb], %[m], %[start]\n\t"
#define OFA_SCALED_SINGLE                                                      \
  "smmla %[xa], %[xa], %[m], %[start]\n\t"                                     \
  "smmla %[xb], %[xb], %[m], %[start]\n\t"
  if (rounding == OFA_ROUND_DOUBLE && down)
    OFA_REQUANTIZE2("asr #7", OFA_SCALED_DOUBLE);
  else if (rounding == OFA_ROUND_DOUBLE)
    OFA_REQUANTIZE2("lsl #1", OFA_SCALED_DOUBLE);
  else if (rounding == OFA_ROUND_DOUBLE_POSITIVE && down)
    OFA_REQUANTIZE2("asr #7", OFA_SCALED_POSITIVE);
  else if (rounding == OFA_ROUND_DOUBLE_POSITIVE)
    OFA_REQUANTIZE2("lsl #1", OFA_SCALED_POSITIVE);
  else if (down)
    OFA_REQUANTIZE2("asr #7", OFA_SCALED_SINGLE);
  else
    OFA_REQUANTIZE2("lsl #1", OFA_SCALED_SINGLE);
  *a = xa;
  *b = xb;
  return stream;
#undef OFA_REQUANTIZE2
#undef OFA_SCALED_DOUBLE
#undef OFA_SCALED_POSITIVE
#undef OFA_SCALED_SINGLE
#else
  int32_t xa = down ? (int32_t)*a >> 7 : (int32_t)(*a << 1);
  int32_t xb = down ? (int32_t)*b >> 7 : (int32_t)(*b << 1);
  *a = (uint32_t)ofa_requantize_doubled(xa + stream[0], stream[1], stream[2],
                                        stream[3], rounding);
  *b = (uint32_t)ofa_requantize_doubled(xb + stream[0], stream[1], stream[2],
                                        stream[3], rounding);
  return stream + 4;
#endif
}

OFA_INLINE int8_t ofa_low_byte(uint32_t x) { return (int8_t)(x & 0xffu); }

/* One block of two pixels, from its sums to its bytes. The upper one's constants
 * come first in each pair: then the sum of both falls free. All bytes are stored
 * at the end, when registers for their addresses have fallen free, too. */
OFA_INLINE const int32_t *ofa_paired_store(ofa_paired_sums_t sums,
                                           const int32_t *stream, int8_t *a,
                                           int8_t *b, int rounding) {
  sums.raw01a -= sums.low0a;
  sums.raw01b -= sums.low0b;
  stream = ofa_requantize2(&sums.raw01a, &sums.raw01b, stream, 1, rounding);
  stream = ofa_requantize2(&sums.low0a, &sums.low0b, stream, 0, rounding);
  sums.raw23a -= sums.low2a;
  sums.raw23b -= sums.low2b;
  stream = ofa_requantize2(&sums.raw23a, &sums.raw23b, stream, 1, rounding);
  stream = ofa_requantize2(&sums.low2a, &sums.low2b, stream, 0, rounding);
#if OFA_DSP_ASM
  /* Left to itself, GCC collects bytes in words at half as much again. */
  __asm__("strb %[l0a], [%[a]]\n\t"
          "strb %[r0a], [%[a], #1]\n\t"
          "strb %[l2a], [%[a], #2]\n\t"
          "strb %[r2a], [%[a], #3]\n\t"
          "strb %[l0b], [%[b]]\n\t"
          "strb %[r0b], [%[b], #1]\n\t"
          "strb %[l2b], [%[b], #2]\n\t"
          "strb %[r2b], [%[b], #3]"
          :
          : [l0a] "r"(sums.low0a), [r0a] "r"(sums.raw01a),
            [l2a] "r"(sums.low2a), [r2a] "r"(sums.raw23a),
            [l0b] "r"(sums.low0b), [r0b] "r"(sums.raw01b),
            [l2b] "r"(sums.low2b), [r2b] "r"(sums.raw23b), [a] "r"(a),
            [b] "r"(b)
          : "memory");
#else
  a[0] = ofa_low_byte(sums.low0a);
  a[1] = ofa_low_byte(sums.raw01a);
  a[2] = ofa_low_byte(sums.low2a);
  a[3] = ofa_low_byte(sums.raw23a);
  b[0] = ofa_low_byte(sums.low0b);
  b[1] = ofa_low_byte(sums.raw01b);
  b[2] = ofa_low_byte(sums.low2b);
  b[3] = ofa_low_byte(sums.raw23b);
#endif
  return stream;
}

#endif /* OFA_PAIRED_S8_H */
