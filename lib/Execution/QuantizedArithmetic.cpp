//===- QuantizedArithmetic.cpp - int8 arithmetic by definition ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizedArithmetic.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

Quantization evaluator::getQuantization(Value value) {
  auto type = cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value));
  return {type.getScale(), type.getZeroPoint()};
}

std::vector<double> evaluator::getWeightScales(Value weight, int64_t channels) {
  Type type = getElementTypeOrSelf(weight);
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type))
    return perAxis.getScales().vec();
  return std::vector<double>(
      channels, cast<quant::UniformQuantizedType>(type).getScale());
}

Factor evaluator::makeFactor(double real) {
  if (real == 0)
    return {};
  // real = fraction * 2^exponent with 1/2 <= fraction < 1.
  int exponent = std::ilogb(real) + 1;
  double mantissa = std::round(std::scalbn(real, 31 - exponent));
  if (mantissa == 2147483648.0) {
    mantissa = 1073741824.0;
    ++exponent;
  }
  if (exponent < -31)
    return {};
  if (exponent > 30)
    return {2147483647, 30};
  return {int64_t(mantissa), exponent};
}

/// The largest integer that is not above x / 2^bits.
static int64_t floorShift(int64_t x, int bits) {
  int64_t divisor = int64_t(1) << bits;
  int64_t quotient = x / divisor;
  return quotient - (x % divisor < 0 ? 1 : 0);
}

int64_t evaluator::roundHighWord(int64_t product) {
  return floorShift(product + (int64_t(1) << 30), 31);
}

int64_t evaluator::roundShift(int64_t x, int bits) {
  if (bits == 0)
    return x;
  int64_t half = int64_t(1) << (bits - 1);
  return x < 0 ? -((-x + half) >> bits) : (x + half) >> bits;
}

int64_t evaluator::rescale(int64_t x, Factor factor, Rounding rounding) {
  if (rounding == Rounding::Single)
    return floorShift(x * factor.mantissa +
                          (int64_t(1) << (30 - factor.exponent)),
                      31 - factor.exponent);
  int left = factor.exponent > 0 ? factor.exponent : 0;
  int right = factor.exponent < 0 ? -factor.exponent : 0;
  return roundShift(roundHighWord(x * (int64_t(1) << left) * factor.mantissa),
                    right);
}

Bounds evaluator::getBounds(Activation activation, Quantization result) {
  Bounds bounds = {-128, 127};
  auto quantize = [&](float real) {
    return result.zeroPoint + int64_t(std::round(real / float(result.scale)));
  };
  // What is far outside of int8 need not fit an integer.
  auto isNear = [&](float real) { return real / float(result.scale) < 512; };
  if (activation == Activation::ReluN1To1) {
    if (isNear(1))
      bounds = {std::max(bounds.min, quantize(-1)),
                std::min(bounds.max, quantize(1))};
    return bounds;
  }
  if (activation != Activation::None)
    bounds.min = std::max(bounds.min, quantize(0));
  if (activation == Activation::Relu6 && isNear(6))
    bounds.max = std::min(bounds.max, quantize(6));
  return bounds;
}
