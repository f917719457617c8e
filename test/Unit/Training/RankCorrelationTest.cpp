//===- RankCorrelationTest.cpp - Against values by hand -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/RankCorrelation.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::ofa::training;

TEST(RankCorrelation, IsOneForTheSameOrder) {
  EXPECT_DOUBLE_EQ(computeSpearman({1, 2, 3, 4}, {1, 10, 100, 1000}), 1);
  EXPECT_DOUBLE_EQ(computeKendall({1, 2, 3, 4}, {1, 10, 100, 1000}), 1);
  EXPECT_DOUBLE_EQ(computeSpearman({1, 2, 3}, {3, 2, 1}), -1);
  EXPECT_DOUBLE_EQ(computeKendall({1, 2, 3}, {3, 2, 1}), -1);
}

TEST(RankCorrelation, WithoutTies) {
  // Differences of ranks 1, 1, 1, 1, 0: 1 - 6 * 4 / (5 * 24).
  EXPECT_DOUBLE_EQ(computeSpearman({1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}), 0.8);
  // Of ten pairs two are in the opposite order.
  EXPECT_DOUBLE_EQ(computeKendall({1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}), 0.6);
}

TEST(RankCorrelation, SharesTheRanksOfTies) {
  // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: covariance 4.5, squares 4.5 and 5.
  EXPECT_DOUBLE_EQ(computeSpearman({1, 2, 2, 3}, {1, 3, 2, 4}),
                   4.5 / std::sqrt(4.5 * 5));
  // Five pairs in the same order, one tied on one side.
  EXPECT_DOUBLE_EQ(computeKendall({1, 2, 2, 3}, {1, 3, 2, 4}),
                   5 / std::sqrt(5. * 6));
  // Ties on both sides: ranks 1.5, 1.5, 3, 4 and 1, 3, 3, 3. Covariance
  // (-1)(-1.5) + (-1)(0.5) + 0.5 * 0.5 + 1.5 * 0.5 = 2, squares 4.5 and 3.
  EXPECT_DOUBLE_EQ(computeSpearman({5, 5, 6, 7}, {1, 2, 2, 2}),
                   2 / std::sqrt(4.5 * 3));
  // Pairs (1, 3) and (1, 4) agree; 5 differ on one side, 3 on the other.
  EXPECT_DOUBLE_EQ(computeKendall({5, 5, 6, 7}, {1, 2, 2, 2}),
                   2 / std::sqrt(5. * 3));
}

TEST(RankCorrelation, IsZeroWhereNothingDiffers) {
  EXPECT_EQ(computeSpearman({1, 1, 1}, {1, 2, 3}), 0);
  EXPECT_EQ(computeKendall({1, 1, 1}, {1, 2, 3}), 0);
  EXPECT_EQ(computeSpearman({}, {}), 0);
  EXPECT_EQ(computeKendall({}, {}), 0);
}
