//===- ActivationTables.cpp - int8 functions as tables --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Quantization/ActivationTables.h"
#include "FixedPoint.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

static int8_t saturate(double value) {
  return int8_t(std::clamp(value, -128.0, 127.0));
}

/// Entry q + 128 is `function(q)`.
template <typename Function>
static Int8Table makeTable(Function function) {
  Int8Table table;
  for (int q = -128; q != 128; ++q)
    table[q + 128] = function(q);
  return table;
}

//===----------------------------------------------------------------------===//
// The relu family
//===----------------------------------------------------------------------===//

Int8Table ofa::makeClampTable(QuantizedScale input, QuantizedScale output,
                              QuantizedRange range, RequantRounding rounding) {
  Multiplier factor = deriveRescaleFactor(input.scale, output.scale);
  return makeTable([&](int q) {
    int64_t value = requantize(q - input.zeroPoint, factor, rounding);
    return int8_t(
        std::clamp<int64_t>(value + output.zeroPoint, range.min, range.max));
  });
}

Int8Table ofa::makeLeakyReluTable(float alpha, QuantizedScale input,
                                  QuantizedScale output,
                                  RequantRounding rounding) {
  float from = float(input.scale), to = float(output.scale);
  Multiplier identity = quantizeMultiplier(double(from / to));
  Multiplier slope = quantizeMultiplier(double(from * alpha / to));
  return makeTable([&](int q) {
    int32_t x = q - input.zeroPoint;
    return saturate(double(requantize(x, x >= 0 ? identity : slope, rounding) +
                           output.zeroPoint));
  });
}

//===----------------------------------------------------------------------===//
// Logistic, tanh
//===----------------------------------------------------------------------===//

static constexpr int kIntegerBits = 4;

/// `function` of the input with `kIntegerBits` integer bits, rounded to
/// `outputBits` fraction bits, plus `zeroPoint`. Inputs that do not fit
/// saturate.
static Int8Table makeFixedPointTable(int32_t (*function)(int32_t),
                                     QuantizedScale input, int outputBits,
                                     int32_t zeroPoint,
                                     RequantRounding rounding) {
  Multiplier factor =
      quantizeMultiplier(input.scale * double(1 << (31 - kIntegerBits)));
  double radius = fixed::getInputRadius(kIntegerBits, factor.shift);
  return makeTable([&](int q) {
    int32_t x = q - input.zeroPoint;
    if (x <= -radius)
      return int8_t(-128);
    if (x >= radius)
      return int8_t(127);
    int32_t value = function(int32_t(requantize(x, factor, rounding)));
    return saturate(fixed::divideByPowerOfTwo(value, 31 - outputBits) +
                    zeroPoint);
  });
}

Int8Table ofa::makeLogisticTable(QuantizedScale input,
                                 RequantRounding rounding) {
  return makeFixedPointTable(fixed::logistic, input, 8, -128, rounding);
}

Int8Table ofa::makeTanhTable(QuantizedScale input, RequantRounding rounding) {
  return makeFixedPointTable(fixed::tanh, input, 7, 0, rounding);
}

//===----------------------------------------------------------------------===//
// Hard swish, hard sigmoid
//===----------------------------------------------------------------------===//

namespace {
/// A factor of 16 bits.
struct Multiplier16 {
  int16_t multiplier;
  int shift;

  explicit Multiplier16(double factor) {
    Multiplier wide = quantizeMultiplier(factor);
    constexpr int32_t half = 1 << 15;
    multiplier = wide.multiplier >= std::numeric_limits<int32_t>::max() - half
                     ? std::numeric_limits<int16_t>::max()
                     : int16_t((wide.multiplier + half) >> 16);
    shift = wide.shift;
  }
};
} // namespace

static int16_t saturate16(int32_t value) {
  return int16_t(std::clamp(value, -32768, 32767));
}

/// The doubled high half of a product, rounded half up.
static int16_t roundingHighMul16(int16_t a, int16_t b) {
  int32_t product = int32_t(a) * b;
  int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return saturate16((product + nudge) / (1 << 15));
}

Int8Table ofa::makeHardSwishTable(QuantizedScale input, QuantizedScale output) {
  // 7 more bits for the input; relu6(x + 3) / 6 is made from x / 3 with 15
  // bits.
  float fineScale = (1.0f / 128.0f) * float(input.scale);
  constexpr float gateScale = 3.0f / 32768.0f;
  Multiplier16 toOutput(double(fineScale / float(output.scale)));
  Multiplier16 toGate(double(fineScale / gateScale));
  return makeTable([&](int q) {
    auto x = int16_t((q - input.zeroPoint) * (1 << 7));
    int16_t unshifted = roundingHighMul16(x, toOutput.multiplier);
    int16_t gate = x;
    // All of a left shift but one bit may saturate without consequence.
    if (toGate.shift > 0)
      gate = int16_t(std::clamp<int64_t>(
          gate * (int64_t(1) << (toGate.shift - 1)), -32768, 32767));
    gate = roundingHighMul16(gate, toGate.multiplier);
    if (toGate.shift > 0)
      gate = saturate16(gate * 2);
    if (toGate.shift < 0)
      gate = int16_t(fixed::divideByPowerOfTwo(gate, -toGate.shift));
    gate = int16_t((gate + (1 << 15)) >> 1); // [-1, 1] to [0, 1]
    // This one product truncates.
    int32_t product = int32_t(gate) * unshifted / (1 << 15);
    return saturate(fixed::divideByPowerOfTwo(product, -toOutput.shift) +
                    output.zeroPoint);
  });
}

Int8Table ofa::makeHardSigmoidTable(QuantizedScale input,
                                    QuantizedScale output) {
  return makeTable([&](int q) {
    double x = (q - input.zeroPoint) * input.scale;
    double real = std::min(std::max(x + 3, 0.0), 6.0) / 6;
    return saturate(std::round(real / output.scale) + output.zeroPoint);
  });
}
