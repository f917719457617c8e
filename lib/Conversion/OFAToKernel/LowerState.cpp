//===- LowerState.cpp - States to buffers of their own ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A read moves nothing: its value is the state's memory, until a write. What
// then is still to be read of the old value is copied first.
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::BufferKind;

template <typename OpTy>
static Value getMemoryOfState(OpTy op, KernelLowering &lowering) {
  return lowering.getState(
      SymbolTable::lookupNearestSymbolFrom<StateOp>(op, op.getStateAttr()));
}

static bool isUsedAfter(Value value, Operation *op) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    return op->isBeforeInBlock(user);
  });
}

LogicalResult ofa::lower(ReadStateOp op, KernelLowering &lowering) {
  lowering.setMemory(op.getResult(), getMemoryOfState(op, lowering));
  return success();
}

LogicalResult ofa::lower(WriteStateOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getValue());
  if (failed(memory))
    return failure();
  Value state = getMemoryOfState(op, lowering);
  // The value that the state has anyway.
  if (kernel::getMemoryRoot(*memory) == state)
    return success();

  Value old;
  for (Value value : lowering.getValuesIn(state)) {
    if (!isUsedAfter(value, op))
      continue;
    if (!old) {
      std::string name = (op.getState() + ".old").str();
      old = lowering.makeBuffer(BufferKind::Internal, name,
                                cast<MemRefType>(state.getType()));
      lowering.copy(op.getLoc(), name, state, old);
    }
    lowering.setMemory(value, lowering.view(value.getLoc(), old,
                                            getMemoryType(value).getShape()));
  }
  lowering.copy(op.getLoc(), op.getName(), *memory, state);
  return success();
}
