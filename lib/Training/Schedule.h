//===- Schedule.h - Learning rate and subnets of a step --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_SCHEDULE_H
#define OFA_LIB_TRAINING_SCHEDULE_H

#include "ofa/Training/Graph.h"
#include "ofa/Training/Recipe.h"

namespace mlir::ofa::training {

/// The learning rate of a step; `stepsPerEpoch` steps make an epoch.
double getLearningRate(const Phase &phase, int64_t step, int64_t stepsPerEpoch);

int64_t getNumSteps(const Phase &phase, int64_t stepsPerEpoch);

/// The subnets of a step, the teacher first: a function of the seed, the phase
/// and the step alone.
std::vector<Subnet> sampleSubnets(const Graph &graph, const Recipe &recipe,
                                  size_t phase, int64_t step);

/// The smallest subnet that a phase may sample; the largest is always allowed.
Subnet getSmallestAllowed(const Graph &graph, const Phase &phase);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_SCHEDULE_H
