/*===- bench.h - What the benches share ---------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#ifndef OFA_BENCH_H
#define OFA_BENCH_H

#include <stdint.h>

static uint32_t state;
static uint32_t next_random(void) {
  state = state * 1664525u + 1013904223u;
  return state >> 16;
}

static void fill(int8_t *data, int32_t n) {
  int32_t i;
  for (i = 0; i < n; ++i)
    data[i] = (int8_t)((int32_t)(next_random() % 255u) - 127);
}

/* Output size and padding of one dimension: same padding, the smaller half in
 * front, or none. */
static int16_t place(int32_t in, int32_t kernel, int32_t stride, int same,
                     uint8_t *pad) {
  int32_t out = same ? (in + stride - 1) / stride : (in - kernel) / stride + 1;
  int32_t total = (out - 1) * stride + kernel - in;
  *pad = (uint8_t)(total > 0 ? total / 2 : 0);
  return (int16_t)out;
}

#endif /* OFA_BENCH_H */
