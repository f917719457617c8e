/*===- depthwise_conv2d_patches_line_s8.c - one row -*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_patches_s8.h"

/* Words of a column, rows of a strip, stride, patches, corners, advance. */
static const ofa_patches_kind_t kind = {0, 1, 1, 1, 1, 1};

OFA_PATCHES_ENTRIES(_line, kind)
