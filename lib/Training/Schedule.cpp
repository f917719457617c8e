//===- Schedule.cpp - Learning rate and subnets of a step -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule.h"

#include "ofa/Data/Random.h"

#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

Recipe mlir::ofa::training::makeSandwichRecipe(double epochs,
                                               double peakLearningRate) {
  Phase phase;
  phase.name = "sandwich";
  phase.epochs = epochs;
  phase.warmupEpochs = epochs < 4 ? epochs / 4 : 1;
  phase.peakLearningRate = peakLearningRate;
  Recipe recipe;
  recipe.phases.push_back(phase);
  return recipe;
}

int64_t mlir::ofa::training::getNumSteps(const Phase &phase,
                                         int64_t stepsPerEpoch) {
  return static_cast<int64_t>(std::llround(phase.epochs * stepsPerEpoch));
}

double mlir::ofa::training::getLearningRate(const Phase &phase, int64_t step,
                                            int64_t stepsPerEpoch) {
  double total = static_cast<double>(getNumSteps(phase, stepsPerEpoch));
  double warmup = phase.warmupEpochs * stepsPerEpoch;
  if (step < warmup)
    return phase.peakLearningRate * (step + 1) / warmup;
  double progress = (step - warmup) / std::max(1.0, total - warmup);
  return phase.peakLearningRate * 0.5 * (1 + std::cos(M_PI * progress));
}

/// The allowed positions of a choice.
static std::vector<int> getAllowed(const Graph &graph, const Phase &phase,
                                   size_t choice) {
  if (choice < phase.allowed.size() && !phase.allowed[choice].empty())
    return phase.allowed[choice];
  std::vector<int> all;
  for (size_t i = 0; i < graph.choices[choice].values.size(); ++i)
    all.push_back(static_cast<int>(i));
  return all;
}

Subnet mlir::ofa::training::getSmallestAllowed(const Graph &graph,
                                               const Phase &phase) {
  Subnet subnet;
  for (size_t c = 0; c < graph.choices.size(); ++c)
    subnet.push_back(getAllowed(graph, phase, c).front());
  return subnet;
}

Subnet mlir::ofa::training::getLargestAllowed(const Graph &graph,
                                              const Phase &phase) {
  Subnet subnet;
  for (size_t c = 0; c < graph.choices.size(); ++c)
    subnet.push_back(getAllowed(graph, phase, c).back());
  return subnet;
}

std::vector<Subnet> mlir::ofa::training::sampleSubnets(const Graph &graph,
                                                       const Recipe &recipe,
                                                       size_t phaseIndex,
                                                       int64_t step) {
  const Phase &phase = recipe.phases[phaseIndex];
  Random random({recipe.seed, /*purpose=*/1, phaseIndex,
                 static_cast<uint64_t>(step)});
  auto pick = [&](size_t choice) {
    std::vector<int> allowed = getAllowed(graph, phase, choice);
    return allowed[random.below(static_cast<int64_t>(allowed.size()))];
  };
  std::vector<Subnet> subnets;
  if (phase.sandwich)
    subnets.push_back(getLargestAllowed(graph, phase));
  for (int i = 0; i < phase.randomSubnets; ++i) {
    Subnet subnet;
    for (size_t c = 0; c < graph.choices.size(); ++c)
      subnet.push_back(pick(c));
    subnets.push_back(subnet);
  }
  if (phase.sandwich)
    subnets.push_back(getSmallestAllowed(graph, phase));
  if (recipe.resolutionPerStep && graph.resolutionChoice >= 0) {
    int resolution = pick(graph.resolutionChoice);
    for (Subnet &subnet : subnets)
      subnet[graph.resolutionChoice] = resolution;
  }
  return subnets;
}
