/*===- ofa_lanes_c.h - Lanes of any processor ---------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/simd, part of ofa_lanes.h: what the processors'
 * headers compute, in C.
 */
typedef int8_t ofa_dense_t;
typedef int8_t ofa_planes_t;
#define OFA_DENSE_PIXELS 6
#define OFA_PLANES_PIXELS 4

OFA_INLINE void ofa_fill_dense(ofa_dense_t *to, int8_t value, int32_t count) {
  memset(to, value, (size_t)count);
}

OFA_INLINE void ofa_lay_dense(ofa_dense_t *to, const int8_t *from,
                              int32_t pixels, int32_t channels) {
  memcpy(to, from, (size_t)(pixels * channels));
}

OFA_INLINE void ofa_fill_planes(ofa_planes_t *to, int8_t value, int32_t count) {
  memset(to, value, (size_t)count);
}

OFA_INLINE void ofa_lay_planes(ofa_planes_t *to, const int8_t *from,
                               int32_t pixels, int32_t channels) {
  int32_t pitch = (channels + OFA_LANES - 1) & -OFA_LANES;
  for (; pixels > 0; --pixels, to += pitch, from += channels) {
    memcpy(to, from, (size_t)channels);
    memset(to + channels, 0, (size_t)(pitch - channels));
  }
}

/* Shifts of -31 to -1. */
OFA_INLINE int8_t ofa_requantize(int32_t x, int32_t multiplier, int32_t shift,
                                 const ofa_output_t *out, int rounding) {
  int64_t product = (int64_t)x * multiplier;
  int32_t y;
  if (rounding == OFA_ROUND_SINGLE) {
    y = (int32_t)((product + ((int64_t)1 << (30 - shift))) >> (31 - shift));
  } else {
    int64_t once = (product + ((int64_t)1 << 30)) >> 31;
    int64_t half = (int64_t)1 << (-shift - 1);
    y = (int32_t)((once + half - (once < 0 ? 1 : 0)) >> -shift);
  }
  return (int8_t)ofa_min(ofa_max(y + out->zero_point, out->low), out->high);
}

OFA_INLINE void ofa_make_dense(const ofa_dense_t *const *rows,
                               const ofa_windows_t *windows, int pixels,
                               const int32_t *block, const ofa_output_t *out,
                               int8_t *output, int32_t channels, int rounding) {
  int32_t row, i, p, c, k;
  for (p = 0; p < pixels; ++p, output += out->channels) {
    const int8_t *weights = (const int8_t *)(block + 4 * OFA_LANES);
    int32_t sums[OFA_LANES];
    memcpy(sums, block, sizeof(sums));
    for (row = 0; row < windows->rows; ++row) {
      const int8_t *x = rows[row] + windows->column + p * windows->step;
      for (i = 0; i < windows->inputs; ++i, x += 4, weights += 4 * OFA_LANES)
        for (c = 0; c < OFA_LANES; ++c)
          for (k = 0; k < 4; ++k)
            sums[c] += weights[4 * c + k] * x[k];
    }
    for (c = 0; c < ofa_min(OFA_LANES, channels); ++c)
      output[c] = ofa_requantize(sums[c], block[2 * OFA_LANES + c],
                                 block[3 * OFA_LANES + c], out, rounding);
  }
}

OFA_INLINE void ofa_make_planes(const ofa_planes_t *const *taps,
                                const ofa_windows_t *windows, int pixels,
                                const int32_t *block, const ofa_output_t *out,
                                int8_t *output, int32_t channels,
                                int rounding) {
  int32_t tap, p, c;
  for (p = 0; p < pixels; ++p, output += out->channels) {
    const int8_t *weights = (const int8_t *)(block + 3 * OFA_LANES);
    int32_t column = windows->column + p * windows->step;
    int32_t sums[OFA_LANES];
    memcpy(sums, block, sizeof(sums));
    for (tap = 0; tap < windows->inputs; tap += 2, weights += 2 * OFA_LANES)
      for (c = 0; c < OFA_LANES; ++c)
        sums[c] += weights[2 * c] * taps[tap][column + c] +
                   weights[2 * c + 1] * taps[tap + 1][column + c];
    for (c = 0; c < ofa_min(OFA_LANES, channels); ++c)
      output[c] = ofa_requantize(sums[c], block[OFA_LANES + c],
                                 block[2 * OFA_LANES + c], out, rounding);
  }
}
