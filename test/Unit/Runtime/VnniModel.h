/*===- VnniModel.h - AVX-512 VNNI on a machine without ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * What ofa_lanes_avx2.h uses of AVX-512, over two vectors of AVX2, by what
 *Intel's manual says it computes. Included before its sources, it makes them
 *take their path for VNNI.
 */
#include <immintrin.h>
#include <stdint.h>

typedef struct model_512 {
  __m256i half[2];
} model_512_t;

static inline model_512_t model_load(const void *from) {
  const __m256i *halves = (const __m256i *)from;
  model_512_t to;
  to.half[0] = _mm256_loadu_si256(halves);
  to.half[1] = _mm256_loadu_si256(halves + 1);
  return to;
}

static inline model_512_t model_set1(int32_t value) {
  model_512_t to;
  to.half[0] = to.half[1] = _mm256_set1_epi32(value);
  return to;
}

/* Of each 32 bits the sum and four products of a byte without sign by one with,
 * modulo 2^32. */
static inline model_512_t model_dpbusd(model_512_t sums, model_512_t a,
                                       model_512_t b) {
  uint32_t word[16];
  uint8_t x[64];
  int8_t y[64];
  int i;
  for (i = 0; i < 2; ++i) {
    _mm256_storeu_si256((__m256i *)(void *)(word + 8 * i), sums.half[i]);
    _mm256_storeu_si256((__m256i *)(void *)(x + 32 * i), a.half[i]);
    _mm256_storeu_si256((__m256i *)(void *)(y + 32 * i), b.half[i]);
  }
  for (i = 0; i < 64; ++i)
    word[i / 4] += (uint32_t)(x[i] * y[i]);
  return model_load(word);
}

#define __AVX512VNNI__ 1
#define __AVX512BW__ 1
#define __AVX512VL__ 1
#define __m512i model_512_t
#define _mm512_loadu_si512 model_load
#define _mm512_set1_epi32 model_set1
#define _mm512_dpbusd_epi32 model_dpbusd
#define _mm512_castsi512_si256(x) ((x).half[0])
#define _mm512_extracti64x4_epi64(x, i) ((x).half[i])
