/*===- bench_planes.c - Depthwise layers in channel planes --------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * As bench_s8.c, for ofa_depthwise_conv2d_planes_s8: the lines are alike. Each
 * layer is computed by the portable kernel, too; `planes-differ` instead of
 * `planes` says that their outputs are not the same.
 */
#include "bench.h"
#include "ofa_kernels_dsp.h"
#include "ofa_kernels_s8.h"
#include "ofa_port.h"
#include "ofa_semihosting.h"

#define MAX_TENSOR (40 * 1024)
#define MAX_TAPS 100
#define MAX_CHANNELS 256
#define MAX_STREAM (MAX_CHANNELS * 18)

typedef struct layer {
  int16_t height;
  int16_t width;
  int16_t in;
  int16_t out;
  uint8_t kernel_height; /* a square kernel has same padding, others none */
  uint8_t kernel_width;
  uint8_t stride;
} layer_t;

#define SQUARE(size, channels, kernel, stride)                                 \
  {size, size, channels, channels, kernel, kernel, stride}

static const layer_t layers[] = {
    SQUARE(48, 16, 3, 1),
    SQUARE(12, 64, 3, 1),
    SQUARE(6, 128, 3, 1),
    SQUARE(3, 256, 3, 1),
    {25, 5, 64, 64, 3, 3, 1},
    SQUARE(48, 16, 3, 2),
    SQUARE(12, 64, 3, 2),
    SQUARE(6, 128, 3, 2),
    SQUARE(12, 64, 5, 1),
    SQUARE(5, 96, 5, 1),
    SQUARE(24, 32, 5, 2),
    SQUARE(12, 64, 7, 1),
    SQUARE(12, 64, 7, 2),
    SQUARE(6, 192, 7, 1),
    SQUARE(8, 32, 2, 1),
    SQUARE(12, 64, 3, 3),
    {1, 30, 40, 40, 1, 3, 1},
    {1, 28, 128, 128, 1, 5, 1},
    {1, 24, 128, 128, 1, 10, 1},
    {1, 15, 128, 128, 1, 15, 1},
    {24, 1, 128, 128, 10, 1, 1},
    {49, 40, 1, 8, 10, 8, 2},
};

static int8_t input[MAX_TENSOR];
static int8_t output[MAX_TENSOR];
static int8_t expected[MAX_TENSOR];
static int8_t weights[MAX_CHANNELS * MAX_TAPS];
static int32_t bias[MAX_CHANNELS];
static int32_t multiplier[MAX_CHANNELS];
static int8_t shift[MAX_CHANNELS];
static int32_t stream[MAX_STREAM];
static int32_t scratch[16 * 1024 / 4];

static void print_size(uint32_t height, uint32_t width) {
  ofa_sh_print_number(height);
  if (height != width) {
    ofa_sh_print("x");
    ofa_sh_print_number(width);
  }
}

static void print_layer(const layer_t *layer, int is_double, int same,
                        uint32_t units, uint32_t sum) {
  ofa_sh_print(same ? "planes" : "planes-differ");
  ofa_sh_print(is_double ? "-double " : " ");
  ofa_sh_print_number((uint32_t)layer->height);
  ofa_sh_print("x");
  ofa_sh_print_number((uint32_t)layer->width);
  ofa_sh_print("x");
  ofa_sh_print_number((uint32_t)layer->in);
  ofa_sh_print(" ");
  ofa_sh_print_number((uint32_t)layer->out);
  ofa_sh_print(" k");
  print_size(layer->kernel_height, layer->kernel_width);
  ofa_sh_print(" s");
  ofa_sh_print_number(layer->stride);
  ofa_sh_print(" ");
  ofa_sh_print_number(units);
  ofa_sh_print(" ");
  ofa_sh_print_number(sum);
  ofa_sh_print("\n");
}

/* The stream of ofa_kernels_dsp.h; multiples of 4 channels alone. */
static void pack(const ofa_window_t *window, int32_t is_filled) {
  int32_t columns = window->kernel_width;
  int32_t filled = is_filled ? (columns + 3) & ~3 : columns;
  int32_t bytes = 4 * window->kernel_height * filled;
  int32_t *word = stream;
  const int8_t *w = weights;
  int32_t begin;
  for (begin = 0; begin < window->out_channels; begin += 4) {
    uint32_t shifts = 0;
    int32_t i;
    for (i = 0; i < 4; ++i) {
      *word++ = 2 * bias[begin + i];
      *word++ = multiplier[begin + i];
      shifts |= (uint32_t)(-shift[begin + i] - 1) << (8 * i);
    }
    *word++ = (int32_t)shifts;
    for (i = 0; i < bytes; ++i) {
      uint32_t byte = i % filled < columns ? (uint8_t)*w++ : 0u;
      if (i % 4 == 0)
        *word++ = 0;
      word[-1] |= (int32_t)(byte << (8 * (i % 4)));
    }
  }
}

typedef void (*kernel_t)(const ofa_depthwise_conv2d_planes_s8_params_t *params,
                         const int8_t *input, int8_t *output, int32_t *scratch);

static kernel_t choose(const layer_t *layer, int is_double) {
  int32_t size = layer->kernel_height;
  if (size == layer->kernel_width && layer->stride <= 2) {
    if (size == 3)
      return is_double ? ofa_depthwise_conv2d_planes_k3_s8_double
                       : ofa_depthwise_conv2d_planes_k3_s8_single;
    if (size == 5)
      return is_double ? ofa_depthwise_conv2d_planes_k5_s8_double
                       : ofa_depthwise_conv2d_planes_k5_s8_single;
    if (size == 7)
      return is_double ? ofa_depthwise_conv2d_planes_k7_s8_double
                       : ofa_depthwise_conv2d_planes_k7_s8_single;
  }
  return is_double ? ofa_depthwise_conv2d_planes_s8_double
                   : ofa_depthwise_conv2d_planes_s8_single;
}

static void run_layer(const layer_t *layer, int is_double) {
  int same = layer->kernel_height == layer->kernel_width;
  uint8_t pad_top;
  uint8_t pad_left;
  int16_t height = place(layer->height, layer->kernel_height, layer->stride,
                         same, &pad_top);
  int16_t width =
      place(layer->width, layer->kernel_width, layer->stride, same, &pad_left);
  int32_t taps = layer->kernel_height * layer->kernel_width;
  int32_t outputs = height * width * layer->out;
  uint32_t sum = 0;
  int equal = 1;
  int32_t i;
  ofa_window_t window = {layer->height, layer->width,  layer->in,
                         height,        width,         layer->out,
                         layer->kernel_height,         layer->kernel_width,
                         layer->stride, layer->stride, pad_top,
                         pad_left};
  ofa_depthwise_conv2d_s8_params_t portable = {
      window, -3, 4, -128, 127, weights, bias, multiplier, shift};
  ofa_depthwise_conv2d_planes_s8_params_t planes = {window, -3,  4,
                                                    -128,   127, stream};
  kernel_t kernel = choose(layer, is_double);
  state = 1;
  fill(input, layer->height * layer->width * layer->in);
  fill(weights, layer->out * taps);
  for (i = 0; i < layer->out; ++i) {
    bias[i] = (int32_t)next_random() - 32768;
    multiplier[i] = 1073741824 + (int32_t)next_random() * 16000;
    shift[i] = (int8_t)(-8 - (int32_t)(next_random() % 3u));
  }
  pack(&window, kernel == ofa_depthwise_conv2d_planes_s8_single ||
                    kernel == ofa_depthwise_conv2d_planes_s8_double);
  if (is_double)
    ofa_depthwise_conv2d_s8_double(&portable, input, expected);
  else
    ofa_depthwise_conv2d_s8_single(&portable, input, expected);

  ofa_marker_begin();
  kernel(&planes, input, output, scratch);
  ofa_marker_end();

  for (i = 0; i < outputs; ++i) {
    sum = sum * 31u + (uint8_t)output[i];
    equal &= output[i] == expected[i];
  }
  print_layer(layer, is_double, equal, (uint32_t)(outputs * taps), sum);
}

__attribute__((noinline)) void ofa_marker_begin(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) void ofa_marker_end(void) {
  __asm__ volatile("" ::: "memory");
}

int ofa_port_main(void) {
  size_t i;
  int is_double;
  for (i = 0; i < sizeof layers / sizeof layers[0]; ++i)
    for (is_double = 0; is_double < 2; ++is_double)
      run_layer(&layers[i], is_double);
  ofa_sh_exit(0);
  return 0;
}
