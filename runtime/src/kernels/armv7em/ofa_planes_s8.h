/*===- ofa_planes_s8.h - Channel planes of a depthwise layer ------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/armv7em. Four channels of a few input rows as
 * 16-bit numbers with their border, so that SMLAD multiplies two columns.
 *
 * Rows come in pairs, pair t being rows top + 2t and the one below, where `top` is
 * the first one that the first output row reads, before clipping. The
 * last `pairs` pairs lie in a ring; word (j * 4 + c) * 2 + r of a pair holds
 * columns 2j - pad_left and the next one of row r, channel c. So one LDRD loads
 * both rows, and one STM stores all that two columns of both rows give.
 *
 * Scratch is a block of constants for each channel of the group, then the ring.
 * Weights are doubled when they are copied there: sums come out doubled, as
 * requantisation wants them.
 */
#ifndef OFA_PLANES_S8_H
#define OFA_PLANES_S8_H

#include "ofa_dsp.h"
#include "ofa_kernels_dsp.h"

#define OFA_PLANES_PAIR 8        /* words of two columns, rows and 4 channels */
#define OFA_PLANES_STEP_BYTES 32 /* the same in bytes */
/* In the stream of four channels. */
#define OFA_PLANES_SHIFTS 8    /* the word of their shifts */
#define OFA_PLANES_CONSTANTS 9 /* words before their weights */

typedef ofa_depthwise_conv2d_planes_s8_params_t ofa_planes_params_t;

/* What ofa_planes_transpose reads. */
typedef struct ofa_planes_job {
  const int8_t *row0; /* first image column */
  const int8_t *row1;
  uint32_t *words; /* of that column's pair */
  int32_t depth;
  uint32_t border;     /* four bytes of zero point */
  int32_t left_mixed;  /* the first column shares its pair with the border */
  uint32_t *end;       /* behind the pairs that lie inside the image */
  int32_t right_mixed; /* the last column shares its pair, too */
  uint32_t pushed[2];  /* stands for what it pushes, where frames are counted */
} ofa_planes_job_t;

typedef struct ofa_planes {
  const ofa_window_t *window;
  const int8_t *input; /* of the group's first channel */
  int32_t row_bytes;
  int32_t in_rows; /* that `input` holds: row y at place y modulo in_rows */
  int32_t wrap;    /* a row that lies at place 0 */
  int32_t top;
  int32_t channels;  /* of the group */
  int32_t offset[4]; /* bytes from `input` to each channel, if not adjacent */
  int32_t adjacent;
  int32_t skipped; /* channels before those of the group in the ring */
  uint32_t *ring;
  uint32_t *ring_end;
  int32_t slot_words;  /* of a pair of rows */
  int32_t first_words; /* of the columns before the first one of the image */
  int32_t inner_words; /* of those inside, but for a mixed one on the right */
  int32_t last_row;    /* the last one that an output reads */
  int32_t next_row;    /* the upper one of the next pair */
  uint32_t *next;      /* where that pair goes */
  uint32_t fast_rows;  /* the upper rows of pairs that are loaded fast */
  ofa_planes_job_t job;
} ofa_planes_t;

/* Columns 2j and 2j + 1 of four channels to the words of row r. */
OFA_INLINE void ofa_planes_store(uint32_t *words, int32_t r, uint32_t left,
                                 uint32_t right) {
  uint32_t left02 = ofa_even_bytes(left);
  uint32_t left13 = ofa_odd_bytes(left);
  uint32_t right02 = ofa_even_bytes(right);
  uint32_t right13 = ofa_odd_bytes(right);
  words[r] = ofa_lows(left02, right02);
  words[r + 2] = ofa_lows(left13, right13);
  words[r + 4] = ofa_highs(left02, right02);
  words[r + 6] = ofa_highs(left13, right13);
}

#if OFA_DSP_ASM
/* clang-format off */
/* Two columns of two rows: r6, r12 are row 0, r7, r9 row 1. */
#define OFA_PLANES_TRANSPOSE                                                   \
  "sxtb16 r4, r6\n\t"                                                          \
  "sxtb16 r6, r6, ror #8\n\t"                                                  \
  "sxtb16 r10, r12\n\t"                                                        \
  "sxtb16 r12, r12, ror #8\n\t"                                                \
  "pkhtb r8, r10, r4, asr #16\n\t"                                             \
  "pkhbt r4, r4, r10, lsl #16\n\t"                                             \
  "pkhtb r10, r12, r6, asr #16\n\t"                                            \
  "pkhbt r6, r6, r12, lsl #16\n\t"                                             \
  "sxtb16 r5, r7\n\t"                                                          \
  "sxtb16 r7, r7, ror #8\n\t"                                                  \
  "sxtb16 r11, r9\n\t"                                                         \
  "sxtb16 r12, r9, ror #8\n\t"                                                 \
  "pkhtb r9, r11, r5, asr #16\n\t"                                             \
  "pkhbt r5, r5, r11, lsl #16\n\t"                                             \
  "pkhtb r11, r12, r7, asr #16\n\t"                                            \
  "pkhbt r7, r7, r12, lsl #16\n\t"                                             \
  "stm r3!, {r4-r11}\n\t"
/* Two columns of one row: registers c1 and r12 to c0, c1, c2, c3; the words of
 * the other row stay in the other four of r4 to r11. */
#define OFA_PLANES_TRANSPOSE_ONE(c0, c1, c2, c3)                               \
  "sxtb16 " c0 ", " c1 "\n\t"                                                  \
  "sxtb16 " c1 ", " c1 ", ror #8\n\t"                                          \
  "sxtb16 " c3 ", r12\n\t"                                                     \
  "sxtb16 r12, r12, ror #8\n\t"                                                \
  "pkhtb " c2 ", " c3 ", " c0 ", asr #16\n\t"                                  \
  "pkhbt " c0 ", " c0 ", " c3 ", lsl #16\n\t"                                  \
  "pkhtb " c3 ", r12, " c1 ", asr #16\n\t"                                     \
  "pkhbt " c1 ", " c1 ", r12, lsl #16\n\t"                                     \
  "stm r3!, {r4-r11}\n\t"
/* All columns of one row, border in the other one; r0 is the job. */
#define OFA_PLANES_ONE_ROW(c0, c1, c2, c3, d0, d1, d2, d3)                     \
  "push {r0, r7}\n\t"                                                          \
  "ldm r0, {r1-r6, lr}\n\t"                                                    \
  "mov r0, r4\n\t"                                                             \
  "mov r2, r5\n\t"                                                             \
  "mov r12, r6\n\t"                                                            \
  "sxtb16 " d0 ", r5\n\t"                                                      \
  "mov " d1 ", " d0 "\n\t"                                                     \
  "mov " d2 ", " d0 "\n\t"                                                     \
  "mov " d3 ", " d0 "\n\t"                                                     \
  "cmp r12, #0\n\t"                                                            \
  "beq 1f\n\t"                                                                 \
  "mov " c1 ", r2\n\t"                                                         \
  "ldr r12, [r1]\n\t"                                                          \
  "add r1, r1, r0\n\t" OFA_PLANES_TRANSPOSE_ONE(c0, c1, c2, c3)                \
  "1: cmp r3, lr\n\t"                                                          \
  "beq 3f\n\t"                                                                 \
  "2: ldr " c1 ", [r1]\n\t"                                                    \
  "ldr r12, [r1, r0]\n\t"                                                      \
  "add r1, r1, r0, lsl #1\n\t" OFA_PLANES_TRANSPOSE_ONE(c0, c1, c2, c3)        \
  "cmp r3, lr\n\t"                                                             \
  "bne 2b\n\t"                                                                 \
  "3: ldr lr, [sp]\n\t"                                                        \
  "ldr lr, [lr, #28]\n\t"                                                      \
  "cmp lr, #0\n\t"                                                             \
  "beq 4f\n\t"                                                                 \
  "mov r12, r2\n\t"                                                            \
  "ldr " c1 ", [r1]\n\t" OFA_PLANES_TRANSPOSE_ONE(c0, c1, c2, c3)              \
  "4: pop {r0, r7}"
/* clang-format on */
#endif

/* The image columns of two rows, four adjacent channels. */
OFA_OUTLINE void ofa_planes_transpose(const ofa_planes_job_t *job) {
#if OFA_DSP_ASM
  register const ofa_planes_job_t *r0 __asm__("r0") = job;
  __asm__ volatile("push {r0, r7}\n\t"
                   "ldm r0, {r1-r6, lr}\n\t"
                   "mov r0, r4\n\t"
                   "cbz r6, 1f\n\t"
                   "mov r6, r5\n\t"
                   "mov r7, r5\n\t"
                   "ldr r12, [r1]\n\t"
                   "ldr r9, [r2]\n\t"
                   "add r1, r1, r0\n\t"
                   "add r2, r2, r0\n\t" OFA_PLANES_TRANSPOSE "1: cmp r3, lr\n\t"
                   "beq 3f\n\t"
                   "2: ldr r6, [r1]\n\t"
                   "ldr r12, [r1, r0]\n\t"
                   "ldr r7, [r2]\n\t"
                   "ldr r9, [r2, r0]\n\t"
                   "add r1, r1, r0, lsl #1\n\t"
                   "add r2, r2, r0, lsl #1\n\t" OFA_PLANES_TRANSPOSE
                   "cmp r3, lr\n\t"
                   "bne 2b\n\t"
                   "3: ldr r4, [sp]\n\t"
                   "ldr r5, [r4, #28]\n\t"
                   "cbz r5, 4f\n\t"
                   "ldr r12, [r4, #16]\n\t"
                   "mov r9, r12\n\t"
                   "ldr r6, [r1]\n\t"
                   "ldr r7, [r2]\n\t" OFA_PLANES_TRANSPOSE "4: pop {r0, r7}"
                   : "+r"(r0)
                   :
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10",
                     "r11", "r12", "lr", "cc", "memory");
#else
  uint32_t *words = job->words;
  int32_t offset = 0;
  if (job->left_mixed) {
    ofa_planes_store(words, 0, job->border, ofa_load4(job->row0));
    ofa_planes_store(words, 1, job->border, ofa_load4(job->row1));
    offset = job->depth;
    words += OFA_PLANES_PAIR;
  }
  for (; words != job->end; words += OFA_PLANES_PAIR) {
    int32_t next = offset + job->depth;
    ofa_planes_store(words, 0, ofa_load4(job->row0 + offset),
                     ofa_load4(job->row0 + next));
    ofa_planes_store(words, 1, ofa_load4(job->row1 + offset),
                     ofa_load4(job->row1 + next));
    offset = next + job->depth;
  }
  if (job->right_mixed) {
    ofa_planes_store(words, 0, ofa_load4(job->row0 + offset), job->border);
    ofa_planes_store(words, 1, ofa_load4(job->row1 + offset), job->border);
  }
#endif
}

/* The image columns of one row, row0 of the job, and zero points as the other
 * row; the row's place in the pair is a constant. */
#if OFA_DSP_ASM
#define OFA_PLANES_TRANSPOSE_ROW(name, instructions)                           \
  OFA_OUTLINE void name(const ofa_planes_job_t *job) {                         \
    register const ofa_planes_job_t *r0 __asm__("r0") = job;                   \
    __asm__ volatile(instructions                                              \
                     : "+r"(r0)                                                \
                     :                                                         \
                     : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10",  \
                       "r11", "r12", "lr", "cc", "memory");                    \
  }
OFA_PLANES_TRANSPOSE_ROW(ofa_planes_transpose_upper,
                         OFA_PLANES_ONE_ROW("r4", "r6", "r8", "r10", "r5", "r7",
                                            "r9", "r11"))
OFA_PLANES_TRANSPOSE_ROW(ofa_planes_transpose_lower,
                         OFA_PLANES_ONE_ROW("r5", "r7", "r9", "r11", "r4", "r6",
                                            "r8", "r10"))
#else
OFA_INLINE void ofa_planes_transpose_row(const ofa_planes_job_t *job,
                                         int32_t r) {
  uint32_t border = job->border;
  uint32_t *words = job->words;
  const uint32_t *end = job->end + (job->right_mixed ? OFA_PLANES_PAIR : 0);
  int32_t offset = 0;
  for (; words != end; words += OFA_PLANES_PAIR) {
    uint32_t left = border;
    uint32_t right = border;
    if (!job->left_mixed || words != job->words) {
      left = ofa_load4(job->row0 + offset);
      offset += job->depth;
    }
    if (words != job->end) {
      right = ofa_load4(job->row0 + offset);
      offset += job->depth;
    }
    ofa_planes_store(words, r, left, right);
    ofa_planes_store(words, 1 - r, border, border);
  }
}
OFA_OUTLINE void ofa_planes_transpose_upper(const ofa_planes_job_t *job) {
  ofa_planes_transpose_row(job, 0);
}
OFA_OUTLINE void ofa_planes_transpose_lower(const ofa_planes_job_t *job) {
  ofa_planes_transpose_row(job, 1);
}
#endif

/* Any four channels of one column. */
OFA_INLINE uint32_t ofa_planes_gather(const ofa_planes_t *planes,
                                      const int8_t *pixel) {
  return (uint32_t)(uint8_t)pixel[planes->offset[0]] |
         (uint32_t)(uint8_t)pixel[planes->offset[1]] << 8 |
         (uint32_t)(uint8_t)pixel[planes->offset[2]] << 16 |
         (uint32_t)(uint8_t)pixel[planes->offset[3]] << 24;
}

/* The image columns of one row, any four channels. */
OFA_OUTLINE void ofa_planes_gather_row(const ofa_planes_t *planes,
                                       const int8_t *row, uint32_t *words,
                                       int32_t r) {
  int32_t depth = planes->window->in_channels;
  int32_t width = planes->window->in_width;
  int32_t offset = 0;
  int32_t x;
  for (x = -(planes->window->pad_left & 1); x < width; x += 2) {
    uint32_t left = planes->job.border;
    uint32_t right = planes->job.border;
    if (x >= 0) {
      left = ofa_planes_gather(planes, row + offset);
      offset += depth;
    }
    if (x + 1 < width) {
      right = ofa_planes_gather(planes, row + offset);
      offset += depth;
    }
    ofa_planes_store(words, r, left, right);
    words += OFA_PLANES_PAIR;
  }
}

/* Zero points instead of a row, in the `count` words of its image columns; a
 * last pair of columns may be begun. */
OFA_OUTLINE void ofa_planes_clear_row(uint32_t *words, int32_t count,
                                      uint32_t border) {
  do {
    words[0] = border;
    words[2] = border;
    words[4] = border;
    words[6] = border;
    words += OFA_PLANES_PAIR;
    count -= OFA_PLANES_PAIR;
  } while (count > 0);
}

/* Row y of the image. */
OFA_INLINE const int8_t *ofa_planes_find(const ofa_planes_t *planes,
                                         int32_t y) {
  int32_t place = y - planes->wrap;
  if (place < 0)
    place += planes->in_rows;
  else if (place >= planes->in_rows)
    place -= planes->in_rows;
  return planes->input + place * planes->row_bytes;
}

/* A pair of rows at the image's border, or of channels that lie apart. */
OFA_OUTLINE void ofa_planes_load_slowly(ofa_planes_t *planes, uint32_t *words,
                                        int32_t y) {
  int32_t height = planes->window->in_height;
  int32_t has0 = y >= 0 && y < height;
  int32_t has1 = y >= -1 && y + 1 < height;
  int32_t count = planes->inner_words + planes->job.right_mixed;
  uint32_t border = ofa_even_bytes(planes->job.border);
  const int8_t *row0 = has0 ? ofa_planes_find(planes, y) : NULL;
  const int8_t *row1 = has1 ? ofa_planes_find(planes, y + 1) : NULL;
  if (planes->adjacent && (has0 | has1)) {
    planes->job.row0 = has0 ? row0 : row1;
    planes->job.words = words;
    planes->job.end = words + planes->inner_words;
    if (has0)
      ofa_planes_transpose_upper(&planes->job);
    else
      ofa_planes_transpose_lower(&planes->job);
    return;
  }
  if (has0)
    ofa_planes_gather_row(planes, row0, words, 0);
  if (has1)
    ofa_planes_gather_row(planes, row1, words, 1);
  if (!has0 && y <= planes->last_row)
    ofa_planes_clear_row(words, count, border);
  if (!has1 && y < planes->last_row)
    ofa_planes_clear_row(words + 1, count, border);
}

/* The next pair of rows. */
OFA_OUTLINE void ofa_planes_load_pair(ofa_planes_t *planes) {
  uint32_t *words = planes->next + planes->first_words;
  int32_t y = planes->next_row;
  planes->next_row = y + 2;
  planes->next += planes->slot_words;
  if (planes->next == planes->ring_end)
    planes->next = planes->ring;
  if ((uint32_t)y < planes->fast_rows) {
    planes->job.row0 = ofa_planes_find(planes, y);
    planes->job.row1 = ofa_planes_find(planes, y + 1);
    planes->job.words = words;
    planes->job.end = words + planes->inner_words;
    ofa_planes_transpose(&planes->job);
  } else {
    ofa_planes_load_slowly(planes, words, y);
  }
}

/* Output rows y to y + count - 1 with their ring, which becomes all border. */
OFA_INLINE void ofa_planes_begin(ofa_planes_t *planes,
                                 const ofa_planes_params_t *params, int32_t y,
                                 int32_t count, int32_t in_rows, int32_t step,
                                 uint32_t *ring) {
  const ofa_window_t *window = &params->window;
  uint32_t border = (uint32_t)(uint8_t)params->input_zero_point;
  uint32_t halves;
  planes->window = window;
  planes->row_bytes = (int32_t)window->in_width * window->in_channels;
  planes->job.border = border * 0x01010101u;
  planes->slot_words =
      OFA_PLANES_S8_COLUMNS(*window, step) / 2 * OFA_PLANES_PAIR;
  planes->ring = ring;
  planes->ring_end =
      ring + (window->kernel_height / 2 + 1) * planes->slot_words;
  planes->in_rows = in_rows;
  planes->top = y * window->stride_height - window->pad_top;
  planes->wrap = ofa_max(planes->top, 0);
  if (planes->wrap >= in_rows)
    planes->wrap += in_rows - 1 - (planes->wrap - 1) % in_rows;
  else if (planes->wrap > 0)
    planes->wrap = in_rows;
  planes->last_row = planes->top + (count - 1) * window->stride_height +
                     window->kernel_height - 1;
  planes->job.depth = window->in_channels;
  planes->job.left_mixed = window->pad_left & 1;
  planes->job.right_mixed = (window->in_width - planes->job.left_mixed) & 1;
  planes->first_words = (window->pad_left >> 1) * OFA_PLANES_PAIR;
  planes->inner_words =
      ((window->in_width + planes->job.left_mixed) >> 1) * OFA_PLANES_PAIR;
  halves = ofa_even_bytes(planes->job.border);
  for (; ring != planes->ring_end; ring += 4)
    ring[0] = ring[1] = ring[2] = ring[3] = halves;
}

/* The group of four output channels that begins at `channel`; the last one may
 * have fewer: with those before it, there are four adjacent ones, too. */
OFA_INLINE void ofa_planes_group(ofa_planes_t *planes, const int8_t *input,
                                 int32_t channel) {
  const ofa_window_t *window = planes->window;
  planes->channels = ofa_min(window->out_channels - channel, 4);
  planes->next_row = planes->top;
  planes->next = planes->ring;
  planes->skipped = 0;
  planes->adjacent = 0;
  if (window->in_channels == window->out_channels &&
      window->out_channels >= 4) {
    planes->skipped = 4 - planes->channels;
    planes->input = input + channel - planes->skipped;
    planes->adjacent = 1;
  } else {
    int32_t factor = window->out_channels / window->in_channels;
    int32_t c;
    planes->input = input;
    for (c = 0; c < 4; ++c)
      planes->offset[c] =
          ofa_min(channel + c, window->out_channels - 1) / factor;
  }
  planes->fast_rows = planes->adjacent ? (uint32_t)window->in_height - 1u : 0u;
}

/* Both halves times 2^n, which fit. */
OFA_INLINE uint32_t ofa_planes_scale(uint32_t x, int32_t n) {
  return ofa_lows(x << n, x >> 16 << n);
}

/* Four bytes of the weights, from any one on. */
OFA_INLINE uint32_t ofa_planes_bytes(const int32_t *weights, int32_t byte) {
#if OFA_DSP_ASM && defined(__ARM_FEATURE_UNALIGNED)
  uint32_t word;
  memcpy(&word, (const char *)weights + byte, 4);
  return word;
#else
  const uint32_t *words = (const uint32_t *)weights + byte / 4;
  int32_t skipped = byte % 4 * 8;
  return skipped ? words[0] >> skipped | words[1] << (32 - skipped) : words[0];
#endif
}

/* A channel's shift, of four in a word. */
OFA_INLINE int32_t ofa_planes_shift(const int32_t *stream, int32_t channel) {
#if OFA_DSP_ASM
  return ((const uint8_t *)(stream + OFA_PLANES_SHIFTS))[channel];
#else
  return (int32_t)((uint32_t)stream[OFA_PLANES_SHIFTS] >> (8 * channel) & 255u);
#endif
}

/* Weights 0 and 2, or 1 and 3, of four in a word, doubled. */
OFA_INLINE uint32_t ofa_planes_even(uint32_t bytes) {
  return ofa_double_halves(ofa_even_bytes(bytes));
}
OFA_INLINE uint32_t ofa_planes_odd(uint32_t bytes) {
  return ofa_double_halves(ofa_odd_bytes(bytes));
}

/* Where constants lie in a block, from its word `constants` on. */
enum {
  OFA_PLANES_MULTIPLIER,
  OFA_PLANES_START,
  OFA_PLANES_RIGHT,
  OFA_PLANES_PIXEL, /* bytes to the next output pixel */
  OFA_PLANES_END,   /* assembly: that of the run, for this channel */
  OFA_PLANES_ROW,   /* bytes to the next output row, 0 in a last odd row */
  OFA_PLANES_RUN    /* assembly: the run's address */
};

/* Steps of all channels of a group, channel by channel. */
typedef struct ofa_planes_run {
  const uint32_t *pair0; /* changes from channel to channel, as the next ones */
  const uint32_t *pair1;
  int8_t *output;
  const uint32_t *end; /* pair0 after the last step */
  int32_t channels;
  int32_t odd;       /* one more column behind the steps */
  int32_t pixel;     /* bytes to the next output pixel */
  int32_t steps;     /* for the C meaning */
  uint32_t saved;    /* room for r7, which may be a frame pointer */
} ofa_planes_run_t;

/* Roundings of some groups, one instruction less than the general ones. FIXED:
 * single, all right shifts brought to OFA_PLANES_FIXED_RIGHT by larger weights,
 * biases and starts. RELU: double, with output zero point -128, where negative
 * sums end at -128 whether or not one more is subtracted. */
#define OFA_PLANES_FIXED 2
#define OFA_PLANES_RELU 3
#define OFA_PLANES_FIXED_RIGHT 12

#if OFA_DSP_ASM
/* clang-format off */
/* Requantises register y; `spare` is overwritten in the double rounding. */
#define OFA_PLANES_FINISH_0(y, multiplier, start, right, spare)                \
  "smmla " y ", " y ", " multiplier ", " start "\n\t"                          \
  "asr " y ", " y ", " right "\n\t"                                            \
  "ssat " y ", #8, " y "\n\t"
#define OFA_PLANES_FINISH_1(y, multiplier, start, right, spare)                \
  "add " spare ", " start ", " y ", asr #31\n\t"                               \
  "smmlar " y ", " y ", " multiplier ", " spare "\n\t"                         \
  "asr " y ", " y ", " right "\n\t"                                            \
  "ssat " y ", #8, " y "\n\t"
#define OFA_PLANES_FINISH_2(y, multiplier, start, right, spare)                \
  "smmla " y ", " y ", " multiplier ", " start "\n\t"                          \
  "ssat " y ", #8, " y ", asr #12\n\t"
#define OFA_PLANES_FINISH_3(y, multiplier, start, right, spare)                \
  "smmlar " y ", " y ", " multiplier ", " start "\n\t"                         \
  "asr " y ", " y ", " right "\n\t"                                            \
  "ssat " y ", #8, " y "\n\t"

#define OFA_PLANES_TEXT_OF(x) #x
#define OFA_PLANES_TEXT(x) OFA_PLANES_TEXT_OF(x)

/* Between these two the steps of a channel, in a loop, with its block in r0,
 * pair0 in r1, pair1 in r2 and the output in r3; on entry the first block and
 * the run are in r0 and r1. `constants` and `block` are numbers of words. */
#define OFA_PLANES_RUN_BEGIN(constants)                                        \
  "str r7, [r1, #32]\n\t"                                                      \
  "ldm r1, {r1, r2, r3, r5}\n\t"                                               \
  "2: str r5, [r0, #(" OFA_PLANES_TEXT(constants) " + 4) * 4]\n\t"
/* `odd`: the outputs of a last odd column, which may overwrite all but r0. */
#define OFA_PLANES_RUN_END(constants, block, odd)                              \
  "ldr r7, [r0, #(" OFA_PLANES_TEXT(constants) " + 6) * 4]\n\t"                \
  "ldr r7, [r7, #20]\n\t"                                                      \
  "cmp r7, #0\n\t"                                                             \
  "beq 5f\n\t" odd                                                             \
  "5: ldr r4, [r0, #(" OFA_PLANES_TEXT(constants) " + 6) * 4]\n\t"             \
  "add r0, r0, #" OFA_PLANES_TEXT(block) " * 4\n\t"                            \
  "ldm r4, {r1, r2, r3, r5, r6}\n\t"                                           \
  "add r1, r1, #8\n\t"                                                         \
  "add r2, r2, #8\n\t"                                                         \
  "add r3, r3, #1\n\t"                                                         \
  "add r5, r5, #8\n\t"                                                         \
  "subs r6, r6, #1\n\t"                                                        \
  "stm r4, {r1, r2, r3, r5, r6}\n\t"                                           \
  "bne 2b\n\t"                                                                 \
  "ldr r7, [r4, #32]"

/* A column of two rows to r4, r5; the pointer may move on. */
#define OFA_PLANES_LOAD(pointer) "ldrd r4, r5, [" pointer "]\n\t"
#define OFA_PLANES_LOAD_NEXT(pointer) "ldrd r4, r5, [" pointer "], #32\n\t"
/* Short, because C99 compilers need not take strings of more than 4095. */
#define OFA_PLANES_DOT(y, x, w) "smlad " y "," x "," w "," y "\n"
#define OFA_PLANES_TAP(halves, y, x, w)                                        \
  "smla" halves " " y "," x "," w "," y "\n"
/* clang-format on */
#endif

/* The C meaning's part of it. */
OFA_INLINE uint32_t ofa_planes_tap(uint32_t sum, int32_t x, int32_t w) {
  return sum + (uint32_t)(x * w);
}

OFA_INLINE void ofa_planes_finish(uint32_t sum, const int32_t *constants,
                                  int8_t *output, int rounding) {
  if (rounding == OFA_PLANES_FIXED)
    rounding = OFA_ROUND_SINGLE;
  if (rounding == OFA_PLANES_RELU)
    rounding = OFA_ROUND_DOUBLE;
  *output = ofa_requantize_doubled(
      (int32_t)sum, constants[OFA_PLANES_MULTIPLIER],
      constants[OFA_PLANES_START], constants[OFA_PLANES_RIGHT], rounding);
}

/* Clamps the finished pixels of a group where int8 is too wide. */
OFA_OUTLINE void ofa_planes_clamp(const ofa_planes_params_t *params,
                                  int8_t *output, int32_t pixels,
                                  int32_t channels) {
  int32_t low = params->activation_min;
  int32_t high = params->activation_max;
  int32_t c;
  for (; pixels > 0; --pixels) {
    for (c = 0; c < channels; ++c)
      output[c] = (int8_t)ofa_min(ofa_max(output[c], low), high);
    output += params->window.out_channels;
  }
}

/*===-- Rows of a square kernel -------------------------------------------===*/

typedef void (*ofa_planes_steps_t)(int32_t *constants, ofa_planes_run_t *run);

/* Sets a constant in the four blocks, `words` long. */
OFA_INLINE void ofa_planes_set(int32_t *block, int32_t words, int32_t index,
                               int32_t value) {
  block += index;
  block[0] = value;
  block[words] = value;
  block[2 * words] = value;
  block[3 * words] = value;
}

/* What is the same in all rows of a layer. Two columns a step; a single column
 * is a step whose second one is stored first, at the place of the first one. */
typedef struct ofa_planes_rows {
  int32_t *block;     /* of the first channel */
  int32_t *constants; /* in it */
  int32_t end_words;  /* how far pair0 is after the last whole step */
  int32_t narrow;     /* the clamp is narrower than int8 */
  int32_t next_row;   /* bytes to the next output row */
  ofa_planes_run_t run;
} ofa_planes_rows_t;

/* pair0 is `ahead` words further than the steps went when they end. */
OFA_INLINE void ofa_planes_begin_rows(ofa_planes_rows_t *rows,
                                      const ofa_planes_params_t *params,
                                      int32_t *block, int32_t block_words,
                                      int32_t constants, int32_t ahead,
                                      int32_t next_row) {
  const ofa_window_t *window = &params->window;
  int32_t width = window->out_width;
  int32_t step_words = OFA_PLANES_PAIR * window->stride_width;
  rows->block = block;
  rows->constants = block + constants;
  rows->run.pixel = width > 1 ? window->out_channels : 0;
  rows->run.steps = width > 1 ? width >> 1 : 1;
  rows->run.odd = width > 1 ? width & 1 : 0;
  rows->end_words = rows->run.steps * step_words + ahead;
  rows->next_row = next_row;
  rows->narrow = params->activation_min > -128 || params->activation_max < 127;
#if OFA_DSP_ASM
  ofa_planes_set(rows->constants, block_words, OFA_PLANES_RUN,
                 (int32_t)&rows->run);
#else
  (void)block_words;
#endif
}

/* One output row of a group, or two, by `steps`; `output` is its first pixel.
 */
OFA_INLINE void
ofa_planes_run_rows(ofa_planes_rows_t *rows, const ofa_planes_params_t *params,
                    const ofa_planes_t *planes, ofa_planes_steps_t steps,
                    const uint32_t *pair0, const uint32_t *pair1,
                    int8_t *output, int32_t out_rows) {
  rows->run.pair0 = pair0 + 2 * planes->skipped;
  rows->run.pair1 = pair1 + 2 * planes->skipped;
  rows->run.output = output;
  rows->run.end = rows->run.pair0 + rows->end_words;
  rows->run.channels = planes->channels;
  steps(rows->block, &rows->run);
  for (; rows->narrow && out_rows > 0; --out_rows, output += rows->next_row)
    ofa_planes_clamp(params, output, params->window.out_width,
                     planes->channels);
}

/* Where output rows lie: row y at place y modulo `rows`, y + 1 `step` bytes behind
 * it. */
typedef struct ofa_planes_output {
  int8_t *row;
  int32_t step;
} ofa_planes_output_t;

OFA_INLINE ofa_planes_output_t
ofa_planes_place(const ofa_window_t *window, int8_t *output, int32_t rows,
                 int32_t y) {
  int32_t pitch = (int32_t)window->out_width * window->out_channels;
  int32_t place = y < rows ? y : y % rows;
  ofa_planes_output_t result;
  result.row = output + place * pitch;
  result.step = place + 1 < rows ? pitch : -place * pitch;
  return result;
}

/* Two entry points, for rows and for a layer; layer(...) makes `count` rows from
 * y on: all, or at most two. */
#define OFA_PLANES_ENTRY(variant, name, layer)                                 \
  void ofa_depthwise_conv2d_planes##variant##_rows_s8_##name(                  \
      const ofa_planes_params_t *params, int32_t y0, int32_t y1,               \
      const int8_t *input, int32_t in_rows, int8_t *output, int32_t out_rows,  \
      int32_t *scratch) {                                                      \
    layer(params, y0, ofa_min(y1, params->window.out_height) - y0, input,      \
          in_rows, output, out_rows, scratch);                                 \
  }                                                                            \
  void ofa_depthwise_conv2d_planes##variant##_s8_##name(                       \
      const ofa_planes_params_t *params, const int8_t *input, int8_t *output,  \
      int32_t *scratch) {                                                      \
    const ofa_window_t *window = &params->window;                              \
    layer(params, 0, window->out_height, input, window->in_height, output,     \
          window->out_height, scratch);                                        \
  }

#endif /* OFA_PLANES_S8_H */
