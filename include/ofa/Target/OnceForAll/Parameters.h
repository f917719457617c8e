//===- Parameters.h - Published parameters of networks ----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_ONCEFORALL_PARAMETERS_H
#define OFA_TARGET_ONCEFORALL_PARAMETERS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "ofa/Target/Torch/StateDict.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::ofa {

/// How Once-for-All's modules name their parts.
enum class Family { MobileNetV3, ProxylessNAS, ResNet50 };

/// The tensors of a state dictionary, by names in the newer spelling.
class NamedTensors {
public:
  /// Fails after one diagnostic at `loc` where two names differ in spelling
  /// alone.
  static FailureOr<NamedTensors> create(Location loc,
                                        const torch::StateDict &tensors);

  const torch::Tensor *lookup(const Twine &name) const;
  /// The first of `names` that is there.
  const torch::Tensor *lookup(ArrayRef<std::string> names,
                              std::string &found) const;
  /// In the file's order.
  ArrayRef<std::string> getNames() const { return names; }
  bool hasPrefix(StringRef prefix) const;

private:
  std::vector<std::string> names;
  llvm::StringMap<const torch::Tensor *> tensors;
};

/// Gives the constants in `network`, a supernet or a function that this project
/// names, their elements. Fails after one diagnostic at `loc` that names the
/// first few of the tensors that are missing, have another shape or have no
/// place in the network.
LogicalResult fillParameters(Location loc, Operation *network, Family family,
                             const NamedTensors &tensors);

/// The names that the weight of one of a family's blocks may have.
SmallVector<std::string> getProjectionNames(Family family, unsigned block);

} // namespace mlir::ofa

#endif // OFA_TARGET_ONCEFORALL_PARAMETERS_H
