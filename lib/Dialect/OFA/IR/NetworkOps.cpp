//===- NetworkOps.cpp - Constants and layers without parameters -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "ofa/Dialect/OFA/IR/Elements.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// ConstantOp
//===----------------------------------------------------------------------===//

void ConstantOp::build(OpBuilder &builder, OperationState &state,
                       StringRef name, ElementsAttr value) {
  build(builder, state, cast<RankedTensorType>(value.getType()),
        builder.getStringAttr(name), value);
}

void ConstantOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  setName(getResult(), getName());
}

ParseResult ConstantOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  RankedTensorType type;
  // A given type keeps the colon from being read as part of the string.
  if (parser.parseAttribute(name, parser.getBuilder().getNoneType()) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(type))
    return failure();
  result.addAttribute("name", name);
  result.addTypes(type);
  if (failed(parser.parseOptionalEqual()))
    return success();
  ElementsAttr elements;
  if (parseElements(parser, type, elements))
    return failure();
  result.addAttribute("value", elements);
  return success();
}

void ConstantOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printAttributeWithoutType(getNameAttr());
  printer.printOptionalAttrDict((*this)->getAttrs(), {"name", "value"});
  printer << " : " << getType();
  if (std::optional<ElementsAttr> value = getValue()) {
    printer << " = ";
    printer.printAttributeWithoutType(*value);
  }
}

LogicalResult ConstantOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (auto quantized = dyn_cast<quant::QuantizedType>(type.getElementType()))
    if (!quantized.getStorageType() ||
        !quantized.getStorageType().isInteger(8) || !quantized.isSigned())
      // constant_c4
      return emitOpError("expects i8 storage, but got ") << quantized;
  if (auto perAxis =
          dyn_cast<quant::UniformQuantizedPerAxisType>(type.getElementType())) {
    int64_t axis = perAxis.getQuantizedDimension(); // constant_c3
    if (axis < 0 || axis >= type.getRank())
      return emitOpError("expects a quantised axis below ")
             << type.getRank() << ", but got " << axis;
    if (int64_t(perAxis.getScales().size()) != type.getDimSize(axis))
      return emitOpError("expects ")
             << type.getDimSize(axis) << " scales along axis " << axis
             << ", but got " << perAxis.getScales().size();
  }
  std::optional<ElementsAttr> value = getValue();
  if (!value)
    return success();
  if (value->getType() != getStorageType(type)) // constant_c1
    return emitOpError("expects elements of ")
           << getStorageType(type) << ", but got " << value->getType();
  return verifyElements(*value, [&] { return emitOpError(); }); // constant_c2
}

//===----------------------------------------------------------------------===//
// AddOp, SubOp, MulOp
//===----------------------------------------------------------------------===//

/// A shape as text, such as 1x8x8x16.
static std::string getShapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return text;
}

static FailureOr<SmallVector<int64_t>>
inferBroadcastShape(ShapeList operands, EmitError emitError) {
  ArrayRef<int64_t> lhs = operands[0], rhs = operands[1];
  SmallVector<int64_t> shape(std::max(lhs.size(), rhs.size()), 1);
  for (ArrayRef<int64_t> side : {lhs, rhs}) {
    size_t missing = shape.size() - side.size();
    for (auto [i, size] : llvm::enumerate(side)) {
      int64_t &common = shape[missing + i];
      if (size != 1 && common != 1 && size != common)
        // add_c1, sub_c1, mul_c1
        return emitError() << "expects shapes that can be broadcast to each "
                              "other, but got "
                           << getShapeText(lhs) << " and " << getShapeText(rhs);
      common = std::max(common, size);
    }
  }
  return shape;
}

static LogicalResult verifyBinary(CostOpInterface op) {
  if (failed(verifyInferredShape(op))) // add_c2, sub_c2, mul_c2
    return failure();
  bool real = getElementTypeOrSelf(op->getResult(0)).isF32();
  for (Value operand : op->getOperands()) {
    if (failed(verifyActivationType(op, operand)))
      return failure();
    if (getElementTypeOrSelf(operand).isF32() != real)
      return op->emitOpError(
          "expects operands and result to be all real or all quantised");
  }
  return verifyActivationType(op, op->getResult(0));
}

#define OFA_BINARY_OP(Op)                                                      \
  FailureOr<SmallVector<int64_t>> Op::inferShape(ShapeList operands,           \
                                                 EmitError emitError) {        \
    return inferBroadcastShape(operands, emitError);                           \
  }                                                                            \
  LogicalResult Op::verify() { return verifyBinary(*this); }
OFA_BINARY_OP(AddOp)
OFA_BINARY_OP(SubOp)
OFA_BINARY_OP(MulOp)
#undef OFA_BINARY_OP

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> MeanOp::inferShape(ShapeList operands,
                                                   EmitError emitError) {
  ArrayRef<int64_t> input = operands[0], axes = getAxes();
  for (auto [i, axis] : llvm::enumerate(axes)) // mean_c1
    if (axis < 0 || axis >= int64_t(input.size()) ||
        (i > 0 && axis <= axes[i - 1]))
      return emitError() << "expects increasing axes below " << input.size()
                         << ", but got [" << axes << "]";
  SmallVector<int64_t> shape;
  for (auto [axis, size] : llvm::enumerate(input))
    if (!llvm::is_contained(axes, int64_t(axis)))
      shape.push_back(size);
    else if (getKeepDims())
      shape.push_back(1);
  if (shape.empty())
    shape.push_back(1);
  return shape;
}

LogicalResult MeanOp::verify() {
  if (failed(verifyInferredShape(*this))) // mean_c2
    return failure();
  if (getElementTypeOrSelf(getInput()).isF32() !=
      getElementTypeOrSelf(getResult()).isF32())
    return emitOpError(
        "expects input and result to be both real or both quantised");
  return failure(failed(verifyActivationType(*this, getInput())) ||
                 failed(verifyActivationType(*this, getResult())));
}

static FailureOr<SmallVector<int64_t>> inferPoolShape(ShapeList operands,
                                                      const Window2D &window,
                                                      EmitError emitError) {
  for (int axis : {0, 1})
    if (window.before[axis] >= window.extent[axis] ||
        window.after[axis] >=
            window.extent[axis]) // avg_pool2d_c1, max_pool2d_c1
      return emitError() << "expects padding smaller than the window";
  auto windows = inferWindows(operands[0], window, emitError);
  if (failed(windows))
    return failure();
  return SmallVector<int64_t>{operands[0][0], (*windows)[0], (*windows)[1],
                              operands[0][3]};
}

Window2D AvgPool2DOp::getWindow() {
  return makeWindow(getFilter()[0], getFilter()[1], getStrides(), getPad(),
                    {1, 1});
}
FailureOr<SmallVector<int64_t>> AvgPool2DOp::inferShape(ShapeList operands,
                                                        EmitError emitError) {
  return inferPoolShape(operands, getWindow(), emitError);
}
LogicalResult AvgPool2DOp::verify() {
  if (failed(verifyInferredShape(*this))) // avg_pool2d_c2
    return failure();
  return verifySameElementType(*this, getInput(), getResult());
}
Window2D MaxPool2DOp::getWindow() {
  return makeWindow(getFilter()[0], getFilter()[1], getStrides(), getPad(),
                    {1, 1});
}
FailureOr<SmallVector<int64_t>> MaxPool2DOp::inferShape(ShapeList operands,
                                                        EmitError emitError) {
  return inferPoolShape(operands, getWindow(), emitError);
}
LogicalResult MaxPool2DOp::verify() {
  if (failed(verifyInferredShape(*this))) // max_pool2d_c2
    return failure();
  return verifySameElementType(*this, getInput(), getResult());
}

//===----------------------------------------------------------------------===//
// QuantizeOp, DequantizeOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> QuantizeOp::inferShape(ShapeList operands,
                                                       EmitError) {
  return operands[0];
}
LogicalResult QuantizeOp::verify() {
  if (failed(verifyInferredShape(*this)) || // quantize_c1
      failed(verifyActivationType(*this, getInput())) ||
      failed(verifyActivationType(*this, getResult())))
    return failure();
  if (getElementTypeOrSelf(getResult()).isF32())
    return emitOpError("expects a quantised result, but got ") << getType();
  return success();
}

FailureOr<SmallVector<int64_t>> DequantizeOp::inferShape(ShapeList operands,
                                                         EmitError) {
  return operands[0];
}
LogicalResult DequantizeOp::verify() {
  if (failed(verifyInferredShape(*this)) || // dequantize_c1
      failed(verifyActivationType(*this, getInput())))
    return failure();
  if (getElementTypeOrSelf(getInput()).isF32() ||
      !getElementTypeOrSelf(getResult()).isF32())
    return emitOpError("expects a quantised input and a result of f32");
  return success();
}
