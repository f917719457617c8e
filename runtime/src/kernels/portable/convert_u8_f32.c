/*===- convert_u8_f32.c - Camera bytes to float -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

void ofa_convert_u8_f32(const ofa_convert_u8_f32_params_t *params,
                        const uint8_t *input, float *output) {
  int32_t i;
  int32_t c;
  for (i = 0; i < params->pixels; ++i)
    for (c = 0; c < params->channels; ++c)
      *output++ = ((float)*input++ - params->zero_point[c]) * params->scale[c];
}
