/*===- conv2d_paired_s8.c - Convolution with paired weights -------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Two pixels a step: their windows are expanded to 16 bits, word by word in
 * turns, and all output channels run over them, four at a time.
 */
#include "ofa_kernels_dsp.h"
#include "ofa_paired_s8.h"
#include "ofa_window_s8.h"

typedef ofa_conv2d_paired_s8_params_t params_t;

/*===-- Windows -----------------------------------------------------------===*
 * A word holds two inputs of one pixel. Four adjacent bytes, a quad, become
 * bytes 0 and 2 of either pixel, then bytes 1 and 3; what is left of the rows,
 * words of two adjacent ones. Words of the second pixel follow those of the
 * first.
 */

#if OFA_DSP_ASM && defined(__ARM_FEATURE_UNALIGNED)
/* From `place` of both pixels to `even` and `odd` of the result. */
#define EXPAND4(place, even, odd)                                              \
  "ldr %[a0], [%[a]" place "\n\t"                                              \
  "ldr %[b0], [%[b]" place "\n\t"                                              \
  "sxtb16 %[a1], %[a0], ror #8\n\t"                                            \
  "sxtb16 %[b1], %[b0], ror #8\n\t"                                            \
  "sxtb16 %[a0], %[a0]\n\t"                                                    \
  "sxtb16 %[b0], %[b0]\n\t"                                                    \
  "strd %[a0], %[b0], [%[x]" even "\n\t"                                       \
  "strd %[a1], %[b1], [%[x]" odd "\n\t"
/* A multiple of 4 bytes of both pixels, `count` words of the result. */
OFA_INLINE int32_t *expand_quads(int32_t *x, const int8_t *a, const int8_t *b,
                                 int32_t count) {
  uint32_t a0, a1, b0, b1;
  const int32_t *end = x + count;
  __asm__("tst %[count], #4\n\t"
          "beq 1f\n\t" EXPAND4("], #4", "], #16", ", #-8]") "1:\n\t"
          "cmp %[x], %[end]\n\t"
          "beq 3f\n"
          "2:\n\t" EXPAND4("], #8", "], #32", ", #-24]")
          EXPAND4(", #-4]", ", #-16]", ", #-8]") "cmp %[x], %[end]\n\t"
          "bne 2b\n"
          "3:\n\t"
          : [x] "+r"(x), [a] "+r"(a), [b] "+r"(b), [a0] "=&r"(a0),
            [a1] "=&r"(a1), [b0] "=&r"(b0), [b1] "=&r"(b1)
          : [end] "r"(end), [count] "r"(count)
          : "cc", "memory");
  return x;
}
#else
OFA_INLINE int32_t *expand_quads(int32_t *x, const int8_t *a, const int8_t *b,
                                 int32_t count) {
  const int32_t *end = x + count;
  for (; x != end; x += 4, a += 4, b += 4) {
    uint32_t word = ofa_load4(a);
    x[0] = (int32_t)ofa_even_bytes(word);
    x[2] = (int32_t)ofa_odd_bytes(word);
    word = ofa_load4(b);
    x[1] = (int32_t)ofa_even_bytes(word);
    x[3] = (int32_t)ofa_odd_bytes(word);
  }
  return x;
}
#endif

/* Where a row touches a border or wraps, so many of its bytes are copied at a
 * time; a multiple of 4. */
#define CHUNK 64

OFA_INLINE int8_t *copy_bytes(int8_t *to, const int8_t *from, int32_t count) {
  const int8_t *end = to + count;
  for (; end - to >= 4; to += 4, from += 4)
    memcpy(to, from, 4);
  while (to != end)
    *to++ = *from++;
  return to;
}

OFA_INLINE int8_t *fill_bytes(int8_t *to, int8_t value, int32_t count) {
  const int8_t *end = to + count;
  while (to != end)
    *to++ = value;
  return to;
}

/* Bytes `begin` to end - 1 of a row, zero points where they are outside. */
OFA_OUTLINE void copy_row(const params_t *params, const ofa_row_s8_t *row,
                          int32_t begin, int32_t end, int8_t *to) {
  int32_t depth = params->window.in_channels;
  int32_t width = row->data ? params->window.in_width * depth : 0;
  int32_t wrap = row->wrap * depth;
  int32_t first = ofa_min(ofa_max(begin, 0), end);
  int32_t last = ofa_max(ofa_min(end, width), first);
  int32_t split = ofa_max(ofa_min(last, wrap), first);
  to = fill_bytes(to, params->input_zero_point, first - begin);
  if (first < split)
    to = copy_bytes(to, row->data + first, split - first);
  if (split < last)
    to = copy_bytes(to, row->wrapped + (split - wrap), last - split);
  fill_bytes(to, params->input_zero_point, end - last);
}

/* The same where they lie if they are inside, else in a copy. */
OFA_INLINE const int8_t *find_bytes(const params_t *params,
                                    const ofa_row_s8_t *row, int32_t begin,
                                    int32_t end, int8_t *copy) {
  int32_t depth = params->window.in_channels;
  if (begin >= 0 && row->data && end <= row->wrap * depth)
    return row->data + begin;
  copy_row(params, row, begin, end, copy);
  return copy;
}

/* The quads of a row of both windows, which begin at bytes `a` and `b`, where
 * it touches a border or wraps. */
OFA_OUTLINE int32_t *expand_border(const params_t *params,
                                   const ofa_row_s8_t *row, int32_t a,
                                   int32_t b, int32_t count, int32_t *x) {
  int32_t last = a + count;
  int32_t between = b - a;
  while (a < last) {
    int8_t copy_a[CHUNK];
    int8_t copy_b[CHUNK];
    int32_t end = ofa_min(a + CHUNK, last);
    const int8_t *of_a = find_bytes(params, row, a, end, copy_a);
    const int8_t *of_b = between == 0 ? of_a
                                      : find_bytes(params, row, a + between,
                                                   end + between, copy_b);
    x = expand_quads(x, of_a, of_b, end - a);
    a = end;
  }
  return x;
}

/* Two adjacent bytes of both pixels. */
OFA_INLINE int32_t *put_rest(int32_t *x, int32_t a0, int32_t a1, int32_t b0,
                             int32_t b1) {
  x[0] = (int32_t)ofa_lows((uint32_t)a0, (uint32_t)a1);
  x[1] = (int32_t)ofa_lows((uint32_t)b0, (uint32_t)b1);
  return x + 2;
}

/* What is left of all rows, `count` bytes of each, from bytes `a` and `b` on;
 * rows of `last` columns or more hold them. */
OFA_OUTLINE void expand_rest(const params_t *params, const ofa_row_s8_t *rows,
                             int32_t a, int32_t b, int32_t last, int32_t count,
                             int32_t *x) {
  const ofa_row_s8_t *end = rows + params->window.kernel_height;
  int32_t last_a = 0;
  int32_t last_b = 0;
  int odd = 0; /* those wait for others */
  for (; rows != end; ++rows) {
    int8_t copy[2][4];
    const int8_t *of_a;
    const int8_t *of_b;
    int32_t i = 0;
    if (OFA_LIKELY(rows->data && last <= rows->wrap)) {
      of_a = rows->data + a;
      of_b = rows->data + b;
    } else {
      of_a = find_bytes(params, rows, a, a + count, copy[0]);
      of_b = find_bytes(params, rows, b, b + count, copy[1]);
    }
    if (odd) {
      x = put_rest(x, last_a, of_a[0], last_b, of_b[0]);
      i = 1;
    }
    if (count - i > 1) {
      x = put_rest(x, of_a[i], of_a[i + 1], of_b[i], of_b[i + 1]);
      i += 2;
    }
    odd = count > i;
    if (odd) {
      last_a = of_a[i];
      last_b = of_b[i];
    }
  }
  if (odd)
    put_rest(x, last_a, 0, last_b, 0);
}

/* The windows of two pixels, which begin at columns `a` and `b`: the quads of
 * all rows, then what is left of them. */
OFA_OUTLINE void expand(const params_t *params, const ofa_row_s8_t *rows,
                        int32_t a, int32_t b, int32_t *x) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t count = window->kernel_width * depth;
  int32_t quads = count & ~3;
  int32_t last = b + window->kernel_width;
  const ofa_row_s8_t *row = rows;
  const ofa_row_s8_t *end = rows + window->kernel_height;
  if (a < 0)
    last = INT32_MAX; /* of no row */
  a *= depth;
  b *= depth;
  for (; quads != 0 && row != end; ++row) {
    if (OFA_LIKELY(row->data && last <= row->wrap))
      x = expand_quads(x, row->data + a, row->data + b, quads);
    else
      x = expand_border(params, row, a, b, quads, x);
  }
  if (count & 3)
    expand_rest(params, rows, a + quads, b + quads, last, count & 3, x);
}

/*===-- Pixels ------------------------------------------------------------===*/

/* What is the same for all pixels. */
OFA_INLINE void begin(const params_t *params, const int32_t *scratch,
                      int rounding, ofa_paired_run_t *run) {
  const ofa_window_t *window = &params->window;
  int32_t channels = window->out_channels;
  int32_t words = OFA_CONV2D_PAIRED_S8_SCRATCH(*window);
  int32_t block = words + OFA_PAIRED_CONSTANTS;
  run->stream = params->stream;
  run->x = scratch;
  run->end = scratch + words;
  run->start = ofa_start(params->output_zero_point);
  /* A last block begins so that it is whole. */
  run->whole = params->stream + ofa_max(channels >> 2, 1) * block;
  run->last = params->stream + ((channels + 3) >> 2) * block;
  run->back = -channels & 3;
  run->rounding = rounding;
  run->entry = 0;
}

/* All output channels of two pixels, or of a single one. */
OFA_OUTLINE void make_apart(const params_t *params, ofa_paired_run_t *run,
                            int8_t *a, int8_t *b) {
  int32_t channels = params->window.out_channels;
  int8_t bytes[8];
  int is_whole = channels > 3;
  run->a = is_whole ? a : bytes;
  run->b = is_whole ? b : bytes + 4;
  if (a == b)
    ofa_paired_single(run);
  else
    ofa_paired_blocks(run);
  if (!is_whole) {
    memcpy(b, bytes + 4, (size_t)channels);
    memcpy(a, bytes, (size_t)channels);
  }
}

/* The same of two pixels and at least a block. */
OFA_INLINE void make_pair(ofa_paired_run_t *run, int8_t *a, int8_t *b) {
  run->a = a;
  run->b = b;
  ofa_paired_blocks(run);
}

/* The inputs of two pixels, for a kernel of 1x1. */
OFA_INLINE void expand_pixels(const int8_t *a, const int8_t *b, int32_t depth,
                              int32_t *x) {
  int32_t quads = depth & ~3;
  x = expand_quads(x, a, b, quads);
  if (depth & 3) {
    a += quads;
    b += quads;
    if (depth & 2)
      x = put_rest(x, a[0], a[1], b[0], b[1]);
    if (depth & 1)
      put_rest(x, a[depth & 2], 0, b[depth & 2], 0);
  }
}

/* Pairs of pixels that lie side by side, for a kernel of 1x1. Returns how many
 * pixels it made: an odd one, or pixels of less than a block, are left. */
OFA_OUTLINE int32_t make_run(const params_t *params, ofa_paired_run_t *run,
                             const int8_t *input, int32_t pixels,
                             int8_t *output, int32_t *scratch) {
  int32_t depth = params->window.in_channels;
  int32_t width = params->window.out_channels;
  int32_t count = width > 3 ? pixels & ~1 : 0;
  const int8_t *end = output + count * width;
  while (output != end) {
    const int8_t *next = input + depth;
    expand_pixels(input, next, depth, scratch);
    make_pair(run, output, output + width);
    input = next + depth;
    output += 2 * width;
  }
  return count;
}

OFA_OUTLINE void make_windows(const params_t *params, ofa_paired_run_t *run,
                              const ofa_row_s8_t *rows, int32_t x0, int32_t x1,
                              int8_t *output, int32_t *scratch) {
  const ofa_window_t *window = &params->window;
  int32_t width = window->out_channels;
  int32_t stride = window->stride_width;
  int32_t first = x0 * stride - window->pad_left;
  for (; x0 < x1; x0 += 2) {
    int32_t step = x1 - x0 > 1 ? 1 : 0;
    expand(params, rows, first, first + step * stride, scratch);
    if (OFA_LIKELY(step && width > 3))
      make_pair(run, output, output + width);
    else
      make_apart(params, run, output, output + step * width);
    output += 2 * width;
    first += 2 * stride;
  }
}

OFA_OUTLINE void make_row(const params_t *params, const ofa_row_s8_t *rows,
                          int32_t x0, int32_t x1, int8_t *output_row,
                          int32_t *scratch, int rounding) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int8_t *output = output_row + x0 * width;
  int32_t x = x0;
  ofa_paired_run_t run;
  begin(params, scratch, rounding, &run);
  if (window->kernel_height == 1 && window->kernel_width == 1 &&
      window->stride_width == 1 && rows->data) {
    int32_t split = ofa_max(x0, ofa_min(rows->wrap, x1));
    x += make_run(params, &run, rows->data + x0 * depth, split - x0, output,
                  scratch);
    if (x == split && x < x1)
      x += make_run(params, &run, rows->wrapped + (x - rows->wrap) * depth,
                    x1 - x, output_row + x * width, scratch);
  }
  make_windows(params, &run, rows, x, x1, output_row + x * width, scratch);
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, (x1 - x0) * width, params->activation_min,
                    params->activation_max);
}

#define CONV2D_PAIRED(name, rounding)                                          \
  void ofa_conv2d_paired_row_s8_##name(                                        \
      const params_t *params, const ofa_row_s8_t *rows, int32_t x0,            \
      int32_t x1, int8_t *output_row, int32_t *scratch) {                      \
    make_row(params, rows, x0, x1, output_row, scratch, rounding);             \
  }                                                                            \
  void ofa_conv2d_paired_rows_s8_##name(                                       \
      const params_t *params, int32_t y0, int32_t y1, const int8_t *input,     \
      int32_t in_rows, int8_t *output, int32_t out_rows, int32_t *scratch) {   \
    const ofa_window_t *window = &params->window;                              \
    for (; y0 < y1 && y0 < window->out_height; ++y0) {                         \
      ofa_row_s8_t rows[OFA_MAX_KERNEL];                                       \
      ofa_find_rows_s8(window, 1, input, in_rows, y0, rows);                   \
      ofa_conv2d_paired_row_s8_##name(                                         \
          params, rows, 0, window->out_width,                                  \
          ofa_find_row_s8(window, output, out_rows, y0), scratch);             \
    }                                                                          \
  }                                                                            \
  void ofa_conv2d_paired_s8_##name(const params_t *params,                     \
                                   const int8_t *input, int8_t *output,        \
                                   int32_t *scratch) {                         \
    const ofa_window_t *window = &params->window;                              \
    ofa_conv2d_paired_rows_s8_##name(params, 0, window->out_height, input,     \
                                     window->in_height, output,                \
                                     window->out_height, scratch);             \
  }

CONV2D_PAIRED(single, OFA_ROUND_SINGLE)
CONV2D_PAIRED(double, params->output_zero_point == -128
                          ? OFA_ROUND_DOUBLE_POSITIVE
                          : OFA_ROUND_DOUBLE)
