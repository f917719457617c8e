/*===- mean_s8.c - Mean over pixels -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

OFA_INLINE void mean(const ofa_mean_s8_params_t *params, const int8_t *input,
                     int8_t *output, int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t start = -params->input_zero_point * params->pixels;
  int32_t channels = params->channels;
  int32_t batch;
  for (batch = 0; batch < params->batches; ++batch) {
    int32_t c;
    for (c = 0; c < channels; ++c) {
      const int8_t *pixel = input + c;
      int32_t acc = start;
      int32_t left = params->pixels;
      for (;;) {
        acc += *pixel;
        if (--left == 0)
          break;
        pixel += channels;
      }
      *output++ = ofa_requantize_value(acc, params->multiplier, params->shift,
                                       &out, rounding);
    }
    input += params->pixels * channels;
  }
}

void ofa_mean_s8_single(const ofa_mean_s8_params_t *params,
                        const int8_t *input, int8_t *output) {
  mean(params, input, output, OFA_ROUND_SINGLE);
}

void ofa_mean_s8_double(const ofa_mean_s8_params_t *params,
                        const int8_t *input, int8_t *output) {
  mean(params, input, output, OFA_ROUND_DOUBLE);
}
