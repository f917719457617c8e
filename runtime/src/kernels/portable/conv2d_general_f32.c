/*===- conv2d_general_f32.c - Convolution with dilation and groups -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

typedef ofa_conv2d_general_f32_params_t params_t;

/* One output channel of a group. weights: [taps][inputs], `outputs` apart;
 * channel: the group's first input. */
OFA_INLINE float one_output(const params_t *params, const ofa_row_f32_t *rows,
                            int32_t first, int32_t channel, int32_t inputs,
                            const float *weights, int32_t outputs, float acc) {
  const ofa_window_t *window = &params->window;
  int32_t at = 0;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky) {
    int32_t x = first;
    int32_t kx;
    for (kx = 0; kx < window->kernel_width;
         ++kx, x += params->dilation_width, at += inputs * outputs) {
      const float *pixel;
      int32_t i;
      if (!rows[ky].data || x < 0 || x >= window->in_width)
        continue;
      pixel = ofa_pixel_f32(&rows[ky], x, window->in_channels) + channel;
      for (i = 0; i < inputs; ++i)
        acc += pixel[i] * weights[at + i * outputs];
    }
  }
  return acc;
}

void ofa_conv2d_general_row_f32(const params_t *params,
                                const ofa_row_f32_t *rows, int32_t x0,
                                int32_t x1, float *output_row) {
  const ofa_window_t *window = &params->window;
  int32_t inputs = window->in_channels / params->groups;
  int32_t outputs = window->out_channels / params->groups;
  int32_t size =
      window->kernel_height * window->kernel_width * inputs * outputs;
  float *output = output_row + x0 * window->out_channels;
  int32_t x;
  for (x = x0; x < x1; ++x) {
    const float *weights = params->weights;
    const float *bias = params->bias;
    int32_t first = x * window->stride_width - window->pad_left;
    int32_t channel;
    for (channel = 0; channel < window->in_channels; channel += inputs) {
      int32_t o;
      for (o = 0; o < outputs; ++o) {
        float sum = one_output(params, rows, first, channel, inputs,
                               weights + o, outputs, *bias++);
        *output++ =
            ofa_clamp_f32(sum, params->activation_min, params->activation_max);
      }
      weights += size;
    }
  }
}

void ofa_conv2d_general_f32(const params_t *params, const float *input,
                            float *output) {
  const ofa_window_t *window = &params->window;
  ofa_row_f32_t rows[OFA_MAX_KERNEL];
  int32_t y;
  for (y = 0; y < window->out_height; ++y) {
    ofa_dilated_rows_f32(window, params->dilation_height, input, y, rows);
    ofa_conv2d_general_row_f32(params, rows, 0, window->out_width, output);
    output += (int32_t)window->out_width * window->out_channels;
  }
}
