//===- Signature.cpp - What a network takes and gives ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Signature.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Dialect/OFA/IR/OFA.h"

using namespace mlir;
using namespace mlir::ofa;

static std::string makeName(StringAttr name, StringRef what, unsigned index,
                            unsigned count) {
  if (name && !name.empty())
    return name.str();
  return count == 1 ? what.str() : what.str() + std::to_string(index);
}

std::string ofa::getInputName(func::FuncOp network, unsigned index) {
  return makeName(network.getArgAttrOfType<StringAttr>(index, kNameAttrName),
                  "input", index, network.getNumArguments());
}

std::string ofa::getOutputName(func::FuncOp network, unsigned index) {
  return makeName(network.getResultAttrOfType<StringAttr>(index, kNameAttrName),
                  "output", index, network.getNumResults());
}

bool ofa::isRealInput(func::FuncOp network, unsigned index) {
  return bool(network.getArgAttr(index, kRealAttrName));
}

bool ofa::isRealOutput(func::FuncOp network, unsigned index) {
  return bool(network.getResultAttr(index, kRealAttrName));
}

static LogicalResult verifyTensorAttribute(Operation *op, NamedAttribute attr) {
  StringRef name = attr.getName();
  if (name == kNameAttrName && !isa<StringAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be a string";
  if (name == kRealAttrName && !isa<UnitAttr>(attr.getValue()))
    return op->emitOpError("expects '") << name << "' to be a unit attribute";
  return success();
}

LogicalResult OFADialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                   unsigned,
                                                   NamedAttribute attr) {
  return verifyTensorAttribute(op, attr);
}

LogicalResult OFADialect::verifyRegionResultAttribute(Operation *op, unsigned,
                                                      unsigned,
                                                      NamedAttribute attr) {
  return verifyTensorAttribute(op, attr);
}
