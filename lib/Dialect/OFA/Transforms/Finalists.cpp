//===- Finalists.cpp - Subnets whose firmware keeps all budgets -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Finalists.h"
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

/// Searches with limits that are lowered between them.
static constexpr unsigned maxSearches = 4;

namespace {
class FinalistSearch {
public:
  FinalistSearch(SupernetOp supernet, SubnetProblem &problem,
                 const SearchOptions &options, unsigned count)
      : supernet(supernet), problem(problem), options(options), count(count),
        margins(kNumCosts, 0) {}

  FailureOr<Finalists> run() {
    for (unsigned i = 0; i != maxSearches; ++i) {
      SearchResult found = searchWithMargins();
      if (found.nearest && !result.nearest)
        result.nearest = Finalist{
            found.nearest->genome, found.nearest->score,
            problem.estimate(problem.toSubnet(found.nearest->genome))};
      if (found.feasible.empty())
        break;
      for (auto [index, candidate] : llvm::enumerate(found.feasible))
        if (result.feasible.size() != count &&
            failed(judge(candidate, index + 1)))
          return failure();
      if (!result.feasible.empty())
        break;
    }
    return std::move(result);
  }

private:
  /// Of all budgets, only what the sums over layers leave out is kept back.
  SearchResult searchWithMargins() {
    SmallVector<double> limits(problem.getLimits());
    for (unsigned i = 0; i != kNumCosts; ++i)
      if (margins[i] > 0)
        problem.setLimit(Cost(i), std::max(limits[i] - margins[i], 1.0));
    SearchResult found = search(problem, options);
    for (unsigned i = 0; i != kNumCosts; ++i)
      problem.setLimit(Cost(i), limits[i]);
    return found;
  }

  LogicalResult judge(const SearchCandidate &candidate, unsigned number) {
    FailureOr<SubnetEstimate> promise =
        problem.promise(problem.toSubnet(candidate.genome));
    if (failed(promise))
      return failure();
    Finalist finalist{candidate.genome, candidate.score, *promise};
    SmallVector<double> costs = problem.getCosts(*promise);
    double excess = 0;
    std::optional<Cost> exceeded;
    for (unsigned i = 0; i != kNumCosts; ++i)
      if (costs[i] > problem.getLimit(Cost(i))) {
        excess += costs[i] / problem.getLimit(Cost(i)) - 1;
        exceeded = exceeded.value_or(Cost(i));
      }
    if (excess == 0) {
      result.feasible.push_back(std::move(finalist));
      return success();
    }
    if (!result.binding && result.feasible.empty())
      result.binding = exceeded;
    for (unsigned i = 0; i != kNumCosts; ++i)
      margins[i] = std::max(margins[i], costs[i] - candidate.costs[i]);
    if (result.feasible.empty())
      supernet.emitRemark("leaves out candidate ")
          << number << ", whose firmware needs " << problem.explainExcess(costs);
    if (excess < leastExcess) {
      leastExcess = excess;
      result.nearest = std::move(finalist);
    }
    return success();
  }

  SupernetOp supernet;
  SubnetProblem &problem;
  const SearchOptions &options;
  unsigned count;
  /// By how much sums over layers were found too low.
  SmallVector<double> margins;
  double leastExcess = std::numeric_limits<double>::infinity();
  Finalists result;
};
} // namespace

FailureOr<Finalists> ofa::findFinalists(SupernetOp supernet,
                                        SubnetProblem &problem,
                                        const SearchOptions &options,
                                        unsigned count) {
  return FinalistSearch(supernet, problem, options, count).run();
}
