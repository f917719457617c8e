/*===- fully_connected_s8.c - Fully connected layer -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_dense_s8.h"
#include "ofa_kernels_s8.h"

OFA_INLINE void fully_connected(const ofa_fully_connected_s8_params_t *params,
                                const int8_t *input, int8_t *output,
                                int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t depth = params->in_features;
  int32_t tail = params->out_features % 4;
  int8_t *end = output + (params->out_features - tail);
  const int8_t *weights = params->weights;
  ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                params->shift};
  int32_t i;

#if OFA_DENSE_PARTS
  while (end - output >= 8 && depth > 0) {
    int32_t sums[8];
    for (i = 0; i < 8; ++i)
      sums[i] = channels.bias[i];
    weights = ofa_dense_single(weights, 4 * depth, input, depth, sums);
    weights += 4 * depth;
    for (i = 0; i < 8; ++i)
      ofa_store_channel(sums + i, 1, *channels.multiplier++, *channels.shift++,
                        &out, output++, 0, rounding);
    channels.bias += 8;
  }
#endif
  while (output != end) {
    ofa_block_s8_t acc = ofa_block_start(channels.bias);
    weights = ofa_block_run1(&acc, weights, input, depth);
    ofa_block_store(&acc, 1, &channels, &out, output, 0, rounding);
    output += 4;
    channels.bias += 4;
    channels.multiplier += 4;
    channels.shift += 4;
  }
  for (i = 0; i < tail; ++i) {
    int32_t acc =
        ofa_single_run(channels.bias[i], weights + i, tail, input, depth);
    output[i] = ofa_requantize_value(acc, channels.multiplier[i],
                                     channels.shift[i], &out, rounding);
  }
}

void ofa_fully_connected_s8_single(
    const ofa_fully_connected_s8_params_t *params, const int8_t *input,
    int8_t *output) {
  fully_connected(params, input, output, OFA_ROUND_SINGLE);
}

void ofa_fully_connected_s8_double(
    const ofa_fully_connected_s8_params_t *params, const int8_t *input,
    int8_t *output) {
  fully_connected(params, input, output, OFA_ROUND_DOUBLE);
}
