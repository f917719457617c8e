/*===- ofa_planes_large_s8.h - 5x5 and 7x7 depthwise --------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/armv7em: the body of two files, which define
 * SIZE as 5 or 7, BLOCK as a block's words, and where its constants lie with
 * stride 1 and 2 as CONSTANTS_1 and CONSTANTS_2.
 *
 * With stride 1 a step makes 2x2 outputs, with stride 2 two outputs of one row,
 * or four of a 5x5 kernel where they divide the row.
 * Kernel row ky has the words E = (w0, w1), (w2, w3), ... for outputs of even
 * columns and O = (w1, w2), (w3, w4), ... for the others; the last O ends with
 * the last weight.
 *
 * A channel's block is read from its first word on: the bias; for each pair of
 * rows what its columns need of the kernel rows that meet it; after each pair
 * the bytes to the next one in the ring, after the last to the next step; and
 * the constants. Stride 1 meets pair t with kernel rows 2t - 1 (lower outputs),
 * 2t and 2t + 1 in turn: E0, then E1, O0, ..., then the last O. Stride 2 has E0
 * of rows 2t and 2t + 1, E1 of both, ..., and one word of both last weights.
 */
#ifndef OFA_PLANES_LARGE_S8_H
#define OFA_PLANES_LARGE_S8_H

#include "ofa_planes_s8.h"

#define HALF (SIZE / 2)

#if OFA_DSP_ASM

/* clang-format off */
/* What a column of one row, x, gives to both outputs of a row: in the first
 * column of a step; in the next ones for an even and an odd output; in the last
 * one. Outputs 0 are r11 and r12, the lower ones 1 are lr and r6. */
#define FIRST_0(x, w)                                                          \
  OFA_PLANES_DOT("r11", x, w) OFA_PLANES_TAP("tb", "r12", x, w)
#define FIRST_1(x, w)                                                          \
  OFA_PLANES_DOT("lr", x, w) OFA_PLANES_TAP("tb", "r6", x, w)
#define EVEN_0(x, w) OFA_PLANES_DOT("r11", x, w)
#define EVEN_1(x, w) OFA_PLANES_DOT("lr", x, w)
#define ODD_0(x, w) OFA_PLANES_DOT("r12", x, w)
#define ODD_1(x, w) OFA_PLANES_DOT("r6", x, w)
#define LAST_0(x, w)                                                           \
  OFA_PLANES_TAP("bt", "r11", x, w) OFA_PLANES_DOT("r12", x, w)
#define LAST_1(x, w)                                                           \
  OFA_PLANES_TAP("bt", "lr", x, w) OFA_PLANES_DOT("r6", x, w)
/* The last one of a last odd column, which has outputs r11 and lr alone. */
#define TAIL_0(x, w) OFA_PLANES_TAP("bt", "r11", x, w)
#define TAIL_1(x, w) OFA_PLANES_TAP("bt", "lr", x, w)

/* Both rows of a pair, r4 and r5: the first pair, one inside, the last one. */
#define TOP(column, w0, w1)                                                    \
  column##_0("r4", w0) column##_0("r5", w1) column##_1("r5", w0)
#define INSIDE(column)                                                         \
  column##_0("r4", "r8") column##_0("r5", "r9") column##_1("r4", "r7")         \
      column##_1("r5", "r8")
#define BOTTOM(column, before, last)                                           \
  column##_0("r4", last) column##_1("r4", before) column##_1("r5", last)

#define NEXT OFA_PLANES_LOAD_NEXT("r1")
#define MOVE(bytes) "add r1, r1, " bytes "\n\t"

#define TOP_MIDDLE                                                             \
  NEXT "ldm r0!, {r7-r10}\n\t" TOP(EVEN, "r7", "r8") TOP(ODD, "r9", "r10")
#define INSIDE_MIDDLE                                                          \
  NEXT "ldm r0!, {r7-r9}\n\t" INSIDE(EVEN) "ldm r0!, {r7-r9}\n\t" INSIDE(ODD)
#define BOTTOM_MIDDLE                                                          \
  NEXT "ldm r0!, {r7-r10}\n\t" BOTTOM(EVEN, "r7", "r8") BOTTOM(ODD, "r9", "r10")
#define INSIDE_PAIR                                                            \
  NEXT "ldm r0!, {r7-r9}\n\t" INSIDE(FIRST)                                    \
  MIDDLES(INSIDE_MIDDLE)                                                       \
  NEXT "ldm r0!, {r7-r10}\n\t" INSIDE(LAST) MOVE("r10")

#define STRIDE_1(rounding)                                                     \
  "1: ldm r0!, {r6-r8}\n\t" NEXT                                               \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  "smlatb r12, r4, r7, r6\n\t"                                                 \
  "smlad lr, r5, r7, r6\n\t"                                                   \
  OFA_PLANES_TAP("tb", "r6", "r5", "r7")                                       \
  FIRST_0("r5", "r8")                                                          \
  MIDDLES(TOP_MIDDLE)                                                          \
  NEXT "ldm r0!, {r7-r9}\n\t" TOP(LAST, "r7", "r8") MOVE("r9")                 \
  INSIDE_PAIRS(INSIDE_PAIR)                                                    \
  NEXT "ldm r0!, {r7, r8}\n\t" BOTTOM(FIRST, "r7", "r8")                       \
  MIDDLES(BOTTOM_MIDDLE)                                                       \
  NEXT "ldm r0!, {r7-r9}\n\t" BOTTOM(LAST, "r7", "r8") MOVE("r9")              \
  "ldm r0, {r4, r5, r7-r10}\n\t"                                               \
  "cmp r1, r9\n\t"                                                             \
  OFA_PLANES_FINISH_##rounding("r11", "r4", "r5", "r7", "r9")                  \
  OFA_PLANES_FINISH_##rounding("r12", "r4", "r5", "r7", "r9")                  \
  OFA_PLANES_FINISH_##rounding("lr", "r4", "r5", "r7", "r9")                   \
  OFA_PLANES_FINISH_##rounding("r6", "r4", "r5", "r7", "r9")                   \
  "add r10, r10, r3\n\t"                                                       \
  "strb r6, [r10, r8]\n\t"                                                     \
  "strb lr, [r10]\n\t"                                                         \
  "strb r12, [r3, r8]\n\t"                                                     \
  "strb r11, [r3]\n\t"                                                         \
  "add r3, r3, r8, lsl #1\n\t"                                                 \
  "sub r0, r0, #" OFA_PLANES_TEXT(CONSTANTS_1) " * 4\n\t"                      \
  "bne 1b\n\t"

#define TOP_EVEN NEXT "ldm r0!, {r7-r10}\n\t" TOP(EVEN, "r7", "r8")
#define INSIDE_EVEN                                                            \
  NEXT "ldm r0!, {r7-r9}\n\t" INSIDE(EVEN) "add r0, r0, #12\n\t"
#define BOTTOM_EVEN NEXT "ldm r0!, {r7-r10}\n\t" BOTTOM(EVEN, "r7", "r8")
#define INSIDE_PAIR_EVEN                                                        \
  NEXT "ldm r0!, {r7-r9}\n\t" INSIDE(EVEN)                                     \
  MIDDLES(INSIDE_EVEN)                                                         \
  NEXT "ldm r0!, {r7-r10}\n\t" INSIDE(TAIL) MOVE("r10")

#define EDGE_1(rounding)                                                        \
  "ldm r0!, {r6-r8}\n\t" NEXT                                                  \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  "smlad lr, r5, r7, r6\n\t"                                                   \
  EVEN_0("r5", "r8")                                                           \
  MIDDLES(TOP_EVEN)                                                            \
  NEXT "ldm r0!, {r7-r9}\n\t" TOP(TAIL, "r7", "r8") MOVE("r9")                 \
  INSIDE_PAIRS(INSIDE_PAIR_EVEN)                                                \
  NEXT "ldm r0!, {r7, r8}\n\t" BOTTOM(EVEN, "r7", "r8")                        \
  MIDDLES(BOTTOM_EVEN)                                                         \
  NEXT "ldm r0!, {r7-r9}\n\t" BOTTOM(TAIL, "r7", "r8")                         \
  "ldm r0, {r4, r5, r7-r10}\n\t"                                               \
  OFA_PLANES_FINISH_##rounding("r11", "r4", "r5", "r7", "r9")                  \
  OFA_PLANES_FINISH_##rounding("lr", "r4", "r5", "r7", "r9")                   \
  "strb lr, [r3, r10]\n\t"                                                     \
  "strb r11, [r3]\n\t"                                                         \
  "sub r0, r0, #" OFA_PLANES_TEXT(CONSTANTS_1) " * 4\n\t"

/* Outputs lr and r2; the weights' words lie in r6 to r12. */
#define UPPER "ldr r4, [r1], #32\n\t"
#define BOTH(y, w0, w1) OFA_PLANES_DOT(y, "r4", w0) OFA_PLANES_DOT(y, "r5", w1)
#define BOTH_LAST(y, w)                                                        \
  OFA_PLANES_TAP("bb", y, "r4", w) OFA_PLANES_TAP("bt", y, "r5", w)
#define UPPER_LAST(y, w) OFA_PLANES_TAP("bb", y, "r4", w)

#define STRIDE_2(rounding)                                                     \
  "1: ldm r0!, {r2, r6-" BOTH_TOP "}\n\t" NEXT                                 \
  "smlad lr, r4, r6, r2\n\t"                                                   \
  OFA_PLANES_DOT("lr", "r5", "r7")                                             \
  BOTH_REST                                                                    \
  MORE_PAIRS(BOTH_PAIR)                                                        \
  "ldm r0!, {r4, r6-" UPPER_TOP "}\n\t" MOVE("r4")                             \
  UPPER OFA_PLANES_DOT("lr", "r4", "r6") UPPER_REST                            \
  "ldm r0, {r4, r6-r10}\n\t" MOVE("r4")                                        \
  "cmp r1, r10\n\t"                                                            \
  OFA_PLANES_FINISH_##rounding("lr", "r6", "r7", "r8", "r10")                  \
  OFA_PLANES_FINISH_##rounding("r2", "r6", "r7", "r8", "r10")                  \
  "strb r2, [r3, r9]\n\t"                                                      \
  "strb lr, [r3]\n\t"                                                          \
  "add r3, r3, r9, lsl #1\n\t"                                                 \
  "sub r0, r0, #(" OFA_PLANES_TEXT(CONSTANTS_2) " - 1) * 4\n\t"                \
  "bne 1b\n\t"

/* A last odd column has output lr alone, and one column of words less. */
#define ONE_PAIR                                                               \
  "ldm r0!, {r4, r6-" BOTH_TOP "}\n\t" MOVE("r4") MOVE("#32") NEXT             \
  BOTH("lr", "r6", "r7") ONE_REST
#define EDGE_2(rounding)                                                        \
  "ldm r0!, {r2, r6-" BOTH_TOP "}\n\t" NEXT                                    \
  "smlad lr, r4, r6, r2\n\t"                                                   \
  OFA_PLANES_DOT("lr", "r5", "r7")                                             \
  ONE_REST                                                                     \
  MORE_PAIRS(ONE_PAIR)                                                         \
  "ldm r0!, {r4, r6-" UPPER_TOP "}\n\t" MOVE("r4") MOVE("#32")                 \
  UPPER OFA_PLANES_DOT("lr", "r4", "r6") UPPER_ONE                             \
  "add r0, r0, #4\n\t"                                                         \
  "ldm r0, {r6-r8}\n\t"                                                        \
  OFA_PLANES_FINISH_##rounding("lr", "r6", "r7", "r8", "r10")                  \
  "strb lr, [r3]\n\t"                                                          \
  "sub r0, r0, #" OFA_PLANES_TEXT(CONSTANTS_2) " * 4\n\t"
#define EDGE_4(rounding) ""

#define BOTH_PAIR                                                              \
  "ldm r0!, {r4, r6-" BOTH_TOP "}\n\t" MOVE("r4") NEXT                         \
  BOTH("lr", "r6", "r7") BOTH_REST

#if SIZE == 5
#define MIDDLES(column) column
#define INSIDE_PAIRS(pair) pair
#define BOTH_TOP "r10"
#define BOTH_REST                                                              \
  NEXT BOTH("lr", "r8", "r9") BOTH("r2", "r6", "r7")                           \
  NEXT BOTH_LAST("lr", "r10") BOTH("r2", "r8", "r9")                           \
  NEXT BOTH_LAST("r2", "r10")
#define ONE_REST                                                               \
  NEXT BOTH("lr", "r8", "r9") NEXT BOTH_LAST("lr", "r10")
#define MORE_PAIRS(pair) pair
#define UPPER_TOP "r8"
#define UPPER_ONE                                                              \
  UPPER OFA_PLANES_DOT("lr", "r4", "r7") UPPER UPPER_LAST("lr", "r8")
#define UPPER_REST                                                             \
  UPPER OFA_PLANES_DOT("lr", "r4", "r7") OFA_PLANES_DOT("r2", "r4", "r6")      \
  UPPER UPPER_LAST("lr", "r8") OFA_PLANES_DOT("r2", "r4", "r7")                \
  UPPER UPPER_LAST("r2", "r8")
#else
/* Repeated by the assembler: strings stay short. */
#define TWICE(what) ".rept 2\n" what ".endr\n"
#define MIDDLES(column) TWICE(column)
#define INSIDE_PAIRS(pair) TWICE(pair)
#define BOTH_TOP "r12"
#define BOTH_REST                                                              \
  NEXT BOTH("lr", "r8", "r9") BOTH("r2", "r6", "r7")                           \
  NEXT BOTH("lr", "r10", "r11") BOTH("r2", "r8", "r9")                         \
  NEXT BOTH_LAST("lr", "r12") BOTH("r2", "r10", "r11")                         \
  NEXT BOTH_LAST("r2", "r12")
#define ONE_REST                                                               \
  NEXT BOTH("lr", "r8", "r9") NEXT BOTH("lr", "r10", "r11")                    \
  NEXT BOTH_LAST("lr", "r12")
#define MORE_PAIRS(pair) TWICE(pair)
#define UPPER_TOP "r9"
#define UPPER_ONE                                                              \
  UPPER OFA_PLANES_DOT("lr", "r4", "r7")                                       \
  UPPER OFA_PLANES_DOT("lr", "r4", "r8") UPPER UPPER_LAST("lr", "r9")
#define UPPER_REST                                                             \
  UPPER OFA_PLANES_DOT("lr", "r4", "r7") OFA_PLANES_DOT("r2", "r4", "r6")      \
  UPPER OFA_PLANES_DOT("lr", "r4", "r8") OFA_PLANES_DOT("r2", "r4", "r7")      \
  UPPER UPPER_LAST("lr", "r9") OFA_PLANES_DOT("r2", "r4", "r8")                \
  UPPER UPPER_LAST("r2", "r9")
#endif

#if SIZE == 5
/* Outputs lr, r11, r12 and r2. */
#define WIDE_REST                                                              \
  NEXT BOTH_LAST("r11", "r10") BOTH("r12", "r8", "r9") BOTH("r2", "r6", "r7")  \
  NEXT BOTH_LAST("r12", "r10") BOTH("r2", "r8", "r9")                          \
  NEXT BOTH_LAST("r2", "r10")
#define STRIDE_4(rounding)                                                     \
  "1: ldm r0!, {r2, r6-r10}\n\t" NEXT                                          \
  "smlad lr, r4, r6, r2\n\t"                                                   \
  OFA_PLANES_DOT("lr", "r5", "r7")                                             \
  NEXT BOTH("lr", "r8", "r9")                                                  \
  "smlad r11, r4, r6, r2\n\t"                                                  \
  OFA_PLANES_DOT("r11", "r5", "r7")                                            \
  NEXT BOTH_LAST("lr", "r10") BOTH("r11", "r8", "r9")                          \
  "smlad r12, r4, r6, r2\n\t"                                                  \
  OFA_PLANES_DOT("r12", "r5", "r7")                                            \
  WIDE_REST                                                                    \
  "ldm r0!, {r4, r6-r10}\n\t" MOVE("r4")                                       \
  NEXT BOTH("lr", "r6", "r7")                                                  \
  NEXT BOTH("lr", "r8", "r9") BOTH("r11", "r6", "r7")                          \
  NEXT BOTH_LAST("lr", "r10") BOTH("r11", "r8", "r9") BOTH("r12", "r6", "r7")  \
  WIDE_REST                                                                    \
  "ldm r0!, {r4, r6-r8}\n\t" MOVE("r4")                                        \
  UPPER OFA_PLANES_DOT("lr", "r4", "r6")                                       \
  UPPER OFA_PLANES_DOT("lr", "r4", "r7") OFA_PLANES_DOT("r11", "r4", "r6")     \
  UPPER UPPER_LAST("lr", "r8") OFA_PLANES_DOT("r11", "r4", "r7")               \
  OFA_PLANES_DOT("r12", "r4", "r6")                                            \
  UPPER UPPER_LAST("r11", "r8") OFA_PLANES_DOT("r12", "r4", "r7")              \
  OFA_PLANES_DOT("r2", "r4", "r6")                                             \
  UPPER UPPER_LAST("r12", "r8") OFA_PLANES_DOT("r2", "r4", "r7")               \
  UPPER UPPER_LAST("r2", "r8")                                                 \
  "ldm r0, {r4, r6-r10}\n\t" MOVE("r4")                                        \
  "cmp r1, r10\n\t"                                                            \
  OFA_PLANES_FINISH_##rounding("lr", "r6", "r7", "r8", "r10")                  \
  OFA_PLANES_FINISH_##rounding("r11", "r6", "r7", "r8", "r10")                 \
  OFA_PLANES_FINISH_##rounding("r12", "r6", "r7", "r8", "r10")                 \
  OFA_PLANES_FINISH_##rounding("r2", "r6", "r7", "r8", "r10")                  \
  "strb lr, [r3]\n\t"                                                          \
  "strb r11, [r3, r9]\n\t"                                                     \
  "add r3, r3, r9, lsl #1\n\t"                                                 \
  "strb r12, [r3]\n\t"                                                         \
  "strb r2, [r3, r9]\n\t"                                                      \
  "add r3, r3, r9, lsl #1\n\t"                                                 \
  "sub r0, r0, #(" OFA_PLANES_TEXT(CONSTANTS_2) " - 1) * 4\n\t"                \
  "bne 1b\n\t"
#endif

/* clang-format on */

#define STEPS(stride, name, rounding)                                          \
  OFA_OUTLINE void steps_##stride##_##name(int32_t *block,                     \
                                           ofa_planes_run_t *run) {            \
    register int32_t *r0 __asm__("r0") = block;                                \
    register ofa_planes_run_t *r1 __asm__("r1") = run;                         \
    __asm__ volatile(OFA_PLANES_RUN_BEGIN(CONSTANTS_##stride)                  \
                         STRIDE_##stride(rounding)                             \
                             OFA_PLANES_RUN_END(CONSTANTS_##stride, BLOCK,     \
                                                EDGE_##stride(rounding))       \
                     : "+r"(r0), "+r"(r1)                                      \
                     :                                                         \
                     : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", \
                       "r12", "lr", "cc", "memory");                           \
  }

#else

/* The block is read as the assembly does. A column x of one row and a word of
 * weights, in the first column of a step and in the last one. */
OFA_INLINE void first(uint32_t x, uint32_t w, uint32_t *sums) {
  sums[0] = ofa_dot(sums[0], x, w);
  sums[1] = ofa_planes_tap(sums[1], ofa_high(x), ofa_low(w));
}

OFA_INLINE void last(uint32_t x, uint32_t w, uint32_t *sums) {
  sums[0] = ofa_planes_tap(sums[0], ofa_low(x), ofa_high(w));
  sums[1] = ofa_dot(sums[1], x, w);
}

OFA_INLINE void steps_1(const int32_t *block, const uint32_t *x, int8_t *output,
                        int32_t left, int32_t pixel, int rounding) {
  const int32_t *constants = block + CONSTANTS_1;
  int32_t row = constants[OFA_PLANES_ROW];
  for (; left > 0; --left) {
    const uint32_t *w = (const uint32_t *)block;
    uint32_t sums[2][2]; /* lower or not, column */
    int32_t t;
    sums[0][0] = sums[0][1] = sums[1][0] = sums[1][1] = *w++;
    for (t = 0; t <= HALF; ++t) {
      int32_t column;
      for (column = 0; column <= HALF; ++column) {
        /* The kernel rows of w: 2t - 1, 2t, 2t + 1. */
        int32_t count = t == 0 || t == HALF ? 2 : 3;
        int32_t kind;
        for (kind = 0; kind < (column > 0 && column < HALF ? 2 : 1); ++kind) {
          int32_t i;
          for (i = 0; i < count; ++i) {
            int32_t ky = 2 * t - (t > 0) + i;
            int32_t lower;
            for (lower = 0; lower < 2; ++lower) {
              int32_t r = ky + lower - 2 * t; /* row of the pair */
              if (r < 0 || r > 1)
                continue;
              if (column == 0)
                first(x[r], w[i], sums[lower]);
              else if (column == HALF)
                last(x[r], w[i], sums[lower]);
              else
                sums[lower][kind] = ofa_dot(sums[lower][kind], x[r], w[i]);
            }
          }
          w += count;
        }
        x += OFA_PLANES_PAIR;
      }
      x += (int32_t)*w++ / 4;
    }
    ofa_planes_finish(sums[1][1], constants, output + row + pixel, rounding);
    ofa_planes_finish(sums[1][0], constants, output + row, rounding);
    ofa_planes_finish(sums[0][1], constants, output + pixel, rounding);
    ofa_planes_finish(sums[0][0], constants, output, rounding);
    output += left > 1 ? 2 * pixel : 0;
  }
}

OFA_INLINE void steps_of(int32_t wide, const int32_t *block, const uint32_t *x,
                         int8_t *output, int32_t left, int32_t pixel,
                         int rounding) {
  const int32_t *constants = block + CONSTANTS_2;
  for (; left > 0; --left) {
    const uint32_t *w = (const uint32_t *)block;
    uint32_t sums[4];
    int32_t t;
    sums[0] = sums[1] = sums[2] = sums[3] = *w++;
    for (t = 0; t <= HALF; ++t) {
      int32_t count = t < HALF ? 2 : 1;
      int32_t column;
      for (column = 0; column < HALF + wide; ++column) {
        int32_t i;
        int32_t r;
        for (i = 0; i < wide; ++i) {
          int32_t tap = column - i; /* the word of output i */
          for (r = 0; r < count; ++r) {
            uint32_t both = w[HALF * count];
            if (tap >= 0 && tap < HALF)
              sums[i] = ofa_dot(sums[i], x[r], w[tap * count + r]);
            else if (tap == HALF)
              sums[i] = ofa_planes_tap(sums[i], ofa_low(x[r]),
                                       r ? ofa_high(both) : ofa_low(both));
          }
        }
        x += OFA_PLANES_PAIR;
      }
      w += HALF * count + 1;
      x += (int32_t)*w++ / 4;
    }
    for (t = wide - 1; t >= 0; --t)
      ofa_planes_finish(sums[t], constants, output + t * pixel, rounding);
    output += left > 1 ? wide * pixel : 0;
  }
}

OFA_INLINE void steps_2(const int32_t *block, const uint32_t *x, int8_t *output,
                        int32_t left, int32_t pixel, int rounding) {
  steps_of(2, block, x, output, left, pixel, rounding);
}

#if SIZE == 5
OFA_INLINE void steps_4(const int32_t *block, const uint32_t *x, int8_t *output,
                        int32_t left, int32_t pixel, int rounding) {
  steps_of(4, block, x, output, left, pixel, rounding);
}
#endif

#define STEPS(stride, name, rounding)                                          \
  OFA_OUTLINE void steps_##stride##_##name(int32_t *block,                     \
                                           ofa_planes_run_t *run) {            \
    int32_t c;                                                                 \
    for (c = 0; c < run->channels; ++c, block += BLOCK) {                      \
      const uint32_t *x = run->pair0 + 2 * c;                                  \
      int8_t *output = run->output + c;                                        \
      steps_##stride(block, x, output, run->steps, run->pixel, rounding);      \
      if (run->odd)                                                            \
        steps_##stride(block, x + run->steps * OFA_PLANES_PAIR * stride,       \
                       output + 2 * run->steps * run->pixel, 1, 0, rounding);  \
    }                                                                          \
  }

#endif

STEPS(1, single, 0)
STEPS(1, double, 1)
STEPS(2, single, 0)
STEPS(2, double, 1)
#if SIZE == 5
STEPS(4, single, 0)
STEPS(4, double, 1)
#endif

/* The word behind those of pair t. */
OFA_INLINE int32_t find_move(int32_t stride, int32_t t) {
  if (stride == 1)
    return t < HALF ? 4 * HALF + 1 + t * (6 * HALF + 1) : CONSTANTS_1 - 1;
  return t < HALF ? (t + 1) * (2 * HALF + 2) : CONSTANTS_2 - 1;
}

/* The words E, O of the kernel row at `byte` of the weights. */
OFA_INLINE void expand_row(const int32_t *weights, int32_t byte, int32_t *even,
                           int32_t *odd) {
  uint32_t first = ofa_planes_bytes(weights, byte);
  uint32_t last = ofa_planes_bytes(weights, byte + SIZE - 4);
  uint32_t e0 = ofa_planes_even(first);
  uint32_t o0 = ofa_planes_odd(first);
  uint32_t o1 = ofa_planes_odd(last);
  even[0] = (int32_t)ofa_lows(e0, o0);
  even[1] = (int32_t)ofa_highs(e0, o0);
  odd[0] = (int32_t)ofa_low_high(o0, e0);
#if SIZE == 5
  odd[1] = (int32_t)ofa_highs(o0, o1);
#else
  {
    uint32_t e1 = ofa_planes_even(last);
    odd[1] = (int32_t)ofa_lows(e1, o1);
    even[2] = (int32_t)ofa_low_high(o1, e1);
    odd[2] = (int32_t)ofa_highs(e1, o1);
  }
#endif
}

/* The first word of pair t, and the words of each kind in it. */
OFA_INLINE int32_t find_pair(int32_t stride, int32_t t) {
  return t ? find_move(stride, t - 1) + 1 : 1;
}
OFA_INLINE int32_t count_rows(int32_t t) { return t > 0 && t < HALF ? 3 : 2; }

/* Kernel row ky of the four channels. With stride 1 an odd row meets two
 * pairs. */
OFA_INLINE void load_row_1(const int32_t *weights, int32_t *block, int32_t ky) {
  int32_t t = ky >> 1;
  int32_t count = count_rows(t);
  int32_t *word = block + find_pair(1, t) + (ky & 1) + (t > 0);
  int32_t next_count = count_rows(t + 1);
  int32_t *next = ky & 1 ? block + find_pair(1, t + 1) : word;
  int32_t byte = ky * SIZE;
  int32_t c;
  if (!(ky & 1))
    next_count = count;
  for (c = 0; c < 4; ++c) {
    int32_t even[3];
    int32_t odd[3];
    expand_row(weights, byte, even, odd);
    word[0] = next[0] = even[0];
    word[count] = next[next_count] = even[1];
    word[2 * count] = next[2 * next_count] = odd[0];
#if SIZE == 7
    word[3 * count] = next[3 * next_count] = even[2];
    word[4 * count] = next[4 * next_count] = odd[1];
#endif
    word[(SIZE - 2) * count] = next[(SIZE - 2) * next_count] = odd[HALF - 1];
    byte += SIZE * SIZE;
    word += BLOCK;
    next += BLOCK;
  }
}

OFA_INLINE void load_row_2(const int32_t *weights, int32_t *block, int32_t ky) {
  int32_t t = ky >> 1;
  int32_t r = ky & 1;
  int32_t count = t < HALF ? 2 : 1;
  int32_t *word = block + find_pair(2, t);
  int32_t byte = ky * SIZE;
  int32_t c;
  for (c = 0; c < 4; ++c) {
    int32_t even[3];
    int32_t odd[3];
    uint32_t last_tap;
    uint32_t *both = (uint32_t *)word + HALF * count;
    expand_row(weights, byte, even, odd);
    last_tap = (uint32_t)odd[HALF - 1] >> 16;
    word[r] = even[0];
    word[count + r] = even[1];
#if SIZE == 7
    word[2 * count + r] = even[2];
#endif
    *both = r ? *both | last_tap << 16 : last_tap;
    byte += SIZE * SIZE;
    word += BLOCK;
  }
}

OFA_OUTLINE void load_blocks(const int32_t *stream, int32_t *block,
                             int32_t start, int32_t stride, int32_t pixel,
                             int32_t row) {
  int32_t *constants = block + (stride == 1 ? CONSTANTS_1 : CONSTANTS_2);
  int32_t i;
  for (i = 0; i < 4; ++i) {
    int32_t shift = ofa_planes_shift(stream, i);
    block[i * BLOCK] = stream[2 * i];
    constants[OFA_PLANES_MULTIPLIER] = stream[2 * i + 1];
    constants[OFA_PLANES_START] = start * (1 << shift);
    constants[OFA_PLANES_RIGHT] = shift + 1;
    constants[OFA_PLANES_PIXEL] = pixel;
    constants[OFA_PLANES_ROW] = row;
    constants += BLOCK;
  }
  for (i = 0; i < SIZE; ++i) {
    if (stride == 1)
      load_row_1(stream + OFA_PLANES_CONSTANTS, block, i);
    else
      load_row_2(stream + OFA_PLANES_CONSTANTS, block, i);
  }
}

/* How far the next pair is, in bytes, and the next step, if pair 0 lies in
 * `slot`; step: columns of words to the next step. */
OFA_INLINE void set_moves(int32_t *block, int32_t slot_words, int32_t stride,
                          int32_t step, int32_t slot) {
  int32_t size = slot_words * 4;
  int32_t move = size - OFA_PLANES_STEP_BYTES * (HALF + step);
  int32_t t;
  for (t = 0; t < HALF; ++t)
    ofa_planes_set(block, BLOCK, find_move(stride, t),
                   slot + t == HALF ? move - (HALF + 1) * size : move);
  move += step * OFA_PLANES_STEP_BYTES;
  ofa_planes_set(block, BLOCK, find_move(stride, HALF),
                 slot ? move : move - (HALF + 1) * size);
}

OFA_OUTLINE void layer(const ofa_planes_params_t *params, int32_t y,
                       int32_t count, const int8_t *input, int32_t in_rows,
                       int8_t *output, int32_t out_rows, int32_t *scratch,
                       ofa_planes_steps_t steps, int32_t step) {
  const ofa_window_t *window = &params->window;
  const int32_t *stream = params->stream;
  int32_t stride = window->stride_width;
  int32_t constants = stride == 1 ? CONSTANTS_1 : CONSTANTS_2;
  int32_t channel;
  const ofa_planes_output_t place =
      ofa_planes_place(window, output, out_rows, y);
  ofa_planes_t planes;
  ofa_planes_rows_t rows;
  ofa_planes_begin(&planes, params, y, count, in_rows, 2,
                   (uint32_t *)scratch + 4 * BLOCK);
  ofa_planes_begin_rows(&rows, params, scratch, BLOCK, constants, 0,
                        place.step);
  if (step == 4)
    rows.run.steps = window->out_width >> 2;
  for (channel = 0; channel < window->out_channels; channel += 4) {
    int8_t *row = place.row + channel;
    int32_t left = count;
    int32_t slot;
    ofa_planes_group(&planes, input, channel);
    load_blocks(stream, scratch, ofa_start(params->output_zero_point), stride,
                rows.run.pixel, place.step);
    stream += OFA_PLANES_CONSTANTS + SIZE * SIZE;
    for (slot = 0; slot < HALF; ++slot)
      ofa_planes_load_pair(&planes);
    slot = 0; /* of pair 0 of a step */
    while (left > 0) {
      int32_t made = 3 - stride;
      if (left < made) {
        ofa_planes_set(rows.constants, BLOCK, OFA_PLANES_ROW, 0);
        made = 1;
      }
      ofa_planes_load_pair(&planes);
      set_moves(scratch, planes.slot_words, stride, step, slot);
      ofa_planes_run_rows(&rows, params, &planes, steps, planes.next,
                          planes.next, row, made);
      slot = slot == HALF ? 0 : slot + 1;
      row += made * place.step;
      left -= made;
    }
  }
}

#define LAYER_BEGIN(name)                                                      \
  OFA_INLINE void layer_##name(const ofa_planes_params_t *params, int32_t y,   \
                               int32_t count, const int8_t *input,             \
                               int32_t in_rows, int8_t *output,                \
                               int32_t out_rows, int32_t *scratch) {           \
    ofa_planes_steps_t steps = steps_1_##name;                                 \
    int32_t step = 1;                                                          \
    if (params->window.stride_width != 1) {                                    \
      steps = steps_2_##name;                                                  \
      step = 2;                                                                \
    }
#define LAYER_END                                                              \
    layer(params, y, count, input, in_rows, output, out_rows, scratch, steps,  \
          step);                                                               \
  }
#if SIZE == 5
#define LAYER(name)                                                            \
  LAYER_BEGIN(name)                                                            \
  if (step == 2 && !(params->window.out_width & 3)) {                          \
    steps = steps_4_##name;                                                    \
    step = 4;                                                                  \
  }                                                                            \
  LAYER_END                                                                    \
  OFA_PLANES_ENTRY(_k5, name, layer_##name)
#else
#define LAYER(name)                                                            \
  LAYER_BEGIN(name) LAYER_END                                                  \
  OFA_PLANES_ENTRY(_k7, name, layer_##name)
#endif

LAYER(single)
LAYER(double)

#endif /* OFA_PLANES_LARGE_S8_H */
