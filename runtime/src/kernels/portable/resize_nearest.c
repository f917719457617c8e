/*===- resize_nearest.c - An image of another size -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_move.h"
#include "ofa_portable.h"

#include <string.h>

void ofa_resize_nearest(const ofa_resize_nearest_params_t *params,
                        const void *input, void *output) {
  const uint8_t *image = (const uint8_t *)input;
  uint8_t *to = (uint8_t *)output;
  int32_t bytes = params->pixel_bytes;
  int32_t in_pitch = params->in_width * bytes;
  size_t out_pitch = (size_t)params->out_width * (size_t)bytes;
  int32_t batch;
  for (batch = 0; batch < params->batches; ++batch) {
    int32_t y;
    for (y = 0; y < params->out_height; ++y) {
      const uint8_t *row = image + params->rows[y] * in_pitch;
      int32_t x;
      if (y > 0 && params->rows[y] == params->rows[y - 1]) {
        memcpy(to, to - out_pitch, out_pitch);
        to += out_pitch;
        continue;
      }
      for (x = 0; x < params->out_width; ++x, to += bytes)
        memcpy(to, row + params->columns[x] * bytes, (size_t)bytes);
    }
    image += params->in_height * in_pitch;
  }
}
