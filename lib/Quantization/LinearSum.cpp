//===- LinearSum.cpp - int8 sums without requantisation -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/LinearSum.h"
#include <algorithm>
#include <cmath>
#include <tuple>

using namespace mlir;
using namespace mlir::ofa;

std::vector<int8_t> ofa::makeSumTable(const Int8Sum &sum) {
  auto scaleOperand = [&](int value, QuantizedScale scale, Multiplier factor,
                          int sign) {
    return sign * requantize((value - scale.zeroPoint) * (1 << kAddLeftShift),
                             factor, sum.rounding);
  };
  std::vector<int8_t> table;
  table.reserve(256 * 256);
  for (int lhs = -128; lhs != 128; ++lhs) {
    int64_t a = scaleOperand(lhs, sum.lhs, sum.factors.lhs, sum.lhsSign);
    for (int rhs = -128; rhs != 128; ++rhs) {
      int64_t b = scaleOperand(rhs, sum.rhs, sum.factors.rhs, sum.rhsSign);
      int64_t result =
          requantize(int32_t(a + b), sum.factors.output, sum.rounding) +
          sum.output.zeroPoint;
      table.push_back(
          int8_t(std::clamp<int64_t>(result, sum.range.min, sum.range.max)));
    }
  }
  return table;
}

/// The offsets with which the form is right for all pairs, as the first and the
/// last; none if the first is larger.
static std::pair<int64_t, int64_t> findOffsets(llvm::ArrayRef<int8_t> table,
                                               QuantizedRange range, int64_t a,
                                               int64_t b, int shift) {
  int64_t low = INT32_MIN, high = INT32_MAX;
  const int8_t *result = table.data();
  for (int64_t lhs = -128; lhs != 128; ++lhs)
    for (int64_t rhs = -128; rhs != 128; ++rhs, ++result) {
      // Results at the bounds of the clamp may be beyond them.
      int64_t value = lhs * a + rhs * b;
      int64_t first = (int64_t(*result) << shift) - value;
      if (*result != range.min)
        low = std::max(low, first);
      if (*result != range.max)
        high = std::min(high, first + (int64_t(1) << shift) - 1);
    }
  return {low, high};
}

static double getFactor(Multiplier multiplier) {
  return std::ldexp(double(multiplier.multiplier), multiplier.shift - 31);
}

std::optional<LinearSum> ofa::findLinearSum(const Int8Sum &sum) {
  std::vector<int8_t> table = makeSumTable(sum);
  double output = getFactor(sum.factors.output) * (1 << kAddLeftShift);
  double lhs = sum.lhsSign * getFactor(sum.factors.lhs) * output;
  double rhs = sum.rhsSign * getFactor(sum.factors.rhs) * output;
  // As many fraction bits as leave the form within 32 bits, with room for what
  // the search adds: where few forms are right, it takes a fine grid to hit
  // one.
  double offset =
      sum.output.zeroPoint - lhs * sum.lhs.zeroPoint - rhs * sum.rhs.zeroPoint;
  double largest = 128 * (std::abs(lhs) + std::abs(rhs)) + std::abs(offset) + 2;
  int shift = std::clamp(30 - std::ilogb(largest), 8, 24);
  auto a = int64_t(std::llround(std::ldexp(lhs, shift)));
  auto b = int64_t(std::llround(std::ldexp(rhs, shift)));
  auto [first, last] = findOffsets(table, sum.range, a, b, shift);
  // Moves to the best of the factors within `reach` steps. How far the offsets
  // are from being right is convex in the factors, a largest linear function
  // minus a smallest one: so this descends.
  auto improve = [&](int64_t step, int64_t reach) {
    int64_t fromA = a, fromB = b;
    for (int64_t i = -reach; i <= reach; ++i)
      for (int64_t j = -reach; j <= reach; ++j) {
        int64_t nextA = fromA + i * step, nextB = fromB + j * step;
        auto [low, high] = findOffsets(table, sum.range, nextA, nextB, shift);
        if (low - high < first - last)
          std::tie(first, last, a, b) = std::tuple(low, high, nextA, nextB);
      }
    return a != fromA || b != fromB;
  };
  for (int64_t step = 512; step != 0 && first > last;)
    if (!improve(step, 1))
      step /= 2;
  // Along a ridge, no single step may lead down.
  if (first > last)
    improve(1, 8);
  if (first > last)
    return std::nullopt;
  int64_t middle = first + (last - first) / 2;
  if (128 * (std::abs(a) + std::abs(b)) + std::abs(middle) > INT32_MAX)
    return std::nullopt;
  return LinearSum{int32_t(a), int32_t(b), int32_t(middle), shift};
}
