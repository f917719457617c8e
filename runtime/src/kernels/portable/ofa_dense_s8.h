/*===- ofa_dense_s8.h - Inner loops of dense int8 kernels ---------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/portable. Weights come in blocks of four
 * output channels ([taps][4]): with two pixels a step, six loads feed eight
 * multiplications, and all accumulators stay in registers. On Thumb-2 cores
 * without the DSP extension (Cortex-M3) assembly sees to that, with the C
 * meaning beside it; OFA_NO_ASM asks for the latter.
 */
#ifndef OFA_DENSE_S8_H
#define OFA_DENSE_S8_H

#include "ofa_portable.h"

/* Without optimisation registers are too few. */
#if defined(__GNUC__) && defined(__thumb2__) && !defined(__ARM_FEATURE_DSP) && \
    defined(__OPTIMIZE__) && !defined(OFA_NO_ASM)
#define OFA_DENSE_ASM 1
#else
#define OFA_DENSE_ASM 0
#endif

/* 1: two pixels' inputs are lists of parts, which assembly takes. Without it that
 * costs more than it saves. */
#ifndef OFA_DENSE_PARTS
#define OFA_DENSE_PARTS OFA_DENSE_ASM
#endif

/* Per-channel tables of a dense layer, moving from block to block. */
typedef struct ofa_channels_s8 {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
} ofa_channels_s8_t;

/* Four channels of two pixels. */
typedef struct ofa_block_s8 {
  int32_t a0, a1, a2, a3;
  int32_t b0, b1, b2, b3;
} ofa_block_s8_t;

OFA_INLINE ofa_block_s8_t ofa_block_start(const int32_t *bias) {
  ofa_block_s8_t acc;
  acc.a0 = acc.b0 = bias[0];
  acc.a1 = acc.b1 = bias[1];
  acc.a2 = acc.b2 = bias[2];
  acc.a3 = acc.b3 = bias[3];
  return acc;
}

/* One input of two pixels. */
OFA_INLINE void ofa_block_step2(ofa_block_s8_t *acc, const int8_t *weights,
                                int32_t a, int32_t b) {
  int32_t w = weights[0];
  acc->a0 += w * a;
  acc->b0 += w * b;
  w = weights[1];
  acc->a1 += w * a;
  acc->b1 += w * b;
  w = weights[2];
  acc->a2 += w * a;
  acc->b2 += w * b;
  w = weights[3];
  acc->a3 += w * a;
  acc->b3 += w * b;
}

/* Accumulates n inputs of two pixels. Returns the weights behind them. */
OFA_INLINE const int8_t *ofa_block_run2(ofa_block_s8_t *acc,
                                        const int8_t *weights, const int8_t *xa,
                                        const int8_t *xb, int32_t n) {
  const int8_t *end = weights + (n & ~3) * 4;
  while (weights != end) {
    ofa_block_step2(acc, weights, xa[0], xb[0]);
    ofa_block_step2(acc, weights + 4, xa[1], xb[1]);
    ofa_block_step2(acc, weights + 8, xa[2], xb[2]);
    ofa_block_step2(acc, weights + 12, xa[3], xb[3]);
    weights += 16;
    xa += 4;
    xb += 4;
  }
  for (end += (n & 3) * 4; weights != end; weights += 4)
    ofa_block_step2(acc, weights, *xa++, *xb++);
  return weights;
}

OFA_INLINE void ofa_block_step1(ofa_block_s8_t *acc, const int8_t *weights,
                                int32_t a) {
  acc->a0 += weights[0] * a;
  acc->a1 += weights[1] * a;
  acc->a2 += weights[2] * a;
  acc->a3 += weights[3] * a;
}

/* The same for pixel a alone. */
OFA_INLINE const int8_t *ofa_block_run1(ofa_block_s8_t *acc,
                                        const int8_t *weights, const int8_t *xa,
                                        int32_t n) {
  const int8_t *end = weights + (n & ~3) * 4;
  while (weights != end) {
    ofa_block_step1(acc, weights, xa[0]);
    ofa_block_step1(acc, weights + 4, xa[1]);
    ofa_block_step1(acc, weights + 8, xa[2]);
    ofa_block_step1(acc, weights + 12, xa[3]);
    weights += 16;
    xa += 4;
  }
  for (end += (n & 3) * 4; weights != end; weights += 4)
    ofa_block_step1(acc, weights, *xa++);
  return weights;
}

/* Weights of taps that read the zero point. */
OFA_INLINE const int8_t *ofa_block_outside(ofa_block_s8_t *acc,
                                           const int8_t *weights,
                                           int32_t zero_point, int32_t n) {
  const int8_t *end = weights + 4 * n;
  for (; weights != end; weights += 4) {
    acc->a0 += weights[0] * zero_point;
    acc->a1 += weights[1] * zero_point;
    acc->a2 += weights[2] * zero_point;
    acc->a3 += weights[3] * zero_point;
  }
  return weights;
}

/* One channel of one pixel; `step` is the number of channels in the block. */
OFA_INLINE int32_t ofa_single_run(int32_t acc, const int8_t *weights,
                                  int32_t step, const int8_t *xa, int32_t n) {
  int32_t i;
  for (i = 0; i < n; ++i)
    acc += weights[i * step] * xa[i];
  return acc;
}

/* Stores the block's first pixel, or both of them `stride` apart. */
OFA_INLINE void ofa_block_store(const ofa_block_s8_t *acc, int32_t pixels,
                                const ofa_channels_s8_t *channels,
                                const ofa_output_s8_t *out, int8_t *output,
                                int32_t stride, int rounding) {
  const int32_t *m = channels->multiplier;
  const int8_t *s = channels->shift;
  int32_t x0[2] = {acc->a0, acc->b0};
  int32_t x1[2] = {acc->a1, acc->b1};
  int32_t x2[2] = {acc->a2, acc->b2};
  int32_t x3[2] = {acc->a3, acc->b3};
  ofa_store_channel(x0, pixels, m[0], s[0], out, output, stride, rounding);
  ofa_store_channel(x1, pixels, m[1], s[1], out, output + 1, stride, rounding);
  ofa_store_channel(x2, pixels, m[2], s[2], out, output + 2, stride, rounding);
  ofa_store_channel(x3, pixels, m[3], s[3], out, output + 3, stride, rounding);
}

#if OFA_DENSE_PARTS
/*===-- Two pixels ---------------------------------------------------------===*/

/* Inputs that two pixels read side by side, one at least. */
typedef struct ofa_dense_part {
  const int8_t *a;
  const int8_t *b;
  const int8_t *end; /* behind those of a */
  int32_t skip;      /* assembly: bytes that a first pass leaves out */
} ofa_dense_part_t;

/* Blocks of four channels of two pixels. The assembly reads the fields in this
 * order. What is marked moves from block to block. */
typedef struct ofa_dense_run {
  const int8_t *weights;       /* moves */
  const int32_t *start;        /* of the sums; moves */
  const ofa_dense_part_t *part; /* of inputs */
  const ofa_dense_part_t *last; /* behind the parts; there may be none */
  const int32_t *multiplier;   /* moves */
  const int8_t *shift;         /* moves */
  int32_t zero_point;          /* 2 * zero point + 1 */
  int8_t *a;                   /* outputs; moves */
  int8_t *b;                   /* moves */
  int32_t mask;                /* all bits in double rounding, else none */
  int32_t half;                /* of these, bit 30 */
  const int8_t *end;           /* of a; at least one block */
  int32_t usual; /* all channels' factors are, and all of int8 is an output */
  int32_t acc[8]; /* a and b of each channel in turn, where they are not */
} ofa_dense_run_t;

OFA_INLINE void ofa_dense_set(ofa_dense_part_t *part, const int8_t *a,
                              const int8_t *b, int32_t count) {
  part->a = a;
  part->b = b;
  part->end = a + count;
  part->skip = (-count & 7) * 56;
}

#if OFA_DENSE_ASM
/* clang-format off */
/* One channel of both pixels, as ofa_scale_usual. r1: sums, r0: multiplier, r2:
 * shift, r3: zero point, r4, r5: outputs, r9: mask, r12: half. */
#define OFA_DENSE_SCALE(output)                                                \
  "ldr r8, [r1], #4\n\t"                                                       \
  "and r11, r9, r8, asr #31\n\t"                                              \
  "add lr, r11, r10, asr #1\n\t"                                              \
  "add r11, r12, r11, lsl #31\n\t"                                            \
  "smlal r11, lr, r8, r6\n\t"                                                 \
  "asr lr, lr, r7\n\t"                                                        \
  "ssat lr, #8, lr\n\t"                                                       \
  "strb lr, [" output "], #1\n\t"

/* r0: weights, r1, r2: inputs, r3: a weight, r4, r5: its inputs. On the stack: last,
 * part, the end of its inputs, the run, and r7. Eight steps are entered in the
 * middle where inputs are no multiple of that. */
OFA_OUTLINE void ofa_dense_run(ofa_dense_run_t *run) {
  register ofa_dense_run_t *r0 __asm__("r0") = run;
  __asm__ volatile(
      "push {r0, r7}\n\t"
      "sub sp, sp, #12\n\t"
      "4: ldr r4, [sp, #12]\n\t"
      "ldm r4, {r0-r3}\n\t"
      "ldm r1!, {r6, r8, r10, r12}\n\t"
      "str r1, [r4, #4]\n\t"
      "strd r3, r2, [sp]\n\t"
      "mov r7, r6\n\t"
      "mov r9, r8\n\t"
      "mov r11, r10\n\t"
      "mov lr, r12\n\t"
      "b 3f\n\t"
      "1: ldm r5!, {r1-r4}\n\t"
      "strd r5, r3, [sp, #4]\n\t"
      "add pc, r4\n\t"
      "nop\n\t"
      "2: .rept 8\n\t"
      "ldrsb r4, [r1], #1\n\t"
      "ldrsb r5, [r2], #1\n\t"
      "ldrsb r3, [r0], #1\n\t"
      "mla r6, r3, r4, r6\n\t"
      "mla r7, r3, r5, r7\n\t"
      "ldrsb r3, [r0], #1\n\t"
      "mla r8, r3, r4, r8\n\t"
      "mla r9, r3, r5, r9\n\t"
      "ldrsb r3, [r0], #1\n\t"
      "mla r10, r3, r4, r10\n\t"
      "mla r11, r3, r5, r11\n\t"
      "ldrsb r3, [r0], #1\n\t"
      "mla r12, r3, r4, r12\n\t"
      "mla lr, r3, r5, lr\n\t"
      ".endr\n\t"
      "ldr r3, [sp, #8]\n\t"
      "cmp r1, r3\n\t"
      "bne 2b\n\t"
      "3: ldrd r4, r5, [sp]\n\t"
      "cmp r4, r5\n\t"
      "bne 1b\n\t"
      "ldr r1, [sp, #12]\n\t"
      "str r0, [r1]\n\t"
      "ldr r0, [r1, #48]\n\t"
      "add r1, r1, #52\n\t"
      "stm r1, {r6-r12, lr}\n\t"
      "cmp r0, #0\n\t"
      "beq 5f\n\t"
      "sub r0, r1, #36\n\t"
      "ldm r0, {r0, r2-r5, r9, r12}\n\t"
      ".rept 4\n\t"
      "ldr r6, [r0], #4\n\t"
      "ldrsb r7, [r2], #1\n\t"
      "mvn r7, r7\n\t"
      "lsl r10, r3, r7\n\t"
      OFA_DENSE_SCALE("r4") OFA_DENSE_SCALE("r5")
      ".endr\n\t"
      "ldr r1, [sp, #12]\n\t"
      "strd r0, r2, [r1, #16]\n\t"
      "strd r4, r5, [r1, #28]\n\t"
      "ldr r3, [r1, #44]\n\t"
      "cmp r4, r3\n\t"
      "bne 4b\n\t"
      "5: add sp, sp, #16\n\t"
      "pop {r7}"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12",
        "lr", "cc", "memory");
}
/* clang-format on */
#endif

/* Two blocks of four channels of one pixel: adds n inputs, one at least, to sums in
 * memory. `apart`: from the weights of one block to those of the other. Returns the
 * weights behind those of the first block. */
#if OFA_DENSE_ASM
/* clang-format off */
/* r0, r1: weights, r2: inputs, r3: an input, r4, r5: its weights. On the stack: the
 * end of the inputs, sums, and r7. */
OFA_OUTLINE const int8_t *ofa_dense_single(const int8_t *weights, int32_t apart,
                                           const int8_t *x, int32_t n,
                                           int32_t *sums) {
  register const int8_t *r0 __asm__("r0") = weights;
  register const int8_t *r1 __asm__("r1") = weights + apart;
  register const int8_t *r2 __asm__("r2") = x;
  register const int8_t *r3 __asm__("r3") = x + n;
  register int32_t *r4 __asm__("r4") = sums;
  register int32_t r5 __asm__("r5") = (-n & 7) * 68;
  __asm__ volatile(
      "push {r3, r4, r7}\n\t"
      "ldm r4, {r6-r12, lr}\n\t"
      "add pc, r5\n\t"
      "nop\n\t"
      "2: .rept 8\n\t"
      "ldrsb r3, [r2], #1\n\t"
      "ldrsb r4, [r0], #1\n\t"
      "ldrsb r5, [r1], #1\n\t"
      "mla r6, r4, r3, r6\n\t"
      "mla r10, r5, r3, r10\n\t"
      "ldrsb r4, [r0], #1\n\t"
      "ldrsb r5, [r1], #1\n\t"
      "mla r7, r4, r3, r7\n\t"
      "mla r11, r5, r3, r11\n\t"
      "ldrsb r4, [r0], #1\n\t"
      "ldrsb r5, [r1], #1\n\t"
      "mla r8, r4, r3, r8\n\t"
      "mla r12, r5, r3, r12\n\t"
      "ldrsb r4, [r0], #1\n\t"
      "ldrsb r5, [r1], #1\n\t"
      "mla r9, r4, r3, r9\n\t"
      "mla lr, r5, r3, lr\n\t"
      ".endr\n\t"
      "ldr r3, [sp]\n\t"
      "cmp r2, r3\n\t"
      "bne 2b\n\t"
      "ldr r4, [sp, #4]\n\t"
      "stm r4, {r6-r12, lr}\n\t"
      "add sp, sp, #8\n\t"
      "pop {r7}"
      : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5)
      :
      : "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
  return r0;
}
/* clang-format on */
#else
OFA_INLINE const int8_t *ofa_dense_single(const int8_t *weights, int32_t apart,
                                          const int8_t *x, int32_t n,
                                          int32_t *sums) {
  const int8_t *end = weights + 4 * n;
  for (; weights != end; weights += 4) {
    int32_t value = *x++;
    int32_t i;
    for (i = 0; i < 4; ++i) {
      sums[i] += weights[i] * value;
      sums[i + 4] += weights[i + apart] * value;
    }
  }
  return weights;
}
#endif

/* A run of a layer's channels, without its inputs and outputs. */
OFA_INLINE ofa_dense_run_t ofa_dense_start(const int8_t *weights,
                                           const ofa_channels_s8_t *channels,
                                           const ofa_output_s8_t *out,
                                           int32_t usual, int rounding) {
  ofa_dense_run_t run;
  run.weights = weights;
  run.start = channels->bias;
  run.multiplier = channels->multiplier;
  run.shift = channels->shift;
  run.zero_point = 2 * out->zero_point + 1;
  run.mask = rounding == OFA_ROUND_DOUBLE ? -1 : 0;
  run.half = rounding == OFA_ROUND_DOUBLE ? (int32_t)1 << 30 : 0;
  run.usual = usual;
  return run;
}

/* What `usual` is for the first n channels. */
OFA_INLINE int32_t ofa_dense_is_usual(const int8_t *shift, int32_t n,
                                      const ofa_output_s8_t *out) {
#if OFA_DENSE_ASM
  const int8_t *end = shift + n;
  if (out->narrow)
    return 0;
  for (; shift != end; ++shift)
    if (!ofa_is_usual(*shift))
      return 0;
  return 1;
#else
  (void)shift, (void)n, (void)out;
  return 0;
#endif
}

/* Makes a run's blocks, the two pixels' outputs `stride` apart. */
OFA_INLINE void ofa_dense_blocks(ofa_dense_run_t *run, int32_t stride,
                                 const ofa_output_s8_t *out, int rounding) {
#if OFA_DENSE_ASM
  do {
    int32_t i;
    ofa_dense_run(run);
    if (run->usual)
      break;
    for (i = 0; i < 4; ++i)
      ofa_store_channel(run->acc + 2 * i, 2, *run->multiplier++, *run->shift++,
                        out, run->a++, stride, rounding);
  } while (run->a != run->end);
#else
  ofa_channels_s8_t channels = {run->start, run->multiplier, run->shift};
  const ofa_dense_part_t *last = run->last;
  const int8_t *weights = run->weights;
  int8_t *output = run->a;
  do {
    ofa_block_s8_t acc = ofa_block_start(channels.bias);
    const ofa_dense_part_t *part;
    for (part = run->part; part != last; ++part)
      weights = ofa_block_run2(&acc, weights, part->a, part->b,
                               (int32_t)(part->end - part->a));
    ofa_block_store(&acc, 2, &channels, out, output, stride, rounding);
    channels.bias += 4;
    channels.multiplier += 4;
    channels.shift += 4;
    output += 4;
  } while (output != run->end);
  run->weights = weights;
  run->multiplier = channels.multiplier;
  run->shift = channels.shift;
  run->a = output;
#endif
}

#endif /* OFA_DENSE_PARTS */

#endif /* OFA_DENSE_S8_H */
