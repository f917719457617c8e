//===- LowerElementwise.cpp - Kernels of element-wise operations ---*- C++
//-*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::GlobalRole;

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

namespace {
struct BinaryMemory {
  Value lhs, rhs;
};
} // namespace

template <typename OpTy>
static FailureOr<BinaryMemory> getOperands(OpTy op, KernelLowering &lowering) {
  FailureOr<Value> lhs = lowering.getMemory(op.getLhs());
  FailureOr<Value> rhs = lowering.getMemory(op.getRhs());
  if (failed(lhs) || failed(rhs))
    return failure();
  return BinaryMemory{*lhs, *rhs};
}

LogicalResult ofa::lower(AddOp op, KernelLowering &lowering) {
  if (op.getLhs().getType().getShape() != op.getRhs().getType().getShape())
    return op.emitOpError("adds one value per channel, for which the runtime "
                          "has no kernel");
  FailureOr<BinaryMemory> operands = getOperands(op, lowering);
  if (failed(operands))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getResult())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    kernel::AddF32Op::create(builder, op.getLoc(), op.getName(), operands->lhs,
                             operands->rhs, result, min, max);
    return success();
  }
  QuantizedScale lhs = getScale(op.getLhs()), rhs = getScale(op.getRhs());
  QuantizedScale output = getScale(op.getResult());
  AddFactors factors = deriveAddFactors(lhs.scale, rhs.scale, output.scale);
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  kernel::AddS8Op::create(
      builder, op.getLoc(), op.getName(), operands->lhs, operands->rhs, result,
      factors.lhs.multiplier, factors.lhs.shift, factors.rhs.multiplier,
      factors.rhs.shift, factors.output.multiplier, factors.output.shift,
      lhs.zeroPoint, rhs.zeroPoint, output.zeroPoint, range.min, range.max,
      getRounding(op.getRounding()));
  return success();
}

LogicalResult ofa::lower(MulOp op, KernelLowering &lowering) {
  FailureOr<BinaryMemory> operands = getOperands(op, lowering);
  if (failed(operands))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getResult())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    kernel::MulF32Op::create(builder, op.getLoc(), op.getName(), operands->lhs,
                             operands->rhs, result, min, max);
    return success();
  }
  QuantizedScale lhs = getScale(op.getLhs()), rhs = getScale(op.getRhs());
  QuantizedScale output = getScale(op.getResult());
  Multiplier factor = deriveMulFactor(lhs.scale, rhs.scale, output.scale);
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  kernel::MulS8Op::create(
      builder, op.getLoc(), op.getName(), operands->lhs, operands->rhs, result,
      factor.multiplier, factor.shift, lhs.zeroPoint, rhs.zeroPoint,
      output.zeroPoint, range.min, range.max, getRounding(op.getRounding()));
  return success();
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult lowerUnary(OpTy op, KernelLowering &lowering,
                                kernel::UnaryFunction function,
                                double (*definition)(double)) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  StringRef name = op.getName();
  if (!isQuantized(op.getInput())) {
    kernel::UnaryF32Op::create(builder, op.getLoc(), name, *memory,
                               lowering.makeResult(op.getResult(), name),
                               function, /*alpha=*/FloatAttr());
    return success();
  }
  std::array<int8_t, 256> table = makeUnaryTable(
      definition, getScale(op.getInput()), getScale(op.getResult()));
  Value tableMemory =
      lowering.makeGlobal<int8_t>(GlobalRole::Table, name + ".table", table);
  kernel::LutS8Op::create(builder, op.getLoc(), name, *memory, tableMemory,
                          lowering.makeResult(op.getResult(), name));
  return success();
}

LogicalResult ofa::lower(ReluOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::Relu, relu);
}
LogicalResult ofa::lower(Relu6Op op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::Relu6, relu6);
}
LogicalResult ofa::lower(HardSwishOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::HardSwish, hardSwish);
}
LogicalResult ofa::lower(HardSigmoidOp op, KernelLowering &lowering) {
  return lowerUnary(op, lowering, kernel::UnaryFunction::HardSigmoid,
                    hardSigmoid);
}

LogicalResult ofa::lower(SoftmaxOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  StringRef name = op.getName();
  double beta = op.getBeta().convertToDouble();
  if (!isQuantized(op.getInput())) {
    kernel::SoftmaxF32Op::create(builder, op.getLoc(), name, *memory,
                                 lowering.makeResult(op.getResult(), name),
                                 APFloat(float(beta)));
    return success();
  }
  std::array<int32_t, 256> table =
      makeSoftmaxExpTable(beta, getScale(op.getInput()).scale);
  Value tableMemory =
      lowering.makeGlobal<int32_t>(GlobalRole::Table, name + ".exp", table);
  kernel::SoftmaxS8Op::create(builder, op.getLoc(), name, *memory, tableMemory,
                              lowering.makeResult(op.getResult(), name));
  return success();
}

//===----------------------------------------------------------------------===//
// Between number formats
//===----------------------------------------------------------------------===//

LogicalResult ofa::lower(QuantizeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  QuantizedScale output = getScale(op.getResult());
  if (!isQuantized(op.getInput())) {
    kernel::QuantizeF32S8Op::create(builder, op.getLoc(), op.getName(), *memory,
                                    result, APFloat(float(output.scale)),
                                    output.zeroPoint);
    return success();
  }
  QuantizedScale input = getScale(op.getInput());
  Multiplier factor = deriveRescaleFactor(input.scale, output.scale);
  kernel::RequantizeS8Op::create(builder, op.getLoc(), op.getName(), *memory,
                                 result, factor.multiplier, factor.shift,
                                 input.zeroPoint, output.zeroPoint, -128, 127,
                                 getRounding(op.getRounding()));
  return success();
}

LogicalResult ofa::lower(DequantizeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  QuantizedScale input = getScale(op.getInput());
  kernel::DequantizeS8F32Op::create(
      lowering.getBuilder(), op.getLoc(), op.getName(), *memory,
      lowering.makeResult(op.getResult(), op.getName()),
      APFloat(float(input.scale)), input.zeroPoint);
  return success();
}
