//===- WeightLayout.h - Weights as the kernels read them ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_WEIGHTLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_WEIGHTLAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::kernel {

/// Weights `[out][inner]` (OHWI of a convolution with inner = kh * kw * in, or
/// a fully-connected layer's) in blocks of four output channels, the last one of
/// what is left; inside a block `[inner][channels of the block]`. What
/// conv2d_s8 and fully_connected_s8 read.
std::vector<int8_t> packConv2DWeights(llvm::ArrayRef<int8_t> weights,
                                      int64_t outChannels);

/// `[rows][columns]` to `[columns][rows]`: depthwise weights `[taps][channels]`
/// to what depthwise_conv2d_s8 reads, OHWI to HWIO and `[out][in]` to
/// `[in][out]` for the float kernels.
template <typename T>
std::vector<T> transposeWeights(llvm::ArrayRef<T> weights, int64_t rows) {
  int64_t columns = int64_t(weights.size()) / rows;
  std::vector<T> result(weights.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      result[column * rows + row] = weights[row * columns + column];
  return result;
}

/// `bias[o] - inputZeroPoint * (sum of the weights of output channel o)`, with
/// weights `[out][inner]`. None if a value does not fit 32 bits.
std::optional<std::vector<int32_t>>
foldZeroPoint(llvm::ArrayRef<int32_t> bias, llvm::ArrayRef<int8_t> weights,
              int64_t inputZeroPoint);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_WEIGHTLAYOUT_H
