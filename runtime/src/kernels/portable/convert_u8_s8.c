/*===- convert_u8_s8.c - Camera bytes to int8 -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

void ofa_convert_u8_s8(const ofa_convert_u8_s8_params_t *params,
                       const uint8_t *input, int8_t *output) {
  const uint8_t *end = input + params->count;
  while (input != end)
    *output++ = (int8_t)(*input++ - 128);
}
