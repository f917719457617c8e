//===- LayerConstants.cpp - What an int8 layer computes with ----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"

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

/// The value of a channel that has the same one for all inputs and in both
/// roundings: channels that hardly anything passes have factors near zero,
/// which kernels may not hold, but any constants that give the value will do.
static std::optional<int64_t>
getConstantValue(const kernel::LayerConstants &layer, int64_t channel) {
  auto getValue = [&](int64_t x, bool isDouble) {
    return std::clamp<int64_t>(
        scale(x, layer.multiplier[channel], layer.shift[channel], isDouble) +
            layer.outputZeroPoint,
        -128, 127);
  };
  int64_t bias = layer.bias[channel], largest = layer.getLargestSum(channel);
  int64_t value = getValue(bias, false);
  for (int64_t x : {bias - largest, bias + largest})
    if (getValue(x, false) != value || getValue(x, true) != value)
      return std::nullopt;
  return value;
}

std::optional<kernel::DspChannel>
kernel::getDspChannel(const LayerConstants &layer, int64_t channel) {
  // A multiple of the bias is the value, exactly, whatever the rounding; the
  // shift is one of those that kernels prefer.
  constexpr int32_t constantShift = 8;
  if (std::optional<int64_t> value = getConstantValue(layer, channel))
    return DspChannel{int32_t(*value - layer.outputZeroPoint) *
                          (4 << constantShift),
                      1 << 30, constantShift, true};

  int32_t bias = layer.bias[channel], multiplier = layer.multiplier[channel];
  int8_t shift = layer.shift[channel];
  int64_t outputZeroPoint = layer.outputZeroPoint;
  int64_t largest = layer.getLargestSum(channel);
  int64_t right = -int64_t(shift);
  if (right < 1 || std::abs(int64_t(bias)) + largest >= int64_t(1) << 30)
    return std::nullopt;
  int64_t start =
      (int64_t(1) << (right - 1)) + outputZeroPoint * (int64_t(1) << right);
  // The product's upper word is below 2^30.
  if (std::abs(start) >= int64_t(1) << 30)
    return std::nullopt;
  return DspChannel{2 * bias, multiplier, int32_t(right), false};
}

std::optional<kernel::VectorChannel>
kernel::getVectorChannel(const LayerConstants &layer, int64_t channel) {
  // A quarter of the bias is the value, exactly, whatever the rounding.
  if (std::optional<int64_t> value = getConstantValue(layer, channel))
    return VectorChannel{int32_t(4 * (*value - layer.outputZeroPoint)), 1 << 30,
                         -1, true};
  int32_t bias = layer.bias[channel];
  int8_t shift = layer.shift[channel];
  if (shift > -1 || std::abs(int64_t(bias)) + layer.getLargestSum(channel) >=
                        int64_t(1) << 31)
    return std::nullopt;
  return VectorChannel{bias, layer.multiplier[channel], shift, false};
}
