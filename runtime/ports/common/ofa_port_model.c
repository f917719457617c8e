/*===- ofa_port_model.c - Gives one emitted model to the harness --*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Compile with -DOFA_MODEL=net -DOFA_MODEL_MACRO=NET, and -DOFA_MODEL_ROWS=1 for
 * a model that takes rows; see ofa_port_model.h.
 */
#include "ofa_port_model.h"

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)

const ofa_port_model_t *const ofa_port_models[] = {
    &CONCAT(OFA_MODEL, _port_model)};
const size_t ofa_port_model_count = 1;
