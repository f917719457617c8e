//===- RankCorrelation.h - How alike two orders are ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_RANKCORRELATION_H
#define OFA_TRAINING_RANKCORRELATION_H

#include "llvm/ADT/ArrayRef.h"

namespace mlir::ofa::training {

/// Spearman's: the correlation of ranks; equal values share the mean of theirs.
/// From -1 to 1; 0 where all values of one side are equal.
double computeSpearman(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b);

/// Kendall's tau-b: (pairs in the same order - pairs in the opposite order) over
/// the geometric mean of the pairs that differ in `a` and in `b`. Pairs that are
/// equal on a side are in no order. Range as above.
double computeKendall(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_RANKCORRELATION_H
