//===- Xoshiro256Test.cpp - The generator's published outputs -------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Xoshiro256.h"
#include "gtest/gtest.h"

using namespace mlir::ofa;

TEST(Xoshiro256Test, SequenceIsFixed) {
  // xoshiro256** on the first four outputs of SplitMix64 for seed 0
  // (0xE220A8397B1DCDAF, ...), computed with an implementation in Python.
  Xoshiro256 random(0);
  EXPECT_EQ(random.next(), 0x99EC5F36CB75F2B4u);
  EXPECT_EQ(random.next(), 0xBF6E1F784956452Au);
  EXPECT_EQ(random.next(), 0x1A5F849D4933E6E0u);
}

TEST(Xoshiro256Test, BelowIsEven) {
  Xoshiro256 random(1);
  unsigned counts[7] = {};
  for (unsigned i = 0; i < 70000; ++i)
    ++counts[random.below(7)];
  for (unsigned count : counts)
    EXPECT_NEAR(count, 10000, 400);
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Xoshiro256Test, UniformIsBelowOne) {
  Xoshiro256 random(2);
  double sum = 0;
  for (unsigned i = 0; i < 10000; ++i) {
    double value = random.uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}
