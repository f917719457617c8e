/*===- ofa_dense_s8.h - Inner loops of dense int8 kernels ---------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/portable. Weights come in blocks of four
 * output channels ([taps][4]): with two pixels a step, six loads feed eight
 * multiplications, and all accumulators stay in registers.
 */
#ifndef OFA_DENSE_S8_H
#define OFA_DENSE_S8_H

#include "ofa_portable.h"

/* Per-channel tables of a dense layer, moving from block to block. */
typedef struct ofa_channels_s8 {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
} ofa_channels_s8_t;

/* Four channels of two pixels. */
typedef struct ofa_block_s8 {
  int32_t a0, a1, a2, a3;
  int32_t b0, b1, b2, b3;
} ofa_block_s8_t;

OFA_INLINE ofa_block_s8_t ofa_block_start(const int32_t *bias) {
  ofa_block_s8_t acc;
  acc.a0 = acc.b0 = bias[0];
  acc.a1 = acc.b1 = bias[1];
  acc.a2 = acc.b2 = bias[2];
  acc.a3 = acc.b3 = bias[3];
  return acc;
}

/* One input of two pixels. */
OFA_INLINE void ofa_block_step2(ofa_block_s8_t *acc, const int8_t *weights,
                                int32_t a, int32_t b) {
  int32_t w = weights[0];
  acc->a0 += w * a;
  acc->b0 += w * b;
  w = weights[1];
  acc->a1 += w * a;
  acc->b1 += w * b;
  w = weights[2];
  acc->a2 += w * a;
  acc->b2 += w * b;
  w = weights[3];
  acc->a3 += w * a;
  acc->b3 += w * b;
}

/* Accumulates n inputs of two pixels. Returns the weights behind them. */
OFA_INLINE const int8_t *ofa_block_run2(ofa_block_s8_t *acc,
                                        const int8_t *weights, const int8_t *xa,
                                        const int8_t *xb, int32_t n) {
  const int8_t *end = weights + (n & ~3) * 4;
  while (weights != end) {
    ofa_block_step2(acc, weights, xa[0], xb[0]);
    ofa_block_step2(acc, weights + 4, xa[1], xb[1]);
    ofa_block_step2(acc, weights + 8, xa[2], xb[2]);
    ofa_block_step2(acc, weights + 12, xa[3], xb[3]);
    weights += 16;
    xa += 4;
    xb += 4;
  }
  for (end += (n & 3) * 4; weights != end; weights += 4)
    ofa_block_step2(acc, weights, *xa++, *xb++);
  return weights;
}

OFA_INLINE void ofa_block_step1(ofa_block_s8_t *acc, const int8_t *weights,
                                int32_t a) {
  acc->a0 += weights[0] * a;
  acc->a1 += weights[1] * a;
  acc->a2 += weights[2] * a;
  acc->a3 += weights[3] * a;
}

/* The same for pixel a alone. */
OFA_INLINE const int8_t *ofa_block_run1(ofa_block_s8_t *acc,
                                        const int8_t *weights, const int8_t *xa,
                                        int32_t n) {
  const int8_t *end = weights + (n & ~3) * 4;
  while (weights != end) {
    ofa_block_step1(acc, weights, xa[0]);
    ofa_block_step1(acc, weights + 4, xa[1]);
    ofa_block_step1(acc, weights + 8, xa[2]);
    ofa_block_step1(acc, weights + 12, xa[3]);
    weights += 16;
    xa += 4;
  }
  for (end += (n & 3) * 4; weights != end; weights += 4)
    ofa_block_step1(acc, weights, *xa++);
  return weights;
}

/* Weights of taps that read the zero point. */
OFA_INLINE const int8_t *ofa_block_outside(ofa_block_s8_t *acc,
                                           const int8_t *weights,
                                           int32_t zero_point, int32_t n) {
  const int8_t *end = weights + 4 * n;
  for (; weights != end; weights += 4) {
    acc->a0 += weights[0] * zero_point;
    acc->a1 += weights[1] * zero_point;
    acc->a2 += weights[2] * zero_point;
    acc->a3 += weights[3] * zero_point;
  }
  return weights;
}

/* One channel of one pixel; `step` is the number of channels in the block. */
OFA_INLINE int32_t ofa_single_run(int32_t acc, const int8_t *weights,
                                  int32_t step, const int8_t *xa, int32_t n) {
  int32_t i;
  for (i = 0; i < n; ++i)
    acc += weights[i * step] * xa[i];
  return acc;
}

/* Stores the block's first pixel, or both of them `stride` apart. */
OFA_INLINE void ofa_block_store(const ofa_block_s8_t *acc, int32_t pixels,
                                const ofa_channels_s8_t *channels,
                                const ofa_output_s8_t *out, int8_t *output,
                                int32_t stride, int rounding) {
  const int32_t *m = channels->multiplier;
  const int8_t *s = channels->shift;
  int32_t x0[2] = {acc->a0, acc->b0};
  int32_t x1[2] = {acc->a1, acc->b1};
  int32_t x2[2] = {acc->a2, acc->b2};
  int32_t x3[2] = {acc->a3, acc->b3};
  ofa_store_channel(x0, pixels, m[0], s[0], out, output, stride, rounding);
  ofa_store_channel(x1, pixels, m[1], s[1], out, output + 1, stride, rounding);
  ofa_store_channel(x2, pixels, m[2], s[2], out, output + 2, stride, rounding);
  ofa_store_channel(x3, pixels, m[3], s[3], out, output + 3, stride, rounding);
}

#endif /* OFA_DENSE_S8_H */
