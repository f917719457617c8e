//===- VerifyTest.cpp - The checker finds wrong plans -----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProblems.h"

using namespace mlir::ofa;

namespace {

class VerifyTest : public testing::Test {
protected:
  void SetUp() override {
    problem = makeProblem();
    add(problem, 100, 0, 1, 4);
    add(problem, 80, 1, 2, 4);
    add(problem, 40, 2, 3, 4);
    problem.overlaps.push_back({1, 2, 0});
    plan = planAndVerify(problem);
  }
  std::string verify() { return llvm::toString(verifyPlan(problem, plan)); }

  PlanProblem problem;
  Plan plan;
};

} // namespace

TEST_F(VerifyTest, CollisionNamesBothBuffers) {
  plan.offsets = {0, 96, 96};
  plan.usage[0].peak = 176;
  EXPECT_EQ(verify(), "plan lets two buffers collide: 'b0' at [0, 100) of "
                      "'sram', steps 0 to 1; and 'b1' at [96, 176) of 'sram', "
                      "steps 1 to 2");
}

TEST_F(VerifyTest, OverlapOnlyAtItsDistance) {
  plan.offsets = {80, 0, 4};
  EXPECT_NE(verify().find("'b1' at [0, 80)"), std::string::npos);
  plan.offsets = {80, 0, 0};
  EXPECT_EQ(verify(), "");
  plan.offsets = {80, 0, 80};
  EXPECT_EQ(verify(), "");
}

TEST_F(VerifyTest, OneByteTooFarIsFound) {
  // Every buffer of random plans, moved by its alignment into a neighbour.
  Random random(7);
  unsigned found = 0;
  for (unsigned trial = 0; trial < 200; ++trial) {
    PlanProblem dense = makeProblem();
    for (unsigned i = 0; i < 6; ++i)
      add(dense, 1 + random.below(9), 0, 1);
    Plan good = planAndVerify(dense);
    unsigned victim = random.below(6);
    good.offsets[victim] += good.offsets[victim] == 0 ? 1 : -1;
    llvm::Error error = verifyPlan(dense, good);
    found += bool(error);
    llvm::consumeError(std::move(error));
  }
  EXPECT_EQ(found, 200u);
}

TEST_F(VerifyTest, MisplacedAndMisstated) {
  Plan good = plan;
  plan.offsets[0] = 82;
  EXPECT_EQ(verify(), "plan puts 'b0' at offset 82, which is no multiple of 4");
  plan = good;
  plan.usage[0].peak -= 1;
  EXPECT_NE(verify().find("states a peak of 179"), std::string::npos);
  plan = good;
  plan.usage[0].lowerBound = 181;
  EXPECT_NE(verify().find("lower bound"), std::string::npos);
  plan = good;
  plan.fits = false;
  EXPECT_EQ(verify(), "plan states that it does not fit, but it does");
  plan = good;
  plan.offsets.pop_back();
  EXPECT_NE(verify().find("an offset for each"), std::string::npos);
  plan = good;
  plan.regions[1] = 3;
  EXPECT_EQ(verify(), "plan puts 'b1' into the wrong region");
}
