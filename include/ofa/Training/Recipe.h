//===- Recipe.h - How a supernet is trained --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_RECIPE_H
#define OFA_TRAINING_RECIPE_H

#include "ofa/Training/Augmentation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa::training {

/// A part of the training in which the same subnets may be sampled.
/// Progressive shrinking is a list of phases that allow more and more.
struct Phase {
  std::string name;
  double epochs = 0;
  /// The learning rate rises linearly from 0 for this long, then falls to 0
  /// as a half cosine.
  double warmupEpochs = 0;
  double peakLearningRate = 0;
  /// Positions in each choice's values that may be sampled; a missing or empty
  /// list allows all of them. "Largest" and "smallest" are the last and first
  /// allowed positions.
  std::vector<std::vector<int>> allowed;
  /// Sandwich rule: the largest and the smallest subnet in every step.
  bool sandwich = true;
  /// Random subnets in every step.
  int randomSubnets = 2;
  /// The largest subnet of the step teaches the others; else all learn from
  /// the labels. Needs `sandwich`.
  bool distill = true;
};

struct Recipe {
  std::vector<Phase> phases;
  int64_t batchSize = 128;
  /// Nesterov momentum of the stochastic gradient descent.
  double momentum = 0.9;
  /// On weights and kernel matrices; biases and batch norms do not decay.
  double weightDecay = 1e-4;
  double labelSmoothing = 0.1;
  /// Weight of a new batch in the running statistics of the largest subnet.
  double batchNormMomentum = 0.1;
  /// Gradients of a step longer than this are scaled down to it; 0: never.
  double maxGradientNorm = 0;
  /// One resolution for all subnets of a step; else every subnet has its own,
  /// the largest the largest.
  bool resolutionPerStep = false;
  Augmentation augmentation;
  uint64_t seed = 0;
  /// Worker threads. Each has its part of the batch and its own batch norm
  /// statistics, so that results depend on their number.
  int threads = 1;
};

/// One phase in which everything is elastic: sandwich rule with in-place
/// distillation.
Recipe makeSandwichRecipe(double epochs, double peakLearningRate = 0.2);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_RECIPE_H
