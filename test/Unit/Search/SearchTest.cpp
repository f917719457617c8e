//===- SearchTest.cpp - The search against enumeration ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Search.h"
#include "ofa/Search/Predictor.h"
#include "ofa/Search/Random.h"
#include "gtest/gtest.h"
#include <cmath>
#include <set>

using namespace mlir::ofa;

namespace {

/// A small supernet: a resolution, and two stages of up to three blocks with
/// kernel and expand choices: 3 * (3 * 3^3 * 2^3)^2 = 1.26 million genomes,
/// 3 * (6 + 36 + 216)^2 = 199,692 distinct points. The score is an MLP on the
/// one-hot genes plus a trend; costs look like latency (a sum), flash (a sum)
/// and SRAM (a maximum).
class ToySpace : public SearchProblem {
public:
  explicit ToySpace(uint64_t seed) {
    cardinalities.push_back(3);
    for (unsigned stage = 0; stage < 2; ++stage) {
      cardinalities.push_back(3);
      for (unsigned block = 0; block < 3; ++block) {
        cardinalities.push_back(3);
        cardinalities.push_back(2);
      }
    }
    encoding = OneHotEncoding::makeDense(cardinalities);
    Random random(seed);
    Predictor::Layer first{encoding.getWidth(), 24, {}, {}};
    for (unsigned i = 0; i < first.inputs * first.outputs; ++i)
      first.weights.push_back(static_cast<float>(random.uniform() - 0.5));
    Predictor::Layer second{24, 1, {}, {}};
    for (unsigned i = 0; i < 24; ++i)
      second.weights.push_back(static_cast<float>(random.uniform() - 0.5));
    predictor.emplace(llvm::cantFail(Predictor::create({first, second}, 0.5f)));
    limits.assign(3, INFINITY);
  }

  llvm::ArrayRef<unsigned> getCardinalities() const override {
    return cardinalities;
  }
  llvm::ArrayRef<double> getLimits() const override { return limits; }

  void canonicalise(Genome &genome) const override {
    for (unsigned stage = 0; stage < 2; ++stage)
      for (unsigned block = genome[1 + 7 * stage] + 1; block < 3; ++block)
        genome[2 + 7 * stage + 2 * block] = genome[3 + 7 * stage + 2 * block] =
            0;
  }

  std::vector<Evaluation> evaluate(llvm::ArrayRef<Genome> genomes) override {
    evaluated += genomes.size();
    std::vector<std::vector<unsigned>> rows;
    std::vector<Evaluation> result;
    for (const Genome &genome : genomes) {
      std::vector<bool> active(genome.size(), true);
      double resolution = 20 + 6 * genome[0];
      double latency = resolution * resolution * 27, flash = 500, sram = 0;
      double trend = 0.02 * genome[0];
      for (unsigned stage = 0; stage < 2; ++stage) {
        double side = resolution / (stage + 1), channels = 8 + 8 * stage;
        unsigned depth = genome[1 + 7 * stage] + 1;
        for (unsigned block = 0; block < 3; ++block) {
          unsigned at = 2 + 7 * stage + 2 * block;
          if (block >= depth) {
            active[at] = active[at + 1] = false;
            continue;
          }
          double kernel = 3 + 2 * genome[at], expand = 3 + 3 * genome[at + 1];
          double wide = channels * expand;
          latency += side * side * wide * (2 * channels + kernel * kernel);
          flash += wide * (2 * channels + kernel * kernel);
          sram = std::max(sram,
                          side * side * (wide + channels) + 4 * side * kernel);
          trend += 0.02 + 0.01 * genome[at] + 0.015 * genome[at + 1];
        }
      }
      rows.push_back(encoding.encode(genome, active));
      result.push_back({trend, {latency, flash, sram}});
    }
    std::vector<float> predicted = predictor->predict(rows);
    for (size_t i = 0; i < result.size(); ++i)
      result[i].score += 0.1 * predicted[i];
    return result;
  }

  std::vector<unsigned> cardinalities;
  std::vector<double> limits;
  OneHotEncoding encoding;
  std::optional<Predictor> predictor;
  uint64_t evaluated = 0;
};

/// All distinct points of a space with their evaluations.
struct Table {
  explicit Table(ToySpace &space) {
    std::set<Genome> seen;
    Genome genome(space.cardinalities.size(), 0);
    while (true) {
      Genome canonical = genome;
      space.canonicalise(canonical);
      if (canonical == genome)
        genomes.push_back(genome);
      size_t gene = 0;
      while (gene < genome.size() &&
             ++genome[gene] == space.cardinalities[gene])
        genome[gene++] = 0;
      if (gene == genome.size())
        break;
    }
    evaluations = space.evaluate(genomes);
  }

  std::optional<double> findBest(llvm::ArrayRef<double> limits) const {
    std::optional<double> best;
    for (const Evaluation &e : evaluations) {
      bool feasible = true;
      for (size_t i = 0; i < limits.size(); ++i)
        feasible &= e.costs[i] <= limits[i];
      if (feasible && (!best || e.score > *best))
        best = e.score;
    }
    return best;
  }

  std::vector<Genome> genomes;
  std::vector<Evaluation> evaluations;
};

} // namespace

TEST(SearchTest, FindsTheOptimumForRandomBudgets) {
  ToySpace space(1);
  Table table(space);
  ASSERT_EQ(table.genomes.size(), 199692u);
  Random random(2);
  uint64_t evaluations = 0;
  for (unsigned trial = 0; trial < 40; ++trial) {
    // Budgets around a random point, some of them absent.
    const Evaluation &near =
        table.evaluations[random.below(table.evaluations.size())];
    for (size_t i = 0; i < 3; ++i)
      space.limits[i] = random.below(4) == 0
                            ? INFINITY
                            : near.costs[i] * (1 + 0.2 * random.uniform());
    SearchOptions options;
    options.seed = trial;
    options.enumerateUpTo = 0;
    SearchResult result = search(space, options);
    ASSERT_FALSE(result.feasible.empty()) << trial;
    EXPECT_EQ(result.feasible[0].evaluation.score, table.findBest(space.limits))
        << "trial " << trial;
    EXPECT_FALSE(result.isExhaustive);
    EXPECT_LE(result.evaluations, 20000u);
    evaluations += result.evaluations;
  }
  RecordProperty("evaluations", std::to_string(evaluations / 40));
}

TEST(SearchTest, ImpossibleBudgetsGiveTheNearestPoint) {
  ToySpace space(3);
  Table table(space);
  double smallest[3] = {INFINITY, INFINITY, INFINITY};
  for (const Evaluation &e : table.evaluations)
    for (size_t i = 0; i < 3; ++i)
      smallest[i] = std::min(smallest[i], e.costs[i]);
  for (size_t i = 0; i < 3; ++i) {
    space.limits.assign(3, INFINITY);
    space.limits[i] = smallest[i] * 0.5;
    SearchOptions options;
    options.enumerateUpTo = 0;
    SearchResult result = search(space, options);
    EXPECT_TRUE(result.feasible.empty());
    ASSERT_TRUE(result.nearest.has_value());
    EXPECT_EQ(result.nearest->evaluation.costs[i], smallest[i]);
    EXPECT_NEAR(result.nearest->violation, 1, 1e-9);
    EXPECT_EQ(result.binding, i);
  }
}

TEST(SearchTest, RankedListIsFeasibleDistinctAndSorted) {
  ToySpace space(4);
  space.limits = {2e6, 20000, 20000};
  SearchOptions options;
  options.enumerateUpTo = 0;
  options.keep = 20;
  SearchResult result = search(space, options);
  ASSERT_EQ(result.feasible.size(), 20u);
  std::set<Genome> seen;
  for (size_t i = 0; i < 20; ++i) {
    const SearchCandidate &candidate = result.feasible[i];
    EXPECT_TRUE(seen.insert(candidate.genome).second);
    Genome canonical = candidate.genome;
    space.canonicalise(canonical);
    EXPECT_EQ(canonical, candidate.genome);
    EXPECT_EQ(candidate.violation, 0);
    for (size_t c = 0; c < 3; ++c)
      EXPECT_LE(candidate.evaluation.costs[c], space.limits[c]);
    if (i > 0) {
      EXPECT_LE(candidate.evaluation.score,
                result.feasible[i - 1].evaluation.score);
    }
  }
  EXPECT_TRUE(result.binding.has_value());
}

TEST(SearchTest, SameSeedSameResultAndNothingTwice) {
  ToySpace space(5);
  space.limits = {2e6, 20000, INFINITY};
  SearchOptions options;
  options.enumerateUpTo = 0;
  options.seed = 9;
  SearchResult a = search(space, options);
  EXPECT_EQ(space.evaluated, a.evaluations);
  SearchResult b = search(space, options);
  ASSERT_EQ(a.feasible.size(), b.feasible.size());
  EXPECT_EQ(a.evaluations, b.evaluations);
  for (size_t i = 0; i < a.feasible.size(); ++i)
    EXPECT_EQ(a.feasible[i].genome, b.feasible[i].genome);
}

TEST(SearchTest, WithoutLimitsTheLimitOfEvaluationsHolds) {
  ToySpace space(6);
  SearchOptions options;
  options.enumerateUpTo = 0;
  options.maxEvaluations = 300;
  SearchResult result = search(space, options);
  EXPECT_LE(result.evaluations, 300u);
  EXPECT_FALSE(result.feasible.empty());
  EXPECT_EQ(result.binding, std::nullopt);
}

TEST(SearchTest, SmallSpacesAreEnumerated) {
  ToySpace space(7);
  space.limits = {2e6, 20000, INFINITY};
  SearchOptions options;
  options.enumerateUpTo = 2000000;
  options.maxEvaluations = 2000000;
  SearchResult result = search(space, options);
  EXPECT_TRUE(result.isExhaustive);
  EXPECT_EQ(result.evaluations, 199692u);
  Table table(space);
  EXPECT_EQ(result.feasible[0].evaluation.score, table.findBest(space.limits));
}

TEST(SearchTest, NotANumberNeverWins) {
  class Broken : public SearchProblem {
    llvm::ArrayRef<unsigned> getCardinalities() const override {
      static const unsigned cardinalities[] = {4, 4};
      return cardinalities;
    }
    llvm::ArrayRef<double> getLimits() const override {
      static const double limits[] = {10};
      return limits;
    }
    std::vector<Evaluation> evaluate(llvm::ArrayRef<Genome> genomes) override {
      std::vector<Evaluation> result;
      for (const Genome &g : genomes)
        result.push_back(
            {g[0] == 3 ? NAN : g[0], {g[1] == 3 ? NAN : double(g[1])}});
      return result;
    }
  } broken;
  SearchResult result = search(broken);
  ASSERT_EQ(result.feasible.size(), 9u);
  EXPECT_EQ(result.feasible[0].genome, (Genome{2, 0}));
}
