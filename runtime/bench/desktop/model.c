/*===- model.c - An emitted model for the harness -----------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "model.h"
#include "harness.h"
#include <string.h>

static unsigned char input[MODEL_INPUT_BYTES];

buffers_t start(int argc, char **argv) {
  buffers_t buffers = {input, sizeof input, NULL, MODEL_OUTPUT_BYTES};
  (void)argc;
  if (model_init() != OFA_OK)
    fail("model_init failed", argv[0]);
  buffers.output = model_output();
  return buffers;
}

/* The input is written before each inference, which may overwrite it. */
void infer(void) {
  memcpy(model_input(), input, sizeof input);
  if (model_run() != OFA_OK)
    fail("model_run failed", "model");
}
