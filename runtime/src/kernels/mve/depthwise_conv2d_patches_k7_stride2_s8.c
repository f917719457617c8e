/*===- depthwise_conv2d_patches_k7_stride2_s8.c - 7x7, stride 2 -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_patches_s8.h"

/* Words of a column, rows of a strip, stride, patches, corners, advance. */
static const ofa_patches_kind_t kind = {2, 1, 2, 4, 0, 4};

OFA_PATCHES_ENTRIES(_k7_stride2, kind)
