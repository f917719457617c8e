//===- SearchTest.cpp - The search against enumeration ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Search.h"
#include "ofa/Search/Predictor.h"
#include "ofa/Search/Xoshiro256.h"
#include "gtest/gtest.h"
#include <array>
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
    Xoshiro256 random(seed);
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

  llvm::SmallBitVector findActive(const Genome &genome) const override {
    llvm::SmallBitVector active(genome.size(), true);
    for (unsigned stage = 0; stage < 2; ++stage)
      for (unsigned block = genome[1 + 7 * stage] + 1; block < 3; ++block)
        active[2 + 7 * stage + 2 * block] = active[3 + 7 * stage + 2 * block] =
            false;
    return active;
  }

  void computeCosts(const Genome &genome,
                    llvm::MutableArrayRef<double> costs) const override {
    double resolution = 20 + 6 * genome[0];
    double latency = resolution * resolution * 27, flash = 500, sram = 0;
    for (unsigned stage = 0; stage < 2; ++stage) {
      double side = resolution / (stage + 1), channels = 8 + 8 * stage;
      for (unsigned block = 0; block <= genome[1 + 7 * stage]; ++block) {
        unsigned at = 2 + 7 * stage + 2 * block;
        double kernel = 3 + 2 * genome[at], expand = 3 + 3 * genome[at + 1];
        double wide = channels * expand;
        latency += side * side * wide * (2 * channels + kernel * kernel);
        flash += wide * (2 * channels + kernel * kernel);
        sram = std::max(sram,
                        side * side * (wide + channels) + 4 * side * kernel);
      }
    }
    costs[0] = latency;
    costs[1] = flash;
    costs[2] = sram;
  }

  std::vector<double> score(llvm::ArrayRef<Genome> genomes) const override {
    std::vector<std::vector<unsigned>> rows;
    std::vector<double> result;
    for (const Genome &genome : genomes) {
      double trend = 0.02 * genome[0];
      for (unsigned stage = 0; stage < 2; ++stage)
        for (unsigned block = 0; block <= genome[1 + 7 * stage]; ++block) {
          unsigned at = 2 + 7 * stage + 2 * block;
          trend += 0.02 + 0.01 * genome[at] + 0.015 * genome[at + 1];
        }
      rows.push_back(encoding.encode(genome, findActive(genome)));
      result.push_back(trend);
    }
    std::vector<float> predicted = predictor->predict(rows);
    for (size_t i = 0; i < result.size(); ++i)
      result[i] += 0.1 * predicted[i];
    return result;
  }

  std::vector<unsigned> cardinalities;
  std::vector<double> limits;
  OneHotEncoding encoding;
  std::optional<Predictor> predictor;
};

/// All distinct points of a space, by brute force.
struct Table {
  explicit Table(const ToySpace &space) {
    Genome genome(space.cardinalities.size(), 0);
    size_t gene = 0;
    while (gene < genome.size()) {
      llvm::SmallBitVector active = space.findActive(genome);
      bool isDistinct = true;
      for (size_t i = 0; i < genome.size(); ++i)
        isDistinct &= active[i] || genome[i] == 0;
      if (isDistinct)
        genomes.push_back(genome);
      for (gene = 0; gene < genome.size() &&
                     ++genome[gene] == space.cardinalities[gene];
           ++gene)
        genome[gene] = 0;
    }
    scores = space.score(genomes);
    for (const Genome &point : genomes)
      space.computeCosts(point, costs.emplace_back());
  }

  bool isFeasible(size_t i, llvm::ArrayRef<double> limits) const {
    return costs[i][0] <= limits[0] && costs[i][1] <= limits[1] &&
           costs[i][2] <= limits[2];
  }
  std::optional<double> findBest(llvm::ArrayRef<double> limits) const {
    std::optional<double> best;
    for (size_t i = 0; i < genomes.size(); ++i)
      if (isFeasible(i, limits) && (!best || scores[i] > *best))
        best = scores[i];
    return best;
  }
  std::optional<double> findCheapest(llvm::ArrayRef<double> limits,
                                     unsigned cost, double minScore) const {
    std::optional<double> best;
    for (size_t i = 0; i < genomes.size(); ++i)
      if (isFeasible(i, limits) && scores[i] >= minScore &&
          (!best || costs[i][cost] < *best))
        best = costs[i][cost];
    return best;
  }

  std::vector<Genome> genomes;
  std::vector<double> scores;
  std::vector<std::array<double, 3>> costs;
};

/// Options that search where enumeration would do.
SearchOptions makeOptions(uint64_t seed = 0) {
  SearchOptions options;
  options.seed = seed;
  options.enumerateUpTo = 0;
  options.maxEvaluations = 40000;
  return options;
}

} // namespace

TEST(SearchTest, FindsTheOptimumForRandomBudgets) {
  ToySpace space(1);
  Table table(space);
  ASSERT_EQ(table.genomes.size(), 199692u);
  Xoshiro256 random(2);
  for (unsigned trial = 0; trial < 50; ++trial) {
    // Budgets around a random point, some of them absent.
    size_t near = random.below(table.genomes.size());
    for (size_t i = 0; i < 3; ++i)
      space.limits[i] =
          random.below(4) == 0
              ? INFINITY
              : table.costs[near][i] * (1 + 0.2 * random.uniform());
    SearchResult result = search(space, makeOptions(trial));
    ASSERT_FALSE(result.feasible.empty()) << trial;
    EXPECT_EQ(result.feasible[0].score, table.findBest(space.limits))
        << "trial " << trial;
    EXPECT_FALSE(result.isExhaustive);
    EXPECT_LE(result.evaluations, 41000u);
  }
}

TEST(SearchTest, FindsTheCheapestPointAboveAScore) {
  ToySpace space(1);
  Table table(space);
  Xoshiro256 random(3);
  for (unsigned trial = 0; trial < 20; ++trial) {
    size_t near = random.below(table.genomes.size());
    space.limits = {INFINITY, table.costs[near][1] * 1.5, INFINITY};
    SearchOptions options = makeOptions(trial);
    options.minimise = trial % 3;
    options.minScore = table.scores[near];
    SearchResult result = search(space, options);
    ASSERT_FALSE(result.feasible.empty()) << trial;
    EXPECT_GE(result.feasible[0].score, options.minScore);
    EXPECT_EQ(
        result.feasible[0].costs[trial % 3],
        table.findCheapest(space.limits, trial % 3, options.minScore))
        << "trial " << trial;
  }
}

TEST(SearchTest, ScoresOutOfReachGiveTheBestPoint) {
  ToySpace space(1);
  Table table(space);
  space.limits = {2e6, 20000, INFINITY};
  SearchOptions options = makeOptions();
  options.minimise = 0;
  options.minScore = 1e9;
  SearchResult result = search(space, options);
  EXPECT_TRUE(result.feasible.empty());
  ASSERT_TRUE(result.nearest.has_value());
  EXPECT_EQ(result.nearest->score, table.findBest(space.limits));
}

TEST(SearchTest, ImpossibleBudgetsGiveTheNearestPoint) {
  ToySpace space(3);
  Table table(space);
  double smallest[3] = {INFINITY, INFINITY, INFINITY};
  for (const auto &costs : table.costs)
    for (size_t i = 0; i < 3; ++i)
      smallest[i] = std::min(smallest[i], costs[i]);
  for (size_t i = 0; i < 3; ++i) {
    space.limits.assign(3, INFINITY);
    space.limits[i] = smallest[i] * 0.5;
    SearchResult result = search(space, makeOptions());
    EXPECT_TRUE(result.feasible.empty());
    ASSERT_TRUE(result.nearest.has_value());
    EXPECT_EQ(result.nearest->costs[i], smallest[i]);
  }
}

TEST(SearchTest, RankedListIsFeasibleDistinctAndSorted) {
  ToySpace space(4);
  space.limits = {2e6, 20000, 20000};
  SearchOptions options = makeOptions();
  options.keep = 20;
  SearchResult result = search(space, options);
  ASSERT_EQ(result.feasible.size(), 20u);
  std::set<Genome> seen;
  for (size_t i = 0; i < 20; ++i) {
    const SearchCandidate &candidate = result.feasible[i];
    EXPECT_TRUE(seen.insert(candidate.genome).second);
    llvm::SmallBitVector active = space.findActive(candidate.genome);
    for (size_t gene = 0; gene < active.size(); ++gene)
      EXPECT_TRUE(active[gene] || candidate.genome[gene] == 0);
    for (size_t c = 0; c < 3; ++c)
      EXPECT_LE(candidate.costs[c], space.limits[c]);
    if (i > 0) {
      EXPECT_LE(candidate.score, result.feasible[i - 1].score);
    }
  }
}

TEST(SearchTest, SameSeedSameResult) {
  ToySpace space(5);
  space.limits = {2e6, 20000, INFINITY};
  SearchResult a = search(space, makeOptions(9));
  SearchResult b = search(space, makeOptions(9));
  ASSERT_EQ(a.feasible.size(), b.feasible.size());
  EXPECT_EQ(a.evaluations, b.evaluations);
  for (size_t i = 0; i < a.feasible.size(); ++i)
    EXPECT_EQ(a.feasible[i].genome, b.feasible[i].genome);
}

TEST(SearchTest, SeedsAreNeverForgotten) {
  ToySpace space(5);
  space.limits = {2e6, 20000, INFINITY};
  SearchResult found = search(space, makeOptions(9));
  SearchOptions options = makeOptions(10);
  options.seeds = {found.feasible[0].genome};
  options.maxEvaluations = 100;
  SearchResult again = search(space, options);
  ASSERT_FALSE(again.feasible.empty());
  EXPECT_GE(again.feasible[0].score, found.feasible[0].score);
}

TEST(SearchTest, SmallSpacesAreEnumerated) {
  ToySpace space(7);
  space.limits = {INFINITY, INFINITY, INFINITY};
  SearchOptions options;
  options.enumerateUpTo = 2000000;
  SearchResult result = search(space, options);
  EXPECT_TRUE(result.isExhaustive);
  EXPECT_EQ(result.evaluations, 199692u);
  Table table(space);
  EXPECT_EQ(result.feasible[0].score, table.findBest(space.limits));
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
    void computeCosts(const Genome &genome,
                      llvm::MutableArrayRef<double> costs) const override {
      costs[0] = genome[1] == 3 ? NAN : genome[1];
    }
    std::vector<double> score(llvm::ArrayRef<Genome> genomes) const override {
      std::vector<double> result;
      for (const Genome &genome : genomes)
        result.push_back(genome[0] == 3 ? NAN : genome[0]);
      return result;
    }
  } broken;
  for (uint64_t enumerateUpTo : {uint64_t(0), uint64_t(100)}) {
    SearchOptions options = makeOptions();
    options.enumerateUpTo = enumerateUpTo;
    SearchResult result = search(broken, options);
    ASSERT_FALSE(result.feasible.empty());
    EXPECT_EQ(result.feasible[0].genome, (Genome{2, 0}));
    for (const SearchCandidate &candidate : result.feasible)
      EXPECT_NE(candidate.genome[1], 3u);
  }
}
