/*===- pool2d_s8.c - Average and largest value of windows -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable.h"
#include "ofa_window_s8.h"

typedef ofa_pool2d_s8_params_t params_t;

/* A window's kernel rows: `rows` of a row call, or an image. */
typedef struct source {
  const ofa_row_s8_t *rows; /* NULL in a layer call */
  const int8_t *row;        /* kernel row 0 of an image, if it is inside */
  int32_t pitch;
  int32_t ky0, ky1; /* rows inside the image */
} source_t;

OFA_INLINE const int8_t *tap(const source_t *source, int32_t ky, int32_t x,
                             int32_t depth) {
  const ofa_row_s8_t *row;
  if (!source->rows)
    return source->row + (ky - source->ky0) * source->pitch + x * depth;
  row = &source->rows[ky];
  return x < row->wrap ? row->data + x * depth
                       : row->wrapped + (x - row->wrap) * depth;
}

OFA_INLINE int32_t join(int32_t acc, int32_t value, int average) {
  return average ? acc + value : ofa_max(acc, value);
}

OFA_INLINE int8_t finish(const params_t *params, int32_t acc, int32_t taps,
                         int average) {
  if (average)
    acc = (acc > 0 ? acc + taps / 2 : acc - taps / 2) / taps;
  return (int8_t)ofa_clamp(acc, params->activation_min, params->activation_max);
}

/* Columns of an output pixel that are inside the image. */
typedef struct columns {
  int32_t begin, end;
} columns_t;

OFA_INLINE int8_t pool_channel(const params_t *params, const source_t *source,
                               columns_t columns, int32_t c, int average) {
  int32_t depth = params->window.in_channels;
  int32_t acc = average ? 0 : -128;
  int32_t ky;
  int32_t x;
  for (ky = source->ky0; ky < source->ky1; ++ky)
    for (x = columns.begin; x < columns.end; ++x)
      acc = join(acc, tap(source, ky, x, depth)[c], average);
  return finish(params, acc,
                (columns.end - columns.begin) * (source->ky1 - source->ky0),
                average);
}

/* The same for four channels, which share what it takes to find a tap; all are
 * read before one is written. */
OFA_INLINE void pool_channels(const params_t *params, const source_t *source,
                              columns_t columns, int32_t c, int8_t *output,
                              int average) {
  int32_t depth = params->window.in_channels;
  int32_t taps = (columns.end - columns.begin) * (source->ky1 - source->ky0);
  int32_t acc0 = average ? 0 : -128;
  int32_t acc1 = acc0;
  int32_t acc2 = acc0;
  int32_t acc3 = acc0;
  int32_t ky;
  int32_t x;
  for (ky = source->ky0; ky < source->ky1; ++ky)
    for (x = columns.begin; x < columns.end; ++x) {
      const int8_t *values = tap(source, ky, x, depth) + c;
      acc0 = join(acc0, values[0], average);
      acc1 = join(acc1, values[1], average);
      acc2 = join(acc2, values[2], average);
      acc3 = join(acc3, values[3], average);
    }
  output[0] = finish(params, acc0, taps, average);
  output[1] = finish(params, acc1, taps, average);
  output[2] = finish(params, acc2, taps, average);
  output[3] = finish(params, acc3, taps, average);
}

OFA_INLINE void pool_row(const params_t *params, const source_t *source,
                         int32_t x0, int32_t x1, int8_t *output_row,
                         int average) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t x;
  for (x = x0; x < x1; ++x) {
    int8_t *output = output_row + x * depth;
    int32_t first = x * window->stride_width - window->pad_left;
    const columns_t columns = {
        ofa_max(first, 0),
        ofa_min(first + window->kernel_width, window->in_width)};
    int32_t c = 0;
    for (; c + 4 <= depth; c += 4)
      pool_channels(params, source, columns, c, output + c, average);
    for (; c < depth; ++c)
      output[c] = pool_channel(params, source, columns, c, average);
  }
}

OFA_INLINE void pool_rows(const params_t *params, const ofa_row_s8_t *rows,
                          int32_t x0, int32_t x1, int8_t *output_row,
                          int average) {
  source_t source = {rows, NULL, 0, 0, params->window.kernel_height};
  while (source.ky0 < source.ky1 && !rows[source.ky0].data)
    ++source.ky0;
  while (source.ky1 > source.ky0 && !rows[source.ky1 - 1].data)
    --source.ky1;
  pool_row(params, &source, x0, x1, output_row, average);
}

OFA_INLINE void pool_layer(const params_t *params, const int8_t *input,
                           int8_t *output, int average) {
  const ofa_window_t *window = &params->window;
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t y;
  for (y = 0; y < window->out_height; ++y) {
    int32_t top = y * window->stride_height - window->pad_top;
    source_t source = {NULL, input + ofa_max(top, 0) * pitch, pitch,
                       ofa_max(-top, 0),
                       ofa_min(window->kernel_height, window->in_height - top)};
    pool_row(params, &source, 0, window->out_width, output, average);
    output += (int32_t)window->out_width * window->in_channels;
  }
}

void ofa_avg_pool2d_s8(const params_t *params, const int8_t *input,
                       int8_t *output) {
  pool_layer(params, input, output, 1);
}

void ofa_avg_pool2d_row_s8(const params_t *params, const ofa_row_s8_t *rows,
                           int32_t x0, int32_t x1, int8_t *output_row) {
  pool_rows(params, rows, x0, x1, output_row, 1);
}

void ofa_avg_pool2d_rows_s8(const params_t *params, int32_t y0, int32_t y1,
                            const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t out_rows) {
  for (; y0 < y1 && y0 < params->window.out_height; ++y0) {
    ofa_row_s8_t rows[OFA_MAX_KERNEL];
    ofa_find_rows_s8(&params->window, 1, input, in_rows, y0, rows);
    ofa_avg_pool2d_row_s8(
        params, rows, 0, params->window.out_width,
        ofa_find_row_s8(&params->window, output, out_rows, y0));
  }
}

void ofa_max_pool2d_s8(const params_t *params, const int8_t *input,
                       int8_t *output) {
  pool_layer(params, input, output, 0);
}

void ofa_max_pool2d_row_s8(const params_t *params, const ofa_row_s8_t *rows,
                           int32_t x0, int32_t x1, int8_t *output_row) {
  pool_rows(params, rows, x0, x1, output_row, 0);
}

void ofa_max_pool2d_rows_s8(const params_t *params, int32_t y0, int32_t y1,
                            const int8_t *input, int32_t in_rows,
                            int8_t *output, int32_t out_rows) {
  for (; y0 < y1 && y0 < params->window.out_height; ++y0) {
    ofa_row_s8_t rows[OFA_MAX_KERNEL];
    ofa_find_rows_s8(&params->window, 1, input, in_rows, y0, rows);
    ofa_max_pool2d_row_s8(
        params, rows, 0, params->window.out_width,
        ofa_find_row_s8(&params->window, output, out_rows, y0));
  }
}
