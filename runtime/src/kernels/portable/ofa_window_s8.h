/*===- ofa_window_s8.h - Rows of a whole int8 layer ---------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#ifndef OFA_WINDOW_S8_H
#define OFA_WINDOW_S8_H

#include "ofa_kernels_s8.h"
#include "ofa_portable.h"

/* The input rows of output row y, `dilation` rows apart, NULL where outside; a
 * whole tensor has no wrap point. */
OFA_INLINE void ofa_dilated_rows_s8(const ofa_window_t *window,
                                    int32_t dilation, const int8_t *input,
                                    int32_t y, ofa_row_s8_t *rows) {
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t row = y * window->stride_height - window->pad_top;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky, row += dilation) {
    int inside = row >= 0 && row < window->in_height;
    rows[ky].data = inside ? input + row * pitch : NULL;
    rows[ky].wrapped = NULL;
    rows[ky].wrap = window->in_width;
  }
}

OFA_INLINE void ofa_layer_rows_s8(const ofa_window_t *window,
                                  const int8_t *input, int32_t y,
                                  ofa_row_s8_t *rows) {
  ofa_dilated_rows_s8(window, 1, input, y, rows);
}

#endif /* OFA_WINDOW_S8_H */
