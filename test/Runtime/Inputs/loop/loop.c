/*===- loop.c - A model of known length ---------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "loop.h"

/* Decrements to zero: `n` times two instructions. */
static void count_down(int32_t n) {
#if defined(__arm__)
  __asm__ volatile(".syntax unified\n"
                   "1: subs %0, %0, #1\n"
                   "bne 1b\n"
                   : "+l"(n)
                   :
                   : "cc");
#elif defined(__riscv)
  __asm__ volatile("1: addi %0, %0, -1\n"
                   "bnez %0, 1b\n"
                   : "+r"(n));
#else
  (void)n;
#endif
}

static uint8_t input[LOOP_INPUT_BYTES];
static int8_t output[LOOP_OUTPUT_BYTES];

ofa_status_t loop_init(void) { return OFA_OK; }
uint8_t *loop_input(void) { return input; }
const int8_t *loop_output(void) { return output; }

ofa_status_t loop_run(void) {
  volatile char used[LOOP_STACK_BYTES];
  int32_t n = input[0] + 256 * input[1];
  used[0] = 1;
  used[LOOP_STACK_BYTES - 1] = 1;
  output[0] = (int8_t)(input[2] - 128);
  count_down(n);
  return OFA_OK;
}
