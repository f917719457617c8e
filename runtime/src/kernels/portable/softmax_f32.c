/*===- softmax_f32.c - Softmax -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

void ofa_softmax_f32(const ofa_softmax_f32_params_t *params,
                     const float *input, float *output) {
  int32_t row;
  for (row = 0; row < params->rows; ++row) {
    float largest = input[0];
    float sum = 0.0f;
    int32_t c;
    for (c = 1; c < params->depth; ++c)
      largest = input[c] > largest ? input[c] : largest;
    for (c = 0; c < params->depth; ++c) {
      output[c] = ofa_exponential((input[c] - largest) * params->beta);
      sum += output[c];
    }
    for (c = 0; c < params->depth; ++c)
      output[c] /= sum;
    input += params->depth;
    output += params->depth;
  }
}
