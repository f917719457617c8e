//===- AttachPredictor.h - A fitted predictor in a module ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_ATTACHPREDICTOR_H
#define OFA_TRAINING_ATTACHPREDICTOR_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Training/FitPredictor.h"

namespace mlir::ofa::training {

/// Puts an `ofa.predictor` behind the supernet, in the place of one that it
/// has.
void attachPredictor(SupernetOp supernet, const FittedPredictor &fitted);

/// Removes the predictors of the supernet, and says whether there were any.
bool removePredictors(SupernetOp supernet);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_ATTACHPREDICTOR_H
