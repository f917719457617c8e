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

#include "ofa_kernels_s8.h"

OFA_BEGIN_C_DECLS

/* Convolution, as ofa_conv2d_s8.
 *
 * Inputs of a window lie in words of two. A row has kernel_width * in_channels of
 * them: each four adjacent ones i make the words (i, i + 2) and (i + 1, i + 3),
 * row by row. Behind those, what is left of all rows, up to three of each, makes
 * words of two adjacent ones, the last one perhaps of one alone.
 *
 * stream: for each block of channels c to c + 3; a last one begins 4 channels
 * before the end, if there are as many:
 *   for each word of inputs (i, j), i in the low half, two words of weights:
 *     paired(c, i), paired(c, j); paired(c + 2, i), paired(c + 2, j)
 *   with paired(c, i) = weight(c, i) + 256 * weight(c + 1, i) as 16 bits;
 *   then, for c + 1, c, c + 3 and c + 2, the words 2 * bias (zero point folded
 *   in) and multiplier, and behind those of c + 1 a word of four shifts, for the
 *   same channels in turn, its lowest byte first: right - 1, where right = -shift.
 * Missing inputs and channels are zero.
 *
 * Only for right >= 1, weights of c + 1 and c + 3 above -128, |bias + sum| <
 * 2^30, |sum of c + 1 or c + 3 without bias| < 2^23, and |2^(right - 1) +
 * output_zero_point * 2^right| < 2^30; the compiler checks that for any inputs.
 * scratch: OFA_CONV2D_PAIRED_S8_SCRATCH(window) words. Overlap and step are
 * those of ofa_conv2d_s8.
 */
typedef struct ofa_conv2d_paired_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_conv2d_paired_s8_params_t;

/* One for each input of two pixels. */
#define OFA_CONV2D_PAIRED_S8_SCRATCH(window)                                   \
  (((window).kernel_height * (window).kernel_width * (window).in_channels +    \
    1) &                                                                       \
   -2)

void ofa_conv2d_paired_s8_single(const ofa_conv2d_paired_s8_params_t *params,
                                 const int8_t *input, int8_t *output,
                                 int32_t *scratch);
void ofa_conv2d_paired_s8_double(const ofa_conv2d_paired_s8_params_t *params,
                                 const int8_t *input, int8_t *output,
                                 int32_t *scratch);
/* As ofa_conv2d_rows_s8. */
void ofa_conv2d_paired_rows_s8_single(
    const ofa_conv2d_paired_s8_params_t *params, int32_t y0, int32_t y1,
    const int8_t *input, int32_t in_rows, int8_t *output, int32_t out_rows,
    int32_t *scratch);
void ofa_conv2d_paired_rows_s8_double(
    const ofa_conv2d_paired_s8_params_t *params, int32_t y0, int32_t y1,
    const int8_t *input, int32_t in_rows, int8_t *output, int32_t out_rows,
    int32_t *scratch);
/* As ofa_conv2d_row_s8. */
void ofa_conv2d_paired_row_s8_single(
    const ofa_conv2d_paired_s8_params_t *params, const ofa_row_s8_t *rows,
    int32_t x0, int32_t x1, int8_t *output_row, int32_t *scratch);
void ofa_conv2d_paired_row_s8_double(
    const ofa_conv2d_paired_s8_params_t *params, const ofa_row_s8_t *rows,
    int32_t x0, int32_t x1, int8_t *output_row, int32_t *scratch);

/* The same convolution of a 3x3 kernel with stride 1, in tiles of 2x2 outputs: 16
 * products for 36, for 3.6 times the constants. Channels are multiples of 4.
 *
 * stream: for each block of output channels c to c + 3
 *   for each of 16 points p of a tile, row by row
 *     for each four inputs i to i + 3, for i and i + 1
 *       four words, for c to c + 3: U(c, i)[p], U(c, i + 2)[p] as 16 bits each,
 *       where U = T w T' of the weights w, and T has the rows 2 0 0, 1 1 1, 1 -1 1
 *       and 0 0 2;
 *   then, for c to c + 3, the words 2 * bias, multiplier, 2^(right - 1) +
 *   output_zero_point * 2^right, and right.
 *
 * Only for right >= 1, |bias + sum| < 2^30, |sum without bias| < 2^29.
 * scratch: OFA_CONV2D_WINOGRAD_S8_SCRATCH(window) words. Overlap: that of
 * ofa_conv2d_s8 for steps of two output rows.
 */
#define OFA_CONV2D_WINOGRAD_S8_SCRATCH(window)                                 \
  (16 * (window).in_channels + 128 + (window).in_channels / 4)

void ofa_conv2d_winograd_s8_single(const ofa_conv2d_paired_s8_params_t *params,
                                   const int8_t *input, int8_t *output,
                                   int32_t *scratch);
void ofa_conv2d_winograd_s8_double(const ofa_conv2d_paired_s8_params_t *params,
                                   const int8_t *input, int8_t *output,
                                   int32_t *scratch);

/* Fully connected, as ofa_fully_connected_s8.
 *
 * stream: that of a convolution of one row of in_features inputs, but for
 * blocks of 8 outputs (a last one begins 8 before the end, if there are as many):
 * four words of weights for each word of inputs, then the constants of c to c + 3
 * and of c + 4 to c + 7. An odd number of words of inputs has an empty one behind
 * it.
 * scratch: in_features / 4, rounded up, times 2 words. Overlap: none.
 */
typedef struct ofa_fully_connected_paired_s8_params {
  int32_t in_features;  /* >= 1 */
  int32_t out_features; /* >= 1 */
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int32_t *stream;
} ofa_fully_connected_paired_s8_params_t;

void ofa_fully_connected_paired_s8_single(
    const ofa_fully_connected_paired_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);
void ofa_fully_connected_paired_s8_double(
    const ofa_fully_connected_paired_s8_params_t *params, const int8_t *input,
    int8_t *output, int32_t *scratch);
/* Depthwise convolution in channel planes: four channels at a time become rows
 * of 16-bit numbers in scratch memory. Output channel o reads input channel
 * o / (out_channels / in_channels).
 *
 * stream: blocks of 4 output channels
 *   for each channel the words 2 * bias (zero point folded in) and multiplier;
 *   a word of four shifts, the first channel's in its lowest byte: right - 1,
 *   where right = -shift;
 *   channel by channel the weights as bytes, row by row, from the lowest byte of
 *   a word to its highest; for any window each row is filled up with zeros to a
 *   multiple of 4.
 *   Those that fill up the last block are zero.
 * Needs right >= 1, |2 * x| < 2^31 for each sum x of bias and products, and
 * |2^(right - 1) + output_zero_point * 2^right| < 2^30.
 * Scratch: as many bytes as the macro beside an entry point says.
 * Overlap: output may start where the input starts if in_channels ==
 *   out_channels and out_width <= in_width; else they are disjoint.
 *
 * The form for rows makes all rows of a layer, or at most two, for which each call
 * transposes their input rows: two at a time are faster.
 *
 * Rows should be long: an image one column wide, with a kernel as narrow, is
 * better passed as the same image one row high.
 */
typedef struct ofa_depthwise_conv2d_planes_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
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
      const int8_t *input, int8_t *output, int32_t *scratch);                  \
  void ofa_depthwise_conv2d_planes##variant##_rows_s8_##rounding(              \
      const ofa_depthwise_conv2d_planes_s8_params_t *params, int32_t y0,       \
      int32_t y1, const int8_t *input, int32_t in_rows, int8_t *output,        \
      int32_t out_rows, int32_t *scratch)

/* Any window. */
#define OFA_DEPTHWISE_CONV2D_PLANES_S8_SCRATCH(window)                         \
  OFA_PLANES_S8_BYTES(window, 4,                                               \
                      6 + 2 * (window).kernel_height *                         \
                              ((window).kernel_width / 2 + 1))
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(, single);
OFA_DECLARE_DEPTHWISE_CONV2D_PLANES_S8(, double);

/* The same op, faster, only for a square kernel of 3, 5 or 7, the same stride
 * of 1 or 2 in both directions, and out_channels == in_channels. Rows of its
 * stream are not filled up.
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
