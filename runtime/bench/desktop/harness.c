/*===- harness.c - Runs and times a model on a desktop ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Commands on standard input, one in a line, each answered by one line:
 *   run INPUT OUTPUT  one inference, from file to file
 *   time N            N more on the same input: their times in nanoseconds
 */
#define _POSIX_C_SOURCE 199309L
#include "harness.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void fail(const char *what, const char *which) {
  fprintf(stderr, "%s: %s\n", which, what);
  exit(1);
}

static void run(const buffers_t *buffers, const char *from, const char *to) {
  FILE *file = fopen(from, "rb");
  if (!file || fread(buffers->input, 1, buffers->input_bytes, file) !=
                   buffers->input_bytes)
    fail("has no input of the model's size", from);
  fclose(file);
  infer();
  file = fopen(to, "wb");
  if (!file ||
      fwrite(buffers->output, 1, buffers->output_bytes, file) !=
          buffers->output_bytes ||
      fclose(file))
    fail("cannot be written", to);
  printf("done\n");
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  char line[4096], from[2048], to[2048];
  long n;
  buffers_t buffers = start(argc, argv);
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %2047s %2047s", from, to) == 2) {
      run(&buffers, from, to);
    } else if (sscanf(line, "time %ld", &n) == 1) {
      for (; n > 0; --n) {
        long long begin = now();
        infer();
        printf("%lld ", now() - begin);
      }
      printf("\n");
    } else {
      fail("is no command", line);
    }
    fflush(stdout);
  }
  return 0;
}
