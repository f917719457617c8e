/*===- ofa_window_s8.h - Rows of a whole int8 layer ---------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * For kernels alone: what the folders of runtime/src/kernels share. Included behind
 * ofa_portable.h or the header that stands for it in another folder.
 */
#ifndef OFA_WINDOW_S8_H
#define OFA_WINDOW_S8_H

#include "ofa_kernels_s8.h"

/* The input rows of output row y, `dilation` rows apart, NULL where outside: row r
 * of `input` lies at place r modulo in_rows, and no row has a wrap point. */
OFA_INLINE void ofa_find_rows_s8(const ofa_window_t *window, int32_t dilation,
                                 const int8_t *input, int32_t in_rows,
                                 int32_t y, ofa_row_s8_t *rows) {
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t row = y * window->stride_height - window->pad_top;
  int32_t place = row < in_rows ? row : row % in_rows;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky) {
    int inside = row >= 0 && row < window->in_height;
    rows[ky].data = inside ? input + place * pitch : NULL;
    rows[ky].wrapped = NULL;
    rows[ky].wrap = window->in_width;
    row += dilation;
    place += dilation;
    while (place >= in_rows)
      place -= in_rows;
  }
}

/* Where output row y lies: at place y modulo out_rows. */
OFA_INLINE int8_t *ofa_find_row_s8(const ofa_window_t *window, int8_t *output,
                                   int32_t out_rows, int32_t y) {
  int32_t place = y < out_rows ? y : y % out_rows;
  return output + place * window->out_width * window->out_channels;
}

/* Of the row kernel ofa_<op>_row_s8<rounding>, the form for rows and that for a
 * layer; kernels have at most `size` rows. */
#define OFA_WINDOW_FORMS_S8(op, rounding, params_t, size)                      \
  void ofa_##op##_rows_s8##rounding(                                           \
      const params_t *params, int32_t y0, int32_t y1, const int8_t *input,     \
      int32_t in_rows, int8_t *output, int32_t out_rows) {                     \
    const ofa_window_t *window = &params->window;                              \
    for (; y0 < y1 && y0 < window->out_height; ++y0) {                         \
      ofa_row_s8_t rows[size];                                                 \
      ofa_find_rows_s8(window, 1, input, in_rows, y0, rows);                   \
      ofa_##op##_row_s8##rounding(                                             \
          params, rows, 0, window->out_width,                                  \
          ofa_find_row_s8(window, output, out_rows, y0));                      \
    }                                                                          \
  }                                                                            \
  void ofa_##op##_s8##rounding(const params_t *params, const int8_t *input,    \
                               int8_t *output) {                               \
    const ofa_window_t *window = &params->window;                              \
    ofa_##op##_rows_s8##rounding(params, 0, window->out_height, input,         \
                                 window->in_height, output,                    \
                                 window->out_height);                          \
  }

#endif /* OFA_WINDOW_S8_H */
