/*===- fully_connected_lanes_s8.c - Matrix times vector -----------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * A convolution of one pixel.
 */
#include "ofa_lanes.h"

typedef ofa_fully_connected_lanes_s8_params_t params_t;

OFA_INLINE void multiply(const params_t *params, const int8_t *input,
                         int8_t *output, int32_t *scratch, int rounding) {
  ofa_dense_t *x = (ofa_dense_t *)(void *)scratch;
  const ofa_dense_t *row = x;
  ofa_output_t out = {params->output_zero_point, params->activation_min,
                      params->activation_max, params->out_features};
  ofa_windows_t windows = {1, (params->in_features + 3) / 4, 0, 0};
  const int32_t *block = params->stream;
  int32_t c;
  ofa_lay_dense(x, input, 1, params->in_features);
  ofa_fill_dense(x + params->in_features, 0, -params->in_features & 3);
  for (c = 0; c < out.channels; c += OFA_LANES) {
    ofa_make_dense(&row, &windows, 1, block, &out, output + c, out.channels - c,
                   rounding);
    block += (4 + windows.inputs) * OFA_LANES;
  }
}

void ofa_fully_connected_lanes_s8_single(const params_t *params,
                                         const int8_t *input, int8_t *output,
                                         int32_t *scratch) {
  multiply(params, input, output, scratch, OFA_ROUND_SINGLE);
}

void ofa_fully_connected_lanes_s8_double(const params_t *params,
                                         const int8_t *input, int8_t *output,
                                         int32_t *scratch) {
  multiply(params, input, output, scratch, OFA_ROUND_DOUBLE);
}
