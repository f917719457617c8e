//===- Checkpoint.h - The whole state of a training run --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_CHECKPOINT_H
#define OFA_LIB_TRAINING_CHECKPOINT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa::training {

/// What a run adds up, and goes on adding to when it is resumed.
struct RunTotals {
  double seconds = 0; ///< spent training
  /// Not a number in a checkpoint of the first version, which has none.
  double joules = 0;
  /// Of the epoch that has begun: steps, and sums of their losses.
  uint64_t epochSteps = 0;
  double loss = 0;
  double teacherLoss = 0;
};

/// Everything that a run needs to go on to the same end. Random numbers are
/// functions of the position, so that they need no place here.
struct Checkpoint {
  /// Graph::getFingerprint, and a hash of what in the recipe changes results.
  uint64_t graph = 0;
  uint64_t recipe = 0;
  uint64_t phase = 0;
  uint64_t step = 0; ///< steps done in the phase
  RunTotals totals;
  /// Weights, momentum and statistics, tensor after tensor.
  std::vector<std::vector<float>> tensors;
};

/// Written under a temporary name, synchronised and renamed: the file is
/// always whole, the old one or the new one.
llvm::Error writeCheckpoint(llvm::StringRef path, const Checkpoint &checkpoint);

/// Fails on a file that is cut or damaged.
llvm::Expected<Checkpoint> readCheckpoint(llvm::StringRef path);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_CHECKPOINT_H
