//===- WeightLayout.cpp - Weights as the kernels read them ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/WeightLayout.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>
#include <limits>

using namespace mlir;

/// Calls `visit(place in the packed weights, place in [out][inner])`.
static void forBlocks(int64_t size, int64_t outChannels,
                      llvm::function_ref<void(int64_t, int64_t)> visit) {
  constexpr int64_t blockChannels = 4;
  int64_t inner = size / outChannels, place = 0;
  for (int64_t begin = 0; begin < outChannels; begin += blockChannels) {
    int64_t end = std::min(begin + blockChannels, outChannels);
    for (int64_t i = 0; i < inner; ++i)
      for (int64_t channel = begin; channel < end; ++channel)
        visit(place++, channel * inner + i);
  }
}

std::vector<int8_t> kernel::packConv2DWeights(llvm::ArrayRef<int8_t> weights,
                                              int64_t outChannels) {
  std::vector<int8_t> packed(weights.size());
  forBlocks(weights.size(), outChannels, [&](int64_t place, int64_t weight) {
    packed[place] = weights[weight];
  });
  return packed;
}

std::vector<int8_t> kernel::unpackConv2DWeights(llvm::ArrayRef<int8_t> packed,
                                                int64_t outChannels) {
  std::vector<int8_t> weights(packed.size());
  forBlocks(packed.size(), outChannels, [&](int64_t place, int64_t weight) {
    weights[weight] = packed[place];
  });
  return weights;
}

std::vector<int8_t> kernel::packGroupedWeights(llvm::ArrayRef<int8_t> weights,
                                               int64_t outChannels,
                                               int64_t groups) {
  size_t size = weights.size() / groups;
  std::vector<int8_t> packed;
  for (int64_t group = 0; group < groups; ++group) {
    std::vector<int8_t> block = packConv2DWeights(
        weights.slice(group * size, size), outChannels / groups);
    packed.insert(packed.end(), block.begin(), block.end());
  }
  return packed;
}

std::optional<std::vector<int32_t>>
kernel::foldZeroPoint(llvm::ArrayRef<int32_t> bias,
                      llvm::ArrayRef<int8_t> weights, int64_t inputZeroPoint) {
  int64_t inner = int64_t(weights.size()) / int64_t(bias.size());
  std::vector<int32_t> folded;
  for (size_t channel = 0; channel < bias.size(); ++channel) {
    int64_t sum = 0;
    for (int8_t weight : weights.slice(channel * inner, inner))
      sum += weight;
    int64_t value = bias[channel] - inputZeroPoint * sum;
    if (value < std::numeric_limits<int32_t>::min() ||
        value > std::numeric_limits<int32_t>::max())
      return std::nullopt;
    folded.push_back(int32_t(value));
  }
  return folded;
}
