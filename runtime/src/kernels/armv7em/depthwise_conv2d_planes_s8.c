/*===- depthwise_conv2d_planes_s8.c - Any depthwise convolution ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_planes_s8.h"

/* Four outputs of a row at a time. Those whose first column is odd in the plane
 * (the second and the fourth one, with an odd stride) begin a column earlier,
 * with a weight of 0.
 *
 * A channel's block: multiplier, start, right, bias, then the weights row by
 * row: words (w0, w1), (0, w0), (w2, w3), (w1, w2) ...; with an even stride
 * (w0, w1) twice and so on.
 */
#define BIAS 3
#define WEIGHTS 4

/* An output row of a channel. */
typedef struct run {
  const uint32_t *const *rows; /* kernel rows of channel 0, then NULL */
  int32_t count;               /* pairs of words of a kernel row */
  int32_t next1; /* bytes from the first output's column to the second one's */
  int32_t next2; /* to the third one's */
  int32_t four;  /* to the fifth one's */
  int32_t pixel; /* bytes to the next output pixel */
  const int32_t *block;
  int32_t offset; /* bytes from channel 0 to this channel, and column */
  int8_t *output;
  int32_t left;   /* output pixels */
  uint32_t saved; /* room for r7, which may be a frame pointer */
} run_t;

#if OFA_DSP_ASM

/* clang-format off */
/* Rows are added by one of these: with stride 1 each word of input serves all
 * four outputs; else they are read apart. */
#define DENSE_WORD(here, after)                                                \
  "ldrd r4, r5, [r3], #8\n\t"                                                  \
  "ldr " after ", [r1], #32\n\t"                                               \
  "smlad r8, " here ", r4, r8\n\t"                                             \
  "smlad r9, " here ", r5, r9\n\t"                                             \
  "smlad r10, " after ", r4, r10\n\t"                                          \
  "smlad r11, " after ", r5, r11\n\t"
#define DENSE_ROW                                                              \
  "ldr r6, [r1], #32\n\t"                                                      \
  "lsrs r7, r7, #1\n\t"                                                        \
  "bcc 4f\n\t" DENSE_WORD("r6", "r2")                                          \
  "mov r6, r2\n\t"                                                             \
  "beq 2b\n\t"                                                                 \
  "4: " DENSE_WORD("r6", "r2") DENSE_WORD("r2", "r6")                          \
  "subs r7, r7, #1\n\t"                                                        \
  "bne 4b\n\t"                                                                 \
  "b 2b\n\t"
#define APART_ROW                                                              \
  "ldr r2, [r0, #12]\n\t"                                                      \
  "ldr lr, [r0, #8]\n\t"                                                       \
  "add r2, r2, r1\n\t"                                                         \
  "4: ldrd r4, r5, [r3], #8\n\t"                                               \
  "ldr r6, [r1, lr]\n\t"                                                       \
  "smlad r9, r6, r5, r9\n\t"                                                   \
  "ldr r6, [r1], #32\n\t"                                                      \
  "smlad r8, r6, r4, r8\n\t"                                                   \
  "ldr r6, [r2, lr]\n\t"                                                       \
  "smlad r11, r6, r5, r11\n\t"                                                 \
  "ldr r6, [r2], #32\n\t"                                                      \
  "smlad r10, r6, r4, r10\n\t"                                                 \
  "subs r7, r7, #1\n\t"                                                        \
  "bne 4b\n\t"                                                                 \
  "b 2b\n\t"

#define CHANNEL_ROW(kind, rounding)                                            \
  "str r7, [r0, #40]\n\t"                                                      \
  "1: ldr r3, [r0, #24]\n\t"                                                   \
  "ldr r12, [r0]\n\t"                                                          \
  "ldr r8, [r3, #12]\n\t"                                                      \
  "add r3, r3, #16\n\t"                                                        \
  "mov r9, r8\n\t"                                                             \
  "mov r10, r8\n\t"                                                            \
  "mov r11, r8\n\t"                                                            \
  "2: ldr r1, [r12], #4\n\t"                                                   \
  "cbz r1, 3f\n\t"                                                             \
  "ldr r4, [r0, #28]\n\t"                                                      \
  "ldr r7, [r0, #4]\n\t"                                                       \
  "add r1, r1, r4\n\t" kind##_ROW                                              \
  "3: ldrd r3, r4, [r0, #24]\n\t"                                              \
  "ldr r5, [r0, #16]\n\t"                                                      \
  "ldm r3, {r1, r2, r3}\n\t"                                                   \
  "add r4, r4, r5\n\t"                                                         \
  "str r4, [r0, #28]\n\t"                                                      \
  OFA_PLANES_FINISH_##rounding("r8", "r1", "r2", "r3", "r4")                   \
  OFA_PLANES_FINISH_##rounding("r9", "r1", "r2", "r3", "r4")                   \
  OFA_PLANES_FINISH_##rounding("r10", "r1", "r2", "r3", "r4")                  \
  OFA_PLANES_FINISH_##rounding("r11", "r1", "r2", "r3", "r4")                  \
  "ldrd r5, r7, [r0, #32]\n\t"                                                 \
  "ldr r6, [r0, #20]\n\t"                                                      \
  "strb r8, [r5]\n\t"                                                      \
  "subs r7, r7, #4\n\t"                                                        \
  "blt 5f\n\t"                                                                 \
  "strb r9, [r5, r6]\n\t"                                                      \
  "add r5, r5, r6, lsl #1\n\t"                                                 \
  "strb r10, [r5]\n\t"                                                         \
  "strb r11, [r5, r6]\n\t"                                                     \
  "add r5, r5, r6, lsl #1\n\t"                                                 \
  "strd r5, r7, [r0, #32]\n\t"                                                 \
  "bne 1b\n\t"                                                                 \
  "b 6f\n\t"                                                                   \
  "5: cmp r7, #-2\n\t"                                                         \
  "blt 6f\n\t"                                                                 \
  "strb r9, [r5, r6]\n\t"                                                      \
  "beq 6f\n\t"                                                                 \
  "add r5, r5, r6, lsl #1\n\t"                                                 \
  "strb r10, [r5]\n\t"                                                         \
  "6: ldr r7, [r0, #40]"

/* clang-format on */

#define ROW(kind, name, rounding)                                              \
  OFA_OUTLINE void row_##kind##_##name(run_t *run) {                           \
    register run_t *r0 __asm__("r0") = run;                                    \
    __asm__ volatile(CHANNEL_ROW(kind, rounding)                               \
                     : "+r"(r0)                                                \
                     :                                                         \
                     : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10",  \
                       "r11", "r12", "lr", "cc", "memory");                    \
  }

#else

OFA_INLINE void channel_row(const run_t *run, int rounding) {
  const int32_t *block = run->block;
  int32_t i;
  for (i = 0; i < run->left; ++i) {
    int32_t first = (run->offset + (i / 4) * run->four +
                     (i / 2 % 2) * run->next2 + (i % 2) * run->next1) /
                    4;
    const uint32_t *w = (const uint32_t *)block + WEIGHTS;
    const uint32_t *const *row;
    uint32_t sum = (uint32_t)block[BIAS];
    for (row = run->rows; *row; ++row) {
      int32_t n;
      for (n = 0; n < run->count; ++n, w += 2)
        sum = ofa_dot(sum, (*row)[first + n * OFA_PLANES_PAIR], w[i % 2]);
    }
    ofa_planes_finish(sum, block, run->output + i * run->pixel, rounding);
  }
}

#define ROW(kind, name, rounding)                                              \
  OFA_OUTLINE void row_##kind##_##name(run_t *run) {                           \
    channel_row(run, rounding);                                                \
  }

#endif

typedef void (*row_t)(run_t *run);

ROW(DENSE, single, 0)
ROW(DENSE, double, 1)
ROW(APART, single, 0)
ROW(APART, double, 1)

/* The blocks of a group. A row's last pair of words may be one too many: the
 * next row, written later, begins there, or the two spare words of a block. */
OFA_OUTLINE const int32_t *load_blocks(const ofa_window_t *window,
                                       const int32_t *stream, int32_t *block,
                                       int32_t words) {
  int32_t odd_stride = window->stride_width & 1;
  int32_t row_words = odd_stride ? (window->kernel_width / 2 + 1) * 2
                                 : (window->kernel_width + 1) / 2 * 2;
  int32_t c;
  for (c = 0; c < 4; ++c) {
    int32_t *row = block + WEIGHTS;
    int32_t ky;
    block[OFA_PLANES_MULTIPLIER] = stream[1];
    block[OFA_PLANES_START] = stream[2];
    block[OFA_PLANES_RIGHT] = stream[3];
    block[BIAS] = stream[0];
    stream += OFA_PLANES_CONSTANTS;
    for (ky = window->kernel_height; ky > 0; --ky) {
      uint32_t before = 0; /* weights -3 and -1 */
      int32_t *word = row;
      int32_t left = window->kernel_width;
      row += row_words;
      do {
        uint32_t even = ofa_planes_even(*stream);
        uint32_t odd = ofa_planes_odd(*stream++);
        word[0] = (int32_t)ofa_lows(even, odd);
        word[2] = (int32_t)ofa_highs(even, odd);
        if (odd_stride) {
          word[1] = (int32_t)(before >> 16 | even << 16);
          word[3] = (int32_t)ofa_low_high(odd, even);
          before = odd;
        } else {
          word[1] = word[0];
          word[3] = word[2];
        }
        word += 4;
        left -= 4;
      } while (left > 0);
      if (word < row) { /* an odd output's last weight is left */
        word[0] = 0;
        word[1] = (int32_t)(before >> 16);
      }
    }
    block += words;
  }
  return stream;
}

/* Where the kernel rows of the y-th of the output rows lie, for channel 0. */
OFA_INLINE void find_rows(const ofa_planes_t *planes, int32_t y,
                          const uint32_t **rows) {
  int32_t row = y * planes->window->stride_height; /* of the padded image */
  int32_t loaded = (planes->next_row - planes->top) >> 1;
  const uint32_t *pair =
      planes->next - (loaded - (row >> 1)) * planes->slot_words;
  int32_t ky;
  if (pair < planes->ring)
    pair += planes->ring_end - planes->ring;
  for (ky = planes->window->kernel_height; ky > 0; --ky, ++row) {
    *rows++ = pair + (row & 1);
    if (row & 1) {
      pair += planes->slot_words;
      if (pair == planes->ring_end)
        pair = planes->ring;
    }
  }
  *rows = NULL;
}

OFA_OUTLINE void layer(const ofa_planes_params_t *params, int32_t first,
                       int32_t count, const int8_t *input, int32_t in_rows,
                       int8_t *output, int32_t out_rows, int32_t *scratch,
                       row_t dense, row_t apart) {
  const ofa_window_t *window = &params->window;
  const int32_t *stream = params->stream;
  const uint32_t *rows[OFA_MAX_KERNEL + 1];
  int32_t stride = window->stride_width;
  int32_t words =
      6 + 2 * window->kernel_height * (window->kernel_width / 2 + 1);
  int32_t channel;
  run_t run;
  ofa_planes_t planes;
  run.rows = rows;
  run.count = stride & 1 ? window->kernel_width / 2 + 1
                         : (window->kernel_width + 1) / 2;
  run.next1 = (stride >> 1) * OFA_PLANES_STEP_BYTES;
  run.next2 = stride * OFA_PLANES_STEP_BYTES;
  run.four = 2 * run.next2;
  run.pixel = window->out_channels;
  const ofa_planes_output_t place =
      ofa_planes_place(window, output, out_rows, first);
  ofa_planes_begin(&planes, params, first, count, in_rows, 4,
                   (uint32_t *)scratch + 4 * words);
  for (channel = 0; channel < window->out_channels; channel += 4) {
    int8_t *row = place.row + channel;
    int32_t y;
    ofa_planes_group(&planes, input, channel);
    stream = load_blocks(window, stream, scratch, words);
    for (y = 0; y < count; ++y) {
      int32_t last =
          y * window->stride_height + planes.top + window->kernel_height;
      int32_t c;
      while (planes.next_row < last)
        ofa_planes_load_pair(&planes);
      find_rows(&planes, y, rows);
      for (c = 0; c < planes.channels; ++c) {
        run.block = scratch + c * words;
        run.offset = c * 8;
        run.output = row + c;
        run.left = window->out_width;
        if (stride == 1)
          dense(&run);
        else
          apart(&run);
      }
      if (params->activation_min > -128 || params->activation_max < 127)
        ofa_planes_clamp(params, row, window->out_width, planes.channels);
      row += place.step;
    }
  }
}

#define LAYER(name)                                                            \
  OFA_INLINE void layer_##name(const ofa_planes_params_t *params, int32_t y,   \
                               int32_t count, const int8_t *input,             \
                               int32_t in_rows, int8_t *output,                \
                               int32_t out_rows, int32_t *scratch) {           \
    layer(params, y, count, input, in_rows, output, out_rows, scratch,         \
          row_DENSE_##name, row_APART_##name);                                 \
  }                                                                            \
  OFA_PLANES_ENTRY(, name, layer_##name)

LAYER(single)
LAYER(double)
