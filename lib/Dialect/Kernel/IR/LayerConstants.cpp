//===- LayerConstants.cpp - What an int8 layer computes with ----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cstdlib>

using namespace mlir;

/// x * multiplier * 2^(shift - 31), rounded once or twice (the definitions of
/// runtime/include/ofa_kernels_s8.h).
static int64_t scale(int64_t x, int64_t multiplier, int64_t shift,
                     bool isDouble) {
  int64_t left = std::max<int64_t>(shift, 0);
  int64_t right = std::max<int64_t>(-shift, 0);
  if (!isDouble)
    return (x * multiplier + (int64_t(1) << (30 - shift))) >> (31 - shift);
  __int128 product = __int128(x) * (int64_t(1) << left) * multiplier;
  auto y = int64_t((product + (int64_t(1) << 30)) >> 31);
  return right == 0 ? y : (y + (int64_t(1) << (right - 1)) - (y < 0)) >> right;
}

int64_t kernel::LayerConstants::getLargestSum(int64_t channel) const {
  int64_t largest = 0;
  for (int8_t weight : getWeights(channel))
    largest += 128 * std::abs(int64_t(weight));
  return largest;
}

std::optional<std::array<int32_t, 4>>
kernel::getChannelConstants(const LayerConstants &layer, int64_t channel) {
  int32_t bias = layer.bias[channel], multiplier = layer.multiplier[channel];
  int8_t shift = layer.shift[channel];
  int64_t outputZeroPoint = layer.outputZeroPoint;
  int64_t largest = layer.getLargestSum(channel);
  // Channels that hardly anything passes have factors near zero: where the
  // value is the same for all inputs, any constants that give it will do.
  auto getValue = [&](int64_t x, bool isDouble) {
    return std::clamp<int64_t>(
        scale(x, multiplier, shift, isDouble) + outputZeroPoint, -128, 127);
  };
  int64_t value = getValue(bias, false);
  if (llvm::all_of(std::array{int64_t(bias) - largest, int64_t(bias) + largest},
                   [&](int64_t x) {
                     return getValue(x, false) == value &&
                            getValue(x, true) == value;
                   }))
    return std::array<int32_t, 4>{0, 0, int32_t(2 * value + 1), 1};

  int64_t right = -int64_t(shift);
  if (right < 1 || std::abs(int64_t(bias)) + largest >= int64_t(1) << 30)
    return std::nullopt;
  int64_t start =
      (int64_t(1) << (right - 1)) + outputZeroPoint * (int64_t(1) << right);
  // The product's upper word is below 2^30.
  if (std::abs(start) >= int64_t(1) << 30)
    return std::nullopt;
  return std::array<int32_t, 4>{2 * bias, multiplier, int32_t(start),
                                int32_t(right)};
}
