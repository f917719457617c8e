//===- MiniMallocTest.cpp - Published hard problems -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Problems of the MiniMalloc paper, from the shared data: id, first and last
// step (exclusive), bytes; all of them fit into 1,048,576 bytes.
//
//===----------------------------------------------------------------------===//

#include "MiniMalloc.h"
#include "TestProblems.h"
#include "llvm/ADT/STLExtras.h"
#include <cstdlib>

using namespace mlir::ofa;

static std::string getSharedDir() {
  const char *override = std::getenv("OFA_SHARED_DIR");
  return override ? override : OFA_SHARED_DIR;
}

class MiniMallocTest : public testing::TestWithParam<const char *> {};

TEST_P(MiniMallocTest, Fits) {
  std::string path =
      getSharedDir() + "/minimalloc/" + GetParam() + ".1048576.csv";
  if (!std::ifstream(path).good()) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << path << " is missing";
    GTEST_SKIP() << "without shared data: " << path;
  }
  std::optional<PlanProblem> problem = readMiniMalloc(path);
  ASSERT_TRUE(problem) << path;
  PlanOptions options;
  options.stopWhenFits = true;
  Plan plan = planAndVerify(*problem, options);
  const RegionPlan &usage = plan.usage[0];
  EXPECT_TRUE(plan.fits) << usage.peak;
  // What is in use at once takes all bytes, but in C, D and J.
  EXPECT_TRUE(usage.isCertified());
  bool isTight =
      !llvm::is_contained({"C", "D", "J"}, llvm::StringRef(GetParam()));
  EXPECT_EQ(usage.lowerBound == 1 << 20, isTight) << usage.lowerBound;
  RecordProperty("nodes", std::to_string(plan.nodes));
}

INSTANTIATE_TEST_SUITE_P(All, MiniMallocTest,
                         testing::Values("A", "B", "C", "D", "E", "F", "G", "H",
                                         "I", "J", "K"));
