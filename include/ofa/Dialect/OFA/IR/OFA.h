//===- OFA.h - The ofa dialect ----------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_OFA_H
#define OFA_DIALECT_OFA_IR_OFA_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::ofa {

class BlockOp;
class ForwardOp;
class Subnet;

/// Shapes of an operation's operands, in order.
using ShapeList = ArrayRef<SmallVector<int64_t>>;
using EmitError = function_ref<InFlightDiagnostic()>;

/// Input rows and columns that one output position reads: position o reads
/// `o * stride - before + tap * dilation` for each tap below `extent`.
struct Window2D {
  int64_t extent[2], stride[2], dilation[2];
  int64_t before[2], after[2];
};

/// A box of elements that goes from an operand to the result. Places are
/// counted in elements of the tensors as they lie in memory: element (i, j,
/// ...) of the box comes from `from + i * loops[0].fromStride + j *
/// loops[1].fromStride ...`.
struct Move {
  struct Loop {
    int64_t count, fromStride, toStride;
  };
  unsigned operand;
  int64_t from, to;
  SmallVector<Loop, 4> loops; ///< one per dimension, outermost first
};

/// See OFABase.td.
template <typename ConcreteOp>
class FoldsAway : public OpTrait::TraitBase<ConcreteOp, FoldsAway> {};
template <typename ConcreteOp>
class InPlace : public OpTrait::TraitBase<ConcreteOp, InPlace> {};

/// What reads and writes of states act on.
struct StateResource : SideEffects::Resource::Base<StateResource> {
  StringRef getName() final { return "ofa.state"; }
};

/// Where a quantised result's scale and zero point come from: its own measured
/// range, the first operand's type, or the operation's definition.
struct ResultScale {
  enum Kind { Measured, OfInput, Fixed } kind;
  double scale = 0;
  int64_t zeroPoint = 0;

  static ResultScale measured() { return {Measured}; }
  static ResultScale ofInput() { return {OfInput}; }
  static ResultScale fixed(double scale, int64_t zeroPoint) {
    return {Fixed, scale, zeroPoint};
  }
};

/// The type in which the elements of a tensor of `type` are stored: the type
/// itself, or a tensor of a quantised type's storage type.
RankedTensorType getStorageType(RankedTensorType type);

/// Calls `tie` with the channels of equal number of each operand that has as
/// many as the result; see ChannelOpInterface.
void tieChannelsByNumber(
    Operation *op,
    function_ref<void(unsigned operand, int64_t from, int64_t to)> tie);

/// The shapes of all operands of `op`, as their types say.
SmallVector<SmallVector<int64_t>> getOperandShapes(Operation *op);

inline constexpr llvm::StringLiteral kPreprocessingAttrName = "ofa.preprocessing";
inline constexpr llvm::StringLiteral kClassNamesAttrName = "ofa.class_names";
inline constexpr llvm::StringLiteral kSpecializationAttrName =
    "ofa.specialization";
inline constexpr llvm::StringLiteral kTrainingAttrName = "ofa.training";
inline constexpr llvm::StringLiteral kSourceTensorAttrName =
    "ofa.source_tensor";

} // namespace mlir::ofa

#include "ofa/Dialect/OFA/IR/OFADialect.h.inc"
#include "ofa/Dialect/OFA/IR/OFAEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "ofa/Dialect/OFA/IR/OFAAttributes.h.inc"
#include "ofa/Dialect/OFA/IR/OFAInterfaces.h.inc"
#define GET_OP_CLASSES
#include "ofa/Dialect/OFA/IR/OFAOps.h.inc"

#endif // OFA_DIALECT_OFA_IR_OFA_H
