/*===- ofa_kernels_s8.h - int8 kernels ----------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Names      ofa_<op>[_row | _rows]_s8[_<rounding>]. `single` and `double` are the two
 *            roundings of a requantisation; ops that do not requantise have
 *            one entry point. ISA is a folder, never part of a name.
 * Tensors    NHWC, batch 1, int8, no alignment needed.
 * Params     constant, in flash if wanted; pointers in them outlive the call.
 *            Sizes are in elements, zero points are not negated.
 * Never      heap, libc (but memcpy and memset), globals, recursion, unaligned
 *            or type-punned access, signed overflow. All are reentrant.
 *
 * Requantisation. A real factor 0 <= r is held as multiplier m (int32, 0 or
 * 2^30 <= m < 2^31) and shift s (int8, -31 <= s <= 30, positive is to the
 * left): r = m * 2^(s - 31).
 *   single   (x * (int64)m + 2^(30 - s)) >> (31 - s)
 *   double   y = (x * 2^max(s, 0) * m + 2^30) >> 31, then y / 2^max(-s, 0)
 *            rounded to nearest, halves away from zero
 * then + output zero point, then clamp to [activation_min, activation_max].
 * The result before the clamp must fit int32 (the compiler's business).
 *
 * Row kernels. Spatial kernels exist twice: for a whole layer, and for output
 * pixels [x0, x1) of one output row from the kernel_height input rows of its
 * window (`ofa_row_s8_t`, NULL data = a row outside the image). A layer is a
 * loop over rows in ascending order; pixels are made in ascending order.
 *
 * A third form, `rows`, makes output rows y0 to y1 - 1, as far as there are so
 * many, of a layer whose tensors may lie in rings: row r of the input at place r
 * modulo in_rows, that of the output at place r modulo out_rows. The rows of their
 * windows are there, and the output rows replace what nobody reads any more.
 *
 * Overlap. These kernels have no scratch. Convolutions work in steps of at most
 * OFA_<OP>_S8_STEP output pixels: while a step is made all its output bytes
 * may be written before its input bytes are last read; no input of an earlier
 * step alone is read again. So output and input may share memory if the input
 * starts D bytes after the output, with
 *   D >= max over pixels u of (min(u + STEP, n) * out_channels
 *                              - first(u) * in_channels)
 * where u counts output pixels in raster order, n is their number, and
 * first(u) is the smallest input pixel index that u or any later pixel reads
 * (infinite where none). Exceptions are stated at each op. `In place` below
 * means output == input for operands of the same size (D = 0).
 */
#ifndef OFA_KERNELS_S8_H
#define OFA_KERNELS_S8_H

#include "ofa_runtime.h"

OFA_BEGIN_C_DECLS

/* One input row of a window. Pixel x lies at data + x * channels if x < wrap,
 * else at wrapped + (x - wrap) * channels: a ring of pixels wraps at most once
 * in a row. Without a ring wrap = in_width and wrapped is not used. A row
 * outside the image has data == NULL. */
typedef struct ofa_row_s8 {
  const int8_t *data;    /* pixel 0, or NULL */
  const int8_t *wrapped; /* pixel `wrap` */
  int32_t wrap;          /* 0 <= wrap <= in_width */
} ofa_row_s8_t;

/* Convolution.
 *
 * weights: blocks of 4 output channels, the last one of out_channels % 4 if
 * that is not 0; inside a block [kernel_height][kernel_width][in_channels]
 * [channels of the block]. No padding: out * kh * kw * in bytes in all.
 * Weight w of output channel o, tap (ky, kx), input channel i is byte
 *   b = o / 4 * 4; n = min(4, out_channels - b);
 *   (b * kh * kw * in) + ((ky * kw + kx) * in + i) * n + (o - b).
 * bias: bias[o] - input_zero_point * (sum of the weights of channel o).
 */
typedef struct ofa_conv2d_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min; /* quantised, >= -128 */
  int8_t activation_max; /* quantised, >= activation_min */
  const int8_t *weights;
  const int32_t *bias;       /* [out_channels], zero point folded in */
  const int32_t *multiplier; /* [out_channels] */
  const int8_t *shift;       /* [out_channels] */
} ofa_conv2d_s8_params_t;

#define OFA_CONV2D_S8_STEP 2

/* output: out_height * out_width * out_channels bytes. */
void ofa_conv2d_s8_single(const ofa_conv2d_s8_params_t *params,
                          const int8_t *input, int8_t *output);
void ofa_conv2d_s8_double(const ofa_conv2d_s8_params_t *params,
                          const int8_t *input, int8_t *output);
void ofa_conv2d_rows_s8_single(const ofa_conv2d_s8_params_t *params,
                               int32_t y0, int32_t y1, const int8_t *input,
                               int32_t in_rows, int8_t *output,
                               int32_t out_rows);
void ofa_conv2d_rows_s8_double(const ofa_conv2d_s8_params_t *params,
                               int32_t y0, int32_t y1, const int8_t *input,
                               int32_t in_rows, int8_t *output,
                               int32_t out_rows);
/* rows: kernel_height rows; output_row: pixel 0 of the output row; writes
 * pixels [x0, x1) alone, 0 <= x0 <= x1 <= out_width. */
void ofa_conv2d_row_s8_single(const ofa_conv2d_s8_params_t *params,
                              const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                              int8_t *output_row);
void ofa_conv2d_row_s8_double(const ofa_conv2d_s8_params_t *params,
                              const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                              int8_t *output_row);

/* The same convolution, smaller and faster code, only for kernel 1x1, stride 1
 * and no padding. Same params, same layouts, same results, same step. */
void ofa_conv2d_1x1_s8_single(const ofa_conv2d_s8_params_t *params,
                              const int8_t *input, int8_t *output);
void ofa_conv2d_1x1_s8_double(const ofa_conv2d_s8_params_t *params,
                              const int8_t *input, int8_t *output);
void ofa_conv2d_1x1_rows_s8_single(const ofa_conv2d_s8_params_t *params,
                                   int32_t y0, int32_t y1, const int8_t *input,
                                   int32_t in_rows, int8_t *output,
                                   int32_t out_rows);
void ofa_conv2d_1x1_rows_s8_double(const ofa_conv2d_s8_params_t *params,
                                   int32_t y0, int32_t y1, const int8_t *input,
                                   int32_t in_rows, int8_t *output,
                                   int32_t out_rows);
void ofa_conv2d_1x1_row_s8_single(const ofa_conv2d_s8_params_t *params,
                                  const ofa_row_s8_t *rows, int32_t x0,
                                  int32_t x1, int8_t *output_row);
void ofa_conv2d_1x1_row_s8_double(const ofa_conv2d_s8_params_t *params,
                                  const ofa_row_s8_t *rows, int32_t x0,
                                  int32_t x1, int8_t *output_row);

/* Convolution with a dilation and groups. The output channels form `groups`
 * blocks side by side, the input channels too; block g of the one reads block g
 * of the other. groups == in_channels is a depthwise convolution.
 *
 * Tap (ky, kx) reads row ky * dilation_height, column kx * dilation_width of
 * the window; so does row call `rows[ky]`.
 * weights: group after group, each as for conv2d with in_channels / groups
 * inputs (its blocks of 4 output channels begin at the group's first one).
 * bias: as for conv2d.
 */
typedef struct ofa_conv2d_general_s8_params {
  ofa_window_t window;
  uint8_t dilation_height; /* 1 to 255 */
  uint8_t dilation_width;  /* 1 to 255 */
  int16_t groups;          /* divides in_channels and out_channels */
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int8_t *weights;
  const int32_t *bias;       /* [out_channels], zero point folded in */
  const int32_t *multiplier; /* [out_channels] */
  const int8_t *shift;       /* [out_channels] */
} ofa_conv2d_general_s8_params_t;

#define OFA_CONV2D_GENERAL_S8_STEP 1

void ofa_conv2d_general_s8_single(const ofa_conv2d_general_s8_params_t *params,
                                  const int8_t *input, int8_t *output);
void ofa_conv2d_general_s8_double(const ofa_conv2d_general_s8_params_t *params,
                                  const int8_t *input, int8_t *output);
void ofa_conv2d_general_row_s8_single(
    const ofa_conv2d_general_s8_params_t *params, const ofa_row_s8_t *rows,
    int32_t x0, int32_t x1, int8_t *output_row);
void ofa_conv2d_general_row_s8_double(
    const ofa_conv2d_general_s8_params_t *params, const ofa_row_s8_t *rows,
    int32_t x0, int32_t x1, int8_t *output_row);

/* Depthwise convolution. Output channel o reads input channel
 * o / (out_channels / in_channels).
 *
 * weights: [out_channels][kernel_height][kernel_width], byte
 *   (o * kh + ky) * kw + kx.
 * bias: as for conv2d.
 *
 * The _k3, _k5, _k7 entry points are the same op, faster, only for a square
 * kernel of 3, 5 or 7, stride_width 1 or 2, and out_channels == in_channels.
 */
typedef struct ofa_depthwise_conv2d_s8_params {
  ofa_window_t window;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int8_t *weights;
  const int32_t *bias;       /* [out_channels], zero point folded in */
  const int32_t *multiplier; /* [out_channels] */
  const int8_t *shift;       /* [out_channels] */
} ofa_depthwise_conv2d_s8_params_t;

#define OFA_DEPTHWISE_CONV2D_S8_STEP 4

#define OFA_DECLARE_DEPTHWISE_CONV2D_S8(variant, rounding)                     \
  void ofa_depthwise_conv2d##variant##_s8_##rounding(                          \
      const ofa_depthwise_conv2d_s8_params_t *params, const int8_t *input,     \
      int8_t *output);                                                         \
  void ofa_depthwise_conv2d##variant##_rows_s8_##rounding(                     \
      const ofa_depthwise_conv2d_s8_params_t *params, int32_t y0, int32_t y1,  \
      const int8_t *input, int32_t in_rows, int8_t *output, int32_t out_rows); \
  void ofa_depthwise_conv2d##variant##_row_s8_##rounding(                      \
      const ofa_depthwise_conv2d_s8_params_t *params,                          \
      const ofa_row_s8_t *rows, int32_t x0, int32_t x1, int8_t *output_row)

/* ofa_depthwise_conv2d_s8_single(params, input, output),
 * ofa_depthwise_conv2d_row_s8_single(params, rows, x0, x1, output_row), ... */
OFA_DECLARE_DEPTHWISE_CONV2D_S8(, single);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(, double);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k3, single);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k3, double);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k5, single);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k5, double);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k7, single);
OFA_DECLARE_DEPTHWISE_CONV2D_S8(_k7, double);

/* Fully connected: output[o] = sum over i of weights[o][i] * input[i].
 *
 * weights: as a 1x1 convolution (blocks of 4 output channels, [in][4]).
 * bias: bias[o] - input_zero_point * (sum of the weights of channel o).
 * Overlap: none (output and input must be disjoint).
 */
typedef struct ofa_fully_connected_s8_params {
  int32_t in_features;  /* >= 1 */
  int32_t out_features; /* >= 1 */
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  const int8_t *weights;
  const int32_t *bias;       /* [out_features], zero point folded in */
  const int32_t *multiplier; /* [out_features] */
  const int8_t *shift;       /* [out_features] */
} ofa_fully_connected_s8_params_t;

void ofa_fully_connected_s8_single(
    const ofa_fully_connected_s8_params_t *params, const int8_t *input,
    int8_t *output);
void ofa_fully_connected_s8_double(
    const ofa_fully_connected_s8_params_t *params, const int8_t *input,
    int8_t *output);

/* Addition and subtraction, TFLite's int8 ADD and SUB:
 *   a = requantise((lhs - lhs_zero_point) * 2^20, lhs_multiplier, lhs_shift)
 *   b = the same of rhs
 *   out = requantise(a + b, output_multiplier, output_shift) + zero point
 * The compiler derives the factors with twice the larger input scale:
 * lhs_scale / (2 max), rhs_scale / (2 max), (2 max) / (2^20 output_scale).
 * `sub` is a - b, `rsub` b - a.
 * `add`, `sub`: rhs has as many elements as lhs; output may be lhs or rhs, and
 * lhs may be rhs.
 * `_channels`: rhs has `channels` elements, which are repeated; output may be
 * lhs, not rhs.
 */
typedef struct ofa_add_s8_params {
  int32_t count;    /* elements of lhs and output */
  int32_t channels; /* elements of rhs in `_channels`: a divisor of count */
  int32_t lhs_multiplier;
  int32_t rhs_multiplier;
  int32_t output_multiplier;
  int8_t lhs_shift;    /* <= 0 */
  int8_t rhs_shift;    /* <= 0 */
  int8_t output_shift; /* <= 0 */
  int8_t lhs_zero_point;
  int8_t rhs_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
} ofa_add_s8_params_t;

#define OFA_ADD_S8_LEFT_SHIFT 20

#define OFA_DECLARE_ADD_S8(op, rounding)                                       \
  void ofa_##op##_s8_##rounding(const ofa_add_s8_params_t *params,             \
                                const int8_t *lhs, const int8_t *rhs,          \
                                int8_t *output)

OFA_DECLARE_ADD_S8(add, single);
OFA_DECLARE_ADD_S8(add, double);
OFA_DECLARE_ADD_S8(add_channels, single);
OFA_DECLARE_ADD_S8(add_channels, double);
OFA_DECLARE_ADD_S8(sub, single);
OFA_DECLARE_ADD_S8(sub, double);
OFA_DECLARE_ADD_S8(sub_channels, single);
OFA_DECLARE_ADD_S8(sub_channels, double);
OFA_DECLARE_ADD_S8(rsub_channels, single);
OFA_DECLARE_ADD_S8(rsub_channels, double);

/* A sum or difference as one linear form:
 *   out = clamp((lhs * lhs_factor + rhs * rhs_factor + offset) >> shift)
 * where the compiler has found factors that give the very results of `add` or
 * `sub` for all pairs of bytes, at a fraction of their instructions. Nothing
 * before the clamp leaves 32 bits. Operands and overlap as for `add`.
 */
typedef struct ofa_linear_sum_s8_params {
  int32_t count;    /* elements of lhs and output */
  int32_t channels; /* elements of rhs in `_channels`: a divisor of count */
  int32_t lhs_factor;
  int32_t rhs_factor;
  int32_t offset;
  int8_t shift; /* 0 to 31 */
  int8_t activation_min;
  int8_t activation_max;
} ofa_linear_sum_s8_params_t;

void ofa_linear_sum_s8(const ofa_linear_sum_s8_params_t *params,
                       const int8_t *lhs, const int8_t *rhs, int8_t *output);
/* The same by vectors (Helium). */
void ofa_linear_sum_vectors_s8(const ofa_linear_sum_s8_params_t *params,
                               const int8_t *lhs, const int8_t *rhs,
                               int8_t *output);
void ofa_linear_sum_channels_s8(const ofa_linear_sum_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output);

/* Multiplication:
 *   out = requantise((lhs - lhs_zp) * (rhs - rhs_zp), multiplier, shift) + zp.
 * `mul`: as many elements in both; output may be lhs or rhs.
 * `mul_channels`: lhs is [pixels][channels], rhs is [channels] and is repeated,
 * such as a factor for each channel (squeeze-excite) or for all; output may be
 * lhs, not rhs.
 */
typedef struct ofa_mul_s8_params {
  int32_t pixels;   /* elements / channels; any split will do for `mul` */
  int32_t channels; /* elements of rhs in `mul_channels` */
  int32_t multiplier;
  int8_t shift;
  int8_t lhs_zero_point;
  int8_t rhs_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
} ofa_mul_s8_params_t;

void ofa_mul_s8_single(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output);
void ofa_mul_s8_double(const ofa_mul_s8_params_t *params, const int8_t *lhs,
                       const int8_t *rhs, int8_t *output);
void ofa_mul_channels_s8_single(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output);
void ofa_mul_channels_s8_double(const ofa_mul_s8_params_t *params,
                                const int8_t *lhs, const int8_t *rhs,
                                int8_t *output);

/* Mean over the pixels of each batch (global pool), TFLite's int8 MEAN:
 *   out[c] = requantise(sum over pixels of (in - input_zero_point), m, s) + zp
 * where the compiler has folded 1 / pixels into (m, s): with (m', s') of
 * input_scale / output_scale and n = pixels, k = min(63 - clz64(n), 32,
 * 31 + s'), m = (int64)m' * 2^k / n, s = s' - k. m may be below 2^30 here.
 * In place: output may start where the input starts (D = 0).
 */
typedef struct ofa_mean_s8_params {
  int32_t batches;  /* input [batches][pixels][channels] */
  int32_t pixels;   /* height * width, >= 1, at most 2^23 */
  int32_t channels; /* >= 1 */
  int32_t multiplier;
  int8_t shift;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
} ofa_mean_s8_params_t;

void ofa_mean_s8_single(const ofa_mean_s8_params_t *params,
                        const int8_t *input, int8_t *output);
void ofa_mean_s8_double(const ofa_mean_s8_params_t *params,
                        const int8_t *input, int8_t *output);

/* The same mean of rows that come one by one, of one batch: input rows y0 to y1 - 1,
 * as far as there are so many, row r at place r modulo in_rows, are added to
 * `sums`, one for each channel, which calls pass on (the one for row 0 begins
 * them); that for the last row writes the output, too.
 */
typedef struct ofa_mean_sums_s8_params {
  int32_t rows;     /* rows * columns: at most 2^23 */
  int32_t columns;  /* >= 1 */
  int32_t channels; /* >= 1 */
  int32_t multiplier;
  int8_t shift;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
} ofa_mean_sums_s8_params_t;

void ofa_mean_sums_s8_single(const ofa_mean_sums_s8_params_t *params, int32_t y0,
                             int32_t y1, const int8_t *input, int32_t in_rows,
                             int8_t *output, int32_t *sums);
void ofa_mean_sums_s8_double(const ofa_mean_sums_s8_params_t *params, int32_t y0,
                             int32_t y1, const int8_t *input, int32_t in_rows,
                             int8_t *output, int32_t *sums);

/* Pooling over the taps inside the image, of which each window has at least
 * one; input and output have one scale and zero point, in_channels ==
 * out_channels. Average: sum / taps, rounded to nearest, halves away from
 * zero (TFLite). Step 1; a channel is written after its own taps are read, so
 * D may be a multiple of the channels that is safe per channel.
 */
typedef struct ofa_pool2d_s8_params {
  ofa_window_t window;
  int8_t activation_min;
  int8_t activation_max;
} ofa_pool2d_s8_params_t;

#define OFA_POOL2D_S8_STEP 1

void ofa_avg_pool2d_s8(const ofa_pool2d_s8_params_t *params,
                       const int8_t *input, int8_t *output);
void ofa_avg_pool2d_rows_s8(const ofa_pool2d_s8_params_t *params, int32_t y0,
                            int32_t y1, const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t out_rows);
void ofa_avg_pool2d_row_s8(const ofa_pool2d_s8_params_t *params,
                           const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                           int8_t *output_row);
/* The same of windows with all rows (kernel_height == in_height, pad_top == 0),
 * which come one by one: input rows y0 to y1 - 1, as far as there are so many, row r
 * at place r modulo in_rows, are added to `sums`, one for each element of the
 * output, which calls pass on (the one for row 0 begins them); that for the last
 * row writes the output, too. */
void ofa_avg_pool2d_sums_s8(const ofa_pool2d_s8_params_t *params, int32_t y0,
                            int32_t y1, const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t *sums);
/* The same by vectors (Helium), for windows of up to 255 taps. */
void ofa_avg_pool2d_vectors_s8(const ofa_pool2d_s8_params_t *params,
                               const int8_t *input, int8_t *output);
void ofa_max_pool2d_s8(const ofa_pool2d_s8_params_t *params,
                       const int8_t *input, int8_t *output);
void ofa_max_pool2d_rows_s8(const ofa_pool2d_s8_params_t *params, int32_t y0,
                            int32_t y1, const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t out_rows);
void ofa_max_pool2d_row_s8(const ofa_pool2d_s8_params_t *params,
                           const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                           int8_t *output_row);

/* Any unary function of one int8 value: out = table[in + 128]. In place. */
typedef struct ofa_lut_s8_params {
  int32_t count;       /* elements */
  const int8_t *table; /* [256], for inputs -128 to 127 */
} ofa_lut_s8_params_t;

void ofa_lut_s8(const ofa_lut_s8_params_t *params, const int8_t *input,
                int8_t *output);

/* Softmax over the innermost dimension, TFLite's int8 fixed point. The output
 * has scale 1/256 and zero point -128.
 * exp_table[d] is exp(-d * beta * input_scale) with 31 fraction bits as
 * gemmlowp's exp_on_negative_values makes it, 0 where TFLite leaves the value
 * out (d > -diff_min). In place.
 */
typedef struct ofa_softmax_s8_params {
  int32_t rows;             /* number of vectors */
  int32_t depth;            /* elements of each, 1 to 4095 */
  const int32_t *exp_table; /* [256], d = (largest input) - input */
} ofa_softmax_s8_params_t;

void ofa_softmax_s8(const ofa_softmax_s8_params_t *params, const int8_t *input,
                    int8_t *output);

/* New scale and zero point: requantise(in - input_zero_point) + zp. In place.
 */
typedef struct ofa_requantize_s8_params {
  int32_t count; /* elements */
  int32_t multiplier;
  int8_t shift;
  int8_t input_zero_point;
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
} ofa_requantize_s8_params_t;

void ofa_requantize_s8_single(const ofa_requantize_s8_params_t *params,
                              const int8_t *input, int8_t *output);
void ofa_requantize_s8_double(const ofa_requantize_s8_params_t *params,
                              const int8_t *input, int8_t *output);

/* Float to int8 and back: out = round(in / scale) + zero_point, halves away
 * from zero, clamped to int8 (NaN gives the zero point); out = scale * (in -
 * zero_point). Quantize: output may start where the input starts. Dequantize:
 * disjoint. Float tensors are aligned to 4 bytes. */
typedef struct ofa_quantize_params {
  int32_t count; /* elements */
  float scale;   /* > 0 */
  int8_t zero_point;
} ofa_quantize_params_t;

void ofa_quantize_f32_s8(const ofa_quantize_params_t *params,
                         const float *input, int8_t *output);
/* The same by vectors (Helium). */
void ofa_quantize_vectors_f32_s8(const ofa_quantize_params_t *params,
                                 const float *input, int8_t *output);
void ofa_dequantize_s8_f32(const ofa_quantize_params_t *params,
                           const int8_t *input, float *output);

/* Camera bytes to int8: out = in - 128, which is in ^ 0x80. In place (the same
 * memory through both pointers). */
typedef struct ofa_convert_u8_s8_params {
  int32_t count; /* elements */
} ofa_convert_u8_s8_params_t;

void ofa_convert_u8_s8(const ofa_convert_u8_s8_params_t *params,
                       const uint8_t *input, int8_t *output);

OFA_END_C_DECLS

#endif /* OFA_KERNELS_S8_H */
