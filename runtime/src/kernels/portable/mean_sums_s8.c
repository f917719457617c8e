/*===- mean_sums_s8.c - Mean over all rows, one by one -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

OFA_INLINE void mean_sums(const ofa_mean_sums_s8_params_t *params, int32_t y0,
                          int32_t y1, const int8_t *input, int32_t in_rows,
                          int8_t *output, int32_t *sums, int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t channels = params->channels;
  int32_t start = -params->input_zero_point * params->rows * params->columns;
  for (; y0 < y1 && y0 < params->rows; ++y0) {
    const int8_t *row = input + y0 % in_rows * params->columns * channels;
    int32_t c;
    for (c = 0; c < channels; ++c) {
      const int8_t *value = row + c;
      int32_t acc = y0 == 0 ? start : sums[c];
      int32_t left;
      for (left = params->columns; left != 0; --left) {
        acc += *value;
        value += channels;
      }
      sums[c] = acc;
      if (y0 + 1 == params->rows)
        output[c] = ofa_requantize_value(acc, params->multiplier, params->shift,
                                         &out, rounding);
    }
  }
}

void ofa_mean_sums_s8_single(const ofa_mean_sums_s8_params_t *params, int32_t y0,
                             int32_t y1, const int8_t *input, int32_t in_rows,
                             int8_t *output, int32_t *sums) {
  mean_sums(params, y0, y1, input, in_rows, output, sums, OFA_ROUND_SINGLE);
}

void ofa_mean_sums_s8_double(const ofa_mean_sums_s8_params_t *params, int32_t y0,
                             int32_t y1, const int8_t *input, int32_t in_rows,
                             int8_t *output, int32_t *sums) {
  mean_sums(params, y0, y1, input, in_rows, output, sums, OFA_ROUND_DOUBLE);
}
