//===- Footprint.cpp - Memory of emitted C, to the byte ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/C/Footprint.h"

#include "ModelLayout.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

Footprint ofa::computeFootprint(const ModelLayout &layout,
                                int64_t pointerBytes) {
  Footprint footprint;
  EntryOp entry = layout.entry;
  footprint.arena = entry.getArenaBytes().value_or(0);
  footprint.state = entry.getStateBytes().value_or(0);
  auto addData = [&](GlobalOp global) {
    (global.getRole() == GlobalRole::Weights ? footprint.weights
                                             : footprint.tables) +=
        global.getSizeInBytes();
  };
  for (const DataObject &data : layout.initialData)
    addData(data.global);
  std::optional<int64_t> stack = 0;
  for (const LayerObject &layer : layout.layers) {
    RuntimeKernelOpInterface op = layer.op;
    for (const DataObject &data : layer.data)
      addData(data.global);
    footprint.parameters += layer.params.getSizeInBytes(pointerBytes);
    footprint.macs += op.getMACs();
    std::optional<int64_t> kernel = findKernelStack(getCalledFunction(op));
    stack = stack && kernel ? std::optional(std::max(*stack, *kernel))
                            : std::nullopt;
  }
  if (stack)
    footprint.stack = *stack + getEntryStack();
  footprint.classNames = layout.classNameBytes * layout.classNames.size();
  return footprint;
}

Footprint ofa::computeFootprint(ModelOp model, int64_t pointerBytes) {
  return computeFootprint(ModelLayout(model), pointerBytes);
}
