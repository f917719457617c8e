/*===- dsp_check.c - DSP kernels against portable ones ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Random layers, by both kernels, on the core itself: the assembly, not its C
 * meaning. Packs the streams as ofa_kernels_dsp.h describes them. Prints the
 * first layer that differs, or how many were equal.
 */
#include "ofa_kernels_dsp.h"
#include "ofa_port.h"
#include "ofa_semihosting.h"

#include <string.h>

#ifndef LAYERS
#define LAYERS 600
#endif
#define GUARD 16

static int8_t inputs[8192 + 4], expected[8192], outputs[8192 + GUARD + 4];
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

static int32_t *put_channel(int32_t *word, int32_t c, int32_t channels,
                            int32_t zero_point) {
  memset(word, 0, 16);
  if (c < channels) {
    word[0] = 2 * bias[c];
    word[1] = multiplier[c];
    word[2] = (1 << (-shift[c] - 1)) + zero_point * (1 << -shift[c]);
    word[3] = -shift[c];
  }
  return word + 4;
}

static int32_t weight(int32_t c, int32_t i, int32_t channels, int32_t inner) {
  return c < channels && i >= 0 ? weights[c * inner + i] : 0;
}

static int32_t *put_word(int32_t *word, int32_t begin, int32_t block,
                         int32_t low, int32_t high, int32_t channels,
                         int32_t inner) {
  int32_t c;
  for (c = begin; c < begin + block; c += 2) {
    uint32_t a = (uint32_t)(weight(c, low, channels, inner) +
                            256 * weight(c + 1, low, channels, inner));
    uint32_t b = (uint32_t)(weight(c, high, channels, inner) +
                            256 * weight(c + 1, high, channels, inner));
    *word++ = (int32_t)((a & 0xffffu) | b << 16);
  }
  return word;
}

static void pack_paired(int32_t channels, int32_t rows, int32_t per_row,
                        int32_t block, int32_t zero_point) {
  int32_t inner = rows * per_row;
  int32_t *word = stream;
  int32_t begin;
  for (begin = 0; begin < channels; begin += block) {
    int32_t words = 0;
    int32_t row, i;
    for (row = 0; row < inner; row += per_row) {
      for (i = 0; i + 4 <= per_row; i += 4) {
        word = put_word(word, begin, block, row + i, row + i + 2, channels,
                        inner);
        word = put_word(word, begin, block, row + i + 1, row + i + 3, channels,
                        inner);
        words += 2;
      }
      for (; i < per_row; i += 2, ++words)
        word = put_word(word, begin, block, row + i,
                        i + 1 < per_row ? row + i + 1 : -1, channels, inner);
    }
    if (words & 1)
      word = put_word(word, begin, block, -1, -1, channels, inner);
    for (i = begin; i < begin + block; ++i)
      word = put_channel(word, i ^ 1, channels, zero_point);
  }
}

static void pack_planes(int32_t channels, int32_t rows, int32_t columns,
                        int32_t zero_point) {
  const int8_t *w = weights;
  int32_t *word = stream;
  int32_t c, y, x;
  for (c = 0; c < ((channels + 3) & ~3); ++c) {
    word = put_channel(word, c, channels, zero_point);
    for (y = 0; y < rows; ++y)
      for (x = 0; x < columns; ++x) {
        if (x % 4 == 0)
          *word++ = 0;
        if (c < channels)
          word[-1] |= (int32_t)((uint32_t)(uint8_t)*w++ << (8 * (x % 4)));
      }
  }
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

/* One layer; 1 if both kernels agree. */
static int check(int32_t number) {
  int is_depthwise = number % 3 == 1;
  int is_dense = number % 3 == 2;
  int is_double = (int)(next() & 1u);
  int32_t zero_point = between(0, 2) ? between(-127, 126) : -128;
  int8_t in_zero = (int8_t)between(-128, 127);
  int8_t low = (int8_t)(between(0, 3) ? -128 : between(-128, 0));
  int8_t high = (int8_t)(between(0, 3) ? 127 : between(0, 127));
  int8_t *input = inputs + between(0, 3); /* Tensors lie anywhere. */
  int8_t *output = outputs + between(0, 3);
  ofa_window_t w = {0};
  int32_t inner, count;
  w.kernel_height = (uint8_t)(is_dense ? 1 : between(1, 7));
  w.kernel_width = (uint8_t)(is_dense || !between(0, 2) ? w.kernel_height
                                                        : between(1, 7));
  w.stride_height = (uint8_t)(is_dense ? 1 : between(1, 2));
  w.stride_width = (uint8_t)(between(0, 3) ? w.stride_height : between(1, 3));
  w.in_height = (int16_t)(is_dense ? 1 : between(1, 9));
  w.in_width = (int16_t)(is_dense ? 1 : between(1, 12));
  w.in_channels = (int16_t)between(1, is_dense ? 200 : 21);
  w.out_channels = (int16_t)between(1, 30);
  if (is_depthwise)
    w.out_channels =
        (int16_t)(w.in_channels * (w.in_channels < 8 ? between(1, 3) : 1));
  w.out_height = place(w.in_height, w.kernel_height, w.stride_height,
                       &w.pad_top);
  w.out_width = place(w.in_width, w.kernel_width, w.stride_width, &w.pad_left);
  inner = w.kernel_height * w.kernel_width * (is_depthwise ? 1 : w.in_channels);
  count = w.out_height * w.out_width * w.out_channels;
  fill(input, w.in_height * w.in_width * w.in_channels, -128);
  fill(weights, w.out_channels * inner, is_depthwise ? -128 : -127);
  make_channels(w.out_channels, inner);
  memset(outputs, 99, sizeof outputs);
  if (is_depthwise) {
    ofa_depthwise_conv2d_s8_params_t p = {
        w, in_zero, (int8_t)zero_point, low, high, weights, bias, multiplier,
        shift};
    ofa_depthwise_conv2d_planes_s8_params_t q = {w, in_zero, low, high, stream};
    int32_t size = w.kernel_height;
    int is_square = size == w.kernel_width && w.stride_height == w.stride_width &&
                    w.stride_width < 3 && w.in_channels == w.out_channels;
    (is_double ? ofa_depthwise_conv2d_s8_double
               : ofa_depthwise_conv2d_s8_single)(&p, input, expected);
    pack_planes(w.out_channels, w.kernel_height, w.kernel_width, zero_point);
    if (is_square && size == 3)
      (is_double ? ofa_depthwise_conv2d_planes_k3_s8_double
                 : ofa_depthwise_conv2d_planes_k3_s8_single)(&q, input, output,
                                                             scratch);
    else if (is_square && size == 5)
      (is_double ? ofa_depthwise_conv2d_planes_k5_s8_double
                 : ofa_depthwise_conv2d_planes_k5_s8_single)(&q, input, output,
                                                             scratch);
    else if (is_square && size == 7)
      (is_double ? ofa_depthwise_conv2d_planes_k7_s8_double
                 : ofa_depthwise_conv2d_planes_k7_s8_single)(&q, input, output,
                                                             scratch);
    else
      (is_double ? ofa_depthwise_conv2d_planes_s8_double
                 : ofa_depthwise_conv2d_planes_s8_single)(&q, input, output,
                                                          scratch);
    return is_equal(output, count);
  }
  pack_portable(w.out_channels, inner);
  if (is_dense) {
    ofa_fully_connected_s8_params_t p = {
        inner, w.out_channels, (int8_t)zero_point, low, high, packed, bias,
        multiplier, shift};
    ofa_fully_connected_paired_s8_params_t q = {inner, w.out_channels, low,
                                                high, stream};
    (is_double ? ofa_fully_connected_s8_double
               : ofa_fully_connected_s8_single)(&p, input, expected);
    pack_paired(w.out_channels, 1, inner, 8, zero_point);
    (is_double ? ofa_fully_connected_paired_s8_double
               : ofa_fully_connected_paired_s8_single)(&q, input, output,
                                                       scratch);
  } else {
    ofa_conv2d_s8_params_t p = {
        w, in_zero, (int8_t)zero_point, low, high, packed, bias, multiplier,
        shift};
    ofa_conv2d_paired_s8_params_t q = {w, in_zero, (int8_t)zero_point, low,
                                       high, stream};
    int32_t rows = inner <= OFA_CONV2D_PAIRED_S8_SMALL ? 1 : w.kernel_height;
    (is_double ? ofa_conv2d_s8_double : ofa_conv2d_s8_single)(&p, input,
                                                              expected);
    pack_paired(w.out_channels, rows, inner / rows, 4, zero_point);
    (is_double ? ofa_conv2d_paired_s8_double : ofa_conv2d_paired_s8_single)(
        &q, input, output, scratch);
  }
  return is_equal(output, count);
}

int ofa_port_main(void) {
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
