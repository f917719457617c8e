/*===- lanes_check.c - Channels in lanes against portable kernels -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Random layers, in the form that this processor has. Packs the streams as
 * ofa_kernels_lanes.h describes them. Prints the first layer that differs, or how
 * many were equal.
 */
#include "ofa_kernels_lanes.h"
#include "random_layers.h"

/* Constants of the 16 channels from `begin` on: with the biases of inputs that are
 * 128 more, or without. */
static int32_t *put_lanes(int32_t *word, int32_t begin, int32_t channels,
                          int32_t inner, int has_more) {
  int32_t more[64], shifts[64];
  int32_t c, i;
  for (c = 0; c < 64; ++c)
    shifts[c] = c < channels ? shift[c] : -1;
  for (c = 0; c < channels; ++c) {
    more[c] = bias[c];
    for (i = 0; i < inner; ++i)
      more[c] -= 128 * weights[c * inner + i];
  }
  word = put_words(word, begin, 16, channels, bias);
  if (has_more)
    word = put_words(word, begin, 16, channels, more);
  word = put_words(word, begin, 16, channels, multiplier);
  return put_words(word, begin, 16, 64, shifts);
}

static void pack_lanes(int32_t channels, int32_t rows, int32_t per_row) {
  int32_t inner = rows * per_row;
  int32_t *word = stream;
  int32_t begin, row, i, c, k;
  for (begin = 0; begin < channels; begin += 16) {
    word = put_lanes(word, begin, channels, inner, 1);
    for (row = 0; row < rows; ++row)
      for (i = 0; i < per_row; i += 4)
        for (c = begin; c < begin + 16; ++c) {
          int8_t bytes[4] = {0};
          for (k = i; k < i + 4 && k < per_row; ++k)
            bytes[k - i] =
                (int8_t)weight(c, row * per_row + k, channels, inner);
          memcpy(word++, bytes, 4);
        }
  }
}

static void pack_pairs(int32_t channels, int32_t taps) {
  int32_t *word = stream;
  int32_t begin, i, c;
  for (begin = 0; begin < channels; begin += 16) {
    word = put_lanes(word, begin, channels, taps, 0);
    for (i = 0; i < taps; i += 2) {
      int8_t bytes[32];
      for (c = 0; c < 16; ++c) {
        bytes[2 * c] = (int8_t)weight(begin + c, i, channels, taps);
        bytes[2 * c + 1] = (int8_t)weight(
            begin + c, i + 1 < taps ? i + 1 : -1, channels, taps);
      }
      memcpy(word, bytes, 32);
      word += 8;
    }
  }
}

/* Marks what lies behind scratch memory. */
static void guard_scratch(int32_t words) {
  memset(scratch + words, 99, 16);
}

static int is_guarded(int32_t words) {
  int8_t bytes[16];
  memset(bytes, 99, 16);
  return memcmp(scratch + words, bytes, 16) == 0;
}

/* The same as RUN(), within so many words of scratch memory. */
#define RUN_WITHIN(words, function, params)                                    \
  (guard_scratch(words), RUN(function, params) && is_guarded(words))

static int check(int32_t number) {
  layer_t layer = draw_layer(number), *l = &layer;
  const ofa_window_t *w = &l->window;
  int32_t count = w->out_height * w->out_width * w->out_channels;
  int8_t *output;
  ofa_conv2d_lanes_s8_params_t conv = {*w, l->in_zero, l->zero_point, l->low,
                                       l->high, stream};
  ofa_depthwise_conv2d_lanes_s8_params_t depthwise = {
      *w, l->in_zero, l->zero_point, l->low, l->high, stream};
  ofa_fully_connected_lanes_s8_params_t dense = {
      l->inner, count, l->zero_point, l->low, l->high, stream};
  if (l->is_depthwise && w->in_channels != w->out_channels)
    return 1;
  make_expected(l);
  if (l->is_depthwise) {
    pack_pairs(w->out_channels, l->inner);
    return RUN_WITHIN(OFA_DEPTHWISE_CONV2D_LANES_S8_SCRATCH(*w),
                      ofa_depthwise_conv2d_lanes_s8, depthwise);
  }
  pack_lanes(w->out_channels, w->kernel_height, l->inner / w->kernel_height);
  return l->is_dense ? RUN_WITHIN(OFA_FULLY_CONNECTED_LANES_S8_SCRATCH(l->inner),
                                  ofa_fully_connected_lanes_s8, dense)
                     : RUN_WITHIN(OFA_CONV2D_LANES_S8_SCRATCH(*w),
                                  ofa_conv2d_lanes_s8, conv);
}

int ofa_port_main(void) { return check_layers(check); }
