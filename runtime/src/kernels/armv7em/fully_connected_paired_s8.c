/*===- fully_connected_paired_s8.c - Matrix times vector ----------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The input is expanded to 16 bits once; then eight outputs at a time run over
 * it, of which two share a sum, as ofa_paired_s8.h says.
 */
#include "ofa_dsp.h"
#include "ofa_kernels_dsp.h"

typedef ofa_fully_connected_paired_s8_params_t params_t;

#define BLOCK 8
#define CONSTANTS 18 /* words behind the weights of a block */

/* Blocks of eight outputs. The assembly reads the fields in this order. */
typedef struct run {
  const int32_t *stream;
  const int32_t *x; /* words of inputs, an even number */
  int8_t *output;
  const int32_t *whole; /* the stream behind the blocks that lie side by side */
  const int32_t *end;
  int32_t start;       /* ofa_start */
  const int32_t *last; /* behind one more block, or `whole` */
  int32_t back;        /* outputs that this one has in common with the others */
  uint32_t pushed[9];  /* stands for what it pushes, where frames are counted */
} run_t;

#if OFA_DSP_ASM
/* clang-format off */
/* Two inputs in `x`, sixteen products. r0: weights; r6 to r9: outputs 0 + 256 *
 * 1, 2 + 256 * 3, ...; r10, r11, r12, lr: outputs 0, 2, 4, 6. */
#define STEP(op, x, end)                                                       \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  op " r6, r2, " x end(r6)                                                     \
  op " r7, r3, " x end(r7)                                                     \
  "sxtb16 r2, r2\n\t"                                                          \
  "sxtb16 r3, r3\n\t"                                                          \
  op " r10, r2, " x end(r10)                                                   \
  op " r11, r3, " x end(r11)                                                   \
  "ldrd r2, r3, [r0], #8\n\t"                                                  \
  op " r8, r2, " x end(r8)                                                     \
  op " r9, r3, " x end(r9)                                                     \
  "sxtb16 r2, r2\n\t"                                                          \
  "sxtb16 r3, r3\n\t"                                                          \
  op " r12, r2, " x end(r12)                                                   \
  op " lr, r3, " x end(lr)
#define TO_SUM(y) ", " #y "\n\t"
#define ALONE(y) "\n\t"

/* The constants of an output, its shift in r4: the first one of four, the next. */
#define SHIFTS "ldm r0!, {r1, r2, r4}\n\t"
#define SHIFT                                                                  \
  "ldm r0!, {r1, r2}\n\t"                                                      \
  "lsr r4, r4, #8\n\t"
/* x = bias + sum in y, shifted by `doubled` to be twice as large, to a byte. r5:
 * what makes starts. */
#define OUTPUT(y, doubled, scale)                                              \
  "lsl r3, r5, r4\n\t"                                                         \
  "add " y ", r1, " y ", " doubled "\n\t" scale(y)                             \
  "asr " y ", " y ", r4\n\t"                                                   \
  "ssat " y ", #8, " y ", asr #1\n\t"
#define OUTPUTS(constants, raw, low, scale)                                    \
  "sub " raw ", " raw ", " low "\n\t"                                          \
  constants OUTPUT(raw, "asr #7", scale) SHIFT OUTPUT(low, "lsl #1", scale)
#define SCALE_single(y) "smmla " y ", " y ", r2, r3\n\t"
#define SCALE_double(y)                                                        \
  "add r1, r3, " y ", asr #31\n\t"                                             \
  "smmlar " y ", " y ", r2, r1\n\t"

/* All registers but sp are in use. There: x, output, whole, end, start, last, back,
 * where the loop of four times four inputs is entered, and r7. Four inputs have
 * 116 bytes. */
#define BLOCKS(name, rounding)                                                 \
  OFA_OUTLINE void blocks_##name(const run_t *run) {                           \
    register const run_t *r0 __asm__("r0") = run;                              \
    __asm__ volatile(                                                          \
        "push {r7}\n\t"                                                        \
        "ldm r0, {r0-r6, r8}\n\t"                                              \
        "sub r10, r4, r1\n\t"                                                  \
        "sub r10, r10, #8\n\t"                                                 \
        "and r10, r10, #24\n\t"                                                \
        "mov r11, #29\n\t"                                                     \
        "mul r10, r10, r11\n\t"                                                \
        "adr r11, 3f\n\t"                                                      \
        "sub r11, r11, r10, lsr #1\n\t"                                        \
        "orr r11, r11, #1\n\t"                                                 \
        "push {r1-r6, r8, r11}\n\t"                                            \
        "1: ldrd r4, r5, [r1], #8\n\t"                                         \
        STEP("smuad", "r4", ALONE) STEP("smlad", "r5", TO_SUM)                 \
        "ldr pc, [sp, #28]\n\t"                                                \
        ".balign 4\n\t"                                                        \
        "2: .rept 4\n\t"                                                       \
        "ldrd r4, r5, [r1], #8\n\t"                                            \
        STEP("smlad", "r4", TO_SUM) STEP("smlad", "r5", TO_SUM) ".endr\n\t"    \
        "3: ldrd r2, r5, [sp, #12]\n\t"                                        \
        "cmp r1, r2\n\t"                                                       \
        "bne 2b\n\t" OUTPUTS(SHIFTS, "r6", "r10", SCALE_##name)                \
            OUTPUTS(SHIFT, "r7", "r11", SCALE_##name)                          \
                OUTPUTS(SHIFTS, "r8", "r12", SCALE_##name)                     \
                    OUTPUTS(SHIFT, "r9", "lr", SCALE_##name)                   \
        "ldm sp, {r1-r3}\n\t"                                                  \
        "strb r10, [r2], #1\n\t"                                               \
        "strb r6, [r2], #1\n\t"                                                \
        "strb r11, [r2], #1\n\t"                                               \
        "strb r7, [r2], #1\n\t"                                                \
        "strb r12, [r2], #1\n\t"                                               \
        "strb r8, [r2], #1\n\t"                                                \
        "strb lr, [r2], #1\n\t"                                                \
        "strb r9, [r2], #1\n\t"                                                \
        "str r2, [sp, #4]\n\t"                                                 \
        "cmp r0, r3\n\t"                                                       \
        "bne 1b\n\t"                                                           \
        "ldrd r4, r5, [sp, #20]\n\t"                                           \
        "cmp r0, r4\n\t"                                                       \
        "beq 4f\n\t"                                                           \
        "sub r2, r2, r5\n\t"                                                   \
        "strd r2, r4, [sp, #4]\n\t"                                            \
        "b 1b\n\t"                                                             \
        "4: add sp, sp, #32\n\t"                                               \
        "pop {r7}"                                                             \
        : "+r"(r0)                                                             \
        :                                                                      \
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", \
          "lr", "cc", "memory");                                               \
  }
/* clang-format on */
#else

/* One output, from twice its sum without bias. */
OFA_INLINE const int32_t *store(const run_t *run, int32_t x, uint32_t shift,
                                const int32_t *stream, int8_t *output,
                                int rounding) {
  *output = ofa_requantize_doubled(x + stream[0], stream[1],
                                   run->start * (1 << shift),
                                   (int32_t)shift + 1, rounding);
  return stream + 2;
}

OFA_INLINE void blocks(const run_t *run, int rounding) {
  const int32_t *stream = run->stream;
  int8_t *output = run->output;
  while (stream != run->last) {
    uint32_t raw[BLOCK / 2] = {0, 0, 0, 0};
    uint32_t low[BLOCK / 2] = {0, 0, 0, 0};
    const int32_t *x;
    uint32_t shifts = 0;
    int32_t i;
    if (stream == run->whole)
      output -= run->back;
    for (x = run->x; x != run->end; ++x)
      for (i = 0; i < BLOCK / 2; ++i, ++stream) {
        uint32_t w = (uint32_t)*stream;
        raw[i] = ofa_dot(raw[i], w, (uint32_t)*x);
        low[i] = ofa_dot(low[i], ofa_even_bytes(w), (uint32_t)*x);
      }
    for (i = 0; i < BLOCK / 2; ++i, output += 2, shifts >>= 16) {
      int has_shifts = i % 2 == 0; /* behind the multiplier */
      if (has_shifts)
        shifts = (uint32_t)stream[2];
      stream = store(run, (int32_t)(raw[i] - low[i]) >> 7, shifts & 255u,
                     stream, output + 1, rounding);
      stream = store(run, (int32_t)(low[i] << 1), shifts >> 8 & 255u,
                     stream + has_shifts, output, rounding);
    }
  }
}

#define BLOCKS(name, rounding)                                                 \
  OFA_OUTLINE void blocks_##name(const run_t *run) { blocks(run, rounding); }
#endif

BLOCKS(single, OFA_ROUND_SINGLE)
BLOCKS(double, OFA_ROUND_DOUBLE)

/* Four inputs to two words. */
OFA_INLINE void expand_quad(const int8_t *input, int32_t *x) {
  uint32_t word = ofa_load4(input);
  x[0] = (int32_t)ofa_even_bytes(word);
  x[1] = (int32_t)ofa_odd_bytes(word);
}

/* The input as words, an even number. Returns the one behind the last. */
OFA_OUTLINE const int32_t *expand(const int8_t *input, int32_t count,
                                  int32_t *x) {
  const int8_t *end = input + (count & ~7);
  for (; input != end; input += 8, x += 4) {
    expand_quad(input, x);
    expand_quad(input + 4, x + 2);
  }
  if (count & 4) {
    expand_quad(input, x);
    input += 4;
    x += 2;
  }
  count &= 3;
  if (count != 0) {
    x[0] = (int32_t)ofa_pack(input[0], count > 1 ? input[1] : 0);
    x[1] = count > 2 ? (int32_t)ofa_pack(input[2], 0) : 0;
    x += 2;
  }
  return x;
}

OFA_INLINE void multiply(const params_t *params, const int8_t *input,
                         int8_t *output, int32_t *scratch,
                         void (*make)(const run_t *run)) {
  int32_t count = params->out_features;
  int8_t bytes[BLOCK]; /* where there is no whole block */
  run_t run;
  int32_t block;
  run.x = scratch;
  run.end = expand(input, params->in_features, scratch);
  run.start = ofa_start(params->output_zero_point);
  block = (int32_t)(run.end - run.x) * (BLOCK / 2) + CONSTANTS;
  run.stream = params->stream;
  run.whole = run.stream + ofa_max(count / BLOCK, 1) * block;
  run.last = run.stream + (count + BLOCK - 1) / BLOCK * block;
  run.back = -count & (BLOCK - 1);
  run.output = count < BLOCK ? bytes : output;
  make(&run);
  if (count < BLOCK)
    memcpy(output, bytes, (size_t)count);
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, count, params->activation_min,
                    params->activation_max);
}

void ofa_fully_connected_paired_s8_single(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  multiply(params, input, output, scratch, blocks_single);
}

void ofa_fully_connected_paired_s8_double(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  multiply(params, input, output, scratch, blocks_double);
}
