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
 * A word holds two inputs of one pixel. Four adjacent bytes become bytes 0 and
 * 2 of either pixel, then bytes 1 and 3; what is left of a row, words of two
 * adjacent ones. Words of the second pixel follow those of the first.
 */

#if OFA_DSP_ASM && defined(__ARM_FEATURE_UNALIGNED)
#define EXPAND4                                                                \
  "ldr %[a0], [%[a]], #4\n\t"                                                  \
  "ldr %[b0], [%[b]], #4\n\t"                                                  \
  "sxtb16 %[a1], %[a0], ror #8\n\t"                                            \
  "sxtb16 %[b1], %[b0], ror #8\n\t"                                            \
  "sxtb16 %[a0], %[a0]\n\t"                                                    \
  "sxtb16 %[b0], %[b0]\n\t"                                                    \
  "strd %[a0], %[b0], [%[x]], #8\n\t"                                          \
  "strd %[a1], %[b1], [%[x]], #8\n\t"
/* A multiple of 4 bytes of both pixels, `count` words of the result. */
OFA_INLINE int32_t *expand_quads(int32_t *x, const int8_t *a, const int8_t *b,
                                 int32_t count) {
  uint32_t a0, a1, b0, b1;
  const int32_t *end = x + count;
  __asm__("tst %[count], #4\n\t"
          "beq 1f\n\t" EXPAND4 "1:\n\t"
          "cmp %[x], %[end]\n\t"
          "beq 3f\n"
          "2:\n\t" EXPAND4 EXPAND4 "cmp %[x], %[end]\n\t"
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

/* `count` adjacent bytes of both pixels. Returns the words behind them. */
OFA_INLINE int32_t *expand_both(int32_t *x, const int8_t *a, const int8_t *b,
                                int32_t count) {
  x = expand_quads(x, a, b, count & ~3);
  if (OFA_LIKELY((count & 3) == 0))
    return x;
  a += count & ~3;
  b += count & ~3;
  count &= 3;
  x[0] = (int32_t)ofa_pack(a[0], count > 1 ? a[1] : 0);
  x[1] = (int32_t)ofa_pack(b[0], count > 1 ? b[1] : 0);
  if (count < 3)
    return x + 2;
  x[2] = (int32_t)ofa_pack(a[2], 0);
  x[3] = (int32_t)ofa_pack(b[2], 0);
  return x + 4;
}

/* Column x of a row, or NULL outside the image. */
OFA_INLINE const int8_t *find_column(const ofa_row_s8_t *row, int32_t x,
                                     int32_t width, int32_t depth) {
  if (!row->data || x < 0 || x >= width)
    return NULL;
  return x < row->wrap ? row->data + x * depth
                       : row->wrapped + (x - row->wrap) * depth;
}

/* One pixel's part of a row that touches a border, or where it wraps. */
OFA_OUTLINE void expand_border(const params_t *params, const ofa_row_s8_t *row,
                               int32_t first, int32_t *x) {
  int32_t depth = params->window.in_channels;
  int32_t count = params->window.kernel_width * depth;
  int32_t quads = count & ~3;
  int32_t column = first;
  int32_t left = 0; /* bytes of the present column */
  const int8_t *bytes = NULL;
  int32_t i;
  for (i = 0; i < count; ++i, --left) {
    int32_t value = params->input_zero_point;
    uint32_t half = i < quads ? (uint32_t)i >> 1 & 1u : (uint32_t)i & 1u;
    int32_t word = i < quads ? (i & ~3) + 2 * (i & 1) : i & ~1;
    if (left == 0) {
      bytes = find_column(row, column++, params->window.in_width, depth);
      left = depth;
    }
    if (bytes)
      value = *bytes++;
    x[word] = half ? (int32_t)ofa_pack(ofa_low((uint32_t)x[word]), value)
                   : (int32_t)ofa_pack(value, 0);
  }
}

/* The same where columns have whole quads. */
OFA_OUTLINE void expand_border4(const params_t *params, const ofa_row_s8_t *row,
                                int32_t first, int32_t *x) {
  int32_t depth = params->window.in_channels;
  int32_t last = first + params->window.kernel_width;
  int32_t zero =
      (int32_t)ofa_pack(params->input_zero_point, params->input_zero_point);
  for (; first != last; ++first) {
    const int8_t *bytes =
        find_column(row, first, params->window.in_width, depth);
    int32_t *end = x + depth;
    if (bytes) {
      for (; x != end; x += 4, bytes += 4) {
        uint32_t word = ofa_load4(bytes);
        x[0] = (int32_t)ofa_even_bytes(word);
        x[2] = (int32_t)ofa_odd_bytes(word);
      }
    } else {
      for (; x != end; x += 4)
        x[0] = x[2] = zero;
    }
  }
}

/* A small window as bytes. */
OFA_OUTLINE void collect(const params_t *params, const ofa_row_s8_t *rows,
                         int32_t first, int8_t *bytes) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t count = window->kernel_width * depth;
  int32_t last = first + window->kernel_width;
  int inside = first >= 0 && last <= window->in_width;
  const ofa_row_s8_t *end = rows + window->kernel_height;
  for (; rows != end; ++rows, bytes += count) {
    if (OFA_LIKELY(inside && rows->data && last <= rows->wrap)) {
      const int8_t *from = rows->data + first * depth;
      int32_t i = 0;
      if (count >= 4) {
        for (; i < count - 4; i += 4)
          memcpy(bytes + i, from + i, 4);
        i = count - 4; /* Some of them again. */
        memcpy(bytes + i, from + i, 4);
      } else {
        for (; i < count; ++i)
          bytes[i] = from[i];
      }
    } else {
      int8_t *to = bytes;
      int32_t x;
      for (x = first; x != last; ++x) {
        const int8_t *column = find_column(rows, x, window->in_width, depth);
        int32_t i;
        for (i = 0; i < depth; ++i)
          *to++ = column ? column[i] : params->input_zero_point;
      }
    }
  }
}

/* The windows of two pixels, which begin at columns `a` and `b`. Returns the
 * number of words, a multiple of 4. */
OFA_INLINE int32_t expand(const params_t *params, const ofa_row_s8_t *rows,
                          int32_t a, int32_t b, int32_t *scratch) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t count = window->kernel_width * depth;
  int32_t last = b + window->kernel_width;
  int inside = a >= 0 && last <= window->in_width;
  int32_t *x = scratch;
  const ofa_row_s8_t *end = rows + window->kernel_height;
  if (window->kernel_height > 1 &&
      window->kernel_height * count <= OFA_CONV2D_PAIRED_S8_SMALL) {
    int8_t bytes[2 * OFA_CONV2D_PAIRED_S8_SMALL];
    count *= window->kernel_height;
    collect(params, rows, a, bytes);
    collect(params, rows, b, bytes + OFA_CONV2D_PAIRED_S8_SMALL);
    x = expand_both(x, bytes, bytes + OFA_CONV2D_PAIRED_S8_SMALL, count);
    rows = end;
  }
  for (; rows != end; ++rows) {
    if (OFA_LIKELY(inside && rows->data && last <= rows->wrap)) {
      x = expand_both(x, rows->data + a * depth, rows->data + b * depth, count);
    } else if (depth & 3) {
      expand_border(params, rows, a, x);
      expand_border(params, rows, b, x + 1);
      x += count + (count & 1);
    } else {
      expand_border4(params, rows, a, x);
      expand_border4(params, rows, b, x + 1);
      x += count;
    }
  }
  if ((x - scratch) & 3) {
    x[0] = x[1] = 0;
    x += 2;
  }
  return (int32_t)(x - scratch);
}

/*===-- Pixels ------------------------------------------------------------===*/

/* All output channels of two pixels. */
OFA_INLINE void make_pixels(const params_t *params, const int32_t *x,
                            int32_t words, int8_t *a, int8_t *b, int rounding) {
  const int32_t *stream = params->stream;
  const ofa_paired_inputs_t inputs = {x, x + (words & ~15), x + words};
  int32_t tail = params->window.out_channels & 3;
  const int32_t *last = stream + (params->window.out_channels >> 2) *
                                     (words + OFA_PAIRED_CONSTANTS);
  int8_t *tail_a = NULL;
  int8_t *tail_b = NULL;
  int8_t bytes[8]; /* of a last block that is not whole */
  for (;;) {
    ofa_paired_sums_t sums;
    if (stream == last) {
      if (tail == 0)
        return;
      last = NULL;
      tail_a = a;
      tail_b = b;
      a = bytes;
      b = bytes + 4;
    }
    stream = ofa_paired_sum(&sums, stream, &inputs);
    stream = ofa_paired_store(sums, stream, a, b, rounding);
    a += 4;
    b += 4;
    if (OFA_LIKELY(!tail_a))
      continue;
    memcpy(tail_a, bytes, (size_t)tail);
    memcpy(tail_b, bytes + 4, (size_t)tail);
    return;
  }
}

OFA_OUTLINE void make_pixels_single(const params_t *params, const int32_t *x,
                                    int32_t words, int8_t *a, int8_t *b) {
  make_pixels(params, x, words, a, b, OFA_ROUND_SINGLE);
}

OFA_OUTLINE void make_pixels_double(const params_t *params, const int32_t *x,
                                    int32_t words, int8_t *a, int8_t *b) {
  make_pixels(params, x, words, a, b, OFA_ROUND_DOUBLE);
}

OFA_OUTLINE void make_pixels_double_positive(const params_t *params,
                                             const int32_t *x, int32_t words,
                                             int8_t *a, int8_t *b) {
  make_pixels(params, x, words, a, b, OFA_ROUND_DOUBLE_POSITIVE);
}

typedef void (*make_t)(const params_t *params, const int32_t *x, int32_t words,
                       int8_t *a, int8_t *b);

/* Pixels that lie side by side, for a kernel of 1x1. */
OFA_OUTLINE void make_run(const params_t *params, const int8_t *input,
                          int32_t pixels, int8_t *output, int32_t *scratch,
                          make_t make) {
  int32_t depth = params->window.in_channels;
  int32_t width = params->window.out_channels;
  while (pixels > 0) {
    /* A last odd pixel is computed twice and stored to one place. */
    int32_t step = pixels > 1 ? 1 : 0;
    int32_t *x = expand_both(scratch, input, input + step * depth, depth);
    if ((x - scratch) & 3) {
      x[0] = x[1] = 0;
      x += 2;
    }
    make(params, scratch, (int32_t)(x - scratch), output,
         output + step * width);
    input += 2 * depth;
    output += 2 * width;
    pixels -= 2;
  }
}

OFA_INLINE void make_windows(const params_t *params, const ofa_row_s8_t *rows,
                             int32_t x0, int32_t x1, int8_t *output,
                             int32_t *scratch, make_t make) {
  const ofa_window_t *window = &params->window;
  int32_t width = window->out_channels;
  int32_t stride = window->stride_width;
  int32_t first = x0 * stride - window->pad_left;
  while (x0 < x1) {
    int32_t step = x1 - x0 > 1 ? 1 : 0;
    int32_t words = expand(params, rows, first, first + step * stride, scratch);
    make(params, scratch, words, output, output + step * width);
    output += 2 * width;
    first += 2 * stride;
    x0 += 2;
  }
}

OFA_INLINE void make_row(const params_t *params, const ofa_row_s8_t *rows,
                         int32_t x0, int32_t x1, int8_t *output_row,
                         int32_t *scratch, make_t make) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int8_t *output = output_row + x0 * width;
  if (window->kernel_height == 1 && window->kernel_width == 1 &&
      window->stride_width == 1 && rows->data) {
    int32_t split = ofa_max(x0, ofa_min(rows->wrap, x1));
    make_run(params, rows->data + x0 * depth, split - x0, output, scratch,
             make);
    if (split < x1)
      make_run(params, rows->wrapped + (split - rows->wrap) * depth, x1 - split,
               output + (split - x0) * width, scratch, make);
  } else {
    make_windows(params, rows, x0, x1, output, scratch, make);
  }
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, (x1 - x0) * width, params->activation_min,
                    params->activation_max);
}

#define CONV2D_PAIRED(name, make)                                              \
  void ofa_conv2d_paired_row_s8_##name(                                        \
      const params_t *params, const ofa_row_s8_t *rows, int32_t x0,            \
      int32_t x1, int8_t *output_row, int32_t *scratch) {                      \
    make_row(params, rows, x0, x1, output_row, scratch, make);                 \
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

CONV2D_PAIRED(single, make_pixels_single)
CONV2D_PAIRED(double, params->output_zero_point == -128
                          ? make_pixels_double_positive
                          : make_pixels_double)
