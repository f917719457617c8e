//===- Requantize.cpp - Integer factors of quantised operations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/Requantize.h"
#include "FixedPoint.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

Multiplier ofa::quantizeMultiplier(double factor) {
  if (!(factor > 0))
    return {};
  if (factor >= 0x1p30)
    return {std::numeric_limits<int32_t>::max(), 30};
  int exponent;
  int64_t fixed = std::llround(std::frexp(factor, &exponent) * 0x1p31);
  if (fixed == int64_t(1) << 31) {
    fixed /= 2;
    ++exponent;
  }
  if (exponent < -31)
    return {};
  return {int32_t(fixed), int8_t(exponent)};
}

Multiplier ofa::foldMean(Multiplier factor, int64_t count) {
  int bits = 63 - __builtin_clzll(uint64_t(count));
  bits = std::min({bits, 32, 31 + factor.shift});
  return {int32_t((int64_t(factor.multiplier) << bits) / count),
          int8_t(factor.shift - bits)};
}

double ofa::getConvolutionFactor(double input, double weight, double output) {
  return input * weight / output;
}

double ofa::getFullyConnectedFactor(double input, double weight, double output,
                                    bool perChannel) {
  if (perChannel)
    return getConvolutionFactor(input, weight, output);
  return double(float(input) * float(weight)) / output;
}

AddFactors ofa::deriveAddFactors(double lhs, double rhs, double output) {
  double twiceLarger = 2 * std::max(lhs, rhs);
  return {quantizeMultiplier(lhs / twiceLarger),
          quantizeMultiplier(rhs / twiceLarger),
          quantizeMultiplier(twiceLarger / ((1 << kAddLeftShift) * output))};
}

AddFactors ofa::deriveSubFactors(double lhs, double rhs, double output) {
  float twiceLarger = 2 * std::max(float(lhs), float(rhs));
  return {
      quantizeMultiplier(float(lhs) / twiceLarger),
      quantizeMultiplier(float(rhs) / twiceLarger),
      quantizeMultiplier(twiceLarger / ((1 << kAddLeftShift) * float(output)))};
}

Multiplier ofa::deriveMulFactor(double lhs, double rhs, double output) {
  return quantizeMultiplier(lhs * rhs / output);
}

Multiplier ofa::deriveMeanFactor(double input, double output, int64_t count) {
  return foldMean(quantizeMultiplier(input / output), count);
}

Multiplier ofa::deriveRescaleFactor(double input, double output) {
  return quantizeMultiplier(input / output);
}

/// The int8 value nearest to `real`, saturated before the cast.
static int8_t saturate(double value) {
  return int8_t(std::clamp(value, -128.0, 127.0));
}

QuantizedRange ofa::deriveActivationRange(float min, float max,
                                          QuantizedScale output) {
  auto quantize = [&](float real) {
    return saturate(double(std::round(real / float(output.scale))) +
                    output.zeroPoint);
  };
  return {quantize(min), quantize(max)};
}

int64_t ofa::requantize(int32_t x, Multiplier factor,
                        RequantRounding rounding) {
  if (rounding == RequantRounding::Single) {
    int shift = 31 - factor.shift;
    return (int64_t(x) * factor.multiplier + (int64_t(1) << (shift - 1))) >>
           shift;
  }
  int left = std::max<int>(factor.shift, 0),
      right = std::max<int>(-factor.shift, 0);
  auto shifted = int32_t(int64_t(x) * (int64_t(1) << left));
  return fixed::divideByPowerOfTwo(
      fixed::doublingHighMul(shifted, factor.multiplier), right);
}

std::array<int32_t, 256> ofa::makeSoftmaxExpTable(double beta,
                                                  double inputScale) {
  constexpr int integerBits = 5;
  double factor =
      std::min(beta * inputScale * (1 << (31 - integerBits)), 0x1p31 - 1.0);
  Multiplier rescale = quantizeMultiplier(factor);
  double radius =
      fixed::getInputRadius(integerBits, std::max<int>(rescale.shift, 0));
  std::array<int32_t, 256> table = {};
  for (int difference = 0; difference != 256 && difference <= radius;
       ++difference)
    // SOFTMAX rounds like this in both modes.
    table[difference] = fixed::expOnNegativeValues(
        int32_t(requantize(-difference, rescale, RequantRounding::Double)),
        integerBits);
  return table;
}
