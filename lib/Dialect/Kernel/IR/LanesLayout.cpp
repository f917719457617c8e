//===- LanesLayout.cpp - Constants of channels in lanes ---------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/LanesLayout.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cstdlib>

using namespace mlir;

/// OFA_LANES, and the weights of a channel that a word holds.
static constexpr int64_t lanes = 16, wordWeights = 4;
/// OFA_LANES_S8_CHUNK
static constexpr int64_t chunkPixels = 48;

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

namespace {
/// A layer's channels in blocks; what fills up the last one has no weights.
class Blocks {
public:
  /// None if a channel is beyond the kernels' limits.
  static std::optional<Blocks> create(const kernel::LayerConstants &layer) {
    Blocks blocks(layer);
    for (size_t channel = 0; channel < layer.bias.size(); ++channel) {
      std::optional<kernel::VectorChannel> values =
          getVectorChannel(layer, channel);
      if (!values ||
          (!values->isConstant &&
           std::abs(int64_t(values->bias)) + layer.getLargestSum(channel) >=
               int64_t(1) << 30))
        return std::nullopt;
      blocks.channels.push_back(*values);
    }
    kernel::VectorChannel none;
    none.shift = -1;
    none.isConstant = true;
    blocks.channels.resize(llvm::alignTo(blocks.channels.size(), lanes), none);
    return blocks;
  }

  int64_t size() const { return channels.size(); }

  /// Appends what `get` says of each of the block's channels.
  template <typename Get>
  void appendBlock(int64_t begin, Get get, std::vector<int32_t> &stream) const {
    for (int64_t channel = begin; channel < begin + lanes; ++channel)
      stream.push_back(get(channel));
  }

  const kernel::VectorChannel &operator[](int64_t channel) const {
    return channels[channel];
  }

  /// A weight's bits, or zero behind the last one.
  uint32_t getByte(int64_t channel, int64_t index, bool exists) const {
    if (!exists || channels[channel].isConstant)
      return 0;
    return static_cast<uint8_t>(layer.getWeights(channel)[index]);
  }

  /// 128 times the sum of the channel's weights.
  int32_t getOffset(int64_t channel) const {
    int32_t sum = 0;
    if (!channels[channel].isConstant)
      for (int8_t weight : layer.getWeights(channel))
        sum += weight;
    return 128 * sum;
  }

private:
  explicit Blocks(const kernel::LayerConstants &layer) : layer(layer) {}

  const kernel::LayerConstants &layer;
  std::vector<kernel::VectorChannel> channels;
};
} // namespace

int64_t kernel::countLanesStream(int64_t channels, WindowRows kernel) {
  int64_t words =
      kernel.rows * llvm::divideCeil(kernel.inputsPerRow, wordWeights);
  // Two biases, a multiplier and a shift.
  return llvm::alignTo(channels, lanes) * (4 + words);
}

std::optional<std::vector<int32_t>>
kernel::packLanes(const LayerConstants &layer, int64_t rows) {
  std::optional<Blocks> blocks = Blocks::create(layer);
  if (!blocks)
    return std::nullopt;
  int64_t inputs = layer.getWeights(0).size() / rows;
  std::vector<int32_t> stream;
  stream.reserve(countLanesStream(layer.bias.size(), {rows, inputs}));
  for (int64_t begin = 0; begin < blocks->size(); begin += lanes) {
    auto append = [&](auto get) { blocks->appendBlock(begin, get, stream); };
    append([&](int64_t c) { return (*blocks)[c].bias; });
    append([&](int64_t c) { return (*blocks)[c].bias - blocks->getOffset(c); });
    append([&](int64_t c) { return (*blocks)[c].multiplier; });
    append([&](int64_t c) { return (*blocks)[c].shift; });
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t first = 0; first < inputs; first += wordWeights)
        append([&](int64_t c) {
          uint32_t word = 0;
          for (int64_t i = 0; i < wordWeights; ++i)
            word |=
                blocks->getByte(c, row * inputs + first + i, first + i < inputs)
                << (8 * i);
          return static_cast<int32_t>(word);
        });
  }
  return stream;
}

int64_t kernel::countDepthwiseLanesStream(int64_t channels, int64_t taps) {
  // A bias, a multiplier and a shift; pairs of weights are half a word.
  return llvm::alignTo(channels, lanes) * 3 +
         llvm::alignTo(channels, lanes) / 2 * llvm::divideCeil(taps, 2);
}

std::optional<std::vector<int32_t>>
kernel::packDepthwiseLanes(const LayerConstants &layer) {
  std::optional<Blocks> blocks = Blocks::create(layer);
  if (!blocks)
    return std::nullopt;
  int64_t taps = layer.getWeights(0).size();
  std::vector<int32_t> stream;
  stream.reserve(countDepthwiseLanesStream(layer.bias.size(), taps));
  for (int64_t begin = 0; begin < blocks->size(); begin += lanes) {
    auto append = [&](auto get) { blocks->appendBlock(begin, get, stream); };
    append([&](int64_t c) { return (*blocks)[c].bias; });
    append([&](int64_t c) { return (*blocks)[c].multiplier; });
    append([&](int64_t c) { return (*blocks)[c].shift; });
    for (int64_t tap = 0; tap < taps; tap += 2)
      for (int64_t c = begin; c < begin + lanes; c += 2) {
        uint32_t word = 0;
        for (int64_t i = 0; i < wordWeights; ++i)
          word |= blocks->getByte(c + i / 2, tap + i % 2, tap + i % 2 < taps)
                  << (8 * i);
        stream.push_back(static_cast<int32_t>(word));
      }
  }
  return stream;
}

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

/// OFA_LANES_S8_COLUMNS of a layer with rows of so many pixels.
static int64_t countColumns(int64_t pixels, int64_t rows, int64_t columns,
                            int64_t stride) {
  if (rows == 1)
    pixels = std::min(pixels, chunkPixels);
  return (pixels - 1) * stride + columns;
}

int64_t kernel::countConv2DLanesScratch(const Window &window) {
  auto [y, x] = getRowAxes(window);
  int64_t pixels = takesOneRow(window) ? window.output[1] * window.output[2]
                                       : window.output[1 + x];
  int64_t columns = countColumns(pixels, window.kernel[y], window.kernel[x],
                                 window.stride[x]);
  return window.kernel[y] *
         (countFullyConnectedLanesScratch(columns * window.input[3]));
}

int64_t kernel::countFullyConnectedLanesScratch(int64_t inputs) {
  // In halves, of which up to three fill up the last word of weights.
  return (inputs + wordWeights) / 2;
}

int64_t kernel::countDepthwiseLanesScratch(const Window &window) {
  auto [y, x] = getRowAxes(window);
  int64_t columns = countColumns(window.output[1 + x], window.kernel[y],
                                 window.kernel[x], window.stride[x]);
  return window.kernel[y] * columns * llvm::alignTo(window.input[3], lanes) / 2;
}
