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
  // The elements' type is implied, so that it need not be written twice.
  SMLoc loc = parser.getCurrentLocation();
  Attribute value;
  if (parser.parseAttribute(value, getStorageType(type)))
    return failure();
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements)
    return parser.emitError(loc, "expects elements, but got ") << value;
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
// AddOp, MulOp
//===----------------------------------------------------------------------===//

static FailureOr<SmallVector<int64_t>> inferBinaryShape(ShapeList operands,
                                                        EmitError emitError) {
  ArrayRef<int64_t> lhs = operands[0], rhs = operands[1];
  bool perChannel = lhs.size() == 4 && rhs.size() == 4 && rhs[0] == 1 &&
                    rhs[1] == 1 && rhs[2] == 1 && rhs[3] == lhs[3];
  if (lhs != rhs && !perChannel) { // add_c1, mul_c1
    auto type = [&](ArrayRef<int64_t> shape) {
      std::string text;
      llvm::raw_string_ostream os(text);
      llvm::interleave(shape, os, "x");
      return text;
    };
    return emitError() << "expects operands of one shape, or 1x1x1xC on the "
                          "right, but got "
                       << type(lhs) << " and " << type(rhs);
  }
  return operands[0];
}

static LogicalResult verifyBinary(CostOpInterface op) {
  if (failed(verifyInferredShape(op))) // add_c2, mul_c2
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

FailureOr<SmallVector<int64_t>> AddOp::inferShape(ShapeList operands,
                                                  EmitError emitError) {
  return inferBinaryShape(operands, emitError);
}
LogicalResult AddOp::verify() { return verifyBinary(*this); }
FailureOr<SmallVector<int64_t>> MulOp::inferShape(ShapeList operands,
                                                  EmitError emitError) {
  return inferBinaryShape(operands, emitError);
}
LogicalResult MulOp::verify() { return verifyBinary(*this); }

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> MeanOp::inferShape(ShapeList operands,
                                                   EmitError) {
  int64_t batch = operands[0][0], channels = operands[0][3];
  if (getKeepDims())
    return SmallVector<int64_t>{batch, 1, 1, channels};
  return SmallVector<int64_t>{batch, channels};
}
LogicalResult MeanOp::verify() {
  if (failed(verifyInferredShape(*this))) // mean_c1
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
// Activations
//===----------------------------------------------------------------------===//

/// Element-wise operations may change the scale, but not real for quantised.
static LogicalResult verifyUnary(CostOpInterface op) {
  // relu_c1, relu6_c1, hard_swish_c1, hard_sigmoid_c1
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

#define OFA_UNARY_OP(Op)                                                       \
  FailureOr<SmallVector<int64_t>> Op::inferShape(ShapeList operands,           \
                                                 EmitError) {                  \
    return operands[0];                                                        \
  }                                                                            \
  LogicalResult Op::verify() { return verifyUnary(*this); }
OFA_UNARY_OP(ReluOp)
OFA_UNARY_OP(Relu6Op)
OFA_UNARY_OP(HardSwishOp)
OFA_UNARY_OP(HardSigmoidOp)
#undef OFA_UNARY_OP

FailureOr<SmallVector<int64_t>> SoftmaxOp::inferShape(ShapeList operands,
                                                      EmitError) {
  return operands[0];
}
LogicalResult SoftmaxOp::verify() {
  if (failed(verifyUnary(*this))) // softmax_c1
    return failure();
  auto quantized =
      dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(getResult()));
  if (quantized && (quantized.getScale() != 1.0 / 256 ||
                    quantized.getZeroPoint() != -128)) // softmax_c2
    return emitOpError("expects a result of scale 1/256 and zero point -128, "
                       "but got ")
           << quantized;
  return success();
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> PadOp::inferShape(ShapeList operands,
                                                  EmitError) {
  SmallVector<int64_t> shape = operands[0];
  shape[1] += getPad()[0] + getPad()[2];
  shape[2] += getPad()[1] + getPad()[3];
  return shape;
}
LogicalResult PadOp::verify() {
  if (failed(verifyInferredShape(*this))) // pad_c1
    return failure();
  return verifySameElementType(*this, getInput(), getResult());
}

FailureOr<SmallVector<int64_t>> ReshapeOp::inferShape(ShapeList operands,
                                                      EmitError emitError) {
  int64_t from = ShapedType::getNumElements(operands[0]);
  int64_t to = ShapedType::getNumElements(getShape());
  if (from != to) // reshape_c1
    return emitError() << "expects a shape of " << from << " elements, but got "
                       << to;
  return llvm::to_vector(getShape());
}
LogicalResult ReshapeOp::verify() {
  if (failed(verifyInferredShape(*this)))
    return failure();
  return verifySameElementType(*this, getInput(), getResult()); // reshape_c2
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
