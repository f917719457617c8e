//===- FixedPoint.h - Exponentials in fixed point ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// gemmlowp's fixed point, on which TFLite's int8 functions rest: numbers of f
// fraction bits are integers here, and a product of two 32-bit ones is their
// doubled high word, rounded half up. Private to the evaluator, which derives
// them independently of the compiler's tables.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_EXECUTION_FIXEDPOINT_H
#define OFA_LIB_EXECUTION_FIXEDPOINT_H

#include "QuantizedArithmetic.h"

namespace mlir::ofa::evaluator {

inline constexpr int64_t kOne = 2147483647; // 1 with 31 fraction bits

inline int64_t multiply(int64_t a, int64_t b) { return roundHighWord(a * b); }

/// exp(x / 2^(31 - integerBits)) with 31 fraction bits, for -2^31 < x <= 0.
inline int64_t evaluateExp(int64_t x, int integerBits) {
  if (x == 0)
    return kOne;
  // x = quarters / 4 + rest with -1/4 <= rest < 0.
  int quarterBit = 29 - integerBits;
  int64_t quarters = -((-x - 1) >> quarterBit);
  int64_t rest = x - quarters * (int64_t(1) << quarterBit);
  // Taylor's polynomial of degree 4 around -1/8.
  int64_t t = rest * (int64_t(1) << integerBits) + (int64_t(1) << 28);
  int64_t t2 = multiply(t, t), t3 = multiply(t2, t), t4 = multiply(t2, t2);
  int64_t tail =
      roundShift(multiply(roundShift(t4, 2) + t3, 715827883) + t2, 1);
  const int64_t expMinusEighth = 1895147668;
  int64_t result = expMinusEighth + multiply(expMinusEighth, t + tail);
  // exp(-1/4), and its square, and so on: one for each bit of the quarters.
  constexpr int64_t powers[] = {1672461947, 1302514674, 790015084, 290630308,
                                39332535,   720401,     242};
  for (int bit = 0; bit != integerBits + 2; ++bit)
    if ((-quarters >> bit) & 1)
      result = multiply(result, powers[bit]);
  return result;
}

/// 2 / (1 + x / 2^31) with 29 fraction bits, for 0 <= x < 2^31: three steps of
/// Newton's method.
inline int64_t evaluateTwiceReciprocal(int64_t x) {
  int64_t denominator = (x + kOne + 1) / 2; // rounded half sum, Q0.31
  int64_t estimate = 1515870810 + multiply(denominator, -1010580540);
  for (int i = 0; i != 3; ++i) {
    int64_t error = (int64_t(1) << 29) - multiply(denominator, estimate);
    // A product of two Q2.29 has 27 fraction bits.
    estimate += multiply(estimate, error) * 4;
  }
  return estimate;
}

/// 1 / (1 + x / 2^31) with 31 fraction bits, for 0 <= x < 2^31.
inline int64_t evaluateReciprocal(int64_t x) {
  return std::min(evaluateTwiceReciprocal(x) * 2, kOne);
}

} // namespace mlir::ofa::evaluator

#endif // OFA_LIB_EXECUTION_FIXEDPOINT_H
