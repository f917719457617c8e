/*===- fully_connected_paired_s8.c - Matrix times vector ----------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The input is expanded to 16 bits once; then eight outputs at a time run over
 * it, of which two share a sum (ofa_paired_s8.h).
 */
#include "ofa_kernels_dsp.h"
#include "ofa_paired_s8.h"

typedef ofa_fully_connected_paired_s8_params_t params_t;

/* Sums of eight outputs. */
typedef struct sums {
  uint32_t raw01, raw23, raw45, raw67; /* output 0 + 256 * output 1, ... */
  uint32_t low0, low2, low4, low6;
} sums_t;

#if OFA_DSP_ASM
/* Two inputs, sixteen products. */
#define STEP(x)                                                                \
  "ldrd %[w0], %[w1], [%[w]], #8\n\t"                                          \
  "smlad %[r01], %[w0], %[" x "], %[r01]\n\t"                                  \
  "smlad %[r23], %[w1], %[" x "], %[r23]\n\t"                                  \
  "sxtb16 %[w0], %[w0]\n\t"                                                    \
  "sxtb16 %[w1], %[w1]\n\t"                                                    \
  "smlad %[l0], %[w0], %[" x "], %[l0]\n\t"                                    \
  "smlad %[l2], %[w1], %[" x "], %[l2]\n\t"                                    \
  "ldrd %[w0], %[w1], [%[w]], #8\n\t"                                          \
  "smlad %[r45], %[w0], %[" x "], %[r45]\n\t"                                  \
  "smlad %[r67], %[w1], %[" x "], %[r67]\n\t"                                  \
  "sxtb16 %[w0], %[w0]\n\t"                                                    \
  "sxtb16 %[w1], %[w1]\n\t"                                                    \
  "smlad %[l4], %[w0], %[" x "], %[l4]\n\t"                                    \
  "smlad %[l6], %[w1], %[" x "], %[l6]\n\t"
#define STEPS2 "ldrd %[x0], %[x1], [%[x]], #8\n\t" STEP("x0") STEP("x1")
#define STEPS8 STEPS2 STEPS2 STEPS2 STEPS2
#define RUN(steps)                                                             \
  do {                                                                         \
    uint32_t w0, w1, x0, x1;                                                   \
    __asm__(steps                                                              \
            : [r01] "+r"(sums.raw01), [r23] "+r"(sums.raw23),                  \
              [r45] "+r"(sums.raw45), [r67] "+r"(sums.raw67),                  \
              [l0] "+r"(sums.low0), [l2] "+r"(sums.low2),                      \
              [l4] "+r"(sums.low4), [l6] "+r"(sums.low6), [w] "+r"(weights),   \
              [x] "+r"(x), [w0] "=&r"(w0), [w1] "=&r"(w1), [x0] "=&r"(x0),     \
              [x1] "=&r"(x1)                                                   \
            :                                                                  \
            : "memory");                                                       \
  } while (0)
#else
OFA_INLINE void run(sums_t *sums, const int32_t **weights, const int32_t **x,
                    int32_t steps) {
  for (; steps != 0; --steps, *weights += 4, ++*x) {
    const int32_t *w = *weights;
    uint32_t value = (uint32_t)**x;
    sums->raw01 = ofa_dot(sums->raw01, (uint32_t)w[0], value);
    sums->raw23 = ofa_dot(sums->raw23, (uint32_t)w[1], value);
    sums->raw45 = ofa_dot(sums->raw45, (uint32_t)w[2], value);
    sums->raw67 = ofa_dot(sums->raw67, (uint32_t)w[3], value);
    sums->low0 = ofa_dot(sums->low0, ofa_even_bytes((uint32_t)w[0]), value);
    sums->low2 = ofa_dot(sums->low2, ofa_even_bytes((uint32_t)w[1]), value);
    sums->low4 = ofa_dot(sums->low4, ofa_even_bytes((uint32_t)w[2]), value);
    sums->low6 = ofa_dot(sums->low6, ofa_even_bytes((uint32_t)w[3]), value);
  }
}
#define STEPS2 2
#define STEPS8 8
#define RUN(steps) run(&sums, &weights, &x, steps)
#endif

/* Sums of a block over `count` words of inputs, an even number. Returns the
 * stream behind the weights. */
OFA_INLINE const int32_t *sum(sums_t *result, const int32_t *weights,
                              const int32_t *x, int32_t count) {
  sums_t sums = {0, 0, 0, 0, 0, 0, 0, 0};
  const int32_t *end = x + (count & ~7);
  while (x != end)
    RUN(STEPS8);
  end += count & 7;
  while (x != end)
    RUN(STEPS2);
  *result = sums;
  return weights;
}

/* One pair of outputs, the upper one's constants first. */
OFA_INLINE const int32_t *store(uint32_t raw, uint32_t low,
                                const int32_t *stream, int8_t *output,
                                int rounding) {
  int32_t upper = ((int32_t)(raw - low) >> 7) + stream[0];
  int32_t lower = (int32_t)(low << 1) + stream[4];
  output[1] = ofa_requantize_doubled(upper, stream[1], stream[2], stream[3],
                                     rounding);
  output[0] = ofa_requantize_doubled(lower, stream[5], stream[6], stream[7],
                                     rounding);
  return stream + 8;
}

OFA_INLINE void multiply(const params_t *params, const int8_t *input,
                         int8_t *output, int32_t *scratch, int rounding) {
  const int32_t *stream = params->stream;
  int32_t left = params->out_features;
  int32_t count = params->in_features;
  const int8_t *end = input + (count & ~3);
  int8_t *first = output;
  int32_t *x = scratch;
  int8_t bytes[8]; /* of a last block that is not whole */
  int32_t i;
  for (; input != end; input += 4, x += 2) {
    uint32_t word = ofa_load4(input);
    x[0] = (int32_t)ofa_even_bytes(word);
    x[1] = (int32_t)ofa_odd_bytes(word);
  }
  count &= 3;
  if (count != 0) {
    x[0] = (int32_t)ofa_pack(input[0], count > 1 ? input[1] : 0);
    x[1] = count > 2 ? (int32_t)ofa_pack(input[2], 0) : 0;
    x += 2;
  }
  for (; left > 0; left -= 8, output += 8) {
    int8_t *block = left < 8 ? bytes : output;
    sums_t sums;
    stream = sum(&sums, stream, scratch, (int32_t)(x - scratch));
    stream = store(sums.raw01, sums.low0, stream, block, rounding);
    stream = store(sums.raw23, sums.low2, stream, block + 2, rounding);
    stream = store(sums.raw45, sums.low4, stream, block + 4, rounding);
    stream = store(sums.raw67, sums.low6, stream, block + 6, rounding);
  }
  for (i = 0; i < left + 8 && left < 0; ++i)
    output[i - 8] = bytes[i];
  if (params->activation_min > -128 || params->activation_max < 127)
    ofa_clamp_bytes(first, params->out_features, params->activation_min,
                    params->activation_max);
}

void ofa_fully_connected_paired_s8_single(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  multiply(params, input, output, scratch, OFA_ROUND_SINGLE);
}

void ofa_fully_connected_paired_s8_double(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  multiply(params, input, output, scratch, OFA_ROUND_DOUBLE);
}
