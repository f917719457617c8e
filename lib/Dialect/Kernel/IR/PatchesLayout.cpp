//===- PatchesLayout.cpp - Depthwise layers in patches ----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/PatchesLayout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;

/// Bytes of a patch.
static constexpr int64_t patchBytes = 16;
/// Words of a slot, one for each of as many channels.
static constexpr int64_t slotWords = 16;
/// Strips share constants, so several of small images are turned at a time:
/// within so many words, beyond which memory counts for more.
static constexpr int64_t stripsWords = 512;

namespace {
/// An entry point.
struct PatchesKernel {
  llvm::StringLiteral name;
  int64_t size, stride;
  int64_t columnBytes, stripRows, maxStrips;
};
} // namespace

// OFA_PATCHES_<kernel>_S8_STRIPS
static constexpr PatchesKernel squareKernels[] = {
    {"k3", 3, 1, 4, 2, 24},         {"k5", 5, 1, 8, 4, 5},
    {"k7", 7, 1, 8, 2, 11},         {"k3_stride2", 3, 2, 4, 1, 24},
    {"k5_stride2", 5, 2, 8, 2, 11}, {"k7_stride2", 7, 2, 8, 1, 24}};

std::string kernel::PatchesPlan::getFunction() const {
  return ("ofa_depthwise_conv2d_patches_" + kernel + "_s8").str();
}

int64_t kernel::PatchesPlan::getScratchWords() const {
  return strips * slots * slotWords;
}

/// OFA_PATCHES_<kernel>_S8_SLOTS
static int64_t countSlots(const PatchesKernel &kernel, int64_t outWidth) {
  if (kernel.name == "k3")
    return 4 * llvm::divideCeil(outWidth, 4) + 2;
  int64_t words = kernel.columnBytes / 4;
  int64_t pairs =
      llvm::divideCeil(kernel.size * kernel.columnBytes, patchBytes);
  // A patch of a column of a word has four of them.
  int64_t columns = words == 1 ? 4 : 2 * pairs;
  return ((llvm::alignTo(outWidth, 8) - 1) * kernel.stride + columns) * words;
}

std::optional<kernel::PatchesPlan> kernel::planPatches(const Window &window) {
  auto [y, x] = getRowAxes(window);
  int64_t height = window.kernel[y], width = window.kernel[x];
  int64_t outHeight = window.output[1 + y], outWidth = window.output[1 + x];
  int64_t channels = window.input[3];
  // Places of a step's outputs are 16 bits.
  if (window.output[3] != channels || outWidth * channels > int64_t(1) << 15)
    return std::nullopt;
  // A patch has the inputs of up to four outputs.
  if (window.input[1 + y] == 1 && outHeight == 1 && height == 1 &&
      width + std::min<int64_t>(outWidth, 4) - 1 <= patchBytes &&
      (window.stride[x] == 1 || outWidth == 1)) {
    int64_t slots = 2 * llvm::divideCeil(outWidth, 8) + 3;
    return PatchesPlan{"line", width, 1, 1, slots, 1};
  }
  const PatchesKernel *kernel =
      llvm::find_if(squareKernels, [&](const PatchesKernel &candidate) {
        return candidate.size == height && candidate.size == width &&
               candidate.stride == window.stride[y] &&
               candidate.stride == window.stride[x];
      });
  if (kernel == std::end(squareKernels))
    return std::nullopt;
  PatchesPlan plan{kernel->name,
                   width,
                   kernel->columnBytes,
                   kernel->stripRows,
                   countSlots(*kernel, outWidth),
                   1};
  int64_t fit = stripsWords / (plan.slots * slotWords);
  int64_t strips = llvm::divideCeil(outHeight, plan.stripRows);
  plan.strips =
      std::clamp<int64_t>(fit, 1, std::min(strips, kernel->maxStrips));
  return plan;
}

kernel::OverlapRule kernel::getPatchesOverlapRule(const Window &window,
                                                  const PatchesPlan &plan) {
  auto [y, x] = getRowAxes(window);
  int64_t inputRow = window.input[1 + x] * window.input[3];
  int64_t outputRow = window.output[1 + x] * window.output[3];
  int64_t batch = plan.strips * plan.stripRows;
  int64_t distance = 0;
  for (int64_t end = batch; end < window.output[1 + y]; end += batch)
    distance = std::max(
        distance, end * outputRow -
                      std::max<int64_t>(window.start(y, end), 0) * inputRow);
  return {distance, /*isExact=*/true};
}

/// Words of a channel's kernel.
static int64_t countKernelWords(const kernel::PatchesPlan &plan) {
  return llvm::alignTo(plan.kernelWidth * plan.columnBytes, patchBytes) / 4;
}

int64_t kernel::countPatchesStream(int64_t channels, const PatchesPlan &plan) {
  return channels * (countKernelWords(plan) + 3); // bias, multiplier, shift
}

std::optional<std::vector<int32_t>>
kernel::packPatches(const LayerConstants &layer, const PatchesPlan &plan) {
  int64_t channels = layer.bias.size();
  std::vector<int32_t> stream;
  stream.reserve(countPatchesStream(channels, plan));
  for (int64_t channel = 0; channel < channels; ++channel) {
    std::optional<VectorChannel> constants = getVectorChannel(layer, channel);
    if (!constants)
      return std::nullopt;
    llvm::ArrayRef<int8_t> weights = layer.getWeights(channel);
    std::vector<uint32_t> words(countKernelWords(plan));
    for (auto [i, weight] : llvm::enumerate(weights)) {
      size_t byte =
          i % plan.kernelWidth * plan.columnBytes + i / plan.kernelWidth;
      if (!constants->isConstant)
        words[byte / 4] |= uint32_t(uint8_t(weight)) << (8 * (byte % 4));
    }
    stream.insert(stream.end(), words.begin(), words.end());
    stream.insert(stream.end(),
                  {constants->bias, constants->multiplier, constants->shift});
  }
  return stream;
}
