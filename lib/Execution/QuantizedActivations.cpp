//===- QuantizedActivations.cpp - int8 functions by definition ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedPoint.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

static constexpr Bounds kInt8 = {-128, 127};

/// A step that applies `function` to each element.
template <typename Function>
static Step makeStep(Function function) {
  return {{0}, [function](ArrayRef<const Tensor *> operands, Tensor &result) {
            for (auto [from, to] :
                 llvm::zip_equal(operands[0]->ints(), result.ints()))
              to = function(from);
          }};
}

//===----------------------------------------------------------------------===//
// The relu family: requantised and clamped
//===----------------------------------------------------------------------===//

template <typename OpT, Activation activation>
static FailureOr<Step> prepareClamp(OpT op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  Bounds bounds = getBounds(activation, to);
  Factor factor = makeFactor(from.scale / to.scale);
  return makeStep([=, rounding = op.getRounding()](int64_t x) {
    return clampTo(to.zeroPoint + rescale(x - from.zeroPoint, factor, rounding),
                   bounds);
  });
}

static FailureOr<Step> prepareLeakyRelu(LeakyReluOp op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  float ratio = float(from.scale) / float(to.scale);
  float slope = float(from.scale) * op.getAlpha().convertToFloat();
  Factor positive = makeFactor(ratio);
  Factor negative = makeFactor(slope / float(to.scale));
  return makeStep([=, rounding = op.getRounding()](int64_t x) {
    int64_t value = x - from.zeroPoint;
    return clampTo(to.zeroPoint + rescale(value,
                                          value < 0 ? negative : positive,
                                          rounding),
                   kInt8);
  });
}

//===----------------------------------------------------------------------===//
// Functions of a value with 4 integer bits
//===----------------------------------------------------------------------===//

/// 1 / (1 + exp(-x / 2^27)) with 31 fraction bits.
static int64_t evaluateLogistic(int64_t x) {
  if (x == 0)
    return int64_t(1) << 30;
  int64_t positive = evaluateReciprocal(evaluateExp(-std::abs(x), 4));
  return x > 0 ? positive : kOne - positive;
}

/// tanh(x / 2^27) with 31 fraction bits: (1 - e) / (1 + e) of e = exp(-2 |x|).
static int64_t evaluateTanh(int64_t x) {
  if (x == 0)
    return 0;
  int64_t e = evaluateExp(-std::abs(x), 5); // twice, by one integer bit more
  int64_t positive = (evaluateTwiceReciprocal(e) - (int64_t(1) << 29)) * 4;
  positive = std::min(positive, kOne);
  return x > 0 ? positive : -positive;
}

/// `function` of the input, rounded to `bits` fraction bits, plus `zeroPoint`;
/// the ends of int8 where the input does not fit 4 integer bits.
template <typename OpT, int64_t (*function)(int64_t)>
static FailureOr<Step> prepareSigmoid(OpT op, int bits) {
  Quantization from = getQuantization(op.getInput());
  int64_t zeroPoint = getQuantization(op.getResult()).zeroPoint;
  Factor factor = makeFactor(from.scale * 134217728.0);
  double radius = std::floor(std::scalbn(15.0, 27 - factor.exponent));
  return makeStep([=, rounding = op.getRounding()](int64_t x) {
    int64_t value = x - from.zeroPoint;
    if (value <= -radius)
      return int8_t(-128);
    if (value >= radius)
      return int8_t(127);
    int64_t result = function(rescale(value, factor, rounding));
    return clampTo(roundShift(result, 31 - bits) + zeroPoint, kInt8);
  });
}

static FailureOr<Step> prepareLogistic(LogisticOp op) {
  return prepareSigmoid<LogisticOp, evaluateLogistic>(op, 8);
}
static FailureOr<Step> prepareTanh(TanhOp op) {
  return prepareSigmoid<TanhOp, evaluateTanh>(op, 7);
}

//===----------------------------------------------------------------------===//
// Hard swish, in 16 bits
//===----------------------------------------------------------------------===//

static int64_t saturate16(int64_t x) {
  return std::clamp<int64_t>(x, -32768, 32767);
}

/// a * b / 2^15, rounded half up.
static int64_t multiply16(int64_t a, int64_t b) {
  return (a * b + (1 << 14)) >> 15;
}

namespace {
/// A factor of 16 bits: mantissa * 2^(exponent - 15).
struct Factor16 {
  int64_t mantissa;
  int exponent;

  explicit Factor16(float real) {
    Factor factor = makeFactor(real);
    mantissa = std::min<int64_t>((factor.mantissa + (1 << 15)) >> 16, 32767);
    exponent = factor.exponent;
  }
};
} // namespace

static FailureOr<Step> prepareHardSwish(HardSwishOp op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  // The input has 7 bits more; the gate counts 3 as 32768.
  float fine = (1.0f / 128.0f) * float(from.scale);
  Factor16 toResult(fine / float(to.scale));
  Factor16 toGate(fine / (3.0f / 32768.0f));
  return makeStep([=](int64_t x) {
    int64_t value = (x - from.zeroPoint) * 128;
    int64_t gate = value;
    // Of a left shift, one bit waits until after the multiplication.
    if (toGate.exponent > 0)
      gate = saturate16(gate * (int64_t(1) << (toGate.exponent - 1)));
    gate = multiply16(gate, toGate.mantissa);
    if (toGate.exponent > 0)
      gate = saturate16(gate * 2);
    if (toGate.exponent < 0)
      gate = roundShift(gate, -toGate.exponent);
    gate = (gate + 32768) >> 1; // from [-1, 1] to [0, 1]
    // Truncated towards zero, unlike all other products.
    int64_t product = gate * multiply16(value, toResult.mantissa) / 32768;
    return clampTo(roundShift(product, -toResult.exponent) + to.zeroPoint,
                   kInt8);
  });
}

//===----------------------------------------------------------------------===//
// Hard sigmoid, by real numbers
//===----------------------------------------------------------------------===//

static FailureOr<Step> prepareHardSigmoid(HardSigmoidOp op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  return makeStep([=](int64_t x) {
    double shifted = double(x - from.zeroPoint) * from.scale + 3;
    double real = (shifted < 0 ? 0 : shifted > 6 ? 6 : shifted) / 6;
    double steps = std::round(real / to.scale) + double(to.zeroPoint);
    return int8_t(std::clamp(steps, -128.0, 127.0));
  });
}

void ofa::addQuantizedActivations(StepRegistry &registry) {
  registry.add<ReluOp, prepareClamp<ReluOp, Activation::Relu>>();
  registry.add<Relu6Op, prepareClamp<Relu6Op, Activation::Relu6>>();
  registry.add<LeakyReluOp, prepareLeakyRelu>();
  registry.add<LogisticOp, prepareLogistic>();
  registry.add<TanhOp, prepareTanh>();
  registry.add<HardSwishOp, prepareHardSwish>();
  registry.add<HardSigmoidOp, prepareHardSigmoid>();
}
