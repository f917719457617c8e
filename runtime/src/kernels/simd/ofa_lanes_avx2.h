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
  __m256i right;            /* what is left to shift behind the products */
  __m256i round, odd_round; /* of the products, 64-bit */
  __m256i half;             /* of the shift */
} ofa_scales_t;

OFA_INLINE ofa_scales_t ofa_load_scales(const int32_t *multipliers,
                                        const int32_t *shifts, int rounding) {
  ofa_scales_t scales;
  __m256i one = _mm256_set1_epi32(1);
  __m256i right = _mm256_sub_epi32(_mm256_setzero_si256(), ofa_load_8(shifts));
  __m256i less = _mm256_sub_epi32(right, one);
  scales.multiplier = ofa_load_8(multipliers);
  scales.odd_multiplier = _mm256_srli_epi64(scales.multiplier, 32);
  if (rounding == OFA_ROUND_SINGLE) {
    /* 2^(30 + right); of the product's high word, one bit less is left. */
    __m256i bits = _mm256_add_epi32(right, _mm256_set1_epi32(30));
    __m256i unit = _mm256_set1_epi64x(1);
    scales.round = _mm256_sllv_epi64(
        unit, _mm256_and_si256(bits, _mm256_set1_epi64x(0xffffffff)));
    scales.odd_round = _mm256_sllv_epi64(unit, _mm256_srli_epi64(bits, 32));
    scales.right = less;
    scales.half = _mm256_setzero_si256();
  } else {
    scales.round = scales.odd_round = _mm256_set1_epi64x((int64_t)1 << 30);
    scales.right = right;
    scales.half = _mm256_sllv_epi32(one, less);
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
  __m256i y;
  if (rounding == OFA_ROUND_SINGLE) {
    y = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
  } else {
    y = _mm256_blend_epi32(_mm256_srli_epi64(even, 31),
                           _mm256_slli_epi64(odd, 1), 0xaa);
    /* Halves go away from zero; no sum overflows, as |y| < 2^30. */
    y = _mm256_add_epi32(y, _mm256_srai_epi32(y, 31));
    y = _mm256_add_epi32(y, scales->half);
  }
  return _mm256_srav_epi32(y, scales->right);
}

/* Eight scaled values, and eight more, to bytes. */
OFA_INLINE __m128i ofa_finish_16(__m256i a, __m256i b, const ofa_output_t *out) {
  /* Saturated to 16 bits and then to 8, values are clamped no less. */
  __m256i halves = _mm256_adds_epi16(_mm256_packs_epi32(a, b),
                                     _mm256_set1_epi16((int16_t)out->zero_point));
  __m256i packed = _mm256_packs_epi16(halves, halves);
  __m128i bytes = _mm_unpacklo_epi32(_mm256_castsi256_si128(packed),
                                     _mm256_extracti128_si256(packed, 1));
  bytes = _mm_max_epi8(bytes, _mm_set1_epi8((int8_t)out->low));
  return _mm_min_epi8(bytes, _mm_set1_epi8((int8_t)out->high));
}

/* Stores the first `count` of 16 bytes. */
OFA_INLINE void ofa_store_some(int8_t *output, __m128i bytes, int32_t count) {
  if (count >= 16) {
    _mm_storeu_si128((__m128i *)(void *)output, bytes);
  } else if (count == 8) {
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
#pragma GCC unroll 6
  for (p = 0; p < pixels; ++p)
    ofa_store_some(
        output + p * out->channels,
        ofa_finish_16(
            ofa_scale_8(_mm512_castsi512_si256(sums[p]), &low, rounding),
            ofa_scale_8(_mm512_extracti64x4_epi64(sums[p], 1), &high, rounding),
            out),
        channels);
}
#else
typedef int16_t ofa_dense_t;
#define OFA_DENSE_PIXELS 6

OFA_INLINE void ofa_fill_dense(ofa_dense_t *to, int8_t value, int32_t count) {
  __m256i all = _mm256_set1_epi16(value);
  int32_t i = 0;
  for (; i + 16 <= count; i += 16)
    _mm256_storeu_si256((__m256i *)(void *)(to + i), all);
  for (; i < count; ++i)
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
    int8_t *to = output + 8 * v;
    int32_t count = ofa_min(8, channels - 8 * v);
#pragma GCC unroll 6
    for (p = 0; p < pixels; ++p) {
      __m256i all = _mm256_hadd_epi32(sums[p][2 * v], sums[p][2 * v + 1]);
      all = _mm256_add_epi32(_mm256_permute4x64_epi64(all, 0xd8), bias);
      sums[p][0] = ofa_scale_8(all, &scales, rounding);
    }
    /* Two pixels' bytes at once. */
#pragma GCC unroll 3
    for (p = 0; p < pixels; p += 2) {
      __m128i bytes =
          ofa_finish_16(sums[p][0], sums[p + 1 < pixels ? p + 1 : p][0], out);
      ofa_store_some(to + p * out->channels, bytes, count);
      if (p + 1 < pixels)
        ofa_store_some(to + (p + 1) * out->channels, _mm_srli_si128(bytes, 8),
                       count);
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

/* count: a multiple of 16. */
OFA_INLINE void ofa_fill_planes(ofa_planes_t *to, int8_t value, int32_t count) {
  __m256i all = _mm256_set1_epi16(value);
  int32_t i;
  for (i = 0; i < count; i += OFA_LANES)
    _mm256_storeu_si256((__m256i *)(void *)(to + i), all);
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
  {
    ofa_scales_t low = ofa_load_scales(block + 16, block + 32, rounding);
    ofa_scales_t high = ofa_load_scales(block + 24, block + 40, rounding);
#pragma GCC unroll 4
    for (p = 0; p < pixels; ++p) {
      __m256i a = ofa_scale_8(sums[p][0], &low, rounding);
      __m256i b = halves == 2 ? ofa_scale_8(sums[p][1], &high, rounding) : a;
      ofa_store_some(output + p * out->channels, ofa_finish_16(a, b, out),
                     channels);
    }
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
