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

/// The weights `[out][inner]` of what packConv2DWeights() made.
std::vector<int8_t> unpackConv2DWeights(llvm::ArrayRef<int8_t> packed,
                                        int64_t outChannels);

/// packConv2DWeights() for each of `groups` blocks of output channels: what a
/// grouped or dilated conv2d_s8 reads, from OHWI with `in / groups` inputs, and
/// a dilated depthwise_conv2d_s8, from `[channels][taps]` with a group per
/// input channel.
std::vector<int8_t> packGroupedWeights(llvm::ArrayRef<int8_t> weights,
                                       int64_t outChannels, int64_t groups);

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

/// The same for each of `groups` blocks of rows: OHWI with `in / groups` inputs
/// to what a grouped or dilated conv2d_f32 reads.
template <typename T>
std::vector<T> transposeGroupedWeights(llvm::ArrayRef<T> weights, int64_t rows,
                                       int64_t groups) {
  size_t size = weights.size() / groups;
  std::vector<T> result;
  for (int64_t group = 0; group < groups; ++group) {
    std::vector<T> block =
        transposeWeights(weights.slice(group * size, size), rows / groups);
    result.insert(result.end(), block.begin(), block.end());
  }
  return result;
}

/// `bias[o] - inputZeroPoint * (sum of the weights of output channel o)`, with
/// weights `[out][inner]`. None if a value does not fit 32 bits.
std::optional<std::vector<int32_t>>
foldZeroPoint(llvm::ArrayRef<int32_t> bias, llvm::ArrayRef<int8_t> weights,
              int64_t inputZeroPoint);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_WEIGHTLAYOUT_H
