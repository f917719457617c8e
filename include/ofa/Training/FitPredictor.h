//===- FitPredictor.h - Accuracy of subnets from a few hundred -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_FITPREDICTOR_H
#define OFA_TRAINING_FITPREDICTOR_H

#include "ofa/Search/Predictor.h"
#include "ofa/Training/Graph.h"

namespace mlir::ofa::training {

/// A predictor for a graph's subnets, and how it does on subnets that it was not
/// fitted on.
struct FittedPredictor {
  /// Inputs are one-hot codes of all choices in order, without those that a
  /// subnet does not read (OneHotEncoding::makeDense).
  std::vector<Predictor::Layer> layers;
  float base = 0;
  int64_t numFitted = 0, numUnseen = 0;
  /// Of unseen subnets, as fractions: the root of the mean squared error, and
  /// what nine of ten errors do not exceed.
  double rmse = 0, error90 = 0;
  double spearman = 0, kendall = 0;
};

/// Fits a predictor to the measured accuracies of `subnets`, the last `unseen`
/// of which are kept back to judge it. A function of the arguments. Fails on
/// too few subnets.
llvm::Expected<FittedPredictor> fitPredictor(const Graph &graph,
                                             llvm::ArrayRef<Subnet> subnets,
                                             llvm::ArrayRef<double> accuracies,
                                             int64_t unseen, uint64_t seed);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_FITPREDICTOR_H
