//===- PairedLayout.h - Constants of the paired kernels ---------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_PAIREDLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_PAIREDLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"

#include <optional>
#include <vector>

namespace mlir::kernel {

/// Channels of a block of conv2d_paired_s8 and of fully_connected_paired_s8.
inline constexpr int64_t convPairedBlock = 4, fullyConnectedPairedBlock = 8;

/// Words of `inputs` inputs, two each; for the blocks of
/// fully_connected_paired_s8 an even number.
int64_t countPairedWords(int64_t inputs, int64_t blockChannels);

/// Words of a stream as runtime/include/ofa_kernels_dsp.h describes it.
int64_t countPairedStream(int64_t channels, int64_t inputs,
                          int64_t blockChannels);

/// That stream, of windows of `rows` rows. None if the kernels do not compute
/// this layer exactly for all inputs.
std::optional<std::vector<int32_t>>
packPaired(const LayerConstants &layer, int64_t rows, int64_t blockChannels);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_PAIREDLAYOUT_H
