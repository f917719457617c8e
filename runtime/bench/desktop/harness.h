/*===- harness.h - What is timed on a desktop ---------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * A program is harness.c with one model behind it: model.c or onnxruntime.c.
 */
#ifndef OFA_BENCH_HARNESS_H
#define OFA_BENCH_HARNESS_H

#include <stddef.h>

/* Where the input is written and the output read, for all inferences. */
typedef struct {
  void *input;
  size_t input_bytes;
  const void *output;
  size_t output_bytes;
} buffers_t;

buffers_t start(int argc, char **argv);
void infer(void);

/* Says so and ends the program. */
void fail(const char *what, const char *which);

#endif /* OFA_BENCH_HARNESS_H */
