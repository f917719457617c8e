//===- ScheduleTest.cpp ---------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule.h"
#include "TestGraphs.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir::ofa::training;

TEST(Schedule, WarmsUpAndFallsAsACosine) {
  Phase phase;
  phase.epochs = 10;
  phase.warmupEpochs = 2;
  phase.peakLearningRate = 0.4;
  EXPECT_EQ(getNumSteps(phase, 100), 1000);
  EXPECT_NEAR(getLearningRate(phase, 0, 100), 0.4 / 200, 1e-9);
  EXPECT_NEAR(getLearningRate(phase, 199, 100), 0.4, 1e-9);
  EXPECT_NEAR(getLearningRate(phase, 200, 100), 0.4, 1e-9);
  EXPECT_NEAR(getLearningRate(phase, 600, 100), 0.2, 1e-9);
  EXPECT_LT(getLearningRate(phase, 999, 100), 1e-5);
}

TEST(Schedule, SandwichHasBothEnds) {
  Graph graph = makeTestGraph(10, 1);
  Recipe recipe = makeSandwichRecipe(1);
  std::vector<Subnet> subnets = sampleSubnets(graph, recipe, 0, 3);
  ASSERT_EQ(subnets.size(), 4u);
  EXPECT_EQ(subnets.front(), graph.getLargest());
  EXPECT_EQ(subnets.back(), graph.getSmallest());
  EXPECT_EQ(subnets, sampleSubnets(graph, recipe, 0, 3));
  EXPECT_NE(subnets, sampleSubnets(graph, recipe, 0, 4));
  recipe.seed = 1;
  EXPECT_NE(subnets, sampleSubnets(graph, recipe, 0, 3));
}

TEST(Schedule, EveryValueIsSampled) {
  Graph graph = makeTestGraph(10, 1);
  Recipe recipe = makeSandwichRecipe(1);
  std::vector<std::set<int>> seen(graph.choices.size());
  for (int step = 0; step < 100; ++step)
    for (const Subnet &subnet : sampleSubnets(graph, recipe, 0, step))
      for (size_t c = 0; c < subnet.size(); ++c)
        seen[c].insert(subnet[c]);
  for (size_t c = 0; c < seen.size(); ++c)
    EXPECT_EQ(seen[c].size(), graph.choices[c].values.size());
}

TEST(Schedule, PhasesLimitChoices) {
  Graph graph = makeTestGraph(10, 1);
  Recipe recipe = makeSandwichRecipe(1);
  Phase &phase = recipe.phases[0];
  // resolution, depth, then kernel and expand of two blocks.
  EXPECT_EQ(getSmallestAllowed(graph, phase), (Subnet{0, 0, 0, 0, 0, 0}));
  phase.kernels = 2;
  EXPECT_EQ(getSmallestAllowed(graph, phase), (Subnet{0, 0, 1, 0, 1, 0}));
  phase.widths = 1;
  EXPECT_EQ(getSmallestAllowed(graph, phase), (Subnet{0, 0, 1, 2, 1, 2}));
  phase.depths = phase.resolutions = 1;
  EXPECT_EQ(getSmallestAllowed(graph, phase), (Subnet{1, 1, 1, 2, 1, 2}));
  // More than there are is all.
  phase.kernels = 9;
  EXPECT_EQ(getSmallestAllowed(graph, phase), (Subnet{1, 1, 0, 2, 0, 2}));
  for (int step = 0; step < 50; ++step)
    for (const Subnet &subnet : sampleSubnets(graph, recipe, 0, step))
      for (int choice : {0, 1, 3, 5})
        EXPECT_EQ(subnet[choice], graph.getLargest()[choice]);
}

TEST(Schedule, WarmUpMayStartAboveZero) {
  Phase phase;
  phase.epochs = 10;
  phase.warmupEpochs = 1;
  phase.startLearningRate = 0.1;
  phase.peakLearningRate = 0.5;
  EXPECT_NEAR(getLearningRate(phase, 49, 100), 0.3, 1e-9);
  EXPECT_NEAR(getLearningRate(phase, 99, 100), 0.5, 1e-9);
}

TEST(Schedule, OneResolutionPerStepIfAsked) {
  Graph graph = makeTestGraph(10, 1);
  Recipe recipe = makeSandwichRecipe(1);
  recipe.resolutionPerStep = true;
  std::set<int> seen;
  for (int step = 0; step < 50; ++step) {
    std::vector<Subnet> subnets = sampleSubnets(graph, recipe, 0, step);
    for (const Subnet &subnet : subnets)
      EXPECT_EQ(subnet[0], subnets[0][0]);
    seen.insert(subnets[0][0]);
  }
  EXPECT_EQ(seen.size(), 2u);
}
