/*===- model.c - Runs and times an emitted model on a desktop -----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Commands on standard input, one in a line, each answered by one line:
 *   run INPUT OUTPUT  one inference, from file to file
 *   time N            N more on the same input: their times in nanoseconds
 * onnxruntime.js does the same for ONNX Runtime.
 */
#define _POSIX_C_SOURCE 199309L
#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned char input[MODEL_INPUT_BYTES];

static void fail(const char *what) {
  fprintf(stderr, "model: %s\n", what);
  exit(1);
}

/* The input is written before each inference: it may be overwritten. */
static void infer(void) {
  memcpy(model_input(), input, sizeof input);
  if (model_run() != OFA_OK)
    fail("the model returned an error");
}

static void run(const char *from, const char *to) {
  FILE *file = fopen(from, "rb");
  if (!file || fread(input, 1, sizeof input, file) != sizeof input)
    fail("cannot read the input");
  fclose(file);
  infer();
  file = fopen(to, "wb");
  if (!file || fwrite(model_output(), 1, MODEL_OUTPUT_BYTES, file) != MODEL_OUTPUT_BYTES ||
      fclose(file))
    fail("cannot write the output");
  printf("done");
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void) {
  char line[4096], from[2048], to[2048];
  long n;
  if (model_init() != OFA_OK)
    fail("init returned an error");
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %2047s %2047s", from, to) == 2)
      run(from, to);
    else if (sscanf(line, "time %ld", &n) == 1)
      for (; n > 0; --n) {
        long long begin = now();
        infer();
        printf("%lld ", now() - begin);
      }
    else
      fail("unknown command");
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
