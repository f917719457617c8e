//===- PlanesLayout.cpp - Constants of a depthwise layer in planes --------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"

#include "llvm/Support/ErrorHandling.h"
#include <algorithm>

using namespace mlir;

namespace {
constexpr int64_t groupChannels = 4;
constexpr int64_t constantWords = 9; // of a group
constexpr int64_t wordBytes = 4;

int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

} // namespace

kernel::PlanesWindow kernel::getPlanesWindow(const Window &window) {
  auto [y, x] = getRowAxes(window);
  return {window.input[x + 1], window.output[x + 1],
          window.kernel[y],    window.kernel[x],
          window.stride[y],    window.stride[x],
          window.padding[x],   window.input[3] != window.output[3]};
}

llvm::StringRef kernel::getPlanesFunction(PlanesKernel kernel) {
  switch (kernel) {
  case PlanesKernel::Any:
    return "ofa_depthwise_conv2d_planes_s8";
  case PlanesKernel::K3:
    return "ofa_depthwise_conv2d_planes_k3_s8";
  case PlanesKernel::K5:
    return "ofa_depthwise_conv2d_planes_k5_s8";
  case PlanesKernel::K7:
    return "ofa_depthwise_conv2d_planes_k7_s8";
  }
  llvm_unreachable("no other kernels");
}

std::optional<kernel::OverlapRule>
kernel::getPlanesOverlapRule(const Window &window) {
  auto [y, x] = getRowAxes(window);
  if (window.input[3] != window.output[3] ||
      window.output[x + 1] > window.input[x + 1])
    return std::nullopt;
  return OverlapRule::inPlace();
}

int64_t kernel::getPlanesScratchBytes(const PlanesWindow &window) {
  return getPlanesScratchBytes(window, choosePlanesKernel(window));
}

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

/// The bytes of a row of weights: only square kernels do without a filling.
static int64_t getRowBytes(const kernel::PlanesWindow &window,
                           kernel::PlanesKernel kernel) {
  return kernel == kernel::PlanesKernel::Any
             ? roundUp(window.kernelWidth, wordBytes)
             : window.kernelWidth;
}

/// Four channels fill whole words.
static int64_t getGroupWords(const kernel::PlanesWindow &window,
                             kernel::PlanesKernel kernel) {
  return constantWords + groupChannels * window.kernelHeight *
                             getRowBytes(window, kernel) / wordBytes;
}

int64_t kernel::getPlanesStreamWords(int64_t channels,
                                     const PlanesWindow &window,
                                     PlanesKernel kernel) {
  return roundUp(channels, groupChannels) / groupChannels *
         getGroupWords(window, kernel);
}

std::optional<std::vector<int32_t>>
kernel::packPlanes(const LayerConstants &layer, const PlanesWindow &window,
                   PlanesKernel kernel) {
  int64_t channels = layer.bias.size(), width = window.kernelWidth;
  int64_t rowBytes = getRowBytes(window, kernel);
  std::vector<int32_t> stream(getPlanesStreamWords(channels, window, kernel));
  for (int64_t channel = 0; channel < channels; ++channel) {
    std::optional<DspChannel> known = getDspChannel(layer, channel);
    if (!known)
      return std::nullopt;
    int64_t place = channel % groupChannels;
    int32_t *group =
        &stream[channel / groupChannels * getGroupWords(window, kernel)];
    group[2 * place] = known->bias;
    group[2 * place + 1] = known->multiplier;
    group[2 * groupChannels] |= (known->right - 1) << 8 * place;
    if (known->isConstant)
      continue;
    llvm::ArrayRef<int8_t> weights = layer.getWeights(channel);
    for (int64_t i = 0; i < int64_t(weights.size()); ++i) {
      int64_t row = place * window.kernelHeight + i / width;
      int64_t byte = row * rowBytes + i % width;
      group[constantWords + byte / wordBytes] |=
          int32_t(uint32_t(uint8_t(weights[i])) << (8 * (byte % wordBytes)));
    }
  }
  return stream;
}
