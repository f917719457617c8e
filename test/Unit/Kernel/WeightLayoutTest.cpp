//===- WeightLayoutTest.cpp - Weights as the kernels read them ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/WeightLayout.h"

#include "gtest/gtest.h"
#include <numeric>

using namespace mlir::kernel;

namespace {

std::vector<int8_t> count(int64_t n) {
  std::vector<int8_t> values(n);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST(WeightLayout, BlocksOfFourChannels) {
  // Six channels of two weights.
  EXPECT_EQ(packConv2DWeights(count(12), 6),
            (std::vector<int8_t>{0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 9, 11}));
}

TEST(WeightLayout, BlocksBeginAnewInEachGroup) {
  // Two groups of three channels of two weights.
  EXPECT_EQ(packGroupedWeights(count(12), 6, 2),
            (std::vector<int8_t>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}));
  EXPECT_EQ(packGroupedWeights(count(12), 6, 1),
            packConv2DWeights(count(12), 6));
  EXPECT_EQ(packGroupedWeights(count(12), 6, 6), count(12)); // depthwise
}

TEST(WeightLayout, TransposesEachGroup) {
  EXPECT_EQ(transposeWeights<int8_t>(count(6), 3),
            (std::vector<int8_t>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(transposeGroupedWeights<int8_t>(count(12), 6, 2),
            (std::vector<int8_t>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}));
}

} // namespace
