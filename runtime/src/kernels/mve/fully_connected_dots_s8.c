/*===- fully_connected_dots_s8.c - Matrix times vector ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Eight outputs at a time: nine loads and eight VMLADAVA for 128 products.
 */
#include "ofa_kernels_mve.h"
#include "ofa_mve.h"

typedef ofa_fully_connected_dots_s8_params_t params_t;

/* What blocks of eight outputs are made of. The assembly knows where its members
 * lie. */
typedef struct dots {
  const int32_t *stream; /* 0 */
  const int32_t *end;    /* 4: of the stream */
  int8_t *output;        /* 8 */
  int32_t zero_point;    /* 12 */
  int32_t last;          /* 16: inputs of the last vector, 1 to 16 */
  int32_t entry;         /* 20: where a block enters its loop */
  const int8_t *input;   /* 24 */
  const int8_t *most;    /* 28: the last vector */
} dots_t;

#if OFA_MVE_ASM
/* r1 the stream, r3 the input, r5 its last vector, r7 whatever else, r9 the
 * output, r11 the struct; sums in even registers, which VMLADAVA takes alone. */
#define WEIGHTS(sum0, sum1)                                                    \
  "vldrw.u32 q0, [r1], #16\n\t"                                                \
  "vmladava.s8 " sum0 ", q0, q4\n\t"                                           \
  "vldrw.u32 q1, [r1], #16\n\t"                                                \
  "vmladava.s8 " sum1 ", q1, q4\n\t"
#define WEIGHTS8                                                               \
  WEIGHTS("r0", "r2") WEIGHTS("r4", "r6")                                      \
  WEIGHTS("r8", "r10") WEIGHTS("r12", "lr")
#define STEP "vldrb.u8 q4, [r3], #16\n\t" WEIGHTS8
#define STEP_BYTES 68
/* Four steps a turn, the first turn from where `entry` says, then the last step,
 * whose predicate leaves out what is behind the input. */
#define MAKE(scale)                                                            \
  __asm__ volatile(                                                            \
      "ldrd r7, r5, [r11, #12]\n\t"                                            \
      "vdup.16 q7, r7\n\t"                                                     \
      "vctp.8 r5\n\t"                                                          \
      "ldr r9, [r11, #20]\n\t"                                                 \
      "adr.w r7, 3f + 1\n\t"                                                   \
      "add r7, r7, r9\n\t"                                                     \
      "str r7, [r11, #20]\n\t"                                                 \
      "movs r3, #4\n\t" OFA_MVE_PLACES("q6", "r3")                             \
      "ldr r1, [r11]\n\t"                                                      \
      "ldr r5, [r11, #28]\n\t"                                                 \
      "ldr r9, [r11, #8]\n"                                                    \
      "1:\n\t"                                                                 \
      "ldm r1!, {r0, r2, r4, r6, r8, r10, r12, lr}\n\t"                        \
      "ldr r3, [r11, #24]\n\t"                                                 \
      "ldr pc, [r11, #20]\n"                                                   \
      "3:\n\t" STEP STEP STEP STEP                                             \
      "cmp r3, r5\n\t"                                                         \
      "bne 3b\n\t"                                                             \
      "vpst\n\t"                                                               \
      "vldrbt.u8 q4, [r3]\n\t" WEIGHTS8 OFA_MVE_SUMS("q0", "q1")               \
      "vldrw.u32 q2, [r1], #16\n\t"                                            \
      "vldrw.u32 q3, [r1], #16\n\t"                                            \
      "vldrw.u32 q4, [r1], #16\n\t"                                            \
      "vldrw.u32 q5, [r1], #16\n\t" scale("q0", "q1", "q2", "q3", "q4", "q5",  \
                                          "q2") OFA_MVE_NARROW("q0", "q1",     \
                                                               "q7")           \
      "vstrb.16 q0, [r9, q6]\n\t"                                              \
      "add.w r9, r9, #8\n\t"                                                   \
      "ldr r7, [r11, #4]\n\t"                                                  \
      "cmp r1, r7\n\t"                                                         \
      "bne 1b\n\t"                                                             \
      : "+r"(c)                                                                \
      :                                                                        \
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10",     \
        "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc",     \
        "memory")

/* All blocks that the stream has. */
OFA_INLINE void make_blocks(dots_t *dots, int rounding) {
  register dots_t *c __asm__("r11") = dots;
  int32_t vectors = (int32_t)(dots->most - dots->input) / 16;
  int32_t turns = (vectors + 3) & ~3;
  dots->entry = (vectors == 0 ? 4 : turns - vectors) * STEP_BYTES;
  if (rounding == OFA_ROUND_DOUBLE)
    MAKE(OFA_MVE_SCALE_DOUBLE);
  else
    MAKE(OFA_MVE_SCALE_SINGLE);
}
#else
OFA_INLINE void make_blocks(dots_t *dots, int rounding) {
  const int32_t *stream = dots->stream;
  for (; stream != dots->end; dots->output += 8) {
    const int8_t *weights = (const int8_t *)(stream + 8);
    const int8_t *x;
    int32_t sums[8];
    int32_t o, i;
    memcpy(sums, stream, 32);
    for (x = dots->input; x <= dots->most; x += 16) {
      int32_t count = x == dots->most ? dots->last : 16;
      for (o = 0; o < 8; ++o, weights += 16)
        for (i = 0; i < count; ++i)
          sums[o] += weights[i] * x[i];
    }
    stream += (weights - (const int8_t *)stream) / 4;
    for (o = 0; o < 8; ++o)
      dots->output[o] = ofa_requantize(sums[o], stream[o], stream[o + 8],
                                       dots->zero_point, rounding);
    stream += 16;
  }
}
#endif

OFA_OUTLINE void make_single(dots_t *dots) {
  make_blocks(dots, OFA_ROUND_SINGLE);
}

OFA_OUTLINE void make_double(dots_t *dots) {
  make_blocks(dots, OFA_ROUND_DOUBLE);
}

OFA_INLINE void multiply(const params_t *params, const int8_t *input,
                         int8_t *output, void (*make)(dots_t *dots)) {
  int32_t vectors = (params->in_features - 1) >> 4;
  int32_t tail = params->out_features & 7;
  int32_t whole = params->out_features - tail;
  int32_t block = 24 + (vectors + 1) * 32; /* words */
  dots_t dots;
  dots.stream = params->stream;
  dots.end = params->stream + (whole >> 3) * block;
  dots.output = output;
  dots.zero_point = params->output_zero_point;
  dots.last = params->in_features - 16 * vectors;
  dots.input = input;
  dots.most = input + 16 * vectors;
  if (whole != 0)
    make(&dots);
  if (tail != 0) {
    int8_t bytes[8];
    dots.stream = dots.end;
    dots.end += block;
    dots.output = bytes;
    make(&dots);
    memcpy(output + whole, bytes, (size_t)tail);
  }
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(output, params->out_features, params->activation_min,
                    params->activation_max);
}

void ofa_fully_connected_dots_s8_single(const params_t *params,
                                        const int8_t *input, int8_t *output) {
  multiply(params, input, output, make_single);
}

void ofa_fully_connected_dots_s8_double(const params_t *params,
                                        const int8_t *input, int8_t *output) {
  multiply(params, input, output, make_double);
}
