/*===- ofa_port_model.h - Wraps one emitted model for the harness -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * To be included once per model, with OFA_MODEL=net and OFA_MODEL_MACRO=NET
 * defined, for a model whose header is net.h with functions net_init(), ... and
 * macros NET_INPUT_BYTES, ... (the name in capitals, which the preprocessor
 * cannot make). Defines `static const ofa_port_model_t net_port_model`.
 */
#include "ofa_port.h"

#define OFA_CONCAT_(a, b) a##b
#define OFA_CONCAT(a, b) OFA_CONCAT_(a, b)
#define OFA_STRING_(a) #a
#define OFA_STRING(a) OFA_STRING_(a)
#define OFA_MODEL_HEADER OFA_STRING(OFA_MODEL.h)

#include OFA_MODEL_HEADER

static ofa_status_t OFA_CONCAT(OFA_MODEL, _port_init)(void) {
  return OFA_CONCAT(OFA_MODEL, _init)();
}
static void *OFA_CONCAT(OFA_MODEL, _port_input)(void) {
  return OFA_CONCAT(OFA_MODEL, _input)();
}
static const void *OFA_CONCAT(OFA_MODEL, _port_output)(void) {
  return OFA_CONCAT(OFA_MODEL, _output)();
}
static ofa_status_t OFA_CONCAT(OFA_MODEL, _port_run)(void) {
  return OFA_CONCAT(OFA_MODEL, _run)();
}

static const ofa_port_model_t OFA_CONCAT(OFA_MODEL, _port_model) = {
    OFA_STRING(OFA_MODEL),
    OFA_CONCAT(OFA_MODEL, _port_init),
    OFA_CONCAT(OFA_MODEL, _port_input),
    OFA_CONCAT(OFA_MODEL, _port_output),
    OFA_CONCAT(OFA_MODEL, _port_run),
    OFA_CONCAT(OFA_MODEL_MACRO, _INPUT_BYTES),
    OFA_CONCAT(OFA_MODEL_MACRO, _OUTPUT_BYTES),
};

#undef OFA_CONCAT_
#undef OFA_CONCAT
#undef OFA_STRING_
#undef OFA_STRING
#undef OFA_MODEL_HEADER
