//===- Front.cpp - All good trades of score against one cost ----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Front.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

using namespace mlir::ofa;

namespace {
/// Another problem with a tighter limit.
class Limited final : public SearchProblem {
public:
  Limited(const SearchProblem &problem, unsigned cost)
      : problem(problem), cost(cost), limits(problem.getLimits()) {}

  void setLimit(double limit) {
    limits[cost] = std::min(limit, problem.getLimits()[cost]);
  }

  llvm::ArrayRef<unsigned> getCardinalities() const override {
    return problem.getCardinalities();
  }
  llvm::SmallBitVector findActive(const Genome &genome) const override {
    return problem.findActive(genome);
  }
  bool changesEffects(unsigned gene) const override {
    return problem.changesEffects(gene);
  }
  llvm::ArrayRef<double> getLimits() const override { return limits; }
  bool mayExceed(unsigned limit) const override {
    return limit == cost || problem.mayExceed(limit);
  }
  void computeCosts(const Genome &genome,
                    llvm::MutableArrayRef<double> costs) const override {
    problem.computeCosts(genome, costs);
  }
  std::vector<double> score(llvm::ArrayRef<Genome> genomes) const override {
    return problem.score(genomes);
  }
  std::unique_ptr<Scorer> makeScorer() const override {
    return problem.makeScorer();
  }

private:
  const SearchProblem &problem;
  unsigned cost;
  std::vector<double> limits;
};
} // namespace

std::vector<SearchCandidate>
mlir::ofa::selectFront(std::vector<SearchCandidate> candidates, unsigned cost) {
  llvm::sort(candidates, [&](const SearchCandidate &a, const SearchCandidate &b) {
    if (a.costs[cost] != b.costs[cost])
      return a.costs[cost] < b.costs[cost];
    if (a.score != b.score)
      return a.score > b.score;
    return a.genome < b.genome;
  });
  std::vector<SearchCandidate> front;
  for (SearchCandidate &candidate : candidates)
    if (front.empty() || candidate.score > front.back().score)
      front.push_back(std::move(candidate));
  return front;
}

std::vector<SearchCandidate>
mlir::ofa::searchFront(const SearchProblem &problem, unsigned cost,
                       unsigned steps, SearchOptions options,
                       llvm::function_ref<void(unsigned done)> onStep) {
  options.keep = std::max(options.keep, 64u);
  std::vector<SearchCandidate> all;
  auto add = [&](const SearchProblem &limited, const SearchOptions &with) {
    std::vector<SearchCandidate> found = search(limited, with).feasible;
    llvm::append_range(all, found);
    return found;
  };

  SearchOptions cheapest = options;
  cheapest.minimise = cost;
  cheapest.minScore = -std::numeric_limits<double>::infinity();
  std::vector<SearchCandidate> found = add(problem, cheapest);
  if (found.empty())
    return {};
  double low = found.front().costs[cost];
  double high = add(problem, options).front().costs[cost];

  Limited limited(problem, cost);
  for (unsigned step = 0; step < steps; ++step) {
    options.seeds = {found.front().genome};
    limited.setLimit(low + (high - low) * step / std::max(steps - 1, 1u));
    found = add(limited, options);
    if (onStep)
      onStep(step + 1);
  }
  return selectFront(std::move(all), cost);
}
