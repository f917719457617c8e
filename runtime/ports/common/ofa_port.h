/*===- ofa_port.h - Firmware that runs models on given inputs -----*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#ifndef OFA_PORT_H
#define OFA_PORT_H

#include "ofa_runtime.h"

typedef struct ofa_port_input {
  void *(*get)(void); /* written before each run, or each row */
  size_t bytes;
} ofa_port_input_t;

typedef struct ofa_port_output {
  const void *(*get)(void); /* read after each run */
  size_t bytes;
} ofa_port_output_t;

/* One emitted model, as the harness sees it. */
typedef struct ofa_port_model {
  const char *name;
  ofa_status_t (*init)(void);
  ofa_status_t (*run)(void); /* OFA_MORE: takes the next row then */
  const ofa_port_input_t *inputs;
  size_t input_count;
  const ofa_port_output_t *outputs;
  size_t output_count;
} ofa_port_model_t;

/* Defined by ofa_port_model.c (one model, named on the command line of the C
 * compiler) or by the firmware (several models). */
extern const ofa_port_model_t *const ofa_port_models[];
extern const size_t ofa_port_model_count;

/* Called around each run; instruction counters look for them. */
void ofa_marker_begin(void);
void ofa_marker_end(void);

/* From the linker script: the stack's memory. */
extern uint32_t ofa_stack_bottom[];
extern uint32_t ofa_stack_top[];

/* What the start-up code calls once memory is set up; the emulator ends with
 * the status that it returns. */
int ofa_port_main(void);

#endif /* OFA_PORT_H */
