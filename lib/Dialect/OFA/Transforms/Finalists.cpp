//===- Finalists.cpp - Subnets whose firmware keeps all budgets -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Finalists.h"
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// How much of the budgets a search may use.
enum class BudgetUse {
  Given,
  BelowFailed, ///< Less than all sums that stood for too much.
  WithMargins, ///< What sums over layers were found to leave out is kept back.
};
} // namespace

/// In turn, until a finalist keeps the budgets.
static constexpr BudgetUse rounds[] = {BudgetUse::Given, BudgetUse::BelowFailed,
                                       BudgetUse::WithMargins,
                                       BudgetUse::WithMargins};

/// Subnets that a search returns, and how many of them are compiled where one
/// of them keeps the budgets.
static constexpr unsigned numKept = 64, numCompiled = 16;

/// Equal sums come from the same layers mostly: after so many that stood for
/// too much, others with the same sum are compiled only if nothing else is
/// found.
static constexpr unsigned maxEqualFailures = 8;

namespace {
class FinalistSearch {
public:
  FinalistSearch(SupernetOp supernet, SubnetProblem &problem,
                 const SearchOptions &options, unsigned count)
      : supernet(supernet), problem(problem), options(options), count(count),
        margins(kNumCosts, 0),
        leastFailed(kNumCosts, std::numeric_limits<double>::infinity()) {
    // Promises may order what sums made equal, or the other way round.
    ranksSizes = options.minimise && (Cost(*options.minimise) == Cost::Sram ||
                                      Cost(*options.minimise) == Cost::Flash);
  }

  FailureOr<Finalists> run() {
    options.keep = numKept;
    for (BudgetUse kind : rounds) {
      SearchResult found = searchWithin(kind);
      if (found.nearest && !result.nearest &&
          failed(judgeNearest(*found.nearest)))
        return failure();
      for (auto [index, candidate] : llvm::enumerate(found.feasible)) {
        if (isComplete() || (index >= numCompiled && !result.feasible.empty()))
          break;
        if (!seen.insert(candidate.genome).second)
          continue;
        if (result.feasible.empty() && hasFailedOften(candidate))
          postponed.push_back(std::move(candidate));
        else if (failed(judge(candidate)))
          return failure();
      }
      // A larger list cannot hold more than all.
      if (!result.feasible.empty() || found.feasible.empty())
        break;
      size_t numJudged = seen.size() - postponed.size();
      if (numJudged != numReported)
        supernet.emitRemark("compiled ")
            << numJudged
            << " of the best subnets, and none keeps the budgets; the first "
               "needs "
            << firstExcess << ": searches for others";
      numReported = numJudged;
    }
    if (!result.feasible.empty()) {
      numLeftOut += postponed.size();
    } else {
      for (const SearchCandidate &candidate : postponed)
        if (!isComplete() && failed(judge(candidate)))
          return failure();
    }
    if (ranksSizes)
      llvm::stable_sort(
          result.feasible, [&](const Finalist &a, const Finalist &b) {
            return problem.getCosts(a.promise)[*options.minimise] <
                   problem.getCosts(b.promise)[*options.minimise];
          });
    if (result.feasible.size() > count)
      result.feasible.truncate(count);
    if (numLeftOut != 0 && !result.feasible.empty())
      supernet.emitRemark("leaves out ")
          << numLeftOut
          << " better subnets whose firmware exceeds the budgets; the best "
             "needs "
          << firstExcess;
    return std::move(result);
  }

private:
  /// Whether there are as many as are wanted.
  bool isComplete() const {
    return !ranksSizes && result.feasible.size() == count;
  }
  bool hasFailedOften(const SearchCandidate &candidate) const {
    for (unsigned i = 0; i != kNumCosts; ++i)
      if (auto found = failures.find({i, candidate.costs[i]});
          found != failures.end() && found->second >= maxEqualFailures)
        return true;
    return false;
  }

  SearchResult searchWithin(BudgetUse kind) {
    SmallVector<double> limits(problem.getLimits());
    for (unsigned i = 0; i != kNumCosts; ++i) {
      if (kind == BudgetUse::BelowFailed && leastFailed[i] <= limits[i])
        problem.setLimit(Cost(i), std::nextafter(leastFailed[i], 0));
      if (kind == BudgetUse::WithMargins && margins[i] > 0)
        problem.setLimit(Cost(i), std::max(limits[i] - margins[i], 1.0));
    }
    SearchResult found = search(problem, options);
    for (unsigned i = 0; i != kNumCosts; ++i)
      problem.setLimit(Cost(i), limits[i]);
    return found;
  }

  /// Sums may be too large, too.
  LogicalResult judgeNearest(const SearchCandidate &nearest) {
    if (nearest.score >= options.minScore)
      return judge(nearest);
    result.nearest =
        Finalist{nearest.genome, nearest.score,
                 problem.estimate(problem.toSubnet(nearest.genome))};
    return success();
  }

  LogicalResult judge(const SearchCandidate &candidate) {
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
    if (!exceeded) {
      result.feasible.push_back(std::move(finalist));
      return success();
    }
    for (unsigned i = 0; i != kNumCosts; ++i) {
      double sum = candidate.costs[i];
      margins[i] = std::max(margins[i], costs[i] - sum);
      if (costs[i] <= problem.getLimit(Cost(i)))
        continue;
      ++failures[{i, sum}];
      leastFailed[i] = std::min(leastFailed[i], sum);
    }
    if (result.feasible.empty() && numLeftOut++ == 0) {
      result.binding = exceeded;
      firstExcess = problem.explainExcess(costs);
    }
    if (excess < leastExcess) {
      leastExcess = excess;
      result.nearest = std::move(finalist);
    }
    return success();
  }

  SupernetOp supernet;
  SubnetProblem &problem;
  SearchOptions options;
  unsigned count;
  bool ranksSizes;
  std::set<Genome> seen;
  std::vector<SearchCandidate> postponed;
  size_t numReported = 0; ///< Of what was compiled.
  /// By how much sums over layers were found too low.
  SmallVector<double> margins;
  /// The smallest sums that stood for too much.
  SmallVector<double> leastFailed;
  /// How often sums of a cost did.
  std::map<std::pair<unsigned, double>, unsigned> failures;
  /// Candidates before the first that keeps the budgets, and what the best of
  /// them exceeds.
  unsigned numLeftOut = 0;
  std::string firstExcess;
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
