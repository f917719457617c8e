//===- RegionTest.cpp - Several regions with speeds -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProblems.h"

using namespace mlir::ofa;

static PlanProblem makeRegions(int64_t tcm, int64_t sram) {
  PlanProblem problem;
  problem.regions = {{"sram", sram, 512}, {"tcm", tcm, 256}, {"psram"}};
  problem.regions[2].cyclesPerKiB = 4096;
  return problem;
}

TEST(RegionTest, BusyBuffersTakeTheFastRegion) {
  PlanProblem problem = makeRegions(100, 200);
  unsigned busy = add(problem, 60, 0, 3);
  unsigned large = add(problem, 100, 0, 1);
  unsigned idle = add(problem, 200, 0, 3);
  problem.buffers[busy].accesses = 4096;
  problem.buffers[large].accesses = 2048;
  problem.buffers[idle].accesses = 1024;
  Plan plan = planAndVerify(problem);
  EXPECT_TRUE(plan.fits);
  // Large beside idle does not fit into `sram`, nor beside busy into `tcm`.
  EXPECT_EQ(plan.regions, (std::vector<unsigned>{1, 0, 2}));
  EXPECT_EQ(plan.cycles, 4 * 256 + 2 * 512 + 4096);
  EXPECT_EQ(plan.cyclesBound, plan.cycles);
}

TEST(RegionTest, FewestAccessesPerByteLeave) {
  PlanProblem problem = makeRegions(100, 1000);
  // The largest one has the most accesses; two others fill its place worse.
  unsigned a = add(problem, 100, 0, 1);
  unsigned b = add(problem, 50, 0, 1);
  unsigned c = add(problem, 50, 0, 1);
  problem.buffers[a].accesses = 3000;
  problem.buffers[b].accesses = 2000;
  problem.buffers[c].accesses = 1500;
  Plan plan = planAndVerify(problem);
  EXPECT_EQ(plan.regions, (std::vector<unsigned>{0, 1, 1}));
  EXPECT_TRUE(plan.isOptimal());
}

/// The fewest cycles over all choices of regions, each planned apart.
static std::optional<int64_t> findFewestCycles(PlanProblem problem,
                                               size_t index = 0) {
  if (index == problem.buffers.size()) {
    Plan plan = planAndVerify(problem);
    return plan.fits ? std::optional<int64_t>(plan.cycles) : std::nullopt;
  }
  if (problem.buffers[index].region)
    return findFewestCycles(problem, index + 1);
  std::optional<int64_t> fewest;
  for (unsigned r = 0; r < problem.regions.size(); ++r) {
    problem.buffers[index].region = r;
    std::optional<int64_t> cycles = findFewestCycles(problem, index + 1);
    if (cycles && (!fewest || *cycles < *fewest))
      fewest = cycles;
  }
  return fewest;
}

TEST(RegionTest, RandomProblemsTakeTheFewestCycles) {
  Random random(9);
  unsigned fitting = 0;
  for (unsigned trial = 0; trial < 200; ++trial) {
    PlanProblem problem;
    for (unsigned r = 0; r < 3; ++r)
      problem.regions.push_back({"r" + std::to_string(r), 3 + random.below(10),
                                 1024 * random.below(4)});
    for (unsigned i = 0; i < 6; ++i) {
      int64_t first = random.below(4);
      unsigned buffer =
          add(problem, 1 + random.below(6), first, first + random.below(3),
              int64_t(1) << random.below(4));
      problem.buffers[buffer].accesses = random.below(20);
      if (random.below(6) == 0)
        problem.buffers[buffer].region = random.below(3);
    }
    for (unsigned i = 0; i < 6; ++i)
      for (unsigned j = 0; j < 6; ++j)
        if (i != j &&
            problem.buffers[i].lastUse == problem.buffers[j].firstUse &&
            problem.buffers[i].firstUse < problem.buffers[i].lastUse)
          problem.overlaps.push_back({i, j, random.below(4)});
    Plan plan = planAndVerify(problem);
    std::optional<int64_t> fewest = findFewestCycles(problem);
    ASSERT_EQ(plan.fits, fewest.has_value()) << "trial " << trial;
    if (!fewest)
      continue;
    ++fitting;
    EXPECT_EQ(plan.cycles, *fewest) << "trial " << trial;
    EXPECT_EQ(plan.cyclesBound, *fewest) << "trial " << trial;
  }
  EXPECT_GT(fitting, 50u);
}

TEST(RegionTest, LargeProblemsHaveABound) {
  PlanProblem problem = makeRegions(30000, 60000);
  Random random(10);
  for (unsigned i = 0; i < 150; ++i) {
    int64_t first = random.below(80);
    unsigned buffer = add(problem, 16 * (1 + random.below(500)), first,
                          first + random.below(8), 16);
    problem.buffers[buffer].accesses =
        problem.buffers[buffer].bytes * (1 + random.below(20));
  }
  PlanOptions options;
  options.nodeLimit = 4000;
  Plan plan = planAndVerify(problem, options);
  EXPECT_TRUE(plan.fits);
  EXPECT_LE(plan.nodes, 4000u);
  EXPECT_GT(plan.cyclesBound, 0);
  // Everything in the fastest region is the weakest bound.
  int64_t accesses = 0;
  for (const PlanBuffer &buffer : problem.buffers)
    accesses += buffer.accesses;
  EXPECT_GT(plan.cyclesBound, accesses * 256 / 1024);
  RecordProperty("gap", std::to_string(double(plan.cycles) / plan.cyclesBound));
}

TEST(RegionTest, MisstatedCyclesAreFound) {
  PlanProblem problem = makeRegions(100, 200);
  add(problem, 60, 0, 3);
  problem.buffers[0].accesses = 4096;
  Plan plan = planAndVerify(problem);
  Plan wrong = plan;
  wrong.cycles -= 1;
  EXPECT_EQ(llvm::toString(verifyPlan(problem, wrong)),
            "plan states 1023 cycles of accesses, but they take 1024");
  wrong = plan;
  wrong.cyclesBound += 1;
  EXPECT_NE(llvm::toString(verifyPlan(problem, wrong)).find("at least 1025"),
            std::string::npos);
}
