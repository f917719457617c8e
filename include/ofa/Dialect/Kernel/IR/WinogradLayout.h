//===- WinogradLayout.h - Constants of 3x3 by Winograd ----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_WINOGRADLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_WINOGRADLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"
#include "ofa/Dialect/Kernel/IR/Window.h"

#include <optional>
#include <vector>

namespace mlir::kernel {

/// Whether conv2d_winograd_s8 takes that window: 3x3 with stride 1, channels by
/// fours.
bool isWinogradWindow(const Window &window);

/// Whether it is faster than conv2d_paired_s8, too: not with few channels, nor
/// where tiles of 2x2 outputs, two at a time, exceed the image by more than a
/// quarter.
bool gainsByWinograd(const Window &window);

/// Words of a stream as runtime/include/ofa_kernels_dsp.h describes it.
int64_t countWinogradStream(int64_t outputs, int64_t inputs);

/// Words of scratch memory.
int64_t countWinogradScratch(int64_t inputs);

/// That stream. None if the kernel does not compute this layer exactly for all
/// inputs.
std::optional<std::vector<int32_t>> packWinograd(const LayerConstants &layer);

/// How the result may overlap the input.
OverlapRule getWinogradOverlapRule(const Window &window);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_WINOGRADLAYOUT_H
