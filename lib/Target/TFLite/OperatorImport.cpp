//===- OperatorImport.cpp - What import functions work with ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

std::string Arity::describe(StringRef noun) const {
  std::string text = std::to_string(least);
  if (most == ~0u)
    text = "at least " + text;
  else if (most > least)
    text += (most > least + 1 ? " to " : " or ") + std::to_string(most);
  return text + " " + noun.str() + (text == "1" ? "" : "s");
}

std::string tflite::describe(StringRef role, unsigned i, const Tensor &tensor) {
  return role.str() + " " + std::to_string(i) + " ('" + tensor.name + "')";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// A tensor of the operations: it has elements.
static FailureOr<RankedTensorType> getTensorType(const Tensor &tensor,
                                                 Type element, Location loc,
                                                 const Twine &role) {
  for (auto [i, size] : llvm::enumerate(tensor.shape))
    if (size == 0)
      return emitError(loc)
             << "expects " << role << " to have elements, but dimension " << i
             << " is 0";
  return RankedTensorType::get(tensor.shape, element);
}

static Type getPerTensorType(const Tensor &tensor, MLIRContext *context) {
  return quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, IntegerType::get(context, 8),
      Float32Type::get(context), tensor.scales.front(),
      tensor.zeroPoints.front(), -128, 127);
}

FailureOr<RankedTensorType> tflite::getActivationType(const Tensor &tensor,
                                                      Location loc,
                                                      const Twine &role) {
  if (tensor.type == schema::TensorType::FLOAT32)
    return getTensorType(tensor, Float32Type::get(loc.getContext()), loc, role);
  if (tensor.type != schema::TensorType::INT8)
    return emitError(loc) << "expects " << role
                          << " to be FLOAT32 or INT8, but got "
                          << getTypeName(tensor.type)
                          << "; quantise the model to INT8 when converting it";
  if (!tensor.isQuantizedPerTensor())
    return emitError(loc) << "expects " << role
                          << " to have one scale and zero point, but got "
                          << tensor.scales.size();
  return getTensorType(tensor, getPerTensorType(tensor, loc.getContext()), loc,
                       role);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Tensor *OperatorImport::findOperand(unsigned i) const {
  return i < op.operands.size() ? op.operands[i] : nullptr;
}

ElementsAttr OperatorImport::getElements(const Tensor &tensor,
                                         RankedTensorType type) {
  const uint8_t *place = tensor.data.data();
  auto resource = network.resources.find(place);
  if (resource == network.resources.end()) {
    ArrayRef<char> data(reinterpret_cast<const char *>(place),
                        tensor.data.size());
    auto &manager =
        DenseResourceElementsHandle::getManagerInterface(model.file.context);
    AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(
        data, /*align=*/16, /*dataIsMutable=*/false);
    resource =
        network.resources
            .insert({place, manager.insert(tensor.name, std::move(blob))})
            .first;
  }
  return DenseResourceElementsAttr::get(getStorageType(type), resource->second);
}

Value OperatorImport::getConstant(const Tensor &tensor, RankedTensorType type) {
  Value &constant = network.constants[{&tensor, type}];
  if (!constant)
    constant = ConstantOp::create(network.builder, loc, type,
                                  network.builder.getStringAttr(tensor.name),
                                  getElements(tensor, type));
  return constant;
}

FailureOr<Value> OperatorImport::getActivation(unsigned i) {
  const Tensor *tensor = findOperand(i);
  if (!tensor)
    return expects() << "operand " << i << ", but it is left out";
  FailureOr<RankedTensorType> type =
      getActivationType(*tensor, loc, describe("operand", i, *tensor));
  if (failed(type))
    return failure();
  if (tensor->isConstant)
    return getConstant(*tensor, *type);
  return network.values.at(tensor);
}

FailureOr<RankedTensorType> OperatorImport::getResultType(unsigned i) const {
  return getActivationType(getResult(i), loc,
                           describe("result", i, getResult(i)));
}

FailureOr<SmallVector<Value>> OperatorImport::getActivations(unsigned count) {
  SmallVector<Value> values;
  for (unsigned i = 0; i < countResults(); ++i) {
    if (failed(getResultType(i)))
      return failure();
    if (getResult(i).type != getResult().type)
      return expects() << "results of one type, but got "
                       << getTypeName(getResult().type) << " and "
                       << getTypeName(getResult(i).type);
  }
  for (unsigned i = 0; i < count; ++i) {
    FailureOr<Value> value = getActivation(i);
    if (failed(value))
      return failure();
    if (getOperand(i).type != getResult().type)
      return expects() << describe("operand", i, getOperand(i))
                       << " and the result to have one type, but got "
                       << getTypeName(getOperand(i).type) << " and "
                       << getTypeName(getResult().type);
    values.push_back(*value);
  }
  return values;
}

FailureOr<Value> OperatorImport::getWeight(unsigned i, int32_t axis) {
  const Tensor *weight = findOperand(i);
  if (!weight || !weight->isConstant)
    return expects() << "a constant weight as operand " << i
                     << (weight ? ", but '" + weight->name + "' is computed"
                                : ", but it is left out");
  std::string role = describe("operand", i, *weight);
  MLIRContext *context = model.file.context;
  Type element = Float32Type::get(context);
  if (weight->type != getOperand(0).type)
    return expects() << role << " to have the input's type "
                     << getTypeName(getOperand(0).type) << ", but got "
                     << getTypeName(weight->type)
                     << "; quantise weights and activations together when "
                        "converting the model";
  if (weight->type == schema::TensorType::INT8) {
    if (weight->scales.empty())
      return expects() << role << " to have scales, but it has none";
    for (int8_t zeroPoint : weight->zeroPoints)
      if (zeroPoint != 0)
        return expects() << role << " to have zero point 0, but got "
                         << int(zeroPoint);
    if (weight->isQuantizedPerTensor()) {
      element = getPerTensorType(*weight, context);
    } else {
      if (weight->axis != axis)
        return expects() << role << " to have its scales along dimension "
                         << axis << ", but got " << weight->axis;
      element = quant::UniformQuantizedPerAxisType::get(
          quant::QuantizationFlags::Signed, IntegerType::get(context, 8),
          Float32Type::get(context),
          SmallVector<double>(weight->scales.begin(), weight->scales.end()),
          SmallVector<int64_t>(weight->zeroPoints.begin(),
                               weight->zeroPoints.end()),
          axis, -128, 127);
    }
  }
  FailureOr<RankedTensorType> type = getTensorType(*weight, element, loc, role);
  if (failed(type))
    return failure();
  return getConstant(*weight, *type);
}

FailureOr<Value> OperatorImport::getBias(unsigned i, int64_t channels) {
  const Tensor *bias = findOperand(i);
  if (!bias)
    return Value();
  std::string role = describe("operand", i, *bias);
  if (!bias->isConstant)
    return expects() << role << " to be a constant bias, but it is computed";
  auto expected = getOperand(0).type == schema::TensorType::INT8
                      ? schema::TensorType::INT32
                      : schema::TensorType::FLOAT32;
  if (bias->type != expected)
    return expects() << role << " to be " << getTypeName(expected)
                     << ", but got " << getTypeName(bias->type);
  if (bias->countElements() != channels)
    return expects() << role << " to have an element for each of " << channels
                     << " channels, but it has " << bias->countElements();
  Builder &builder = network.builder;
  Type element = expected == schema::TensorType::INT32
                     ? Type(builder.getI32Type())
                     : Type(builder.getF32Type());
  return getConstant(*bias, RankedTensorType::get(channels, element));
}

FailureOr<SmallVector<int64_t>>
OperatorImport::getIntegers(unsigned i, const Twine &what,
                            std::optional<size_t> expected) const {
  const Tensor *tensor = findOperand(i);
  if (!tensor || !tensor->isConstant)
    return expects() << "constant " << what << " as operand " << i
                     << (tensor ? ", but '" + tensor->name + "' is computed"
                                : ", but it is left out");
  SmallVector<int64_t> values;
  const uint8_t *data = tensor->data.data();
  int64_t count = tensor->countElements();
  if (expected && count != int64_t(*expected))
    return expects() << what << " of " << *expected << " elements, but got "
                     << count;
  if (tensor->type == schema::TensorType::INT32)
    for (int64_t element = 0; element < count; ++element)
      values.push_back(int32_t(
          llvm::support::endian::read32le(data + element * sizeof(int32_t))));
  else if (tensor->type == schema::TensorType::INT64)
    for (int64_t element = 0; element < count; ++element)
      values.push_back(int64_t(
          llvm::support::endian::read64le(data + element * sizeof(int64_t))));
  else
    return expects() << what << " of INT32 or INT64, but got "
                     << getTypeName(tensor->type);
  return values;
}

FailureOr<int64_t> OperatorImport::getAxis(int64_t axis, size_t rank) const {
  int64_t count = rank;
  if (axis < -count || axis >= count)
    return expects() << "an axis from " << -count << " to " << count - 1
                     << ", but got " << axis;
  return axis < 0 ? axis + count : axis;
}

FailureOr<SmallVector<int64_t>> OperatorImport::getAxes(unsigned i) const {
  FailureOr<SmallVector<int64_t>> axes = getIntegers(i, "axes");
  if (failed(axes))
    return failure();
  for (int64_t &axis : *axes) {
    FailureOr<int64_t> valid = getAxis(axis, getOperand(0).shape.size());
    if (failed(valid))
      return failure();
    axis = *valid;
  }
  llvm::sort(*axes);
  axes->erase(llvm::unique(*axes), axes->end());
  return axes;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static std::string formatShape(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return text;
}

LogicalResult OperatorImport::checkRank(const Tensor &tensor,
                                        size_t rank) const {
  if (tensor.shape.size() == rank)
    return success();
  return expects() << "'" << tensor.name << "' to have " << rank
                   << " dimensions, but got " << formatShape(tensor.shape);
}

LogicalResult OperatorImport::checkImage(const Tensor &tensor) const {
  if (failed(checkRank(tensor, 4)))
    return failure();
  if (tensor.shape[0] == 1)
    return success();
  return expects() << "'" << tensor.name << "' to be a batch of 1, but got "
                   << formatShape(tensor.shape)
                   << ": convert the model for one image";
}

LogicalResult OperatorImport::checkResultShape(ArrayRef<int64_t> expected,
                                               unsigned i) const {
  SmallVector<int64_t> one = {1};
  if (expected.empty()) // A scalar.
    expected = one;
  if (getResult(i).shape == expected)
    return success();
  return expects() << describe("result", i, getResult(i)) << " to be "
                   << formatShape(expected) << ", but the file says "
                   << formatShape(getResult(i).shape);
}

/// "scale 0.5 and zero point -1".
static std::string formatQuantization(float scale, int zeroPoint) {
  std::string text;
  llvm::raw_string_ostream(text)
      << "scale " << llvm::format("%.9g", double(scale)) << " and zero point "
      << zeroPoint;
  return text;
}

LogicalResult
OperatorImport::checkKeepsQuantization(const Tensor &operand,
                                       const Tensor &result) const {
  if (operand.type != schema::TensorType::INT8 ||
      (operand.scales.front() == result.scales.front() &&
       operand.zeroPoints.front() == result.zeroPoints.front()))
    return success();
  return expects() << "'" << result.name << "' to keep the quantisation of '"
                   << operand.name << "', "
                   << formatQuantization(operand.scales.front(),
                                         operand.zeroPoints.front())
                   << ", but got "
                   << formatQuantization(result.scales.front(),
                                         result.zeroPoints.front())
                   << "; TFLite's kernels would not convert the elements";
}

LogicalResult OperatorImport::checkMoves(const Tensor &operand,
                                         unsigned i) const {
  if (failed(getResultType(i)))
    return failure();
  if (operand.type != getResult(i).type)
    return expects() << "operand and result of one type, but got "
                     << getTypeName(operand.type) << " and "
                     << getTypeName(getResult(i).type);
  return checkKeepsQuantization(operand, getResult(i));
}

LogicalResult OperatorImport::checkFixedQuantization(float scale,
                                                     int zeroPoint) const {
  const Tensor &result = getResult();
  if (result.type != schema::TensorType::INT8 ||
      (result.scales.front() == scale &&
       result.zeroPoints.front() == zeroPoint))
    return success();
  return expects() << "a result with " << formatQuantization(scale, zeroPoint)
                   << ", as TFLite defines it, but got "
                   << formatQuantization(result.scales.front(),
                                         result.zeroPoints.front());
}

static std::optional<Activation>
findActivation(schema::ActivationFunctionType function) {
  switch (function) {
  case schema::ActivationFunctionType::NONE:
    return Activation::None;
  case schema::ActivationFunctionType::RELU:
    return Activation::Relu;
  case schema::ActivationFunctionType::RELU_N1_TO_1:
    return Activation::ReluN1To1;
  case schema::ActivationFunctionType::RELU6:
    return Activation::Relu6;
  default:
    return std::nullopt;
  }
}

FailureOr<NamedAttribute>
OperatorImport::activation(schema::ActivationFunctionType function) const {
  if (std::optional<Activation> value = findActivation(function))
    return network.builder.getNamedAttr(
        "activation", ActivationAttr::get(model.file.context, *value));
  StringRef found = schema::EnumNameActivationFunctionType(function);
  return expects() << "a fused activation of NONE, RELU, RELU_N1_TO_1 or "
                      "RELU6, but got "
                   << (found.empty() ? std::to_string(int(function))
                                     : found.str());
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Value OperatorImport::create(StringRef operation, RankedTensorType type,
                             StringRef name, ValueRange operands,
                             ArrayRef<NamedAttribute> attributes,
                             const Tensor *computes) {
  OperationState state(loc, operation, operands, type, attributes);
  state.addAttribute("name", network.builder.getStringAttr(name));
  if (computes)
    state.addAttribute(kSourceTensorAttrName,
                       network.builder.getI64IntegerAttr(computes->index));
  return network.builder.create(state)->getResult(0);
}

Value OperatorImport::reshape(Value value, ArrayRef<int64_t> shape,
                              StringRef suffix) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  std::string name = network.names.make((getResult().name + suffix).str());
  return create<ReshapeOp>(type.clone(shape), name, value,
                           {attr("shape", shape)});
}
