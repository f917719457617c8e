/*===- softmax_s8.c - Softmax in fixed point -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* Numbers are int32 with 31 - n integer bits, "Qn" below having n integer
 * bits; the steps are those of TFLite's int8 softmax, to the bit. */

OFA_INLINE int32_t saturating_shift_left(int32_t x, int32_t n) {
  int64_t shifted = (int64_t)x * ((int64_t)1 << n);
  return shifted > INT32_MAX   ? INT32_MAX
         : shifted < INT32_MIN ? INT32_MIN
                               : (int32_t)shifted;
}

/* 1 / (1 + x) for x in [0, 1), Q0: three Newton steps on half of it. */
static int32_t one_over_one_plus(int32_t x) {
  const int32_t constant_48_over_17 = 1515870810;      /* Q2 */
  const int32_t constant_minus_32_over_17 = -1010580540; /* Q2 */
  const int32_t one = (int32_t)1 << 29;                /* Q2 */
  int32_t half_denominator =
      (int32_t)(((int64_t)x + INT32_MAX + 1) / 2); /* Q0 */
  int32_t y = constant_48_over_17 +
              ofa_multiply_high(half_denominator, constant_minus_32_over_17);
  int32_t i;
  for (i = 0; i < 3; ++i) {
    int32_t rest = one - ofa_multiply_high(half_denominator, y);
    y += saturating_shift_left(ofa_multiply_high(y, rest), 2);
  }
  return saturating_shift_left(y, 1);
}

OFA_INLINE int32_t count_leading_zeros(uint32_t x) {
  int32_t n = 0;
  for (; !(x & 0x80000000u); x <<= 1)
    ++n;
  return n;
}

void ofa_softmax_s8(const ofa_softmax_s8_params_t *params, const int8_t *input,
                    int8_t *output) {
  int32_t depth = params->depth;
  int32_t row;
  for (row = 0; row < params->rows; ++row, input += depth, output += depth) {
    int32_t largest = -128;
    int32_t sum = 0; /* Q12 */
    int32_t zeros;
    int32_t scale;
    int32_t right;
    int32_t c;
    for (c = 0; c < depth; ++c)
      largest = ofa_max(largest, input[c]);
    for (c = 0; c < depth; ++c)
      sum += ofa_divide_by_power(params->exp_table[largest - input[c]], 12);
    /* sum = 2^(12 - zeros) * (1 + x) with x in [0, 1). */
    zeros = count_leading_zeros((uint32_t)sum);
    scale = one_over_one_plus(
        (int32_t)(((uint32_t)sum << zeros) - 0x80000000u));
    right = 12 - zeros + 31 - 8;
    for (c = 0; c < depth; ++c) {
      int32_t value =
          ofa_multiply_high(scale, params->exp_table[largest - input[c]]);
      /* Among more than 511 values all may be too small to count. */
      value = right > 31 ? 0 : ofa_divide_by_power(value, right);
      output[c] = (int8_t)ofa_clamp(value - 128, -128, 127);
    }
  }
}
