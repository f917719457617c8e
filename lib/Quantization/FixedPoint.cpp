//===- FixedPoint.cpp - gemmlowp's functions in fixed point ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedPoint.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::ofa;

static constexpr int32_t kOne = std::numeric_limits<int32_t>::max();

int32_t fixed::doublingHighMul(int32_t a, int32_t b) {
  constexpr int32_t min = std::numeric_limits<int32_t>::min();
  if (a == min && b == min)
    return kOne;
  int64_t product = int64_t(a) * b;
  int64_t nudge = product >= 0 ? int64_t(1) << 30 : 1 - (int64_t(1) << 30);
  return int32_t((product + nudge) / (int64_t(1) << 31));
}

int32_t fixed::divideByPowerOfTwo(int32_t x, int exponent) {
  int32_t mask = int32_t((int64_t(1) << exponent) - 1);
  int32_t remainder = x & mask;
  int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// exp(a) for a in [-1/4, 0) with 31 fraction bits: a polynomial of degree 4
/// around -1/8.
static int32_t expOnSmallInterval(int32_t a) {
  using namespace fixed;
  constexpr int32_t expOfMinusEighth = 1895147668;
  constexpr int32_t third = 715827883;
  int32_t x = a + (1 << 28);
  int32_t x2 = doublingHighMul(x, x);
  int32_t x3 = doublingHighMul(x2, x);
  int32_t x4 = doublingHighMul(x2, x2);
  int32_t x4Quarter = divideByPowerOfTwo(x4, 2);
  int32_t tail =
      divideByPowerOfTwo(doublingHighMul(x4Quarter + x3, third) + x2, 1);
  return expOfMinusEighth + doublingHighMul(expOfMinusEighth, x + tail);
}

int32_t fixed::expOnNegativeValues(int32_t a, int integerBits) {
  if (a == 0)
    return kOne;
  const int32_t quarter = 1 << (29 - integerBits);
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16) with 31 fraction bits.
  constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                                 39332535,   720401,     242};
  int32_t remainderOfQuarter = (a & (quarter - 1)) - quarter;
  int32_t result = expOnSmallInterval(remainderOfQuarter * (1 << integerBits));
  int32_t rest = remainderOfQuarter - a;
  for (int bit = 0; bit != integerBits + 2; ++bit)
    if (rest & (quarter << bit))
      result = doublingHighMul(result, factors[bit]);
  return result;
}

/// 2 / (1 + a) with 2 integer bits, for a in [0, 1] with 31 fraction bits:
/// three steps of Newton's method.
static int32_t twiceReciprocalOfOnePlus(int32_t a) {
  using namespace fixed;
  auto halfDenominator = int32_t((int64_t(a) + kOne + 1) / 2);
  constexpr int32_t one = 1 << 29;
  int32_t x = 1515870810 + doublingHighMul(halfDenominator, -1010580540);
  for (int i = 0; i != 3; ++i) {
    int32_t error = one - doublingHighMul(halfDenominator, x);
    x += doublingHighMul(x, error) * (1 << 2);
  }
  return x;
}

static int32_t saturate(int64_t x) {
  return int32_t(
      std::clamp<int64_t>(x, std::numeric_limits<int32_t>::min(), kOne));
}

int32_t fixed::logistic(int32_t a) {
  if (a == 0)
    return 1 << 30;
  int32_t exponential = expOnNegativeValues(a < 0 ? a : -a, 4);
  int32_t positive =
      saturate(int64_t(twiceReciprocalOfOnePlus(exponential)) * 2);
  return a > 0 ? positive : kOne - positive;
}

int32_t fixed::tanh(int32_t a) {
  if (a == 0)
    return 0;
  // Read with one more integer bit, a is doubled: (1 - e) / (1 + e) of
  // e = exp(-2 |a|) is 2 / (1 + e) - 1.
  int32_t exponential = expOnNegativeValues(a < 0 ? a : -a, 5);
  int64_t difference = twiceReciprocalOfOnePlus(exponential) - (1 << 29);
  int32_t positive = saturate(difference * (1 << 2));
  return a > 0 ? positive : -positive;
}

double fixed::getInputRadius(int integerBits, int shift) {
  double largest =
      double((1 << integerBits) - 1) * double(1 << (31 - integerBits));
  return std::floor(std::scalbn(largest, -shift));
}
