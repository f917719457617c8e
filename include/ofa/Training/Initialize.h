//===- Initialize.h - First values of parameters ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_INITIALIZE_H
#define OFA_TRAINING_INITIALIZE_H

#include "ofa/Training/Graph.h"

namespace mlir::ofa::training {

/// Fills a parameter's data, of which only name, role and shape count: normal
/// numbers with variance 2 / (outputs that an input reaches) for convolutions
/// and 0.01^2 for fully connected layers, identity matrices, batch norms that
/// change nothing, zero biases. A function of `seed` and `index` alone.
void initializeParameter(Parameter &parameter, bool isDepthwise, uint64_t seed,
                         size_t index);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_INITIALIZE_H
