/*===- ofa_paired_s8.h - Inner loops on paired weights ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/armv7em. Weights of two output channels c and
 * d share a half, c + 256 d, so that one product serves both: a sum of raw
 * halves is C + 256 D, and one of their low bytes is C. For the price of one
 * SXTB16 a word of eight bits' weights feeds four multiplications; D follows as
 * (raw - low) / 256, which is exact modulo 2^32 while |D| < 2^23.
 */
#ifndef OFA_PAIRED_S8_H
#define OFA_PAIRED_S8_H

#include "ofa_dsp.h"

/* Words of requantisation behind the weights of four channels. */
#define OFA_PAIRED_CONSTANTS 9

/* Blocks of four channels of two pixels. The assembly reads the fields in this
 * order. */
typedef struct ofa_paired_run {
  const int32_t *stream;
  const int32_t *x; /* words of inputs, of both pixels in turn; at least one */
  int8_t *a;
  int8_t *b;
  const int32_t *whole; /* the stream behind the blocks that lie side by side */
  const int32_t *end;
  int32_t start; /* ofa_start */
  const int32_t *last; /* behind one more block, or `whole` */
  int32_t back; /* channels that this one has in common with the others */
  int32_t rounding;
  uint32_t entry; /* assembly: where the loop is entered; 0: not known yet */
  uint32_t store; /* assembly: where a block is stored */
  uint32_t pushed[13]; /* stands for what it pushes, where frames are counted */
} ofa_paired_run_t;

#if OFA_DSP_ASM
/* clang-format off */
/* 16 steps of two inputs of two pixels, sixteen products each. r0: weights, r1:
 * inputs. Sums of pixels a and b: r6, r7 of channels 0 + 256 * 1, r8, r9 of 2 + 256
 * * 3; r10, r11 of channel 0, r12, lr of 2. FIRST is a step without sums before.
 * BACK goes from r11, the end of the steps, back by r12 / 8 of them; AGAIN to label
 * 2 if inputs are left; START has the run's `start` in r5. */
#if OFA_DUAL_ISSUE
/* The last two products of a step stay for the next one, where its loads go beside
 * them. Their places are fixed, so FIRST goes back by the steps that are left out,
 * which SKIPPED pushes. */
#define OFA_PAIRED_SKIPPED                                                     \
  "sub lr, r5, r1\n\t"                                                         \
  "sub lr, lr, #8\n\t"                                                         \
  "and lr, lr, #120\n\t"                                                       \
  "rsb lr, lr, #120\n\t"                                                       \
  "push {lr}\n\t"
#define OFA_PAIRED_POP "add sp, sp, #44\n\t"
#define OFA_PAIRED_STEPS                                                       \
  ".irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"           \
  "ldr.w r2, [r0, #\\i * 8]\n\t"                                               \
  "smlad r12, r3, r4, r12\n\t"                                                 \
  "ldr.w r4, [r1, #\\i * 8]\n\t"                                               \
  "smlad lr, r3, r5, lr\n\t"                                                   \
  "ldr.w r5, [r1, #\\i * 8 + 4]\n\t"                                           \
  "smlad r6, r2, r4, r6\n\t"                                                   \
  "ldr.w r3, [r0, #\\i * 8 + 4]\n\t"                                           \
  "smlad r7, r2, r5, r7\n\t"                                                   \
  "sxtb16 r2, r2\n\t"                                                          \
  "smlad r8, r3, r4, r8\n\t"                                                   \
  "smlad r10, r2, r4, r10\n\t"                                                 \
  "smlad r9, r3, r5, r9\n\t"                                                   \
  "sxtb16 r3, r3\n\t"                                                          \
  "smlad r11, r2, r5, r11\n\t"                                                 \
  ".endr\n\t"
#define OFA_PAIRED_FIRST                                                       \
  "ldrd r2, r3, [r0]\n\t"                                                      \
  "ldrd r4, r5, [r1]\n\t"                                                      \
  "ldr r12, [sp, #40]\n\t"                                                     \
  "smuad r6, r2, r4\n\t"                                                       \
  "mov lr, #0\n\t"                                                             \
  "smuad r7, r2, r5\n\t"                                                       \
  "sxtb16 r2, r2\n\t"                                                          \
  "smuad r8, r3, r4\n\t"                                                       \
  "sub r0, r0, r12\n\t"                                                        \
  "smuad r10, r2, r4\n\t"                                                      \
  "sub r1, r1, r12\n\t"                                                        \
  "smuad r9, r3, r5\n\t"                                                       \
  "sxtb16 r3, r3\n\t"                                                          \
  "smuad r11, r2, r5\n\t"                                                      \
  "mov r12, #0\n\t"
#define OFA_PAIRED_BACK                                                        \
  "rsb r12, r12, r12, lsl #3\n\t"                                              \
  "sub r11, r11, r12\n\t"
#define OFA_PAIRED_AGAIN                                                       \
  "ldr r2, [sp, #16]\n\t"                                                      \
  "add r0, r0, #128\n\t"                                                       \
  "add r1, r1, #128\n\t"                                                       \
  "cmp r1, r2\n\t"                                                             \
  "bne 2b\n\t"
#define OFA_PAIRED_START                                                       \
  "smlad r12, r3, r4, r12\n\t"                                                 \
  "smlad lr, r3, r5, lr\n\t"                                                   \
  "ldr r5, [sp, #20]\n\t"
#else
#define OFA_PAIRED_SKIPPED
#define OFA_PAIRED_POP "add sp, sp, #40\n\t"
#define OFA_PAIRED_STEPS                                                       \
  ".rept 16\n\t"                                                               \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  "ldrd r4, r5, [r1], #8\n\t"                                                  \
  "smlad r6, r2, r4, r6\n\t"                                                   \
  "smlad r7, r2, r5, r7\n\t"                                                   \
  "sxtb16 r2, r2\n\t"                                                          \
  "smlad r8, r3, r4, r8\n\t"                                                   \
  "smlad r9, r3, r5, r9\n\t"                                                   \
  "sxtb16 r3, r3\n\t"                                                          \
  "smlad r10, r2, r4, r10\n\t"                                                 \
  "smlad r11, r2, r5, r11\n\t"                                                 \
  "smlad r12, r3, r4, r12\n\t"                                                 \
  "smlad lr, r3, r5, lr\n\t"                                                   \
  ".endr\n\t"
#define OFA_PAIRED_FIRST                                                       \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  "ldrd r4, r5, [r1], #8\n\t"                                                  \
  "smuad r6, r2, r4\n\t"                                                       \
  "smuad r7, r2, r5\n\t"                                                       \
  "sxtb16 r2, r2\n\t"                                                          \
  "smuad r8, r3, r4\n\t"                                                       \
  "smuad r9, r3, r5\n\t"                                                       \
  "sxtb16 r3, r3\n\t"                                                          \
  "smuad r10, r2, r4\n\t"                                                      \
  "smuad r11, r2, r5\n\t"                                                      \
  "smuad r12, r3, r4\n\t"                                                      \
  "smuad lr, r3, r5\n\t"
#define OFA_PAIRED_BACK                                                        \
  "add r12, r12, r12, lsl #1\n\t"                                              \
  "sub r11, r11, r12, lsl #1\n\t"
#define OFA_PAIRED_AGAIN                                                       \
  "ldrd r4, r5, [sp, #16]\n\t"                                                 \
  "cmp r1, r4\n\t"                                                             \
  "bne 2b\n\t"
#define OFA_PAIRED_START
#endif

/* Of the four channels' shifts in r4, that of the first one. The others follow.
 * r5: what they make starts of. */
#define OFA_PAIRED_SHIFTS "ldm r0!, {r1, r2, r4}\n\t"
#define OFA_PAIRED_SHIFT                                                       \
  "ldm r0!, {r1, r2}\n\t"                                                      \
  "lsr r4, r4, #8\n\t"
/* A channel of both pixels, after one of these: x = bias + sums in y and z, shifted
 * by `doubled` to be twice as large; then one of SCALE, and to bytes. */
#define OFA_PAIRED_CHANNEL(y, z, doubled, scale)                               \
  "lsl r3, r5, r4\n\t"                                                         \
  "add " y ", r1, " y ", " doubled "\n\t"                                      \
  "add " z ", r1, " z ", " doubled "\n\t"                                      \
  scale(y) scale(z)                                                            \
  "asr " y ", " y ", r4\n\t"                                                   \
  "asr " z ", " z ", r4\n\t"                                                   \
  "ssat " y ", #8, " y ", asr #1\n\t"                                          \
  "ssat " z ", #8, " z ", asr #1\n\t"
#define OFA_PAIRED_SCALE_SINGLE(y) "smmla " y ", " y ", r2, r3\n\t"
#define OFA_PAIRED_SCALE_POSITIVE(y) "smmlar " y ", " y ", r2, r3\n\t"
#define OFA_PAIRED_SCALE_DOUBLE(y)                                             \
  "add r1, r3, " y ", asr #31\n\t"                                             \
  "smmlar " y ", " y ", r2, r1\n\t"

/* A block, from its sums to its bytes; then the next one, its inputs in r1. */
#define OFA_PAIRED_STORE(scale)                                                \
  "sub r6, r6, r10\n\t"                                                        \
  "sub r7, r7, r11\n\t"                                                        \
  OFA_PAIRED_SHIFTS OFA_PAIRED_CHANNEL("r6", "r7", "asr #7", scale)            \
  OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL("r10", "r11", "lsl #1", scale)           \
  "sub r8, r8, r12\n\t"                                                        \
  "sub r9, r9, lr\n\t"                                                         \
  OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL("r8", "r9", "asr #7", scale)             \
  OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL("r12", "lr", "lsl #1", scale)            \
  "ldm sp, {r1-r4}\n\t"                                                        \
  "strb r10, [r2], #4\n\t"                                                     \
  "strb r6, [r2, #-3]\n\t"                                                     \
  "strb r12, [r2, #-2]\n\t"                                                    \
  "strb r8, [r2, #-1]\n\t"                                                     \
  "strb r11, [r3], #4\n\t"                                                     \
  "strb r7, [r3, #-3]\n\t"                                                     \
  "strb lr, [r3, #-2]\n\t"                                                     \
  "strb r9, [r3, #-1]\n\t"                                                     \
  "strd r2, r3, [sp, #4]\n\t"                                                  \
  "cmp r0, r4\n\t"                                                             \
  "bne 1b\n\t"

/* All registers but sp are in use. There: x, a, b, whole, end, start, last, back,
 * where the loop of 16 steps is entered, where a block is stored, the run, and r7. */
OFA_OUTLINE void ofa_paired_blocks(ofa_paired_run_t *run) {
  register ofa_paired_run_t *r0 __asm__("r0") = run;
  __asm__ volatile(
      "push {r0, r7}\n\t"
      "ldm r0, {r0-r6, r8-r12}\n\t"
      "cmp r11, #0\n\t"
      "bne 0f\n\t"
      "sub r12, r5, r1\n\t"
      "sub r12, r12, #8\n\t"
      "and r12, r12, #120\n\t"
      "adr r11, 3f\n\t" OFA_PAIRED_BACK
      "orr r11, r11, #1\n\t"
      "adr r12, 4f\n\t"
      "cmp r10, #1\n\t"
      "bmi 9f\n\t"
      "adr r12, 5f\n\t"
      "beq 9f\n\t"
      "adr r12, 6f\n\t"
      "9: orr r12, r12, #1\n\t"
      "ldr r10, [sp]\n\t"
      "strd r11, r12, [r10, #40]\n\t"
      "0:\n\t" OFA_PAIRED_SKIPPED
      "push {r1-r6, r8, r9, r11, r12}\n\t"
      "1:\n\t" OFA_PAIRED_FIRST
      "ldr pc, [sp, #32]\n\t"
      ".balign 4\n\t"
      "2:\n\t" OFA_PAIRED_STEPS
      "3:\n\t" OFA_PAIRED_AGAIN OFA_PAIRED_START
      "ldr pc, [sp, #36]\n\t"
      ".balign 4\n\t"
      "4:\n\t" OFA_PAIRED_STORE(OFA_PAIRED_SCALE_SINGLE)
      "b 7f\n\t"
      ".balign 4\n\t"
      "5:\n\t" OFA_PAIRED_STORE(OFA_PAIRED_SCALE_DOUBLE)
      "b 7f\n\t"
      ".balign 4\n\t"
      "6:\n\t" OFA_PAIRED_STORE(OFA_PAIRED_SCALE_POSITIVE)
      "7: ldrd r4, r5, [sp, #24]\n\t"
      "cmp r0, r4\n\t"
      "beq 8f\n\t"
      "str r4, [sp, #12]\n\t"
      "sub r2, r2, r5\n\t"
      "sub r3, r3, r5\n\t"
      "strd r2, r3, [sp, #4]\n\t"
      "b 1b\n\t"
      "8:\n\t" OFA_PAIRED_POP
      "pop {r0, r7}"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12",
        "lr", "cc", "memory");
}

/* As above for pixel a alone. */
#define OFA_PAIRED_STEP_SINGLE                                                 \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  "ldr r4, [r1], #8\n\t"                                                       \
  "smlad r6, r2, r4, r6\n\t"                                                   \
  "smlad r8, r3, r4, r8\n\t"                                                   \
  "sxtb16 r2, r2\n\t"                                                          \
  "sxtb16 r3, r3\n\t"                                                          \
  "smlad r10, r2, r4, r10\n\t"                                                 \
  "smlad r12, r3, r4, r12\n\t"
#define OFA_PAIRED_FIRST_SINGLE                                                \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  "ldr r4, [r1], #8\n\t"                                                       \
  "smuad r6, r2, r4\n\t"                                                       \
  "smuad r8, r3, r4\n\t"                                                       \
  "sxtb16 r2, r2\n\t"                                                          \
  "sxtb16 r3, r3\n\t"                                                          \
  "smuad r10, r2, r4\n\t"                                                      \
  "smuad r12, r3, r4\n\t"
#define OFA_PAIRED_CHANNEL_SINGLE(y, doubled)                                  \
  "lsl r3, r5, r4\n\t"                                                         \
  "add " y ", r1, " y ", " doubled "\n\t"                                      \
  "add r1, r3, " y ", asr #31\n\t"                                             \
  "ite eq\n\t"                                                                 \
  "smmlaeq " y ", " y ", r2, r3\n\t"                                           \
  "smmlarne " y ", " y ", r2, r1\n\t"                                          \
  "asr " y ", " y ", r4\n\t"                                                   \
  "ssat " y ", #8, " y ", asr #1\n\t"

/* A single pixel, which is a and b. r7: x, r9: end, r11: the output, lr: whole.
 * On the stack: start, last, back, rounding, where the loop of 8 steps is entered,
 * and r7. */
OFA_OUTLINE void ofa_paired_single(const ofa_paired_run_t *run) {
  register const ofa_paired_run_t *r0 __asm__("r0") = run;
  __asm__ volatile(
      "push {r7}\n\t"
      "ldm r0, {r0-r6, r8-r10}\n\t"
      "sub r11, r5, r1\n\t"
      "sub r11, r11, #8\n\t"
      "and r11, r11, #56\n\t"
      "adr r12, 3f\n\t"
      "sub r12, r12, r11, lsl #2\n\t"
      "orr r12, r12, #1\n\t"
      "push {r6, r8-r10, r12}\n\t"
      "mov r7, r1\n\t"
      "mov r9, r5\n\t"
      "mov r11, r2\n\t"
      "mov lr, r4\n\t"
      "1: mov r1, r7\n\t" OFA_PAIRED_FIRST_SINGLE
      "ldr pc, [sp, #16]\n\t"
      ".balign 4\n\t"
      "2: .rept 8\n\t" OFA_PAIRED_STEP_SINGLE ".endr\n\t"
      "3: cmp r1, r9\n\t"
      "bne 2b\n\t"
      "ldr r4, [sp, #12]\n\t"
      "ldr r5, [sp]\n\t"
      "cmp r4, #0\n\t"
      "sub r6, r6, r10\n\t"
      "sub r8, r8, r12\n\t"
      OFA_PAIRED_SHIFTS OFA_PAIRED_CHANNEL_SINGLE("r6", "asr #7")
      OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL_SINGLE("r10", "lsl #1")
      OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL_SINGLE("r8", "asr #7")
      OFA_PAIRED_SHIFT OFA_PAIRED_CHANNEL_SINGLE("r12", "lsl #1")
      "strb r10, [r11], #1\n\t"
      "strb r6, [r11], #1\n\t"
      "strb r12, [r11], #1\n\t"
      "strb r8, [r11], #1\n\t"
      "cmp r0, lr\n\t"
      "bne 1b\n\t"
      "ldrd r2, r3, [sp, #4]\n\t"
      "cmp r0, r2\n\t"
      "beq 4f\n\t"
      "mov lr, r2\n\t"
      "sub r11, r11, r3\n\t"
      "b 1b\n\t"
      "4: add sp, sp, #20\n\t"
      "pop {r7}"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12",
        "lr", "cc", "memory");
}
/* clang-format on */

#else

/* One channel of two pixels, from the sum without bias: its bytes at `place` of
 * both. Returns the stream behind its bias and multiplier. */
OFA_INLINE const int32_t *ofa_paired_channel(const ofa_paired_run_t *run,
                                             const int32_t *stream,
                                             uint32_t shift, int32_t a,
                                             int32_t b, int32_t place) {
  int32_t start = run->start * (1 << shift);
  int32_t right = (int32_t)shift + 1;
  run->a[place] = ofa_requantize_doubled(a + stream[0], stream[1], start, right,
                                         run->rounding);
  run->b[place] = ofa_requantize_doubled(b + stream[0], stream[1], start, right,
                                         run->rounding);
  return stream + 2;
}

OFA_OUTLINE void ofa_paired_blocks(ofa_paired_run_t *run) {
  const int32_t *stream = run->stream;
  int32_t place = 0;
  while (stream != run->last) {
    uint32_t raw[2][2] = {{0, 0}, {0, 0}}; /* channels, pixel */
    uint32_t low[2][2] = {{0, 0}, {0, 0}};
    const int32_t *x;
    uint32_t shifts;
    int32_t i;
    if (stream == run->whole)
      place -= run->back;
    for (x = run->x; x != run->end; x += 2)
      for (i = 0; i < 2; ++i) {
        uint32_t w = (uint32_t)*stream++;
        raw[i][0] = ofa_dot(raw[i][0], w, (uint32_t)x[0]);
        raw[i][1] = ofa_dot(raw[i][1], w, (uint32_t)x[1]);
        w = ofa_even_bytes(w);
        low[i][0] = ofa_dot(low[i][0], w, (uint32_t)x[0]);
        low[i][1] = ofa_dot(low[i][1], w, (uint32_t)x[1]);
      }
    shifts = (uint32_t)stream[2];
    for (i = 0; i < 2; ++i, place += 2, shifts >>= 16) {
      stream = ofa_paired_channel(run, stream, shifts & 255u,
                                  (int32_t)(raw[i][0] - low[i][0]) >> 7,
                                  (int32_t)(raw[i][1] - low[i][1]) >> 7,
                                  place + 1);
      stream += 1 - i; /* behind the shifts */
      stream = ofa_paired_channel(run, stream, shifts >> 8 & 255u,
                                  (int32_t)(low[i][0] << 1),
                                  (int32_t)(low[i][1] << 1), place);
    }
  }
}

OFA_INLINE void ofa_paired_single(ofa_paired_run_t *run) {
  ofa_paired_blocks(run);
}
#endif

#endif /* OFA_PAIRED_S8_H */
