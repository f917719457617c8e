/*===- fully_connected_f32.c - Fully connected layer -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_portable_f32.h"

OFA_CLONES void
ofa_fully_connected_f32(const ofa_fully_connected_f32_params_t *params,
                        const float *input, float *output) {
  ofa_run_f32_t run;
  run.x = input;
  run.weights = params->weights;
  run.n = params->in_features;
  ofa_dense_f32(&run, 1, 1, 0, params->bias, params->out_features,
                params->activation_min, params->activation_max, output);
}
