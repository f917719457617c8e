/*===- conv2d_s8.c - Convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_dense_s8.h"
#include "ofa_window_s8.h"
#include "ofa_kernels_s8.h"

#include <string.h>

/* What one window sees of one row: `count_a` bytes from a, then `count_b`
 * bytes from b behind a ring's wrap point; a row outside has neither. */
typedef struct segment {
  const int8_t *a;
  const int8_t *b;
  int32_t count_a;
  int32_t count_b;
} segment_t;

#if OFA_DENSE_PARTS
/* The kernel rows [first, last) of a window that lie inside the image. */
typedef struct range {
  int32_t first;
  int32_t last;
} range_t;

OFA_INLINE range_t find_inside(const ofa_conv2d_s8_params_t *params,
                               const ofa_row_s8_t *rows) {
  range_t inside = {0, params->window.kernel_height};
  while (inside.first < inside.last && !rows[inside.first].data)
    ++inside.first;
  while (inside.last > inside.first && !rows[inside.last - 1].data)
    --inside.last;
  return inside;
}

/* Two pixels, from the parts of the rows inside. */
OFA_INLINE void two_pixels(const ofa_conv2d_s8_params_t *params, range_t inside,
                           int32_t usual,
                           const ofa_dense_part_t *parts,
                           const ofa_dense_part_t *last, int8_t *output,
                           const ofa_output_s8_t *out, int rounding) {
  int32_t count = params->window.kernel_width * params->window.in_channels;
  int32_t before = inside.first * count;
  int32_t behind = (params->window.kernel_height - inside.last) * count;
  int32_t zero_point = params->input_zero_point;
  int32_t width = params->window.out_channels;
  int32_t tail = width % 4;
  int8_t *end = output + (width - tail);
  ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                params->shift};
  ofa_dense_run_t run =
      ofa_dense_start(params->weights, &channels, out, usual, rounding);
  int32_t i;

  run.part = parts;
  run.last = last;
  run.a = output;
  run.b = output + width;
  run.end = end;
  channels.bias += width - tail;
  channels.multiplier += width - tail;
  channels.shift += width - tail;
  while (run.a != end) {
    const int32_t *bias = run.start + 4;
    int32_t starts[4];
    if (before + behind > 0) {
      const int8_t *rest =
          run.weights + (before + (inside.last - inside.first) * count) * 4;
      ofa_block_s8_t sums = ofa_block_start(run.start);
      run.weights = ofa_block_outside(&sums, run.weights, zero_point, before);
      ofa_block_outside(&sums, rest, zero_point, behind);
      starts[0] = sums.a0;
      starts[1] = sums.a1;
      starts[2] = sums.a2;
      starts[3] = sums.a3;
      run.start = starts;
      run.end = run.a + 4;
    }
    ofa_dense_blocks(&run, width, out, rounding);
    run.weights += behind * 4;
    run.start = bias;
  }
  output = end;
  for (i = 0; i < tail; ++i) {
    const ofa_dense_part_t *part;
    const int8_t *w = run.weights + i;
    int32_t a = channels.bias[i];
    int32_t b;
    int32_t j;
    for (j = 0; j < before; ++j, w += tail)
      a += *w * zero_point;
    for (j = 0; j < behind; ++j)
      a += w[((inside.last - inside.first) * count + j) * tail] * zero_point;
    b = a;
    for (part = parts; part != last; ++part) {
      int32_t n = (int32_t)(part->end - part->a);
      a = ofa_single_run(a, w, tail, part->a, n);
      b = ofa_single_run(b, w, tail, part->b, n);
      w += n * tail;
    }
    output[i] = ofa_requantize_value(a, channels.multiplier[i],
                                     channels.shift[i], out, rounding);
    output[i + width] = ofa_requantize_value(b, channels.multiplier[i],
                                             channels.shift[i], out, rounding);
  }
}

/* Parts of two pixels, at most. Where one of them is outside, inputs come from as
 * many zero points; this pays only where both pixels' sums are in registers. */
#define PARTS (OFA_MAX_KERNEL + 4)
#define ZEROS 64

/* One part for each row of two pixels whose windows, from column `first` on, lie
 * inside the image. NULL if one of them passes a wrap point, else what is behind
 * the parts. */
OFA_INLINE ofa_dense_part_t *inner_parts(const ofa_conv2d_s8_params_t *params,
                                         const ofa_row_s8_t *rows,
                                         range_t inside, int32_t first,
                                         ofa_dense_part_t *part) {
  int32_t depth = params->window.in_channels;
  int32_t stride = params->window.stride_width;
  int32_t kernel_width = params->window.kernel_width;
  int32_t ky;
  for (ky = inside.first; ky < inside.last; ++ky, ++part) {
    const ofa_row_s8_t *row = &rows[ky];
    const int8_t *a = row->data + first * depth;
    if (first >= row->wrap)
      a = row->wrapped + (first - row->wrap) * depth;
    else if (first + stride + kernel_width > row->wrap)
      return NULL;
    ofa_dense_set(part, a, a + stride * depth, kernel_width * depth);
  }
  return part;
}

/* Column x of a row, or NULL outside. *columns: how many lie side by side. */
OFA_INLINE const int8_t *find_column(const ofa_window_t *window,
                                     const ofa_row_s8_t *row, int32_t x,
                                     int32_t *columns) {
  int32_t depth = window->in_channels;
  if (x < 0)
    *columns = ofa_min(*columns, -x);
  if (x < 0 || x >= window->in_width)
    return NULL;
  if (x < row->wrap) {
    *columns = ofa_min(*columns, row->wrap - x);
    return row->data + x * depth;
  }
  *columns = ofa_min(*columns, window->in_width - x);
  return row->wrapped + (x - row->wrap) * depth;
}

/* The same for windows anywhere. NULL if the parts are too many. */
static ofa_dense_part_t *edge_parts(const ofa_conv2d_s8_params_t *params,
                                    const ofa_row_s8_t *rows, range_t inside,
                                    int32_t first, const int8_t *zeros,
                                    ofa_dense_part_t *part) {
  const ofa_window_t *window = &params->window;
  ofa_dense_part_t *end = part + PARTS;
  int32_t ky;
  for (ky = inside.first; ky < inside.last; ++ky) {
    int32_t kx = 0;
    while (kx < window->kernel_width) {
      int32_t columns = window->kernel_width - kx;
      const int8_t *a =
          find_column(window, &rows[ky], first + kx, &columns);
      const int8_t *b = find_column(
          window, &rows[ky], first + kx + window->stride_width, &columns);
      int32_t left = columns * window->in_channels;
      int32_t count = a && b ? left : ofa_min(left, ZEROS);
      for (; left > 0; left -= count) {
        count = ofa_min(count, left);
        if (part == end)
          return NULL;
        ofa_dense_set(part++, a ? a : zeros, b ? b : zeros, count);
        if (a)
          a += count;
        if (b)
          b += count;
      }
      kx += columns;
    }
  }
  return part;
}

#else
/* Two pixels whose windows lie inside the image. rows[ky]: tap (ky, 0) of the
 * first one, or NULL. */
OFA_INLINE void inner_pixels(const ofa_conv2d_s8_params_t *params,
                             const int8_t *const *rows, int8_t *output,
                             const ofa_output_s8_t *out, int rounding) {
  int32_t kernel_height = params->window.kernel_height;
  int32_t run = params->window.kernel_width * params->window.in_channels;
  int32_t stride = params->window.stride_width * params->window.in_channels;
  int32_t width = params->window.out_channels;
  int32_t tail = width % 4;
  int8_t *end = output + (width - tail);
  const int8_t *weights = params->weights;
  ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                params->shift};
  int32_t i;
  int32_t ky;

  while (output != end) {
    ofa_block_s8_t acc = ofa_block_start(channels.bias);
    for (ky = 0; ky < kernel_height; ++ky) {
      const int8_t *row = rows[ky];
      if (row) {
        weights = ofa_block_run2(&acc, weights, row, row + stride, run);
        continue;
      }
      ofa_block_s8_t sums = {0, 0, 0, 0, 0, 0, 0, 0};
      weights =
          ofa_block_outside(&sums, weights, params->input_zero_point, run);
      acc.a0 += sums.a0;
      acc.b0 += sums.a0;
      acc.a1 += sums.a1;
      acc.b1 += sums.a1;
      acc.a2 += sums.a2;
      acc.b2 += sums.a2;
      acc.a3 += sums.a3;
      acc.b3 += sums.a3;
    }
    ofa_block_store(&acc, 2, &channels, out, output, width, rounding);
    output += 4;
    channels.bias += 4;
    channels.multiplier += 4;
    channels.shift += 4;
  }
  for (i = 0; i < tail; ++i) {
    int32_t a = channels.bias[i];
    int32_t b = a;
    const int8_t *w = weights + i;
    for (ky = 0; ky < kernel_height; ++ky, w += run * tail) {
      const int8_t *row = rows[ky];
      if (row) {
        a = ofa_single_run(a, w, tail, row, run);
        b = ofa_single_run(b, w, tail, row + stride, run);
      } else {
        int32_t j;
        int32_t sum = 0;
        for (j = 0; j < run; ++j)
          sum += w[j * tail];
        a += sum * params->input_zero_point;
        b += sum * params->input_zero_point;
      }
    }
    output[i] = ofa_requantize_value(a, channels.multiplier[i],
                                     channels.shift[i], out, rounding);
    output[i + width] = ofa_requantize_value(b, channels.multiplier[i],
                                             channels.shift[i], out, rounding);
  }
}

/* Pointers to tap (ky, 0) at column `first`, for windows that span `columns`
 * columns inside the image. False if one of them passes a wrap point. */
OFA_INLINE int inner_rows(const ofa_conv2d_s8_params_t *params,
                          const ofa_row_s8_t *rows, int32_t first,
                          int32_t columns, const int8_t **inner) {
  int32_t depth = params->window.in_channels;
  int32_t ky;
  for (ky = 0; ky < params->window.kernel_height; ++ky) {
    const ofa_row_s8_t *row = &rows[ky];
    if (!row->data)
      inner[ky] = NULL;
    else if (first + columns <= row->wrap)
      inner[ky] = row->data + first * depth;
    else if (first >= row->wrap)
      inner[ky] = row->wrapped + (first - row->wrap) * depth;
    else
      return 0;
  }
  return 1;
}

#endif

/* One pixel whose window may leave the image or pass a wrap point. `before`:
 * inputs of each row left of the image. */
OFA_INLINE void edge_pixel(const ofa_conv2d_s8_params_t *params,
                           const segment_t *segments, int32_t before,
                           int8_t *output, const ofa_output_s8_t *out,
                           int rounding) {
  int32_t kernel_height = params->window.kernel_height;
  int32_t run = params->window.kernel_width * params->window.in_channels;
  int32_t width = params->window.out_channels;
  int32_t tail = width % 4;
  int32_t zero_point = params->input_zero_point;
  int8_t *end = output + (width - tail);
  const int8_t *weights = params->weights;
  ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                params->shift};
  int32_t i;
  int32_t ky;

  while (output != end) {
    ofa_block_s8_t acc = ofa_block_start(channels.bias);
    for (ky = 0; ky < kernel_height; ++ky) {
      const segment_t *seg = &segments[ky];
      int32_t rest = run - before - seg->count_a - seg->count_b;
      weights = ofa_block_outside(&acc, weights, zero_point, before);
      if (seg->count_a)
        weights = ofa_block_run1(&acc, weights, seg->a, seg->count_a);
      if (seg->count_b)
        weights = ofa_block_run1(&acc, weights, seg->b, seg->count_b);
      weights = ofa_block_outside(&acc, weights, zero_point, rest);
    }
    ofa_block_store(&acc, 1, &channels, out, output, 0, rounding);
    output += 4;
    channels.bias += 4;
    channels.multiplier += 4;
    channels.shift += 4;
  }
  for (i = 0; i < tail; ++i) {
    int32_t acc = channels.bias[i];
    const int8_t *w = weights + i;
    for (ky = 0; ky < kernel_height; ++ky) {
      const segment_t *seg = &segments[ky];
      int32_t j;
      int32_t sum = 0;
      for (j = 0; j < before; ++j, w += tail)
        sum += *w;
      for (j = 0; j < seg->count_a; ++j, w += tail)
        acc += *w * seg->a[j];
      for (j = 0; j < seg->count_b; ++j, w += tail)
        acc += *w * seg->b[j];
      for (j += before + seg->count_a; j < run; ++j, w += tail)
        sum += *w;
      acc += sum * zero_point;
    }
    output[i] = ofa_requantize_value(acc, channels.multiplier[i],
                                     channels.shift[i], out, rounding);
  }
}

OFA_INLINE void conv2d_row(const ofa_conv2d_s8_params_t *params,
                           const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                           int8_t *output_row, int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t depth = window->in_channels;
  int32_t stride = window->stride_width;
  int32_t kernel_width = window->kernel_width;
  int8_t *output = output_row + x0 * window->out_channels;
  int32_t x = x0;
#if OFA_DENSE_PARTS
  range_t inside = find_inside(params, rows);
  int32_t usual = ofa_dense_is_usual(
      params->shift, window->out_channels - window->out_channels % 4, &out);
  int8_t zeros[ZEROS];
  memset(zeros, params->input_zero_point, ZEROS);
#endif

  while (x < x1) {
    int32_t first = x * stride - window->pad_left;
    int32_t last = first + kernel_width; /* one past the window */
    union {
#if OFA_DENSE_PARTS
      ofa_dense_part_t parts[PARTS];
#else
      const int8_t *inner[OFA_MAX_KERNEL];
#endif
      segment_t segments[OFA_MAX_KERNEL];
    } view;
#if OFA_DENSE_PARTS
    const ofa_dense_part_t *behind = NULL;
    if (x + 1 < x1 && first >= 0 && last + stride <= window->in_width)
      behind = inner_parts(params, rows, inside, first, view.parts);
    if (x + 1 < x1 && !behind)
      behind = edge_parts(params, rows, inside, first, zeros, view.parts);
    if (behind) {
      two_pixels(params, inside, usual, view.parts, behind, output, &out,
                 rounding);
#else
    if (x + 1 < x1 && first >= 0 && last + stride <= window->in_width &&
        inner_rows(params, rows, first, kernel_width + stride, view.inner)) {
      inner_pixels(params, view.inner, output, &out, rounding);
#endif
      output += 2 * window->out_channels;
      x += 2;
      continue;
    }
    int32_t begin = ofa_max(first, 0);
    int32_t end = ofa_min(last, window->in_width);
    int32_t before = (begin - first) * depth;
    int32_t ky;
    for (ky = 0; ky < window->kernel_height; ++ky) {
      const ofa_row_s8_t *row = &rows[ky];
      segment_t *seg = &view.segments[ky];
      int32_t split = ofa_clamp(row->wrap, begin, ofa_max(begin, end));
      seg->count_a = seg->count_b = 0;
      seg->a = seg->b = NULL;
      if (!row->data)
        continue;
      if (begin < split) {
        seg->a = row->data + begin * depth;
        seg->count_a = (split - begin) * depth;
      }
      if (split < end) {
        seg->b = row->wrapped + (split - row->wrap) * depth;
        seg->count_b = (end - split) * depth;
      }
    }
    edge_pixel(params, view.segments, before, output, &out, rounding);
    output += window->out_channels;
    ++x;
  }
}

#define CONV2D(name, rounding)                                                 \
  void ofa_conv2d_row_s8_##name(const ofa_conv2d_s8_params_t *params,          \
                                const ofa_row_s8_t *rows, int32_t x0,          \
                                int32_t x1, int8_t *output_row) {              \
    conv2d_row(params, rows, x0, x1, output_row, rounding);                    \
  }                                                                            \
  OFA_WINDOW_FORMS_S8(conv2d, _##name, ofa_conv2d_s8_params_t, OFA_MAX_KERNEL)

CONV2D(single, OFA_ROUND_SINGLE)
CONV2D(double, OFA_ROUND_DOUBLE)
