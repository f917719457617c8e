//===- LayerConstants.h - What an int8 layer computes with ------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_LAYERCONSTANTS_H
#define OFA_DIALECT_KERNEL_IR_LAYERCONSTANTS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>

namespace mlir::kernel {

/// An int8 layer's constants by output channel, as the portable kernels take
/// them but for the weights, which are `[channels][rows][inputs of a row]`.
struct LayerConstants {
  llvm::ArrayRef<int8_t> weights;
  llvm::ArrayRef<int32_t> bias; ///< Zero point folded in.
  llvm::ArrayRef<int32_t> multiplier;
  llvm::ArrayRef<int8_t> shift;
  int64_t outputZeroPoint = 0;

  llvm::ArrayRef<int8_t> getWeights(int64_t channel) const {
    size_t size = weights.size() / bias.size();
    return weights.slice(channel * size, size);
  }
  /// The most that |sum of products| can be.
  int64_t getLargestSum(int64_t channel) const;
};

/// What requantises one channel in the kernels of 16-bit products
/// (ofa_kernels_dsp.h).
struct DspChannel {
  int32_t bias = 0; ///< Twice the bias.
  int32_t multiplier = 0, right = 1;
  bool isConstant = false; ///< Its weights count as zeros.
};

/// None if those kernels do not compute the channel's values exactly for all
/// inputs.
std::optional<DspChannel> getDspChannel(const LayerConstants &layer,
                                        int64_t channel);

/// What requantises one channel in the vector kernels (ofa_kernels_mve.h).
struct VectorChannel {
  int32_t bias = 0, multiplier = 0, shift = 0;
  bool isConstant = false; ///< Its weights count as zeros.
};

/// None if those kernels do not compute the channel's values exactly for all
/// inputs.
std::optional<VectorChannel> getVectorChannel(const LayerConstants &layer,
                                              int64_t channel);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_LAYERCONSTANTS_H
