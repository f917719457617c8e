/*===- pool2d_f32.c - Average and largest value of windows -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

typedef ofa_pool2d_f32_params_t params_t;

/* Output pixel x from kernel rows [ky0, ky1): `rows` of a row call, or the
 * image row `row` and those below it. */
OFA_INLINE void pool_pixel(const params_t *params, const ofa_row_f32_t *rows,
                           const float *row, int32_t ky0, int32_t ky1,
                           int32_t x, float *output, int average) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t pitch = (int32_t)window->in_width * depth;
  int32_t first = x * window->stride_width - window->pad_left;
  int32_t begin = ofa_max(first, 0);
  int32_t end = ofa_min(first + window->kernel_width, window->in_width);
  float taps = (float)((end - begin) * (ky1 - ky0));
  int32_t c;
  for (c = 0; c < depth; ++c) {
    float acc = 0.0f;
    int32_t ky;
    int32_t i;
    for (ky = ky0; ky < ky1; ++ky)
      for (i = begin; i < end; ++i) {
        float value = rows ? ofa_pixel_f32(&rows[ky], i, depth)[c]
                           : row[(ky - ky0) * pitch + i * depth + c];
        if (average)
          acc += value;
        else if ((ky == ky0 && i == begin) || value > acc)
          acc = value;
      }
    output[c] =
        ofa_clamp_f32(average ? acc / taps : acc, params->activation_min,
                      params->activation_max);
  }
}

OFA_INLINE void pool_rows(const params_t *params, const ofa_row_f32_t *rows,
                          int32_t x0, int32_t x1, float *output_row,
                          int average) {
  int32_t ky0 = 0;
  int32_t ky1 = params->window.kernel_height;
  int32_t x;
  while (ky0 < ky1 && !rows[ky0].data)
    ++ky0;
  while (ky1 > ky0 && !rows[ky1 - 1].data)
    --ky1;
  for (x = x0; x < x1; ++x)
    pool_pixel(params, rows, NULL, ky0, ky1, x,
               output_row + x * params->window.out_channels, average);
}

OFA_INLINE void pool_layer(const params_t *params, const float *input,
                           float *output, int average) {
  const ofa_window_t *window = &params->window;
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t y;
  int32_t x;
  for (y = 0; y < window->out_height; ++y) {
    int32_t top = y * window->stride_height - window->pad_top;
    int32_t ky1 = ofa_min(window->kernel_height, window->in_height - top);
    for (x = 0; x < window->out_width; ++x, output += window->out_channels)
      pool_pixel(params, NULL, input + ofa_max(top, 0) * pitch,
                 ofa_max(-top, 0), ky1, x, output, average);
  }
}

void ofa_avg_pool2d_f32(const params_t *params, const float *input,
                        float *output) {
  pool_layer(params, input, output, 1);
}

void ofa_avg_pool2d_row_f32(const params_t *params, const ofa_row_f32_t *rows,
                            int32_t x0, int32_t x1, float *output_row) {
  pool_rows(params, rows, x0, x1, output_row, 1);
}

void ofa_max_pool2d_f32(const params_t *params, const float *input,
                        float *output) {
  pool_layer(params, input, output, 0);
}

void ofa_max_pool2d_row_f32(const params_t *params, const ofa_row_f32_t *rows,
                            int32_t x0, int32_t x1, float *output_row) {
  pool_rows(params, rows, x0, x1, output_row, 0);
}
