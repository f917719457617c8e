/*===- random_layers.h - Layers at random, by the portable kernels -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Of a program that compares kernels with the portable ones: draw_layer() draws
 * one, make_expected() computes it, and RUN() compares another kernel with that.
 */
#ifndef RANDOM_LAYERS_H
#define RANDOM_LAYERS_H

#include "ofa_kernels_s8.h"
#include "ofa_port.h"
#include "ofa_semihosting.h"

#include <string.h>

#ifndef LAYERS
#define LAYERS 600
#endif
#define GUARD 16

static int8_t inputs[8640 + 4], expected[8192], outputs[8192 + GUARD + 4];
static int8_t weights[32768], packed[32768];
static int32_t bias[64], multiplier[64], stream[16384], scratch[8192];
static int8_t shift[64];
static uint32_t state = 1;

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static int32_t between(int32_t low, int32_t high) {
  return low + (int32_t)(next() % (uint32_t)(high - low + 1));
}

static void fill(int8_t *data, int32_t count, int32_t low) {
  int32_t ends = between(0, 7) == 0; /* Nothing but the extremes. */
  int32_t i;
  for (i = 0; i < count; ++i)
    data[i] = (int8_t)(ends ? (next() & 1u ? 127 : low) : between(low, 127));
}

static void make_channels(int32_t channels, int32_t inner) {
  int32_t c;
  for (c = 0; c < channels; ++c) {
    int32_t left = 0;
    while ((inner * 16384) >> left > 64)
      ++left;
    bias[c] = between(-(1 << 20), 1 << 20) >> between(0, 12);
    multiplier[c] = (1 << 30) + (int32_t)(next() >> 2);
    shift[c] = (int8_t)-between(left / 2 > 0 ? left / 2 : 1, left + 1);
  }
}

static int32_t weight(int32_t c, int32_t i, int32_t channels, int32_t inner) {
  return c < channels && i >= 0 ? weights[c * inner + i] : 0;
}

/* A word for each of the channels from `begin` on. */
static int32_t *put_words(int32_t *word, int32_t begin, int32_t block,
                          int32_t channels, const int32_t *values) {
  int32_t c;
  for (c = begin; c < begin + block; ++c)
    *word++ = c < channels ? values[c] : 0;
  return word;
}

/* Blocks of 4 channels, as the portable kernels read them. */
static void pack_portable(int32_t channels, int32_t inner) {
  int8_t *byte = packed;
  int32_t begin, i, c;
  for (begin = 0; begin < channels; begin += 4)
    for (i = 0; i < inner; ++i)
      for (c = begin; c < begin + 4 && c < channels; ++c)
        *byte++ = weights[c * inner + i];
}

static int16_t place(int32_t in, int32_t kernel, int32_t stride, uint8_t *pad) {
  *pad = (uint8_t)between(0, kernel - 1 < in ? kernel - 1 : in);
  return (int16_t)between(1, (in + *pad - 1) / stride + 1);
}

static int is_equal(const int8_t *output, int32_t count) {
  int32_t i;
  for (i = 0; i < GUARD; ++i)
    if (output[count + i] != 99)
      return 0;
  return memcmp(output, expected, (size_t)count) == 0;
}

/* What all kernels of a layer get. */
typedef struct layer {
  int is_depthwise, is_dense;
  ofa_window_t window;
  int8_t in_zero, zero_point, low, high;
  int is_double;
  int32_t inner; /* Products of an output. */
  const int8_t *input;
} layer_t;

/* By one kernel, at any address; 1 if it gives what the portable one gave. */
#define RUN(function, params)                                                  \
  (output = outputs + between(0, 3), memset(outputs, 99, sizeof outputs),      \
   (l->is_double ? function##_double : function##_single)(                     \
       &(params), l->input, output, scratch),                                  \
   is_equal(output, count))

/* By the portable kernel. */
static void make_expected(const layer_t *l) {
  const ofa_window_t *w = &l->window;
  ofa_conv2d_s8_params_t conv = {
      *w, l->in_zero, l->zero_point, l->low, l->high, packed, bias, multiplier,
      shift};
  ofa_depthwise_conv2d_s8_params_t depthwise = {
      *w, l->in_zero, l->zero_point, l->low, l->high, weights, bias, multiplier,
      shift};
  ofa_fully_connected_s8_params_t dense = {
      l->inner, w->out_channels, l->zero_point, l->low, l->high, packed, bias,
      multiplier, shift};
  if (l->is_depthwise) {
    (l->is_double ? ofa_depthwise_conv2d_s8_double
                  : ofa_depthwise_conv2d_s8_single)(&depthwise, l->input,
                                                    expected);
    return;
  }
  pack_portable(w->out_channels, l->inner);
  if (l->is_dense)
    (l->is_double ? ofa_fully_connected_s8_double
                  : ofa_fully_connected_s8_single)(&dense, l->input, expected);
  else
    (l->is_double ? ofa_conv2d_s8_double
                  : ofa_conv2d_s8_single)(&conv, l->input, expected);
}

/* Layer `number`: a convolution, a depthwise one or a dense layer in turn. */
static layer_t draw_layer(int32_t number) {
  int is_depthwise = number % 3 == 1;
  int is_dense = number % 3 == 2;
  int8_t *input = inputs + between(0, 3); /* Tensors lie anywhere. */
  layer_t l = {0};
  ofa_window_t *w = &l.window;
  l.is_depthwise = is_depthwise;
  l.is_dense = is_dense;
  l.is_double = (int)(next() & 1u);
  l.zero_point = (int8_t)(between(0, 2) ? between(-127, 126) : -128);
  l.in_zero = (int8_t)between(-128, 127);
  l.low = (int8_t)(between(0, 3) ? -128 : between(-128, 0));
  l.high = (int8_t)(between(0, 3) ? 127 : between(0, 127));
  w->kernel_height = (uint8_t)(is_dense || !between(0, 5) ? 1 : between(1, 7));
  w->kernel_width = (uint8_t)(is_dense || !between(0, 2) ? w->kernel_height
                                                         : between(1, 7));
  w->stride_height = (uint8_t)(is_dense ? 1 : between(1, 2));
  w->stride_width = (uint8_t)(between(0, 3) ? w->stride_height : between(1, 3));
  w->in_height = (int16_t)(is_dense || !between(0, 5) ? 1 : between(1, 9));
  w->in_width = (int16_t)(is_dense ? 1 : between(1, 12));
  if (is_depthwise && between(0, 1)) { /* Those with kernels of their own. */
    w->kernel_height = (uint8_t)(w->in_height == 1 ? 1 : 1 + 2 * between(1, 3));
    w->kernel_width = (uint8_t)(w->in_height == 1 ? between(1, 16)
                                                  : w->kernel_height);
    w->in_width = (int16_t)between(1, 24);
  }
  w->in_channels = (int16_t)between(1, is_dense ? 200 : 21);
  w->out_channels = (int16_t)between(1, 30);
  if (!is_depthwise && !is_dense && !between(0, 3)) { /* By Winograd, too. */
    w->kernel_height = w->kernel_width = 3;
    w->stride_height = w->stride_width = 1;
    w->in_channels = (int16_t)(4 * between(1, 9));
    w->out_channels = (int16_t)(4 * between(1, 7));
  }
  if (!is_dense && !between(0, 15)) { /* A long row, in several pieces. */
    w->kernel_height = 1;
    w->in_height = (int16_t)between(1, 2);
    w->in_width = (int16_t)between(49, 120);
  }
  if (is_depthwise)
    w->out_channels =
        (int16_t)(w->in_channels * (w->in_channels < 8 ? between(1, 3) : 1));
  w->out_height =
      place(w->in_height, w->kernel_height, w->stride_height, &w->pad_top);
  w->out_width =
      place(w->in_width, w->kernel_width, w->stride_width, &w->pad_left);
  l.inner =
      w->kernel_height * w->kernel_width * (is_depthwise ? 1 : w->in_channels);
  l.input = input;
  fill(input, w->in_height * w->in_width * w->in_channels, -128);
  fill(weights, w->out_channels * l.inner, is_depthwise ? -128 : -127);
  make_channels(w->out_channels, l.inner);
  return l;
}

/* Calls check(number) for each layer; the program's exit status. */
static int check_layers(int (*check)(int32_t number)) {
  int32_t number;
  for (number = 0; number < LAYERS; ++number)
    if (!check(number)) {
      ofa_sh_print("layer ");
      ofa_sh_print_number((uint32_t)number);
      ofa_sh_print(" differs\n");
      return 1;
    }
  ofa_sh_print_number((uint32_t)number);
  ofa_sh_print(" layers equal\n");
  return 0;
}

#endif /* RANDOM_LAYERS_H */
