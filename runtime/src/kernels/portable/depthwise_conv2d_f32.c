/*===- depthwise_conv2d_f32.c - Depthwise convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* Taps side by side in one row of the window, inside the image. */
typedef struct run {
  const float *x;
  const float *weights;
  int32_t taps;
} run_t;

OFA_INLINE void pixel(const run_t *runs, int32_t count, const float *bias,
                      int32_t depth, int32_t width, float *output) {
  int32_t multiplier = width / depth;
  int32_t o = 0;
  int32_t r;
  int32_t i;
#if OFA_VECTORS
  if (multiplier == 1)
    for (; o + OFA_LANES <= width; o += OFA_LANES) {
      ofa_f32x8_t acc;
      ofa_load8(&acc, bias + o);
      for (r = 0; r < count; ++r)
        for (i = 0; i < runs[r].taps; ++i) {
          ofa_f32x8_t x, w;
          ofa_load8(&x, runs[r].x + i * depth + o);
          ofa_load8(&w, runs[r].weights + i * width + o);
          acc += x * w;
        }
      ofa_store8(output + o, &acc);
    }
#endif
  for (; o < width; ++o) {
    int32_t c = o / multiplier;
    float acc = bias[o];
    for (r = 0; r < count; ++r)
      for (i = 0; i < runs[r].taps; ++i)
        acc += runs[r].x[i * depth + c] * runs[r].weights[i * width + o];
    output[o] = acc;
  }
}

OFA_CLONES void
ofa_depthwise_conv2d_row_f32(const ofa_depthwise_conv2d_f32_params_t *params,
                             const ofa_row_f32_t *rows, int32_t x0, int32_t x1,
                             float *output_row) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int32_t x;
  for (x = x0; x < x1; ++x) {
    run_t runs[2 * OFA_MAX_KERNEL];
    float *output = output_row + x * width;
    int32_t first = x * window->stride_width - window->pad_left;
    int32_t begin = ofa_max(first, 0);
    int32_t end = ofa_min(first + window->kernel_width, window->in_width);
    int32_t count = 0;
    int32_t ky;
    for (ky = 0; ky < window->kernel_height && begin < end; ++ky) {
      const ofa_row_f32_t *row = &rows[ky];
      int32_t tap = ky * window->kernel_width - first;
      int32_t split;
      if (!row->data)
        continue;
      split = ofa_clamp(row->wrap, begin, end);
      if (begin < split) {
        runs[count].x = row->data + begin * depth;
        runs[count].weights = params->weights + (tap + begin) * width;
        runs[count].taps = split - begin;
        ++count;
      }
      if (split < end) {
        runs[count].x = row->wrapped + (split - row->wrap) * depth;
        runs[count].weights = params->weights + (tap + split) * width;
        runs[count].taps = end - split;
        ++count;
      }
    }
    pixel(runs, count, params->bias, depth, width, output);
    ofa_clamp_run(output, width, params->activation_min,
                  params->activation_max);
  }
}

void ofa_depthwise_conv2d_f32(const ofa_depthwise_conv2d_f32_params_t *params,
                              const float *input, float *output) {
  const ofa_window_t *window = &params->window;
  ofa_row_f32_t rows[OFA_MAX_KERNEL];
  int32_t y;
  for (y = 0; y < window->out_height; ++y) {
    ofa_layer_rows_f32(window, input, y, rows);
    ofa_depthwise_conv2d_row_f32(params, rows, 0, window->out_width, output);
    output += (int32_t)window->out_width * window->out_channels;
  }
}
