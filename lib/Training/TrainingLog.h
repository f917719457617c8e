//===- TrainingLog.h - What a run tells, epoch by epoch --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_TRAININGLOG_H
#define OFA_LIB_TRAINING_TRAININGLOG_H

#include "ofa/Training/Recipe.h"
#include "ofa/Training/TrainingCost.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>
#include <vector>

namespace mlir::ofa::training {

/// An epoch, or the rest of a phase that ends within one. Losses are means over
/// its steps.
struct LogRow {
  size_t phase = 0; ///< index
  int64_t step = 0; ///< steps done in the phase
  double epoch = 0; ///< epochs done in the phase
  double loss = 0;  ///< summed over a step's subnets
  double teacherLoss = 0;
  double learningRate = 0; ///< of the last step
  double imagesPerSecond = 0;
  double seconds = 0; ///< of training, since the run began
  double joules = 0;  ///< since the run began
  /// Validation accuracies of the largest and the smallest allowed subnet, one
  /// for each of `TrainingLog::resolutions`; empty where not measured.
  std::vector<double> largest, smallest;
};

struct TrainingLog {
  /// Names and values of what does not change while training.
  std::vector<std::pair<std::string, std::string>> facts;
  Recipe recipe;
  /// At which subnets are measured; ascending.
  std::vector<int64_t> resolutions;
  std::vector<LogRow> rows;
  TrainingCost cost; ///< so far

  /// Forgets rows behind a position, to which the run has gone back.
  void rewind(size_t phase, int64_t step);
};

/// A header, and a line for each row.
std::string printCsv(const TrainingLog &log);
/// An object with `run` (facts), `recipe` (as YAML), `phases`, `cost` and
/// `epochs`: the rows.
std::string printJson(const TrainingLog &log);
/// A page that needs no other file.
std::string printPage(const TrainingLog &log);

/// The rows of printJson's text. Fails if it is none, or has other resolutions
/// or phases than `log`, to which they are added.
llvm::Error readRows(llvm::StringRef text, TrainingLog &log);

/// Writes `log.csv`, `log.json` and `log.html`, each whole or not at all.
llvm::Error writeLog(const TrainingLog &log, llvm::StringRef folder);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_TRAININGLOG_H
