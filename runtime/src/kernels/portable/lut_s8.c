/*===- lut_s8.c - Any unary function of int8 -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

void ofa_lut_s8(const ofa_lut_s8_params_t *params, const int8_t *input,
                int8_t *output) {
  const int8_t *zero = params->table + 128;
  const int8_t *end = input + params->count;
  while (input != end)
    *output++ = zero[*input++];
}
