/*===- copy.c - Runs of bytes from one tensor into another -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_move.h"
#include "ofa_portable.h"

#include <string.h>

/* A place in both tensors. Offsets, because behind a loop's last run they may
 * lie outside, where pointers must not. */
typedef struct place {
  int32_t input;
  int32_t output;
} place_t;

OFA_INLINE void step(place_t *place, const ofa_copy_loop_t *loop) {
  place->input += loop->input_stride;
  place->output += loop->output_stride;
}

/* The innermost loop; a constant run becomes loads and stores. */
OFA_INLINE void copy_runs(const uint8_t *input, uint8_t *output, place_t place,
                          const ofa_copy_loop_t loop, size_t run) {
  int32_t left = loop.count;
  for (; left > 0; --left, step(&place, &loop))
    memcpy(output + place.output, input + place.input, run);
}

void ofa_copy(const ofa_copy_params_t *params, const void *input,
              void *output) {
  const uint8_t *from = (const uint8_t *)input;
  uint8_t *to = (uint8_t *)output;
  place_t p0 = {params->input_offset, params->output_offset};
  int32_t i0;
  for (i0 = 0; i0 < params->loop_0.count; ++i0, step(&p0, &params->loop_0)) {
    place_t p1 = p0;
    int32_t i1;
    for (i1 = 0; i1 < params->loop_1.count; ++i1, step(&p1, &params->loop_1)) {
      place_t p2 = p1;
      int32_t i2;
      for (i2 = 0; i2 < params->loop_2.count;
           ++i2, step(&p2, &params->loop_2)) {
        if (params->run == 1)
          copy_runs(from, to, p2, params->loop_3, 1);
        else if (params->run == 4)
          copy_runs(from, to, p2, params->loop_3, 4);
        else
          copy_runs(from, to, p2, params->loop_3, (size_t)params->run);
      }
    }
  }
}
