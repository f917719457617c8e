//===- Search.cpp - Islands, and what they find together --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Search.h"
#include "Island.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ThreadPool.h"
#include <cmath>
#include <deque>

using namespace mlir::ofa;

SearchProblem::~SearchProblem() = default;

llvm::SmallBitVector SearchProblem::findActive(const Genome &genome) const {
  return llvm::SmallBitVector(genome.size(), true);
}

void SearchProblem::canonicalise(Genome &genome) const {
  llvm::SmallBitVector active = findActive(genome);
  for (size_t gene = 0; gene < genome.size(); ++gene)
    if (!active[gene])
      genome[gene] = 0;
}

Surroundings::~Surroundings() = default;
Scorer::~Scorer() = default;

namespace {
/// Estimates by scores, for problems that know nothing cheaper.
class ExactScorer final : public Scorer {
public:
  explicit ExactScorer(const SearchProblem &problem) : problem(problem) {}

  void score(llvm::ArrayRef<Genome> genomes,
             llvm::MutableArrayRef<double> result) override {
    scored = genomes;
    scores = problem.score(genomes);
    llvm::copy(scores, result.begin());
  }
  std::unique_ptr<Surroundings> makeSurroundings() override;

private:
  friend class ExactSurroundings;
  const SearchProblem &problem;
  llvm::ArrayRef<Genome> scored;
  std::vector<double> scores;
};

class ExactSurroundings final : public Surroundings {
public:
  explicit ExactSurroundings(const ExactScorer &scorer) : scorer(scorer) {}

  void moveTo(unsigned index) override {
    center = scorer.scored[index];
    score = scorer.scores[index];
    kept.clear();
  }
  double estimate(llvm::ArrayRef<GeneChange> changes) override {
    kept.push_back(scorer.problem.score(apply(changes)).front());
    return kept.back();
  }
  double estimateKept(llvm::ArrayRef<unsigned> indices) override {
    double sum = score;
    for (unsigned index : indices)
      sum += kept[index] - score;
    return sum;
  }
  void computeCosts(llvm::ArrayRef<GeneChange> changes,
                    llvm::MutableArrayRef<double> costs) override {
    scorer.problem.computeCosts(apply(changes), costs);
  }

private:
  Genome apply(llvm::ArrayRef<GeneChange> changes) const {
    Genome genome = center;
    for (GeneChange change : changes)
      genome[change.gene] = std::max(change.value, 0);
    return genome;
  }

  const ExactScorer &scorer;
  Genome center;
  double score = 0;
  std::vector<double> kept;
};
} // namespace

std::unique_ptr<Surroundings> ExactScorer::makeSurroundings() {
  return std::make_unique<ExactSurroundings>(*this);
}

std::unique_ptr<Scorer> SearchProblem::makeScorer() const {
  return std::make_unique<ExactScorer>(*this);
}

static SearchCandidate toCandidate(const SearchPoint &point) {
  return {point.genome, point.score, point.costs};
}

/// The best of `points`, each genome once; fills a result's list.
static void rank(std::vector<SearchPoint> points, const SearchOptions &options,
                 SearchResult &result) {
  Objective objective(options);
  llvm::sort(points, [&](const SearchPoint &a, const SearchPoint &b) {
    return objective.isBetter(a, b);
  });
  for (const SearchPoint &point : points) {
    if (!objective.isMet(point) || result.feasible.size() == options.keep)
      break;
    if (result.feasible.empty() || result.feasible.back().genome != point.genome)
      result.feasible.push_back(toCandidate(point));
  }
  if (result.feasible.empty() && !points.empty())
    result.nearest = toCandidate(points.front());
}

//===----------------------------------------------------------------------===//
// Points beyond the limits
//===----------------------------------------------------------------------===//

/// Lowers the violation by changes of one gene and of two until none helps.
static Genome descend(const SearchProblem &problem, Genome genome) {
  llvm::ArrayRef<unsigned> cardinalities = problem.getCardinalities();
  llvm::ArrayRef<double> limits = problem.getLimits();
  std::vector<double> costs(limits.size());
  auto judge = [&](const Genome &candidate) {
    problem.computeCosts(candidate, costs);
    return Island::getViolation(costs, limits);
  };
  problem.canonicalise(genome);
  double violation = judge(genome);
  bool isBetter = true;
  while (isBetter && violation > 0) {
    isBetter = false;
    Genome best = genome;
    auto tryChange = [&](Genome candidate) {
      problem.canonicalise(candidate);
      double now = judge(candidate);
      if (now < violation) {
        violation = now;
        best = std::move(candidate);
        isBetter = true;
      }
    };
    auto forValues = [&](const Genome &base, size_t gene, auto action) {
      for (unsigned value = 0; value < cardinalities[gene]; ++value)
        if (value != base[gene]) {
          Genome changed = base;
          changed[gene] = value;
          action(changed);
        }
    };
    for (size_t i = 0; i < genome.size(); ++i)
      forValues(genome, i, tryChange);
    for (size_t i = 0; i < genome.size() && !isBetter; ++i)
      forValues(genome, i, [&](const Genome &once) {
        for (size_t j = 0; j < i; ++j)
          forValues(once, j, tryChange);
      });
    genome = std::move(best);
  }
  return genome;
}

/// The point that comes nearest to the limits, from the smallest genome, the
/// seeds and some random ones.
static SearchPoint findNearest(const SearchProblem &problem,
                               const SearchOptions &options) {
  llvm::ArrayRef<unsigned> cardinalities = problem.getCardinalities();
  std::vector<Genome> starts = {Genome(cardinalities.size(), 0)};
  llvm::append_range(starts, options.seeds);
  Xoshiro256 random(options.seed);
  for (unsigned i = 0; i < 8; ++i) {
    Genome genome;
    for (unsigned cardinality : cardinalities)
      genome.push_back(random.below(cardinality));
    starts.push_back(std::move(genome));
  }
  SearchPoint nearest;
  double least = INFINITY;
  for (const Genome &start : starts) {
    SearchPoint point;
    point.genome = descend(problem, start);
    point.costs.resize(problem.getLimits().size());
    problem.computeCosts(point.genome, point.costs);
    double violation = Island::getViolation(point.costs, problem.getLimits());
    if (nearest.genome.empty() || violation < least) {
      least = violation;
      nearest = std::move(point);
    }
  }
  nearest.score = problem.score({nearest.genome}).front();
  return nearest;
}

//===----------------------------------------------------------------------===//
// Enumeration
//===----------------------------------------------------------------------===//

static SearchResult enumerate(const SearchProblem &problem,
                              const SearchOptions &options) {
  llvm::ArrayRef<unsigned> cardinalities = problem.getCardinalities();
  std::vector<SearchPoint> points;
  std::vector<Genome> genomes;
  Genome genome(cardinalities.size(), 0);
  bool isDone = false;
  while (!isDone) {
    Genome canonical = genome;
    problem.canonicalise(canonical);
    if (canonical == genome)
      if (std::optional<SearchPoint> point = judge(problem, genome)) {
        genomes.push_back(genome);
        points.push_back(std::move(*point));
      }
    isDone = true;
    for (size_t gene = 0; gene < genome.size() && isDone; ++gene) {
      isDone = ++genome[gene] == cardinalities[gene];
      if (isDone)
        genome[gene] = 0;
    }
  }
  for (auto [point, score] : llvm::zip(points, problem.score(genomes)))
    point.score = std::isnan(score) ? -INFINITY : score;
  SearchResult result;
  result.evaluations = points.size();
  result.isExhaustive = true;
  rank(std::move(points), options, result);
  return result;
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

static bool isSmall(llvm::ArrayRef<unsigned> cardinalities, uint64_t limit) {
  uint64_t size = 1;
  for (unsigned cardinality : cardinalities) {
    size *= cardinality;
    if (size > limit)
      return false;
  }
  return true;
}

SearchResult mlir::ofa::search(const SearchProblem &problem,
                               const SearchOptions &options) {
  SearchResult result;
  if (isSmall(problem.getCardinalities(), options.enumerateUpTo)) {
    result = enumerate(problem, options);
  } else {
    std::deque<Island> islands;
    for (unsigned i = 0; i < std::max(options.islands, 1u); ++i)
      islands.emplace_back(problem, options,
                           options.seed * 0x9E3779B97F4A7C15u + i);
    uint64_t budget = options.maxEvaluations / islands.size();
    llvm::DefaultThreadPool threads(llvm::hardware_concurrency());
    for (Island &island : islands)
      threads.async([&island, &options, budget] {
        island.start(options.seeds);
        island.evolve(budget);
      });
    threads.wait();
    std::vector<SearchPoint> points;
    for (const Island &island : islands) {
      llvm::append_range(points, island.getBest());
      result.evaluations += island.getEvaluations();
    }
    rank(std::move(points), options, result);
  }
  if (result.feasible.empty() && !result.nearest)
    result.nearest = toCandidate(findNearest(problem, options));
  return result;
}
