//===- OpUtils.h - What several operations of the dialect share -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_IR_OPUTILS_H
#define OFA_LIB_DIALECT_OFA_IR_OPUTILS_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::ofa {

/// Output positions of a window along each axis, or failure where the dilated
/// window is larger than the padded input.
FailureOr<std::array<int64_t, 2>> inferWindows(ArrayRef<int64_t> input,
                                               const Window2D &window,
                                               EmitError emitError);

/// A Window2D from the attributes of an operation.
Window2D makeWindow(int64_t height, int64_t width, ArrayRef<int64_t> strides,
                    ArrayRef<int64_t> pad, ArrayRef<int64_t> dilations);

/// Parses elements whose type is implied: the storage of `type`.
ParseResult parseElements(OpAsmParser &parser, RankedTensorType type,
                          ElementsAttr &elements);

/// `tensor<2xf32> = dense<0.0>`
ParseResult parseTypedElements(OpAsmParser &parser, TypeAttr &type,
                               ElementsAttr &elements);
void printTypedElements(OpAsmPrinter &printer, Operation *op, TypeAttr type,
                        ElementsAttr elements);

/// Checks an operation's only result against what its operands imply.
LogicalResult verifyInferredShape(CostOpInterface op);

/// Checks that input and result are both real, or both quantised per tensor
/// with i8 storage, and that the parameters fit: `outAxis` is the weight's
/// axis of output channels.
LogicalResult verifyLayerTypes(Operation *op, Value input, Value weight,
                               Value bias, Value result, int64_t outAxis);

/// Checks that `input` and `result` have the same element type.
LogicalResult verifySameElementType(Operation *op, Value input, Value result);

/// Checks an activation: real, or quantised per tensor with i8 storage.
LogicalResult verifyActivationType(Operation *op, Value value);

/// The leading part of shape `shape` of the constant behind `parameter`, as a
/// new constant; null after a diagnostic where the weights are absent.
Value sliceParameter(OpBuilder &builder, Operation *user, Value parameter,
                     ArrayRef<int64_t> shape);

/// The constant that defines `parameter`; null after a diagnostic where there
/// is none or it has no elements.
ConstantOp getPresentConstant(Operation *user, Value parameter);

/// Clones `op` with `operands`, a result of shape `result`, and without the
/// inherent attributes `dropped`.
Operation *cloneStatic(OpBuilder &builder, Operation *op, ValueRange operands,
                       ArrayRef<int64_t> result, ArrayRef<StringRef> dropped);

/// The operation that `op` is in a subnet whose parameters are prefixes: what
/// every elastic operation does but for its own exceptions.
Operation *specializeByPrefix(ElasticOpInterface op, const Subnet &subnet,
                              OpBuilder &builder, IRMapping &mapping,
                              ArrayRef<StringRef> dropped);

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_IR_OPUTILS_H
