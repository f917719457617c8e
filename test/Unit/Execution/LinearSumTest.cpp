//===- LinearSumTest.cpp - Sums as linear forms ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/LinearSum.h"
#include "NetworkText.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir::ofa;

/// Scales as layers have them: within a factor of eight of each other.
static Int8Sum drawSum(Numbers &numbers, RequantRounding rounding) {
  auto drawScale = [&](double around) {
    return QuantizedScale{
        double(float(around * std::exp2(1.5 * numbers.real()))),
        int32_t(numbers.between(-128, 127))};
  };
  Int8Sum sum;
  sum.lhs = drawScale(0.05);
  sum.rhs = drawScale(0.05);
  sum.output = drawScale(sum.lhs.scale + sum.rhs.scale);
  if (numbers.between(0, 2) == 0)
    sum.rhsSign = -1;
  if (numbers.between(0, 2) == 0)
    sum.range.min = int8_t(sum.output.zeroPoint);
  sum.factors =
      sum.rhsSign < 0
          ? deriveSubFactors(sum.lhs.scale, sum.rhs.scale, sum.output.scale)
          : deriveAddFactors(sum.lhs.scale, sum.rhs.scale, sum.output.scale);
  sum.rounding = rounding;
  return sum;
}

TEST(LinearSum, IsTheSumForAllPairs) {
  for (RequantRounding rounding :
       {RequantRounding::Single, RequantRounding::Double}) {
    Numbers numbers(5);
    int found = 0;
    for (int round = 0; round != 100; ++round) {
      Int8Sum sum = drawSum(numbers, rounding);
      std::optional<LinearSum> linear = findLinearSum(sum);
      if (!linear)
        continue;
      ++found;
      std::vector<int8_t> table = makeSumTable(sum);
      int wrong = 0;
      for (int64_t a = -128; a != 128; ++a)
        for (int64_t b = -128; b != 128; ++b) {
          int64_t value =
              a * linear->lhsFactor + b * linear->rhsFactor + linear->offset;
          ASSERT_EQ(value, int32_t(value));
          wrong += std::clamp<int64_t>(value >> linear->shift, sum.range.min,
                                       sum.range.max) !=
                   table[(a + 128) * 256 + b + 128];
        }
      EXPECT_EQ(wrong, 0) << "round " << round;
    }
    // Where there is none, the kernels of three requantisations remain.
    EXPECT_EQ(found, 100);
  }
}

// The table is the specification, written once more: reals, where no pair is
// near a tie.
TEST(LinearSum, TableIsTheRoundedSum) {
  Int8Sum sum;
  sum.lhs = {0.5, 3};
  sum.rhs = {0.25, -7};
  sum.output = {0.7, 11};
  sum.factors =
      deriveAddFactors(sum.lhs.scale, sum.rhs.scale, sum.output.scale);
  std::vector<int8_t> table = makeSumTable(sum);
  for (int a = -128; a != 128; ++a)
    for (int b = -128; b != 128; ++b) {
      double real = ((a - 3) * 0.5 + (b + 7) * 0.25) / 0.7 + 11;
      if (std::abs(real - std::floor(real) - 0.5) < 1e-4)
        continue;
      EXPECT_EQ(table[(a + 128) * 256 + b + 128],
                std::clamp(std::floor(real + 0.5), -128.0, 127.0));
    }
}
