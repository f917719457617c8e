//===- CertificateTest.cpp - Bounds and their certificates ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProblems.h"

using namespace mlir::ofa;

namespace {

/// Three buffers at step 1, of which two may overlap.
class CertificateTest : public testing::Test {
protected:
  void SetUp() override {
    problem = makeProblem();
    add(problem, 100, 0, 1, 4);
    add(problem, 80, 1, 2, 4);
    add(problem, 42, 1, 1, 4);
    add(problem, 10, 3, 3, 4);
    problem.overlaps.push_back({0, 1, 10});
    plan = planAndVerify(problem);
  }
  BoundCertificate &certificate() { return plan.usage[0].certificate; }
  std::string check() {
    return llvm::toString(checkCertificate(problem, plan, 0));
  }

  PlanProblem problem;
  Plan plan;
};

} // namespace

TEST_F(CertificateTest, LiveSetCountsOverlapsOnce) {
  // The first ends 112 bytes above the second's start.
  EXPECT_EQ(plan.usage[0].peak, 112 + 42);
  EXPECT_TRUE(plan.usage[0].isCertified());
  EXPECT_EQ(certificate().kind, BoundCertificate::Kind::LiveSet);
  EXPECT_EQ(certificate().step, 1);
  EXPECT_EQ(certificate().buffers, std::vector<unsigned>{2});
  EXPECT_EQ(certificate().overlaps, std::vector<unsigned>{0});
}

TEST_F(CertificateTest, FalseLiveSetsAreRefused) {
  BoundCertificate good = certificate();
  certificate().bytes += 1;
  EXPECT_EQ(check(),
            "certificate of region 'sram' states 155 bytes, but proves "
            "154");
  certificate() = good;
  certificate().step = 2;
  EXPECT_EQ(check(),
            "certificate of region 'sram' counts 'b2', which is not in "
            "use at step 2");
  certificate() = good;
  certificate().buffers.push_back(3);
  EXPECT_NE(check().find("counts 'b3', which is not in use"),
            std::string::npos);
  certificate() = good;
  certificate().buffers.push_back(2);
  EXPECT_NE(check().find("counts a buffer twice"), std::string::npos);
  certificate().buffers = {2, 0};
  EXPECT_NE(check().find("counts a buffer twice"), std::string::npos);
  certificate().overlaps.clear();
  certificate().buffers = {0, 1, 2};
  EXPECT_EQ(check(), "certificate of region 'sram' counts 'b0' and 'b1' apart, "
                     "which may overlap");
  certificate().buffers = {7};
  EXPECT_NE(check().find("a buffer that does not exist"), std::string::npos);
  certificate() = good;
  certificate().overlaps = {1};
  EXPECT_NE(check().find("an overlap that does not exist"), std::string::npos);
  certificate() = good;
  problem.regions.push_back({"other"});
  plan.usage.emplace_back();
  plan.regions[2] = 1;
  EXPECT_EQ(check(), "certificate of region 'sram' names 'b2' of another "
                     "region");
}

TEST_F(CertificateTest, ChainsAreCheckedLinkByLink) {
  problem = makeProblem();
  unsigned a = add(problem, 20, 0, 1);
  unsigned b = add(problem, 100, 1, 2);
  unsigned c = add(problem, 50, 2, 3);
  problem.overlaps = {{a, b, 90}, {b, c, 4}};
  plan = planAndVerify(problem);
  EXPECT_EQ(certificate().kind, BoundCertificate::Kind::OverlapChain);
  EXPECT_EQ(certificate().overlaps, (std::vector<unsigned>{0, 1}));
  EXPECT_EQ(certificate().bytes, 114);
  EXPECT_EQ(check(), "");
  certificate().bytes = 115;
  EXPECT_NE(check().find("states 115 bytes, but proves 114"),
            std::string::npos);
  certificate().bytes = 114;
  certificate().overlaps = {1, 0};
  EXPECT_NE(check().find("names overlaps that are no chain"),
            std::string::npos);
  certificate().overlaps = {0};
  EXPECT_NE(check().find("proves 110"), std::string::npos);
  certificate().overlaps.clear();
  EXPECT_NE(check().find("expects a chain"), std::string::npos);
}

TEST_F(CertificateTest, WhatASearchProvedIsNotCertified) {
  // Neither any two nor any chain need 17 bytes, but all of them do.
  problem = makeProblem();
  unsigned a = add(problem, 1, 4, 5);
  unsigned b = add(problem, 4, 2, 4, 2);
  unsigned c = add(problem, 2, 1, 4);
  unsigned d = add(problem, 5, 4, 4);
  add(problem, 5, 3, 6);
  unsigned e = add(problem, 5, 4, 6);
  problem.overlaps = {{b, a, 1},  {b, d, 2},  {b, e, 2},
                      {c, a, -1}, {c, d, -1}, {c, e, 0}};
  plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 17);
  EXPECT_TRUE(plan.isOptimal());
  EXPECT_GT(plan.nodes, 0u);
  EXPECT_FALSE(plan.usage[0].isCertified());
  EXPECT_EQ(certificate().bytes, 16);
  // Claiming the searched bound as certified is refused.
  certificate().bytes = 17;
  EXPECT_NE(check().find("states 17 bytes, but proves 16"), std::string::npos);
}

TEST_F(CertificateTest, SmallAlignmentDoesNotWeakenTheBound) {
  problem = makeProblem();
  for (unsigned i = 0; i < 3; ++i)
    add(problem, 5, 0, 0, 16);
  add(problem, 1, 0, 0, 1);
  plan = planAndVerify(problem);
  EXPECT_EQ(plan.usage[0].peak, 37);
  EXPECT_TRUE(plan.usage[0].isCertified());
  EXPECT_EQ(certificate().buffers, (std::vector<unsigned>{0, 1, 2}));
}
