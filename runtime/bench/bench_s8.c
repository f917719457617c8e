/*===- bench_s8.c - Layers to count instructions of ---------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Runs typical int8 layers on pseudo-random data, each between the markers
 * that the instruction counter looks for, and prints one line per layer:
 *   <kind> <height>x<width>x<in> <out> k<kernel>[x<width>] s<stride> <units>
 *   <checksum>
 * where units are MACs (outputs * taps, border included), or elements. The
 * checksum is the same on every machine. See bench.sh.
 */
#include "bench.h"
#include "ofa_kernels_s8.h"
#include "ofa_port.h"
#include "ofa_semihosting.h"

enum kind {
  POINTWISE,
  CONV,
  DEPTHWISE,
  DEPTHWISE_DOUBLE,
  POINTWISE_DOUBLE,
  FULLY_CONNECTED,
  ADD,
  ADD_DOUBLE,
  LINEAR_SUM,
  MUL_CHANNELS,
  MEAN,
  LUT,
  AVG_POOL,
  SOFTMAX
};

typedef struct layer {
  enum kind kind;
  int16_t height;
  int16_t width;
  int16_t in;
  int16_t out;
  uint8_t kernel_height; /* a square kernel has same padding, others none */
  uint8_t kernel_width;
  uint8_t stride;
} layer_t;

#define SQUARE(kind, size, in, out, kernel, stride)                            \
  {kind, size, size, in, out, kernel, kernel, stride}

static const layer_t layers[] = {
    SQUARE(CONV, 32, 3, 16, 3, 2),
    SQUARE(CONV, 16, 16, 16, 3, 1),
    SQUARE(POINTWISE, 16, 8, 48, 1, 1),
    SQUARE(POINTWISE, 16, 48, 16, 1, 1),
    SQUARE(POINTWISE, 8, 24, 96, 1, 1),
    SQUARE(POINTWISE, 8, 96, 24, 1, 1),
    SQUARE(POINTWISE, 4, 48, 192, 1, 1),
    SQUARE(POINTWISE, 4, 192, 64, 1, 1),
    SQUARE(POINTWISE, 12, 64, 64, 1, 1),
    SQUARE(POINTWISE_DOUBLE, 12, 64, 64, 1, 1),
    SQUARE(DEPTHWISE, 16, 48, 48, 3, 1),
    SQUARE(DEPTHWISE, 16, 48, 48, 5, 1),
    SQUARE(DEPTHWISE, 16, 48, 48, 7, 1),
    SQUARE(DEPTHWISE_DOUBLE, 16, 48, 48, 3, 1),
    SQUARE(DEPTHWISE, 16, 48, 48, 3, 2),
    SQUARE(DEPTHWISE, 16, 48, 48, 5, 2),
    SQUARE(DEPTHWISE, 16, 48, 48, 7, 2),
    SQUARE(DEPTHWISE, 8, 96, 96, 3, 1),
    SQUARE(DEPTHWISE, 8, 96, 96, 5, 1),
    SQUARE(DEPTHWISE, 8, 96, 96, 7, 1),
    SQUARE(DEPTHWISE, 8, 96, 96, 3, 2),
    SQUARE(DEPTHWISE, 8, 96, 96, 5, 2),
    SQUARE(DEPTHWISE, 8, 96, 96, 7, 2),
    SQUARE(DEPTHWISE, 5, 96, 96, 3, 1),
    SQUARE(DEPTHWISE, 5, 96, 96, 5, 1),
    SQUARE(DEPTHWISE, 4, 192, 192, 3, 1),
    SQUARE(DEPTHWISE, 4, 192, 192, 5, 1),
    SQUARE(DEPTHWISE, 4, 192, 192, 7, 1),
    SQUARE(DEPTHWISE, 3, 192, 192, 3, 1),
    SQUARE(DEPTHWISE, 2, 192, 192, 3, 1),
    SQUARE(DEPTHWISE, 2, 192, 192, 7, 1),
    SQUARE(DEPTHWISE, 8, 32, 32, 2, 1),
    {DEPTHWISE, 1, 30, 40, 40, 1, 3, 1},
    {DEPTHWISE, 1, 28, 128, 128, 1, 5, 1},
    {DEPTHWISE, 1, 24, 128, 128, 1, 10, 1},
    {DEPTHWISE_DOUBLE, 1, 24, 128, 128, 1, 10, 1},
    {DEPTHWISE, 1, 15, 128, 128, 1, 15, 1},
    {DEPTHWISE, 49, 40, 1, 8, 10, 8, 2},
    SQUARE(FULLY_CONNECTED, 1, 256, 128, 1, 1),
    SQUARE(FULLY_CONNECTED, 1, 128, 10, 1, 1),
    SQUARE(ADD, 8, 64, 64, 1, 1),
    SQUARE(ADD_DOUBLE, 8, 64, 64, 1, 1),
    SQUARE(LINEAR_SUM, 8, 64, 64, 1, 1),
    SQUARE(MUL_CHANNELS, 8, 64, 64, 1, 1),
    SQUARE(MEAN, 8, 64, 64, 1, 1),
    SQUARE(LUT, 8, 64, 64, 1, 1),
    SQUARE(AVG_POOL, 8, 64, 64, 2, 2),
    SQUARE(SOFTMAX, 1, 10, 10, 1, 1),
};

static const char *const names[] = {
    "conv",   "conv", "depthwise",  "depthwise-double",
    "conv-double", "fully-connected", "add", "add-double", "linear-sum",
    "mul-channels", "mean", "lut", "avg-pool", "softmax"};

#define MAX_TENSOR (64 * 1024)
#define MAX_WEIGHTS (64 * 1024)
#define MAX_CHANNELS 256
static int8_t input[MAX_TENSOR];
static int8_t output[MAX_TENSOR];
static int8_t weights[MAX_WEIGHTS];
static int32_t bias[MAX_CHANNELS];
static int32_t multiplier[MAX_CHANNELS];
static int8_t shift[MAX_CHANNELS];

static void print_layer(const layer_t *layer, uint32_t units, uint32_t sum) {
  ofa_sh_print(names[layer->kind]);
  ofa_sh_print(" ");
  ofa_sh_print_number((uint32_t)layer->height);
  ofa_sh_print("x");
  ofa_sh_print_number((uint32_t)layer->width);
  ofa_sh_print("x");
  ofa_sh_print_number((uint32_t)layer->in);
  ofa_sh_print(" ");
  ofa_sh_print_number((uint32_t)layer->out);
  ofa_sh_print(" k");
  ofa_sh_print_number(layer->kernel_height);
  if (layer->kernel_width != layer->kernel_height) {
    ofa_sh_print("x");
    ofa_sh_print_number(layer->kernel_width);
  }
  ofa_sh_print(" s");
  ofa_sh_print_number(layer->stride);
  ofa_sh_print(" ");
  ofa_sh_print_number(units);
  ofa_sh_print(" ");
  ofa_sh_print_number(sum);
  ofa_sh_print("\n");
}

static void run_depthwise(const ofa_depthwise_conv2d_s8_params_t *params,
                          int rounding_double) {
  int32_t size = params->window.kernel_height;
  if (size != params->window.kernel_width)
    size = 0;
  if (rounding_double && size == 3)
    ofa_depthwise_conv2d_k3_s8_double(params, input, output);
  else if (rounding_double)
    ofa_depthwise_conv2d_s8_double(params, input, output);
  else if (size == 3)
    ofa_depthwise_conv2d_k3_s8_single(params, input, output);
  else if (size == 5)
    ofa_depthwise_conv2d_k5_s8_single(params, input, output);
  else if (size == 7)
    ofa_depthwise_conv2d_k7_s8_single(params, input, output);
  else
    ofa_depthwise_conv2d_s8_single(params, input, output);
}

static void run_layer(const layer_t *layer) {
  int same = layer->kernel_height == layer->kernel_width;
  uint8_t pad_top;
  uint8_t pad_left;
  int16_t height = place(layer->height, layer->kernel_height, layer->stride,
                         same, &pad_top);
  int16_t width =
      place(layer->width, layer->kernel_width, layer->stride, same, &pad_left);
  int32_t pixels = layer->height * layer->width;
  int32_t taps = layer->kernel_height * layer->kernel_width;
  int32_t outputs = height * width * layer->out;
  int32_t elements = pixels * layer->in;
  uint32_t units = (uint32_t)elements;
  uint32_t sum = 0;
  int32_t i;
  ofa_window_t window = {layer->height, layer->width,  layer->in,
                         height,        width,         layer->out,
                         layer->kernel_height,         layer->kernel_width,
                         layer->stride, layer->stride, pad_top,
                         pad_left};
  ofa_conv2d_s8_params_t conv = {window, -3,   4,          -128, 127,
                                 weights, bias, multiplier, shift};
  ofa_depthwise_conv2d_s8_params_t depthwise = {
      window, -3, 4, -128, 127, weights, bias, multiplier, shift};
  ofa_fully_connected_s8_params_t dense = {
      layer->in, layer->out, 4, -128, 127, weights, bias, multiplier, shift};
  ofa_add_s8_params_t add = {elements, layer->in, 1073741824, 1518500250,
                             1431655765, 0, -1, -18, 3, -5, 7, -128, 127};
  ofa_linear_sum_s8_params_t linear = {elements, layer->in, 1048576, 741455,
                                       5767168,  20,        -128,    127};
  ofa_mul_s8_params_t mul = {pixels, layer->in, 1518500250, -7,  3,
                             -5,     7,         -128,       127};
  ofa_mean_s8_params_t mean = {1, pixels, layer->in, 1073741824, -5,
                               3,      -5,        -128,       127};
  ofa_pool2d_s8_params_t pool = {window, -128, 127};
  ofa_lut_s8_params_t lut = {elements, weights};
  ofa_softmax_s8_params_t softmax = {pixels, layer->in, bias};

  state = 1;
  fill(input, elements);
  fill(weights, MAX_WEIGHTS);
  for (i = 0; i < MAX_CHANNELS; ++i) {
    bias[i] = layer->kind == SOFTMAX
                  ? (int32_t)(0x7fffffffu >> (uint32_t)(i / 8 > 31 ? 31 : i / 8))
                  : (int32_t)next_random() - 32768;
    multiplier[i] = 1073741824 + (int32_t)next_random() * 16000;
    shift[i] = (int8_t)(-8 - (int32_t)(next_random() % 3u));
  }

  switch (layer->kind) {
  case POINTWISE:
  case POINTWISE_DOUBLE:
  case CONV:
    units = (uint32_t)(outputs * taps) * (uint32_t)layer->in;
    break;
  case DEPTHWISE:
  case DEPTHWISE_DOUBLE:
    units = (uint32_t)(outputs * taps);
    break;
  case FULLY_CONNECTED:
    units = (uint32_t)layer->in * (uint32_t)layer->out;
    break;
  default:
    break;
  }

  ofa_marker_begin();
  switch (layer->kind) {
  case POINTWISE:
    ofa_conv2d_1x1_s8_single(&conv, input, output);
    break;
  case POINTWISE_DOUBLE:
    ofa_conv2d_1x1_s8_double(&conv, input, output);
    break;
  case CONV:
    ofa_conv2d_s8_single(&conv, input, output);
    break;
  case DEPTHWISE:
  case DEPTHWISE_DOUBLE:
    run_depthwise(&depthwise, layer->kind == DEPTHWISE_DOUBLE);
    break;
  case FULLY_CONNECTED:
    ofa_fully_connected_s8_single(&dense, input, output);
    break;
  case ADD:
    ofa_add_s8_single(&add, input, weights, output);
    break;
  case ADD_DOUBLE:
    ofa_add_s8_double(&add, input, weights, output);
    break;
  case LINEAR_SUM:
    ofa_linear_sum_s8(&linear, input, weights, output);
    break;
  case MUL_CHANNELS:
    ofa_mul_channels_s8_single(&mul, input, weights, output);
    break;
  case MEAN:
    ofa_mean_s8_single(&mean, input, output);
    break;
  case LUT:
    ofa_lut_s8(&lut, input, output);
    break;
  case AVG_POOL:
    ofa_avg_pool2d_s8(&pool, input, output);
    break;
  case SOFTMAX:
    ofa_softmax_s8(&softmax, input, output);
    break;
  }
  ofa_marker_end();

  if (layer->kind == MEAN)
    outputs = layer->out;
  for (i = 0; i < outputs; ++i)
    sum = sum * 31u + (uint8_t)output[i];
  print_layer(layer, units, sum);
}

__attribute__((noinline)) void ofa_marker_begin(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) void ofa_marker_end(void) {
  __asm__ volatile("" ::: "memory");
}

int ofa_port_main(void) {
  size_t i;
  for (i = 0; i < sizeof layers / sizeof layers[0]; ++i)
    run_layer(&layers[i]);
  ofa_sh_exit(0);
  return 0;
}
