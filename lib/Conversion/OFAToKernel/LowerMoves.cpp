//===- LowerMoves.cpp - Kernels of operations that move elements ----------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::GlobalRole;

static SmallVector<kernel::Copy> planMove(const Move &move) {
  SmallVector<int64_t> sizes, from, to;
  for (const Move::Loop &loop : move.loops) {
    sizes.push_back(loop.count);
    from.push_back(loop.fromStride);
    to.push_back(loop.toStride);
  }
  return kernel::planCopy(sizes, from, to, move.from, move.to);
}

/// Whether the copies are one of all `count` elements of `from`.
static bool isIdentity(ArrayRef<kernel::Copy> copies, Value from,
                       int64_t count) {
  return copies.size() == 1 && copies[0].counts.empty() &&
         copies[0].run == count && copies[0].inputOffset == 0 &&
         copies[0].outputOffset == 0 &&
         cast<MemRefType>(from.getType()).getNumElements() == count;
}

LogicalResult ofa::lower(MoveOpInterface op, KernelLowering &lowering) {
  Value value = op->getResult(0);
  StringRef name = op->getAttrOfType<StringAttr>("name").getValue();
  OpBuilder &builder = lowering.getBuilder();
  SmallVector<Move> moves = op.getMoves();
  TypedAttr background = op.getBackground();
  MemRefType type = getMemoryType(value);

  SmallVector<std::pair<Value, SmallVector<kernel::Copy>>> copies;
  for (const Move &move : moves) {
    FailureOr<Value> memory = lowering.getMemory(op->getOperand(move.operand));
    if (failed(memory))
      return failure();
    copies.push_back({*memory, planMove(move)});
  }
  if (copies.size() == 1 &&
      isIdentity(copies[0].second, copies[0].first, type.getNumElements())) {
    lowering.setMemory(
        value, lowering.view(op->getLoc(), copies[0].first, type.getShape()));
    return success();
  }
  Value result = lowering.makeResult(value, name);
  if (auto integer = dyn_cast_or_null<IntegerAttr>(background))
    kernel::FillS8Op::create(builder, op->getLoc(), name, result,
                             integer.getInt());
  else if (auto real = dyn_cast_or_null<FloatAttr>(background))
    kernel::FillF32Op::create(builder, op->getLoc(), name, result,
                              real.getValue());
  for (auto &[memory, plan] : copies)
    lowering.copy(op->getLoc(), name, memory, result, plan);
  return success();
}

LogicalResult ofa::lower(ReshapeOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  lowering.setMemory(op.getResult(),
                     lowering.view(op.getLoc(), *memory, op.getShape()));
  return success();
}

LogicalResult ofa::lower(ResizeNearestOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  auto makeTable = [&](unsigned axis, StringRef what) {
    std::vector<int16_t> table;
    for (int64_t source : op.getSources(axis))
      table.push_back(int16_t(source));
    return lowering.makeGlobal<int16_t>(GlobalRole::Table,
                                        op.getName() + "." + what, table);
  };
  Value rows = makeTable(0, "rows"), columns = makeTable(1, "columns");
  kernel::ResizeNearestOp::create(
      lowering.getBuilder(), op.getLoc(), op.getName(), *memory, rows, columns,
      lowering.makeResult(op.getResult(), op.getName()));
  return success();
}
