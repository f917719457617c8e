//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_KERNEL_H
#define OFA_DIALECT_KERNEL_IR_KERNEL_H

#include "ofa/Dialect/Kernel/IR/OverlapRule.h"
#include "ofa/Dialect/Kernel/IR/Params.h"
#include "ofa/Dialect/Kernel/IR/RowWindow.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include <optional>
#include <vector>

#include "ofa/Dialect/Kernel/IR/KernelDialect.h.inc"
#include "ofa/Dialect/Kernel/IR/KernelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "ofa/Dialect/Kernel/IR/KernelAttributes.h.inc"
#include "ofa/Dialect/Kernel/IR/KernelInterfaces.h.inc"

namespace mlir::kernel {

class GlobalOp;
class EntryOp;
class BufferOp;

/// Rows that the memory of such a type has places for: all, or those of a ring.
int64_t getRowPlaces(MemRefType type);

/// The C function that is called for a kernel, where it is, and its parameters:
/// those for rows in a segment.
std::string getCalledFunction(RuntimeKernelOpInterface op);
Params getCalledParams(RuntimeKernelOpInterface op);

/// Follows views to the `kernel.buffer` or `kernel.get_global` whose memory
/// `value` is.
Value getMemoryRoot(Value value);

/// The buffer whose memory `value` is; null if it is constant data.
BufferOp getRootBuffer(Value value);

namespace detail {
/// Reads of all operands and a write of the destination.
void getKernelEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects);

/// Input, output and, if there is one, the memory for sums.
template <typename OpTy>
SmallVector<Value> getSummingBuffers(OpTy op) {
  SmallVector<Value> buffers = {op.getInput(), op.getOutput()};
  if (op.getSums())
    buffers.push_back(op.getSums());
  return buffers;
}
} // namespace detail
} // namespace mlir::kernel

#define GET_OP_CLASSES
#include "ofa/Dialect/Kernel/IR/KernelOps.h.inc"

#endif // OFA_DIALECT_KERNEL_IR_KERNEL_H
