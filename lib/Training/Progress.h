//===- Progress.h - What a run measures and tells about itself -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_PROGRESS_H
#define OFA_LIB_TRAINING_PROGRESS_H

#include "Checkpoint.h"
#include "Energy.h"
#include "TrainingLog.h"
#include "ofa/Training/Trainer.h"

namespace mlir::ofa::training {

/// Accuracy of a subnet on the validation images.
using Measure = std::function<double(const Subnet &subnet)>;

/// Up to three of the space's resolutions, at which subnets are validated: the
/// lowest, one in the middle and the highest.
std::vector<int64_t> chooseResolutions(const Graph &graph);

/// Times, energy, means, lines on the terminal and the log of a run.
class Progress {
public:
  /// Starts the clocks. `graph`, `recipe` and `totals` must outlive it;
  /// `totals` are those of `begin`'s position.
  Progress(const Graph &graph, const Recipe &recipe, int64_t stepsPerEpoch,
           const RunOptions &options, const EnergySources &sources,
           RunTotals &totals);

  /// Goes on from a position: reads the log of an earlier part of the run, if
  /// it is `resumed`, and writes it without what lies behind the position.
  llvm::Error begin(size_t phase, int64_t step, bool resumed,
                    std::vector<std::pair<std::string, std::string>> facts);

  /// After a step; `step` steps of the phase are done.
  void addStep(size_t phase, int64_t step, double loss, double teacherLoss);

  /// Validates, unless `measure` is empty, and writes the log.
  llvm::Error endEpoch(size_t phase, int64_t step, const Measure &measure);

  /// The last state of the log.
  llvm::Error end();

  /// As of the last epoch, or the end.
  const TrainingCost &getCost() const { return log.cost; }

private:
  void countWork(size_t phase, int64_t step);
  void takeEnergy() { totals.joules += meter.takeJoules(); }
  void updateCost();
  llvm::Error write();
  void print(size_t phase, int64_t step);
  std::string getRemaining(size_t phase, int64_t step,
                           double imagesPerSecond) const;
  void validate(const Phase &phase, const Measure &measure, LogRow &row);

  const Graph &graph;
  const Recipe &recipe;
  const int64_t stepsPerEpoch;
  const RunOptions options;
  RunTotals &totals;
  EnergyMeter meter;
  TrainingLog log;
  const double meanMacs;
  /// When the last step ended, and when a line was last printed.
  double lastTime, lastPrint;
  /// Since the last line: steps, and sums of their losses.
  int64_t steps = 0;
  double loss = 0, teacherLoss = 0;
  /// Of the epoch, since it or this program began.
  int64_t epochSteps = 0;
  double epochSeconds = 0;
  /// Since the run began.
  int64_t allSteps = 0;
  double trainedMacs = 0;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_PROGRESS_H
