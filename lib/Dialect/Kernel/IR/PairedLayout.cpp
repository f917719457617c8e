//===- PairedLayout.cpp - Constants of the paired kernels -------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/PairedLayout.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <array>

using namespace mlir;

/// Shifts are bytes.
static constexpr int64_t shiftsPerWord = 4;

int64_t kernel::countPairedWords(int64_t inputs, int64_t blockChannels) {
  int64_t words = (inputs + 1) / 2;
  return blockChannels == fullyConnectedPairedBlock ? words + words % 2 : words;
}

int64_t kernel::countPairedStream(int64_t channels, int64_t inputs,
                                  int64_t blockChannels) {
  int64_t blocks = (channels + blockChannels - 1) / blockChannels;
  int64_t words = countPairedWords(inputs, blockChannels);
  int64_t constants = 2 * blockChannels + blockChannels / shiftsPerWord;
  return blocks * (blockChannels / 2 * words + constants);
}

/// The inputs of each of `count` words, low half first; -1: none.
static std::vector<std::array<int64_t, 2>>
getInputWords(int64_t rows, int64_t inputsPerRow, int64_t count) {
  std::vector<std::array<int64_t, 2>> words;
  std::vector<int64_t> left;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t i = row * inputsPerRow, end = i + inputsPerRow;
    for (; i + 4 <= end; i += 4) {
      words.push_back({i, i + 2});
      words.push_back({i + 1, i + 3});
    }
    for (; i < end; ++i)
      left.push_back(i);
  }
  left.resize(2 * (count - words.size()), -1);
  for (size_t i = 0; i < left.size(); i += 2)
    words.push_back({left[i], left[i + 1]});
  return words;
}

/// The halves `low` and `high` of a word.
static int32_t joinHalves(int32_t low, int32_t high) {
  return static_cast<int32_t>((static_cast<uint32_t>(low) & 0xffff) |
                              static_cast<uint32_t>(high) << 16);
}

std::optional<std::vector<int32_t>>
kernel::packPaired(const LayerConstants &layer, int64_t rows,
                   int64_t blockChannels) {
  int64_t channels = layer.bias.size();
  int64_t inputs = layer.weights.size() / channels;
  std::vector<std::array<int64_t, 2>> words = getInputWords(
      rows, inputs / rows, countPairedWords(inputs, blockChannels));
  std::vector<DspChannel> constants;
  for (int64_t channel = 0; channel < channels; ++channel) {
    std::optional<DspChannel> known = getDspChannel(layer, channel);
    if (!known)
      return std::nullopt;
    constants.push_back(*known);
  }
  auto getWeight = [&](int64_t channel, int64_t input) -> int32_t {
    return channel < channels && input >= 0 && !constants[channel].isConstant
               ? layer.weights[channel * inputs + input]
               : 0;
  };
  std::vector<int32_t> stream;
  stream.reserve(countPairedStream(channels, inputs, blockChannels));
  for (int64_t next = 0; next < channels; next += blockChannels) {
    // A last block is whole if there are as many channels.
    int64_t begin =
        std::min(next, std::max<int64_t>(channels - blockChannels, 0));
    int64_t end = begin + blockChannels;
    for (auto [low, high] : words)
      for (int64_t channel = begin; channel < end; channel += 2)
        stream.push_back(joinHalves(
            getWeight(channel, low) + 256 * getWeight(channel + 1, low),
            getWeight(channel, high) + 256 * getWeight(channel + 1, high)));
    // The upper one of each pair first.
    size_t shifts = 0; // of these four, behind the first one
    for (int64_t place = 0; place < blockChannels; ++place) {
      int64_t channel = begin + (place ^ 1);
      DspChannel known = channel < channels ? constants[channel] : DspChannel();
      // The lower one's borrow must not leave the 16 bits, nor the upper one's
      // sum its 24.
      if (channel < channels && place % 2 == 0 && !known.isConstant &&
          (llvm::is_contained(layer.getWeights(channel), -128) ||
           layer.getLargestSum(channel) >= int64_t(1) << 23))
        return std::nullopt;
      stream.insert(stream.end(), {known.bias, known.multiplier});
      if (place % shiftsPerWord == 0) {
        shifts = stream.size();
        stream.push_back(0);
      }
      stream[shifts] |= (known.right - 1) << 8 * (place % shiftsPerWord);
    }
  }
  return stream;
}
