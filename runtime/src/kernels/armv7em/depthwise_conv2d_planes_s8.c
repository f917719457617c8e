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
 * A channel's block: bias, then the weights row by row: words (w0, w1), (0,
 * w0), (w2, w3), (w1, w2) ...; with an even stride (w0, w1) twice and so on;
 * then multiplier, start and right.
 */

/* An output row of a group. The assembly reads the fields in this order. */
typedef struct run {
  const int32_t *block;        /* of a channel: changes, as others */
  const uint32_t *const *rows; /* kernel rows of channel 0, then NULL */
  int32_t end;                 /* `offset` behind the last output */
  int32_t pixel;               /* bytes to the next output pixel */
  uint32_t entry;              /* assembly: where the loop is entered */
  int8_t *output;              /* of a channel */
  int32_t offset;              /* bytes from channel 0 to it, and column */
  int32_t channels;            /* from it on */
  int32_t block_bytes;
  int32_t count; /* pairs of words of a kernel row */
  int32_t next1; /* bytes from the first output's column to the second one's */
  int32_t next2; /* to the third one's */
  int32_t four;  /* to the fifth one's */
  uint32_t saved[5]; /* assembly: r7, which may be a frame pointer; a step's
                        output and offset; what follows a dense row; where the
                        first one is entered */
} run_t;

#if OFA_DSP_ASM

/* clang-format off */
/* Rows are added by one of these, from r1 on in r12, with weights in r3; r7 and
 * lr are the output and the offset. With stride 1 each word of input serves all
 * four outputs, and two of weights have 24 bytes of code; else they are read
 * apart. */
#define DENSE_WORD(here, after)                                                \
  "ldrd r4, r5, [r3], #8\n\t"                                                  \
  "ldr " after ", [r1], #32\n\t"                                               \
  "smlad r8, " here ", r4, r8\n\t"                                             \
  "smlad r9, " here ", r5, r9\n\t"                                             \
  "smlad r10, " after ", r4, r10\n\t"                                          \
  "smlad r11, " after ", r5, r11\n\t"
/* The first word of the first row: sums begin with the bias in r8. */
#define ROWS_DENSE                                                             \
  "add r1, r1, lr\n\t"                                                         \
  "ldr r6, [r1], #32\n\t"                                                      \
  "ldrd r4, r5, [r3], #8\n\t"                                                  \
  "ldr r2, [r1], #32\n\t"                                                      \
  "smlad r9, r6, r5, r8\n\t"                                                   \
  "smlad r10, r2, r4, r8\n\t"                                                  \
  "smlad r11, r2, r5, r8\n\t"                                                  \
  "smlad r8, r6, r4, r8\n\t"                                                   \
  "mov r6, r2\n\t"                                                             \
  "ldr pc, [r0, #68]\n\t"                                                      \
  "2: add r1, r1, lr\n\t"                                                      \
  "ldr r6, [r1], #32\n\t"                                                      \
  "mov r2, r6\n\t"                                                             \
  "ldr pc, [r0, #16]\n\t"                                                      \
  ".balign 4\n\t"                                                              \
  ".rept 5\n\t" DENSE_WORD("r6", "r2") DENSE_WORD("r2", "r6") ".endr\n\t"      \
  "3: ldr pc, [r0, #64]\n\t"                                                   \
  "6: ldr r1, [r12], #4\n\t"                                                   \
  "cmp r1, #0\n\t"                                                             \
  "bne 2b\n\t"
#define AFTER_DENSE "6f"
#define FOUR_DENSE "add lr, lr, #64\n\t"
#define ROWS_APART                                                             \
  "mov r9, r8\n\t"                                                             \
  "mov r10, r8\n\t"                                                            \
  "mov r11, r8\n\t"                                                            \
  "strd r7, lr, [r0, #56]\n\t"                                                 \
  "2: ldr r4, [r0, #60]\n\t"                                                   \
  "ldrd r7, lr, [r0, #36]\n\t"                                                 \
  "ldr r2, [r0, #44]\n\t"                                                      \
  "add r1, r1, r4\n\t"                                                         \
  "add r2, r2, r1\n\t"                                                         \
  "3: ldrd r4, r5, [r3], #8\n\t"                                               \
  "ldr r6, [r1, lr]\n\t"                                                       \
  "smlad r9, r6, r5, r9\n\t"                                                   \
  "ldr r6, [r1], #32\n\t"                                                      \
  "smlad r8, r6, r4, r8\n\t"                                                   \
  "ldr r6, [r2, lr]\n\t"                                                       \
  "smlad r11, r6, r5, r11\n\t"                                                 \
  "ldr r6, [r2], #32\n\t"                                                      \
  "smlad r10, r6, r4, r10\n\t"                                                 \
  "subs r7, r7, #1\n\t"                                                        \
  "bne 3b\n\t"                                                                 \
  "ldr r1, [r12], #4\n\t"                                                      \
  "cmp r1, #0\n\t"                                                             \
  "bne 2b\n\t"                                                                 \
  "ldrd r7, lr, [r0, #56]\n\t"                                                 \
  "ldr r4, [r0, #48]\n\t"
#define AFTER_APART "7f"
#define FOUR_APART "add lr, lr, r4\n\t"

#define CHANNELS(kind, rounding)                                               \
  "str r7, [r0, #52]\n\t"                                                      \
  "ldr r1, [r0, #36]\n\t"                                                      \
  "adr r2, 3f\n\t"                                                             \
  "add r1, r1, r1, lsl #1\n\t"                                                 \
  "sub r2, r2, r1, lsl #3\n\t"                                                 \
  "orr r2, r2, #1\n\t"                                                         \
  "str r2, [r0, #16]\n\t"                                                      \
  "add r2, r2, #24\n\t"                                                        \
  "str r2, [r0, #68]\n\t"                                                      \
  "ldr r1, [r0, #4]\n\t"                                                       \
  "ldr r1, [r1, #4]\n\t"                                                       \
  "adr r2, 7f\n\t"                                                             \
  "cbz r1, 8f\n\t"                                                             \
  "adr r2, " AFTER_##kind "\n\t"                                               \
  "8: orr r2, r2, #1\n\t"                                                      \
  "str r2, [r0, #64]\n\t"                                                      \
  "0: ldrd r7, lr, [r0, #20]\n\t"                                              \
  "1: ldm r0, {r3, r12}\n\t"                                                   \
  "ldr r8, [r3], #4\n\t"                                                       \
  "ldr r1, [r12], #4\n\t" ROWS_##kind                                          \
  "7: ldm r3, {r1, r2, r3}\n\t" FOUR_##kind                                     \
  OFA_PLANES_FINISH_##rounding("r8", "r1", "r2", "r3", "r4")                   \
  OFA_PLANES_FINISH_##rounding("r9", "r1", "r2", "r3", "r4")                   \
  OFA_PLANES_FINISH_##rounding("r10", "r1", "r2", "r3", "r4")                  \
  OFA_PLANES_FINISH_##rounding("r11", "r1", "r2", "r3", "r4")                  \
  "ldrd r4, r5, [r0, #8]\n\t"                                                  \
  "strb r8, [r7]\n\t"                                                          \
  "subs r4, r4, lr\n\t"                                                        \
  "blt 4f\n\t"                                                                 \
  "strb r9, [r7, r5]\n\t"                                                      \
  "add r7, r7, r5, lsl #1\n\t"                                                 \
  "strb r10, [r7]\n\t"                                                         \
  "strb r11, [r7, r5]\n\t"                                                     \
  "add r7, r7, r5, lsl #1\n\t"                                                 \
  "bne 1b\n\t"                                                                 \
  "b 5f\n\t"                                                                   \
  "4: ldr r6, [r0, #44]\n\t"                                                   \
  "adds r4, r4, r6\n\t"                                                        \
  "blt 5f\n\t"                                                                 \
  "strb r9, [r7, r5]\n\t"                                                      \
  "beq 5f\n\t"                                                                 \
  "add r7, r7, r5, lsl #1\n\t"                                                 \
  "strb r10, [r7]\n\t"                                                         \
  "5: ldm r0, {r1, r2, r3}\n\t"                                                \
  "add r3, r3, #8\n\t"                                                         \
  "str r3, [r0, #8]\n\t"                                                       \
  "add r3, r0, #20\n\t"                                                        \
  "ldm r3, {r4, r5, r6, r7}\n\t"                                               \
  "add r1, r1, r7\n\t"                                                         \
  "str r1, [r0]\n\t"                                                           \
  "add r4, r4, #1\n\t"                                                         \
  "add r5, r5, #8\n\t"                                                         \
  "subs r6, r6, #1\n\t"                                                        \
  "stm r3, {r4, r5, r6}\n\t"                                                   \
  "bne 0b\n\t"                                                                 \
  "ldr r7, [r0, #52]"

/* clang-format on */

#define ROW(kind, name, rounding)                                              \
  OFA_OUTLINE void row_##kind##_##name(run_t *run) {                           \
    register run_t *r0 __asm__("r0") = run;                                    \
    __asm__ volatile(CHANNELS(kind, rounding)                                  \
                     : "+r"(r0)                                                \
                     :                                                         \
                     : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10",  \
                       "r11", "r12", "lr", "cc", "memory");                    \
  }

#else

OFA_INLINE void channel_row(const run_t *run, const int32_t *block,
                            int32_t offset, int8_t *output, int rounding) {
  int32_t left = (run->end - run->offset) / (run->next2 / 2);
  int32_t i;
  for (i = 0; i < left; ++i) {
    int32_t first = (offset + (i / 4) * run->four + (i / 2 % 2) * run->next2 +
                     (i % 2) * run->next1) /
                    4;
    const uint32_t *w = (const uint32_t *)block + 1;
    const uint32_t *const *row;
    uint32_t sum = (uint32_t)*block;
    for (row = run->rows; *row; ++row) {
      int32_t n;
      for (n = 0; n < run->count; ++n, w += 2)
        sum = ofa_dot(sum, (*row)[first + n * OFA_PLANES_PAIR], w[i % 2]);
    }
    ofa_planes_finish(sum, (const int32_t *)w, output + i * run->pixel,
                      rounding);
  }
}

#define ROW(kind, name, rounding)                                              \
  OFA_OUTLINE void row_##kind##_##name(run_t *run) {                           \
    int32_t c;                                                                 \
    for (c = 0; c < run->channels; ++c)                                        \
      channel_row(run, run->block + c * (run->block_bytes / 4),                \
                  run->offset + c * 8, run->output + c, rounding);             \
  }

#endif

typedef void (*row_t)(run_t *run);

ROW(DENSE, single, 0)
ROW(DENSE, double, 1)
ROW(APART, single, 0)
ROW(APART, double, 1)

/* The words of a kernel row whose weights are the stream's up to `end`. Returns
 * the last one. */
OFA_INLINE uint32_t load_row(const int32_t *stream, const int32_t *end,
                             int32_t *word, int odd_stride) {
  uint32_t before = 0; /* weight -1, in the low half */
  do {
    uint32_t even = ofa_planes_even((uint32_t)*stream);
    uint32_t odd = ofa_planes_odd((uint32_t)*stream++);
    word[0] = (int32_t)ofa_lows(even, odd);
    word[1] = odd_stride ? (int32_t)ofa_lows(before, even) : word[0];
    word[2] = (int32_t)ofa_highs(even, odd);
    word[3] = odd_stride ? (int32_t)ofa_low_high(odd, even) : word[2];
    before = odd >> 16;
    word += 4;
  } while (stream != end);
  return before;
}

/* The blocks of a group. A row's last pair of words may be one too many: what
 * follows is written later. */
OFA_OUTLINE const int32_t *load_blocks(const ofa_window_t *window,
                                       const int32_t *stream, int32_t start,
                                       int32_t *block, int32_t words) {
  int odd_stride = window->stride_width & 1;
  int32_t row_stream = (window->kernel_width + 3) / 4;
  int32_t row_words = odd_stride ? (window->kernel_width / 2 + 1) * 2
                                 : (window->kernel_width + 1) / 2 * 2;
  const int32_t *group = stream;
  int32_t c;
  stream += OFA_PLANES_CONSTANTS;
  for (c = 0; c < 4; ++c) {
    int32_t shift = ofa_planes_shift(group, c);
    int32_t *row = block + 1;
    int32_t ky;
    block[0] = group[2 * c];
    for (ky = window->kernel_height; ky > 0; --ky) {
      const int32_t *next = stream + row_stream;
      if (odd_stride) {
        uint32_t last = load_row(stream, next, row, 1);
        if (row_words > 4 * row_stream) { /* An odd output's is left. */
          row[row_words - 2] = 0;
          row[row_words - 1] = (int32_t)last;
        }
      } else {
        load_row(stream, next, row, 0);
      }
      stream = next;
      row += row_words;
    }
    row[OFA_PLANES_MULTIPLIER] = group[2 * c + 1];
    row[OFA_PLANES_START] = start * (1 << shift);
    row[OFA_PLANES_RIGHT] = shift + 1;
    block += words;
  }
  return stream;
}

/* The only output of a row of a group: what load_blocks does for more of them
 * would take longer. Returns the stream behind the group. */
OFA_OUTLINE const int32_t *make_single(const run_t *run, const int32_t *stream,
                                       int32_t row_stream, int32_t start,
                                       int rounding) {
  const int32_t *constants = stream;
  uint32_t shifts = (uint32_t)stream[OFA_PLANES_SHIFTS];
  int32_t offset = run->offset / 4;
  int32_t c;
  stream += OFA_PLANES_CONSTANTS;
  for (c = 0; c < 4; ++c, constants += 2, shifts >>= 8) {
    const uint32_t *const *row;
    uint32_t sum = 0;
    for (row = run->rows; *row; ++row) {
      const uint32_t *x = *row + offset + 2 * c;
      const int32_t *end = stream + row_stream;
      for (; stream != end; x += 2 * OFA_PLANES_PAIR) {
        uint32_t even = ofa_even_bytes((uint32_t)*stream);
        uint32_t odd = ofa_odd_bytes((uint32_t)*stream++);
        sum = ofa_dot(sum, x[0], ofa_lows(even, odd));
        sum = ofa_dot(sum, x[OFA_PLANES_PAIR], ofa_highs(even, odd));
      }
    }
    if (c < run->channels) {
      int32_t shift = (int32_t)(shifts & 255u);
      run->output[c] = ofa_requantize_doubled(
          (int32_t)(2 * sum) + constants[0], constants[1],
          start * (1 << shift), shift + 1, rounding);
    }
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
                       row_t dense, row_t apart, int rounding) {
  const ofa_window_t *window = &params->window;
  const int32_t *stream = params->stream;
  const uint32_t *rows[OFA_MAX_KERNEL + 1];
  int32_t stride = window->stride_width;
  int32_t row_stream = (window->kernel_width + 3) / 4;
  int32_t start = ofa_start(params->output_zero_point);
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
  run.block_bytes = words * 4;
  const ofa_planes_output_t place =
      ofa_planes_place(window, output, out_rows, first);
  ofa_planes_begin(&planes, params, first, count, in_rows, 4,
                   (uint32_t *)scratch + 4 * words);
  for (channel = 0; channel < window->out_channels; channel += 4) {
    int8_t *row = place.row + channel;
    const int32_t *next = stream;
    int32_t y;
    ofa_planes_group(&planes, input, channel);
    if (window->out_width > 1)
      next = load_blocks(window, stream, start, scratch, words);
    for (y = 0; y < count; ++y) {
      int32_t last =
          y * window->stride_height + planes.top + window->kernel_height;
      while (planes.next_row < last)
        ofa_planes_load_pair(&planes);
      find_rows(&planes, y, rows);
      run.block = scratch;
      run.offset = planes.skipped * 8;
      run.end = run.offset + window->out_width * stride * 16;
      run.output = row;
      run.channels = planes.channels;
      if (window->out_width == 1)
        next = make_single(&run, stream, row_stream, start, rounding);
      else if (stride == 1)
        dense(&run);
      else
        apart(&run);
      if (params->activation_min > -128 || params->activation_max < 127)
        ofa_planes_clamp(params, row, window->out_width, planes.channels);
      row += place.step;
    }
    stream = next;
  }
}

#define LAYER(name, rounding)                                                  \
  OFA_INLINE void layer_##name(const ofa_planes_params_t *params, int32_t y,   \
                               int32_t count, const int8_t *input,             \
                               int32_t in_rows, int8_t *output,                \
                               int32_t out_rows, int32_t *scratch) {           \
    layer(params, y, count, input, in_rows, output, out_rows, scratch,         \
          row_DENSE_##name, row_APART_##name, rounding);                       \
  }                                                                            \
  OFA_PLANES_ENTRY(, name, layer_##name)

LAYER(single, OFA_ROUND_SINGLE)
LAYER(double, OFA_ROUND_DOUBLE)
