//===- ImportElementwise.cpp - Arithmetic and activations ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

template <typename Op, typename Options>
static LogicalResult importBinary(OperatorImport &op) {
  const auto *options = op.getOptions<Options>();
  if (!options)
    return failure();
  FailureOr<SmallVector<Value>> operands = op.getActivations(2);
  if (failed(operands))
    return failure();
  FailureOr<NamedAttribute> activation =
      op.activation(options->fused_activation_function());
  if (failed(activation))
    return failure();
  return op.define<Op>(*operands, {*activation, op.rounding()});
}

LogicalResult tflite::importAdd(OperatorImport &op) {
  return importBinary<AddOp, schema::AddOptions>(op);
}
LogicalResult tflite::importSub(OperatorImport &op) {
  return importBinary<SubOp, schema::SubOptions>(op);
}
LogicalResult tflite::importMul(OperatorImport &op) {
  return importBinary<MulOp, schema::MulOptions>(op);
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

template <typename Op>
static LogicalResult importUnary(OperatorImport &op,
                                 ArrayRef<NamedAttribute> attributes = {}) {
  FailureOr<SmallVector<Value>> operands = op.getActivations(1);
  return failure(failed(operands) ||
                 failed(op.define<Op>(*operands, attributes)));
}

LogicalResult tflite::importRelu(OperatorImport &op) {
  return importUnary<ReluOp>(op, op.rounding());
}

LogicalResult tflite::importRelu6(OperatorImport &op) {
  // TFLite Micro clamps in the input's scale and never looks at the result's.
  return failure(
      failed(op.getActivations(1)) ||
      failed(op.checkKeepsQuantization(op.getOperand(0), op.getResult())) ||
      failed(importUnary<Relu6Op>(op, op.rounding())));
}

LogicalResult tflite::importLeakyRelu(OperatorImport &op) {
  const auto *options = op.getOptions<schema::LeakyReluOptions>();
  return failure(!options ||
                 failed(importUnary<LeakyReluOp>(
                     op, {op.attr("alpha", options->alpha()), op.rounding()})));
}

LogicalResult tflite::importHardSwish(OperatorImport &op) {
  return importUnary<HardSwishOp>(op);
}

LogicalResult tflite::importLogistic(OperatorImport &op) {
  return failure(failed(op.getActivations(1)) ||
                 failed(op.checkFixedQuantization(1.0f / 256, -128)) ||
                 failed(importUnary<LogisticOp>(op, op.rounding())));
}

LogicalResult tflite::importTanh(OperatorImport &op) {
  return failure(failed(op.getActivations(1)) ||
                 failed(op.checkFixedQuantization(1.0f / 128, 0)) ||
                 failed(importUnary<TanhOp>(op, op.rounding())));
}

LogicalResult tflite::importSoftmax(OperatorImport &op) {
  const auto *options = op.getOptions<schema::SoftmaxOptions>();
  return failure(!options || failed(op.getActivations(1)) ||
                 failed(op.checkFixedQuantization(1.0f / 256, -128)) ||
                 failed(importUnary<SoftmaxOp>(
                     op, op.attr("beta", double(options->beta())))));
}

//===----------------------------------------------------------------------===//
// Between real and quantised values
//===----------------------------------------------------------------------===//

LogicalResult tflite::importQuantize(OperatorImport &op) {
  FailureOr<Value> operand = op.getActivation(0);
  if (failed(operand) || failed(op.getResultType()))
    return failure();
  if (op.getResult().type != schema::TensorType::INT8)
    return op.expects() << "a result of INT8, but got "
                        << getTypeName(op.getResult().type);
  return op.define<QuantizeOp>(*operand, op.rounding());
}

LogicalResult tflite::importDequantize(OperatorImport &op) {
  FailureOr<Value> operand = op.getActivation(0);
  if (failed(operand) || failed(op.getResultType()))
    return failure();
  if (op.getOperand(0).type != schema::TensorType::INT8 ||
      op.getResult().type != schema::TensorType::FLOAT32)
    return op.expects()
           << "an operand of INT8 and a result of FLOAT32, but got "
           << getTypeName(op.getOperand(0).type) << " and "
           << getTypeName(op.getResult().type);
  return op.define<DequantizeOp>(*operand, {});
}
