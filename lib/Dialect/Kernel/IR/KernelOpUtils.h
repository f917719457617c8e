//===- KernelOpUtils.h - What kernel ops share ------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H
#define OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H

#include "ofa/Dialect/Kernel/IR/Kernel.h"

namespace mlir::kernel {

inline MemRefType getType(Value value) {
  return cast<MemRefType>(value.getType());
}
inline int64_t getCount(Value value) { return getType(value).getNumElements(); }
/// Elements of the innermost dimension; 1 for rank 0.
int64_t getInnermost(Value value);

/// The geometry of a spatial kernel on [1, h, w, c] operands.
struct Window {
  ArrayRef<int64_t> input, output;           // shapes
  ArrayRef<int64_t> kernel, stride, padding; // [height, width], [top, left]

  /// First input row or column (axis 0 or 1) of output row or column `i`,
  /// before clipping.
  int64_t start(unsigned axis, int64_t i) const {
    return i * stride[axis] - padding[axis];
  }
};

template <typename OpTy>
Window getWindow(OpTy op) {
  return {getType(op.getInput()).getShape(), getType(op.getOutput()).getShape(),
          op.getKernel(), op.getStride(), op.getPadding()};
}

/// Verifies ranks, batch and the runtime's limits, and that each window touches
/// the image.
LogicalResult verifyWindow(Operation *op, const Window &window,
                           int64_t largestKernel);
LogicalResult verifyCount(Operation *op, Value value, int64_t expected,
                          StringRef what);
LogicalResult verifySameCount(Operation *op, Value lhs, Value rhs);
LogicalResult verifySameShape(Operation *op, Value lhs, Value rhs);
/// Verifies that `value` is constant data, as pointers in parameters must be.
LogicalResult verifyConstant(Operation *op, Value value, StringRef what);
LogicalResult verifyPositive(Operation *op, const APFloat &value,
                             StringRef what);
LogicalResult verifyPad(Operation *op, Value input, Value output,
                        ArrayRef<int64_t> padding);
LogicalResult verifyBounds(Operation *op, int64_t min, int64_t max);
LogicalResult verifyBounds(Operation *op, const std::optional<APFloat> &min,
                           const std::optional<APFloat> &max);

template <typename OpTy>
LogicalResult verifyActivation(OpTy op) {
  return verifyBounds(op, op.getActivationMin(), op.getActivationMax());
}

/// The global that `value` refers to.
FlatSymbolRefAttr getGlobalRef(Value value);

/// How the input must follow the output for a kernel that makes `step` output pixels at a time in raster order and may
/// write all their bytes before it last reads their windows (the formula of
/// runtime/include/ofa_kernels_s8.h).
OverlapRule getWindowOverlapRule(const Window &window, int64_t step,
                                 int64_t elementBytes);

/// Multiply-accumulates, taps outside the image included.
int64_t getWindowMACs(const Window &window, int64_t inputsPerTap);

void addWindow(Params &params, const Window &window);
void addBounds(Params &params, const std::optional<APFloat> &min,
               const std::optional<APFloat> &max);

template <typename OpTy>
void addActivation(Params &params, OpTy op) {
  params.addInt8("activation_min", op.getActivationMin())
      .addInt8("activation_max", op.getActivationMax());
}

} // namespace mlir::kernel

#endif // OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H
