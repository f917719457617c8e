//===- Window.cpp - Geometry and overlaps of spatial kernels ----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Window.h"

#include <algorithm>
#include <limits>

using namespace mlir;
using namespace mlir::kernel;

std::pair<unsigned, unsigned> kernel::getRowAxes(const Window &window) {
  bool isColumn =
      window.input[2] == 1 && window.output[2] == 1 && window.kernel[1] == 1;
  return isColumn ? std::pair(1u, 0u) : std::pair(0u, 1u);
}

WindowRows kernel::getKernelRows(const Window &window) {
  auto [y, x] = getRowAxes(window);
  return {window.kernel[y], window.kernel[x] * window.input[3]};
}

bool kernel::takesOneRow(const Window &window) {
  constexpr std::array<int64_t, 2> one = {1, 1};
  return window.kernel == llvm::ArrayRef(one) &&
         window.stride == llvm::ArrayRef(one) &&
         window.input[1] * window.input[2] <=
             std::numeric_limits<int16_t>::max(); // A window's sizes.
}

OverlapRule kernel::getWindowOverlapRule(const Window &window, int64_t step,
                                         int64_t elementBytes) {
  int64_t height = window.output[1], width = window.output[2];
  int64_t inputPixel = window.input[3] * elementBytes;
  int64_t outputPixel = window.output[3] * elementBytes;
  int64_t distance = std::numeric_limits<int64_t>::min();
  auto getTop = [&](int64_t y) {
    return std::max<int64_t>(window.start(0, y), 0);
  };
  for (int64_t y = 0; y < height; ++y) {
    // Whether the row below reads this one's inputs from the left again.
    bool isReadAgain = y + 1 < height && getTop(y + 1) == getTop(y);
    auto consider = [&](int64_t x) {
      if (x < 0 || x >= width)
        return;
      // The smallest input pixel that this output pixel or a later one reads.
      int64_t left = isReadAgain ? 0 : std::max<int64_t>(window.start(1, x), 0);
      int64_t first = getTop(y) * window.input[2] + left;
      int64_t end = std::min(y * width + x + step, height * width);
      distance = std::max(distance, end * outputPixel - first * inputPixel);
    };
    // Along a row, the distance is linear but where windows leave the left
    // border and where the last step is cut short.
    int64_t border = window.padding[1] / window.stride[1];
    int64_t cut = (height - y) * width - step;
    for (int64_t x : {int64_t(0), border, border + 1, cut, cut + 1, width - 1})
      consider(x);
  }
  return OverlapRule::atLeast(distance);
}

bool kernel::canPoolVectors(llvm::ArrayRef<int64_t> kernel) {
  return kernel[0] * kernel[1] <= 255;
}

int64_t kernel::getUnionBytes(int64_t input, int64_t output, int64_t distance) {
  distance = std::max(distance, -input);
  return std::min(input + output, std::max(input, output - distance) +
                                      std::max<int64_t>(distance, 0));
}
