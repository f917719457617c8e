//===- StateOps.cpp - What outlives a run ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "ofa/Dialect/OFA/IR/Elements.h"

using namespace mlir;
using namespace mlir::ofa;

ParseResult ofa::parseTypedElements(OpAsmParser &parser, TypeAttr &type,
                                    ElementsAttr &elements) {
  RankedTensorType tensor;
  if (parser.parseType(tensor) || parser.parseEqual() ||
      parseElements(parser, tensor, elements))
    return failure();
  type = TypeAttr::get(tensor);
  return success();
}

void ofa::printTypedElements(OpAsmPrinter &printer, Operation *, TypeAttr type,
                             ElementsAttr elements) {
  printer << type.getValue() << " = ";
  printer.printAttributeWithoutType(elements);
}

LogicalResult StateOp::verify() {
  Type element = getTensorType().getElementType();
  auto quantized = dyn_cast<quant::UniformQuantizedType>(element);
  if (!element.isF32() &&
      !(quantized && quantized.isSigned() &&
        quantized.getStorageType().isInteger(8))) // state_c1
    return emitOpError("expects a tensor of f32 or of a per-tensor "
                       "!quant.uniform<i8:f32, ...>, but got ")
           << element;
  if (getValue().getType() != getStorageType(getTensorType())) // state_c2
    return emitOpError("expects elements of ")
           << getStorageType(getTensorType()) << ", but got "
           << getValue().getType();
  return verifyElements(getValue(), [&] { return emitOpError(); }); // state_c3
}

/// The state that an access names, of the type that it has.
template <typename OpT>
static LogicalResult verifyState(OpT op, SymbolTableCollection &tables,
                                 Value value) {
  auto state = tables.lookupNearestSymbolFrom<StateOp>(op, op.getStateAttr());
  if (!state) // read_state_c1, write_state_c1
    return op.emitOpError("expects '")
           << op.getState() << "' to be an 'ofa.state' of the module";
  if (state.getTensorType() == value.getType())
    return success();
  InFlightDiagnostic diagnostic = // read_state_c2, write_state_c2
      op.emitOpError("expects the state's type ")
      << state.getTensorType() << ", but got " << value.getType();
  diagnostic.attachNote(state.getLoc()) << "the state is here";
  return diagnostic;
}

LogicalResult ReadStateOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyState(*this, tables, getResult());
}

LogicalResult WriteStateOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyState(*this, tables, getValue());
}
