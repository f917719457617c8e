//===- PlanningTest.cpp - Plans of known problems ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProblems.h"
#include <algorithm>

using namespace mlir::ofa;

TEST(PlanningTest, EmptyProblem) {
  Plan plan = planAndVerify(makeProblem());
  EXPECT_TRUE(plan.fits);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_EQ(plan.usage[0].peak, 0);
}

TEST(PlanningTest, ChainNeedsItsLargestNeighbours) {
  PlanProblem problem = makeProblem();
  int64_t sizes[] = {3072, 16384, 4096, 8192, 2048, 10};
  for (int64_t i = 0; i < 6; ++i)
    add(problem, sizes[i], i, i + 1);
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 16384 + 4096);
  EXPECT_EQ(plan.usage[0].gap(), 0);
}

TEST(PlanningTest, InPlaceChainNeedsOneBuffer) {
  PlanProblem problem = makeProblem();
  for (int64_t i = 0; i < 8; ++i) {
    unsigned buffer = add(problem, 1000, i, i + 1, 4);
    if (i > 0)
      problem.overlaps.push_back({buffer - 1, buffer, 0, i % 2 == 0});
  }
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 1000);
  EXPECT_TRUE(plan.isOptimal());
}

TEST(PlanningTest, DistanceCostsItsBytes) {
  PlanProblem problem = makeProblem();
  unsigned input = add(problem, 100, 0, 1);
  unsigned output = add(problem, 80, 1, 2);
  problem.overlaps.push_back({input, output, 30});
  EXPECT_EQ(planAndVerify(problem).usage[0].peak, 130);
  // The output starts inside the input.
  problem.overlaps[0].distance = -20;
  EXPECT_EQ(planAndVerify(problem).usage[0].peak, 100);
  problem.overlaps[0].exact = true;
  EXPECT_EQ(planAndVerify(problem).usage[0].peak, 100);
  problem.overlaps[0].distance = -50;
  EXPECT_EQ(planAndVerify(problem).usage[0].peak, 130);
  // Not better than apart.
  problem.overlaps[0].exact = false;
  problem.overlaps[0].distance = 90;
  EXPECT_EQ(planAndVerify(problem).usage[0].peak, 180);
}

TEST(PlanningTest, ChainOfOverlapsLiftsItsFirst) {
  // c lies below b by 4, so that b starts at 4 and a, 90 above it, ends at 114:
  // more than any two of them cover.
  PlanProblem problem = makeProblem();
  unsigned a = add(problem, 20, 0, 1);
  unsigned b = add(problem, 100, 1, 2);
  unsigned c = add(problem, 50, 2, 3);
  problem.overlaps = {{a, b, 90}, {b, c, 4}};
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 114);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_EQ(plan.nodes, 0u);
}

TEST(PlanningTest, InputRestsOnAnOutputAtItsOwnOffset) {
  // In the only plans of 20 bytes, b4 lies one byte above b1, and b2 where b4
  // does: what is below b2 leaves it a lower place that it must not take.
  PlanProblem problem = makeProblem();
  add(problem, 2, 1, 7);
  add(problem, 3, 10, 19);
  add(problem, 7, 4, 8);
  add(problem, 6, 8, 13);
  add(problem, 6, 8, 10);
  add(problem, 4, 0, 7, 2);
  add(problem, 6, 5, 14);
  add(problem, 5, 1, 3, 4);
  problem.overlaps = {{2, 4, 0}, {4, 1, 1}};
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 20);
  EXPECT_TRUE(plan.isOptimal());
}

TEST(PlanningTest, AlignmentIsKept) {
  PlanProblem problem = makeProblem();
  add(problem, 5, 0, 1, 1);
  add(problem, 16, 0, 1, 16);
  add(problem, 7, 0, 1, 8);
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 28); // 16, then 7, then 5.
  EXPECT_TRUE(plan.isOptimal());
}

/// Inverted bottlenecks (expand, depthwise, project, add) as in the networks
/// that we compile: element-wise and depthwise in place, residuals live across.
TEST(PlanningTest, InvertedBottlenecksReachTheLargestLiveSet) {
  Random random(3);
  for (unsigned trial = 0; trial < 50; ++trial) {
    PlanProblem problem = makeProblem();
    int64_t step = 0;
    int64_t side = 32 >> random.below(2), channels = 8;
    unsigned x = add(problem, side * side * channels, step, step, 16);
    unsigned blocks = 3 + random.below(18);
    for (unsigned b = 0; b < blocks; ++b) {
      int64_t stride = side > 4 && random.below(4) == 0 ? 2 : 1;
      int64_t wide = channels * (3 + random.below(4));
      int64_t next = stride == 2 ? channels + 8 : channels;
      bool residual = stride == 1;
      int64_t outSide = side / stride;

      ++step;
      unsigned expanded = add(problem, side * side * wide, step, step + 1, 16);
      if (!residual)
        problem.buffers[x].lastUse = step;
      ++step;
      unsigned depthwise =
          add(problem, outSide * outSide * wide, step, step + 1, 16);
      add(problem, 4 * (3 * side + 4), step, step, 16); // Scratch.
      if (stride == 1)
        problem.overlaps.push_back({expanded, depthwise, 0, true});
      ++step;
      unsigned projected =
          add(problem, outSide * outSide * next, step, step + 1, 16);
      if (residual) {
        ++step;
        unsigned sum = add(problem, outSide * outSide * next, step, step, 16);
        problem.buffers[projected].lastUse = step;
        problem.buffers[x].lastUse = step;
        problem.overlaps.push_back({x, sum, 0, false});
        problem.overlaps.push_back({projected, sum, 0, false});
        x = sum;
      } else {
        x = projected;
      }
      problem.buffers[x].lastUse = step + 1;
      side = outSide;
      channels = next;
    }
    Plan plan = planAndVerify(problem);
    EXPECT_EQ(plan.usage[0].gap(), 0) << "trial " << trial;
    EXPECT_LT(plan.nodes, 5000u) << "trial " << trial;
  }
}

TEST(PlanningTest, SameProblemSamePlan) {
  Random random(4);
  PlanProblem problem = makeProblem();
  for (unsigned i = 0; i < 40; ++i) {
    int64_t first = random.below(20);
    add(problem, 1 + random.below(1000), first, first + random.below(6), 4);
  }
  Plan a = planAndVerify(problem), b = planAndVerify(problem);
  EXPECT_EQ(a.offsets, b.offsets);
  EXPECT_EQ(a.nodes, b.nodes);
}

TEST(PlanningTest, NodeLimitKeepsAValidPlanAndItsGap) {
  Random random(5);
  PlanProblem problem = makeProblem();
  for (unsigned i = 0; i < 120; ++i) {
    int64_t first = random.below(60);
    add(problem, 1 + random.below(100000), first, first + random.below(15));
  }
  PlanOptions options;
  options.nodeLimit = 0;
  Plan quick = planAndVerify(problem, options);
  EXPECT_EQ(quick.nodes, 0u);
  options.nodeLimit = 20000;
  Plan better = planAndVerify(problem, options);
  EXPECT_LE(better.nodes, 20000u);
  EXPECT_LE(better.usage[0].peak, quick.usage[0].peak);
  EXPECT_GE(better.usage[0].lowerBound, quick.usage[0].lowerBound);
}

TEST(PlanningTest, TimeLimitKeepsAValidPlan) {
  Random random(6);
  PlanProblem problem = makeProblem();
  for (unsigned i = 0; i < 120; ++i) {
    int64_t first = random.below(60);
    add(problem, 1 + random.below(100000), first, first + random.below(15));
  }
  PlanOptions options;
  options.secondLimit = 0;
  EXPECT_EQ(planAndVerify(problem, options).nodes, 0u);
  options.nodeLimit = std::numeric_limits<uint64_t>::max();
  options.secondLimit = 0.05;
  planAndVerify(problem, options);
}

TEST(PlanningTest, FixedRegionsAndSpilling) {
  PlanProblem problem;
  problem.regions = {{"fast", 100}, {"slow", 1000}};
  unsigned large = add(problem, 300, 0, 3);
  unsigned a = add(problem, 60, 0, 1);
  unsigned b = add(problem, 60, 2, 3);
  unsigned pinned = add(problem, 10, 0, 3);
  problem.buffers[pinned].region = 1;
  Plan plan = planAndVerify(problem);
  EXPECT_TRUE(plan.fits);
  EXPECT_EQ(plan.regions[large], 1u);
  EXPECT_EQ(plan.regions[a], 0u);
  EXPECT_EQ(plan.regions[b], 0u);
  EXPECT_EQ(plan.regions[pinned], 1u);
  EXPECT_EQ(plan.usage[0].peak, 60);
  EXPECT_EQ(plan.usage[1].peak, 310);
}

TEST(PlanningTest, InfeasibleNamesTheTensorsToBlame) {
  PlanProblem problem = makeProblem();
  problem.regions[0].capacity = 1000;
  problem.buffers.reserve(3);
  add(problem, 700, 0, 1);
  add(problem, 600, 1, 2);
  add(problem, 5, 2, 3);
  Plan plan = planAndVerify(problem);
  EXPECT_FALSE(plan.fits);
  EXPECT_EQ(explainInfeasible(problem, plan),
            "memory region 'sram' has 1000 bytes, but what is in use at step 1 "
            "needs 1300: 'b0' (700 bytes), 'b1' (600 bytes)");
  problem.regions[0].capacity = 1300;
  EXPECT_EQ(explainInfeasible(problem, planAndVerify(problem)), "");
}

TEST(PlanningTest, BadProblemsAreRefused) {
  auto refuse = [](const PlanProblem &problem) {
    return llvm::toString(checkProblem(problem));
  };
  PlanProblem problem = makeProblem();
  add(problem, 10, 0, 2);
  add(problem, 10, 1, 2);
  PlanProblem bad = problem;
  bad.buffers[0].bytes = 0;
  EXPECT_EQ(refuse(bad),
            "buffer 'b0' expects a size from 1 byte to 1 TiB, but got 0");
  bad = problem;
  bad.buffers[0].lastUse = -1;
  EXPECT_EQ(refuse(bad), "buffer 'b0' expects its first use before its last, "
                         "but got 0 and -1");
  bad = problem;
  bad.buffers[1].alignment = 12;
  EXPECT_NE(refuse(bad).find("power of two"), std::string::npos);
  bad = problem;
  bad.buffers[1].region = 1;
  EXPECT_EQ(refuse(bad), "buffer 'b1' expects a region below 1, but got 1");
  bad = problem;
  bad.overlaps.push_back({0, 1, 0});
  EXPECT_EQ(refuse(bad),
            "overlap of 'b0' and 'b1' expects the last use of the first at the "
            "first use of the second, but got steps 2 and 1");
  bad.overlaps[0] = {0, 0, 0};
  EXPECT_NE(refuse(bad).find("two different buffers"), std::string::npos);
  bad = problem;
  bad.regions.clear();
  EXPECT_EQ(refuse(bad), "expects at least one memory region");
}
