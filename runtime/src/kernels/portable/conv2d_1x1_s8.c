/*===- conv2d_1x1_s8.c - Pointwise convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_dense_s8.h"
#include "ofa_window_s8.h"
#include "ofa_kernels_s8.h"

/* `pixels` adjacent pixels; the rounding is a constant. */
OFA_INLINE void conv2d_1x1(const ofa_conv2d_s8_params_t *params,
                           const int8_t *input, int32_t pixels, int8_t *output,
                           int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t depth = params->window.in_channels;
  int32_t width = params->window.out_channels;
  int32_t tail = width % 4;
#if OFA_DENSE_PARTS
  int32_t usual = ofa_dense_is_usual(params->shift, width - tail, &out);
#endif

  while (pixels > 0) {
    const int8_t *weights = params->weights;
    ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                  params->shift};
    /* A last odd pixel is computed twice and stored to one place. */
    int32_t step = pixels > 1 ? 1 : 0;
    const int8_t *next = input + step * depth;
    int8_t *block = output;
    int8_t *end = output + (width - tail);
    int32_t i;

#if OFA_DENSE_PARTS
    if (output != end) {
      ofa_dense_part_t part;
      ofa_dense_run_t run =
          ofa_dense_start(weights, &channels, &out, usual, rounding);
      ofa_dense_set(&part, input, next, depth);
      run.part = &part;
      run.last = &part + 1;
      run.a = output;
      run.b = output + step * width;
      run.end = end;
      ofa_dense_blocks(&run, step * width, &out, rounding);
      weights = run.weights;
      channels.bias += width - tail;
      channels.multiplier += width - tail;
      channels.shift += width - tail;
      block = end;
    }
#else
    while (block != end) {
      ofa_block_s8_t acc = ofa_block_start(channels.bias);
      weights = ofa_block_run2(&acc, weights, input, next, depth);
      ofa_block_store(&acc, 2, &channels, &out, block, step * width, rounding);
      block += 4;
      channels.bias += 4;
      channels.multiplier += 4;
      channels.shift += 4;
    }
#endif
    for (i = 0; i < tail; ++i) {
      int32_t a = ofa_single_run(channels.bias[i], weights + i, tail, input,
                                 depth);
      int32_t b =
          ofa_single_run(channels.bias[i], weights + i, tail, next, depth);
      int32_t m = channels.multiplier[i];
      int32_t s = channels.shift[i];
      block[i] = ofa_requantize_value(a, m, s, &out, rounding);
      block[i + step * width] = ofa_requantize_value(b, m, s, &out, rounding);
    }
    input += (step + 1) * depth;
    output += (step + 1) * width;
    pixels -= step + 1;
  }
}

/* A ring of pixels is two runs. */
#define CONV2D_1X1(name, rounding)                                             \
  static void name##_pixels(const ofa_conv2d_s8_params_t *params,              \
                            const int8_t *input, int32_t pixels,               \
                            int8_t *output) {                                  \
    conv2d_1x1(params, input, pixels, output, rounding);                       \
  }                                                                            \
  void ofa_conv2d_1x1_s8_##name(const ofa_conv2d_s8_params_t *params,          \
                                const int8_t *input, int8_t *output) {         \
    name##_pixels(params, input,                                               \
                  (int32_t)params->window.out_height *                         \
                      params->window.out_width,                                \
                  output);                                                     \
  }                                                                            \
  void ofa_conv2d_1x1_row_s8_##name(const ofa_conv2d_s8_params_t *params,      \
                                    const ofa_row_s8_t *rows, int32_t x0,      \
                                    int32_t x1, int8_t *output_row) {          \
    int32_t depth = params->window.in_channels;                                \
    int32_t width = params->window.out_channels;                               \
    int32_t split = ofa_clamp(rows->wrap, x0, x1);                             \
    if (x0 < split)                                                            \
      name##_pixels(params, rows->data + x0 * depth, split - x0,               \
                    output_row + x0 * width);                                  \
    if (split < x1)                                                            \
      name##_pixels(params, rows->wrapped + (split - rows->wrap) * depth,      \
                    x1 - split, output_row + split * width);                   \
  }                                                                            \
  void ofa_conv2d_1x1_rows_s8_##name(                                          \
      const ofa_conv2d_s8_params_t *params, int32_t y0, int32_t y1,            \
      const int8_t *input, int32_t in_rows, int8_t *output,                    \
      int32_t out_rows) {                                                      \
    const ofa_window_t *window = &params->window;                              \
    for (; y0 < y1 && y0 < window->out_height; ++y0) {                         \
      ofa_row_s8_t row;                                                        \
      ofa_find_rows_s8(window, 1, input, in_rows, y0, &row);                   \
      name##_pixels(params, row.data, window->out_width,                       \
                    ofa_find_row_s8(window, output, out_rows, y0));            \
    }                                                                          \
  }

CONV2D_1X1(single, OFA_ROUND_SINGLE)
CONV2D_1X1(double, OFA_ROUND_DOUBLE)
