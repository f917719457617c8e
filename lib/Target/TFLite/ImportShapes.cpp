//===- ImportShapes.cpp - Elements moved to other places ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

#include "llvm/Support/Endian.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

/// The first operand, whose type and quantisation the result keeps.
static FailureOr<Value> getMoved(OperatorImport &op) {
  FailureOr<Value> value = op.getActivation(0);
  if (failed(value) || failed(op.checkMoves(op.getOperand(0))))
    return failure();
  return value;
}

/// RESHAPE, SQUEEZE and EXPAND_DIMS: the file has the result's shape.
LogicalResult tflite::importReshape(OperatorImport &op) {
  FailureOr<Value> value = getMoved(op);
  if (failed(value))
    return failure();
  if (const Tensor *shape = op.findOperand(1); shape && !shape->isConstant)
    return op.expects() << "a constant " << describe("operand", 1, *shape)
                        << ", but it is computed";
  return op.define<ReshapeOp>(*value, op.attr("shape", op.getResult().shape));
}

LogicalResult tflite::importTranspose(OperatorImport &op) {
  FailureOr<Value> value = getMoved(op);
  if (failed(value))
    return failure();
  size_t rank = op.getOperand(0).shape.size();
  FailureOr<SmallVector<int64_t>> permutation =
      op.getIntegers(1, "permutation", rank);
  if (failed(permutation))
    return failure();
  std::vector<bool> seen(rank, false);
  for (int64_t &dimension : *permutation) {
    FailureOr<int64_t> valid = op.getAxis(dimension, rank);
    if (failed(valid))
      return failure();
    dimension = *valid;
    if (seen[dimension])
      return op.expects() << "a permutation, but it has dimension " << dimension
                          << " twice";
    seen[dimension] = true;
  }
  return op.define<TransposeOp>(*value, op.attr("permutation", *permutation));
}

/// PADV2's value, in the type of the elements.
static FailureOr<NamedAttribute> getPadValue(const OperatorImport &op) {
  const Tensor *value = op.findOperand(2);
  if (!value || !value->isConstant || value->countElements() != 1)
    return op.expects() << "one constant value as operand 2, but got "
                        << (!value              ? "none"
                            : value->isConstant ? "several"
                                                : "one that is computed");
  if (value->type != op.getResult().type)
    return op.expects() << "a value of " << getTypeName(op.getResult().type)
                        << ", but got " << getTypeName(value->type);
  if (value->type == schema::TensorType::FLOAT32)
    return op.attr("value",
                   llvm::bit_cast<float>(
                       llvm::support::endian::read32le(value->data.data())));
  if (!value->isQuantizedPerTensor())
    return op.expects() << "a value with one scale, but got "
                        << value->scales.size();
  if (failed(op.checkKeepsQuantization(*value, op.getResult())))
    return failure();
  return op.attr("value", int8_t(value->data.front()));
}

/// PAD and PADV2.
LogicalResult tflite::importPad(OperatorImport &op) {
  FailureOr<Value> value = getMoved(op);
  if (failed(value))
    return failure();
  size_t rank = op.getOperand(0).shape.size();
  FailureOr<SmallVector<int64_t>> paddings =
      op.getIntegers(1, "paddings", 2 * rank);
  if (failed(paddings))
    return failure();
  SmallVector<int64_t> low, high;
  for (size_t i = 0; i < rank; ++i) {
    low.push_back((*paddings)[2 * i]);
    high.push_back((*paddings)[2 * i + 1]);
    if (low[i] < 0 || high[i] < 0 || low[i] > op.getResult().countElements() ||
        high[i] > op.getResult().countElements())
      return op.expects() << "paddings that are not negative and fit into the "
                             "result, but dimension "
                          << i << " has " << low[i] << " and " << high[i];
  }
  SmallVector<NamedAttribute> attributes = {op.attr("low", low),
                                            op.attr("high", high)};
  if (op.countOperands() == 3) {
    FailureOr<NamedAttribute> padValue = getPadValue(op);
    if (failed(padValue))
      return failure();
    attributes.push_back(*padValue);
  }
  return op.define<PadOp>(*value, attributes);
}

LogicalResult tflite::importConcatenation(OperatorImport &op) {
  const auto *options = op.getOptions<schema::ConcatenationOptions>();
  if (!options)
    return failure();
  if (options->fused_activation_function() !=
      schema::ActivationFunctionType::NONE)
    return op.expects() << "no fused activation, but got "
                        << schema::EnumNameActivationFunctionType(
                               options->fused_activation_function());
  FailureOr<SmallVector<Value>> operands =
      op.getActivations(op.countOperands());
  if (failed(operands))
    return failure();
  for (unsigned i = 0; i < op.countOperands(); ++i)
    if (failed(op.checkKeepsQuantization(op.getOperand(i), op.getResult())))
      return failure();
  FailureOr<int64_t> axis =
      op.getAxis(options->axis(), op.getResult().shape.size());
  if (failed(axis))
    return failure();
  return op.define<ConcatOp>(*operands, op.attr("axis", *axis));
}

LogicalResult tflite::importResizeNearest(OperatorImport &op) {
  const auto *options = op.getOptions<schema::ResizeNearestNeighborOptions>();
  if (!options)
    return failure();
  FailureOr<Value> value = getMoved(op);
  if (failed(value) || failed(op.checkImage(op.getOperand(0))) ||
      failed(op.checkRank(op.getResult(), 4)))
    return failure();
  FailureOr<SmallVector<int64_t>> size = op.getIntegers(1, "size", 2);
  if (failed(size))
    return failure();
  SmallVector<int64_t> shape = op.getOperand(0).shape;
  shape[1] = size->front();
  shape[2] = size->back();
  if (failed(op.checkResultShape(shape)))
    return failure();
  SmallVector<NamedAttribute> attributes = {op.attr("size", *size)};
  if (options->align_corners())
    attributes.push_back(op.flag("align_corners"));
  if (options->half_pixel_centers())
    attributes.push_back(op.flag("half_pixel_centers"));
  return op.define<ResizeNearestOp>(*value, attributes);
}
