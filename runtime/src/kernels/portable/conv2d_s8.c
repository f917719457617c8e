/*===- conv2d_s8.c - Convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_dense_s8.h"
#include "ofa_window_s8.h"
#include "ofa_kernels_s8.h"

/* What one window sees of one row: `count_a` bytes from a, then `count_b`
 * bytes from b behind a ring's wrap point; a row outside has neither. */
typedef struct segment {
  const int8_t *a;
  const int8_t *b;
  int32_t count_a;
  int32_t count_b;
} segment_t;

/* Two pixels whose windows lie inside the image but for whole rows. rows[ky]: tap
 * (ky, 0) of the first one, or NULL. */
OFA_INLINE void inner_pixels(const ofa_conv2d_s8_params_t *params,
                             const int8_t *const *rows, int8_t *output,
                             const ofa_output_s8_t *out, int rounding) {
  int32_t kernel_height = params->window.kernel_height;
  int32_t count = params->window.kernel_width * params->window.in_channels;
  int32_t stride = params->window.stride_width * params->window.in_channels;
  int32_t width = params->window.out_channels;
  int32_t tail = width % 4;
  int8_t *end = output + (width - tail);
  ofa_channels_s8_t channels = {params->bias, params->multiplier,
                                params->shift};
  const int8_t *weights;
  ofa_dense_run_t run;
  int32_t first = 0;
  int32_t last = kernel_height;
  int32_t i;
  int32_t ky;

  while (first < kernel_height && !rows[first])
    ++first;
  while (last > first && !rows[last - 1])
    --last;
  run.weights = params->weights;
  run.last = rows + last;
  run.count = count;
  run.next = stride;
  run.skip = ofa_dense_skip(count);
  while (output != end) {
    ofa_block_s8_t sums = {0, 0, 0, 0, 0, 0, 0, 0};
    int32_t starts[4];
    run.row = rows + first;
    run.start = channels.bias;
    if (last - first != kernel_height) {
      const int8_t *behind = run.weights + last * count * 4;
      run.weights =
          ofa_block_outside(&sums, run.weights, params->input_zero_point,
                            first * count);
      ofa_block_outside(&sums, behind, params->input_zero_point,
                        (kernel_height - last) * count);
      starts[0] = channels.bias[0] + sums.a0;
      starts[1] = channels.bias[1] + sums.a1;
      starts[2] = channels.bias[2] + sums.a2;
      starts[3] = channels.bias[3] + sums.a3;
      run.start = starts;
    }
    ofa_dense_run(&run);
    run.weights += (kernel_height - last) * count * 4;
    ofa_dense_store(&run, &channels, out, output, width, rounding);
    output += 4;
    channels.bias += 4;
    channels.multiplier += 4;
    channels.shift += 4;
  }
  weights = run.weights;
  for (i = 0; i < tail; ++i) {
    int32_t a = channels.bias[i];
    int32_t b = a;
    const int8_t *w = weights + i;
    for (ky = 0; ky < kernel_height; ++ky, w += count * tail) {
      const int8_t *row = rows[ky];
      if (row) {
        a = ofa_single_run(a, w, tail, row, count);
        b = ofa_single_run(b, w, tail, row + stride, count);
      } else {
        int32_t j;
        int32_t sum = 0;
        for (j = 0; j < count; ++j)
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

  while (x < x1) {
    int32_t first = x * stride - window->pad_left;
    int32_t last = first + kernel_width; /* one past the window */
    union {
      const int8_t *inner[OFA_MAX_KERNEL];
      segment_t segments[OFA_MAX_KERNEL];
    } view;
    if (x + 1 < x1 && first >= 0 && last + stride <= window->in_width &&
        inner_rows(params, rows, first, kernel_width + stride, view.inner)) {
      inner_pixels(params, view.inner, output, &out, rounding);
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
