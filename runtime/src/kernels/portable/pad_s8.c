/*===- pad_s8.c - Padding -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

#include <string.h>

void ofa_pad_s8(const ofa_pad_s8_params_t *params, const int8_t *input,
                int8_t *output) {
  size_t depth = (size_t)params->channels;
  size_t row = (size_t)params->in_width * depth;
  size_t left = params->pad_left * depth;
  size_t right = params->pad_right * depth;
  size_t full = left + row + right;
  int32_t y;
  memset(output, params->value, params->pad_top * full);
  output += params->pad_top * full;
  for (y = 0; y < params->in_height; ++y) {
    memset(output, params->value, left);
    memcpy(output + left, input, row);
    memset(output + left + row, params->value, right);
    input += row;
    output += full;
  }
  memset(output, params->value, params->pad_bottom * full);
}
