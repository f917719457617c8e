//===- Trainer.h - Trains all subnets of a graph together ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_TRAINER_H
#define OFA_TRAINING_TRAINER_H

#include "ofa/Training/Graph.h"
#include "ofa/Training/Processes.h"
#include "ofa/Training/Recipe.h"
#include "ofa/Training/TrainingCost.h"

#include <atomic>
#include <functional>
#include <memory>

namespace mlir::ofa {
struct ImageSet;
} // namespace mlir::ofa

namespace mlir::ofa::training {

/// What a run does besides training.
struct RunOptions {
  /// Folder for `checkpoint.ofa`, `log.csv`, `log.json` and `log.html`, or
  /// empty: keep none.
  std::string checkpointFolder;
  /// Continue from the folder's checkpoint, if there is one.
  bool resume = true;
  /// Seconds between checkpoints; one is also written after every epoch.
  double checkpointSeconds = 300;
  /// Training images that are kept from training, to measure accuracy on.
  int64_t validationImages = 1000;
  /// Epochs between measurements; the last epoch of a phase is always measured.
  int64_t validateEvery = 1;
  /// For the log: what the images are.
  std::string dataSource;
  CarbonOptions carbon;
  /// Set by a signal handler: the run saves, and ends with `Stopped`.
  const std::atomic<bool> *stop = nullptr;
  /// One line of progress; empty: silent.
  std::function<void(const std::string &line)> report;
};

struct TrainerState;

enum class RunResult { Finished, Stopped };

/// The trainer. It keeps its own copy of the weights until `store`.
class Trainer {
public:
  /// `graph` and `images` must outlive the trainer; the graph is verified.
  /// Images must be of the graph's largest resolution, and their classes as
  /// many as the graph's. Meets the other processes at `place`, which all do
  /// the same calls in the same order on the same graph, images and recipe.
  static llvm::Expected<std::unique_ptr<Trainer>>
  create(const Graph &graph, const ImageSet &images, const Recipe &recipe,
         const Rendezvous &place = {});
  ~Trainer();

  /// Trains to the end of the recipe, or until it is stopped. Errors: a loss
  /// that is not a number, a checkpoint that does not fit, a full disk.
  llvm::Expected<RunResult> run(const RunOptions &options);

  /// What the last run has taken, with all its resumed parts: training and
  /// validation, up to its last epoch where it was stopped.
  const TrainingCost &getCost() const;

  /// Part of `images` that a subnet classifies correctly, with batch norm
  /// statistics recalibrated on training images.
  double evaluate(const Subnet &subnet, const ImageSet &images);

  /// Accuracies of `subnets` on the validation images, in their order, with
  /// recalibrated statistics. They are kept in the folder's `accuracies.csv`,
  /// and a run goes on from those that are there; `subnets` are told apart by
  /// the choices that they read. Errors: no validation images, a file of
  /// something else, a full disk.
  llvm::Expected<RunResult> measureSubnets(llvm::ArrayRef<Subnet> subnets,
                                           const RunOptions &options,
                                           std::vector<double> &accuracies);

  /// Replaces the running statistics by the exact ones of the largest subnet
  /// over training images without augmentation.
  void settleStatistics();

  /// Pixels [count, resolution, resolution, 3] of images that are not from the
  /// training images, but cause the same statistics in all subnets, improved in
  /// `steps` steps; empty if it was stopped. Of `options`, `stop` and `report`
  /// count.
  llvm::Expected<std::vector<uint8_t>>
  synthesizeImages(int64_t count, int64_t steps, const RunOptions &options);

  /// Writes weights and statistics into a graph of the same structure.
  void store(Graph &graph) const;

private:
  explicit Trainer(std::unique_ptr<TrainerState> state);
  std::unique_ptr<TrainerState> impl;
};

/// Whether this processor multiplies bfloat16, so that steps are faster in it.
bool hasBFloat16();

/// Whether LibTorch has CUDA, and the machine a GPU for it.
bool hasCuda();

/// Class scores [count, numClasses] of a subnet for preprocessed images
/// [count, resolution, resolution, channels], computed on slices of the
/// supernet's weights with the graph's own batch norm statistics by LibTorch's
/// own layers: the independent reference for extraction. `fakeQuantize`:
/// weights and values are rounded as in quantisation-aware steps, in the ranges
/// that these images have in float.
std::vector<float> runReference(const Graph &graph, const Subnet &subnet,
                                llvm::ArrayRef<float> images, int64_t count,
                                bool fakeQuantize = false);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_TRAINER_H
