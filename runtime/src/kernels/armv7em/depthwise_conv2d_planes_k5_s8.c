/*===- depthwise_conv2d_planes_k5_s8.c - 5x5 depthwise ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#define SIZE 5
#define BLOCK 40
#define CONSTANTS_1 32
#define CONSTANTS_2 17
#define CONSTANTS_4 CONSTANTS_2
#include "ofa_planes_large_s8.h"
