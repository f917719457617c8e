/*===- ofa_kernels_lanes.h - int8 kernels of channels in lanes ----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Kernels for processors with wide vectors (x86-64 with AVX2 or AVX-512 VNNI,
 * AArch64 with dot products): neighbouring output channels lie in the lanes of a
 * vector. They compute what their namesakes in ofa_kernels_s8.h do, to the byte,
 * from constants in a layout of their own and with scratch memory. The layout is
 * the same for all of these processors.
 *
 * Names, tensors and requantisation are those of ofa_kernels_s8.h.
 * Constants  one stream of words for each layer, in the order in which they are
 *            read. Missing channels and inputs are zero, but for the shifts of
 *            missing channels, which are -1. Bytes of a word: the first one is
 *            the lowest. Channels have shifts of -31 to -1, and
 *            |bias + sum| < 2^30; the compiler checks that for any inputs.
 * Scratch    is at a multiple of 4, and holds nothing between calls. Inputs lie
 *            there in two bytes at most, with the borders of their image.
 */
#ifndef OFA_KERNELS_LANES_H
#define OFA_KERNELS_LANES_H

#include "ofa_kernels_s8.h"

OFA_BEGIN_C_DECLS

/* Output pixels of a row that are made at a time where the kernel has one row;
 * else the whole row is. */
#define OFA_LANES_S8_CHUNK 48

/* Columns that these pixels read. */
#define OFA_LANES_S8_COLUMNS(window)                                           \
  (((window).kernel_height == 1 && (window).out_width > OFA_LANES_S8_CHUNK     \
        ? OFA_LANES_S8_CHUNK - 1                                               \
        : (window).out_width - 1) *                                            \
       (window).stride_width +                                                 \
   (window).kernel_width)

/* Convolution, as ofa_conv2d_s8.
 *
 * stream: for each block of channels c to c + 15
 *   their 16 biases (input zero point folded in);
 *   the same less 128 times the sum of the channel's weights;
 *   their 16 multipliers, then their 16 shifts;
 *   for each kernel row, for each 4 of its kernel_width * in_channels inputs, the
 *     last ones filled up with zeros: their 4 weights of c, of c + 1, ... c + 15.
 * scratch: OFA_CONV2D_LANES_S8_SCRATCH(window) words. Overlap and step are those
 * of ofa_conv2d_s8.
 */
typedef struct ofa_conv2d_lanes_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_conv2d_lanes_s8_params_t;

/* kernel_height rows of an even number of halves, three of which are not inputs. */
#define OFA_CONV2D_LANES_S8_SCRATCH(window)                                    \
  ((window).kernel_height *                                                    \
   ((OFA_LANES_S8_COLUMNS(window) * (window).in_channels + 4) / 2))

void ofa_conv2d_lanes_s8_single(const ofa_conv2d_lanes_s8_params_t *params,
                                const int8_t *input, int8_t *output,
                                int32_t *scratch);
void ofa_conv2d_lanes_s8_double(const ofa_conv2d_lanes_s8_params_t *params,
                                const int8_t *input, int8_t *output,
                                int32_t *scratch);

/* Fully connected, as ofa_fully_connected_s8.
 *
 * stream: that of a convolution of one row of in_features inputs.
 * scratch: OFA_FULLY_CONNECTED_LANES_S8_SCRATCH(in_features) words.
 */
typedef struct ofa_fully_connected_lanes_s8_params {
  int32_t in_features;  /* >= 1 */
  int32_t out_features; /* >= 1 */
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_fully_connected_lanes_s8_params_t;

#define OFA_FULLY_CONNECTED_LANES_S8_SCRATCH(in_features) (((in_features) + 4) / 2)

void ofa_fully_connected_lanes_s8_single(
    const ofa_fully_connected_lanes_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);
void ofa_fully_connected_lanes_s8_double(
    const ofa_fully_connected_lanes_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);

/* Depthwise convolution of as many output channels as input channels.
 *
 * stream: for each block of channels c to c + 15
 *   their 16 biases (input zero point folded in), multipliers and shifts;
 *   for each pair of taps, row by row, the last one filled up with zeros: of each
 *     of the channels the weights of both.
 * scratch: OFA_DEPTHWISE_CONV2D_LANES_S8_SCRATCH(window) words. Overlap and step
 * are those of ofa_depthwise_conv2d_s8.
 */
typedef struct ofa_depthwise_conv2d_lanes_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_depthwise_conv2d_lanes_s8_params_t;

#define OFA_DEPTHWISE_CONV2D_LANES_S8_SCRATCH(window)                          \
  ((window).kernel_height * OFA_LANES_S8_COLUMNS(window) *                     \
   (((window).in_channels + 15) / 16 * 8))

void ofa_depthwise_conv2d_lanes_s8_single(
    const ofa_depthwise_conv2d_lanes_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);
void ofa_depthwise_conv2d_lanes_s8_double(
    const ofa_depthwise_conv2d_lanes_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);

OFA_END_C_DECLS

#endif /* OFA_KERNELS_LANES_H */
