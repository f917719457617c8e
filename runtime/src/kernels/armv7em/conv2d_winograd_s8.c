/*===- conv2d_winograd_s8.c - 3x3 convolution in tiles of 2x2 -----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Winograd's F(2x2,3x3) in integers. A tile of 4x4 inputs d gives V = B' d B,
 * of 10 bits; a filter g gives U = 4 G g G', of 12; their products at 16 points,
 * summed over the inputs, M; and A' M A is four times a tile of 2x2 outputs,
 * exactly, modulo 2^32. With rows
 *   B'  1 0 -1 0,  0 1 1 0,  0 -1 1 0,  0 1 0 -1
 *   A'  1 1 1 0,   0 1 -1 -1
 * Two tiles side by side share 4x6 inputs, and each word of U.
 *
 * Scratch: V, for each two inputs 16 points of both tiles; the patch of inputs,
 * or M, for each point both tiles of four outputs; a pixel of zero points.
 */
#include "ofa_dsp.h"
#include "ofa_kernels_dsp.h"
#include "ofa_window_s8.h"

#define POINTS 16
#define ROWS 4    /* of a tile's inputs */
#define COLUMNS 6 /* of two tiles' inputs */
#define BLOCK 4   /* output channels */
#define PIXELS 4  /* of a tile */

typedef ofa_conv2d_paired_s8_params_t params_t;

/* Two tiles. The assembly reads the fields in this order. */
typedef struct run {
  int32_t *v;           /* of the next point */
  const int32_t *v_end; /* behind its last word */
  int32_t *m;           /* of the next point */
  const int32_t *m_end; /* behind the last one */
  int32_t *v_begin;
  int32_t *m_begin;
  const int32_t *stream; /* of the next block */
  const int32_t *last;   /* behind the last one */
  int32_t channel;       /* the next one */
  int8_t *a[PIXELS];     /* channel 0, row by row; what is outside is stored */
  int8_t *b[PIXELS];     /* before what is inside, and in its place */
  uint32_t saved[8];     /* assembly: room for r7, and what it pushes */
} run_t;

/*===-- Inputs ------------------------------------------------------------===*/

#if OFA_DSP_ASM
/* clang-format off */
/* Three pixels to halves of inputs 0 and 2 at r1, 1 and 3 at r8. */
#define EXPAND                                                                 \
  "ldm r0!, {r3, r4, r5}\n\t"                                                  \
  "ldr r3, [r3, r2]\n\t"                                                       \
  "ldr r4, [r4, r2]\n\t"                                                       \
  "ldr r5, [r5, r2]\n\t"                                                       \
  "sxtb16 r9, r3\n\t"                                                          \
  "sxtb16 r10, r4\n\t"                                                         \
  "sxtb16 r11, r5\n\t"                                                         \
  "sxtb16 r3, r3, ror #8\n\t"                                                  \
  "sxtb16 r4, r4, ror #8\n\t"                                                  \
  "sxtb16 r5, r5, ror #8\n\t"                                                  \
  "stm r1!, {r9, r10, r11}\n\t"                                                \
  "stm r8!, {r3, r4, r5}\n\t"
/* Row i of V, of two rows of the patch: `first` and, from it or to it, `second`,
 * at r1; to r0. */
#define ROW(first, second, op, place)                                          \
  "add r2, r1, #" first " * 24\n\t"                                            \
  "ldm r2, {r2-r6, r8}\n\t"                                                    \
  "add lr, r1, #" second " * 24\n\t"                                           \
  "ldm lr, {r7, r9-r12, lr}\n\t"                                               \
  op " r2, r2, r7\n\t"                                                         \
  op " r3, r3, r9\n\t"                                                         \
  op " r4, r4, r10\n\t"                                                        \
  op " r5, r5, r11\n\t"                                                        \
  op " r6, r6, r12\n\t"                                                        \
  op " r8, r8, lr\n\t"                                                         \
  "ssub16 r2, r2, r4\n\t"                                                      \
  "ssub16 r7, r4, r6\n\t"                                                      \
  "sadd16 r9, r3, r4\n\t"                                                      \
  "sadd16 r10, r5, r6\n\t"                                                     \
  "ssub16 r11, r4, r3\n\t"                                                     \
  "ssub16 r12, r6, r5\n\t"                                                     \
  "ssub16 r3, r3, r5\n\t"                                                      \
  "ssub16 lr, r5, r8\n\t"                                                      \
  "strd r2, r7, [r0, #" place "]\n\t"                                          \
  "strd r9, r10, [r0, #" place " + 8]\n\t"                                     \
  "strd r11, r12, [r0, #" place " + 16]\n\t"                                   \
  "strd r3, lr, [r0, #" place " + 24]\n\t"
#define HALF                                                                   \
  ROW("0", "2", "ssub16", "0") ROW("1", "2", "sadd16", "32")                   \
  ROW("2", "1", "ssub16", "64") ROW("1", "3", "ssub16", "96")                  \
  "add r0, r0, #128\n\t"
/* clang-format on */

/* Four inputs, from `channel` on, of the patch's pixels: their part of V. */
OFA_OUTLINE void transform(const int8_t *const *pixels, int32_t channel,
                           int32_t *patch, int32_t *v) {
  register const int8_t *const *r0 __asm__("r0") = pixels;
  register int32_t *r1 __asm__("r1") = patch;
  register int32_t r2 __asm__("r2") = channel;
  register int32_t *r3 __asm__("r3") = v;
  __asm__ volatile("push {r1, r3, r7}\n\t"
                   "add r8, r1, #96\n\t"
                   ".rept 8\n\t" EXPAND ".endr\n\t"
                   "pop {r0, r1}\n\t"
                   "push {r0}\n\t"
                   "mov r2, r0\n\t"
                   "mov r0, r1\n\t"
                   "mov r1, r2\n\t" HALF "pop {r1}\n\t"
                   "add r1, r1, #96\n\t" HALF "pop {r7}"
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
                   :
                   : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",
                     "cc", "memory");
}
#else
/* SADD16, SSUB16. */
OFA_INLINE uint32_t add(uint32_t a, uint32_t b) {
  return ofa_pack(ofa_low(a) + ofa_low(b), ofa_high(a) + ofa_high(b));
}
OFA_INLINE uint32_t subtract(uint32_t a, uint32_t b) {
  return ofa_pack(ofa_low(a) - ofa_low(b), ofa_high(a) - ofa_high(b));
}

/* B' x of four, `step` apart, and to where they lie `to_step` apart. */
OFA_INLINE void transform4(const uint32_t *x, int32_t step, uint32_t *to,
                           int32_t to_step) {
  to[0] = subtract(x[0], x[2 * step]);
  to[to_step] = add(x[step], x[2 * step]);
  to[2 * to_step] = subtract(x[2 * step], x[step]);
  to[3 * to_step] = subtract(x[step], x[3 * step]);
}

OFA_OUTLINE void transform(const int8_t *const *pixels, int32_t channel,
                           int32_t *patch, int32_t *v) {
  int32_t half;
  (void)patch;
  for (half = 0; half < 2; ++half) {
    uint32_t x[ROWS * COLUMNS];
    uint32_t rows[ROWS * COLUMNS];
    int32_t i;
    int32_t tile;
    for (i = 0; i < ROWS * COLUMNS; ++i) {
      uint32_t word = ofa_load4(pixels[i] + channel);
      x[i] = half ? ofa_odd_bytes(word) : ofa_even_bytes(word);
    }
    for (i = 0; i < COLUMNS; ++i)
      transform4(x + i, COLUMNS, rows + i, COLUMNS);
    for (i = 0; i < ROWS; ++i)
      for (tile = 0; tile < 2; ++tile) {
        uint32_t points[4];
        int32_t j;
        transform4(rows + i * COLUMNS + 2 * tile, 1, points, 1);
        for (j = 0; j < 4; ++j)
          v[(4 * i + j) * 2 + tile] = (int32_t)points[j];
      }
    v += 2 * POINTS;
  }
}
#endif

/*===-- Outputs -----------------------------------------------------------===*/

#if OFA_DSP_ASM
/* clang-format off */
/* 8 steps of two inputs at a point of both tiles, sixteen products each, of
 * STEP_BYTES. r0: weights, r1: inputs; sums of both tiles: r6, r7 of channel 0 to
 * r12, lr of 3. FIRST is a step without sums before; NEXT goes on behind the steps,
 * and LAST finishes them. */
#if OFA_DUAL_ISSUE
/* The last two products of a step stay for the next one, where its loads go beside
 * them. Their places are fixed, so FIRST goes back by the steps that are left out,
 * which SKIPPED has in r8, for r5 of the others. */
#define STEP_BYTES "56"
#define SKIPPED                                                                \
  "rsb r8, r5, #7\n\t"                                                         \
  "lsl r8, r8, #4\n\t"
#define PUSHED "{r0, r6, r8}"
#define POPPED "{r0, r2, r3}"
#define STEPS                                                                  \
  ".irp i, 0, 1, 2, 3, 4, 5, 6, 7\n\t"                                         \
  "ldr.w r2, [r0, #\\i * 16]\n\t"                                              \
  "smlad r12, r3, r4, r12\n\t"                                                 \
  "ldr.w r4, [r1, #\\i * 128]\n\t"                                             \
  "smlad lr, r3, r5, lr\n\t"                                                   \
  "ldr.w r5, [r1, #\\i * 128 + 4]\n\t"                                         \
  "smlad r6, r2, r4, r6\n\t"                                                   \
  "ldr.w r3, [r0, #\\i * 16 + 4]\n\t"                                          \
  "smlad r7, r2, r5, r7\n\t"                                                   \
  "ldr.w r2, [r0, #\\i * 16 + 8]\n\t"                                          \
  "smlad r8, r3, r4, r8\n\t"                                                   \
  "smlad r9, r3, r5, r9\n\t"                                                   \
  "ldr.w r3, [r0, #\\i * 16 + 12]\n\t"                                         \
  "smlad r10, r2, r4, r10\n\t"                                                 \
  "smlad r11, r2, r5, r11\n\t"                                                 \
  ".endr\n\t"
#define FIRST                                                                  \
  "ldr r2, [r0]\n\t"                                                           \
  "ldr r4, [r1]\n\t"                                                           \
  "ldr r3, [r0, #4]\n\t"                                                       \
  "ldr r5, [r1, #4]\n\t"                                                       \
  "ldr r12, [sp, #24]\n\t"                                                     \
  "smuad r6, r2, r4\n\t"                                                       \
  "mov lr, #0\n\t"                                                             \
  "smuad r7, r2, r5\n\t"                                                       \
  "ldr r2, [r0, #8]\n\t"                                                       \
  "smuad r8, r3, r4\n\t"                                                       \
  "sub r1, r1, r12, lsl #3\n\t"                                                \
  "smuad r9, r3, r5\n\t"                                                       \
  "ldr r3, [r0, #12]\n\t"                                                      \
  "smuad r10, r2, r4\n\t"                                                      \
  "sub r0, r0, r12\n\t"                                                        \
  "smuad r11, r2, r5\n\t"                                                      \
  "mov r12, #0\n\t"
#define NEXT                                                                   \
  "add r0, r0, #128\n\t"                                                       \
  "add r1, r1, #1024\n\t"
#define LAST                                                                   \
  "smlad r12, r3, r4, r12\n\t"                                                 \
  "smlad lr, r3, r5, lr\n\t"
#else
#define STEP_BYTES "44"
#define SKIPPED
#define PUSHED "{r0, r6}"
#define POPPED "{r0, r2}"
#define PRODUCTS(op, end)                                                      \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  "ldrd r4, r5, [r1], #128\n\t"                                                \
  op " r6, r2, r4" end(r6)                                                     \
  op " r7, r2, r5" end(r7)                                                     \
  op " r8, r3, r4" end(r8)                                                     \
  op " r9, r3, r5" end(r9)                                                     \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  op " r10, r2, r4" end(r10)                                                   \
  op " r11, r2, r5" end(r11)                                                   \
  op " r12, r3, r4" end(r12)                                                   \
  op " lr, r3, r5" end(lr)
#define TO_SUM(y) ", " #y "\n\t"
#define ALONE(y) "\n\t"
#define STEPS ".rept 8\n\t" PRODUCTS("smlad", TO_SUM) ".endr\n\t"
#define FIRST PRODUCTS("smuad", ALONE)
#define NEXT
#define LAST
#endif

/* A column of M: to y and z its parts of both output rows. */
#define COLUMN(place, y, z)                                                    \
  "ldr r2, [r1, #" place "]\n\t"                                               \
  "ldr r3, [r1, #" place " + 128]\n\t"                                         \
  "ldr r4, [r1, #" place " + 256]\n\t"                                         \
  "ldr r5, [r1, #" place " + 384]\n\t"                                         \
  "add " y ", r3, r4\n\t"                                                      \
  "sub " z ", r3, r4\n\t"                                                      \
  "add " y ", " y ", r2\n\t"                                                   \
  "sub " z ", " z ", r5\n\t"
#define SCALE_single(y) "smmla " y ", " y ", r7, r12\n\t"
#define SCALE_positive(y) "smmlar " y ", " y ", r7, r12\n\t"
#define SCALE_double(y)                                                        \
  "add r2, r12, " y ", asr #31\n\t"                                            \
  "smmlar " y ", " y ", r7, r2\n\t"
#define DOUBLED(y) "add " y ", r6, " y ", asr #1\n\t"
#define SHIFT(y) "asr " y ", " y ", lr\n\t"
#define CLAMP(y) "ssat " y ", #8, " y "\n\t"
/* A channel of a tile, whose M is at r1 and whose pixels are at `pixels` of the
 * run. */
#define TILE(pixels, scale)                                                    \
  COLUMN("0", "r8", "r10") COLUMN("32", "r9", "r11")                           \
  "add r8, r8, r9\n\t"                                                         \
  "add r10, r10, r11\n\t" COLUMN("64", "r6", "r7")                             \
  "add r8, r8, r6\n\t"                                                         \
  "sub r9, r9, r6\n\t"                                                         \
  "add r10, r10, r7\n\t"                                                       \
  "sub r11, r11, r7\n\t" COLUMN("96", "r6", "r7")                              \
  "sub r9, r9, r6\n\t"                                                         \
  "sub r11, r11, r7\n\t"                                                       \
  "ldm r0, {r6, r7, r12, lr}\n\t"                                              \
  DOUBLED("r8") DOUBLED("r9") DOUBLED("r10") DOUBLED("r11")                    \
  scale("r8") scale("r9") scale("r10") scale("r11")                            \
  SHIFT("r8")                                                                  \
  "ldr r6, [sp, #16]\n\t" SHIFT("r9") SHIFT("r10")                             \
  "add r5, r6, #" pixels "\n\t" SHIFT("r11")                                   \
  "ldr r6, [r6, #32]\n\t" CLAMP("r8") CLAMP("r9")                              \
  "ldm r5, {r2-r5}\n\t" CLAMP("r10") CLAMP("r11")                              \
  "strb r11, [r5, r6]\n\t"                                                     \
  "strb r10, [r4, r6]\n\t"                                                     \
  "strb r9, [r3, r6]\n\t"                                                      \
  "strb r8, [r2, r6]\n\t"

/* All blocks. On the stack: v, v_end, m, m_end; the run, and where the loop of 8
 * steps is entered. */
#define BLOCKS(name)                                                           \
  OFA_OUTLINE void blocks_##name(run_t *run) {                                 \
    register run_t *r0 __asm__("r0") = run;                                    \
    __asm__ volatile(                                                          \
        "str r7, [r0, #68]\n\t"                                                \
        "ldm r0, {r1-r4}\n\t"                                                  \
        "sub r5, r2, r1\n\t"                                                   \
        "sub r5, r5, #128\n\t"                                                 \
        "lsr r5, r5, #7\n\t"                                                   \
        "and r5, r5, #7\n\t" SKIPPED                                           \
        "mov r6, #" STEP_BYTES "\n\t"                                          \
        "mul r5, r5, r6\n\t"                                                   \
        "adr r6, 4f\n\t"                                                       \
        "sub r6, r6, r5\n\t"                                                   \
        "orr r6, r6, #1\n\t"                                                   \
        "push " PUSHED "\n\t"                                                  \
        "push {r1-r4}\n\t"                                                     \
        "1: ldr r2, [sp, #16]\n\t"                                             \
        "ldr r1, [sp]\n\t"                                                     \
        "ldr r0, [r2, #24]\n\t"                                                \
        "2:\n\t" FIRST                                                         \
        "ldr pc, [sp, #20]\n\t"                                                \
        ".balign 4\n\t"                                                        \
        "3:\n\t" STEPS                                                         \
        "4: ldr r2, [sp, #4]\n\t" NEXT                                         \
        "cmp r1, r2\n\t"                                                       \
        "bne 3b\n\t" LAST                                                      \
        "ldm sp, {r1, r3, r4, r5}\n\t"                                         \
        "add r1, r1, #8\n\t"                                                   \
        "add r3, r3, #8\n\t"                                                   \
        "stm r4!, {r6-r12, lr}\n\t"                                            \
        "stm sp, {r1, r3, r4}\n\t"                                             \
        "cmp r4, r5\n\t"                                                       \
        "bne 2b\n\t"                                                           \
        "sub r1, r1, #128\n\t"                                                 \
        "sub r3, r3, #128\n\t"                                                 \
        "ldr r2, [sp, #16]\n\t"                                                \
        "ldr r4, [r2, #20]\n\t"                                                \
        "stm sp, {r1, r3, r4}\n\t"                                             \
        "mov r1, r4\n\t"                                                       \
        "5: add r1, r1, #4\n\t" TILE("52", SCALE_##name)                       \
        "sub r1, r1, #4\n\t" TILE("36", SCALE_##name)                          \
        "ldr r2, [sp, #16]\n\t"                                                \
        "add r6, r6, #1\n\t"                                                   \
        "str r6, [r2, #32]\n\t"                                                \
        "add r0, r0, #16\n\t"                                                  \
        "add r1, r1, #8\n\t"                                                   \
        "ands r3, r6, #3\n\t"                                                  \
        "bne 5b\n\t"                                                           \
        "ldr r3, [r2, #28]\n\t"                                                \
        "str r0, [r2, #24]\n\t"                                                \
        "cmp r0, r3\n\t"                                                       \
        "bne 1b\n\t"                                                           \
        "add sp, sp, #16\n\t"                                                  \
        "pop " POPPED "\n\t"                                                   \
        "ldr r7, [r0, #68]"                                                    \
        : "+r"(r0)                                                             \
        :                                                                      \
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", \
          "lr", "cc", "memory");                                               \
  }
/* clang-format on */

#else

OFA_INLINE void finish(uint32_t y, const int32_t *constants, int8_t *pixel,
                       int rounding) {
  int32_t x = (int32_t)(((uint32_t)((int32_t)y >> 1)) + (uint32_t)constants[0]);
  *pixel = ofa_requantize_doubled(x, constants[1], constants[2], constants[3],
                                  rounding);
}

/* A channel of a tile, whose first point is at m. */
OFA_INLINE void make_tile(const uint32_t *m, const int32_t *constants,
                          int8_t *const *pixels, int32_t channel,
                          int rounding) {
  const int32_t point = 2 * BLOCK; /* words to the next one */
  uint32_t rows[2][4];
  int32_t i;
  for (i = 0; i < 4; ++i, m += point) {
    rows[0][i] = m[0] + m[4 * point] + m[8 * point];
    rows[1][i] = m[4 * point] - m[8 * point] - m[12 * point];
  }
  for (i = 1; i >= 0; --i) {
    const uint32_t *x = rows[i];
    finish(x[1] - x[2] - x[3], constants, pixels[2 * i + 1] + channel,
           rounding);
    finish(x[0] + x[1] + x[2], constants, pixels[2 * i] + channel, rounding);
  }
}

OFA_INLINE void blocks(run_t *run, int rounding) {
  int32_t words = (int32_t)(run->v_end - run->v_begin);
  const int32_t *stream = run->stream;
  int32_t channel = 0;
  int32_t i;
  while (stream != run->last) {
    int32_t *m = run->m_begin;
    int32_t p;
    for (p = 0; p < POINTS; ++p, m += 2 * BLOCK) {
      const int32_t *v = run->v_begin + 2 * p;
      const int32_t *end = v + words;
      uint32_t sums[2 * BLOCK] = {0, 0, 0, 0, 0, 0, 0, 0};
      for (; v != end; v += 2 * POINTS)
        for (i = 0; i < BLOCK; ++i, ++stream) {
          uint32_t w = (uint32_t)*stream;
          sums[2 * i] = ofa_dot(sums[2 * i], w, (uint32_t)v[0]);
          sums[2 * i + 1] = ofa_dot(sums[2 * i + 1], w, (uint32_t)v[1]);
        }
      for (i = 0; i < 2 * BLOCK; ++i)
        m[i] = (int32_t)sums[i];
    }
    for (i = 0; i < BLOCK; ++i, ++channel, stream += 4) {
      const uint32_t *sums = (const uint32_t *)run->m_begin + 2 * i;
      make_tile(sums + 1, stream, run->b, channel, rounding);
      make_tile(sums, stream, run->a, channel, rounding);
    }
  }
}

#define ROUNDING_single OFA_ROUND_SINGLE
#define ROUNDING_double OFA_ROUND_DOUBLE
#define ROUNDING_positive OFA_ROUND_DOUBLE_POSITIVE
#define BLOCKS(name)                                                           \
  OFA_OUTLINE void blocks_##name(run_t *run) { blocks(run, ROUNDING_##name); }
#endif

BLOCKS(single)
BLOCKS(double)
BLOCKS(positive)

/*===-- Layers ------------------------------------------------------------===*/

/* The pixels of 4x6 inputs, row by row, from row y and column x on. */
OFA_OUTLINE void find_pixels(const ofa_window_t *window, const int8_t *input,
                             const int8_t *zero_point, int32_t y, int32_t x,
                             const int8_t **pixels) {
  int32_t depth = window->in_channels;
  int32_t pitch = window->in_width * depth;
  const int8_t **end = pixels + ROWS * COLUMNS;
  int inside = x >= 0 && x + COLUMNS <= window->in_width;
  for (; pixels != end; pixels += COLUMNS, ++y) {
    int is_row = y >= 0 && y < window->in_height;
    int32_t place = y * pitch + x * depth;
    int32_t j;
    if (is_row && inside) {
      const int8_t *pixel = input + place;
      pixels[0] = pixel;
      pixels[1] = pixel += depth;
      pixels[2] = pixel += depth;
      pixels[3] = pixel += depth;
      pixels[4] = pixel += depth;
      pixels[5] = pixel + depth;
      continue;
    }
    for (j = 0; j < COLUMNS; ++j, place += depth)
      pixels[j] = is_row && x + j >= 0 && x + j < window->in_width
                      ? input + place
                      : zero_point;
  }
}

OFA_OUTLINE void make_layer(const params_t *params, const int8_t *input,
                            int8_t *output, int32_t *scratch,
                            void (*make)(run_t *run)) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t width = window->out_channels;
  int32_t pitch = window->out_width * width;
  int32_t words = POINTS * depth;
  int32_t *m = scratch + words;
  int8_t *zero_point = (int8_t *)(m + POINTS * 2 * BLOCK);
  int32_t y;
  run_t run;
  for (y = 0; y < depth; ++y)
    zero_point[y] = params->input_zero_point;
  run.v = run.v_begin = scratch;
  run.v_end = scratch + words;
  run.m = run.m_begin = m;
  run.m_end = m + POINTS * 2 * BLOCK;
  run.last = params->stream + (width / BLOCK) * (BLOCK * (words / 2 + 4));
  for (y = 0; y < window->out_height; y += 2) {
    int32_t down = y + 1 < window->out_height ? pitch : 0;
    int8_t *pixel = output + y * pitch;
    int32_t x;
    for (x = 0; x < window->out_width; x += 4, pixel += 4 * width) {
      const int8_t *pixels[ROWS * COLUMNS];
      int32_t left = window->out_width - x;
      int32_t to_b = left > 2 ? 2 * width : 0;
      int32_t c;
      find_pixels(window, input, zero_point, y - window->pad_top,
                  x - window->pad_left, pixels);
      for (c = 0; c < depth; c += 4)
        transform(pixels, c, m, scratch + c * POINTS);
      run.a[0] = pixel;
      run.a[1] = pixel + (left > 1 ? width : 0);
      run.b[0] = pixel + to_b;
      run.b[1] = run.b[0] + (left > 3 || left == 2 ? width : 0);
      run.a[2] = run.a[0] + down;
      run.a[3] = run.a[1] + down;
      run.b[2] = run.b[0] + down;
      run.b[3] = run.b[1] + down;
      run.stream = params->stream;
      run.channel = 0;
      make(&run);
    }
  }
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, window->out_height * pitch, params->activation_min,
                    params->activation_max);
}

void ofa_conv2d_winograd_s8_single(const params_t *params, const int8_t *input,
                                   int8_t *output, int32_t *scratch) {
  make_layer(params, input, output, scratch, blocks_single);
}

void ofa_conv2d_winograd_s8_double(const params_t *params, const int8_t *input,
                                   int8_t *output, int32_t *scratch) {
  make_layer(params, input, output, scratch,
             params->output_zero_point == -128 ? blocks_positive
                                               : blocks_double);
}
