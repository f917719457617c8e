//===- KernelOpUtils.h - What kernel ops share ------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H
#define OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/IR/Window.h"

namespace mlir::kernel {

inline MemRefType getType(Value value) {
  return cast<MemRefType>(value.getType());
}
inline int64_t getCount(Value value) { return getType(value).getNumElements(); }
/// Elements of the innermost dimension; 1 for rank 0.
int64_t getInnermost(Value value);

template <typename OpTy>
Window getWindow(OpTy op) {
  return {getType(op.getInput()).getShape(), getType(op.getOutput()).getShape(),
          op.getKernel(), op.getStride(), op.getPadding()};
}

/// Of a convolution.
template <typename OpTy>
Window getDilatedWindow(OpTy op) {
  Window window = getWindow(op);
  window.dilation = {op.getDilation()[0], op.getDilation()[1]};
  return window;
}

/// Whether the convolution `op` needs the kernel for dilation and groups.
template <typename OpTy>
bool isGeneral(OpTy op, int64_t groups = 1) {
  return op.getDilation() != ArrayRef<int64_t>{1, 1} || groups != 1;
}

/// The largest sizes that a family of kernels takes, per axis.
struct WindowLimits {
  int64_t kernel, stride;
};
inline constexpr WindowLimits convLimits = {16, 16}; // OFA_MAX_KERNEL, _STRIDE
inline constexpr WindowLimits poolLimits = {255, 255};

/// Verifies ranks, batch and the runtime's limits, and that each window touches
/// the image.
LogicalResult verifyWindow(Operation *op, const Window &window,
                           WindowLimits limits);
/// Verifies that groups divide the channels of a convolution.
LogicalResult verifyGroups(Operation *op, const Window &window, int64_t groups);
LogicalResult verifyCount(Operation *op, Value value, int64_t expected,
                          StringRef what);
LogicalResult verifySameCount(Operation *op, Value lhs, Value rhs);
LogicalResult verifySameShape(Operation *op, Value lhs, Value rhs);
/// Verifies that `rhs` has as many elements as `lhs` or can be repeated.
LogicalResult verifyBinary(Operation *op, Value lhs, Value rhs, Value output);
/// Verifies the sizes of a mean over all but batches and the innermost
/// dimension.
LogicalResult verifyMean(Operation *op, Value input, Value output,
                         int64_t batches);
/// Verifies that `value` is constant data, as pointers in parameters must be.
LogicalResult verifyConstant(Operation *op, Value value, StringRef what);
LogicalResult verifyPositive(Operation *op, const APFloat &value,
                             StringRef what);
LogicalResult verifyBounds(Operation *op, int64_t min, int64_t max);
LogicalResult verifyBounds(Operation *op, const std::optional<APFloat> &min,
                           const std::optional<APFloat> &max);

template <typename OpTy>
LogicalResult verifyActivation(OpTy op) {
  return verifyBounds(op, op.getActivationMin(), op.getActivationMax());
}

/// Whether the right operand of `op` is repeated over the left one.
template <typename OpTy>
bool isRepeated(OpTy op) {
  return getCount(op.getRhs()) != getCount(op.getLhs());
}

template <typename OpTy>
LogicalResult verifyReversed(OpTy op) {
  if (!op.getReversed() || isRepeated(op))
    return success();
  return op.emitOpError("expects 'reversed' with a right operand that is "
                        "repeated only, but got ")
         << getType(op.getRhs());
}

/// Whether a spatial kernel can make rows: not of one column, whose rows lie
/// across.
inline bool hasRows(const Window &window) {
  return window.input[1] > 1 && getRowAxes(window).first == 0;
}
inline RowWindow getWindowRows(const Window &window) {
  return {window.input[1], window.kernel[0], window.stride[0],
          window.padding[0]};
}
/// A tensor of several rows in memory that may be a ring.
inline bool hasRows(Value value) {
  MemRefType type = getType(value);
  return getRootBuffer(value) && type.getRank() == 4 && type.getDimSize(0) == 1 &&
         type.getDimSize(1) > 1;
}

/// Elements of one row.
inline int64_t getRowCount(Value value) {
  return getCount(value) / getType(value).getDimSize(1);
}

/// Whether a kernel that makes each element of one can make rows.
template <typename OpTy>
bool hasElementRows(OpTy op) {
  return hasRows(op.getInput()) && hasRows(op.getOutput()) &&
         getType(op.getInput()).getShape() ==
             getType(op.getOutput()).getShape();
}
template <typename OpTy>
RowWindow getSameRow(OpTy op) {
  return {getType(op.getOutput()).getDimSize(1)};
}

/// Element by element; what is repeated is read again, so it stays apart.
template <typename OpTy>
std::optional<OverlapRule> getBinaryOverlapRule(OpTy op, OpOperand &operand) {
  if (isRepeated(op) && operand.get() == op.getRhs())
    return std::nullopt;
  return OverlapRule::inPlace();
}

/// The global that `value` refers to.
FlatSymbolRefAttr getGlobalRef(Value value);

/// Multiply-accumulates, taps outside the image included.
int64_t getWindowMACs(const Window &window, int64_t inputsPerTap);

/// The runtime function for a rounding.
std::string withRounding(StringRef function, Rounding rounding);

void addWindow(Params &params, const Window &window);
/// The window and what only general convolutions have.
void addGeneralWindow(Params &params, const Window &window, int64_t groups);
void addBounds(Params &params, const std::optional<APFloat> &min,
               const std::optional<APFloat> &max);

template <typename OpTy>
void addActivation(Params &params, OpTy op) {
  params.addInt8("activation_min", op.getActivationMin())
      .addInt8("activation_max", op.getActivationMax());
}

} // namespace mlir::kernel

#endif // OFA_LIB_DIALECT_KERNEL_IR_KERNELOPUTILS_H
