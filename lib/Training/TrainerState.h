//===- TrainerState.h - State of the trainer --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_TRAINERSTATE_H
#define OFA_LIB_TRAINING_TRAINERSTATE_H

#include "Batches.h"
#include "Checkpoint.h"
#include "Group.h"
#include "Network.h"
#include "Schedule.h"
#include "Workers.h"
#include "ofa/Data/ImageSet.h"
#include "ofa/Training/Trainer.h"

#include <map>

namespace mlir::ofa::training {

/// What one step found; losses are means over the batch.
struct StepLoss {
  double all = 0;     ///< summed over the subnets, what is minimised
  double teacher = 0; ///< of the first subnet alone
};

class Progress;

/// The images of a batch as a network's input, made once per resolution.
class InputCache {
public:
  InputCache(const Batch &batch, const Graph &graph, at::Device device)
      : batch(batch), graph(graph), device(device) {}
  const at::Tensor &get(int64_t resolution);

private:
  const Batch &batch;
  const Graph &graph;
  at::Device device;
  std::map<int64_t, at::Tensor> inputs;
};

struct TrainerState {
  TrainerState(const Graph &graph, const ImageSet &images, const Recipe &recipe,
               std::unique_ptr<Group> group);
  ~TrainerState();

  const Graph &graph;
  const ImageSet &images;
  Recipe recipe;
  std::unique_ptr<Group> group;
  /// Where parameters, inputs and results are.
  at::Device device;
  Network network;
  Workers workers;

  /// Shared by all workers; only the optimiser writes to them.
  TensorList parameters;
  TensorList statistics;
  TensorList momentum;
  /// Weights of the frozen teacher; empty before a phase asks for it.
  TensorList teacher;
  /// Every worker's leaves: the same memory, own gradients.
  std::vector<TensorList> leaves;
  /// Images that are trained on, and those that are kept for validation.
  std::vector<int32_t> trainIndices, validationIndices;
  /// Position of the run.
  size_t phase = 0;
  int64_t step = 0;
  RunTotals totals;
  std::unique_ptr<Progress> progress; ///< of the last run
  /// False, for the tests: steps as on a GPU, by LibTorch's layers alone.
  bool usesKernels = true;
  /// Set before a step in one process, and then true behind it in all.
  bool stopRequested = false;

  int64_t getStepsPerEpoch() const;
  /// A batch's labels on the device.
  at::Tensor getLabels(Batch &batch) const;
  /// Splits the images; the same for every run of a seed.
  void splitImages(int64_t validationImages);

  // Step.cpp
  /// Sorts channels and freezes the teacher, as the phase wants.
  void startPhase();
  StepLoss trainStep();
  StepLoss runWorker(int worker, llvm::ArrayRef<int32_t> indices,
                     const std::vector<Subnet> &subnets, uint64_t epoch,
                     TensorList &observed);
  /// Logarithms of the frozen teacher's class probabilities.
  at::Tensor askTeacher(const at::Tensor &input, int64_t resolution) const;
  /// The gradients of all workers together. `loss` and `stopRequested` become
  /// those of all processes, too.
  TensorList addGradients(StepLoss &loss);
  void applyGradients(const TensorList &gradients, double learningRate);
  void blendStatistics(const std::vector<TensorList> &observed);

  // Evaluate.cpp
  /// Training images by which statistics are recalibrated.
  static constexpr int64_t recalibrationImages = 2048;
  TensorList recalibrate(const Subnet &subnet,
                         int64_t images = recalibrationImages);
  double measure(const Subnet &subnet, const ImageSet &set,
                 llvm::ArrayRef<int32_t> indices,
                 int64_t imagesToRecalibrate = recalibrationImages);

  // Run.cpp
  Checkpoint makeCheckpoint() const;
  llvm::Error restore(const Checkpoint &checkpoint, llvm::StringRef path);
  llvm::Error resume(llvm::StringRef path, const RunOptions &options);
  /// Brings position and weights of the first process to all, or its problem.
  llvm::Error shareStart(llvm::Error problem);
  uint64_t hashRecipe() const;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_TRAINERSTATE_H
