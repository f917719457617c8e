//===- WinogradLayout.cpp - Constants of 3x3 by Winograd --------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/WinogradLayout.h"

#include <array>

using namespace mlir;

static constexpr int64_t numPoints = 16, blockChannels = 4, tileSize = 2;

static int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

bool kernel::isWinogradWindow(const Window &window) {
  return window.kernel == llvm::ArrayRef<int64_t>{3, 3} &&
         window.stride == llvm::ArrayRef<int64_t>{1, 1} &&
         window.dilation == std::array<int64_t, 2>{1, 1} &&
         window.input[3] % 4 == 0 && window.output[3] % blockChannels == 0;
}

bool kernel::gainsByWinograd(const Window &window) {
  constexpr int64_t fewest = 8; // channels: transforming them costs, too
  int64_t height = window.output[1], width = window.output[2];
  int64_t made = roundUp(height, tileSize) * roundUp(width, 2 * tileSize);
  return isWinogradWindow(window) && window.input[3] >= fewest &&
         window.output[3] >= fewest && 4 * made <= 5 * height * width;
}

int64_t kernel::countWinogradStream(int64_t outputs, int64_t inputs) {
  return outputs * (numPoints * inputs / 2 + 4);
}

int64_t kernel::countWinogradScratch(int64_t inputs) {
  // Two tiles of 16-bit inputs, two tiles of sums of a block, a pixel.
  return numPoints * inputs + numPoints * 2 * blockChannels + inputs / 4;
}

/// Twice a transform of three weights, which lie `step` apart.
static std::array<int32_t, 4> transform(const int32_t *weights, int64_t step) {
  int32_t a = weights[0], b = weights[step], c = weights[2 * step];
  return {2 * a, a + b + c, a - b + c, 2 * c};
}

/// Four times the transformed weights of a channel and an input.
static std::array<int32_t, numPoints> transform(llvm::ArrayRef<int8_t> weights,
                                                int64_t input, int64_t inputs) {
  std::array<int32_t, 12> columns; // four rows of three
  for (int64_t x = 0; x < 3; ++x) {
    std::array<int32_t, 3> column;
    for (int64_t y = 0; y < 3; ++y)
      column[y] = weights[(3 * y + x) * inputs + input];
    std::array<int32_t, 4> points = transform(column.data(), 1);
    for (int64_t y = 0; y < 4; ++y)
      columns[3 * y + x] = points[y];
  }
  std::array<int32_t, numPoints> result;
  for (int64_t y = 0; y < 4; ++y) {
    std::array<int32_t, 4> points = transform(&columns[3 * y], 1);
    std::copy(points.begin(), points.end(), &result[4 * y]);
  }
  return result;
}

std::optional<std::vector<int32_t>>
kernel::packWinograd(const LayerConstants &layer) {
  int64_t outputs = layer.bias.size();
  int64_t inputs = layer.weights.size() / outputs / 9;
  std::vector<int32_t> stream;
  stream.reserve(countWinogradStream(outputs, inputs));
  for (int64_t begin = 0; begin < outputs; begin += blockChannels) {
    std::vector<DspChannel> constants;
    std::vector<std::array<int32_t, numPoints>> points;
    for (int64_t o = begin; o < begin + blockChannels; ++o) {
      std::optional<DspChannel> known = getDspChannel(layer, o);
      // Sums come out four times as large.
      if (!known || layer.getLargestSum(o) >= int64_t(1) << 29)
        return std::nullopt;
      constants.push_back(*known);
      for (int64_t i = 0; i < inputs; ++i)
        points.push_back(known->isConstant
                             ? std::array<int32_t, numPoints>()
                             : transform(layer.getWeights(o), i, inputs));
    }
    for (int64_t p = 0; p < numPoints; ++p)
      for (int64_t i = 0; i < inputs; i += 4)
        for (int64_t low : {i, i + 1}) // with the one after the next
          for (int64_t o = 0; o < blockChannels; ++o)
            stream.push_back(static_cast<int32_t>(
                (static_cast<uint32_t>(points[o * inputs + low][p]) & 0xffff) |
                static_cast<uint32_t>(points[o * inputs + low + 2][p]) << 16));
    for (auto [bias, multiplier, right, isConstant] : constants) {
      int32_t start =
          (2 * int32_t(layer.outputZeroPoint) + 1) * (1 << (right - 1));
      stream.insert(stream.end(), {bias, multiplier, start, right});
    }
  }
  return stream;
}

kernel::OverlapRule kernel::getWinogradOverlapRule(const Window &window) {
  // Two rows at once.
  return getWindowOverlapRule(window, tileSize * window.output[2], 1);
}
