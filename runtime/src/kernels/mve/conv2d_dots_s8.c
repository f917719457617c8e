/*===- conv2d_dots_s8.c - Convolution by dot products of 16 -------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Two pixels a step, whose windows are read where they lie, row by row: six
 * loads and eight VMLADAVA for 128 products of four channels. Rows that have
 * borders, and windows of short rows, are copied first.
 */
#include "ofa_kernels_mve.h"
#include "ofa_mve.h"

typedef ofa_conv2d_dots_s8_params_t params_t;

/* One row of two windows; all but its last 1 to 16 inputs lie before `end`. */
typedef struct row_pair {
  const int8_t *a, *b; /* of pixel a and of pixel b */
  const int8_t *end;   /* of a's */
} row_pair_t;

/* What the blocks of four channels of pairs of pixels are made of. The assembly
 * knows where its members lie. */
typedef struct dots {
  const int32_t *stream; /* 0 */
  const int32_t *end;    /* 4: of the stream */
  int8_t *output;        /* 8: of pixel a */
  int32_t apart;         /* 12: from there to that of pixel b */
  int32_t zero_point;    /* 16 */
  int32_t last;          /* 20: inputs of a row's last vector, 1 to 16 */
  int32_t entry;         /* 24: where a row enters its loop */
  int32_t pairs;         /* 28: of pixels */
  int32_t step;          /* 32: bytes from a pair's inputs to the next one's */
  row_pair_t *rows;      /* 36 */
  row_pair_t *rows_end;  /* 40 */
} dots_t;

#if OFA_MVE_ASM
/* r1 the stream, r3 and r5 inputs, r7 the end of these or whatever else, r9 the
 * output or the rows, r11 the struct; sums of pixel a in r0, r2, r4, r6, those of
 * b in r8, r10, r12, lr: VMLADAVA takes even registers alone. q6 has the places
 * of the eight bytes that a block stores, q7 the zero point. */
#define WEIGHTS                                                                \
  "vldrw.u32 q0, [r1], #16\n\t"                                                \
  "vmladava.s8 r0, q0, q4\n\t"                                                 \
  "vmladava.s8 r8, q0, q5\n\t"                                                 \
  "vldrw.u32 q1, [r1], #16\n\t"                                                \
  "vmladava.s8 r2, q1, q4\n\t"                                                 \
  "vmladava.s8 r10, q1, q5\n\t"                                                \
  "vldrw.u32 q2, [r1], #16\n\t"                                                \
  "vmladava.s8 r4, q2, q4\n\t"                                                 \
  "vmladava.s8 r12, q2, q5\n\t"                                                \
  "vldrw.u32 q3, [r1], #16\n\t"                                                \
  "vmladava.s8 r6, q3, q4\n\t"                                                 \
  "vmladava.s8 lr, q3, q5\n\t"
#define STEP                                                                   \
  "vldrb.u8 q4, [r3], #16\n\t"                                                 \
  "vldrb.u8 q5, [r5], #16\n\t" WEIGHTS
#define STEP_BYTES 56
/* A row: four steps a turn, the first turn from where `entry` says, then the
 * last step, whose predicate leaves out what is behind the row. */
#define ROW                                                                    \
  "ldr pc, [r11, #24]\n"                                                       \
  "3:\n\t" STEP STEP STEP STEP                                                 \
  "cmp r3, r7\n\t"                                                             \
  "bne 3b\n\t"                                                                 \
  SHORT_ROW WEIGHTS
/* The only step of a short row. */
#define SHORT_ROW                                                              \
  "vpstt\n\t"                                                                  \
  "vldrbt.u8 q4, [r3]\n\t"                                                     \
  "vldrbt.u8 q5, [r5]\n\t"
#define BEGIN                                                                  \
  "ldr r1, [r11]\n\t"                                                          \
  "ldrd r3, r7, [r11, #12]\n\t"                                                \
  "ldr r5, [r11, #20]\n\t"                                                     \
  "vdup.16 q7, r7\n\t"                                                         \
  "vctp.8 r5\n\t" OFA_MVE_PLACES("q6", "r3")
#define FIND_ENTRY                                                             \
  "ldr r9, [r11, #24]\n\t"                                                     \
  "adr.w r7, 3f + 1\n\t"                                                       \
  "add r7, r7, r9\n\t"                                                         \
  "str r7, [r11, #24]\n\t"
#define BIASES                                                                 \
  "ldm r1, {r0, r2, r4, r6}\n\t"                                               \
  "ldm r1!, {r8, r10, r12, lr}\n\t"
#define REQUANTIZE(scale)                                                      \
  OFA_MVE_SUMS("q0", "q1")                                                     \
  "vldrw.u32 q2, [r1], #16\n\t"                                                \
  "vldrw.u32 q3, [r1], #16\n\t" scale("q0", "q1", "q2", "q2", "q3", "q3",      \
                                      "q2") OFA_MVE_NARROW("q0", "q1", "q7")
#define NEXT_PAIR                                                              \
  "ldrd r0, r2, [r11, #28]\n\t"                                                \
  "subs r0, r0, #1\n\t"                                                        \
  "beq 5f\n\t"                                                                 \
  "str r0, [r11, #28]\n\t"                                                     \
  "ldr r7, [r11, #12]\n\t"                                                     \
  "add r9, r9, r7\n\t"                                                         \
  "ldr r1, [r11]\n\t"                                                          \
  "ldrd r0, r12, [r11, #36]\n"                                                 \
  "4:\n\t"                                                                     \
  "ldm r0, {r3, r5, r7}\n\t"                                                   \
  "add r3, r3, r2\n\t"                                                         \
  "add r5, r5, r2\n\t"                                                         \
  "add r7, r7, r2\n\t"                                                         \
  "stm r0!, {r3, r5, r7}\n\t"                                                  \
  "cmp r0, r12\n\t"                                                            \
  "bne 4b\n\t"
/* Pixels whose windows are one row. */
#define RUN(scale)                                                             \
  BEGIN FIND_ENTRY "ldr r9, [r11, #8]\n"                                       \
  "1:\n\t" BIASES                                                              \
  "ldr r7, [r11, #36]\n\t"                                                     \
  "ldrd r3, r5, [r7]\n\t"                                                      \
  "ldr r7, [r7, #8]\n\t" ROW REQUANTIZE(scale)                                 \
  "vstrb.16 q0, [r9, q6]\n\t"                                                  \
  "add.w r9, r9, #4\n\t"                                                       \
  "ldr r7, [r11, #4]\n\t"                                                      \
  "cmp r1, r7\n\t"                                                             \
  "bne 1b\n\t" NEXT_PAIR "b 1b\n"                                              \
  "5:\n\t"
/* Pixels whose windows have many rows. */
#define STORE_WINDOWS                                                          \
  "ldrd r7, r9, [r11, #4]\n\t"                                                 \
  "vstrb.16 q0, [r9, q6]\n\t"                                                  \
  "add.w r9, r9, #4\n\t"                                                       \
  "str r9, [r11, #8]\n\t"                                                      \
  "cmp r1, r7\n\t"                                                             \
  "bne 1b\n\t" NEXT_PAIR "str r9, [r11, #8]\n\t"                               \
  "b 1b\n"                                                                     \
  "5:\n\t"

#define WINDOWS(scale)                                                         \
  BEGIN FIND_ENTRY                                                             \
  "1:\n\t" BIASES                                                              \
  "ldr r9, [r11, #36]\n"                                                       \
  "2:\n\t"                                                                     \
  "ldm r9!, {r3, r5, r7}\n\t" ROW                                              \
  "ldr r7, [r11, #40]\n\t"                                                     \
  "cmp r9, r7\n\t"                                                             \
  "bne 2b\n\t" REQUANTIZE(scale) STORE_WINDOWS
/* The same for rows of up to 16 inputs: one is read once for all blocks, many are
 * read without the loop over steps. */
#define SHORT_RUN(scale)                                                       \
  BEGIN "ldr r9, [r11, #8]\n"                                                  \
  "2:\n\t"                                                                     \
  "ldr r7, [r11, #36]\n\t"                                                     \
  "ldrd r3, r5, [r7]\n\t"                                                      \
  "ldr r7, [r11, #4]\n\t" SHORT_ROW                                            \
  "1:\n\t" BIASES WEIGHTS REQUANTIZE(scale)                                    \
  "vstrb.16 q0, [r9, q6]\n\t"                                                  \
  "add.w r9, r9, #4\n\t"                                                       \
  "cmp r1, r7\n\t"                                                             \
  "bne 1b\n\t" NEXT_PAIR "b 2b\n"                                              \
  "5:\n\t"
#define SHORT_WINDOWS(scale)                                                   \
  BEGIN                                                                        \
  "1:\n\t" BIASES                                                              \
  "ldrd r9, r7, [r11, #36]\n"                                                   \
  "2:\n\t"                                                                     \
  "ldrd r3, r5, [r9], #12\n\t" SHORT_ROW WEIGHTS                               \
  "cmp r9, r7\n\t"                                                             \
  "bne 2b\n\t" REQUANTIZE(scale) STORE_WINDOWS
#define MAKE(pixels, scale)                                                    \
  __asm__ volatile(pixels(scale)                                               \
                   : "+r"(c)                                                   \
                   :                                                           \
                   : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8",     \
                     "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4",   \
                     "q5", "q6", "q7", "cc", "memory")

#define MAKE_ROUNDED(pixels)                                                   \
  do {                                                                         \
    register dots_t *c __asm__("r11") = dots;                                  \
    if (rounding == OFA_ROUND_DOUBLE)                                          \
      MAKE(pixels, OFA_MVE_SCALE_DOUBLE);                                      \
    else if (rounding == OFA_ROUND_DOUBLE_POSITIVE)                            \
      MAKE(pixels, OFA_MVE_SCALE_DOUBLE_POSITIVE);                             \
    else                                                                       \
      MAKE(pixels, OFA_MVE_SCALE_SINGLE);                                      \
  } while (0)

/* All blocks that the stream has. Leaves nothing of use in the struct. */
OFA_INLINE void make_blocks(dots_t *dots, int32_t vectors, int rounding) {
  int is_row = dots->rows_end - dots->rows == 1;
  dots->entry = (((vectors + 3) & ~3) - vectors) * STEP_BYTES;
  if (is_row && vectors == 0)
    MAKE_ROUNDED(SHORT_RUN);
  else if (is_row)
    MAKE_ROUNDED(RUN);
  else if (vectors == 0)
    MAKE_ROUNDED(SHORT_WINDOWS);
  else
    MAKE_ROUNDED(WINDOWS);
}
#else
/* Sums of `count` inputs of both pixels with four channels' weights. */
OFA_INLINE const int8_t *add_products(int32_t *sums, const int8_t *weights,
                                      const int8_t *a, const int8_t *b,
                                      int32_t count) {
  int32_t c, i;
  for (c = 0; c < 4; ++c, weights += 16)
    for (i = 0; i < count; ++i) {
      sums[c] += weights[i] * a[i];
      sums[c + 4] += weights[i] * b[i];
    }
  return weights;
}

OFA_INLINE void make_blocks(dots_t *dots, int32_t vectors, int rounding) {
  for (; dots->pairs != 0; --dots->pairs) {
    const int32_t *stream = dots->stream;
    row_pair_t *row;
    (void)vectors;
    for (; stream != dots->end; dots->output += 4) {
      int32_t sums[8];
      int32_t c;
      memcpy(sums, stream, 16);
      memcpy(sums + 4, stream, 16);
      stream += 4;
      for (row = dots->rows; row != dots->rows_end; ++row) {
        const int8_t *weights = (const int8_t *)stream;
        const int8_t *a = row->a;
        const int8_t *b = row->b;
        for (; a != row->end; a += 16, b += 16)
          weights = add_products(sums, weights, a, b, 16);
        weights = add_products(sums, weights, a, b, dots->last);
        stream += (weights - (const int8_t *)stream) / 4;
      }
      for (c = 0; c < 4; ++c) {
        dots->output[c] =
            ofa_requantize(sums[c], stream[c], stream[c + 4], dots->zero_point,
                           rounding);
        dots->output[c + dots->apart] =
            ofa_requantize(sums[c + 4], stream[c], stream[c + 4],
                           dots->zero_point, rounding);
      }
      stream += 8;
    }
    dots->output += dots->apart;
    for (row = dots->rows; row != dots->rows_end; ++row) {
      row->a += dots->step;
      row->b += dots->step;
      row->end += dots->step;
    }
  }
}
#endif

/*===-- Pixels ------------------------------------------------------------===*/

OFA_OUTLINE void make_single(dots_t *dots, int32_t vectors) {
  make_blocks(dots, vectors, OFA_ROUND_SINGLE);
}

OFA_OUTLINE void make_double(dots_t *dots, int32_t vectors) {
  make_blocks(dots, vectors, OFA_ROUND_DOUBLE);
}

OFA_OUTLINE void make_double_positive(dots_t *dots, int32_t vectors) {
  make_blocks(dots, vectors, OFA_ROUND_DOUBLE_POSITIVE);
}

typedef void (*make_t)(dots_t *dots, int32_t vectors);

/* How a layer sees its windows. */
typedef struct layer {
  const params_t *params;
  make_t make;
  int8_t *scratch;
  int32_t rows, inputs; /* of a window */
  int32_t vectors;      /* of a row, but for the last one */
  int copied;           /* all windows are copied, to be one row */
} layer_t;

OFA_INLINE layer_t see_layer(const params_t *params, int32_t *scratch,
                             make_t make) {
  const ofa_window_t *window = &params->window;
  layer_t layer;
  layer.params = params;
  layer.make = make;
  layer.scratch = (int8_t *)scratch;
  layer.rows = window->kernel_height;
  layer.inputs = window->kernel_width * window->in_channels;
  layer.copied = OFA_CONV2D_DOTS_S8_COPIED(*window);
  if (layer.copied) {
    layer.inputs *= layer.rows;
    layer.rows = 1;
  }
  layer.vectors = (layer.inputs - 1) >> 4;
  return layer;
}

/* All channels of pairs of pixels, `apart` bytes from pixel to pixel; `rows` are
 * those of the first pair, `step` bytes before those of the next one. */
OFA_OUTLINE void make_pairs(const layer_t *layer, row_pair_t *rows,
                            int32_t pairs, int32_t step, int8_t *output,
                            int32_t apart) {
  const params_t *params = layer->params;
  int32_t tail = params->window.out_channels & 3;
  int32_t whole = params->window.out_channels - tail;
  int32_t block = 12 + layer->rows * (layer->vectors + 1) * 16; /* words */
  dots_t dots;
  dots.output = output;
  dots.apart = apart;
  dots.zero_point = params->output_zero_point;
  dots.last = layer->inputs - 16 * layer->vectors;
  dots.step = step;
  dots.rows = rows;
  dots.rows_end = rows + layer->rows;
  dots.stream = params->stream;
  dots.end = dots.stream + (whole >> 2) * block;
  dots.pairs = pairs;
  if (OFA_LIKELY(tail == 0)) {
    layer->make(&dots, layer->vectors);
    return;
  }
  dots.step = 0; /* The last block comes to the same rows again. */
  for (; pairs != 0; --pairs, output += 2 * apart) {
    int8_t bytes[8];
    int32_t ky;
    if (whole != 0) {
      dots.stream = params->stream;
      dots.end = dots.stream + (whole >> 2) * block;
      dots.output = output;
      dots.apart = apart;
      dots.pairs = 1;
      layer->make(&dots, layer->vectors);
    }
    dots.stream = params->stream + (whole >> 2) * block;
    dots.end = dots.stream + block;
    dots.output = bytes;
    dots.apart = 4;
    dots.pairs = 1;
    layer->make(&dots, layer->vectors);
    memcpy(output + whole, bytes, (size_t)tail);
    memcpy(output + apart + whole, bytes + 4, (size_t)tail);
    for (ky = 0; ky < layer->rows; ++ky) {
      rows[ky].a += step;
      rows[ky].b += step;
      rows[ky].end += step;
    }
  }
}

/* Pixels whose windows are one row, each behind the one before. */
OFA_OUTLINE void make_run(const layer_t *layer, const int8_t *input,
                          int32_t pixels, int8_t *output) {
  int32_t depth = layer->inputs;
  int32_t width = layer->params->window.out_channels;
  row_pair_t row;
  row.a = input;
  row.b = input + depth;
  row.end = input + 16 * layer->vectors;
  if (pixels > 1)
    make_pairs(layer, &row, pixels >> 1, 2 * depth, output, width);
  if (pixels & 1) { /* The last one twice, to one place. */
    row.a = row.b = input + (pixels - 1) * depth;
    row.end = row.a + 16 * layer->vectors;
    make_pairs(layer, &row, 1, 0, output + (pixels - 1) * width, 0);
  }
}

/*===-- Windows -----------------------------------------------------------===*/

/* Column x of a row inside the image. */
OFA_INLINE const int8_t *find_column(const ofa_row_s8_t *row, int32_t x,
                                     int32_t depth) {
  return x < row->wrap ? row->data + x * depth
                       : row->wrapped + (x - row->wrap) * depth;
}

/* A window, row behind row. */
OFA_INLINE void copy_window(const params_t *params, const ofa_row_s8_t *rows,
                            int32_t first, int8_t *to) {
  const ofa_window_t *window = &params->window;
  const ofa_row_s8_t *end = rows + window->kernel_height;
  int32_t depth = window->in_channels;
  int32_t last = first + window->kernel_width;
  int32_t count = window->kernel_width * depth;
  int32_t left = ofa_max(first, 0); /* columns inside the image */
  int32_t right = ofa_min(last, window->in_width);
  for (; rows != end; ++rows, to += count) {
    if (OFA_LIKELY(rows->data && left == first && right == last &&
                   last <= rows->wrap)) {
      ofa_copy_bytes(to, rows->data + first * depth, count);
    } else {
      ofa_fill_bytes(to, params->input_zero_point, count);
      if (rows->data && left < right) {
        int32_t split = ofa_max(left, ofa_min(rows->wrap, right));
        if (left < split)
          ofa_copy_bytes(to + (left - first) * depth,
                         rows->data + left * depth, (split - left) * depth);
        if (split < right)
          ofa_copy_bytes(to + (split - first) * depth,
                         find_column(rows, split, depth),
                         (right - split) * depth);
      }
    }
  }
}

/* Rows of up to 16 bytes of windows inside the image, `step` bytes apart: the
 * windows lie `size` bytes apart. */
OFA_INLINE void copy_short_rows(const int8_t *from, int32_t step,
                                int32_t windows, int32_t count, int8_t *to,
                                int32_t size) {
#if OFA_MVE_ASM
  __asm__ volatile("vctp.8 %[count]\n\t"
                   "wls lr, %[windows], 2f\n"
                   "1:\n\t"
                   "vpstt\n\t"
                   "vldrbt.u8 q0, [%[from]]\n\t"
                   "vstrbt.8 q0, [%[to]]\n\t"
                   "add %[from], %[from], %[step]\n\t"
                   "add %[to], %[to], %[size]\n\t"
                   "le lr, 1b\n"
                   "2:"
                   : [from] "+r"(from), [to] "+r"(to)
                   : [step] "r"(step), [windows] "r"(windows),
                     [count] "r"(count), [size] "r"(size)
                   : "lr", "q0", "memory");
#else
  for (; windows != 0; --windows, from += step, to += size)
    memcpy(to, from, (size_t)count);
#endif
}

/* The pixels [*begin, *end) whose windows lie in the image, each row in one
 * piece. */
OFA_INLINE void find_inside(const ofa_window_t *window,
                            const ofa_row_s8_t *rows, int32_t *begin,
                            int32_t *end) {
  int32_t stride = window->stride_width;
  int32_t most = window->in_width; /* columns */
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky)
    most = rows[ky].data ? ofa_min(most, rows[ky].wrap) : 0;
  most += window->pad_left - window->kernel_width;
  *begin = (window->pad_left + stride - 1) / stride;
  *end = most < 0 ? 0 : most / stride + 1;
}

OFA_INLINE void make_windows(const layer_t *layer, const ofa_row_s8_t *rows,
                             int32_t x0, int32_t x1, int8_t *output) {
  const params_t *params = layer->params;
  const ofa_window_t *window = &params->window;
  int32_t width = window->out_channels;
  int32_t stride = window->stride_width;
  int32_t depth = window->in_channels;
  int32_t pitch = stride * depth; /* from window to window */
  int32_t begin = 0;
  int32_t end = 0;
  row_pair_t pairs[OFA_MAX_KERNEL];
  find_inside(window, rows, &begin, &end);
  end = ofa_min(end, x1);
  while (x0 < x1) {
    int32_t first = x0 * stride - window->pad_left;
    int32_t count = x1 - x0 > 1; /* A last odd pixel is made twice. */
    int32_t ky;
    if (x0 >= begin && end - x0 > count) {
      int32_t step = count * pitch;
      for (ky = 0; ky < layer->rows; ++ky) {
        pairs[ky].a = rows[ky].data + first * depth;
        pairs[ky].b = pairs[ky].a + step;
        pairs[ky].end = pairs[ky].a + 16 * layer->vectors;
      }
      width *= count;
      count = ofa_max((end - x0) >> 1, 1);
      make_pairs(layer, pairs, count, 2 * step, output, width);
      width = window->out_channels;
    } else {
      int32_t size = count * layer->rows * layer->inputs;
      copy_window(params, rows, first, layer->scratch);
      if (count)
        copy_window(params, rows, first + stride, layer->scratch + size);
      for (ky = 0; ky < layer->rows; ++ky) {
        pairs[ky].a = layer->scratch + ky * layer->inputs;
        pairs[ky].b = pairs[ky].a + size;
        pairs[ky].end = pairs[ky].a + 16 * layer->vectors;
      }
      make_pairs(layer, pairs, 1, 0, output, count * width);
      count = 1;
    }
    x0 += 2 * count;
    output += 2 * count * width;
  }
}

/* All windows are copied to one row each, some at a time. */
OFA_INLINE void make_copies(const layer_t *layer, const ofa_row_s8_t *rows,
                            int32_t x0, int32_t x1, int8_t *output) {
  const params_t *params = layer->params;
  const ofa_window_t *window = &params->window;
  int32_t stride = window->stride_width;
  int32_t depth = window->in_channels;
  int32_t count = window->kernel_width * depth;
  int32_t begin, end;
  find_inside(window, rows, &begin, &end);
  while (x0 < x1) {
    int32_t stop = ofa_min(x0 + OFA_CONV2D_DOTS_S8_COPIES, x1);
    int32_t pixels = stop - x0;
    int32_t inside = ofa_max(0, ofa_min(end, stop) - ofa_max(begin, x0));
    int8_t *to = layer->scratch;
    int32_t ky;
    for (; x0 < stop; ++x0, to += layer->inputs) {
      int32_t first = x0 * stride - window->pad_left;
      if (inside == 0 || x0 < begin || x0 >= end) {
        copy_window(params, rows, first, to);
        continue;
      }
      for (ky = 0; ky < window->kernel_height; ++ky)
        copy_short_rows(rows[ky].data + first * depth, stride * depth, inside,
                        count, to + ky * count, layer->inputs);
      x0 += inside - 1;
      to += (inside - 1) * layer->inputs;
      inside = 0;
    }
    make_run(layer, layer->scratch, pixels, output);
    output += pixels * window->out_channels;
  }
}

OFA_OUTLINE void make_row(const params_t *params, const ofa_row_s8_t *rows,
                         int32_t x0, int32_t x1, int8_t *output_row,
                         int32_t *scratch, make_t make) {
  const ofa_window_t *window = &params->window;
  const layer_t layer = see_layer(params, scratch, make);
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int8_t *output = output_row + x0 * width;
  if (window->kernel_height == 1 && window->kernel_width == 1 &&
      window->stride_width == 1 && window->pad_left == 0 && rows->data &&
      x1 <= window->in_width) {
    int32_t split = ofa_max(x0, ofa_min(rows->wrap, x1));
    make_run(&layer, rows->data + x0 * depth, split - x0, output);
    if (split < x1)
      make_run(&layer, rows->wrapped + (split - rows->wrap) * depth, x1 - split,
               output + (split - x0) * width);
  } else if (layer.copied) {
    make_copies(&layer, rows, x0, x1, output);
  } else {
    make_windows(&layer, rows, x0, x1, output);
  }
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, (x1 - x0) * width, params->activation_min,
                    params->activation_max);
}

/* The input rows of output row y. */
OFA_INLINE void find_rows(const ofa_window_t *window, const int8_t *input,
                          int32_t y, ofa_row_s8_t *rows) {
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t row = y * window->stride_height - window->pad_top;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky, ++row) {
    int inside = row >= 0 && row < window->in_height;
    rows[ky].data = inside ? input + row * pitch : NULL;
    rows[ky].wrapped = NULL;
    rows[ky].wrap = window->in_width;
  }
}

/* A row of the image with all columns that windows read. */
OFA_INLINE void copy_padded(const params_t *params, const int8_t *input,
                            int32_t row, int32_t columns, int8_t *to) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t left = window->pad_left;
  int32_t count = ofa_min(window->in_width, columns - left);
  if (row < 0 || row >= window->in_height || count <= 0) {
    ofa_fill_bytes(to, params->input_zero_point, columns * depth);
    return;
  }
  ofa_fill_bytes(to, params->input_zero_point, left * depth);
  ofa_copy_bytes(to + left * depth, input + row * window->in_width * depth,
                 count * depth);
  ofa_fill_bytes(to + (left + count) * depth, params->input_zero_point,
                 (columns - left - count) * depth);
}

/* If windows touch the border, rows are copied with that, and a ring of them is
 * the image of one row of windows. */
OFA_INLINE void make_layer(const params_t *params, const int8_t *input,
                           int8_t *output, int32_t *scratch, make_t make) {
  const ofa_window_t *window = &params->window;
  int is_padded = OFA_CONV2D_DOTS_S8_PADDED(*window);
  int32_t columns = OFA_CONV2D_DOTS_S8_COLUMNS(*window);
  int32_t pitch = columns * window->in_channels;
  int32_t height = window->kernel_height;
  int8_t *ring =
      (int8_t *)(scratch + OFA_CONV2D_DOTS_S8_COPY_WORDS(*window));
  ofa_row_s8_t rows[OFA_MAX_KERNEL];
  params_t seen = *params;
  int32_t next = 0; /* row of the image and its border that is not copied */
  int32_t y, ky;
  if (is_padded) {
    seen.window.in_width = (int16_t)columns;
    seen.window.pad_left = 0;
  }
  for (y = 0; y < window->out_height; ++y) {
    int32_t first = y * window->stride_height;
    find_rows(window, input, y, rows);
    for (next = ofa_max(next, first); is_padded && next < first + height; ++next)
      copy_padded(params, input, next - window->pad_top, columns,
                  ring + next % height * pitch);
    for (ky = 0; is_padded && ky < height; ++ky) {
      rows[ky].data = ring + (first + ky) % height * pitch;
      rows[ky].wrap = columns;
    }
    make_row(&seen, rows, 0, window->out_width, output, scratch, make);
    output += window->out_width * window->out_channels;
  }
}

#define CONV2D_DOTS(name, make)                                                \
  void ofa_conv2d_dots_row_s8_##name(                                          \
      const params_t *params, const ofa_row_s8_t *rows, int32_t x0,            \
      int32_t x1, int8_t *output_row, int32_t *scratch) {                      \
    make_row(params, rows, x0, x1, output_row, scratch, make);                 \
  }                                                                            \
  void ofa_conv2d_dots_s8_##name(const params_t *params, const int8_t *input,  \
                                 int8_t *output, int32_t *scratch) {           \
    make_layer(params, input, output, scratch, make);                          \
  }

CONV2D_DOTS(single, make_single)
CONV2D_DOTS(double, params->output_zero_point == -128 ? make_double_positive
                                                      : make_double)
