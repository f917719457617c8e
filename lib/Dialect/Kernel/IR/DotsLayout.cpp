//===- DotsLayout.cpp - Constants for dot products of 16 --------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/DotsLayout.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;

/// Bytes of a vector.
static constexpr int64_t vectorBytes = 16;

static int64_t countVectors(int64_t bytes) {
  return llvm::divideCeil(bytes, vectorBytes);
}

/// OFA_CONV2D_DOTS_S8_COPIED
static bool isCopied(kernel::WindowRows kernel) {
  return kernel.inputsPerRow <= vectorBytes &&
         kernel.rows >= 2 * countVectors(kernel.rows * kernel.inputsPerRow);
}

kernel::WindowRows kernel::getDotsRows(WindowRows kernel) {
  if (isCopied(kernel))
    return {1, kernel.rows * kernel.inputsPerRow};
  return kernel;
}

int64_t kernel::countDotsStream(int64_t channels, int64_t rows,
                                int64_t inputsPerRow, int64_t blockChannels) {
  int64_t vectors = rows * countVectors(inputsPerRow);
  // A bias, a multiplier and a shift.
  return llvm::alignTo(channels, blockChannels) *
         (3 + vectors * vectorBytes / 4);
}

int64_t kernel::countDotsScratch(WindowRows kernel) {
  // OFA_CONV2D_DOTS_S8_COPIES windows, or two.
  return llvm::divideCeil(
      (isCopied(kernel) ? 16 : 2) * kernel.rows * kernel.inputsPerRow, 4);
}

/// OFA_CONV2D_DOTS_S8_RING if OFA_CONV2D_DOTS_S8_PADDED, or 0.
static int64_t getRingBytes(const kernel::Window &window) {
  auto [y, x] = kernel::getRowAxes(window);
  auto getRead = [&](unsigned axis) {
    return (window.output[1 + axis] - 1) * window.stride[axis] +
           window.kernel[axis];
  };
  if (window.padding[y] == 0 && window.padding[x] == 0 &&
      getRead(x) <= window.input[1 + x] && getRead(y) <= window.input[1 + y])
    return 0;
  int64_t bytes = window.kernel[y] * getRead(x) * window.input[3];
  return bytes <= 4096 ? bytes : 0;
}

int64_t kernel::countDotsScratch(const Window &window) {
  WindowRows kernel = getKernelRows(window);
  int64_t copies = countDotsScratch(kernel);
  int64_t ring = llvm::divideCeil(getRingBytes(window), 4);
  return isCopied(kernel) ? copies + ring : std::max(copies, ring);
}

std::optional<std::vector<int32_t>>
kernel::packDots(const LayerConstants &layer, int64_t rows,
                 int64_t blockChannels) {
  int64_t channels = layer.bias.size();
  int64_t inputs = layer.weights.size() / channels / rows;
  std::vector<VectorChannel> constants;
  for (int64_t channel = 0; channel < channels; ++channel) {
    std::optional<VectorChannel> values = getVectorChannel(layer, channel);
    if (!values)
      return std::nullopt;
    constants.push_back(*values);
  }
  constants.resize(llvm::alignTo(channels, blockChannels));
  auto getByte = [&](int64_t channel, int64_t row, int64_t input) -> uint32_t {
    if (channel >= channels || input >= inputs || constants[channel].isConstant)
      return 0;
    return static_cast<uint8_t>(
        layer.getWeights(channel)[row * inputs + input]);
  };
  std::vector<int32_t> stream;
  stream.reserve(countDotsStream(channels, rows, inputs, blockChannels));
  for (int64_t begin = 0; begin < channels; begin += blockChannels) {
    auto block = llvm::ArrayRef(constants).slice(begin, blockChannels);
    for (const VectorChannel &channel : block)
      stream.push_back(channel.bias);
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t vector = 0; vector < inputs; vector += vectorBytes)
        for (int64_t channel = begin; channel < begin + blockChannels;
             ++channel)
          for (int64_t i = vector; i < vector + vectorBytes; i += 4) {
            uint32_t word = 0;
            for (int64_t byte : {0, 1, 2, 3})
              word |= getByte(channel, row, i + byte) << (8 * byte);
            stream.push_back(static_cast<int32_t>(word));
          }
    for (const VectorChannel &channel : block)
      stream.push_back(channel.multiplier);
    for (const VectorChannel &channel : block)
      stream.push_back(channel.shift);
  }
  return stream;
}
