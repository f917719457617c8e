//===- FrontTest.cpp - Pareto fronts against brute force --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Front.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir::ofa;

namespace {
/// 3^6 points; every cost has many scores.
class Toy : public SearchProblem {
public:
  llvm::ArrayRef<unsigned> getCardinalities() const override {
    static const unsigned cardinalities[] = {3, 3, 3, 3, 3, 3};
    return cardinalities;
  }
  llvm::ArrayRef<double> getLimits() const override { return limits; }
  void computeCosts(const Genome &genome,
                    llvm::MutableArrayRef<double> costs) const override {
    costs[0] = 1;
    costs[1] = 1;
    for (unsigned gene = 0; gene < genome.size(); ++gene) {
      costs[0] += genome[gene] * (gene + 1);
      costs[1] += genome[gene];
    }
  }
  std::vector<double> score(llvm::ArrayRef<Genome> genomes) const override {
    std::vector<double> result;
    for (const Genome &genome : genomes)
      result.push_back(genome[0] * 2 + genome[5] * genome[1] + genome[2] -
                       0.5 * genome[3]);
    return result;
  }
  std::vector<double> limits = {INFINITY, 8};
};
} // namespace

TEST(FrontTest, OnlyPointsThatNothingBeatsRemain) {
  auto make = [](double score, double cost) {
    return SearchCandidate{{}, score, {cost}};
  };
  std::vector<SearchCandidate> front = selectFront(
      {make(1, 5), make(3, 7), make(2, 6), make(2, 7), make(3, 9), make(1, 5)},
      0);
  ASSERT_EQ(front.size(), 3u);
  EXPECT_EQ(front[0].score, 1);
  EXPECT_EQ(front[1].score, 2);
  EXPECT_EQ(front[2].score, 3);
  EXPECT_EQ(front[2].costs[0], 7);
}

TEST(FrontTest, EqualsBruteForceAtEveryStep) {
  Toy toy;
  const unsigned steps = 12;
  unsigned told = 0;
  std::vector<SearchCandidate> front =
      searchFront(toy, 0, steps, {}, [&](unsigned done) { told = done; });
  EXPECT_EQ(told, steps);
  ASSERT_FALSE(front.empty());

  double low = front.front().costs[0], high = front.back().costs[0];
  EXPECT_EQ(low, 1);
  for (unsigned step = 0; step < steps; ++step) {
    double limit = low + (high - low) * step / (steps - 1);
    double best = -INFINITY, found = -INFINITY;
    Genome genome(6, 0);
    size_t gene = 0;
    while (gene < 6) {
      double costs[2];
      toy.computeCosts(genome, costs);
      if (costs[0] <= limit && costs[1] <= toy.limits[1])
        best = std::max(best, toy.score({genome}).front());
      for (gene = 0; gene < 6 && ++genome[gene] == 3; ++gene)
        genome[gene] = 0;
    }
    for (const SearchCandidate &point : front)
      if (point.costs[0] <= limit)
        found = std::max(found, point.score);
    EXPECT_EQ(found, best) << "limit " << limit;
  }
  for (size_t i = 1; i < front.size(); ++i) {
    EXPECT_GT(front[i].costs[0], front[i - 1].costs[0]);
    EXPECT_GT(front[i].score, front[i - 1].score);
  }
}

TEST(FrontTest, NothingFeasibleGivesNothing) {
  Toy toy;
  toy.limits[1] = 0.5;
  EXPECT_TRUE(searchFront(toy, 0, 3, {}).empty());
}
