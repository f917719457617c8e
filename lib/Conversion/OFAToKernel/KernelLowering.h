//===- KernelLowering.h - A network on its way to kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_CONVERSION_OFATOKERNEL_KERNELLOWERING_H
#define OFA_LIB_CONVERSION_OFATOKERNEL_KERNELLOWERING_H

#include "ofa/Dialect/Kernel/IR/CopyPlan.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Quantization/Requantize.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::ofa {
class KernelLowering;
} // namespace mlir::ofa

#include "ofa/Conversion/OFAToKernel/KernelOpInterface.h.inc"

namespace mlir::ofa {

/// What an operation needs to become a kernel: the memory of its operands, new
/// buffers and globals, and a builder at the end of the entry.
class KernelLowering {
public:
  KernelLowering(kernel::ModelOp model, kernel::EntryOp entry);

  OpBuilder &getBuilder() { return builder; }

  /// The memory of a value of the network; a constant becomes a global. Fails
  /// after one diagnostic for a constant without elements.
  FailureOr<Value> getMemory(Value value);
  void setMemory(Value value, Value memory) { memories[value] = memory; }

  /// A buffer for `value`, which is the memory of `value` from now on.
  Value makeResult(Value value, StringRef name);
  Value makeBuffer(kernel::BufferKind kind, StringRef name, MemRefType type,
                   kernel::QuantizationAttr quantization = {});

  /// The buffer of a state, made where it is first asked for.
  Value getState(StateOp state);
  /// The values of the network whose memory is, or is a view of, `memory`; in
  /// program order.
  SmallVector<Value> getValuesIn(Value memory) const;

  /// Copies all elements. Both have as many, of one type, in different buffers.
  void copy(Location loc, StringRef name, Value from, Value to);

  /// A reference to new constant data, a flat array of T (int8_t, int16_t,
  /// int32_t, float) under a name that is made unique.
  template <typename T>
  Value makeGlobal(kernel::GlobalRole role, const Twine &name,
                   ArrayRef<T> values);

  /// `memory` with another shape of as many elements.
  Value view(Location loc, Value memory, ArrayRef<int64_t> shape);

  /// Moves elements from one memory to another.
  void copy(Location loc, StringRef name, Value from, Value to,
            ArrayRef<kernel::Copy> copies);

private:
  Value insertGlobal(kernel::GlobalOp global);

  kernel::ModelOp model;
  SymbolTable symbols;
  OpBuilder builder; ///< At the end of the entry, where kernels go.
  llvm::DenseMap<Value, Value> memories;
  llvm::DenseMap<StringAttr, Value> states;
};

/// Whether values of the network are int8.
bool isQuantized(Value value);
/// The storage of a value of the network.
MemRefType getMemoryType(Value value);
/// Of a value quantised per tensor.
QuantizedScale getScale(Value value);
/// What the integers of a quantised value mean; null for floats.
kernel::QuantizationAttr getQuantization(Value value);
/// Bounds of an int8 result with a fused activation.
QuantizedRange getRange(Activation activation, Value result);
/// Bounds of a float result, null where there is none.
std::pair<FloatAttr, FloatAttr> getBounds(Activation activation,
                                          Builder &builder);
kernel::Rounding getRounding(Rounding rounding);

/// Fails after one diagnostic at `op` if requantising integers of up to
/// `largest` by `factor` may leave 32 bits: no network that makes sense has
/// such scales.
LogicalResult checkFactor(Operation *op, Multiplier factor, int64_t largest);

/// The strides of windows; 1 along an axis with one window, where any is right
/// and the kernels' fields may be too small for the given one.
template <typename OpTy>
SmallVector<int64_t> getStrides(OpTy op) {
  ArrayRef<int64_t> windows = op.getResult().getType().getShape().slice(1, 2);
  SmallVector<int64_t> strides(op.getStrides());
  for (auto [stride, count] : llvm::zip(strides, windows))
    stride = count == 1 ? 1 : stride;
  return strides;
}

/// Elements of the constant `value`; fails after one diagnostic at `user` if it
/// is none or has no elements.
template <typename T>
FailureOr<std::vector<T>> readConstant(Operation *user, Value value);

} // namespace mlir::ofa

#endif // OFA_LIB_CONVERSION_OFATOKERNEL_KERNELLOWERING_H
