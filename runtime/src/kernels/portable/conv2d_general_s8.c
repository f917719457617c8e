/*===- conv2d_general_s8.c - Convolution with dilation and groups -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_dense_s8.h"
#include "ofa_window_s8.h"

typedef ofa_conv2d_general_s8_params_t params_t;

/* One pixel of one group: its window's rows, where its first column lies, the
 * group's first input channel and the number of its inputs. */
typedef struct source {
  const ofa_row_s8_t *rows;
  int32_t first;
  int32_t channel;
  int32_t inputs;
} source_t;

/* The group's inputs in column x of a kernel row, or NULL. */
OFA_INLINE const int8_t *find_inputs(const params_t *params,
                                     const source_t *source, int32_t ky,
                                     int32_t x) {
  const ofa_row_s8_t *row = &source->rows[ky];
  int32_t depth = params->window.in_channels;
  if (!row->data || x < 0 || x >= params->window.in_width)
    return NULL;
  return (x < row->wrap ? row->data + x * depth
                        : row->wrapped + (x - row->wrap) * depth) +
         source->channel;
}

/* Four output channels; returns the weights behind them. */
OFA_INLINE const int8_t *
four_channels(const params_t *params, const source_t *source,
              const int8_t *weights, const ofa_channels_s8_t *channels,
              const ofa_output_s8_t *out, int8_t *output, int rounding) {
  ofa_block_s8_t acc = ofa_block_start(channels->bias);
  int32_t ky;
  for (ky = 0; ky < params->window.kernel_height; ++ky) {
    int32_t x = source->first;
    int32_t kx;
    for (kx = 0; kx < params->window.kernel_width;
         ++kx, x += params->dilation_width) {
      const int8_t *inputs = find_inputs(params, source, ky, x);
      if (inputs)
        weights = ofa_block_run1(&acc, weights, inputs, source->inputs);
      else
        weights = ofa_block_outside(&acc, weights, params->input_zero_point,
                                    source->inputs);
    }
  }
  ofa_block_store(&acc, 1, channels, out, output, 0, rounding);
  return weights;
}

/* One output channel of a block of n. */
OFA_INLINE int32_t one_channel(const params_t *params, const source_t *source,
                               const int8_t *weights, int32_t n, int32_t acc) {
  int32_t outside = 0;
  int32_t at = 0;
  int32_t ky;
  for (ky = 0; ky < params->window.kernel_height; ++ky) {
    int32_t x = source->first;
    int32_t kx;
    for (kx = 0; kx < params->window.kernel_width;
         ++kx, x += params->dilation_width) {
      const int8_t *inputs = find_inputs(params, source, ky, x);
      int32_t i;
      for (i = 0; i < source->inputs; ++i, at += n)
        if (inputs)
          acc += weights[at] * inputs[i];
        else
          outside += weights[at];
    }
  }
  return acc + outside * params->input_zero_point;
}

OFA_INLINE void conv2d_row(const params_t *params, const ofa_row_s8_t *rows,
                           int32_t x0, int32_t x1, int8_t *output_row,
                           int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t inputs = window->in_channels / params->groups;
  int32_t outputs = window->out_channels / params->groups;
  int32_t taps = window->kernel_height * window->kernel_width;
  int8_t *output = output_row + x0 * window->out_channels;
  int32_t x;
  for (x = x0; x < x1; ++x) {
    source_t source = {rows, x * window->stride_width - window->pad_left, 0,
                       inputs};
    ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                  params->shift};
    const int8_t *weights = params->weights;
    for (; source.channel < window->in_channels; source.channel += inputs) {
      int32_t left = outputs;
      while (left > 0) {
        int32_t n = ofa_min(left, 4);
        int32_t i;
        if (n == 4) {
          weights = four_channels(params, &source, weights, &channels, &out,
                                  output, rounding);
        } else {
          for (i = 0; i < n; ++i) {
            int32_t acc =
                one_channel(params, &source, weights + i, n, channels.bias[i]);
            output[i] = ofa_requantize_value(acc, channels.multiplier[i],
                                             channels.shift[i], &out, rounding);
          }
          weights += taps * inputs * n;
        }
        output += n;
        channels.bias += n;
        channels.multiplier += n;
        channels.shift += n;
        left -= n;
      }
    }
  }
}

#define CONV2D_GENERAL(name, rounding)                                         \
  void ofa_conv2d_general_row_s8_##name(const params_t *params,                \
                                        const ofa_row_s8_t *rows, int32_t x0,  \
                                        int32_t x1, int8_t *output_row) {      \
    conv2d_row(params, rows, x0, x1, output_row, rounding);                    \
  }                                                                            \
  void ofa_conv2d_general_s8_##name(const params_t *params,                    \
                                    const int8_t *input, int8_t *output) {     \
    const ofa_window_t *window = &params->window;                              \
    ofa_row_s8_t rows[OFA_MAX_KERNEL];                                         \
    int32_t y;                                                                 \
    for (y = 0; y < window->out_height; ++y) {                                 \
      ofa_find_rows_s8(window, params->dilation_height, input,                 \
                       window->in_height, y, rows);                            \
      ofa_conv2d_general_row_s8_##name(params, rows, 0, window->out_width,     \
                                       output);                                \
      output += (int32_t)window->out_width * window->out_channels;             \
    }                                                                          \
  }

CONV2D_GENERAL(single, OFA_ROUND_SINGLE)
CONV2D_GENERAL(double, OFA_ROUND_DOUBLE)
