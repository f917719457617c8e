//===- Schedule.cpp - Learning rate and subnets of a step -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule.h"

#include "ofa/Data/Random.h"

#include "llvm/ADT/STLExtras.h"

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
    return phase.startLearningRate +
           (phase.peakLearningRate - phase.startLearningRate) * (step + 1) /
               warmup;
  double progress = (step - warmup) / std::max(1.0, total - warmup);
  return phase.peakLearningRate * 0.5 * (1 + std::cos(M_PI * progress));
}

std::vector<int> mlir::ofa::training::getSmallestAllowed(const Graph &graph,
                                                         const Phase &phase) {
  std::vector<int> counts(graph.choices.size(), 0);
  auto limit = [&](int choice, int count) {
    if (choice >= 0)
      counts[choice] = count;
  };
  for (const WidthTable &table : graph.widths)
    for (int choice : table.choices)
      limit(choice, phase.widths);
  for (const Node &node : graph.nodes)
    limit(node.kernelChoice, phase.kernels);
  for (const Stage &stage : graph.stages)
    limit(stage.depthChoice, phase.depths);
  limit(graph.resolutionChoice, phase.resolutions);
  Subnet subnet;
  for (auto [choice, count] : llvm::zip(graph.choices, counts)) {
    int size = static_cast<int>(choice.values.size());
    subnet.push_back(count > 0 ? std::max(0, size - count) : 0);
  }
  return subnet;
}

std::vector<Subnet> mlir::ofa::training::sampleSubnets(const Graph &graph,
                                                       const Recipe &recipe,
                                                       size_t phaseIndex,
                                                       int64_t step) {
  const Phase &phase = recipe.phases[phaseIndex];
  Random random({recipe.seed, /*purpose=*/1, phaseIndex,
                 static_cast<uint64_t>(step)});
  const Subnet smallest = getSmallestAllowed(graph, phase);
  auto pick = [&](size_t choice) {
    int64_t size = graph.choices[choice].values.size();
    return smallest[choice] +
           static_cast<int>(random.below(size - smallest[choice]));
  };
  // An ordinary network learns from the labels alone, once in a step.
  if (graph.choices.empty())
    return {Subnet()};
  std::vector<Subnet> subnets;
  if (phase.sandwich)
    subnets.push_back(graph.getLargest());
  for (int i = 0; i < phase.randomSubnets; ++i) {
    Subnet subnet;
    for (size_t c = 0; c < graph.choices.size(); ++c)
      subnet.push_back(pick(c));
    subnets.push_back(subnet);
  }
  if (phase.sandwich)
    subnets.push_back(smallest);
  if (recipe.resolutionPerStep && graph.resolutionChoice >= 0) {
    int resolution = pick(graph.resolutionChoice);
    for (Subnet &subnet : subnets)
      subnet[graph.resolutionChoice] = resolution;
  }
  return subnets;
}
