/*===- depthwise_conv2d_s8.c - Depthwise convolution -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable.h"
#include "ofa_window_s8.h"

typedef ofa_depthwise_conv2d_s8_params_t params_t;

/* What the windows of a step see of one row: column j of the window's columns
 * lies at data + j * channels; `data` may point outside the row where the
 * columns are not read, hence an offset instead of a pointer. */
typedef struct view {
  const int8_t *data;
  int32_t offset;
} view_t;

/* Any geometry, one pixel at a border or where a row wraps. */
static int32_t accumulate(const params_t *params, const ofa_row_s8_t *rows,
                          int32_t first, int32_t in_channel,
                          const int8_t *weights, int32_t acc) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t outside = 0;
  int32_t ky;
  int32_t kx;
  for (ky = 0; ky < window->kernel_height; ++ky) {
    const ofa_row_s8_t *row = &rows[ky];
    for (kx = 0; kx < window->kernel_width; ++kx) {
      int32_t x = first + kx;
      int32_t w = *weights++;
      if (!row->data || x < 0 || x >= window->in_width)
        outside += w;
      else if (x < row->wrap)
        acc += w * row->data[x * depth + in_channel];
      else
        acc += w * row->wrapped[(x - row->wrap) * depth + in_channel];
    }
  }
  return acc + outside * params->input_zero_point;
}

OFA_INLINE void any_pixel_body(const params_t *params,
                               const ofa_row_s8_t *rows, int32_t x,
                               int8_t *output, int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t first = x * window->stride_width - window->pad_left;
  int32_t taps = window->kernel_height * window->kernel_width;
  int32_t multiplier = window->out_channels / window->in_channels;
  int32_t in_channel = 0;
  int32_t left = multiplier;
  int32_t c;
  for (c = 0; c < window->out_channels; ++c) {
    int32_t acc = accumulate(params, rows, first, in_channel,
                             params->weights + c * taps, params->bias[c]);
    output[c] = ofa_requantize_value(acc, params->multiplier[c],
                                     params->shift[c], &out, rounding);
    if (--left == 0) {
      left = multiplier;
      ++in_channel;
    }
  }
}

OFA_OUTLINE void any_pixel_single(const params_t *params,
                                  const ofa_row_s8_t *rows, int32_t x,
                                  int8_t *output) {
  any_pixel_body(params, rows, x, output, OFA_ROUND_SINGLE);
}

OFA_OUTLINE void any_pixel_double(const params_t *params,
                                  const ofa_row_s8_t *rows, int32_t x,
                                  int8_t *output) {
  any_pixel_body(params, rows, x, output, OFA_ROUND_DOUBLE);
}

OFA_INLINE void any_pixel(const params_t *params, const ofa_row_s8_t *rows,
                          int32_t x, int8_t *output, int rounding) {
  if (rounding == OFA_ROUND_SINGLE)
    any_pixel_single(params, rows, x, output);
  else
    any_pixel_double(params, rows, x, output);
}

/* What the windows of a step see of each row. False if their columns, `begin`
 * to `end` of those inside the image, pass a wrap point. */
OFA_INLINE int view_rows(const ofa_row_s8_t *rows, int32_t kernel,
                         int32_t depth, int32_t first, int32_t begin,
                         int32_t end, view_t *views) {
  int32_t ky;
  for (ky = 0; ky < kernel; ++ky) {
    const ofa_row_s8_t *row = &rows[ky];
    views[ky].data = row->data;
    views[ky].offset = first * depth;
    if (!row->data || end <= row->wrap)
      continue;
    if (begin < row->wrap)
      return 0;
    views[ky].data = row->wrapped;
    views[ky].offset = (first - row->wrap) * depth;
  }
  return 1;
}

/* The kernel rows inside the image are [*ky0, *ky1). */
OFA_INLINE void find_inside(const ofa_row_s8_t *rows, int32_t kernel,
                            int32_t *ky0, int32_t *ky1) {
  *ky0 = 0;
  *ky1 = kernel;
  while (*ky0 < kernel && !rows[*ky0].data)
    ++*ky0;
  while (*ky1 > *ky0 && !rows[*ky1 - 1].data)
    --*ky1;
}

/* The sum of the weights of kernel rows outside the image. */
OFA_INLINE int32_t sum_outside(const int8_t *weights, int32_t taps,
                               int32_t begin, int32_t end) {
  int32_t sum = 0;
  int32_t i;
  for (i = 0; i < begin; ++i)
    sum += weights[i];
  for (i = end; i < taps; ++i)
    sum += weights[i];
  return sum;
}

/*===-- Any kernel --------------------------------------------------------===*
 * Up to four pixels a step, tap by tap: each weight is loaded once.
 */

/* `count` pixels whose columns lie inside the image; what lies behind them is
 * computed as a copy of the last one. */
OFA_INLINE void any_pixels_body(const params_t *params, const view_t *views,
                                int32_t ky0, int32_t ky1, int32_t count,
                                int8_t *output, int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int32_t kernel_width = window->kernel_width;
  int32_t taps = window->kernel_height * kernel_width;
  int32_t stride = window->stride_width * depth;
  int32_t one = count > 1 ? stride : 0;
  int32_t two = count > 2 ? one + stride : one;
  int32_t three = count > 3 ? two + stride : two;
  int32_t multiplier = width / depth;
  int32_t left = multiplier; /* output channels of this input channel */
  int32_t in_channel = 0;
  const int8_t *weights = params->weights;
  int32_t c;
  for (c = 0; c < width; ++c, weights += taps) {
    const int8_t *w = weights + ky0 * kernel_width;
    int32_t acc[4];
    int8_t four[4];
    int32_t ky;
    int32_t p;
    acc[0] = params->bias[c];
    if (ky1 - ky0 != window->kernel_height)
      acc[0] += params->input_zero_point *
                sum_outside(weights, taps, ky0 * kernel_width,
                            ky1 * kernel_width);
    acc[1] = acc[2] = acc[3] = acc[0];
    for (ky = ky0; ky < ky1; ++ky) {
      const int8_t *x = views[ky].data + views[ky].offset + in_channel;
      const int8_t *end = w + kernel_width;
      do {
        int32_t weight = *w++;
        acc[0] += weight * x[0];
        acc[1] += weight * x[one];
        acc[2] += weight * x[two];
        acc[3] += weight * x[three];
        x += depth;
      } while (w != end);
    }
    ofa_store_channel(acc, 4, params->multiplier[c], params->shift[c], &out,
                      four, 1, rounding);
    for (p = 0; p < count; ++p)
      output[c + p * width] = four[p];
    if (--left == 0) {
      left = multiplier;
      ++in_channel;
    }
  }
}

OFA_OUTLINE void any_pixels_single(const params_t *params, const view_t *views,
                                   int32_t ky0, int32_t ky1, int32_t count,
                                   int8_t *output) {
  any_pixels_body(params, views, ky0, ky1, count, output, OFA_ROUND_SINGLE);
}

OFA_OUTLINE void any_pixels_double(const params_t *params, const view_t *views,
                                   int32_t ky0, int32_t ky1, int32_t count,
                                   int8_t *output) {
  any_pixels_body(params, views, ky0, ky1, count, output, OFA_ROUND_DOUBLE);
}

OFA_INLINE void any_row(const params_t *params, const ofa_row_s8_t *rows,
                        int32_t x0, int32_t x1, int8_t *output_row,
                        int rounding) {
  const ofa_window_t *window = &params->window;
  int32_t stride = window->stride_width;
  int8_t *output = output_row + x0 * window->out_channels;
  int32_t x = x0;
  int32_t ky0;
  int32_t ky1;
  find_inside(rows, window->kernel_height, &ky0, &ky1);
  while (x < x1) {
    view_t views[OFA_MAX_KERNEL];
    int32_t count = ofa_min(x1 - x, 4);
    int32_t first = x * stride - window->pad_left;
    int32_t last = first + (count - 1) * stride + window->kernel_width;
    for (; count > 1 && last > window->in_width; last -= stride)
      --count;
    if (first < 0 || last > window->in_width ||
        !view_rows(rows, window->kernel_height, window->in_channels, first,
                   first, last, views)) {
      any_pixel(params, rows, x, output, rounding);
      count = 1;
    } else if (rounding == OFA_ROUND_SINGLE) {
      any_pixels_single(params, views, ky0, ky1, count, output);
    } else {
      any_pixels_double(params, views, ky0, ky1, count, output);
    }
    output += count * window->out_channels;
    x += count;
  }
}

/*===-- Square kernels of 3, 5 and 7 --------------------------------------===*
 * Four pixels a step: column by column, each loaded once, goes into the
 * accumulators of the pixels that see it. Kernel size and stride are constants,
 * so that all of it unrolls and stays in registers.
 */

/* Column j of the step: pixel p sees it as tap j - p * stride. */
OFA_INLINE void add_column(int32_t x, int32_t j, int32_t kernel, int32_t stride,
                           const int8_t *w, int32_t *acc) {
  if (j >= 0 && j < kernel)
    acc[0] += x * w[j];
  if (j - stride >= 0 && j - stride < kernel)
    acc[1] += x * w[j - stride];
  if (j - 2 * stride >= 0 && j - 2 * stride < kernel)
    acc[2] += x * w[j - 2 * stride];
  if (j - 3 * stride >= 0 && j - 3 * stride < kernel)
    acc[3] += x * w[j - 3 * stride];
}

#define COLUMN(j)                                                              \
  if ((j) < columns) {                                                         \
    int32_t x;                                                                 \
    if (edge) {                                                                \
      x = inside >> (j)&1u ? data[offset] : zero_point;                        \
      offset += depth;                                                         \
    } else {                                                                   \
      x = *data;                                                               \
      data += (j) < columns - 1 ? depth : 0;                                   \
    }                                                                          \
    add_column(x, j, kernel, stride, weights, acc);                            \
  }

/* One kernel row. edge: only the columns of the bit set `inside` exist. */
OFA_INLINE void add_row(const int8_t *data, int32_t offset, int32_t depth,
                        uint32_t inside, int32_t zero_point, int32_t kernel,
                        int32_t stride, int edge, const int8_t *weights,
                        int32_t *acc) {
  int32_t columns = 3 * stride + kernel;
  COLUMN(0)
  COLUMN(1)
  COLUMN(2)
  COLUMN(3)
  COLUMN(4)
  COLUMN(5)
  COLUMN(6)
  COLUMN(7)
  COLUMN(8)
  COLUMN(9)
  COLUMN(10)
  COLUMN(11)
  COLUMN(12)
}

/* Four pixels, of which `count` are stored. views: the rows inside the image,
 * ky0 <= ky < ky1. */
OFA_INLINE void four_pixels(const params_t *params, const view_t *views,
                            int32_t ky0, int32_t ky1, uint32_t inside,
                            int32_t kernel, int32_t stride, int edge,
                            int32_t count, int8_t *output, int rounding) {
  const ofa_output_s8_t out =
      ofa_output(params->output_zero_point, params->activation_min,
                 params->activation_max);
  int32_t depth = params->window.in_channels;
  int32_t zero_point = params->input_zero_point;
  const int8_t *weights = params->weights;
  int32_t c;
  for (c = 0; c < depth; ++c) {
    int32_t acc[4];
    int32_t ky;
    int32_t start = params->bias[c];
    int32_t m = params->multiplier[c];
    int32_t s = params->shift[c];
    const int8_t *end = weights + kernel * kernel;
    if (ky1 - ky0 != kernel) {
      int32_t outside = 0;
      const int8_t *w = weights + ky1 * kernel;
      while (w != end)
        outside += *w++;
      w = weights;
      weights += ky0 * kernel;
      while (w != weights)
        outside += *w++;
      start += outside * zero_point;
    }
    acc[0] = acc[1] = acc[2] = acc[3] = start;
    for (ky = ky0; ky < ky1; ++ky) {
      if (edge)
        add_row(views[ky].data, views[ky].offset + c, depth, inside, zero_point,
                kernel, stride, 1, weights, acc);
      else
        add_row(views[ky].data + views[ky].offset + c, 0, depth, inside,
                zero_point, kernel, stride, 0, weights, acc);
      weights += kernel;
    }
    weights = end;
    if (!edge || count == 4) {
      ofa_store_channel(acc, 4, m, s, &out, output + c, depth, rounding);
    } else {
      int8_t four[4];
      int32_t p;
      ofa_store_channel(acc, 4, m, s, &out, four, 1, rounding);
      for (p = 0; p < count; ++p)
        output[c + p * depth] = four[p];
    }
  }
}

/* One step; its own function, because compilers share out registers better in
 * a small one. */
typedef void (*step_t)(const params_t *params, const view_t *views, int32_t ky0,
                       int32_t ky1, uint32_t inside, int32_t count,
                       int8_t *output);

OFA_INLINE void square_row(const params_t *params, const ofa_row_s8_t *rows,
                           int32_t x0, int32_t x1, int8_t *output_row,
                           int32_t kernel, step_t inner, step_t edge,
                           int rounding) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t stride = window->stride_width;
  int32_t columns = 3 * stride + kernel;
  int8_t *output = output_row + x0 * depth;
  int32_t x = x0;
  int32_t ky0;
  int32_t ky1;
  find_inside(rows, kernel, &ky0, &ky1);
  while (x < x1) {
    view_t views[7];
    int32_t count = ofa_min(x1 - x, 4);
    int32_t first = x * stride - window->pad_left;
    int32_t begin = ofa_max(first, 0);
    int32_t end = ofa_min(first + columns, window->in_width);
    if (!view_rows(rows, kernel, depth, first, begin, end, views)) {
      any_pixel(params, rows, x, output, rounding);
      count = 1;
    } else if (count == 4 && end - begin == columns) {
      inner(params, views, ky0, ky1, 0, 4, output);
    } else {
      uint32_t inside = 0;
      if (begin < end)
        inside = (((uint32_t)1 << (end - begin)) - 1u) << (begin - first);
      edge(params, views, ky0, ky1, inside, count, output);
    }
    output += count * depth;
    x += count;
  }
}

/*===-- Entry points ------------------------------------------------------===*/

#define ANY(name, rounding)                                                    \
  void ofa_depthwise_conv2d_row_s8_##name(                                     \
      const params_t *params, const ofa_row_s8_t *rows, int32_t x0,            \
      int32_t x1, int8_t *output_row) {                                        \
    any_row(params, rows, x0, x1, output_row, rounding);                       \
  }                                                                            \
  OFA_WINDOW_FORMS_S8(depthwise_conv2d, _##name, params_t, OFA_MAX_KERNEL)

#define STEP(size, stride, kind, edge, name, rounding)                          \
  OFA_OUTLINE void kind##_k##size##_s##stride##_##name(                        \
      const params_t *params, const view_t *views, int32_t ky0, int32_t ky1,   \
      uint32_t inside, int32_t count, int8_t *output) {                        \
    four_pixels(params, views, ky0, ky1, inside, size, stride, edge, count,    \
                output, rounding);                                             \
  }

#define SQUARE(size, name, rounding)                                           \
  STEP(size, 1, inner, 0, name, rounding)                                      \
  STEP(size, 2, inner, 0, name, rounding)                                      \
  STEP(size, 1, edge, 1, name, rounding)                                       \
  STEP(size, 2, edge, 1, name, rounding)                                       \
  void ofa_depthwise_conv2d_k##size##_row_s8_##name(                           \
      const params_t *params, const ofa_row_s8_t *rows, int32_t x0,            \
      int32_t x1, int8_t *output_row) {                                        \
    int one = params->window.stride_width == 1;                                \
    square_row(params, rows, x0, x1, output_row, size,                         \
               one ? inner_k##size##_s1_##name : inner_k##size##_s2_##name,    \
               one ? edge_k##size##_s1_##name : edge_k##size##_s2_##name,      \
               rounding);                                                      \
  }                                                                            \
  OFA_WINDOW_FORMS_S8(depthwise_conv2d_k##size, _##name, params_t, size)

ANY(single, OFA_ROUND_SINGLE)
ANY(double, OFA_ROUND_DOUBLE)
SQUARE(3, single, OFA_ROUND_SINGLE)
SQUARE(3, double, OFA_ROUND_DOUBLE)
SQUARE(5, single, OFA_ROUND_SINGLE)
SQUARE(5, double, OFA_ROUND_DOUBLE)
SQUARE(7, single, OFA_ROUND_SINGLE)
SQUARE(7, double, OFA_ROUND_DOUBLE)
