//===- ActivationOps.cpp - Functions of one value -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ofa;

static LogicalResult verifyUnary(CostOpInterface op) {
  // relu_c1, relu6_c1, leaky_relu_c1, logistic_c1, tanh_c1, hard_swish_c1,
  // hard_sigmoid_c1, softmax_c1
  if (failed(verifyInferredShape(op)))
    return failure();
  Value input = op->getOperand(0), result = op->getResult(0);
  if (getElementTypeOrSelf(input).isF32() !=
      getElementTypeOrSelf(result).isF32())
    return op->emitOpError(
        "expects input and result to be both real or both quantised");
  return failure(failed(verifyActivationType(op, input)) ||
                 failed(verifyActivationType(op, result)));
}

/// A quantised result has the scale and zero point that the operation defines.
static LogicalResult verifyOfFixedScale(QuantizableOpInterface op) {
  if (failed(verifyUnary(cast<CostOpInterface>(op.getOperation()))))
    return failure();
  auto quantized = dyn_cast<quant::UniformQuantizedType>(
      getElementTypeOrSelf(op->getResult(0)));
  ResultScale wanted = op.getResultScale();
  if (!quantized || (quantized.getScale() == wanted.scale &&
                     quantized.getZeroPoint() == wanted.zeroPoint))
    return success();
  return op->emitOpError("expects a result of scale 1/")
         << int64_t(1 / wanted.scale) << " and zero point " << wanted.zeroPoint
         << ", but got " << quantized;
}

#define OFA_UNARY_OP(Op)                                                       \
  FailureOr<SmallVector<int64_t>> Op::inferShape(ShapeList operands,           \
                                                 EmitError) {                  \
    return operands[0];                                                        \
  }
OFA_UNARY_OP(ReluOp)
OFA_UNARY_OP(Relu6Op)
OFA_UNARY_OP(LeakyReluOp)
OFA_UNARY_OP(LogisticOp)
OFA_UNARY_OP(TanhOp)
OFA_UNARY_OP(HardSwishOp)
OFA_UNARY_OP(HardSigmoidOp)
OFA_UNARY_OP(SoftmaxOp)
#undef OFA_UNARY_OP

LogicalResult ReluOp::verify() { return verifyUnary(*this); }
LogicalResult Relu6Op::verify() { return verifyUnary(*this); }
LogicalResult HardSigmoidOp::verify() { return verifyUnary(*this); }

LogicalResult LeakyReluOp::verify() {
  bool isReal = getElementTypeOrSelf(getInput()).isF32();
  if (!getAlpha().isFinite() || (!isReal && getAlpha().isNegative()))
    // leaky_relu_c2
    return emitOpError(
               "expects a finite 'alpha', of at least 0 for int8, but got ")
           << getAlphaAttr();
  return verifyUnary(*this);
}

// logistic_c2, tanh_c2, softmax_c2
LogicalResult LogisticOp::verify() { return verifyOfFixedScale(*this); }
LogicalResult TanhOp::verify() { return verifyOfFixedScale(*this); }
LogicalResult SoftmaxOp::verify() { return verifyOfFixedScale(*this); }

LogicalResult HardSwishOp::verify() {
  if (failed(verifyUnary(*this)))
    return failure();
  auto getScale = [](Value value) {
    auto type =
        dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value));
    return type ? type.getScale() : 0;
  };
  double input = getScale(getInput()), result = getScale(getResult());
  if (input != 0 && result * 128 <= input) // hard_swish_c2
    return emitOpError("expects a result's scale of more than 1/128 of the "
                       "input's, but got ")
           << result << " from " << input;
  return success();
}
