/*===- ofa_kernels_dsp.h - int8 kernels for 16-bit products -------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Convolutions for processors that multiply pairs of 16-bit numbers (Armv7E-M,
 * Armv8-M with DSP). They compute what their namesakes in ofa_kernels_s8.h do,
 * to the byte, from constants in a layout of their own and with scratch memory.
 *
 * Names, tensors and requantisation are those of ofa_kernels_s8.h.
 * Constants  one stream of words for each layer, in the order in which they are
 *            read. Channels come in blocks of 4, the last one filled up with
 *            zeros.
 * Scratch    is at a multiple of 4, and holds nothing between calls.
 */
#ifndef OFA_KERNELS_DSP_H
#define OFA_KERNELS_DSP_H

#include "ofa_runtime.h"

OFA_BEGIN_C_DECLS

OFA_END_C_DECLS

#endif /* OFA_KERNELS_DSP_H */
