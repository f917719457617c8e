/*===- depthwise_conv2d_f32.c - Depthwise convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

/* A tap of the window that lies inside the image: one pixel, one weight per
 * channel. */
typedef struct tap {
  const float *x;
  const float *weights;
} tap_t;

OFA_INLINE void pixel(const tap_t *taps, int32_t count, const float *bias,
                      int32_t width, int32_t multiplier, float *output) {
  int32_t o = 0;
  int32_t i;
#if OFA_VECTORS
  if (multiplier == 1)
    for (; o + OFA_LANES <= width; o += OFA_LANES) {
      ofa_f32x8_t acc;
      ofa_load8(&acc, bias + o);
      for (i = 0; i < count; ++i) {
        ofa_f32x8_t x, w;
        ofa_load8(&x, taps[i].x + o);
        ofa_load8(&w, taps[i].weights + o);
        acc += x * w;
      }
      ofa_store8(output + o, &acc);
    }
#endif
  for (; o < width; ++o) {
    int32_t c = o / multiplier;
    float acc = bias[o];
    for (i = 0; i < count; ++i)
      acc += taps[i].x[c] * taps[i].weights[o];
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
    tap_t taps[OFA_MAX_KERNEL * OFA_MAX_KERNEL];
    float *output = output_row + x * width;
    int32_t first = x * window->stride_width - window->pad_left;
    int32_t begin = ofa_max(first, 0);
    int32_t end = ofa_min(first + window->kernel_width, window->in_width);
    int32_t count = 0;
    int32_t ky;
    int32_t i;
    for (ky = 0; ky < window->kernel_height; ++ky) {
      if (!rows[ky].data)
        continue;
      for (i = begin; i < end; ++i, ++count) {
        taps[count].x = ofa_pixel_f32(&rows[ky], i, depth);
        taps[count].weights =
            params->weights + (ky * window->kernel_width + i - first) * width;
      }
    }
    pixel(taps, count, params->bias, width, width / depth, output);
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
