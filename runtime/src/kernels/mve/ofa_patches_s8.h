/*===- ofa_patches_s8.h - Depthwise convolution in patches --------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/mve. A strip is as many input rows as a word or
 * two hold as bytes; some channels at a time are turned so that a column of a
 * channel is such a word (or two). Columns are slots: the words of all channels
 * side by side. Then one gather of four words is a patch of 4x4 or 8x2 bytes of
 * a channel, and VMLADAV with the kernel's bytes in the same places adds up all
 * its products.
 *
 *   column   word: rows 0 to 3 of the strip, or two words: and rows 4 to 7
 *   slot     a word of each channel
 *   patch    four words of a channel, from four slots
 *
 * For a kernel of one row, a column's word is four adjacent pixels instead.
 */
#ifndef OFA_PATCHES_S8_H
#define OFA_PATCHES_S8_H

#include "ofa_kernels_mve.h"
#include "ofa_mve.h"

/* Constants of a kernel: all bodies are compiled for theirs. */
typedef struct ofa_patches_kind {
  int32_t words;    /* of a column; 0: four pixels of one row are a word */
  int32_t strip;    /* output rows of a strip */
  int32_t stride;   /* of both axes */
  int32_t patches;  /* of a window */
  int32_t corners;  /* 1: a patch makes 4 outputs, by shifted weights */
  int32_t advance;  /* slots from a window to the next one, or patch */
} ofa_patches_kind_t;

/* A slot is a word of each of 16 channels. */
#define OFA_PATCHES_CHANNELS 16
#define OFA_PATCHES_SLOT 64

/* How many steps of 8 outputs, and which of these are stored: two bits for each.
 * A table ends with count 0; its mask, if it is not 0, is that of another step of
 * which only the first half is made. */
typedef struct ofa_steps {
  int32_t count;
  uint32_t mask;
} ofa_steps_t;

/* Outputs of one channel from one strip; `steps` NULL: shift the weights by an
 * output row. */
typedef struct ofa_patches_run {
  const int8_t *slots; /* the first patch's */
  int8_t *output;
  const ofa_steps_t *steps;
} ofa_patches_run_t;

#define OFA_PATCHES_RUNS 24

/* What the channels of a group are made of. The assembly knows where its members
 * lie. */
typedef struct ofa_patches {
  const int32_t *stream;             /* 0 */
  int32_t channel;                   /* 4: the next one of the group */
  int32_t channels;                  /* 8: of the group */
  int32_t zero_point;                /* 12 */
  int32_t output_step;               /* 16: bytes from 8 outputs to the next */
  const ofa_patches_run_t *runs;     /* 20 */
  const ofa_patches_run_t *runs_end; /* 24 */
  int32_t slots[4];                  /* 28: bytes to the words of the patch that
                                        the first one is said to follow */
  uint16_t places[8];                /* 44: of a step's 8 bytes, those of outputs
                                        0, 4, 1, 5, 2, 6, 3, 7 */
} ofa_patches_t;

#if OFA_MVE_ASM
/* r1 the runs, r3 the output's step, r5 the output, r7 the zero point, r8, r10,
 * r12 the channel's bias, multiplier and shift, r9 the steps, r11 the struct, lr
 * counts steps; four sums in r0, r2, r4, r6. q0 to q3 have the weights, q6 the
 * addresses of a patch's words, q7 the places of bytes. */
#define OFA_PATCHES_STEPS(load, shift, body, half)                             \
  "ldr r7, [r11, #12]\n\t"                                                     \
  "vldrw.u32 q7, [r11, #44]\n"                                                 \
  "1:\n\t" /* a channel */                                                     \
  "ldr r3, [r11]\n\t" load "ldm r3!, {r8, r10, r12}\n\t"                       \
  "str r3, [r11]\n\t"                                                          \
  "ldr r1, [r11, #20]\n"                                                       \
  "2:\n\t" /* a run */                                                         \
  "ldm r1!, {r3, r5, r9}\n\t" shift "ldr r0, [r11, #4]\n\t"                    \
  "add r5, r5, r0\n\t"                                                         \
  "add r3, r3, r0, lsl #2\n\t"                                                 \
  "vldrw.u32 q6, [r11, #28]\n\t"                                               \
  "vadd.i32 q6, q6, r3\n\t"                                                    \
  "ldr r3, [r11, #16]\n"                                                       \
  "3:\n\t" /* steps with one mask */                                           \
  "ldrd r0, r2, [r9], #8\n\t"                                                  \
  "vmsr p0, r2\n\t"                                                            \
  "wls lr, r0, 5f\n"                                                           \
  "4:\n\t" body "le lr, 4b\n\t"                                                \
  "b 3b\n"                                                                     \
  "5:\n\t"                                                                     \
  "cmp r2, #0\n\t"                                                             \
  "beq.w 7f\n\t" half "7:\n\t"                                                \
  "ldr r0, [r11, #24]\n\t"                                                     \
  "cmp r1, r0\n\t"                                                             \
  "bne 2b\n\t"                                                                 \
  "ldrd r0, r2, [r11, #4]\n\t"                                                 \
  "adds r0, r0, #1\n\t"                                                        \
  "str r0, [r11, #4]\n\t"                                                      \
  "cmp r0, r2\n\t"                                                             \
  "bne 1b\n\t"

#define OFA_PATCHES_SUMS(q)                                                    \
  "vmov " q "[2], " q "[0], r0, r4\n\t"                                        \
  "vmov " q "[3], " q "[1], r2, r6\n\t"
/* Sums in q5 and q4 to bytes. */
#define OFA_PATCHES_STORE(scale)                                               \
  "vadd.i32 q5, q5, r8\n\t"                                                    \
  "vadd.i32 q4, q4, r8\n\t" scale OFA_MVE_NARROW("q5", "q4", "r7")             \
  "vpst\n\t"                                                                   \
  "vstrbt.16 q5, [r5, q7]\n\t"                                                 \
  "add r5, r5, r3\n\t"
/* Those in q5 alone: lanes of q4 are not stored. */
#define OFA_PATCHES_STORE_HALF(scale)                                          \
  "vadd.i32 q5, q5, r8\n\t" scale                                              \
  "vqmovnb.s32 q5, q5\n\t"                                                     \
  "vqadd.s16 q5, q5, r7\n\t"                                                   \
  "vqmovnb.s16 q5, q5\n\t"                                                     \
  "vpst\n\t"                                                                   \
  "vstrbt.16 q5, [r5, q7]\n\t"
#define OFA_PATCHES_SINGLE_HALF                                                \
  "vqdmulh.s32 q5, q5, r10\n\t"                                                \
  "vrshl.s32 q5, r12\n\t"
#define OFA_PATCHES_DOUBLE_POSITIVE_HALF                                       \
  "vqrdmulh.s32 q5, q5, r10\n\t"                                               \
  "vrshl.s32 q5, r12\n\t"
#define OFA_PATCHES_DOUBLE_HALF                                                \
  "vqrdmulh.s32 q5, q5, r10\n\t"                                               \
  "vshr.s32 q4, q5, #31\n\t"                                                   \
  "vadd.i32 q5, q5, q4\n\t"                                                    \
  "vrshl.s32 q5, r12\n\t"
#define OFA_PATCHES_SINGLE                                                     \
  OFA_MVE_SCALE_SINGLE("q5", "q4", "r10", "r10", "r12", "r12", "")
#define OFA_PATCHES_DOUBLE_POSITIVE                                            \
  OFA_MVE_SCALE_DOUBLE_POSITIVE("q5", "q4", "r10", "r10", "r12", "r12", "")
/* q7 lends itself. */
#define OFA_PATCHES_DOUBLE                                                     \
  OFA_MVE_SCALE_DOUBLE("q5", "q4", "r10", "r10", "r12", "r12", "q7")           \
  "vldrw.u32 q7, [r11, #44]\n\t"

/* Four outputs of a patch. */
#define OFA_PATCHES_CORNERS(advance)                                           \
  "vldrw.u32 q4, [q6, #" advance "]!\n\t"                                      \
  "vmladav.s8 r0, q4, q0\n\t"                                                  \
  "vmladav.s8 r2, q4, q1\n\t"                                                  \
  "vmladav.s8 r4, q4, q2\n\t"                                                  \
  "vmladav.s8 r6, q4, q3\n\t"
#define OFA_PATCHES_CORNERS1(advance)                                          \
  OFA_PATCHES_CORNERS(advance)                                                 \
  OFA_PATCHES_SUMS("q5")
#define OFA_PATCHES_CORNERS2(advance)                                          \
  OFA_PATCHES_CORNERS1(advance)                                                \
  OFA_PATCHES_CORNERS(advance)                                                 \
  OFA_PATCHES_SUMS("q4")
/* The same kernel one column on, one row down, and both. */
#define OFA_PATCHES_LOAD_K3                                                    \
  "vldrw.u32 q0, [r3], #16\n\t"                                                \
  "vmov q1, q0\n\t"                                                            \
  "movs r0, #0\n\t"                                                            \
  "vshlc q1, r0, #32\n\t"                                                      \
  "vshl.i32 q2, q0, #8\n\t"                                                    \
  "vshl.i32 q3, q1, #8\n\t"
/* The same kernel one, two and three pixels on. */
#define OFA_PATCHES_LOAD_LINE                                                  \
  "vldrw.u32 q0, [r3], #16\n\t"                                                \
  "movs r0, #0\n\t"                                                            \
  "vmov q1, q0\n\t"                                                            \
  "vshlc q1, r0, #8\n\t"                                                       \
  "vmov q2, q1\n\t"                                                            \
  "vshlc q2, r0, #8\n\t"                                                       \
  "vmov q3, q2\n\t"                                                            \
  "vshlc q3, r0, #8\n\t"

/* One output, of windows of 1, 3 or 4 patches, 256 bytes apart: q6 follows the
 * first one, the second one, or the third one. */
#define OFA_PATCHES_WINDOW1(sum, advance)                                      \
  "vldrw.u32 q4, [q6, #" advance "]!\n\t"                                      \
  "vmladav.s8 " sum ", q4, q0\n\t"
#define OFA_PATCHES_WINDOW3(sum, advance)                                      \
  "vldrw.u32 q4, [q6, #" advance "]!\n\t"                                      \
  "vmladav.s8 " sum ", q4, q1\n\t"                                             \
  "vldrw.u32 q4, [q6, #-256]\n\t"                                              \
  "vmladava.s8 " sum ", q4, q0\n\t"                                            \
  "vldrw.u32 q4, [q6, #256]\n\t"                                               \
  "vmladava.s8 " sum ", q4, q2\n\t"
#define OFA_PATCHES_WINDOW4(sum, advance)                                      \
  "vldrw.u32 q4, [q6, #" advance " - 256]!\n\t"                                \
  "vmladav.s8 " sum ", q4, q1\n\t"                                             \
  "vldrw.u32 q4, [q6, #-256]\n\t"                                              \
  "vmladava.s8 " sum ", q4, q0\n\t"                                            \
  "vldrw.u32 q4, [q6, #256]!\n\t"                                              \
  "vmladava.s8 " sum ", q4, q2\n\t"                                            \
  "vldrw.u32 q4, [q6, #256]\n\t"                                               \
  "vmladava.s8 " sum ", q4, q3\n\t"
#define OFA_PATCHES_WINDOWS4(window, advance, q)                               \
  window("r0", advance) window("r2", advance) window("r4", advance)            \
      window("r6", advance) OFA_PATCHES_SUMS(q)
#define OFA_PATCHES_WINDOWS8(window, advance)                                  \
  OFA_PATCHES_WINDOWS4(window, advance, "q5")                                  \
  OFA_PATCHES_WINDOWS4(window, advance, "q4")
#define OFA_PATCHES_LOAD1 "vldrw.u32 q0, [r3], #16\n\t"
#define OFA_PATCHES_LOAD3                                                      \
  OFA_PATCHES_LOAD1                                                            \
  "vldrw.u32 q1, [r3], #16\n\t"                                                \
  "vldrw.u32 q2, [r3], #16\n\t"
#define OFA_PATCHES_LOAD4 OFA_PATCHES_LOAD3 "vldrw.u32 q3, [r3], #16\n\t"
/* Each column `bits` / 8 rows down: what leaves the last row is zero. */
#define OFA_PATCHES_SHIFT3(bits)                                               \
  "cbnz r3, 6f\n\t"                                                            \
  "movs r0, #0\n\t"                                                            \
  "vshlc q0, r0, #" bits "\n\t"                                                \
  "vshlc q1, r0, #" bits "\n\t"                                                \
  "vshlc q2, r0, #" bits "\n\t"                                                \
  "b 2b\n"                                                                     \
  "6:\n\t"
#define OFA_PATCHES_SHIFT4(bits)                                               \
  "cbnz r3, 6f\n\t"                                                            \
  "movs r0, #0\n\t"                                                            \
  "vshlc q0, r0, #" bits "\n\t"                                                \
  "vshlc q1, r0, #" bits "\n\t"                                                \
  "vshlc q2, r0, #" bits "\n\t"                                                \
  "vshlc q3, r0, #" bits "\n\t"                                                \
  "b 2b\n"                                                                     \
  "6:\n\t"

#define OFA_PATCHES_MAKE(load, shift, body, half, scale)                       \
  __asm__ volatile(                                                            \
      OFA_PATCHES_STEPS(load, shift, body OFA_PATCHES_STORE(scale),            \
                        half OFA_PATCHES_STORE_HALF(scale##_HALF))             \
      : "+r"(p)                                                                \
      :                                                                        \
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10",     \
        "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc",     \
        "memory")
#define OFA_PATCHES_ROUNDINGS(load, shift, body, half)                         \
  do {                                                                         \
    register ofa_patches_t *p __asm__("r11") = patches;                        \
    if (rounding == OFA_ROUND_DOUBLE)                                          \
      OFA_PATCHES_MAKE(load, shift, body, half, OFA_PATCHES_DOUBLE);           \
    else if (rounding == OFA_ROUND_DOUBLE_POSITIVE)                            \
      OFA_PATCHES_MAKE(load, shift, body, half, OFA_PATCHES_DOUBLE_POSITIVE);  \
    else                                                                       \
      OFA_PATCHES_MAKE(load, shift, body, half, OFA_PATCHES_SINGLE);           \
  } while (0)
#define OFA_PATCHES_CORNERED(load, advance)                                    \
  OFA_PATCHES_ROUNDINGS(load, "", OFA_PATCHES_CORNERS2(advance),               \
                        OFA_PATCHES_CORNERS1(advance))
#define OFA_PATCHES_WINDOWED(load, shift, window, advance)                     \
  OFA_PATCHES_ROUNDINGS(load, shift, OFA_PATCHES_WINDOWS8(window, advance),    \
                        OFA_PATCHES_WINDOWS4(window, advance, "q5"))

/* All channels of a group. */
OFA_INLINE void ofa_make_patches(ofa_patches_t *patches,
                                 const ofa_patches_kind_t *kind, int rounding) {
  if (kind->corners && kind->words)
    OFA_PATCHES_CORNERED(OFA_PATCHES_LOAD_K3, "128");
  else if (kind->corners)
    OFA_PATCHES_CORNERED(OFA_PATCHES_LOAD_LINE, "64");
  else if (kind->patches == 1)
    OFA_PATCHES_WINDOWED(OFA_PATCHES_LOAD1, "", OFA_PATCHES_WINDOW1, "128");
  else if (kind->patches == 3 && kind->stride == 1)
    OFA_PATCHES_WINDOWED(OFA_PATCHES_LOAD3, OFA_PATCHES_SHIFT3("8"),
                         OFA_PATCHES_WINDOW3, "128");
  else if (kind->patches == 3)
    OFA_PATCHES_WINDOWED(OFA_PATCHES_LOAD3, OFA_PATCHES_SHIFT3("16"),
                         OFA_PATCHES_WINDOW3, "256");
  else if (kind->stride == 1)
    OFA_PATCHES_WINDOWED(OFA_PATCHES_LOAD4, OFA_PATCHES_SHIFT4("8"),
                         OFA_PATCHES_WINDOW4, "128");
  else
    OFA_PATCHES_WINDOWED(OFA_PATCHES_LOAD4, OFA_PATCHES_SHIFT4("16"),
                         OFA_PATCHES_WINDOW4, "256");
}
#else
/* With weights that `shift` bytes of zeros precede. */
OFA_INLINE int32_t ofa_patch_products(const int8_t *weights, const int8_t *slots,
                                      int32_t shift) {
  int32_t sum = 0;
  int32_t i;
  for (i = shift; i < 16; ++i)
    sum += weights[i - shift] * slots[(i >> 2) * OFA_PATCHES_SLOT + (i & 3)];
  return sum;
}

/* Output i of a step's eight. */
OFA_INLINE int32_t ofa_patches_sum(const ofa_patches_kind_t *kind,
                                   const int8_t *weights, const int8_t *slots,
                                   int32_t i, int32_t shift) {
  int32_t advance = kind->advance * OFA_PATCHES_SLOT;
  int32_t sum = 0;
  int32_t v;
  if (kind->corners) /* a column on, a row down; or pixels on */
    return ofa_patch_products(weights, slots + (i >> 2) * advance,
                              kind->words ? 4 * (i & 1) + (i >> 1 & 1) : i & 3);
  for (v = 0; v < kind->patches; ++v)
    sum += ofa_patch_products(weights + 16 * v,
                              slots + i * advance + 4 * v * OFA_PATCHES_SLOT,
                              shift);
  return sum;
}

/* Shifted by whole rows, no weight leaves its column. */
OFA_INLINE void ofa_make_run(const ofa_patches_t *p,
                             const ofa_patches_kind_t *kind,
                             const ofa_patches_run_t *run, int32_t shift,
                             int rounding) {
  const int8_t *weights = (const int8_t *)p->stream;
  const int32_t *constants = p->stream + 4 * kind->patches;
  const int8_t *slots = run->slots + 4 * p->channel;
  int8_t *output = run->output + p->channel;
  const ofa_steps_t *steps = run->steps;
  int32_t step =
      (kind->corners ? 2 : 8) * kind->advance * OFA_PATCHES_SLOT;
  for (;; ++steps) {
    int32_t count = ofa_max(steps->count, 1);
    for (; count != 0; --count, slots += step, output += p->output_step) {
      int32_t i;
      for (i = 0; i < 8; ++i) {
        int32_t place = 2 * (i & 3) + (i >> 2);
        int32_t sum = ofa_patches_sum(kind, weights, slots, i, shift);
        if (steps->mask >> (2 * place) & 1u)
          output[p->places[place]] =
              ofa_requantize(sum + constants[0], constants[1], constants[2],
                             p->zero_point, rounding);
      }
    }
    if (steps->count == 0)
      return;
  }
}

OFA_INLINE void ofa_make_patches(ofa_patches_t *p,
                                 const ofa_patches_kind_t *kind, int rounding) {
  for (; p->channel != p->channels; ++p->channel) {
    const ofa_patches_run_t *run;
    int32_t shift = 0;
    for (run = p->runs; run != p->runs_end; ++run) {
      if (run->steps)
        ofa_make_run(p, kind, run, shift, rounding);
      else
        shift += kind->stride;
    }
    p->stream += 4 * kind->patches + 3;
  }
}
#endif

/*===-- Strips ------------------------------------------------------------===*/

/* Four rows of bytes that become columns. The assembly knows the order. */
typedef struct ofa_rows {
  const int8_t *rows[4];
  int32_t steps[4]; /* from pixel to pixel */
  int8_t *slots;
  int32_t pitch; /* bytes from slot to slot */
  int32_t count; /* of pixels */
  int32_t channels;
} ofa_rows_t;

OFA_INLINE void ofa_turn(ofa_rows_t *rows) {
#if OFA_MVE_ASM
  register ofa_rows_t *r __asm__("r12") = rows;
  __asm__ volatile("ldm r12, {r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, "
                   "r11}\n\t"
                   "vctp.8 r11\n\t"
                   "dls lr, r10\n"
                   "1:\n\t"
                   "vpstttt\n\t"
                   "vldrbt.u8 q0, [r0]\n\t"
                   "vldrbt.u8 q1, [r1]\n\t"
                   "vldrbt.u8 q2, [r2]\n\t"
                   "vldrbt.u8 q3, [r3]\n\t"
                   "add r0, r0, r4\n\t"
                   "add r1, r1, r5\n\t"
                   "add r2, r2, r6\n\t"
                   "add r3, r3, r7\n\t"
                   "vst40.8 {q0, q1, q2, q3}, [r8]\n\t"
                   "vst41.8 {q0, q1, q2, q3}, [r8]\n\t"
                   "vst42.8 {q0, q1, q2, q3}, [r8]\n\t"
                   "vst43.8 {q0, q1, q2, q3}, [r8]\n\t"
                   "add r8, r8, r9\n\t"
                   "le lr, 1b"
                   : "+r"(r)
                   :
                   : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9",
                     "r10", "r11", "lr", "q0", "q1", "q2", "q3", "memory");
#else
  int8_t *slots = rows->slots;
  int32_t x, c, i;
  for (x = 0; x < rows->count; ++x, slots += rows->pitch)
    for (c = 0; c < rows->channels; ++c)
      for (i = 0; i < 4; ++i)
        slots[4 * c + i] = rows->rows[i][x * rows->steps[i] + c];
#endif
}

typedef ofa_depthwise_conv2d_patches_s8_params_t ofa_patches_params_t;

/* A strip from row y of the image on; columns outside of the image hold their
 * values already. */
OFA_INLINE void ofa_turn_rows(const ofa_patches_params_t *params,
                              const ofa_patches_kind_t *kind,
                              const int8_t *input, int32_t y, int32_t channels,
                              const int8_t *outside, int8_t *slots) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t pitch = window->in_width * depth;
  int32_t count = ofa_min(window->in_width,
                          params->slots / kind->words - window->pad_left);
  int32_t word, i;
  if (count <= 0)
    return;
  slots += window->pad_left * kind->words * OFA_PATCHES_SLOT;
  for (word = 0; word < kind->words; ++word, slots += OFA_PATCHES_SLOT) {
    ofa_rows_t rows;
    for (i = 0; i < 4; ++i, ++y) {
      int inside = y >= 0 && y < window->in_height;
      rows.rows[i] = inside ? input + y * pitch : outside;
      rows.steps[i] = inside ? depth : 0;
    }
    rows.slots = slots;
    rows.pitch = kind->words * OFA_PATCHES_SLOT;
    rows.count = count;
    rows.channels = channels;
    ofa_turn(&rows);
  }
}

/* A row, four adjacent pixels a word. */
OFA_INLINE void ofa_turn_line(const ofa_patches_params_t *params,
                              const int8_t *input, int32_t channels,
                              const int8_t *outside, int8_t *slots) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t width = window->in_width;
  int32_t slot = 0;
  while (slot < params->slots) {
    int32_t x = 4 * slot - window->pad_left;
    int32_t whole = x < 0 ? 0 : ofa_min((width - x) >> 2, params->slots - slot);
    ofa_rows_t rows;
    int32_t i;
    for (i = 0; i < 4; ++i, ++x) {
      rows.rows[i] = x >= 0 && x < width ? input + x * depth : outside;
      rows.steps[i] = 4 * depth;
    }
    rows.slots = slots + slot * OFA_PATCHES_SLOT;
    rows.pitch = OFA_PATCHES_SLOT;
    rows.count = ofa_max(whole, 1);
    rows.channels = channels;
    ofa_turn(&rows);
    slot += rows.count;
  }
}

/*===-- Layers ------------------------------------------------------------===*/

/* Which outputs of a step exist: `columns` of `rows` rows. Those of the first half
 * of a row and of the second one take turns; the lower row of a pair has the upper
 * bits. (A loop over outputs would do, but GCC 12 makes vectors of it that give
 * other masks.) */
OFA_INLINE uint32_t ofa_find_mask(int is_pair, int32_t columns, int32_t rows) {
  int32_t first = ofa_min(columns, is_pair ? 2 : 4);
  int32_t second = columns - first;
  uint32_t mask = (0x3333u & ((1u << 4 * first) - 1u)) |
                  (0xccccu & ((1u << 4 * second) - 1u));
  return is_pair && rows > 1 ? mask * 0x101u : mask;
}

/* The steps of a row of `width` outputs, or of a pair of rows of which `rows`
 * exist. */
OFA_INLINE void ofa_find_steps(ofa_steps_t *steps, int is_pair, int32_t width,
                               int32_t rows) {
  int32_t step = is_pair ? 4 : 8;
  int32_t rest = width & (step - 1);
  if (width >= step) {
    steps->count = width / step;
    steps->mask = ofa_find_mask(is_pair, step, rows);
    ++steps;
  }
  if (rest > step / 2) {
    steps->count = 1;
    steps->mask = ofa_find_mask(is_pair, rest, rows);
    ++steps;
    rest = 0;
  }
  steps->count = 0;
  steps->mask = ofa_find_mask(is_pair, rest, rows);
}

typedef void (*ofa_make_patches_t)(ofa_patches_t *patches);

OFA_INLINE void ofa_depthwise_patches(const ofa_patches_params_t *params,
                                      const ofa_patches_kind_t *kind,
                                      const int8_t *input, int8_t *output,
                                      int32_t *scratch,
                                      ofa_make_patches_t make) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t pitch = window->out_width * depth;
  int32_t height = window->out_height;
  int32_t strip_bytes = params->slots * OFA_PATCHES_SLOT;
  int32_t rows_at_once = params->strips * kind->strip;
  int is_pair = kind->corners && kind->words; /* of rows, in a step */
  ofa_steps_t steps[3], last_steps[3];
  ofa_patches_run_t runs[OFA_PATCHES_RUNS];
  ofa_patches_t patches;
  int8_t outside[OFA_PATCHES_CHANNELS];
  int32_t c, i;

  /* Patches: where a word lies, and where the patch is that comes before the
   * first one. */
  for (i = 0; i < 4; ++i)
    patches.slots[i] =
        (i - kind->advance + (kind->patches > 2 ? 4 : 0) +
         (kind->patches > 3 ? 4 : 0)) *
        OFA_PATCHES_SLOT;
  for (i = 0; i < 8; ++i) {
    int32_t place = 2 * (i & 3) + (i >> 2);
    patches.places[place] = (uint16_t)(
        is_pair ? ((i >> 2) * 2 + (i & 1)) * depth + (i >> 1 & 1) * pitch
                : i * depth);
  }
  patches.output_step = (is_pair ? 4 : 8) * depth;
  patches.zero_point = params->output_zero_point;
  patches.runs = runs;
  ofa_find_steps(steps, is_pair, window->out_width, 2);
  ofa_find_steps(last_steps, is_pair, window->out_width, 1);
  memset(outside, params->input_zero_point, sizeof outside);
  ofa_fill_bytes((int8_t *)scratch, params->input_zero_point,
                 params->strips * strip_bytes);

  for (c = 0; c < depth; c += OFA_PATCHES_CHANNELS) {
    int32_t channels = ofa_min(depth - c, OFA_PATCHES_CHANNELS);
    int32_t y, row, s;
    for (y = 0; y < height; y += rows_at_once) {
      ofa_patches_run_t *run = runs;
      int32_t strips = 0;
      for (row = y; strips < params->strips && row < height;
           ++strips, row += kind->strip) {
        int8_t *slots = (int8_t *)scratch + strips * strip_bytes;
        if (kind->words)
          ofa_turn_rows(params, kind, input + c,
                        row * kind->stride - window->pad_top, channels, outside,
                        slots);
        else
          ofa_turn_line(params, input + c, channels, outside, slots);
      }
      for (i = 0; i < (is_pair ? 1 : kind->strip) && y + i < height; ++i) {
        if (i != 0) {
          run->slots = NULL;
          run->output = NULL;
          run->steps = NULL;
          ++run;
        }
        for (s = 0; s < strips; ++s) {
          row = y + s * kind->strip + i;
          if (row >= height)
            break;
          run->slots = (const int8_t *)scratch + s * strip_bytes;
          run->output = output + row * pitch + c;
          run->steps = is_pair && row == height - 1 ? last_steps : steps;
          ++run;
        }
      }
      patches.runs_end = run;
      patches.stream = params->stream + c * (4 * kind->patches + 3);
      patches.channel = 0;
      patches.channels = channels;
      make(&patches);
    }
  }
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, height * pitch, params->activation_min,
                    params->activation_max);
}

/* The entry points of a kernel whose constants are `kind`. */
#define OFA_PATCHES_ENTRIES(name, kind)                                        \
  OFA_OUTLINE void make_single(ofa_patches_t *patches) {                       \
    ofa_make_patches(patches, &kind, OFA_ROUND_SINGLE);                        \
  }                                                                            \
  OFA_OUTLINE void make_double(ofa_patches_t *patches) {                       \
    ofa_make_patches(patches, &kind, OFA_ROUND_DOUBLE);                        \
  }                                                                            \
  OFA_OUTLINE void make_double_positive(ofa_patches_t *patches) {              \
    ofa_make_patches(patches, &kind, OFA_ROUND_DOUBLE_POSITIVE);               \
  }                                                                            \
  void ofa_depthwise_conv2d_patches##name##_s8_single(                         \
      const ofa_patches_params_t *params, const int8_t *input, int8_t *output, \
      int32_t *scratch) {                                                      \
    ofa_depthwise_patches(params, &kind, input, output, scratch, make_single); \
  }                                                                            \
  void ofa_depthwise_conv2d_patches##name##_s8_double(                         \
      const ofa_patches_params_t *params, const int8_t *input, int8_t *output, \
      int32_t *scratch) {                                                      \
    ofa_depthwise_patches(params, &kind, input, output, scratch,               \
                          params->output_zero_point == -128                    \
                              ? make_double_positive                           \
                              : make_double);                                  \
  }

#endif /* OFA_PATCHES_S8_H */
