//===- TestProblems.h - Helpers for planner tests ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_PLANNING_TESTPROBLEMS_H
#define OFA_TEST_UNIT_PLANNING_TESTPROBLEMS_H

#include "ofa/Planning/Planning.h"
#include "gtest/gtest.h"

namespace mlir::ofa {

/// A problem with one region without a limit.
inline PlanProblem makeProblem() {
  PlanProblem problem;
  problem.regions.push_back({"sram"});
  return problem;
}

/// Adds a buffer and returns its index.
inline unsigned add(PlanProblem &problem, int64_t bytes, int64_t firstUse,
                    int64_t lastUse, int64_t alignment = 1) {
  PlanBuffer buffer;
  buffer.name = "b" + std::to_string(problem.buffers.size());
  buffer.bytes = bytes;
  buffer.firstUse = firstUse;
  buffer.lastUse = lastUse;
  buffer.alignment = alignment;
  problem.buffers.push_back(buffer);
  return problem.buffers.size() - 1;
}

/// Plans, and checks problem and plan.
inline Plan planAndVerify(const PlanProblem &problem,
                          const PlanOptions &options = {}) {
  llvm::Error bad = checkProblem(problem);
  EXPECT_FALSE(bool(bad)) << llvm::toString(std::move(bad));
  Plan plan = planMemory(problem, options);
  llvm::Error wrong = verifyPlan(problem, plan);
  EXPECT_FALSE(bool(wrong)) << llvm::toString(std::move(wrong));
  return plan;
}

/// A small generator (SplitMix64), the same on every machine.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  /// From 0 to bound - 1.
  int64_t below(int64_t bound) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % bound;
  }

private:
  uint64_t state;
};

} // namespace mlir::ofa

#endif // OFA_TEST_UNIT_PLANNING_TESTPROBLEMS_H
