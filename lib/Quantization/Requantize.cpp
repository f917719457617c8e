//===- Requantize.cpp - Integer factors of quantised operations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/Requantize.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

Multiplier ofa::quantizeMultiplier(double factor) {
  if (!(factor > 0))
    return {};
  int exponent;
  int64_t fixed = std::llround(std::frexp(factor, &exponent) * 0x1p31);
  if (fixed == int64_t(1) << 31) {
    fixed /= 2;
    ++exponent;
  }
  if (exponent < -31)
    return {};
  if (exponent > 30)
    return {std::numeric_limits<int32_t>::max(), 30};
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

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

namespace {
// gemmlowp's fixed-point arithmetic on 32 bits.

int32_t doublingHighMul(int32_t a, int32_t b) {
  constexpr int32_t min = std::numeric_limits<int32_t>::min();
  if (a == min && b == min)
    return std::numeric_limits<int32_t>::max();
  int64_t product = int64_t(a) * b;
  int64_t nudge = product >= 0 ? int64_t(1) << 30 : 1 - (int64_t(1) << 30);
  return int32_t((product + nudge) / (int64_t(1) << 31));
}

/// x / 2^exponent, rounded to nearest, halves away from zero.
int32_t divideByPowerOfTwo(int32_t x, int exponent) {
  int32_t mask = int32_t((int64_t(1) << exponent) - 1);
  int32_t remainder = x & mask;
  int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// exp of a Q0.31 value in [-1/4, 0): a polynomial of degree 4 about -1/8.
int32_t expOnSmallInterval(int32_t a) {
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

/// exp of a Q5.26 value <= 0, as Q0.31.
int32_t expOnNegativeValues(int32_t a) {
  if (a == 0)
    return std::numeric_limits<int32_t>::max();
  constexpr int32_t quarter = 1 << 24;
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16) with 31 fraction bits.
  constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                                 39332535,   720401,     242};
  int32_t remainderOfQuarter = (a & (quarter - 1)) - quarter;
  int32_t result = expOnSmallInterval(remainderOfQuarter * (1 << 5));
  int32_t rest = remainderOfQuarter - a;
  for (int bit = 0; bit != 7; ++bit)
    if (rest & (quarter << bit))
      result = doublingHighMul(result, factors[bit]);
  return result;
}
} // namespace

std::array<int32_t, 256> ofa::makeSoftmaxExpTable(double beta,
                                                  double inputScale) {
  constexpr int integerBits = 5;
  double factor =
      std::min(beta * inputScale * (1 << (31 - integerBits)), 0x1p31 - 1.0);
  Multiplier rescale = quantizeMultiplier(factor);
  int left = std::max<int>(rescale.shift, 0);
  int right = std::max<int>(-rescale.shift, 0);
  double radius =
      std::floor(double((1 << integerBits) - 1) * (1 << (31 - integerBits)) /
                 double(int64_t(1) << left));
  std::array<int32_t, 256> table = {};
  for (int difference = 0; difference != 256 && difference <= radius;
       ++difference) {
    int64_t shifted = -int64_t(difference) * (int64_t(1) << left);
    table[difference] = expOnNegativeValues(divideByPowerOfTwo(
        doublingHighMul(int32_t(shifted), rescale.multiplier), right));
  }
  return table;
}

//===----------------------------------------------------------------------===//
// Tables of unary functions
//===----------------------------------------------------------------------===//

double ofa::relu(double x) { return std::max(x, 0.0); }
double ofa::relu6(double x) { return std::min(std::max(x, 0.0), 6.0); }
double ofa::hardSigmoid(double x) { return relu6(x + 3) / 6; }
double ofa::hardSwish(double x) { return x * relu6(x + 3) / 6; }

std::array<int8_t, 256> ofa::makeUnaryTable(double (*function)(double),
                                            QuantizedScale input,
                                            QuantizedScale output) {
  std::array<int8_t, 256> table;
  for (int q = -128; q != 128; ++q) {
    double real = function((q - input.zeroPoint) * input.scale);
    table[q + 128] =
        saturate(std::round(real / output.scale) + output.zeroPoint);
  }
  return table;
}
