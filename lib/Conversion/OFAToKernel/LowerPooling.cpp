//===- LowerPooling.cpp - Kernels of windows, reductions and shapes ---*- C++
//-*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::ofa;

LogicalResult ofa::lower(MeanOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getInput())) {
    kernel::MeanF32Op::create(builder, op.getLoc(), op.getName(), *memory,
                              result);
    return success();
  }
  auto shape = cast<ShapedType>(op.getInput().getType()).getShape();
  QuantizedScale input = getScale(op.getInput());
  QuantizedScale output = getScale(op.getResult());
  Multiplier factor =
      deriveMeanFactor(input.scale, output.scale, shape[1] * shape[2]);
  kernel::MeanS8Op::create(builder, op.getLoc(), op.getName(), *memory, result,
                           factor.multiplier, factor.shift, input.zeroPoint,
                           output.zeroPoint, -128, 127,
                           getRounding(op.getRounding()));
  return success();
}

template <typename Int8Op, typename FloatOp, typename OpTy>
static LogicalResult lowerPool(OpTy op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  ArrayRef<int64_t> padding = op.getPad().take_front(2);
  if (!isQuantized(op.getInput())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    FloatOp::create(builder, op.getLoc(), op.getName(), *memory, result,
                    op.getFilter(), op.getStrides(), padding, min, max);
    return success();
  }
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  Int8Op::create(builder, op.getLoc(), op.getName(), *memory, result,
                 op.getFilter(), op.getStrides(), padding, range.min,
                 range.max);
  return success();
}

LogicalResult ofa::lower(AvgPool2DOp op, KernelLowering &lowering) {
  return lowerPool<kernel::AvgPool2DS8Op, kernel::AvgPool2DF32Op>(op, lowering);
}

LogicalResult ofa::lower(MaxPool2DOp op, KernelLowering &lowering) {
  return lowerPool<kernel::MaxPool2DS8Op, kernel::MaxPool2DF32Op>(op, lowering);
}

LogicalResult ofa::lower(PadOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  ArrayRef<int64_t> padding = op.getLow().slice(1, 2);
  TypedAttr value = op.getBackground();
  if (isQuantized(op.getInput()))
    kernel::PadS8Op::create(builder, op.getLoc(), op.getName(), *memory, result,
                            padding, cast<IntegerAttr>(value).getInt());
  else
    kernel::PadF32Op::create(builder, op.getLoc(), op.getName(), *memory,
                             result, padding, cast<FloatAttr>(value).getValue());
  return success();
}

LogicalResult ofa::lower(ReshapeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  lowering.setMemory(op.getResult(),
                     kernel::ViewOp::create(lowering.getBuilder(), op.getLoc(),
                                            getMemoryType(op.getResult()),
                                            *memory));
  return success();
}
