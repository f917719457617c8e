/*===- ofa_lanes_avx2.h - Vectors of x86-64 -----------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/simd, part of ofa_lanes.h. VPMADDWD multiplies
 * 16-bit numbers and adds two products, exactly; its namesake for bytes saturates.
 * With AVX-512 VNNI, VPDPBUSD adds four products of a byte without and one with
 * sign: inputs are 128 more there, which the second biases take back.
 */
#include <immintrin.h>

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__) && \
    !defined(OFA_NO_VNNI)
#define OFA_VNNI 1
#else
#define OFA_VNNI 0
#endif

OFA_INLINE __m256i ofa_load_8(const int32_t *words) {
  return _mm256_loadu_si256((const __m256i *)(const void *)words);
}
OFA_INLINE __m128i ofa_load_bytes(const void *bytes) {
  return _mm_loadu_si128((const __m128i *)bytes);
}

/*===-- Requantisation ----------------------------------------------------===*/

/* Of eight channels, from the words of their block. */
typedef struct ofa_scales {
  __m256i multiplier, odd_multiplier;
  __m256i right;           /* what is left to shift of the products' high words */
  __m256i round, odd_round; /* 64-bit */
  __m256i mask;
} ofa_scales_t;

OFA_INLINE ofa_scales_t ofa_load_scales(const int32_t *multipliers,
                                        const int32_t *shifts, int rounding) {
  ofa_scales_t scales;
  __m256i one = _mm256_set1_epi32(1);
  __m256i right = _mm256_sub_epi32(_mm256_setzero_si256(), ofa_load_8(shifts));
  scales.multiplier = ofa_load_8(multipliers);
  scales.odd_multiplier = _mm256_srli_epi64(scales.multiplier, 32);
  if (rounding == OFA_ROUND_SINGLE) {
    /* 2^(30 + right), and what the high word has to be shifted */
    __m256i bits = _mm256_add_epi32(right, _mm256_set1_epi32(30));
    __m256i unit = _mm256_set1_epi64x(1);
    scales.round = _mm256_sllv_epi64(
        unit, _mm256_and_si256(bits, _mm256_set1_epi64x(0xffffffff)));
    scales.odd_round = _mm256_sllv_epi64(unit, _mm256_srli_epi64(bits, 32));
    scales.right = _mm256_sub_epi32(right, one);
    scales.mask = _mm256_setzero_si256();
  } else {
    scales.round = scales.odd_round = _mm256_set1_epi64x((int64_t)1 << 30);
    scales.right = right;
    scales.mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
  }
  return scales;
}

OFA_INLINE __m256i ofa_scale_8(__m256i x, const ofa_scales_t *scales,
                               int rounding) {
  __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, scales->multiplier),
                                  scales->round);
  __m256i odd = _mm256_add_epi64(
      _mm256_mul_epi32(_mm256_srli_epi64(x, 32), scales->odd_multiplier),
      scales->odd_round);
  __m256i y, rest, half;
  if (rounding == OFA_ROUND_SINGLE) {
    y = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
    return _mm256_srav_epi32(y, scales->right);
  }
  y = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1),
                         0xaa);
  /* halves away from zero */
  rest = _mm256_and_si256(y, scales->mask);
  half = _mm256_add_epi32(_mm256_srli_epi32(scales->mask, 1),
                          _mm256_srli_epi32(y, 31));
  return _mm256_sub_epi32(_mm256_srav_epi32(y, scales->right),
                          _mm256_cmpgt_epi32(rest, half));
}

/* Requantises eight sums, and stores the first `count`. */
OFA_INLINE void ofa_store_8(__m256i sums, const ofa_scales_t *scales,
                            const ofa_output_t *out, int8_t *output,
                            int32_t count, int rounding) {
  __m256i y = _mm256_add_epi32(ofa_scale_8(sums, scales, rounding),
                               _mm256_set1_epi32(out->zero_point));
  __m128i bytes;
  y = _mm256_max_epi32(y, _mm256_set1_epi32(out->low));
  y = _mm256_min_epi32(y, _mm256_set1_epi32(out->high));
  bytes = _mm_packs_epi32(_mm256_castsi256_si128(y),
                          _mm256_extracti128_si256(y, 1));
  bytes = _mm_packs_epi16(bytes, bytes);
  if (count >= 8) {
    _mm_storel_epi64((__m128i *)(void *)output, bytes);
  } else {
    int8_t some[16];
    _mm_storeu_si128((__m128i *)(void *)some, bytes);
    memcpy(output, some, (size_t)count);
  }
}

/*===-- Dense ---------------------------------------------------------------===*/

#if OFA_VNNI
typedef uint8_t ofa_dense_t;
#define OFA_DENSE_PIXELS 6

OFA_INLINE void ofa_fill_dense(ofa_dense_t *to, int8_t value, int32_t count) {
  memset(to, value + 128, (size_t)count);
}

OFA_INLINE void ofa_lay_dense(ofa_dense_t *to, const int8_t *from,
                              int32_t pixels, int32_t channels) {
  int32_t count = pixels * channels, i = 0;
  __m256i sign = _mm256_set1_epi8(-128);
  for (; i + 32 <= count; i += 32)
    _mm256_storeu_si256(
        (__m256i *)(void *)(to + i),
        _mm256_xor_si256(sign, _mm256_loadu_si256(
                                   (const __m256i *)(const void *)(from + i))));
  for (; i < count; ++i)
    to[i] = (uint8_t)(from[i] + 128);
}

/* `pixels`, a constant, of up to 16 channels. */
OFA_INLINE void ofa_make_dense(const ofa_dense_t *const *rows,
                               const ofa_windows_t *windows, int pixels,
                               const int32_t *block, const ofa_output_t *out,
                               int8_t *output, int32_t channels, int rounding) {
  const int32_t *weights = block + 4 * OFA_LANES;
  __m512i bias = _mm512_loadu_si512(block + OFA_LANES);
  __m512i sums[OFA_DENSE_PIXELS];
  ofa_scales_t low = ofa_load_scales(block + 32, block + 48, rounding);
  ofa_scales_t high = ofa_load_scales(block + 40, block + 56, rounding);
  int32_t row, i;
  int p;
  for (p = 0; p < pixels; ++p)
    sums[p] = bias;
  for (row = 0; row < windows->rows; ++row) {
    const ofa_dense_t *x = rows[row] + windows->column;
    for (i = 0; i < windows->inputs; ++i, x += 4, weights += OFA_LANES) {
      __m512i w = _mm512_loadu_si512(weights);
#pragma GCC unroll 6
      for (p = 0; p < pixels; ++p) {
        int32_t four;
        memcpy(&four, x + p * windows->step, 4);
        sums[p] = _mm512_dpbusd_epi32(sums[p], _mm512_set1_epi32(four), w);
      }
    }
  }
  for (p = 0; p < pixels; ++p, output += out->channels) {
    ofa_store_8(_mm512_castsi512_si256(sums[p]), &low, out, output, channels,
                rounding);
    if (channels > 8)
      ofa_store_8(_mm512_extracti64x4_epi64(sums[p], 1), &high, out, output + 8,
                  channels - 8, rounding);
  }
}
#else
typedef int16_t ofa_dense_t;
#define OFA_DENSE_PIXELS 6

OFA_INLINE void ofa_fill_dense(ofa_dense_t *to, int8_t value, int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i)
    to[i] = value;
}

OFA_INLINE void ofa_lay_dense(ofa_dense_t *to, const int8_t *from,
                              int32_t pixels, int32_t channels) {
  int32_t count = pixels * channels, i = 0;
  for (; i + 16 <= count; i += 16)
    _mm256_storeu_si256((__m256i *)(void *)(to + i),
                        _mm256_cvtepi8_epi16(ofa_load_bytes(from + i)));
  for (; i < count; ++i)
    to[i] = from[i];
}

/* `pixels` of 8 * halves channels, both constants: a vector of sums has two for
 * each of four channels. */
OFA_INLINE void ofa_make_halves(const ofa_dense_t *const *rows,
                                const ofa_windows_t *windows, int pixels,
                                int halves, const int32_t *block,
                                const ofa_output_t *out, int8_t *output,
                                int32_t channels, int rounding) {
  const int32_t *weights = block + 4 * OFA_LANES;
  __m256i sums[OFA_DENSE_PIXELS][4];
  int32_t row, i;
  int p, v;
  for (p = 0; p < pixels; ++p)
    for (v = 0; v < 2 * halves; ++v)
      sums[p][v] = _mm256_setzero_si256();
  for (row = 0; row < windows->rows; ++row) {
    const ofa_dense_t *x = rows[row] + windows->column;
    for (i = 0; i < windows->inputs; ++i, x += 4, weights += OFA_LANES) {
      /* Weights stay in registers while pixels come and go: there are 12 sums, 2
       * vectors of weights, a pixel and a product, or 8, 4 and these. */
      __m256i w[4];
#pragma GCC unroll 4
      for (v = 0; v < 2 * halves; ++v)
        w[v] = _mm256_cvtepi8_epi16(ofa_load_bytes(weights + 4 * v));
#pragma GCC unroll 6
      for (p = 0; p < pixels; ++p) {
        __m256i four = _mm256_broadcastq_epi64(_mm_loadl_epi64(
            (const __m128i *)(const void *)(x + p * windows->step)));
#pragma GCC unroll 4
        for (v = 0; v < 2 * halves; ++v)
          sums[p][v] =
              _mm256_add_epi32(sums[p][v], _mm256_madd_epi16(w[v], four));
      }
    }
  }
#pragma GCC unroll 2
  for (v = 0; v < halves; ++v) {
    __m256i bias = ofa_load_8(block + 8 * v);
    ofa_scales_t scales =
        ofa_load_scales(block + 32 + 8 * v, block + 48 + 8 * v, rounding);
#pragma GCC unroll 6
    for (p = 0; p < pixels; ++p) {
      __m256i all = _mm256_hadd_epi32(sums[p][2 * v], sums[p][2 * v + 1]);
      all = _mm256_add_epi32(_mm256_permute4x64_epi64(all, 0xd8), bias);
      ofa_store_8(all, &scales, out, output + p * out->channels + 8 * v,
                  channels - 8 * v, rounding);
    }
  }
}

/* `pixels`, a constant, of up to 16 channels. */
OFA_INLINE void ofa_make_dense(const ofa_dense_t *const *rows,
                               const ofa_windows_t *windows, int pixels,
                               const int32_t *block, const ofa_output_t *out,
                               int8_t *output, int32_t channels, int rounding) {
  if (pixels <= 2 && channels > 8) {
    ofa_make_halves(rows, windows, pixels, 2, block, out, output, channels,
                    rounding);
    return;
  }
  ofa_make_halves(rows, windows, pixels, 1, block, out, output, channels,
                  rounding);
  if (channels > 8)
    ofa_make_halves(rows, windows, pixels, 1, block + 8, out, output + 8,
                    channels - 8, rounding);
}
#endif

/*===-- Depthwise ------------------------------------------------------------===*
 *
 * Sixteen channels' inputs of a tap are a vector, in which channels 4 to 7 and 8
 * to 11 are exchanged: so unpacking those of two taps pairs them in order.
 */
typedef int16_t ofa_planes_t;
#define OFA_PLANES_PIXELS 4

OFA_INLINE void ofa_fill_planes(ofa_planes_t *to, int8_t value, int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i)
    to[i] = value;
}

/* Sixteen channels, of which some may be another pixel's: their weights are
 * zero. */
OFA_INLINE void ofa_lay_lanes(ofa_planes_t *to, const int8_t *from) {
  __m256i x = _mm256_cvtepi8_epi16(ofa_load_bytes(from));
  _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permute4x64_epi64(x, 0xd8));
}

OFA_INLINE void ofa_lay_planes(ofa_planes_t *to, const int8_t *from,
                               int32_t pixels, int32_t channels) {
  int32_t pitch = (channels + OFA_LANES - 1) & -OFA_LANES;
  int32_t left = pixels * channels, c;
  for (; left >= pitch; left -= channels, from += channels, to += pitch)
    for (c = 0; c < pitch; c += OFA_LANES)
      ofa_lay_lanes(to + c, from + c);
  for (; left > 0; left -= channels, from += channels, to += pitch)
    for (c = 0; c < pitch; c += OFA_LANES) {
      int8_t some[OFA_LANES] = {0};
      memcpy(some, from + c, (size_t)ofa_min(OFA_LANES, channels - c));
      ofa_lay_lanes(to + c, some);
    }
}

/* `pixels` of 8 * halves channels, both constants. */
OFA_INLINE void ofa_make_plane_halves(const ofa_planes_t *const *taps,
                                      const ofa_windows_t *windows, int pixels,
                                      int halves, const int32_t *block,
                                      const ofa_output_t *out, int8_t *output,
                                      int32_t channels, int rounding) {
  const int32_t *weights = block + 3 * OFA_LANES;
  __m256i sums[OFA_PLANES_PIXELS][2];
  int32_t tap;
  int p, v;
  for (p = 0; p < pixels; ++p)
    for (v = 0; v < halves; ++v)
      sums[p][v] = ofa_load_8(block + 8 * v);
  for (tap = 0; tap < windows->inputs; tap += 2, weights += 8) {
    const ofa_planes_t *a = taps[tap] + windows->column;
    const ofa_planes_t *b = taps[tap + 1] + windows->column;
    __m256i low = _mm256_cvtepi8_epi16(ofa_load_bytes(weights));
    __m256i high = _mm256_cvtepi8_epi16(ofa_load_bytes(weights + 4));
#pragma GCC unroll 4
    for (p = 0; p < pixels; ++p) {
      __m256i x = _mm256_loadu_si256(
          (const __m256i *)(const void *)(a + p * windows->step));
      __m256i y = _mm256_loadu_si256(
          (const __m256i *)(const void *)(b + p * windows->step));
      sums[p][0] = _mm256_add_epi32(
          sums[p][0], _mm256_madd_epi16(_mm256_unpacklo_epi16(x, y), low));
      if (halves == 2)
        sums[p][1] = _mm256_add_epi32(
            sums[p][1], _mm256_madd_epi16(_mm256_unpackhi_epi16(x, y), high));
    }
  }
  for (v = 0; v < halves; ++v) {
    ofa_scales_t scales =
        ofa_load_scales(block + 16 + 8 * v, block + 32 + 8 * v, rounding);
#pragma GCC unroll 4
    for (p = 0; p < pixels; ++p)
      ofa_store_8(sums[p][v], &scales, out, output + p * out->channels + 8 * v,
                  channels - 8 * v, rounding);
  }
}

/* `pixels`, a constant, of up to 16 channels; taps[i] is where tap i of the first
 * pixel lies, and one more if their number is odd. */
OFA_INLINE void ofa_make_planes(const ofa_planes_t *const *taps,
                                const ofa_windows_t *windows, int pixels,
                                const int32_t *block, const ofa_output_t *out,
                                int8_t *output, int32_t channels,
                                int rounding) {
  if (channels > 8)
    ofa_make_plane_halves(taps, windows, pixels, 2, block, out, output,
                          channels, rounding);
  else
    ofa_make_plane_halves(taps, windows, pixels, 1, block, out, output,
                          channels, rounding);
}
