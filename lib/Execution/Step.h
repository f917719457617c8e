//===- Step.h - One operation, prepared to run ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_EXECUTION_STEP_H
#define OFA_LIB_EXECUTION_STEP_H

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Execution/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include <functional>

namespace mlir::ofa {

/// Computes `result`, which has its size, from the values of the step's
/// operands. Called from several threads at once.
using StepFunction =
    std::function<void(ArrayRef<const Tensor *> operands, Tensor &result)>;

/// An operation with its parameters laid out.
struct Step {
  /// The operands that are values of the network; all others are parameters,
  /// which the function holds.
  SmallVector<unsigned, 2> operands;
  StepFunction run;
};

/// How to prepare each kind of operation. Fails after one diagnostic.
class StepRegistry {
public:
  template <typename OpT, FailureOr<Step> (*prepareOp)(OpT)>
  void add() {
    table[TypeID::get<OpT>()] = [](Operation *op) {
      return prepareOp(cast<OpT>(op));
    };
  }
  FailureOr<Step> prepare(Operation *op) const {
    auto it = table.find(op->getName().getTypeID());
    if (it == table.end())
      return op->emitOpError("cannot be executed with these types");
    return it->second(op);
  }

private:
  llvm::DenseMap<TypeID, FailureOr<Step> (*)(Operation *)> table;
};

// On the runtime's float kernels.
void addFloatLayers(StepRegistry &registry);
void addFloatElementwise(StepRegistry &registry);
void addFloatMoves(StepRegistry &registry);
// By definition, in integers.
void addQuantizedLayers(StepRegistry &registry);
void addQuantizedActivations(StepRegistry &registry);
void addQuantizedElementwise(StepRegistry &registry);
void addQuantizedMoves(StepRegistry &registry);
void addQuantizedPooling(StepRegistry &registry);
void addQuantizedSoftmax(StepRegistry &registry);

/// Prepares `op`, real or quantised; fails after one diagnostic.
FailureOr<Step> prepareStep(Operation *op);

/// The elements of the constant behind a parameter of `user`; T is its storage
/// type. Fails after one diagnostic where there are none.
template <typename T>
FailureOr<std::vector<T>> readParameter(Operation *user, Value parameter) {
  auto constant = parameter.getDefiningOp<ConstantOp>();
  if (!constant || !constant.getValue())
    return user->emitOpError(
        "expects parameters to be constants with elements, "
        "but one has none: train the supernet, or build it "
        "with random weights");
  return copyElements<T>(*constant.getValue());
}

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// For each element of shape `to`, in memory order, the element of shape `from`
/// that is broadcast to it.
std::vector<int64_t> getBroadcastSources(ArrayRef<int64_t> from,
                                         ArrayRef<int64_t> to);

} // namespace mlir::ofa

#endif // OFA_LIB_EXECUTION_STEP_H
