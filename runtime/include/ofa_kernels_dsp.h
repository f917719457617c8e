/*===- ofa_kernels_dsp.h - int8 kernels for 16-bit products -------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Convolutions for processors that multiply pairs of 16-bit numbers (Armv7E-M,
 * Armv8-M with DSP). They compute what their namesakes in ofa_kernels_s8.h do,
 * to the byte, from constants in a layout of their own and with scratch memory.
 *
 * Names, tensors and requantisation are those of ofa_kernels_s8.h.
 * Constants  one stream of words for each layer, in the order in which they are
 *            read. Channels come in blocks of 4, the last one filled up with
 *            zeros.
 * Scratch    is at a multiple of 4, and holds nothing between calls.
 */
#ifndef OFA_KERNELS_DSP_H
#define OFA_KERNELS_DSP_H

#include "ofa_runtime.h"

OFA_BEGIN_C_DECLS

/* Depthwise convolution in channel planes: four channels at a time become rows
 * of 16-bit numbers in scratch memory. Output channel o reads input channel
 * o / (out_channels / in_channels).
 *
 * stream: blocks of 4 output channels, in a block channel by channel
 *   the words 2 * bias, multiplier, start, right, where the bias has the input
 *   zero point folded in, right = -shift, start = 2^(right - 1) + zp * 2^right,
 *   and zp is the output's zero point;
 *   then the weights as bytes, row by row, each row filled up with zeros to a
 *   multiple of 4. Weight (ky, kx) is bits 8 * (kx % 4) and up of the row's
 *   word kx / 4.
 *   4 + kernel_height * ((kernel_width + 3) / 4) words for each channel; all of
 *   them 0 for those that fill up the last block.
 * Needs shift <= -1, |2 * x| < 2^31 for each sum x of bias and products, and
 * |start| + 2^30 < 2^31.
 * Scratch: as many bytes as the macro beside an entry point says.
 * Overlap: output may start where the input starts if in_channels ==
 *   out_channels and out_width <= in_width; else they are disjoint.
 *
 * Rows should be long: an image one column wide, with a kernel as narrow, is
 * better passed as the same image one row high.
 */
typedef struct ofa_depthwise_conv2d_planes_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_depthwise_conv2d_planes_s8_params_t;

/* Columns of a plane, a multiple of 2: those of the input and its left padding,
 * or those that all outputs read, in steps of `step` pixels, if they are more.
 */
#define OFA_PLANES_S8_READ(window, step)                                       \
  (((((int32_t)(window).out_width + (step)-1) & -(step)) - 1) *                \
       (window).stride_width +                                                 \
   (window).kernel_width)
#define OFA_PLANES_S8_HELD(window)                                             \
  ((int32_t)(window).in_width + (window).pad_left)
#define OFA_PLANES_S8_COLUMNS(window, step)                                    \
  (((OFA_PLANES_S8_READ(window, step) > OFA_PLANES_S8_HELD(window)             \
         ? OFA_PLANES_S8_READ(window, step)                                    \
         : OFA_PLANES_S8_HELD(window)) +                                       \
    1) &                                                                       \
   -2)

/* 4 channels of 4 bytes for each column of a pair of rows, and for each word of
 * a channel's constants. */
#define OFA_PLANES_S8_BYTES(window, step, constants)                           \
  (16 * ((constants) + ((window).kernel_height / 2 + 1) *                      \
                           OFA_PLANES_S8_COLUMNS(window, step)))

#define OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(variant, rounding)              \
  void ofa_depthwise_conv2d_planes##variant##_s8_##rounding(                   \
      const ofa_depthwise_conv2d_planes_s8_params_t *params,                   \
      const int8_t *input, int8_t *output, int32_t *scratch)

/* Any window. */
#define OFA_DEPTHWISE_CONV2D_PLANES_S8_SCRATCH(window)                         \
  OFA_PLANES_S8_BYTES(window, 4,                                               \
                      6 + 2 * (window).kernel_height *                         \
                              ((window).kernel_width / 2 + 1))
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(, double);

/* The same op, faster, only for a square kernel of 3, 5 or 7, the same stride
 * of 1 or 2 in both directions, and out_channels == in_channels. Same stream.
 */
#define OFA_DEPTHWISE_CONV2D_PLANES_K3_S8_SCRATCH(window)                      \
  OFA_PLANES_S8_BYTES(window, 2, 16)
#define OFA_DEPTHWISE_CONV2D_PLANES_K5_S8_SCRATCH(window)                      \
  OFA_PLANES_S8_BYTES(window, 2, 40)
#define OFA_DEPTHWISE_CONV2D_PLANES_K7_S8_SCRATCH(window)                      \
  OFA_PLANES_S8_BYTES(window, 2, 72)
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k3, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k3, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k5, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k5, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k7, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(_k7, double);

OFA_END_C_DECLS

#endif /* OFA_KERNELS_DSP_H */
