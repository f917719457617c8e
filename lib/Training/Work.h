//===- Work.h - Multiply-accumulates that training takes -------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_WORK_H
#define OFA_LIB_TRAINING_WORK_H

#include "ofa/Training/Graph.h"
#include "ofa/Training/Recipe.h"

namespace mlir::ofa::training {

/// Multiply-accumulates of convolutions and fully connected layers for one
/// image, forward.
int64_t countMacs(const Graph &graph, const Subnet &subnet);

/// Their mean over the space, every value of every choice alike: of 1,000
/// subnets, always the same.
double estimateMeanMacs(const Graph &graph);

/// What one image takes in a step, in multiply-accumulates of subnets that go
/// forward and backward once. A frozen teacher goes forward alone, which is a
/// third of that.
double countStepMacs(const Graph &graph, const Recipe &recipe, size_t phase,
                     int64_t step);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_WORK_H
