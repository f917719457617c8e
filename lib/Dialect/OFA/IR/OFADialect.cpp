//===- OFADialect.cpp - The dialect, its attributes and shared checks -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::ofa;

#include "ofa/Dialect/OFA/IR/OFADialect.cpp.inc"
#include "ofa/Dialect/OFA/IR/OFAEnums.cpp.inc"
#include "ofa/Dialect/OFA/IR/OFAInterfaces.cpp.inc"

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Parses `{resolution = 28, s1.width = 0.5, ...}`.
static ParseResult parseChoiceValues(AsmParser &parser,
                                     DictionaryAttr &values) {
  return parser.parseAttribute(values);
}

/// Values are i64 or f64, as the choices' are: the types would only be noise.
static void printChoiceValues(AsmPrinter &printer, DictionaryAttr values) {
  printer << '{';
  llvm::interleaveComma(values, printer.getStream(), [&](NamedAttribute value) {
    printer.printKeywordOrString(value.getName());
    printer << " = ";
    printer.printAttributeWithoutType(value.getValue());
  });
  printer << '}';
}

#define GET_ATTRDEF_CLASSES
#include "ofa/Dialect/OFA/IR/OFAAttributes.cpp.inc"

LogicalResult WidthAttr::verify(EmitError emitError,
                                ArrayRef<FlatSymbolRefAttr> choices,
                                ArrayRef<int64_t> channels) {
  if (choices.empty()) // width_c1
    return emitError() << "expects at least one choice";
  if (channels.empty()) // width_c2
    return emitError() << "expects at least one channel count";
  for (int64_t count : channels) {
    if (count <= 0) // width_c2
      return emitError() << "expects positive channel counts, but got "
                         << count;
    if (count > channels.back()) // width_c3
      return emitError() << "expects the last channel count to be the largest, "
                            "but "
                         << count << " exceeds " << channels.back();
  }
  return success();
}

LogicalResult PreprocessingAttr::verify(EmitError emitError,
                                        ArrayRef<FloatAttr> mean,
                                        ArrayRef<FloatAttr> scale) {
  if (mean.empty() || mean.size() != scale.size()) // preprocessing_c1
    return emitError() << "expects as many means as scales, at least one, but "
                          "got "
                       << mean.size() << " and " << scale.size();
  for (auto [m, s] : llvm::zip(mean, scale)) {
    if (!m.getType().isF64() || !s.getType().isF64()) // preprocessing_c3
      return emitError() << "expects means and scales of f64";
    if (!m.getValue().isFinite() || !s.getValue().isFinite() ||
        s.getValueAsDouble() <= 0) // preprocessing_c2
      return emitError() << "expects finite means and positive scales";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Dialect
//===----------------------------------------------------------------------===//

namespace {
/// Long quantised types are printed once, as aliases.
struct OFAAsmInterface : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;
  AliasResult getAlias(Type type, raw_ostream &os) const override {
    if (!isa<quant::UniformQuantizedPerAxisType>(type))
      return AliasResult::NoAlias;
    os << "channels";
    return AliasResult::FinalAlias;
  }
  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    return AliasResult::NoAlias;
  }
};
} // namespace

void OFADialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ofa/Dialect/OFA/IR/OFAAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ofa/Dialect/OFA/IR/OFAOps.cpp.inc"
      >();
  addInterfaces<OFAAsmInterface>();
}

LogicalResult OFADialect::verifyOperationAttribute(Operation *op,
                                                   NamedAttribute attr) {
  StringRef name = attr.getName();
  if (name == kPreprocessingAttrName && !isa<PreprocessingAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be #ofa.preprocessing";
  if (name == kSpecializationAttrName && !isa<SpecializationAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be #ofa.specialization";
  if (name == kTrainingAttrName && !isa<DictionaryAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be a dictionary";
  if (name == kSourceTensorAttrName && !isa<IntegerAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be an integer";
  if (name == kClassNamesAttrName) {
    auto names = dyn_cast<ArrayAttr>(attr.getValue());
    if (!names || !llvm::all_of(names, llvm::IsaPred<StringAttr>))
      return op->emitOpError("expects '") << name << "' to be an array of strings";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Shared checks
//===----------------------------------------------------------------------===//

RankedTensorType ofa::getStorageType(RankedTensorType type) {
  auto quantized = dyn_cast<quant::QuantizedType>(type.getElementType());
  // A calibrated type has no storage.
  return quantized && quantized.getStorageType()
             ? type.clone(quantized.getStorageType())
             : type;
}

SmallVector<SmallVector<int64_t>> ofa::getOperandShapes(Operation *op) {
  return llvm::map_to_vector(op->getOperandTypes(), [](Type type) {
    return llvm::to_vector(cast<ShapedType>(type).getShape());
  });
}

ParseResult ofa::parseElements(OpAsmParser &parser, RankedTensorType type,
                               ElementsAttr &elements) {
  SMLoc loc = parser.getCurrentLocation();
  Attribute value;
  if (parser.parseAttribute(value, getStorageType(type)))
    return failure();
  elements = dyn_cast<ElementsAttr>(value);
  if (!elements)
    return parser.emitError(loc, "expects elements, but got ") << value;
  return success();
}

Window2D ofa::makeWindow(int64_t height, int64_t width,
                         ArrayRef<int64_t> strides, ArrayRef<int64_t> pad,
                         ArrayRef<int64_t> dilations) {
  return {{height, width},   {strides[0], strides[1]}, {dilations[0], dilations[1]},
          {pad[0], pad[1]}, {pad[2], pad[3]}};
}

FailureOr<std::array<int64_t, 2>>
ofa::inferWindows(ArrayRef<int64_t> input, const Window2D &window,
                  EmitError emitError) {
  std::array<int64_t, 2> result;
  for (int axis : {0, 1}) {
    int64_t padded = input[1 + axis] + window.before[axis] + window.after[axis];
    int64_t reach = (window.extent[axis] - 1) * window.dilation[axis] + 1;
    if (reach > padded)
      return emitError() << "expects a window that fits into the padded input, "
                            "but it spans "
                         << reach << " of " << padded
                         << (axis ? " columns" : " rows");
    result[axis] = (padded - reach) / window.stride[axis] + 1;
  }
  return result;
}

LogicalResult ofa::verifyInferredShape(CostOpInterface op) {
  FailureOr<SmallVector<int64_t>> shape =
      op.inferShape(getOperandShapes(op), [&] { return op->emitOpError(); });
  if (failed(shape))
    return failure();
  auto actual = cast<RankedTensorType>(op->getResult(0).getType());
  if (actual.getShape() != ArrayRef<int64_t>(*shape))
    return op->emitOpError("expects result shape ")
           << RankedTensorType::get(*shape, actual.getElementType())
           << ", but got " << actual;
  return success();
}

LogicalResult ofa::verifyActivationType(Operation *op, Value value) {
  Type element = getElementTypeOrSelf(value);
  if (element.isF32())
    return success();
  auto quantized = dyn_cast<quant::UniformQuantizedType>(element);
  if (!quantized || !quantized.getStorageType().isInteger(8) ||
      !quantized.isSigned())
    return op->emitOpError("expects activations of f32 or of a per-tensor "
                           "!quant.uniform<i8:f32, ...>, but got ")
           << element;
  return success();
}

LogicalResult ofa::verifyLayerTypes(Operation *op, Value input, Value weight,
                                    Value bias, Value result, int64_t outAxis) {
  if (failed(verifyActivationType(op, input)) ||
      failed(verifyActivationType(op, result)))
    return failure();
  bool real = getElementTypeOrSelf(input).isF32();
  Type weightElement = getElementTypeOrSelf(weight);
  if (getElementTypeOrSelf(result).isF32() != real || weightElement.isF32() != real)
    return op->emitOpError("expects input, weight and result to be all real or "
                           "all quantised, but got ")
           << getElementTypeOrSelf(input) << ", " << weightElement << " and "
           << getElementTypeOrSelf(result);
  Type biasElement = bias ? getElementTypeOrSelf(bias) : Type();
  if (biasElement && biasElement.isF32() != real)
    return op->emitOpError("expects a bias of ")
           << (real ? "f32" : "i32") << ", but got " << biasElement;
  if (real)
    return success();
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weightElement)) {
    if (perAxis.getQuantizedDimension() != outAxis)
      return op->emitOpError("expects weights quantised along axis ")
             << outAxis << ", but got axis " << perAxis.getQuantizedDimension();
    if (llvm::any_of(perAxis.getZeroPoints(), [](int64_t z) { return z != 0; }))
      return op->emitOpError("expects symmetric weights, but got a zero point");
    return success();
  }
  auto perTensor = dyn_cast<quant::UniformQuantizedType>(weightElement);
  if (!perTensor || perTensor.getZeroPoint() != 0)
    return op->emitOpError("expects symmetric quantised weights, but got ")
           << weightElement;
  return success();
}

LogicalResult ofa::verifySameElementType(Operation *op, Value input,
                                         Value result) {
  if (getElementTypeOrSelf(input) != getElementTypeOrSelf(result))
    return op->emitOpError("expects the result to have the input's element "
                           "type ")
           << getElementTypeOrSelf(input) << ", but got "
           << getElementTypeOrSelf(result);
  return verifyActivationType(op, input);
}

//===----------------------------------------------------------------------===//
// Specialisation
//===----------------------------------------------------------------------===//

ConstantOp ofa::getPresentConstant(Operation *user, Value parameter) {
  auto constant = parameter.getDefiningOp<ConstantOp>();
  if (!constant) {
    user->emitOpError("expects its parameters to be constants");
    return nullptr;
  }
  if (!constant.getValue()) {
    InFlightDiagnostic diag =
        user->emitOpError("needs the elements of parameter '")
        << constant.getName() << "', which are absent: train the supernet, or "
        << "build it with random weights";
    diag.attachNote(constant.getLoc()) << "declared here";
    return nullptr;
  }
  return constant;
}

Value ofa::sliceParameter(OpBuilder &builder, Operation *user, Value parameter,
                          ArrayRef<int64_t> shape) {
  ConstantOp constant = getPresentConstant(user, parameter);
  if (!constant)
    return nullptr;
  auto type = cast<RankedTensorType>(constant.getType());
  if (type.getShape() == shape)
    return ConstantOp::create(builder, constant.getLoc(), constant.getName(),
                              *constant.getValue());
  std::vector<float> values =
      sliceBox(copyElements<float>(*constant.getValue()), type.getShape(),
               SmallVector<int64_t>(shape.size(), 0), shape);
  return ConstantOp::create(
      builder, constant.getLoc(), constant.getName(),
      makeElements<float>(constant.getName(), type.clone(shape), values));
}

Operation *ofa::cloneStatic(OpBuilder &builder, Operation *op,
                            ValueRange operands, ArrayRef<int64_t> result,
                            ArrayRef<StringRef> dropped) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType()).clone(result);
  OperationState state(op->getLoc(), op->getName(), operands, type,
                       op->getAttrs());
  for (StringRef name : dropped)
    state.attributes.erase(name);
  return builder.create(state);
}

Operation *ofa::specializeByPrefix(ElasticOpInterface op, const Subnet &subnet,
                                   OpBuilder &builder, IRMapping &mapping,
                                   ArrayRef<StringRef> dropped) {
  SmallVector<SmallVector<int64_t>> shapes = getOperandShapes(op);
  Value input = mapping.lookup(op->getOperand(0));
  shapes[0] = llvm::to_vector(cast<ShapedType>(input.getType()).getShape());
  op.selectParameters(subnet, shapes);
  SmallVector<Value> operands = {input};
  for (unsigned i = 1, e = op->getNumOperands(); i != e; ++i) {
    Value parameter = sliceParameter(builder, op, op->getOperand(i), shapes[i]);
    if (!parameter)
      return nullptr;
    operands.push_back(parameter);
  }
  return cloneStatic(builder, op, operands, op.inferActiveShape(subnet, shapes),
                     dropped);
}

#define GET_OP_CLASSES
#include "ofa/Dialect/OFA/IR/OFAOps.cpp.inc"
