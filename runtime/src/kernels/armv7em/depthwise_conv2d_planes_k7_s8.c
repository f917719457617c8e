/*===- depthwise_conv2d_planes_k7_s8.c - 7x7 depthwise ------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#define SIZE 7
#define BLOCK 72
#define CONSTANTS_1 65
#define CONSTANTS_2 30
#include "ofa_planes_large_s8.h"
