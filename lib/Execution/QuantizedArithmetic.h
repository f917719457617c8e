//===- QuantizedArithmetic.h - int8 arithmetic by definition ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The evaluator's own reading of TFLite's int8 specification. It is the check
// on the compiler's derivations (ofa/Quantization/Requantize.h) and on the
// runtime's kernels, and therefore uses neither.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_EXECUTION_QUANTIZEDARITHMETIC_H
#define OFA_LIB_EXECUTION_QUANTIZEDARITHMETIC_H

#include "Step.h"

namespace mlir::ofa::evaluator {

/// real = (q - zeroPoint) * scale.
struct Quantization {
  double scale = 1;
  int64_t zeroPoint = 0;
};

/// Of a value quantised per tensor.
Quantization getQuantization(Value value);

/// The scale of each of `channels` output channels of weights quantised per
/// tensor or per channel.
std::vector<double> getWeightScales(Value weight, int64_t channels);

/// A factor `mantissa * 2^(exponent - 31)`.
struct Factor {
  int64_t mantissa = 0;
  int exponent = 0;
};

/// The factor nearest to `real`, with 31 bits.
Factor makeFactor(double real);

/// `x * factor` as an integer, where |x| < 2^31 and, for a positive exponent,
/// also |x| * 2^exponent < 2^31.
int64_t rescale(int64_t x, Factor factor, Rounding rounding);

/// x / 2^31, rounded half up: the high word of a doubled product.
int64_t roundHighWord(int64_t product);
/// x / 2^bits, rounded half away from zero.
int64_t roundShift(int64_t x, int bits);

/// Bounds that `activation` sets on a result.
struct Bounds {
  int64_t min, max;
};
Bounds getBounds(Activation activation, Quantization result);

/// An int8 within `bounds`.
inline int8_t clampTo(int64_t value, Bounds bounds) {
  return int8_t(value < bounds.min   ? bounds.min
                : value > bounds.max ? bounds.max
                                     : value);
}

} // namespace mlir::ofa::evaluator

#endif // OFA_LIB_EXECUTION_QUANTIZEDARITHMETIC_H
