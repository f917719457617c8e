/*===- conv2d_f32.c - Convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* The runs of inputs that the window at column `first` reads. */
OFA_INLINE int32_t window_runs(const ofa_conv2d_f32_params_t *params,
                               const ofa_row_f32_t *rows, int32_t first,
                               ofa_run_f32_t *runs) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t tap = depth * window->out_channels;
  int32_t begin = ofa_max(first, 0);
  int32_t end = ofa_min(first + window->kernel_width, window->in_width);
  int32_t count = 0;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky) {
    const ofa_row_f32_t *row = &rows[ky];
    const float *weights = params->weights + ky * window->kernel_width * tap;
    int32_t split;
    if (!row->data || begin >= end)
      continue;
    split = ofa_clamp(row->wrap, begin, end);
    if (begin < split) {
      runs[count].x = row->data + begin * depth;
      runs[count].weights = weights + (begin - first) * tap;
      runs[count].n = (split - begin) * depth;
      ++count;
    }
    if (split < end) {
      runs[count].x = row->wrapped + (split - row->wrap) * depth;
      runs[count].weights = weights + (split - first) * tap;
      runs[count].n = (end - split) * depth;
      ++count;
    }
  }
  return count;
}

/* True if no row wraps inside [first, last). */
OFA_INLINE int straight(const ofa_window_t *window, const ofa_row_f32_t *rows,
                        int32_t first, int32_t last) {
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky)
    if (rows[ky].data && first < rows[ky].wrap && rows[ky].wrap < last)
      return 0;
  return 1;
}

OFA_CLONES void ofa_conv2d_row_f32(const ofa_conv2d_f32_params_t *params,
                                   const ofa_row_f32_t *rows, int32_t x0,
                                   int32_t x1, float *output_row) {
  const ofa_window_t *window = &params->window;
  int32_t width = window->out_channels;
  int32_t stride = window->stride_width;
  int32_t x = x0;
  while (x < x1) {
    ofa_run_f32_t runs[2 * OFA_MAX_KERNEL];
    int32_t first = x * stride - window->pad_left;
    int32_t last = first + 3 * stride + window->kernel_width;
    int32_t count = window_runs(params, rows, first, runs);
    float *output = output_row + x * width;
    if (x + 4 <= x1 && first >= 0 && last <= window->in_width &&
        straight(window, rows, first, last)) {
      ofa_dense_f32(runs, count, 4, stride * window->in_channels, params->bias,
                    width, params->activation_min, params->activation_max,
                    output);
      x += 4;
    } else {
      ofa_dense_f32(runs, count, 1, 0, params->bias, width,
                    params->activation_min, params->activation_max, output);
      ++x;
    }
  }
}

void ofa_conv2d_f32(const ofa_conv2d_f32_params_t *params, const float *input,
                    float *output) {
  const ofa_window_t *window = &params->window;
  ofa_row_f32_t rows[OFA_MAX_KERNEL];
  int32_t y;
  for (y = 0; y < window->out_height; ++y) {
    ofa_layer_rows_f32(window, input, y, rows);
    ofa_conv2d_row_f32(params, rows, 0, window->out_width, output);
    output += (int32_t)window->out_width * window->out_channels;
  }
}
