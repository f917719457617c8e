//===- PlanesLayout.cpp - Constants of a depthwise layer in planes --------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"

#include <algorithm>
#include <cstdlib>

using namespace mlir;

namespace {
constexpr int64_t groupChannels = 4;
constexpr int64_t constantWords = 4;
constexpr int64_t wordBytes = 4;

int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// 2^(right - 1) + zero point * 2^right.
int64_t getStart(int64_t right, int64_t zeroPoint) {
  return (int64_t(1) << (right - 1)) + zeroPoint * (int64_t(1) << right);
}
} // namespace

kernel::PlanesKernel kernel::choosePlanesKernel(const PlanesWindow &window) {
  if (window.multiplied || window.kernelHeight != window.kernelWidth ||
      window.strideHeight != window.strideWidth || window.strideHeight > 2)
    return PlanesKernel::Any;
  switch (window.kernelHeight) {
  case 3:
    return PlanesKernel::K3;
  case 5:
    return PlanesKernel::K5;
  case 7:
    return PlanesKernel::K7;
  default:
    return PlanesKernel::Any;
  }
}

int64_t kernel::getPlanesScratchBytes(const PlanesWindow &window,
                                      PlanesKernel kernel) {
  int64_t step = kernel == PlanesKernel::Any ? 4 : 2;
  int64_t block = 0;
  switch (kernel) {
  case PlanesKernel::Any:
    block = 6 + 2 * window.kernelHeight * (window.kernelWidth / 2 + 1);
    break;
  case PlanesKernel::K3:
    block = 16;
    break;
  case PlanesKernel::K5:
    block = 40;
    break;
  case PlanesKernel::K7:
    block = 72;
    break;
  }
  int64_t read = (roundUp(window.outWidth, step) - 1) * window.strideWidth +
                 window.kernelWidth;
  int64_t columns = roundUp(std::max(read, window.inWidth + window.padLeft), 2);
  int64_t pairs = window.kernelHeight / 2 + 1;
  return groupChannels * wordBytes * (block + pairs * columns);
}

int64_t kernel::getPlanesStreamWords(int64_t channels, int64_t kernelHeight,
                                     int64_t kernelWidth) {
  int64_t rowWords = roundUp(kernelWidth, wordBytes) / wordBytes;
  return roundUp(channels, groupChannels) *
         (constantWords + kernelHeight * rowWords);
}

bool kernel::canRequantizePlanes(llvm::ArrayRef<int8_t> channelWeights,
                                 int64_t bias, int64_t shift,
                                 int64_t outputZeroPoint) {
  constexpr int64_t limit = int64_t(1) << 31;
  if (shift > -1 || shift < -31)
    return false;
  int64_t largest = std::abs(bias);
  for (int8_t weight : channelWeights)
    largest += 128 * std::abs(int64_t(weight));
  return 2 * largest < limit &&
         std::abs(getStart(-shift, outputZeroPoint)) + limit / 2 < limit;
}

std::vector<int32_t>
kernel::packPlanes(llvm::ArrayRef<int8_t> weights, llvm::ArrayRef<int32_t> bias,
                   llvm::ArrayRef<int32_t> multiplier,
                   llvm::ArrayRef<int8_t> shift, int64_t outputZeroPoint,
                   int64_t kernelHeight, int64_t kernelWidth) {
  int64_t channels = int64_t(bias.size());
  std::vector<int32_t> stream;
  stream.reserve(getPlanesStreamWords(channels, kernelHeight, kernelWidth));
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t right = -shift[channel];
    stream.push_back(2 * bias[channel]);
    stream.push_back(multiplier[channel]);
    stream.push_back(int32_t(getStart(right, outputZeroPoint)));
    stream.push_back(int32_t(right));
    llvm::ArrayRef<int8_t> row =
        weights.slice(channel * kernelHeight * kernelWidth);
    for (int64_t y = 0; y < kernelHeight; ++y) {
      for (int64_t x = 0; x < kernelWidth; x += wordBytes) {
        uint32_t word = 0;
        for (int64_t i = x; i < std::min(x + wordBytes, kernelWidth); ++i)
          word |= uint32_t(uint8_t(row[i])) << (8 * (i - x));
        stream.push_back(int32_t(word));
      }
      row = row.drop_front(kernelWidth);
    }
  }
  stream.resize(getPlanesStreamWords(channels, kernelHeight, kernelWidth));
  return stream;
}
