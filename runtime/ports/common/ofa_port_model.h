/*===- ofa_port_model.h - Wraps one emitted model for the harness -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * To be included once per model, with OFA_MODEL=net and OFA_MODEL_MACRO=NET
 * defined, for a model whose header is net.h with functions net_init(), ... and
 * lists of tensors NET_INPUTS and NET_OUTPUTS (the name in capitals, which the
 * preprocessor cannot make); with OFA_MODEL_ROWS=1 for one that takes its input
 * row by row, whose function is net_push_row(). Defines
 * `static const ofa_port_model_t net_port_model`.
 */
#include "ofa_port.h"

#ifndef OFA_MODEL_ROWS
#define OFA_MODEL_ROWS 0
#endif

#define OFA_CONCAT_(a, b) a##b
#define OFA_CONCAT(a, b) OFA_CONCAT_(a, b)
#define OFA_STRING_(a) #a
#define OFA_STRING(a) OFA_STRING_(a)
#define OFA_MODEL_HEADER OFA_STRING(OFA_MODEL.h)

#include OFA_MODEL_HEADER

/* The same functions with types that all models share. */
#define OFA_INPUT(function, bytes)                                             \
  static void *function##_port(void) { return function(); }
#define OFA_OUTPUT(function, bytes)                                            \
  static const void *function##_port(void) { return function(); }
OFA_CONCAT(OFA_MODEL_MACRO, _INPUTS)(OFA_INPUT)
OFA_CONCAT(OFA_MODEL_MACRO, _OUTPUTS)(OFA_OUTPUT)

#define OFA_ENTRY(function, bytes) {function##_port, bytes},
static const ofa_port_input_t OFA_CONCAT(OFA_MODEL, _port_inputs)[] = {
    OFA_CONCAT(OFA_MODEL_MACRO, _INPUTS)(OFA_ENTRY)};
static const ofa_port_output_t OFA_CONCAT(OFA_MODEL, _port_outputs)[] = {
    OFA_CONCAT(OFA_MODEL_MACRO, _OUTPUTS)(OFA_ENTRY)};

#if OFA_MODEL_ROWS
#define OFA_RUN OFA_CONCAT(OFA_MODEL, _push_row)
#else
#define OFA_RUN OFA_CONCAT(OFA_MODEL, _run)
#endif
#define OFA_COUNT(array) (sizeof(array) / sizeof((array)[0]))
static const ofa_port_model_t OFA_CONCAT(OFA_MODEL, _port_model) = {
    OFA_STRING(OFA_MODEL),
    OFA_CONCAT(OFA_MODEL, _init),
    OFA_RUN,
    OFA_CONCAT(OFA_MODEL, _port_inputs),
    OFA_COUNT(OFA_CONCAT(OFA_MODEL, _port_inputs)),
    OFA_CONCAT(OFA_MODEL, _port_outputs),
    OFA_COUNT(OFA_CONCAT(OFA_MODEL, _port_outputs)),
};

#undef OFA_INPUT
#undef OFA_OUTPUT
#undef OFA_ENTRY
#undef OFA_RUN
#undef OFA_COUNT
#undef OFA_CONCAT_
#undef OFA_CONCAT
#undef OFA_STRING_
#undef OFA_STRING
#undef OFA_MODEL_HEADER
