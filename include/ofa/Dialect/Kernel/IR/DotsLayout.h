//===- DotsLayout.h - Constants for dot products of 16 ----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_DOTSLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_DOTSLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"
#include "ofa/Dialect/Kernel/IR/Window.h"

#include <vector>

namespace mlir::kernel {

/// Channels of a block of conv2d_dots_s8 and of fully_connected_dots_s8.
inline constexpr int64_t convDotsBlock = 4, fullyConnectedDotsBlock = 8;

/// How conv2d_dots_s8 sees a window with such rows: one of short rows is one
/// row.
WindowRows getDotsRows(WindowRows kernel);

/// Words of a stream as runtime/include/ofa_kernels_mve.h describes it.
int64_t countDotsStream(int64_t channels, int64_t rows, int64_t inputsPerRow,
                        int64_t blockChannels);

/// Words of scratch memory of conv2d_dots_s8; `kernel` is a window of such rows
/// that lies inside its image.
int64_t countDotsScratch(const Window &window);
int64_t countDotsScratch(WindowRows kernel);

/// That stream. None if the kernels do not compute this layer exactly for all
/// inputs.
std::optional<std::vector<int32_t>>
packDots(const LayerConstants &layer, int64_t rows, int64_t blockChannels);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_DOTSLAYOUT_H
