/*===- loop.h - A model of known length ---------------------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Bytes 0 and 1 of the input are the number of iterations n, at least 1; an
 * inference executes 2 n instructions beside a constant number of others, and
 * uses a known stack. Output 0 is input 2 less 128.
 */
#ifndef LOOP_H
#define LOOP_H

#include "ofa_runtime.h"

#define LOOP_INPUT_BYTES 4
#define LOOP_OUTPUT_BYTES 1
#define LOOP_STACK_BYTES 1000
#define LOOP_INPUTS(X) X(loop_input, LOOP_INPUT_BYTES)
#define LOOP_OUTPUTS(X) X(loop_output, LOOP_OUTPUT_BYTES)

ofa_status_t loop_init(void);
uint8_t *loop_input(void);
const int8_t *loop_output(void);
ofa_status_t loop_run(void);

#endif /* LOOP_H */
