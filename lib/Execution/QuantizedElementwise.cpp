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

/// Applies `function` to the elements of two operands, broadcast to the result.
template <typename OpT, typename Function>
static Step makeBinaryStep(OpT op, Function function) {
  ArrayRef<int64_t> shape = getShape(op.getResult());
  return {{0, 1},
          [=, lhsPlaces = getBroadcastSources(getShape(op.getLhs()), shape),
           rhsPlaces = getBroadcastSources(getShape(op.getRhs()), shape)](
              ArrayRef<const Tensor *> operands, Tensor &result) {
            ArrayRef<int8_t> lhs = operands[0]->ints(),
                             rhs = operands[1]->ints();
            for (size_t i = 0, e = result.size(); i != e; ++i)
              result.ints()[i] = function(lhs[lhsPlaces[i]], rhs[rhsPlaces[i]]);
          }};
}

/// The sum, or the difference with `sign` -1.
template <typename OpT, int64_t sign>
static FailureOr<Step> prepareSum(OpT op) {
  Quantization lhs = getQuantization(op.getLhs());
  Quantization rhs = getQuantization(op.getRhs());
  Quantization result = getQuantization(op.getResult());
  // TFLite Micro derives the factors of ADD in double, those of SUB in float.
  using Real = std::conditional_t<(sign < 0), float, double>;
  auto left = Real(lhs.scale), right = Real(rhs.scale);
  Real common = 2 * (left > right ? left : right);
  Factor fromLhs = makeFactor(left / common);
  Factor fromRhs = makeFactor(right / common);
  Factor toResult = makeFactor(common / (Real(1048576) * Real(result.scale)));
  Bounds bounds = getBounds(op.getActivation(), result);
  Rounding rounding = op.getRounding();
  return makeBinaryStep(op, [=](int64_t a, int64_t b) {
    int64_t left = rescale((a - lhs.zeroPoint) * 1048576, fromLhs, rounding);
    int64_t right = rescale((b - rhs.zeroPoint) * 1048576, fromRhs, rounding);
    return clampTo(result.zeroPoint +
                       rescale(left + sign * right, toResult, rounding),
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
  return makeBinaryStep(op, [=](int64_t a, int64_t b) {
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
  registry.add<AddOp, prepareSum<AddOp, 1>>();
  registry.add<SubOp, prepareSum<SubOp, -1>>();
  registry.add<MulOp, prepareMul>();
  registry.add<QuantizeOp, prepareQuantize>();
  registry.add<DequantizeOp, prepareDequantize>();
}
