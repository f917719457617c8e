//===- FixedPoint.h - gemmlowp's functions in fixed point -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic under TFLite's int8 SOFTMAX, LOGISTIC and TANH. A value with b
// integer bits is an int32 of 31 - b fraction bits.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_QUANTIZATION_FIXEDPOINT_H
#define OFA_LIB_QUANTIZATION_FIXEDPOINT_H

#include <cstdint>

namespace mlir::ofa::fixed {

/// The doubled high word of a product, rounded half up.
int32_t doublingHighMul(int32_t a, int32_t b);

/// x / 2^exponent, rounded half away from zero.
int32_t divideByPowerOfTwo(int32_t x, int exponent);

/// exp(a) with 31 fraction bits, for a <= 0 with `integerBits` (at most 5).
int32_t expOnNegativeValues(int32_t a, int integerBits);

/// 1 / (1 + exp(-a)) and tanh(a) with 31 fraction bits, for a with 4 integer
/// bits.
int32_t logistic(int32_t a);
int32_t tanh(int32_t a);

/// The largest |x| such that x * 2^shift still fits `integerBits` integer bits.
double getInputRadius(int integerBits, int shift);

} // namespace mlir::ofa::fixed

#endif // OFA_LIB_QUANTIZATION_FIXEDPOINT_H
