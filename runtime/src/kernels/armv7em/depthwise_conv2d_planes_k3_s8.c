/*===- depthwise_conv2d_planes_k3_s8.c - 3x3 depthwise ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_planes_s8.h"

/* With stride 1 a step makes 2x2 outputs from two pairs of rows, or the upper
 * two of them, with stride 2 two outputs of one row from a pair and the upper
 * row of the next. A last odd column has code of its own, for half a step. Row
 * ky has the weights A = (w0, w1), B = (w1, w2), C = w2: an even column's
 * output is A . (x0, x1) + B.high * x2, the next one's A.low * x1 + B . (x2,
 * x3).
 *
 * A channel's block: what lies below its constants, then these, then more.
 *   stride 1   bias A0 B0 A1 B1 | constants, A2 B2
 *   stride 2   bias A0 A1 (C0, C1) A2 C2 | constants
 */
#define BLOCK 16
#define BELOW 6
#define ABOVE (OFA_PLANES_RUN + 1)
#define TAPS 9
#define FIXED OFA_PLANES_FIXED_RIGHT

#if OFA_DSP_ASM

/* clang-format off */
#define STRIDE_1(rounding)                                                     \
  "1: ldmdb r0, {r6-r10}\n\t" OFA_PLANES_LOAD_NEXT("r1")                       \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  "smlatb r12, r4, r7, r6\n\t"                                                 \
  "smlad lr, r5, r7, r6\n\t"                                                   \
  OFA_PLANES_TAP("tb", "r6", "r5", "r7")                                       \
  OFA_PLANES_DOT("r11", "r5", "r9")                                            \
  OFA_PLANES_TAP("tb", "r12", "r5", "r9")                                      \
  OFA_PLANES_LOAD("r1")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_DOT("r12", "r4", "r8")                                            \
  OFA_PLANES_TAP("bt", "lr", "r5", "r8")                                       \
  OFA_PLANES_DOT("r6", "r5", "r8")                                             \
  OFA_PLANES_TAP("bt", "r11", "r5", "r10")                                     \
  OFA_PLANES_DOT("r12", "r5", "r10")                                           \
  OFA_PLANES_LOAD_NEXT("r2")                                                   \
  "ldrd r7, r8, [r0, #28]\n\t"                                                 \
  OFA_PLANES_DOT("lr", "r4", "r9")                                             \
  OFA_PLANES_TAP("tb", "r6", "r4", "r9")                                       \
  OFA_PLANES_DOT("r11", "r4", "r7")                                            \
  OFA_PLANES_TAP("tb", "r12", "r4", "r7")                                      \
  OFA_PLANES_DOT("lr", "r5", "r7")                                             \
  OFA_PLANES_TAP("tb", "r6", "r5", "r7")                                       \
  OFA_PLANES_LOAD("r2")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_DOT("r12", "r4", "r8")                                            \
  OFA_PLANES_TAP("bt", "lr", "r4", "r10")                                      \
  OFA_PLANES_DOT("r6", "r4", "r10")                                            \
  OFA_PLANES_TAP("bt", "lr", "r5", "r8")                                       \
  OFA_PLANES_DOT("r6", "r5", "r8")                                             \
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
  "bne 1b\n\t"

#define EDGE_1(rounding)                                                        \
  "ldmdb r0, {r6-r10}\n\t" OFA_PLANES_LOAD_NEXT("r1")                          \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  "smlad lr, r5, r7, r6\n\t"                                                   \
  OFA_PLANES_DOT("r11", "r5", "r9")                                            \
  OFA_PLANES_LOAD("r1")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_TAP("bt", "lr", "r5", "r8")                                       \
  OFA_PLANES_TAP("bt", "r11", "r5", "r10")                                     \
  OFA_PLANES_LOAD_NEXT("r2")                                                   \
  "ldrd r7, r8, [r0, #28]\n\t"                                                 \
  OFA_PLANES_DOT("lr", "r4", "r9")                                             \
  OFA_PLANES_DOT("r11", "r4", "r7")                                            \
  OFA_PLANES_DOT("lr", "r5", "r7")                                             \
  OFA_PLANES_LOAD("r2")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_TAP("bt", "lr", "r4", "r10")                                      \
  OFA_PLANES_TAP("bt", "lr", "r5", "r8")                                       \
  "ldm r0, {r4, r5, r7-r10}\n\t"                                               \
  OFA_PLANES_FINISH_##rounding("r11", "r4", "r5", "r7", "r9")                  \
  OFA_PLANES_FINISH_##rounding("lr", "r4", "r5", "r7", "r9")                   \
  "strb lr, [r3, r10]\n\t"                                                     \
  "strb r11, [r3]\n\t"

/* The upper outputs alone. */
#define STRIDE_1_ROW(rounding)                                                 \
  "1: ldmdb r0, {r6-r10}\n\t" OFA_PLANES_LOAD_NEXT("r1")                       \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  "smlatb r12, r4, r7, r6\n\t"                                                 \
  OFA_PLANES_DOT("r11", "r5", "r9")                                            \
  OFA_PLANES_TAP("tb", "r12", "r5", "r9")                                      \
  OFA_PLANES_LOAD("r1")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_DOT("r12", "r4", "r8")                                            \
  OFA_PLANES_TAP("bt", "r11", "r5", "r10")                                     \
  OFA_PLANES_DOT("r12", "r5", "r10")                                           \
  "ldr r4, [r2], #32\n\t"                                                      \
  "ldr r5, [r2]\n\t"                                                           \
  "ldrd r7, r8, [r0, #28]\n\t"                                                 \
  OFA_PLANES_DOT("r11", "r4", "r7")                                            \
  OFA_PLANES_TAP("tb", "r12", "r4", "r7")                                      \
  OFA_PLANES_TAP("bt", "r11", "r5", "r8")                                      \
  OFA_PLANES_DOT("r12", "r5", "r8")                                            \
  "ldm r0, {r4, r5, r7-r9}\n\t"                                                \
  "cmp r1, r9\n\t"                                                             \
  OFA_PLANES_FINISH_##rounding("r11", "r4", "r5", "r7", "r9")                  \
  OFA_PLANES_FINISH_##rounding("r12", "r4", "r5", "r7", "r9")                  \
  "strb r12, [r3, r8]\n\t"                                                     \
  "strb r11, [r3]\n\t"                                                         \
  "add r3, r3, r8, lsl #1\n\t"                                                 \
  "bne 1b\n\t"

#define EDGE_1_ROW(rounding)                                                    \
  "ldmdb r0, {r6-r10}\n\t" OFA_PLANES_LOAD_NEXT("r1")                          \
  "smlad r11, r4, r7, r6\n\t"                                                  \
  OFA_PLANES_DOT("r11", "r5", "r9")                                            \
  OFA_PLANES_LOAD("r1")                                                        \
  OFA_PLANES_TAP("bt", "r11", "r4", "r8")                                      \
  OFA_PLANES_TAP("bt", "r11", "r5", "r10")                                     \
  "ldr r4, [r2], #32\n\t"                                                      \
  "ldr r5, [r2]\n\t"                                                           \
  "ldrd r7, r8, [r0, #28]\n\t"                                                 \
  OFA_PLANES_DOT("r11", "r4", "r7")                                            \
  OFA_PLANES_TAP("bt", "r11", "r5", "r8")                                      \
  "ldm r0, {r4, r5, r7}\n\t"                                                   \
  OFA_PLANES_FINISH_##rounding("r11", "r4", "r5", "r7", "r9")                  \
  "strb r11, [r3]\n\t"

/* The last column of a step is the first one of the next. */
#define STRIDE_2(rounding)                                                     \
  OFA_PLANES_LOAD_NEXT("r1")                                                   \
  "ldr r6, [r2], #32\n\t"                                                      \
  "1: ldmdb r0, {r7-r12}\n\t"                                                  \
  "smlad lr, r4, r8, r7\n\t"                                                   \
  OFA_PLANES_DOT("lr", "r5", "r9")                                             \
  OFA_PLANES_DOT("lr", "r6", "r11")                                            \
  OFA_PLANES_LOAD_NEXT("r1")                                                   \
  "ldr r6, [r2], #32\n\t"                                                      \
  OFA_PLANES_TAP("bb", "lr", "r4", "r10")                                      \
  OFA_PLANES_TAP("bt", "lr", "r5", "r10")                                      \
  OFA_PLANES_TAP("bb", "lr", "r6", "r12")                                      \
  OFA_PLANES_DOT("r7", "r4", "r8")                                             \
  OFA_PLANES_DOT("r7", "r5", "r9")                                             \
  OFA_PLANES_DOT("r7", "r6", "r11")                                            \
  OFA_PLANES_LOAD_NEXT("r1")                                                   \
  "ldr r6, [r2], #32\n\t"                                                      \
  OFA_PLANES_TAP("bb", "r7", "r4", "r10")                                      \
  OFA_PLANES_TAP("bt", "r7", "r5", "r10")                                      \
  OFA_PLANES_TAP("bb", "r7", "r6", "r12")                                      \
  "ldm r0, {r8-r12}\n\t"                                                       \
  "cmp r1, r12\n\t"                                                            \
  OFA_PLANES_FINISH_##rounding("lr", "r8", "r9", "r10", "r12")                 \
  OFA_PLANES_FINISH_##rounding("r7", "r8", "r9", "r10", "r12")                 \
  "strb r7, [r3, r11]\n\t"                                                     \
  "strb lr, [r3]\n\t"                                                          \
  "add r3, r3, r11, lsl #1\n\t"                                                \
  "bne 1b\n\t"

#define EDGE_2(rounding)                                                        \
  "ldmdb r0, {r7-r12}\n\t"                                                     \
  "smlad lr, r4, r8, r7\n\t"                                                   \
  OFA_PLANES_DOT("lr", "r5", "r9")                                             \
  OFA_PLANES_DOT("lr", "r6", "r11")                                            \
  OFA_PLANES_LOAD("r1")                                                        \
  "ldr r6, [r2]\n\t"                                                           \
  OFA_PLANES_TAP("bb", "lr", "r4", "r10")                                      \
  OFA_PLANES_TAP("bt", "lr", "r5", "r10")                                      \
  OFA_PLANES_TAP("bb", "lr", "r6", "r12")                                      \
  "ldm r0, {r8-r10}\n\t"                                                       \
  OFA_PLANES_FINISH_##rounding("lr", "r8", "r9", "r10", "r12")                 \
  "strb lr, [r3]\n\t"

/* clang-format on */

#define STEPS(kind, name, rounding)                                            \
  OFA_OUTLINE void steps_##kind##_##name(int32_t *constants,                   \
                                         ofa_planes_run_t *run) {              \
    register int32_t *r0 __asm__("r0") = constants;                            \
    register ofa_planes_run_t *r1 __asm__("r1") = run;                         \
    __asm__ volatile(OFA_PLANES_RUN_BEGIN(0) STRIDE_##kind(rounding)           \
                         OFA_PLANES_RUN_END(0, BLOCK, EDGE_##kind(rounding))   \
                     : "+r"(r0), "+r"(r1)                                      \
                     :                                                         \
                     : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", \
                       "r12", "lr", "cc", "memory");                           \
  }

#else

/* One row's part of the outputs of an even column and of the next one. */
OFA_INLINE void add_row(const uint32_t *x, uint32_t a, uint32_t b,
                        uint32_t *sums) {
  sums[0] = ofa_planes_tap(ofa_dot(sums[0], x[0], a),
                           ofa_low(x[OFA_PLANES_PAIR]), ofa_high(b));
  sums[1] = ofa_planes_tap(ofa_dot(sums[1], x[OFA_PLANES_PAIR], b),
                           ofa_high(x[0]), ofa_low(a));
}

/* `columns` outputs, of `rows` rows. */
OFA_INLINE void steps_of_1(const int32_t *constants, const uint32_t *pair0,
                           const uint32_t *pair1, int8_t *output,
                           int32_t columns, int32_t rows, int32_t pixel,
                           int rounding) {
  const int32_t *below = constants - 5;
  int32_t row = constants[OFA_PLANES_ROW];
  uint32_t a[3];
  uint32_t b[3];
  a[0] = (uint32_t)below[1];
  b[0] = (uint32_t)below[2];
  a[1] = (uint32_t)below[3];
  b[1] = (uint32_t)below[4];
  a[2] = (uint32_t)constants[ABOVE];
  b[2] = (uint32_t)constants[ABOVE + 1];
  for (; columns > 0; columns -= 2) {
    uint32_t upper[2];
    uint32_t lower[2];
    int32_t i;
    upper[0] = upper[1] = lower[0] = lower[1] = (uint32_t)below[0];
    add_row(pair0, a[0], b[0], upper);
    add_row(pair0 + 1, a[1], b[1], upper);
    add_row(pair1, a[2], b[2], upper);
    add_row(pair0 + 1, a[0], b[0], lower);
    add_row(pair1, a[1], b[1], lower);
    add_row(pair1 + 1, a[2], b[2], lower);
    for (i = ofa_min(columns, 2) - 1; i >= 0; --i) {
      if (rows > 1)
        ofa_planes_finish(lower[i], constants, output + row + i * pixel,
                          rounding);
      ofa_planes_finish(upper[i], constants, output + i * pixel, rounding);
    }
    pair0 += OFA_PLANES_PAIR;
    pair1 += OFA_PLANES_PAIR;
    output += columns > 2 ? 2 * pixel : 0;
  }
}

OFA_INLINE void make_1(const int32_t *constants, const uint32_t *pair0,
                       const uint32_t *pair1, int8_t *output, int32_t columns,
                       int32_t pixel, int rounding) {
  steps_of_1(constants, pair0, pair1, output, columns, 2, pixel, rounding);
}

OFA_INLINE void make_1_ROW(const int32_t *constants, const uint32_t *pair0,
                           const uint32_t *pair1, int8_t *output,
                           int32_t columns, int32_t pixel, int rounding) {
  steps_of_1(constants, pair0, pair1, output, columns, 1, pixel, rounding);
}

OFA_INLINE void make_2(const int32_t *constants, const uint32_t *pair0,
                       const uint32_t *pair1, int8_t *output, int32_t columns,
                       int32_t pixel, int rounding) {
  const int32_t *below = constants - 6;
  uint32_t taps01 = (uint32_t)below[3];
  int32_t x;
  for (x = 0; x < columns; ++x) {
    uint32_t sum = (uint32_t)below[0];
    sum = ofa_dot(sum, pair0[0], (uint32_t)below[1]);
    sum = ofa_dot(sum, pair0[1], (uint32_t)below[2]);
    sum = ofa_dot(sum, pair1[0], (uint32_t)below[4]);
    pair0 += OFA_PLANES_PAIR;
    pair1 += OFA_PLANES_PAIR;
    sum = ofa_planes_tap(sum, ofa_low(pair0[0]), ofa_low(taps01));
    sum = ofa_planes_tap(sum, ofa_low(pair0[1]), ofa_high(taps01));
    sum = ofa_planes_tap(sum, ofa_low(pair1[0]), ofa_low((uint32_t)below[5]));
    ofa_planes_finish(sum, constants, output + x * pixel, rounding);
  }
}

#define STEPS(kind, name, rounding)                                            \
  OFA_OUTLINE void steps_##kind##_##name(int32_t *constants,                   \
                                         ofa_planes_run_t *run) {              \
    int32_t columns = run->pixel ? 2 * run->steps + run->odd : 1;              \
    int32_t c;                                                                 \
    for (c = 0; c < run->channels; ++c, constants += BLOCK)                    \
      make_##kind(constants, run->pair0 + 2 * c, run->pair1 + 2 * c,           \
                  run->output + c, columns, run->pixel, rounding);             \
  }

#endif

STEPS(1, single, 0)
STEPS(1, double, 1)
STEPS(1, fixed, 2)
STEPS(1, relu, 3)
STEPS(1_ROW, single, 0)
STEPS(1_ROW, double, 1)
STEPS(1_ROW, fixed, 2)
STEPS(1_ROW, relu, 3)
STEPS(2, single, 0)
STEPS(2, double, 1)
STEPS(2, fixed, 2)
STEPS(2, relu, 3)

/* True if the `fixed` rounding is right for the channels of a group. 2^25 keeps a
 * sum below 2^31 whose products are below 2^18, times 2^8. */
OFA_INLINE int32_t is_fixed(const int32_t *stream, int32_t channels) {
  int32_t c;
  for (c = 0; c < channels; ++c) {
    int32_t right = ofa_planes_shift(stream, c) + 1;
    int32_t bias = stream[2 * c];
    if (right > FIXED || right < FIXED - 7 || bias >= 1 << 22 ||
        bias <= -(1 << 22))
      return 0;
  }
  return 1;
}

/* The blocks of a group; they begin BELOW words earlier. fixed: for the
 * rounding of this name. */
OFA_OUTLINE void load_blocks(const int32_t *stream, int32_t *block,
                             int32_t layer_start, int32_t stride,
                             int32_t fixed) {
  const int32_t *weights = stream + OFA_PLANES_CONSTANTS;
  int32_t c;
  for (c = 0; c < 4; ++c) {
    uint32_t w = ofa_planes_bytes(weights, TAPS * c);
    uint32_t e0 = ofa_even_bytes(w); /* weights 0, 2 */
    uint32_t o0 = ofa_odd_bytes(w);  /* 1, 3 */
    uint32_t e1;
    uint32_t o1;
    uint32_t e2;
    uint32_t o2;
    int32_t shift = ofa_planes_shift(stream, c);
    int32_t start = layer_start * (1 << shift);
    int32_t bias = stream[2 * c];
    w = ofa_planes_bytes(weights, TAPS * c + 3);
    e1 = ofa_even_bytes(w); /* 3, 5 */
    o1 = ofa_odd_bytes(w);  /* 4, 6 */
    w = ofa_planes_bytes(weights, TAPS * c + 5);
    e2 = ofa_even_bytes(w); /* 5, 7 */
    o2 = ofa_odd_bytes(w);  /* 6, 8 */
    block[OFA_PLANES_MULTIPLIER] = stream[2 * c + 1];
    block[OFA_PLANES_RIGHT] = shift + 1;
    if (fixed) {
      int32_t n = ofa_here(FIXED - 1 - shift);
      block[OFA_PLANES_RIGHT] = FIXED;
      bias *= 1 << n;
      start *= 1 << n;
      ++n;
      e0 = ofa_planes_scale(e0, n);
      o0 = ofa_planes_scale(o0, n);
      e1 = ofa_planes_scale(e1, n);
      o1 = ofa_planes_scale(o1, n);
      e2 = ofa_planes_scale(e2, n);
      o2 = ofa_planes_scale(o2, n);
    } else {
      e0 = ofa_double_halves(e0);
      o0 = ofa_double_halves(o0);
      e1 = ofa_double_halves(e1);
      o1 = ofa_double_halves(o1);
      e2 = ofa_double_halves(e2);
      o2 = ofa_double_halves(o2);
    }
    block[OFA_PLANES_START] = start;
    if (stride == 1) {
      block[-5] = bias;
      block[-4] = (int32_t)ofa_lows(e0, o0);
      block[-3] = (int32_t)ofa_low_high(o0, e0);
      block[-2] = (int32_t)ofa_lows(e1, o1);
      block[-1] = (int32_t)ofa_low_high(o1, e1);
      block[ABOVE] = (int32_t)ofa_low_high(o2, e2);
      block[ABOVE + 1] = (int32_t)ofa_highs(e2, o2);
    } else {
      block[-6] = bias;
      block[-5] = (int32_t)ofa_lows(e0, o0);
      block[-4] = (int32_t)ofa_lows(e1, o1);
      block[-3] = (int32_t)ofa_highs(e0, e1);
      block[-2] = (int32_t)ofa_low_high(o2, e2);
      block[-1] = (int32_t)(o2 >> 16);
    }
    block += BLOCK;
  }
}

/* `steps` makes two rows with stride 1, `row_steps` one row; the fast ones where
 * their rounding is right. */
OFA_OUTLINE void layer(const ofa_planes_params_t *params, int32_t y,
                       int32_t count, const int8_t *input, int32_t in_rows,
                       int8_t *output, int32_t out_rows, int32_t *scratch,
                       ofa_planes_steps_t steps, ofa_planes_steps_t row_steps,
                       ofa_planes_steps_t fast_steps,
                       ofa_planes_steps_t fast_row_steps, int rounding) {
  const ofa_window_t *window = &params->window;
  const int32_t *stream = params->stream;
  int32_t *block = scratch + BELOW;
  int32_t start = ofa_start(params->output_zero_point);
  int32_t stride = window->stride_width;
  int32_t pixels = count * window->out_width;
  int32_t channel;
  const ofa_planes_output_t place =
      ofa_planes_place(window, output, out_rows, y);
  ofa_planes_t planes;
  ofa_planes_rows_t rows;
  ofa_planes_begin(&planes, params, y, count, in_rows, 2,
                   (uint32_t *)scratch + 4 * BLOCK);
  ofa_planes_begin_rows(&rows, params, block, BLOCK, 0,
                        (stride - 1) * OFA_PLANES_PAIR, place.step);
  ofa_planes_set(block, BLOCK, OFA_PLANES_PIXEL, rows.run.pixel);
  ofa_planes_set(block, BLOCK, OFA_PLANES_ROW, place.step);
  for (channel = 0; channel < window->out_channels; channel += 4) {
    int8_t *row = place.row + channel;
    int32_t left = count;
    const uint32_t *pair0 = planes.ring;
    ofa_planes_steps_t two = steps;
    ofa_planes_steps_t one = row_steps;
    int is_faster = params->output_zero_point == -128;
    ofa_planes_group(&planes, input, channel);
    if (rounding == OFA_ROUND_SINGLE) /* Larger weights take time, too. */
      is_faster = pixels > 64 && is_fixed(stream, planes.channels);
    if (is_faster) {
      two = fast_steps;
      one = fast_row_steps;
    }
    load_blocks(stream, block, start, stride,
                rounding == OFA_ROUND_SINGLE && is_faster);
    stream += OFA_PLANES_CONSTANTS + TAPS;
    ofa_planes_load_pair(&planes);
    while (left > 0) {
      const uint32_t *pair1 = planes.next;
      int32_t made = ofa_min(left, 3 - stride);
      ofa_planes_load_pair(&planes);
      ofa_planes_run_rows(&rows, params, &planes, made == 1 ? one : two, pair0,
                          pair1, row, made);
      pair0 = pair1;
      row += made * place.step;
      left -= made;
    }
  }
}

#define LAYER(name, fast, rounding)                                            \
  OFA_INLINE void layer_##name(const ofa_planes_params_t *params, int32_t y,   \
                               int32_t count, const int8_t *input,             \
                               int32_t in_rows, int8_t *output,                \
                               int32_t out_rows, int32_t *scratch) {           \
    if (params->window.stride_width == 1)                                      \
      layer(params, y, count, input, in_rows, output, out_rows, scratch,       \
            steps_1_##name, steps_1_ROW_##name, steps_1_##fast,                \
            steps_1_ROW_##fast, rounding);                                     \
    else                                                                       \
      layer(params, y, count, input, in_rows, output, out_rows, scratch, NULL, \
            steps_2_##name, NULL, steps_2_##fast, rounding);                   \
  }                                                                            \
  OFA_PLANES_ENTRY(_k3, name, layer_##name)

LAYER(single, fixed, OFA_ROUND_SINGLE)
LAYER(double, relu, OFA_ROUND_DOUBLE)
