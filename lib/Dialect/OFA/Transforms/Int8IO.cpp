//===- Int8IO.cpp - Networks that take and give int8 ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/IR/Signature.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_INT8IOPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

static bool isReal(Value value) { return getElementTypeOrSelf(value).isF32(); }

/// Makes the argument what its one reader quantises it to.
static LogicalResult dropQuantize(func::FuncOp function, unsigned index) {
  BlockArgument argument = function.getArgument(index);
  if (!isReal(argument))
    return success();
  auto quantize = argument.hasOneUse()
                      ? dyn_cast<QuantizeOp>(*argument.getUsers().begin())
                      : QuantizeOp();
  if (!quantize)
    return function.emitOpError("expects input '")
           << getInputName(function, index)
           << "' to be quantised by its only reader for int8-io, but it is "
              "read "
              "as "
           << argument.getType();
  argument.setType(quantize.getType());
  quantize.replaceAllUsesWith(Value(argument));
  quantize.erase();
  function.setArgAttr(index, kRealAttrName,
                      UnitAttr::get(function.getContext()));
  return success();
}

/// Makes the result what is dequantised to it.
static LogicalResult dropDequantize(func::FuncOp function, unsigned index) {
  OpOperand &result = function.front().getTerminator()->getOpOperand(index);
  if (!isReal(result.get()))
    return success();
  auto dequantize = result.get().getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return function.emitOpError("expects output '")
           << getOutputName(function, index)
           << "' to be dequantised at the end for int8-io, but it is made as "
           << result.get().getType();
  result.set(dequantize.getInput());
  if (dequantize.use_empty())
    dequantize.erase();
  function.setResultAttr(index, kRealAttrName,
                         UnitAttr::get(function.getContext()));
  return success();
}

namespace {
struct Int8IO final : ofa::impl::Int8IOPassBase<Int8IO> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    for (unsigned i = 0; i != function.getNumArguments(); ++i)
      if (failed(dropQuantize(function, i)))
        return signalPassFailure();
    for (unsigned i = 0; i != function.getNumResults(); ++i)
      if (failed(dropDequantize(function, i)))
        return signalPassFailure();
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.front().getArgumentTypes(),
        function.front().getTerminator()->getOperandTypes()));
  }
};
} // namespace
