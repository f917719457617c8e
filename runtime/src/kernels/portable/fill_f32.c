/*===- fill_f32.c - One value for all elements -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_move.h"

void ofa_fill_f32(const ofa_fill_f32_params_t *params, float *output) {
  float *end = output + params->count;
  while (output != end)
    *output++ = params->value;
}
