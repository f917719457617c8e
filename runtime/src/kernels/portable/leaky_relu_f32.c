/*===- leaky_relu_f32.c - Leaky rectifier -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

void ofa_leaky_relu_f32(const ofa_leaky_relu_f32_params_t *params,
                        const float *input, float *output) {
  int32_t i;
  for (i = 0; i < params->count; ++i)
    output[i] = input[i] < 0.0f ? input[i] * params->alpha : input[i];
}
