/*===- ofa_lanes_neon.h - Vectors of AArch64 ----------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/simd, part of ofa_lanes.h. SDOT adds four
 * products of bytes to each of four sums, exactly; so inputs stay bytes.
 */
#include <arm_neon.h>

typedef int8_t ofa_dense_t;
typedef int8_t ofa_planes_t;
#define OFA_DENSE_PIXELS 6
#define OFA_PLANES_PIXELS 4

OFA_INLINE int8x16_t ofa_load_bytes(const void *bytes) {
  return vld1q_s8((const int8_t *)bytes);
}

/*===-- Requantisation ----------------------------------------------------===*/

/* Of four channels, from the words of their block. */
typedef struct ofa_scales {
  int32x4_t multiplier;
  int32x4_t shift;
  int64x2_t low_shift, high_shift; /* of products */
} ofa_scales_t;

OFA_INLINE ofa_scales_t ofa_load_scales(const int32_t *multipliers,
                                        const int32_t *shifts) {
  ofa_scales_t scales;
  int64x2_t bits = vdupq_n_s64(31);
  scales.multiplier = vld1q_s32(multipliers);
  scales.shift = vld1q_s32(shifts);
  scales.low_shift = vsubq_s64(vmovl_s32(vget_low_s32(scales.shift)), bits);
  scales.high_shift = vsubq_s64(vmovl_high_s32(scales.shift), bits);
  return scales;
}

OFA_INLINE int32x4_t ofa_scale_4(int32x4_t x, const ofa_scales_t *scales,
                                 int rounding) {
  int64x2_t low, high;
  int32x4_t y;
  if (rounding == OFA_ROUND_SINGLE) {
    low = vmull_s32(vget_low_s32(x), vget_low_s32(scales->multiplier));
    high = vmull_high_s32(x, scales->multiplier);
    return vuzp1q_s32(vreinterpretq_s32_s64(vrshlq_s64(low, scales->low_shift)),
                      vreinterpretq_s32_s64(
                          vrshlq_s64(high, scales->high_shift)));
  }
  /* One less where negative: halves away from zero. */
  y = vqrdmulhq_s32(x, scales->multiplier);
  return vrshlq_s32(vsraq_n_s32(y, y, 31), scales->shift);
}

/* What outputs have in common. Loaded once: for all that C knows, bytes that are
 * stored might change *out. */
typedef struct ofa_bounds {
  int16x8_t zero_point;
  int8x16_t low, high;
} ofa_bounds_t;

OFA_INLINE ofa_bounds_t ofa_load_bounds(const ofa_output_t *out) {
  ofa_bounds_t bounds;
  bounds.zero_point = vdupq_n_s16((int16_t)out->zero_point);
  bounds.low = vdupq_n_s8((int8_t)out->low);
  bounds.high = vdupq_n_s8((int8_t)out->high);
  return bounds;
}

/* Requantises the sums of 4 * vectors channels, and stores the first `count`. */
OFA_INLINE void ofa_store_lanes(const int32x4_t *sums, int vectors,
                                const ofa_scales_t *scales,
                                const ofa_bounds_t *bounds, int8_t *output,
                                int32_t count, int rounding) {
  int16x8_t halves[2];
  int8x16_t bytes;
  int v;
  /* What saturates here is beyond the bounds anyway. */
  for (v = 0; v < vectors; v += 2)
    halves[v / 2] = vqaddq_s16(
        bounds->zero_point,
        vqmovn_high_s32(
            vqmovn_s32(ofa_scale_4(sums[v], scales + v, rounding)),
            ofa_scale_4(sums[v + 1], scales + v + 1, rounding)));
  bytes = vqmovn_high_s16(vqmovn_s16(halves[0]), halves[vectors / 2 - 1]);
  bytes = vminq_s8(vmaxq_s8(bytes, bounds->low), bounds->high);
  if (count >= 4 * vectors) {
    if (vectors == 4)
      vst1q_s8(output, bytes);
    else
      vst1_s8(output, vget_low_s8(bytes));
  } else {
    int8_t some[16];
    vst1q_s8(some, bytes);
    memcpy(output, some, (size_t)count);
  }
}

/*===-- Dense ---------------------------------------------------------------===*/

OFA_INLINE void ofa_fill_dense(ofa_dense_t *to, int8_t value, int32_t count) {
  memset(to, value, (size_t)count);
}

OFA_INLINE void ofa_lay_dense(ofa_dense_t *to, const int8_t *from,
                              int32_t pixels, int32_t channels) {
  memcpy(to, from, (size_t)(pixels * channels));
}

/* `pixels` of 4 * vectors channels, both constants. */
OFA_INLINE void ofa_make_vectors(const ofa_dense_t *const *rows,
                                 const ofa_windows_t *windows, int pixels,
                                 int vectors, const int32_t *block,
                                 const ofa_output_t *out, int8_t *output,
                                 int32_t channels, int rounding) {
  const int32_t *weights = block + 4 * OFA_LANES;
  int32x4_t sums[OFA_DENSE_PIXELS][4];
  ofa_scales_t scales[4];
  ofa_bounds_t bounds = ofa_load_bounds(out);
  int32_t next = out->channels;
  int32_t row, i;
  int p, v;
  for (p = 0; p < pixels; ++p)
    for (v = 0; v < vectors; ++v)
      sums[p][v] = vld1q_s32(block + 4 * v);
  for (row = 0; row < windows->rows; ++row) {
    const ofa_dense_t *x = rows[row] + windows->column;
    for (i = windows->inputs; i >= 4; i -= 4, x += 16) {
      int8x16_t sixteen[OFA_DENSE_PIXELS];
      for (p = 0; p < pixels; ++p)
        sixteen[p] = ofa_load_bytes(x + p * windows->step);
#define OFA_GROUP(lane)                                                        \
  for (v = 0; v < vectors; ++v) {                                              \
    int8x16_t w = ofa_load_bytes(weights + 4 * v);                             \
    for (p = 0; p < pixels; ++p)                                               \
      sums[p][v] = vdotq_laneq_s32(sums[p][v], w, sixteen[p], lane);           \
  }                                                                            \
  weights += OFA_LANES
      OFA_GROUP(0);
      OFA_GROUP(1);
      OFA_GROUP(2);
      OFA_GROUP(3);
#undef OFA_GROUP
    }
    for (; i > 0; --i, x += 4, weights += OFA_LANES) {
      int8x16_t four[OFA_DENSE_PIXELS];
      for (p = 0; p < pixels; ++p) {
        int32_t word;
        memcpy(&word, x + p * windows->step, 4);
        four[p] = vreinterpretq_s8_s32(vdupq_n_s32(word));
      }
      for (v = 0; v < vectors; ++v) {
        int8x16_t w = ofa_load_bytes(weights + 4 * v);
        for (p = 0; p < pixels; ++p)
          sums[p][v] = vdotq_s32(sums[p][v], w, four[p]);
      }
    }
  }
  for (v = 0; v < vectors; ++v)
    scales[v] = ofa_load_scales(block + 32 + 4 * v, block + 48 + 4 * v);
  for (p = 0; p < pixels; ++p, output += next)
    ofa_store_lanes(sums[p], vectors, scales, &bounds, output, channels,
                    rounding);
}

/* `pixels`, a constant, of up to 16 channels. */
OFA_INLINE void ofa_make_dense(const ofa_dense_t *const *rows,
                               const ofa_windows_t *windows, int pixels,
                               const int32_t *block, const ofa_output_t *out,
                               int8_t *output, int32_t channels, int rounding) {
  if (channels > 8)
    ofa_make_vectors(rows, windows, pixels, 4, block, out, output, channels,
                     rounding);
  else
    ofa_make_vectors(rows, windows, pixels, 2, block, out, output, channels,
                     rounding);
}

/*===-- Depthwise ------------------------------------------------------------===*
 *
 * Two pairs of taps are woven to groups of four, for SDOT. Of up to two last ones,
 * each is multiplied alone: a product has 16 bits, the sum of two may have more.
 */

OFA_INLINE void ofa_fill_planes(ofa_planes_t *to, int8_t value, int32_t count) {
  memset(to, value, (size_t)count);
}

/* Lanes behind the last channel may hold another pixel's: their weights are
 * zero. */
OFA_INLINE void ofa_lay_planes(ofa_planes_t *to, const int8_t *from,
                               int32_t pixels, int32_t channels) {
  int32_t pitch = (channels + OFA_LANES - 1) & -OFA_LANES;
  int32_t left = pixels * channels, c;
  for (; left >= pitch; left -= channels, from += channels, to += pitch)
    for (c = 0; c < pitch; c += OFA_LANES)
      vst1q_s8(to + c, ofa_load_bytes(from + c));
  for (; left > 0; left -= channels, from += channels, to += pitch) {
    memset(to, 0, (size_t)pitch);
    memcpy(to, from, (size_t)channels);
  }
}

/* Pairs of bytes of 16 channels. */
typedef struct ofa_pairs {
  int16x8_t low, high;
} ofa_pairs_t;

OFA_INLINE ofa_pairs_t ofa_pair_bytes(int8x16_t x, int8x16_t y) {
  ofa_pairs_t pairs;
  pairs.low = vreinterpretq_s16_s8(vzip1q_s8(x, y));
  pairs.high = vreinterpretq_s16_s8(vzip2q_s8(x, y));
  return pairs;
}

/* Groups of four bytes, of channels 4v to 4v + 3. */
OFA_INLINE int8x16_t ofa_weave(const ofa_pairs_t *a, const ofa_pairs_t *b,
                               int v) {
  int16x8_t x = v < 2 ? a->low : a->high;
  int16x8_t y = v < 2 ? b->low : b->high;
  return vreinterpretq_s8_s16(v % 2 ? vzip2q_s16(x, y) : vzip1q_s16(x, y));
}

OFA_INLINE ofa_pairs_t ofa_load_pairs(const int32_t *weights) {
  ofa_pairs_t pairs;
  pairs.low = vreinterpretq_s16_s8(ofa_load_bytes(weights));
  pairs.high = vreinterpretq_s16_s8(ofa_load_bytes(weights + 4));
  return pairs;
}

/* Adds a tap's products of 4 * vectors channels. */
OFA_INLINE void ofa_add_tap(int32x4_t *sums, int vectors, int8x16_t x,
                            int8x16_t weights) {
  int16x8_t low = vmull_s8(vget_low_s8(x), vget_low_s8(weights));
  sums[0] = vaddw_s16(sums[0], vget_low_s16(low));
  sums[1] = vaddw_high_s16(sums[1], low);
  if (vectors == 4) {
    int16x8_t high = vmull_high_s8(x, weights);
    sums[2] = vaddw_s16(sums[2], vget_low_s16(high));
    sums[3] = vaddw_high_s16(sums[3], high);
  }
}

/* `pixels` of 4 * vectors channels, both constants. */
OFA_INLINE void ofa_make_plane_vectors(const ofa_planes_t *const *taps,
                                       const ofa_windows_t *windows, int pixels,
                                       int vectors, const int32_t *block,
                                       const ofa_output_t *out, int8_t *output,
                                       int32_t channels, int rounding) {
  const int32_t *weights = block + 3 * OFA_LANES;
  int32x4_t sums[OFA_PLANES_PIXELS][4];
  ofa_scales_t scales[4];
  ofa_bounds_t bounds = ofa_load_bounds(out);
  int32_t next = out->channels;
  int32_t tap;
  int p, v;
  for (p = 0; p < pixels; ++p)
    for (v = 0; v < vectors; ++v)
      sums[p][v] = vld1q_s32(block + 4 * v);
  /* Behind the last of an odd number there is one more, without weights. */
  for (tap = 0; windows->inputs - tap > 2; tap += 4, weights += 16) {
    ofa_pairs_t first = ofa_load_pairs(weights);
    ofa_pairs_t second = ofa_load_pairs(weights + 8);
    int8x16_t w[4];
    for (v = 0; v < vectors; ++v)
      w[v] = ofa_weave(&first, &second, v);
    for (p = 0; p < pixels; ++p) {
      int32_t column = windows->column + p * windows->step;
      ofa_pairs_t a = ofa_pair_bytes(ofa_load_bytes(taps[tap] + column),
                                     ofa_load_bytes(taps[tap + 1] + column));
      ofa_pairs_t b = ofa_pair_bytes(ofa_load_bytes(taps[tap + 2] + column),
                                     ofa_load_bytes(taps[tap + 3] + column));
      for (v = 0; v < vectors; ++v)
        sums[p][v] = vdotq_s32(sums[p][v], ofa_weave(&a, &b, v), w[v]);
    }
  }
  for (; tap < windows->inputs; ++tap) {
    int8x16_t low = ofa_load_bytes(weights), high = ofa_load_bytes(weights + 4);
    int8x16_t w = tap % 2 ? vuzp2q_s8(low, high) : vuzp1q_s8(low, high);
    for (p = 0; p < pixels; ++p)
      ofa_add_tap(sums[p], vectors,
                  ofa_load_bytes(taps[tap] + windows->column +
                                 p * windows->step),
                  w);
  }
  for (v = 0; v < vectors; ++v)
    scales[v] = ofa_load_scales(block + 16 + 4 * v, block + 32 + 4 * v);
  for (p = 0; p < pixels; ++p, output += next)
    ofa_store_lanes(sums[p], vectors, scales, &bounds, output, channels,
                    rounding);
}

/* `pixels`, a constant, of up to 16 channels; taps[i] is where tap i of the first
 * pixel lies, and one more if their number is odd. */
OFA_INLINE void ofa_make_planes(const ofa_planes_t *const *taps,
                                const ofa_windows_t *windows, int pixels,
                                const int32_t *block, const ofa_output_t *out,
                                int8_t *output, int32_t channels,
                                int rounding) {
  if (channels > 8)
    ofa_make_plane_vectors(taps, windows, pixels, 4, block, out, output,
                           channels, rounding);
  else
    ofa_make_plane_vectors(taps, windows, pixels, 2, block, out, output,
                           channels, rounding);
}
