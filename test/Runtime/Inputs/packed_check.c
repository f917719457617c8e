/*===- packed_check.c - Variants of kernels against portable ones -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Random layers, by all kernels, on the core itself: the assembly that it has,
 * else its C meaning. Packs the streams as ofa_kernels_dsp.h and
 * ofa_kernels_mve.h describe them. Prints the first layer that differs, or how
 * many were equal.
 */
#include "ofa_kernels_dsp.h"
#include "ofa_kernels_mve.h"
#include "random_layers.h"

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

/* Doubled biases and multipliers of four channels from `begin` on, in the order
 * of their numbers with the bits of `swapped` changed, and a word of shifts: behind
 * the first channel if others are swapped, else behind the last one. */
static int32_t *put_four(int32_t *word, int32_t begin, int32_t swapped,
                         int32_t channels) {
  int32_t *shifts = word + (swapped ? 2 : 8);
  int32_t i;
  memset(word, 0, 36);
  for (i = 0; i < 4; ++i) {
    int32_t c = begin + (i ^ swapped);
    if (word == shifts)
      ++word;
    if (c < channels) {
      word[0] = 2 * bias[c];
      word[1] = multiplier[c];
      *shifts |= (-shift[c] - 1) << (8 * i);
    }
    word += 2;
  }
  return word == shifts ? word + 1 : word;
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
                        int32_t block) {
  int32_t inner = rows * per_row;
  int32_t *word = stream;
  int32_t next, i;
  for (next = 0; next < channels; next += block) {
    int32_t begin =
        channels - next < block && channels > block ? channels - block : next;
    int32_t words = 0;
    int32_t low = -1; /* waits for another half */
    int32_t row;
    for (row = 0; row < inner; row += per_row)
      for (i = 0; i + 4 <= per_row; i += 4) {
        word = put_word(word, begin, block, row + i, row + i + 2, channels,
                        inner);
        word = put_word(word, begin, block, row + i + 1, row + i + 3, channels,
                        inner);
        words += 2;
      }
    for (row = 0; row < inner; row += per_row)
      for (i = per_row & ~3; i < per_row; ++i) {
        if (low < 0) {
          low = row + i;
          continue;
        }
        word = put_word(word, begin, block, low, row + i, channels, inner);
        low = -1;
        ++words;
      }
    if (low >= 0) {
      word = put_word(word, begin, block, low, -1, channels, inner);
      ++words;
    }
    if (block == 8 && (words & 1))
      word = put_word(word, begin, block, -1, -1, channels, inner);
    for (i = 0; i < block; i += 4)
      word = put_four(word, begin + i, 1, channels);
  }
}

/* Twice the transform of three weights. */
static void transform(const int32_t *w, int32_t step, int32_t *to) {
  to[0] = 2 * w[0];
  to[1] = w[0] + w[step] + w[2 * step];
  to[2] = w[0] - w[step] + w[2 * step];
  to[3] = 2 * w[2 * step];
}

/* Point p of output channel c and input i. */
static int32_t find_point(int32_t c, int32_t i, int32_t inputs, int32_t p) {
  int32_t w[9], columns[3][4], rows[3], points[4];
  int32_t k;
  for (k = 0; k < 9; ++k)
    w[k] = weights[(c * 9 + k) * inputs + i];
  for (k = 0; k < 3; ++k) {
    transform(w + k, 3, columns[k]);
    rows[k] = columns[k][p / 4];
  }
  transform(rows, 1, points);
  return points[p % 4];
}

static void pack_winograd(int32_t channels, int32_t inputs,
                          int32_t zero_point) {
  int32_t *word = stream;
  int32_t begin, p, i, c;
  for (begin = 0; begin < channels; begin += 4) {
    for (p = 0; p < 16; ++p)
      for (i = 0; i < inputs; i += i % 2 ? 3 : 1)
        for (c = begin; c < begin + 4; ++c) {
          uint32_t low = (uint32_t)find_point(c, i, inputs, p);
          uint32_t high = (uint32_t)find_point(c, i + 2, inputs, p);
          *word++ = (int32_t)((low & 0xffffu) | high << 16);
        }
    for (c = begin; c < begin + 4; ++c)
      word = put_channel(word, c, channels, zero_point);
  }
}

/* Kernels column by column: of `column` bytes, or, if that is 1, of one row. */
static void pack_patches(int32_t channels, int32_t rows, int32_t columns,
                         int32_t column) {
  const int8_t *w = weights;
  int32_t *word = stream;
  int32_t vectors = (columns * column + 15) / 16;
  int32_t c, y, x;
  for (c = 0; c < channels; ++c) {
    int8_t bytes[64] = {0};
    for (y = 0; y < rows; ++y)
      for (x = 0; x < columns; ++x)
        bytes[x * column + y] = *w++;
    memcpy(word, bytes, 16 * (size_t)vectors);
    word += 4 * vectors;
    *word++ = bias[c];
    *word++ = multiplier[c];
    *word++ = shift[c];
  }
}

/* Rows of `columns` weights, each in `filled` bytes. */
static void pack_planes(int32_t channels, int32_t rows, int32_t columns,
                        int32_t filled) {
  const int8_t *w = weights;
  const int8_t *end = weights + channels * rows * columns;
  int32_t *word = stream;
  int32_t begin, i;
  for (begin = 0; begin < channels; begin += 4) {
    word = put_four(word, begin, 0, channels);
    memset(word, 0, 4 * (size_t)(rows * filled));
    for (i = 0; i < 4 * rows * filled && w != end; ++i)
      if (i % filled < columns)
        word[i / 4] |= (int32_t)((uint32_t)(uint8_t)*w++ << (8 * (i % 4)));
    word += rows * filled;
  }
}

static void pack_dots(int32_t channels, int32_t rows, int32_t per_row,
                      int32_t block) {
  int32_t shifts[64];
  int32_t *word = stream;
  int32_t begin, row, i, c, k;
  for (c = 0; c < channels; ++c)
    shifts[c] = shift[c];
  for (begin = 0; begin < channels; begin += block) {
    word = put_words(word, begin, block, channels, bias);
    for (row = 0; row < rows; ++row)
      for (i = 0; i < per_row; i += 16)
        for (c = begin; c < begin + block; ++c, word += 4) {
          int8_t bytes[16] = {0};
          for (k = i; k < i + 16 && k < per_row; ++k)
            bytes[k - i] = (int8_t)weight(c, row * per_row + k, channels,
                                          rows * per_row);
          memcpy(word, bytes, 16);
        }
    word = put_words(word, begin, block, channels, multiplier);
    word = put_words(word, begin, block, channels, shifts);
  }
}

/*===-- Layers ------------------------------------------------------------===*/

/* 0 if a kernel does not give what the portable one gave. */
#define PATCHES(kernel, KERNEL)                                                \
  (patches.slots = (int16_t)OFA_PATCHES_##KERNEL##_S8_SLOTS(*w),               \
   patches.strips = (int16_t)between(1, OFA_PATCHES_##KERNEL##_S8_STRIPS),     \
   patches.strips = (int16_t)(patches.strips * patches.slots * 16 > 8192       \
                                  ? 1                                          \
                                  : patches.strips),                           \
   RUN(ofa_depthwise_conv2d_patches_##kernel##_s8, patches))

static int check_patches(const layer_t *l) {
  const ofa_window_t *w = &l->window;
  int32_t count = w->out_height * w->out_width * w->out_channels;
  int32_t size = w->kernel_height;
  int32_t stride = w->stride_height;
  int8_t *output;
  ofa_depthwise_conv2d_patches_s8_params_t patches = {
      *w, l->in_zero, l->zero_point, l->low, l->high, 0, 1, stream};
  if (w->in_channels != w->out_channels)
    return 1;
  if (w->in_height == 1 && w->out_height == 1 && size == 1 &&
      w->kernel_width + (w->out_width < 4 ? w->out_width : 4) <= 17 &&
      (w->stride_width == 1 || w->out_width == 1)) {
    pack_patches(w->out_channels, 1, w->kernel_width, 1);
    return PATCHES(line, LINE);
  }
  if (size != w->kernel_width || stride != w->stride_width || stride > 2 ||
      (size != 3 && size != 5 && size != 7))
    return 1;
  pack_patches(w->out_channels, size, size, size == 3 ? 4 : 8);
  if (stride == 1)
    return size == 3   ? PATCHES(k3, K3)
           : size == 5 ? PATCHES(k5, K5)
                       : PATCHES(k7, K7);
  return size == 3   ? PATCHES(k3_stride2, K3_STRIDE2)
         : size == 5 ? PATCHES(k5_stride2, K5_STRIDE2)
                     : PATCHES(k7_stride2, K7_STRIDE2);
}

static int check_depthwise(const layer_t *l) {
  const ofa_window_t *w = &l->window;
  int32_t count = w->out_height * w->out_width * w->out_channels;
  int32_t size = w->kernel_height;
  int is_square = size == w->kernel_width && size > 1 && size % 2 == 1 &&
                  w->stride_height == w->stride_width && w->stride_width < 3 &&
                  w->in_channels == w->out_channels;
  int32_t filled = is_square ? size : (w->kernel_width + 3) & ~3;
  int8_t *output;
  ofa_depthwise_conv2d_planes_s8_params_t planes = {
      *w, l->in_zero, l->zero_point, l->low, l->high, stream};
  pack_planes(w->out_channels, size, w->kernel_width, filled);
  return (is_square && size == 3
              ? RUN(ofa_depthwise_conv2d_planes_k3_s8, planes)
          : is_square && size == 5
              ? RUN(ofa_depthwise_conv2d_planes_k5_s8, planes)
          : is_square && size == 7
              ? RUN(ofa_depthwise_conv2d_planes_k7_s8, planes)
              : RUN(ofa_depthwise_conv2d_planes_s8, planes)) &&
         check_patches(l);
}

static int check_dense(const layer_t *l) {
  int32_t count = l->window.out_channels;
  int8_t *output;
  ofa_fully_connected_paired_s8_params_t paired = {
      l->inner, count, l->zero_point, l->low, l->high, stream};
  ofa_fully_connected_dots_s8_params_t dots = {
      l->inner, count, l->zero_point, l->low, l->high, stream};
  pack_paired(count, 1, l->inner, 8);
  if (!RUN(ofa_fully_connected_paired_s8, paired))
    return 0;
  pack_dots(count, 1, l->inner, 8);
  memset(output = outputs + between(0, 3), 99, GUARD + (size_t)count);
  (l->is_double ? ofa_fully_connected_dots_s8_double
                : ofa_fully_connected_dots_s8_single)(&dots, l->input, output);
  return is_equal(output, count);
}

static int check_convolution(const layer_t *l) {
  const ofa_window_t *w = &l->window;
  int32_t count = w->out_height * w->out_width * w->out_channels;
  int8_t *output;
  ofa_conv2d_paired_s8_params_t paired = {*w, l->in_zero, l->zero_point, l->low,
                                          l->high, stream};
  ofa_conv2d_dots_s8_params_t dots = {*w, l->in_zero, l->zero_point, l->low,
                                      l->high, stream};
  int32_t rows = w->kernel_height;
  pack_paired(w->out_channels, rows, l->inner / rows, 4);
  if (!RUN(ofa_conv2d_paired_s8, paired))
    return 0;
  if (w->kernel_height == 3 && w->kernel_width == 3 && w->stride_height == 1 &&
      w->stride_width == 1 && w->in_channels % 4 == 0 &&
      w->out_channels % 4 == 0) {
    pack_winograd(w->out_channels, w->in_channels, l->zero_point);
    if (!RUN(ofa_conv2d_winograd_s8, paired))
      return 0;
  }
  rows = OFA_CONV2D_DOTS_S8_COPIED(*w) ? 1 : w->kernel_height;
  pack_dots(w->out_channels, rows, l->inner / rows, 4);
  return RUN(ofa_conv2d_dots_s8, dots);
}

/* Layers without constants of their own: sums, averages, floats. */
static int check_plain(void) {
  static float floats[256];
  int32_t count = between(1, 250);
  int8_t *rhs = weights + between(0, 3);
  int8_t *output = outputs + between(0, 3);
  int8_t low = (int8_t)(between(0, 3) ? -128 : between(-128, 0));
  int8_t high = (int8_t)(between(0, 3) ? 127 : between(0, 127));
  ofa_linear_sum_s8_params_t sum = {
      count, count, between(-4000000, 4000000), between(-4000000, 4000000),
      between(-100000000, 100000000), (int8_t)between(0, 31), low, high};
  ofa_quantize_params_t quantize = {count, 0.01f * (float)between(1, 300),
                                    (int8_t)between(-128, 127)};
  ofa_pool2d_s8_params_t pool = {{0}, low, high};
  ofa_window_t *w = &pool.window;
  int32_t i;
  fill(inputs, 8192, -128);
  fill(weights, 256, -128);
  memset(outputs, 99, sizeof outputs);
  ofa_linear_sum_s8(&sum, inputs, rhs, expected);
  ofa_linear_sum_vectors_s8(&sum, inputs, rhs, output);
  if (!is_equal(output, count))
    return 0;

  for (i = 0; i < count; ++i) /* Many halves, a few that are no numbers. */
    floats[i] = (float)between(-600, 600) * 0.5f * quantize.scale *
                (between(0, 20) ? 1.0f : 1e38f);
  floats[0] = floats[0] * 1e38f * 0.0f;
  memset(outputs, 99, sizeof outputs);
  ofa_quantize_f32_s8(&quantize, floats, expected);
  ofa_quantize_vectors_f32_s8(&quantize, floats, output);
  if (!is_equal(output, count))
    return 0;

  w->kernel_height = (uint8_t)between(1, 9);
  w->kernel_width = (uint8_t)between(1, 9);
  w->stride_height = (uint8_t)between(1, 3);
  w->stride_width = (uint8_t)between(1, 3);
  w->in_height = (int16_t)between(1, 9);
  w->in_width = (int16_t)between(1, 12);
  w->in_channels = w->out_channels = (int16_t)between(1, 21);
  w->out_height =
      place(w->in_height, w->kernel_height, w->stride_height, &w->pad_top);
  w->out_width =
      place(w->in_width, w->kernel_width, w->stride_width, &w->pad_left);
  memset(outputs, 99, sizeof outputs);
  ofa_avg_pool2d_s8(&pool, inputs, expected);
  ofa_avg_pool2d_vectors_s8(&pool, inputs, output);
  return is_equal(output, w->out_height * w->out_width * w->out_channels);
}

static int check_weighted(int32_t number) {
  layer_t l = draw_layer(number);
  make_expected(&l);
  return l.is_depthwise ? check_depthwise(&l)
         : l.is_dense   ? check_dense(&l)
                        : check_convolution(&l);
}

static int check(int32_t number) {
  return number % 16 == 0 ? check_plain() : check_weighted(number);
}

int ofa_port_main(void) { return check_layers(check); }
