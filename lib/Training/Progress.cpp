//===- Progress.cpp - What a run measures and tells about itself ----------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"
#include "Schedule.h"
#include "Work.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

#include <chrono>

using namespace mlir::ofa::training;

static double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

std::vector<int64_t>
mlir::ofa::training::chooseResolutions(const Graph &graph) {
  if (graph.resolutionChoice < 0)
    return {graph.resolution};
  const std::vector<double> &values =
      graph.choices[graph.resolutionChoice].values;
  std::vector<int64_t> resolutions;
  for (size_t position : {size_t(0), values.size() / 2, values.size() - 1}) {
    auto resolution = static_cast<int64_t>(values[position]);
    if (resolutions.empty() || resolution > resolutions.back())
      resolutions.push_back(resolution);
  }
  return resolutions;
}

Progress::Progress(const Graph &graph, const Recipe &recipe,
                   int64_t stepsPerEpoch, const RunOptions &options,
                   const EnergySources &sources, RunTotals &totals)
    : graph(graph), recipe(recipe), stepsPerEpoch(stepsPerEpoch),
      options(options), totals(totals), meter(sources),
      meanMacs(estimateMeanMacs(graph)), lastTime(now()), lastPrint(now()) {
  log.recipe = recipe;
  log.resolutions = chooseResolutions(graph);
  log.cost.source = meter.describe();
  log.cost.options = options.carbon;
}

llvm::Error
Progress::begin(size_t phase, int64_t step, bool resumed,
                std::vector<std::pair<std::string, std::string>> facts) {
  log.facts = std::move(facts);
  // Steps are functions of their position, so that their work needs no place in
  // the checkpoint.
  for (size_t p = 0; p <= phase && p < recipe.phases.size(); ++p) {
    int64_t end =
        p < phase ? getNumSteps(recipe.phases[p], stepsPerEpoch) : step;
    for (int64_t s = 0; s < end; ++s)
      countWork(p, s);
  }
  std::string path = options.checkpointFolder + "/log.json";
  if (!options.checkpointFolder.empty() && resumed) {
    auto file = llvm::MemoryBuffer::getFile(path);
    std::string problem;
    if (!file)
      problem = file.getError().message();
    else if (llvm::Error error = readRows((*file)->getBuffer(), log))
      problem = llvm::toString(std::move(error));
    if (!problem.empty())
      return llvm::createStringError(
          llvm::inconvertibleErrorCode(),
          "cannot go on with '" + path + "': " + problem +
              "; put it back, or write {\"epochs\": []} into it to begin a new "
              "log here");
    log.rewind(phase, step);
  }
  updateCost();
  lastTime = lastPrint = now();
  return write();
}

void Progress::countWork(size_t phase, int64_t step) {
  trainedMacs += countStepMacs(graph, recipe, phase, step) *
                 static_cast<double>(recipe.batchSize);
  ++allSteps;
}

void Progress::updateCost() {
  takeEnergy();
  TrainingCost &cost = log.cost;
  cost.images = allSteps * recipe.batchSize;
  cost.epochs = static_cast<double>(allSteps) / stepsPerEpoch;
  cost.joules = totals.joules;
  cost.trainedMacs = trainedMacs;
  cost.aloneMacs = meanMacs * static_cast<double>(cost.images);
}

llvm::Error Progress::write() {
  if (options.checkpointFolder.empty())
    return llvm::Error::success();
  return writeLog(log, options.checkpointFolder);
}

llvm::Error Progress::end() {
  updateCost();
  return write();
}

void Progress::addStep(size_t phase, int64_t step, double stepLoss,
                       double stepTeacherLoss) {
  double time = now();
  totals.seconds += time - lastTime;
  epochSeconds += time - lastTime;
  lastTime = time;
  takeEnergy();
  countWork(phase, step - 1);
  ++totals.epochSteps;
  totals.loss += stepLoss;
  totals.teacherLoss += stepTeacherLoss;
  ++epochSteps;
  ++steps;
  loss += stepLoss;
  teacherLoss += stepTeacherLoss;
  if (time - lastPrint > 20)
    print(phase, step);
}

std::string Progress::getRemaining(size_t phase, int64_t step,
                                   double imagesPerSecond) const {
  int64_t left = -step;
  for (size_t p = phase; p < recipe.phases.size(); ++p)
    left += getNumSteps(recipe.phases[p], stepsPerEpoch);
  double minutes = static_cast<double>(left * recipe.batchSize) /
                   std::max(1.0, imagesPerSecond) / 60;
  if (minutes < 2)
    return llvm::formatv("{0:F0} s", minutes * 60);
  if (minutes < 120)
    return llvm::formatv("{0:F0} min", minutes);
  return llvm::formatv("{0:F1} h", minutes / 60);
}

void Progress::print(size_t phase, int64_t step) {
  double time = now();
  double imagesPerSecond = static_cast<double>(steps * recipe.batchSize) /
                           std::max(1e-3, time - lastPrint);
  if (options.report && steps)
    options.report(llvm::formatv(
        "{0}: epoch {1:F2}/{2}, loss {3:F4} (teacher {4:F4}), learning rate "
        "{5:F4}, {6:F0} images/s, {7} left",
        recipe.phases[phase].name, static_cast<double>(step) / stepsPerEpoch,
        llvm::format("%g", recipe.phases[phase].epochs), loss / steps,
        teacherLoss / steps,
        getLearningRate(recipe.phases[phase], step - 1, stepsPerEpoch),
        imagesPerSecond, getRemaining(phase, step, imagesPerSecond)));
  steps = 0;
  loss = teacherLoss = 0;
  lastPrint = time;
}

void Progress::validate(const Phase &phase, const Measure &measure,
                        LogRow &row) {
  auto measureAll = [&](Subnet subnet, std::vector<double> &accuracies) {
    for (int64_t resolution : log.resolutions) {
      if (graph.resolutionChoice >= 0) {
        const std::vector<double> &values =
            graph.choices[graph.resolutionChoice].values;
        subnet[graph.resolutionChoice] = static_cast<int>(
            std::find(values.begin(), values.end(), resolution) -
            values.begin());
      }
      accuracies.push_back(measure(subnet));
      takeEnergy();
    }
  };
  measureAll(graph.getLargest(), row.largest);
  measureAll(getSmallestAllowed(graph, phase), row.smallest);
  if (!options.report)
    return;
  auto join = [&](const auto &values, double factor, const char *format) {
    std::string text;
    for (size_t i = values.size(); i-- > 0;)
      text += (text.empty() ? "" : "/") +
              llvm::formatv(format, values[i] * factor).str();
    return text;
  };
  options.report(llvm::formatv("{0}: epoch {1} done, validation accuracy at "
                               "{2}: largest {3} %, smallest "
                               "{4} %",
                               phase.name, llvm::format("%g", row.epoch),
                               join(log.resolutions, 1, "{0:F0}"),
                               join(row.largest, 100, "{0:F2}"),
                               join(row.smallest, 100, "{0:F2}")));
}

llvm::Error Progress::endEpoch(size_t phaseIndex, int64_t step,
                               const Measure &measure) {
  print(phaseIndex, step);
  const Phase &phase = recipe.phases[phaseIndex];
  LogRow row;
  row.phase = phaseIndex;
  row.step = step;
  row.epoch = static_cast<double>(step) / stepsPerEpoch;
  row.loss = totals.loss / static_cast<double>(totals.epochSteps);
  row.teacherLoss = totals.teacherLoss / static_cast<double>(totals.epochSteps);
  row.learningRate = getLearningRate(phase, step - 1, stepsPerEpoch);
  row.imagesPerSecond = static_cast<double>(epochSteps * recipe.batchSize) /
                        std::max(1e-3, epochSeconds);
  int64_t epoch = (step + stepsPerEpoch - 1) / stepsPerEpoch;
  bool isLast = step == getNumSteps(phase, stepsPerEpoch);
  if (measure && (isLast || epoch % options.validateEvery == 0))
    validate(phase, measure, row);
  updateCost();
  row.seconds = totals.seconds;
  row.joules = totals.joules;
  log.rows.push_back(std::move(row));
  totals.epochSteps = 0;
  totals.loss = totals.teacherLoss = 0;
  epochSteps = 0;
  epochSeconds = 0;
  llvm::Error error = write();
  // What is not training takes no part in speed and time.
  lastTime = lastPrint = now();
  return error;
}
