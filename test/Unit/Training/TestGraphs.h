//===- TestGraphs.h - Small elastic networks for tests ---------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_TRAINING_TESTGRAPHS_H
#define OFA_TEST_UNIT_TRAINING_TESTGRAPHS_H

#include "ofa/Data/ImageSet.h"
#include "ofa/Training/Graph.h"

namespace mlir::ofa::training {

/// A stem, one stage of two MBConv blocks with elastic depth, kernel (with
/// matrices), expand and resolution 8 or 12, squeeze-excite in the first block,
/// and a classifier of `classes`. All parameters, matrices and statistics are
/// random.
Graph makeTestGraph(int64_t classes, uint64_t seed);

/// A graph of one depthwise layer of 7x7 with matrices, kernel choice 3, 5, 7.
Graph makeDepthwiseGraph(uint64_t seed);

/// 12x12 images of `classes` classes that differ by brightness.
ImageSet makeTestImages(int64_t count, int64_t classes);

} // namespace mlir::ofa::training

#endif // OFA_TEST_UNIT_TRAINING_TESTGRAPHS_H
