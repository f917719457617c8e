/*===- fill_s8.c - One value for all elements -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_move.h"

#include <string.h>

void ofa_fill_s8(const ofa_fill_s8_params_t *params, int8_t *output) {
  memset(output, params->value, (size_t)params->count);
}
