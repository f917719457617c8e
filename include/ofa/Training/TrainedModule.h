//===- TrainedModule.h - What training adds to a module ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_TRAINEDMODULE_H
#define OFA_TRAINING_TRAINEDMODULE_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace mlir::ofa {
struct ImageSet;
} // namespace mlir::ofa

namespace mlir::ofa::training {

struct TrainingCost;

/// Writes text if the name ends in `.mlir`, else bytecode: to a temporary name
/// first, so that the file is whole or not there.
llvm::Error writeModule(ModuleOp module, StringRef path);

/// Whether a file could be made beside `path`; leaves nothing behind.
llvm::Error checkWritable(StringRef path);

/// Pixels of `count` of the images, as many of each class as possible: a
/// function of `seed`.
std::vector<uint8_t> chooseCalibration(const ImageSet &images, int64_t count,
                                       uint64_t seed);

/// Gives the supernet class names and, where it has none, preprocessing, and
/// the module calibration images: `pixels`, of the size of `images`.
void describeData(ModuleOp module, SupernetOp supernet, const ImageSet &images,
                  ArrayRef<uint8_t> pixels);

/// Adds the run to the module's `ofa.training`: a module that is trained again
/// keeps what it has taken before. As energy differs from run to run, so do the
/// module's bytes. Returns what all runs together took, for people; nothing if
/// this is the first one.
std::string describeCost(ModuleOp module, const TrainingCost &cost);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_TRAINEDMODULE_H
