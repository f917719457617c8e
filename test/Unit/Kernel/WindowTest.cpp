//===- WindowTest.cpp - Tests of Window.h -----------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Window.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

using namespace mlir::kernel;

namespace {

/// By the definition: while a step is made, all of its output bytes may be
/// written before its inputs are read for the last time.
int64_t findDistance(const Window &window, int64_t step) {
  int64_t width = window.output[2], count = window.output[1] * width;
  int64_t first = window.input[1] * window.input[2];
  int64_t distance = std::numeric_limits<int64_t>::min();
  for (int64_t pixel = count - 1; pixel >= 0; --pixel) {
    int64_t y = std::max<int64_t>(window.start(0, pixel / width), 0);
    int64_t x = std::max<int64_t>(window.start(1, pixel % width), 0);
    first = std::min(first, y * window.input[2] + x);
    distance =
        std::max(distance, std::min(pixel + step, count) * window.output[3] -
                               first * window.input[3]);
  }
  return distance;
}

TEST(Window, OverlapsAsPixelsAreMade) {
  std::mt19937 random(1);
  auto draw = [&](int64_t least, int64_t most) {
    return least + int64_t(random() % uint64_t(most - least + 1));
  };
  for (int i = 0; i != 20000; ++i) {
    std::vector<int64_t> input = {1, 0, 0, draw(1, 9)};
    std::vector<int64_t> output = {1, draw(1, 9), draw(1, 9), draw(1, 9)};
    std::vector<int64_t> kernel = {draw(1, 7), draw(1, 7)};
    std::vector<int64_t> stride = {draw(1, 4), draw(1, 4)}, padding;
    // Every window touches the image.
    for (int axis : {0, 1}) {
      padding.push_back(draw(0, kernel[axis] - 1));
      int64_t last = (output[axis + 1] - 1) * stride[axis] - padding[axis];
      input[axis + 1] = std::max<int64_t>(last + 1, 1) + draw(0, 3);
    }
    Window window{input, output, kernel, stride, padding};
    for (int64_t step : {1, 2, 4}) {
      OverlapRule rule = getWindowOverlapRule(window, step, 1);
      ASSERT_FALSE(rule.isExact);
      ASSERT_EQ(rule.distance, findDistance(window, step)) << "case " << i;
    }
  }
}

} // namespace
