/*===- mean_f32.c - Mean over pixels -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

void ofa_mean_f32(const ofa_mean_f32_params_t *params, const float *input,
                  float *output) {
  float factor = 1.0f / (float)params->pixels;
  int32_t batch;
  for (batch = 0; batch < params->batches; ++batch) {
    int32_t i;
    int32_t c;
    for (c = 0; c < params->channels; ++c)
      output[c] = 0.0f;
    for (i = 0; i < params->pixels; ++i)
      for (c = 0; c < params->channels; ++c)
        output[c] += *input++;
    for (c = 0; c < params->channels; ++c)
      *output++ *= factor;
  }
}
