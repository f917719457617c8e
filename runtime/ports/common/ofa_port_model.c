/*===- ofa_port_model.c - Gives one emitted model to the harness --*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Compile with -DOFA_MODEL=net -DOFA_MODEL_MACRO=NET for a model whose header
 * is net.h: functions net_init(), ..., macros NET_INPUT_BYTES, .... The macro
 * prefix is the name in capitals, which the preprocessor cannot make.
 */
#include "ofa_port.h"

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define STRING_(a) #a
#define STRING(a) STRING_(a)
#define MODEL_HEADER STRING(OFA_MODEL.h)

#include MODEL_HEADER

static ofa_status_t init(void) { return CONCAT(OFA_MODEL, _init)(); }
static void *input(void) { return CONCAT(OFA_MODEL, _input)(); }
static const void *output(void) { return CONCAT(OFA_MODEL, _output)(); }
static ofa_status_t run(void) { return CONCAT(OFA_MODEL, _run)(); }

const ofa_port_model_t ofa_port_models[] = {{
    STRING(OFA_MODEL),
    init,
    input,
    output,
    run,
    CONCAT(OFA_MODEL_MACRO, _INPUT_BYTES),
    CONCAT(OFA_MODEL_MACRO, _OUTPUT_BYTES),
}};
const size_t ofa_port_model_count = 1;
