/*===- avg_pool2d_sums_s8.c - Average over all rows, one by one -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* Adds columns [begin, end) of a row of the image to the sums of a window. */
OFA_INLINE void add_columns(const int8_t *row, int32_t begin, int32_t end,
                            int32_t depth, int32_t *sums) {
  int32_t c;
  for (c = 0; c < depth; ++c) {
    const int8_t *value = row + begin * depth + c;
    int32_t acc = sums[c];
    int32_t x;
    for (x = begin; x < end; ++x) {
      acc += *value;
      value += depth;
    }
    sums[c] = acc;
  }
}

void ofa_avg_pool2d_sums_s8(const ofa_pool2d_s8_params_t *params, int32_t y0,
                            int32_t y1, const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t *sums) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t height = window->in_height;
  for (; y0 < y1 && y0 < height; ++y0) {
    const int8_t *row = input + y0 % in_rows * window->in_width * depth;
    int32_t x;
    for (x = 0; x < window->out_width; ++x) {
      int32_t first = x * window->stride_width - window->pad_left;
      int32_t begin = ofa_max(first, 0);
      int32_t end = ofa_min(first + window->kernel_width, window->in_width);
      int32_t *window_sums = sums + x * depth;
      int32_t c;
      for (c = 0; y0 == 0 && c < depth; ++c)
        window_sums[c] = 0;
      add_columns(row, begin, end, depth, window_sums);
      if (y0 + 1 == height) {
        int32_t taps = (end - begin) * height;
        for (c = 0; c < depth; ++c) {
          int32_t acc = window_sums[c];
          acc = (acc > 0 ? acc + taps / 2 : acc - taps / 2) / taps;
          output[x * depth + c] = (int8_t)ofa_clamp(
              acc, params->activation_min, params->activation_max);
        }
      }
    }
  }
}
