/*===- ofa_kernels_mve.h - int8 kernels for vectors of 16 bytes ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Kernels for processors that add up 16 products of bytes at once (Armv8.1-M
 * with MVE: Helium). They compute what their namesakes in ofa_kernels_s8.h do,
 * to the byte, from constants in a layout of their own and with scratch memory.
 *
 * Names, tensors and requantisation are those of ofa_kernels_s8.h.
 * Constants  one stream of words for each layer, in the order in which they are
 *            read. Missing channels and inputs are zero. Bytes of a word: the
 *            first one is the lowest. Channels have shifts of -31 to -1, and
 *            |bias + sum| < 2^31; the compiler checks that for any inputs.
 * Scratch    is at a multiple of 4, and holds nothing between calls.
 */
#ifndef OFA_KERNELS_MVE_H
#define OFA_KERNELS_MVE_H

#include "ofa_kernels_s8.h"

OFA_BEGIN_C_DECLS

/* Convolution, as ofa_conv2d_s8.
 *
 * The inputs of a window lie in rows: of each kernel row's kernel_width *
 * in_channels inputs, or, if these have up to 16 and would need twice
 * as many vectors or more (OFA_CONV2D_DOTS_S8_COPIED), of the whole window.
 *
 * stream: for each block of channels c to c + 3
 *   their four biases (zero point folded in);
 *   for each row, for each 16 of its inputs, the last ones filled up with zeros:
 *     their 16 weights of c, of c + 1, of c + 2, of c + 3;
 *   the four multipliers, then the four shifts.
 * scratch: OFA_CONV2D_DOTS_S8_SCRATCH(window) words. Overlap and step are those
 * of ofa_conv2d_s8.
 */
typedef struct ofa_conv2d_dots_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_conv2d_dots_s8_params_t;

#define OFA_CONV2D_DOTS_S8_COPIED(window)                                      \
  ((window).kernel_width * (window).in_channels <= 16 &&                       \
   (window).kernel_height >=                                                   \
       2 * ((OFA_CONV2D_DOTS_S8_INPUTS(window) + 15) / 16))
#define OFA_CONV2D_DOTS_S8_INPUTS(window)                                      \
  ((window).kernel_height * (window).kernel_width * (window).in_channels)

/* Columns that windows read, and whether rows are copied with these because some
 * lie outside of the image, which takes not too much memory. */
#define OFA_CONV2D_DOTS_S8_COLUMNS(window)                                     \
  (((window).out_width - 1) * (window).stride_width + (window).kernel_width)
#define OFA_CONV2D_DOTS_S8_PADDED(window)                                      \
  (((window).pad_top > 0 || (window).pad_left > 0 ||                           \
    OFA_CONV2D_DOTS_S8_COLUMNS(window) > (window).in_width ||                  \
    ((window).out_height - 1) * (window).stride_height +                       \
            (window).kernel_height >                                           \
        (window).in_height) &&                                                 \
   OFA_CONV2D_DOTS_S8_RING(window) <= 4096)
#define OFA_CONV2D_DOTS_S8_RING(window)                                        \
  ((window).kernel_height * (window).in_channels *                             \
   OFA_CONV2D_DOTS_S8_COLUMNS(window))

/* Words: 16 windows that are copied and the rows; else two windows or the rows. */
#define OFA_CONV2D_DOTS_S8_COPIES 16
#define OFA_CONV2D_DOTS_S8_COPY_WORDS(window)                                  \
  (OFA_CONV2D_DOTS_S8_COPIED(window)                                           \
       ? OFA_CONV2D_DOTS_S8_COPIES / 4 * OFA_CONV2D_DOTS_S8_INPUTS(window)     \
       : 0)
#define OFA_CONV2D_DOTS_S8_SCRATCH(window)                                     \
  (OFA_CONV2D_DOTS_S8_COPY_WORDS(window) +                                     \
   OFA_CONV2D_DOTS_S8_LARGER(OFA_CONV2D_DOTS_S8_PADDED(window)                 \
                                 ? (OFA_CONV2D_DOTS_S8_RING(window) + 3) / 4   \
                                 : 0,                                          \
                             OFA_CONV2D_DOTS_S8_COPIED(window)                 \
                                 ? 0                                           \
                                 : (OFA_CONV2D_DOTS_S8_INPUTS(window) + 1) /   \
                                       2))
#define OFA_CONV2D_DOTS_S8_LARGER(a, b) ((a) > (b) ? (a) : (b))

#define OFA_DECLARE_CONV2D_DOTS_S8(rounding)                                   \
  void ofa_conv2d_dots_s8_##rounding(                                          \
      const ofa_conv2d_dots_s8_params_t *params, const int8_t *input,          \
      int8_t *output, int32_t *scratch);                                       \
  /* As ofa_conv2d_row_s8. */                                                  \
  void ofa_conv2d_dots_row_s8_##rounding(                                      \
      const ofa_conv2d_dots_s8_params_t *params, const ofa_row_s8_t *rows,     \
      int32_t x0, int32_t x1, int8_t *output_row, int32_t *scratch)

OFA_DECLARE_CONV2D_DOTS_S8(single);
OFA_DECLARE_CONV2D_DOTS_S8(double);

/* Fully connected, as ofa_fully_connected_s8.
 *
 * stream: that of a convolution of one row of in_features inputs, but for blocks
 * of 8 outputs.
 */
typedef struct ofa_fully_connected_dots_s8_params {
  int32_t in_features;  /* >= 1 */
  int32_t out_features; /* >= 1 */
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_fully_connected_dots_s8_params_t;

void ofa_fully_connected_dots_s8_single(
    const ofa_fully_connected_dots_s8_params_t *params, const int8_t *input,
    int8_t *output);
void ofa_fully_connected_dots_s8_double(
    const ofa_fully_connected_dots_s8_params_t *params, const int8_t *input,
    int8_t *output);

/* Depthwise convolution of as many output channels as input channels in patches
 * of 4x4 or 8x2 pixels: 16 channels at a time, a strip of rows as high as a patch
 * is turned in scratch memory.
 *
 * The kernel's bytes lie column by column, in columns of 4 (_k3, _k3_stride2) or
 * 8 bytes (_k5, _k7), filled up with zeros to a multiple of 16; those of a kernel
 * of one row (_line) side by side.
 * stream: for each channel the words of its kernel, then bias (zero point folded
 * in), multiplier and shift.
 * scratch: `strips` times `slots` times 16 words.
 * Overlap: the output may start D bytes before the input if D is a multiple of
 * the channels and no batch of `strips` strips writes over input that a later
 * one reads: with R = strips * output rows of a strip, for each e = R, 2 R, ... <
 * out_height
 *   D >= e * out_width * channels
 *        - max(e * stride - pad_top, 0) * in_width * channels
 */
typedef struct ofa_depthwise_conv2d_patches_s8_params {
  ofa_window_t window; /* out_width * channels <= 2^15 */
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  int16_t slots;  /* of a strip: OFA_PATCHES_<kernel>_S8_SLOTS(window) */
  int16_t strips; /* turned at a time, at most OFA_PATCHES_<kernel>_S8_STRIPS */
  const int32_t *stream;
} ofa_depthwise_conv2d_patches_s8_params_t;

#define OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(kernel, rounding)              \
  void ofa_depthwise_conv2d_patches_##kernel##_s8_##rounding(                  \
      const ofa_depthwise_conv2d_patches_s8_params_t *params,                  \
      const int8_t *input, int8_t *output, int32_t *scratch)

/* Kernels of 3x3, 5x5 and 7x7 with stride 1, strips of 2, 4 and 2 output rows. */
#define OFA_PATCHES_K3_S8_SLOTS(window) (4 * (((window).out_width + 3) / 4) + 2)
#define OFA_PATCHES_K3_S8_STRIPS 24
#define OFA_PATCHES_K5_S8_SLOTS(window) OFA_PATCHES_S8_SLOTS(window, 1, 3, 2)
#define OFA_PATCHES_K5_S8_STRIPS 5
#define OFA_PATCHES_K7_S8_SLOTS(window) OFA_PATCHES_S8_SLOTS(window, 1, 4, 2)
#define OFA_PATCHES_K7_S8_STRIPS 11
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k3, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k3, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k5, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k5, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k7, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k7, double);

/* The same with stride 2, strips of 1, 2 and 1 output rows. */
#define OFA_PATCHES_K3_STRIDE2_S8_SLOTS(window)                                \
  OFA_PATCHES_S8_SLOTS(window, 2, 2, 1)
#define OFA_PATCHES_K3_STRIDE2_S8_STRIPS 24
#define OFA_PATCHES_K5_STRIDE2_S8_SLOTS(window)                                \
  OFA_PATCHES_S8_SLOTS(window, 2, 3, 2)
#define OFA_PATCHES_K5_STRIDE2_S8_STRIPS 11
#define OFA_PATCHES_K7_STRIDE2_S8_SLOTS(window)                                \
  OFA_PATCHES_S8_SLOTS(window, 2, 4, 2)
#define OFA_PATCHES_K7_STRIDE2_S8_STRIPS 24
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k3_stride2, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k3_stride2, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k5_stride2, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k5_stride2, double);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k7_stride2, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(k7_stride2, double);

/* An image of one row, a kernel of one row with kernel_width + min(out_width, 4)
 * <= 17, stride 1: one strip. */
#define OFA_PATCHES_LINE_S8_SLOTS(window) (2 * (((window).out_width + 7) / 8) + 3)
#define OFA_PATCHES_LINE_S8_STRIPS 1
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(line, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PATCHES_S8(line, double);

/* Columns, in steps of 8 outputs, of `words` words each. */
#define OFA_PATCHES_S8_SLOTS(window, stride, pairs, words)                     \
  (((8 * (((window).out_width + 7) / 8) - 1) * (stride) + 2 * (pairs)) *       \
   (words))

OFA_END_C_DECLS

#endif /* OFA_KERNELS_MVE_H */
