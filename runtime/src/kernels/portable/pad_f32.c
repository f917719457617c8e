/*===- pad_f32.c - Padding -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

OFA_INLINE float *fill(float *output, int32_t n, float value) {
  while (n-- > 0)
    *output++ = value;
  return output;
}

void ofa_pad_f32(const ofa_pad_f32_params_t *params, const float *input,
                 float *output) {
  int32_t depth = params->channels;
  int32_t row = params->in_width * depth;
  int32_t full = (params->pad_left + params->pad_right) * depth + row;
  int32_t y;
  output = fill(output, params->pad_top * full, params->value);
  for (y = 0; y < params->in_height; ++y) {
    output = fill(output, params->pad_left * depth, params->value);
    memcpy(output, input, (size_t)row * sizeof *input);
    input += row;
    output = fill(output + row, params->pad_right * depth, params->value);
  }
  (void)fill(output, params->pad_bottom * full, params->value);
}
