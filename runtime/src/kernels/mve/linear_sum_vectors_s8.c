/*===- linear_sum_vectors_s8.c - Sum of two tensors as one linear form -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_mve.h"

#if defined(__AVX2__) && !defined(OFA_NO_SIMD)
#include <immintrin.h>

/* Eight elements; GCC 12 leaves the loop below as it is. */
OFA_INLINE __m256i add_eight(const ofa_linear_sum_s8_params_t *params,
                             const int8_t *lhs, const int8_t *rhs) {
  __m256i a = _mm256_cvtepi8_epi32(
      _mm_loadl_epi64((const __m128i *)(const void *)lhs));
  __m256i b = _mm256_cvtepi8_epi32(
      _mm_loadl_epi64((const __m128i *)(const void *)rhs));
  a = _mm256_mullo_epi32(a, _mm256_set1_epi32(params->lhs_factor));
  b = _mm256_mullo_epi32(b, _mm256_set1_epi32(params->rhs_factor));
  a = _mm256_add_epi32(_mm256_add_epi32(a, b),
                       _mm256_set1_epi32(params->offset));
  return _mm256_sra_epi32(a, _mm_cvtsi32_si128(params->shift));
}

/* Returns how many elements it has made: all in blocks of 32. */
OFA_INLINE int32_t add_blocks(const ofa_linear_sum_s8_params_t *params,
                              const int8_t *lhs, const int8_t *rhs,
                              int8_t *output) {
  const ofa_linear_sum_s8_params_t p = *params; /* that no store changes */
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  int32_t i;
  for (i = 0; i + 32 <= p.count; i += 32) {
    __m256i first = _mm256_packs_epi32(add_eight(&p, lhs + i, rhs + i),
                                       add_eight(&p, lhs + i + 8, rhs + i + 8));
    __m256i second =
        _mm256_packs_epi32(add_eight(&p, lhs + i + 16, rhs + i + 16),
                           add_eight(&p, lhs + i + 24, rhs + i + 24));
    __m256i bytes = _mm256_permutevar8x32_epi32(
        _mm256_packs_epi16(first, second), order);
    _mm256_storeu_si256((__m256i *)(void *)(output + i), bytes);
  }
  return i;
}
#else
OFA_INLINE int32_t add_blocks(const ofa_linear_sum_s8_params_t *params,
                              const int8_t *lhs, const int8_t *rhs,
                              int8_t *output) {
  (void)params, (void)lhs, (void)rhs, (void)output;
  return 0;
}
#endif

/* Four elements a turn: VMLAS is times a vector plus a number, VMLA plus a vector
 * times a number. */
void ofa_linear_sum_vectors_s8(const ofa_linear_sum_s8_params_t *params,
                               const int8_t *lhs, const int8_t *rhs,
                               int8_t *output) {
  int8_t *first = output;
#if OFA_MVE_ASM
  __asm__ volatile("vdup.32 q2, %[lhs_factor]\n\t"
                   "wlstp.32 lr, %[count], 2f\n"
                   "1:\n\t"
                   "vldrb.s32 q0, [%[lhs]], #4\n\t"
                   "vldrb.s32 q1, [%[rhs]], #4\n\t"
                   "vmlas.s32 q0, q2, %[offset]\n\t"
                   "vmla.s32 q0, q1, %[rhs_factor]\n\t"
                   "vshl.s32 q0, %[shift]\n\t"
                   "vqmovnb.s32 q0, q0\n\t"
                   "vqmovnb.s16 q0, q0\n\t"
                   "vstrb.32 q0, [%[output]], #4\n\t"
                   "letp lr, 1b\n"
                   "2:"
                   : [lhs] "+l"(lhs), [rhs] "+l"(rhs), [output] "+l"(output)
                   : [count] "r"(params->count),
                     [lhs_factor] "r"(params->lhs_factor),
                     [rhs_factor] "r"(params->rhs_factor),
                     [offset] "r"(params->offset), [shift] "r"(-params->shift)
                   : "lr", "q0", "q1", "q2", "memory");
#else
  int32_t i;
  for (i = add_blocks(params, lhs, rhs, output); i < params->count; ++i) {
    int32_t sum = (params->offset + lhs[i] * params->lhs_factor +
                   rhs[i] * params->rhs_factor) >>
                  params->shift;
    output[i] = (int8_t)ofa_max(-128, ofa_min(127, sum));
  }
#endif
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(first, params->count, params->activation_min,
                    params->activation_max);
}
