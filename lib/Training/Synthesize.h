//===- Synthesize.h - Images made from a network's statistics --*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration needs images only for the statistics that they cause. Those are
// known at the end of a training, so that images can be made that cause them,
// and a module need not hold any image of its training data.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_SYNTHESIZE_H
#define OFA_LIB_TRAINING_SYNTHESIZE_H

#include "Network.h"
#include "Workers.h"

#include <functional>

namespace mlir::ofa::training {

/// A subnet, and the statistics that real images cause in it.
struct StatisticsTarget {
  Subnet subnet;
  TensorList statistics;
};

struct SynthesisOptions {
  int64_t images = 128;
  int64_t steps = 300;
  /// Targets of a step: the first ones always, the rest in turns.
  size_t fixedTargets = 2;
  size_t otherTargets = 2;
  /// Of Adam, in levels of a pixel; falls to 0 as a half cosine.
  double learningRate = 8;
  /// Weight of the first target's cross entropy on balanced labels.
  double classWeight = 0.02;
  /// Weight of the mean squared difference of neighbours, in parts of the
  /// range of a pixel.
  double smoothWeight = 0.1;
  uint64_t seed = 0;
  /// Called after every step with its distance; false ends the work.
  std::function<bool(int64_t step, double distance)> progress;
};

/// Twice the Kullback-Leibler divergence of normal distributions with
/// `observed` statistics from those with the target's, a mean over the
/// channels and then over the batch norms: 0 where they are the same.
at::Tensor getDistance(const Graph &graph, const TensorList &observed,
                       const TensorList &target);

/// The network's input for images [N, 3, side, side] of 0 to 255: what
/// `makeInput` gives, up to one level of a pixel, but with gradients.
at::Tensor makeDifferentiableInput(const at::Tensor &images, int64_t resolution,
                                   const Preprocessing &preprocessing);

/// Pixels [images, side, side, 3] that cause the targets' statistics: smooth
/// noise, improved by Adam. A function of the arguments but for `workers`, to
/// the bit on one machine. Empty if `progress` ended it.
std::vector<uint8_t>
synthesizeImages(const Graph &graph, const Network &network,
                 const TensorList &parameters,
                 const std::vector<StatisticsTarget> &targets,
                 const SynthesisOptions &options, Workers &workers);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_SYNTHESIZE_H
