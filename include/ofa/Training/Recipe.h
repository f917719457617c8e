//===- Recipe.h - How a supernet is trained --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_RECIPE_H
#define OFA_TRAINING_RECIPE_H

#include "ofa/Training/Augmentation.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa::training {

/// Who teaches the subnets of a step.
enum class Teacher {
  None,    ///< all learn from the labels
  InPlace, ///< the step's largest subnet, as it is (sandwich rule)
  Frozen   ///< the largest subnet as it was when a phase first asked for it
};

/// How far a subnet is from its teacher.
enum class DistillationLoss {
  /// Cross entropy with the teacher's class probabilities.
  CrossEntropy,
  /// The larger of two alpha-divergences, for each image: one punishes what the
  /// subnet is too sure of, the other what it misses (Wang et al. 2021,
  /// AlphaNet,
  /// section 3).
  Adaptive
};

/// A part of the training in which the same subnets may be sampled.
/// Progressive shrinking is a list of phases that allow more and more.
struct Phase {
  std::string name;
  double epochs = 0;
  /// The learning rate rises linearly from `startLearningRate` for this long,
  /// then falls to 0 as a half cosine.
  double warmupEpochs = 0;
  double startLearningRate = 0;
  double peakLearningRate = 0;
  /// Values of each choice that may be sampled, counted from the largest; 0:
  /// all. "Largest" and "smallest" subnet are the two ends of that.
  int kernels = 0, depths = 0, widths = 0, resolutions = 0;
  /// The largest and the smallest subnet in every step.
  bool sandwich = true;
  /// Random subnets in every step.
  int randomSubnets = 2;
  Teacher teacher = Teacher::InPlace;
  DistillationLoss loss = DistillationLoss::CrossEntropy;
  /// Weight of the labels' loss for subnets that have a teacher.
  double labelWeight = 0;
  /// Before the phase, channels of elastic width are sorted, the most important
  /// first, within what the phases before could tell apart.
  bool sortChannels = false;
  /// Weights and values are rounded to int8 as the compiler does it, so that
  /// the subnets learn to bear that.
  bool quantizationAware = false;
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
  /// Worker threads of each process. Each has its part of the batch and,
  /// without `syncBatchNorm`, its own batch norm statistics, so that results
  /// depend on their number.
  int threads = 1;
  /// Batch norm by the statistics of the whole batch: slower, and as if one
  /// worker had it.
  bool syncBatchNorm = false;
  /// Steps compute with bfloat16 images and convolutions; weights and their
  /// sums of gradients, batch norm, losses and all measuring are float.
  bool bfloat16 = false;
  /// Tensors are on a GPU, which LibTorch must have CUDA for. A process has
  /// one.
  bool cuda = false;

  double getEpochs() const;
  double getPeakLearningRate() const;
  /// The same phases in proportion, `epochs` together.
  void scaleEpochs(double epochs);
  /// The same learning rates in proportion, the highest `peak`.
  void scaleLearningRates(double peak);
  /// Everything that changes results, as YAML.
  std::string print() const;
};

/// Names of the recipes that come with the trainer.
std::vector<std::string> getRecipeNames();

/// A recipe by name, or from a YAML file. Errors name the file, the line, what
/// was expected and what is there.
llvm::Expected<Recipe> loadRecipe(llvm::StringRef nameOrPath);
llvm::Expected<Recipe> parseRecipe(llvm::MemoryBufferRef buffer);

/// One phase in which everything is elastic: sandwich rule with in-place
/// distillation.
Recipe makeSandwichRecipe(double epochs, double peakLearningRate = 0.2);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_RECIPE_H
