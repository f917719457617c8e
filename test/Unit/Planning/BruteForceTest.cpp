//===- BruteForceTest.cpp - The planner against all placements --*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProblems.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::ofa;

/// Tries every offset of every buffer; true if a plan with this peak exists.
static bool existsPlan(const PlanProblem &problem, int64_t peak,
                       std::vector<int64_t> &offsets) {
  size_t index = offsets.size();
  if (index == problem.buffers.size())
    return true;
  const PlanBuffer &buffer = problem.buffers[index];
  for (int64_t offset = 0; offset + buffer.bytes <= peak;
       offset += buffer.alignment) {
    offsets.push_back(offset);
    bool collides = false;
    for (size_t other = 0; other < index && !collides; ++other) {
      const PlanBuffer &b = problem.buffers[other];
      if (buffer.firstUse > b.lastUse || b.firstUse > buffer.lastUse ||
          offset >= offsets[other] + b.bytes ||
          offsets[other] >= offset + buffer.bytes)
        continue;
      collides = true;
      for (const PlanOverlap &o : problem.overlaps)
        if ((o.input == index && o.output == other) ||
            (o.input == other && o.output == index)) {
          int64_t distance = offsets[o.input] - offsets[o.output];
          collides = o.exact ? distance != o.distance : distance < o.distance;
        }
    }
    if (!collides && existsPlan(problem, peak, offsets))
      return true;
    offsets.pop_back();
  }
  return false;
}

static int64_t findSmallestPeak(const PlanProblem &problem) {
  int64_t peak = 1;
  for (std::vector<int64_t> offsets; !existsPlan(problem, peak, offsets);
       ++peak)
    offsets.clear();
  return peak;
}

static std::string print(const PlanProblem &problem) {
  std::string text;
  for (const PlanBuffer &b : problem.buffers)
    text += b.name + ": " + std::to_string(b.bytes) + " [" +
            std::to_string(b.firstUse) + ", " + std::to_string(b.lastUse) +
            "] align " + std::to_string(b.alignment) + "\n";
  for (const PlanOverlap &o : problem.overlaps)
    text += "input b" + std::to_string(o.input) + " output b" +
            std::to_string(o.output) + " distance " +
            std::to_string(o.distance) + (o.exact ? " exact\n" : "\n");
  return text;
}

static PlanProblem makeRandomProblem(Random &random, unsigned maxBuffers,
                                     int64_t maxBytes, bool overlaps) {
  PlanProblem problem = makeProblem();
  unsigned count = 2 + random.below(maxBuffers - 1);
  for (unsigned i = 0; i < count; ++i) {
    int64_t first = random.below(5);
    add(problem, 1 + random.below(maxBytes), first, first + random.below(4),
        int64_t(1) << (random.below(4) == 0 ? random.below(3) : 0));
  }
  if (!overlaps)
    return problem;
  for (unsigned i = 0; i < count; ++i)
    for (unsigned j = 0; j < count; ++j) {
      const PlanBuffer &in = problem.buffers[i], &out = problem.buffers[j];
      if (i == j || in.lastUse != out.firstUse || in.firstUse == in.lastUse ||
          random.below(3) == 0)
        continue;
      int64_t distance = random.below(in.bytes + out.bytes + 1) - in.bytes;
      if (random.below(3) == 0)
        distance = 0;
      problem.overlaps.push_back({i, j, distance, random.below(4) == 0});
    }
  return problem;
}

TEST(BruteForceTest, RandomProblemsAreSolvedToTheOptimum) {
  Random random(1);
  for (unsigned i = 0; i < 2000; ++i) {
    PlanProblem problem = makeRandomProblem(random, 6, 6, false);
    Plan plan = planAndVerify(problem);
    EXPECT_TRUE(plan.isOptimal()) << print(problem);
    EXPECT_EQ(plan.usage[0].peak, findSmallestPeak(problem)) << print(problem);
  }
}

TEST(BruteForceTest, RandomOverlapsAreSolvedToTheOptimum) {
  Random random(2);
  for (unsigned i = 0; i < 20000; ++i) {
    PlanProblem problem = makeRandomProblem(random, 6, 5, true);
    Plan plan = planAndVerify(problem);
    EXPECT_TRUE(plan.isOptimal()) << print(problem);
    EXPECT_EQ(plan.usage[0].peak, findSmallestPeak(problem)) << print(problem);
  }
}

/// The checker must not believe more than what is true, whatever it is told.
TEST(BruteForceTest, NoCertificateProvesMoreThanTheOptimum) {
  Random random(11);
  for (unsigned i = 0; i < 2000; ++i) {
    PlanProblem problem = makeRandomProblem(random, 6, 5, true);
    Plan plan = planAndVerify(problem);
    BoundCertificate &certificate = plan.usage[0].certificate;
    for (unsigned j = 0; j < 50; ++j) {
      certificate = BoundCertificate();
      certificate.bytes = plan.usage[0].peak + 1;
      certificate.step = random.below(8);
      if (random.below(3) == 0)
        certificate.kind = BoundCertificate::Kind::OverlapChain;
      for (unsigned b = 0; b < problem.buffers.size(); ++b)
        if (problem.buffers[b].firstUse <= certificate.step &&
            problem.buffers[b].lastUse >= certificate.step &&
            random.below(4) > 0)
          certificate.buffers.push_back(b);
      for (unsigned o = 0; o < problem.overlaps.size(); ++o)
        if (random.below(4) == 0) {
          certificate.overlaps.push_back(o);
          llvm::erase(certificate.buffers, problem.overlaps[o].input);
          llvm::erase(certificate.buffers, problem.overlaps[o].output);
        }
      llvm::Error error = checkCertificate(problem, plan, 0);
      EXPECT_TRUE(bool(error)) << print(problem);
      llvm::consumeError(std::move(error));
    }
  }
}
