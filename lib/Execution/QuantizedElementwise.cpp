//===- QuantizedElementwise.cpp - int8 element by element, by definition --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizedArithmetic.h"
#include "mlir/IR/TypeUtilities.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

static constexpr Bounds kInt8 = {-128, 127};

static FailureOr<Step> prepareConstant(ConstantOp op) {
  if (!op.getValue() ||
      !getStorageType(op.getType()).getElementType().isSignlessInteger(8))
    return op.emitOpError("cannot be executed as a value of the network");
  return Step{{},
              [values = copyElements<int8_t>(*op.getValue())](
                  ArrayRef<const Tensor *>, Tensor &result) {
                llvm::copy(values, result.ints().begin());
              }};
}

/// A step that computes element i from element i of both sides; the right one
/// may be shorter and is then repeated.
template <typename Function>
static Step makeBinaryStep(Function function) {
  return {
      {0, 1}, [function](ArrayRef<const Tensor *> operands, Tensor &result) {
        ArrayRef<int8_t> lhs = operands[0]->ints(), rhs = operands[1]->ints();
        for (size_t i = 0, e = lhs.size(); i != e; ++i)
          result.ints()[i] = function(lhs[i], rhs[i % rhs.size()]);
      }};
}

/// Both sides get 20 more bits and the common scale of twice the larger one,
/// so that their sum cannot overflow.
static FailureOr<Step> prepareAdd(AddOp op) {
  Quantization lhs = getQuantization(op.getLhs());
  Quantization rhs = getQuantization(op.getRhs());
  Quantization result = getQuantization(op.getResult());
  double common = 2 * (lhs.scale > rhs.scale ? lhs.scale : rhs.scale);
  Factor fromLhs = makeFactor(lhs.scale / common);
  Factor fromRhs = makeFactor(rhs.scale / common);
  Factor toResult = makeFactor(common / (1048576.0 * result.scale));
  Bounds bounds = getBounds(op.getActivation(), result);
  Rounding rounding = op.getRounding();
  return makeBinaryStep([=](int64_t a, int64_t b) {
    int64_t left = rescale((a - lhs.zeroPoint) * 1048576, fromLhs, rounding);
    int64_t right = rescale((b - rhs.zeroPoint) * 1048576, fromRhs, rounding);
    return clampTo(result.zeroPoint + rescale(left + right, toResult, rounding),
                   bounds);
  });
}

static FailureOr<Step> prepareMul(MulOp op) {
  Quantization lhs = getQuantization(op.getLhs());
  Quantization rhs = getQuantization(op.getRhs());
  Quantization result = getQuantization(op.getResult());
  Factor factor = makeFactor(lhs.scale * rhs.scale / result.scale);
  Bounds bounds = getBounds(op.getActivation(), result);
  Rounding rounding = op.getRounding();
  return makeBinaryStep([=](int64_t a, int64_t b) {
    int64_t product = (a - lhs.zeroPoint) * (b - rhs.zeroPoint);
    return clampTo(result.zeroPoint + rescale(product, factor, rounding),
                   bounds);
  });
}

/// A step that computes element i from element i, From to To.
template <typename Function>
static Step makeUnaryStep(Function function) {
  return {{0}, [function](ArrayRef<const Tensor *> operands, Tensor &result) {
            for (size_t i = 0, e = result.size(); i != e; ++i)
              function(*operands[0], result, i);
          }};
}

/// A real function applied to the dequantised value, in double.
template <typename OpT, double (*function)(double)>
static FailureOr<Step> prepareReal(OpT op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  return makeUnaryStep([=](const Tensor &input, Tensor &result, size_t i) {
    double real = function((input.ints()[i] - from.zeroPoint) * from.scale);
    double steps = std::round(real / to.scale) + to.zeroPoint;
    result.ints()[i] = steps < -128 ? -128 : steps > 127 ? 127 : int8_t(steps);
  });
}

static double clip6(double x) { return x < 0 ? 0 : x > 6 ? 6 : x; }
static double evaluateRelu(double x) { return x < 0 ? 0 : x; }
static double evaluateHardSigmoid(double x) { return clip6(x + 3) / 6; }
static double evaluateHardSwish(double x) { return x * clip6(x + 3) / 6; }

static FailureOr<Step> prepareQuantize(QuantizeOp op) {
  Quantization to = getQuantization(op.getResult());
  if (getElementTypeOrSelf(op.getInput()).isF32())
    return makeUnaryStep([=](const Tensor &input, Tensor &result, size_t i) {
      float real = input.floats()[i];
      float steps = std::round(real / float(to.scale)) + float(to.zeroPoint);
      result.ints()[i] = std::isnan(real) ? int8_t(to.zeroPoint)
                         : steps < -128   ? -128
                         : steps > 127    ? 127
                                          : int8_t(steps);
    });
  Quantization from = getQuantization(op.getInput());
  Factor factor = makeFactor(from.scale / to.scale);
  Rounding rounding = op.getRounding();
  return makeUnaryStep([=](const Tensor &input, Tensor &result, size_t i) {
    int64_t value = input.ints()[i] - from.zeroPoint;
    result.ints()[i] =
        clampTo(to.zeroPoint + rescale(value, factor, rounding), kInt8);
  });
}

static FailureOr<Step> prepareDequantize(DequantizeOp op) {
  Quantization from = getQuantization(op.getInput());
  return makeUnaryStep([=](const Tensor &input, Tensor &result, size_t i) {
    result.floats()[i] =
        float(from.scale) * float(input.ints()[i] - from.zeroPoint);
  });
}

void ofa::addQuantizedElementwise(StepRegistry &registry) {
  registry.add<ConstantOp, prepareConstant>();
  registry.add<AddOp, prepareAdd>();
  registry.add<MulOp, prepareMul>();
  registry.add<ReluOp, prepareReal<ReluOp, evaluateRelu>>();
  registry.add<Relu6Op, prepareReal<Relu6Op, clip6>>();
  registry
      .add<HardSigmoidOp, prepareReal<HardSigmoidOp, evaluateHardSigmoid>>();
  registry.add<HardSwishOp, prepareReal<HardSwishOp, evaluateHardSwish>>();
  registry.add<QuantizeOp, prepareQuantize>();
  registry.add<DequantizeOp, prepareDequantize>();
}
