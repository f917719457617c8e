/*===- ofa_kernels_f32.h - Float kernels --------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Names      ofa_<op>[_row]_f32.
 * Tensors    NHWC, batch 1, float, aligned to 4 bytes.
 * Params     constant; sizes are in elements.
 * Results    the same bytes on every machine: each output is a sum in one
 *            documented order of products that are rounded first (build with
 *            -ffp-contract=off and without -ffast-math); vectors run over
 *            channels, never over a sum. No libm.
 * Clamp      every op with activation_min and activation_max clamps its result:
 *            none = -INFINITY, INFINITY; relu = 0, INFINITY; relu6 = 0, 6.
 * Overlap    as in ofa_kernels_s8.h, with OFA_<OP>_F32_STEP pixels a step;
 *            `in place` means output == input.
 */
#ifndef OFA_KERNELS_F32_H
#define OFA_KERNELS_F32_H

#include "ofa_runtime.h"

OFA_BEGIN_C_DECLS

/* One input row of a window; see ofa_row_s8_t. */
typedef struct ofa_row_f32 {
  const float *data;    /* pixel 0, or NULL: a row of zeros outside the image */
  const float *wrapped; /* pixel `wrap` */
  int32_t wrap;         /* 0 <= wrap <= in_width; in_width without a ring */
} ofa_row_f32_t;

/* Convolution. weights: [kernel_height][kernel_width][in_channels]
 * [out_channels]. Order of the sum: bias, then ky, kx, input channel
 * ascending; taps outside the image are left out. */
typedef struct ofa_conv2d_f32_params {
  ofa_window_t window;
  float activation_min;
  float activation_max;
  const float *weights;
  const float *bias; /* [out_channels] */
} ofa_conv2d_f32_params_t;

#define OFA_CONV2D_F32_STEP 4

void ofa_conv2d_f32(const ofa_conv2d_f32_params_t *params, const float *input,
                    float *output);
void ofa_conv2d_row_f32(const ofa_conv2d_f32_params_t *params,
                        const ofa_row_f32_t *rows, int32_t x0, int32_t x1,
                        float *output_row);

/* Convolution with a dilation and groups, as in ofa_kernels_s8.h. weights:
 * [groups][kernel_height][kernel_width][in_channels / groups][out_channels /
 * groups]. Order of the sum: as conv2d. */
typedef struct ofa_conv2d_general_f32_params {
  ofa_window_t window;
  uint8_t dilation_height; /* 1 to 255 */
  uint8_t dilation_width;  /* 1 to 255 */
  int16_t groups;          /* divides in_channels and out_channels */
  float activation_min;
  float activation_max;
  const float *weights;
  const float *bias; /* [out_channels] */
} ofa_conv2d_general_f32_params_t;

#define OFA_CONV2D_GENERAL_F32_STEP 1

void ofa_conv2d_general_f32(const ofa_conv2d_general_f32_params_t *params,
                            const float *input, float *output);
void ofa_conv2d_general_row_f32(const ofa_conv2d_general_f32_params_t *params,
                                const ofa_row_f32_t *rows, int32_t x0,
                                int32_t x1, float *output_row);

/* Depthwise convolution. weights: [kernel_height][kernel_width]
 * [out_channels]; output channel o reads input channel
 * o / (out_channels / in_channels). Order: bias, then ky, kx ascending. */
typedef struct ofa_depthwise_conv2d_f32_params {
  ofa_window_t window;
  float activation_min;
  float activation_max;
  const float *weights;
  const float *bias; /* [out_channels] */
} ofa_depthwise_conv2d_f32_params_t;

#define OFA_DEPTHWISE_CONV2D_F32_STEP 1

void ofa_depthwise_conv2d_f32(const ofa_depthwise_conv2d_f32_params_t *params,
                              const float *input, float *output);
void ofa_depthwise_conv2d_row_f32(
    const ofa_depthwise_conv2d_f32_params_t *params, const ofa_row_f32_t *rows,
    int32_t x0, int32_t x1, float *output_row);

/* Fully connected. weights: [in_features][out_features]. Order: bias, then
 * input feature ascending. Overlap: none. */
typedef struct ofa_fully_connected_f32_params {
  int32_t in_features;
  int32_t out_features;
  float activation_min;
  float activation_max;
  const float *weights;
  const float *bias; /* [out_features] */
} ofa_fully_connected_f32_params_t;

void ofa_fully_connected_f32(const ofa_fully_connected_f32_params_t *params,
                             const float *input, float *output);

/* Batch normalisation: out = (in - mean) * (scale / sqrt(variance + epsilon))
 * + offset, per channel. The factor is computed for each channel in float:
 * variance + epsilon, a correctly rounded square root, a division. In place. */
typedef struct ofa_batch_norm_f32_params {
  int32_t pixels;   /* height * width */
  int32_t channels; /* >= 1 */
  float epsilon;    /* > 0 */
  float activation_min;
  float activation_max;
  const float *scale;    /* [channels] (gamma) */
  const float *offset;   /* [channels] (beta) */
  const float *mean;     /* [channels] */
  const float *variance; /* [channels], >= 0 */
} ofa_batch_norm_f32_params_t;

void ofa_batch_norm_f32(const ofa_batch_norm_f32_params_t *params,
                        const float *input, float *output);

/* Element-wise operations on [pixels][channels]. `sub` is lhs - rhs, `rsub`
 * rhs - lhs. `_channels`: rhs is [channels] and is repeated, output may be lhs;
 * else rhs has as many elements as lhs, output may be either. */
typedef struct ofa_elementwise_f32_params {
  int32_t pixels;
  int32_t channels;
  float activation_min;
  float activation_max;
} ofa_elementwise_f32_params_t;

#define OFA_DECLARE_ELEMENTWISE_F32(op)                                        \
  void ofa_##op##_f32(const ofa_elementwise_f32_params_t *params,              \
                      const float *lhs, const float *rhs, float *output)

OFA_DECLARE_ELEMENTWISE_F32(add);
OFA_DECLARE_ELEMENTWISE_F32(add_channels);
OFA_DECLARE_ELEMENTWISE_F32(sub);
OFA_DECLARE_ELEMENTWISE_F32(sub_channels);
OFA_DECLARE_ELEMENTWISE_F32(rsub_channels);
OFA_DECLARE_ELEMENTWISE_F32(mul);
OFA_DECLARE_ELEMENTWISE_F32(mul_channels);

/* Mean over the pixels of each batch: sum over pixels ascending, times 1 /
 * pixels rounded to float. Overlap: none. */
typedef struct ofa_mean_f32_params {
  int32_t batches; /* input [batches][pixels][channels] */
  int32_t pixels;
  int32_t channels;
} ofa_mean_f32_params_t;

void ofa_mean_f32(const ofa_mean_f32_params_t *params, const float *input,
                  float *output);

/* Pooling over the taps inside the image. Average: sum over ky, kx ascending,
 * divided by the number of taps. Step 1. */
typedef struct ofa_pool2d_f32_params {
  ofa_window_t window;
  float activation_min;
  float activation_max;
} ofa_pool2d_f32_params_t;

#define OFA_POOL2D_F32_STEP 1

void ofa_avg_pool2d_f32(const ofa_pool2d_f32_params_t *params,
                        const float *input, float *output);
void ofa_avg_pool2d_row_f32(const ofa_pool2d_f32_params_t *params,
                            const ofa_row_f32_t *rows, int32_t x0, int32_t x1,
                            float *output_row);
void ofa_max_pool2d_f32(const ofa_pool2d_f32_params_t *params,
                        const float *input, float *output);
void ofa_max_pool2d_row_f32(const ofa_pool2d_f32_params_t *params,
                            const ofa_row_f32_t *rows, int32_t x0, int32_t x1,
                            float *output_row);

/* Activations, in place:
 *   relu          max(x, 0)
 *   relu6         min(max(x, 0), 6)
 *   hard_sigmoid  min(max(x + 3, 0), 6) * (1 / 6 rounded to float)
 *   hard_swish    x * hard_sigmoid(x)
 *   logistic      1 / (1 + exp(-x)); 0 for x <= -87
 *   tanh
 * The latter two use the runtime's own exponential (see softmax) and have a
 * relative error below 2^-22; an infinity gives the limit.
 */
typedef struct ofa_unary_f32_params {
  int32_t count; /* elements */
} ofa_unary_f32_params_t;

void ofa_relu_f32(const ofa_unary_f32_params_t *params, const float *input,
                  float *output);
void ofa_relu6_f32(const ofa_unary_f32_params_t *params, const float *input,
                   float *output);
void ofa_hard_sigmoid_f32(const ofa_unary_f32_params_t *params,
                          const float *input, float *output);
void ofa_hard_swish_f32(const ofa_unary_f32_params_t *params,
                        const float *input, float *output);

void ofa_logistic_f32(const ofa_unary_f32_params_t *params, const float *input,
                      float *output);
void ofa_tanh_f32(const ofa_unary_f32_params_t *params, const float *input,
                  float *output);

/* x, or alpha * x below 0. In place. */
typedef struct ofa_leaky_relu_f32_params {
  int32_t count; /* elements */
  float alpha;
} ofa_leaky_relu_f32_params_t;

void ofa_leaky_relu_f32(const ofa_leaky_relu_f32_params_t *params,
                        const float *input, float *output);

/* Softmax over the innermost dimension: exp(beta * (x - largest)), divided by
 * the sum of these in ascending order. The exponential is the runtime's own
 * (relative error below 2^-23), so that no libm takes part. In place. */
typedef struct ofa_softmax_f32_params {
  int32_t rows;
  int32_t depth;
  float beta; /* > 0 */
} ofa_softmax_f32_params_t;

void ofa_softmax_f32(const ofa_softmax_f32_params_t *params,
                     const float *input, float *output);

/* Camera bytes to float, per channel: out = (in - zero_point[c]) * scale[c],
 * one rounding each. Overlap: none. */
typedef struct ofa_convert_u8_f32_params {
  int32_t pixels;
  int32_t channels;
  const float *zero_point; /* [channels], in steps of the byte: 255 * mean */
  const float *scale;      /* [channels]: 1 / (255 * standard deviation) */
} ofa_convert_u8_f32_params_t;

void ofa_convert_u8_f32(const ofa_convert_u8_f32_params_t *params,
                        const uint8_t *input, float *output);

OFA_END_C_DECLS

#endif /* OFA_KERNELS_F32_H */
