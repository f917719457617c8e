//===- OrderSearch.cpp - Exact search over who lies below whom --*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every pair that conflicts has two or three ways to lie: one below the other,
// or overlapping as allowed. Each way is one or two constraints of the form
// offset(a) >= offset(b) + d. The lowest offsets that satisfy a set of such
// constraints are a fixed point that rounding up to alignments keeps unique.
// The search starts without constraints, takes the first pair that collides at
// the lowest offsets, and branches on its ways. When no pair collides, the
// offsets are a plan; any plan with this peak satisfies the constraints of one
// leaf, so an exhausted search is a proof, whatever overlaps there are.
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

namespace {

class OrderSearch {
public:
  OrderSearch(const OffsetProblem &problem, int64_t capacity,
              SearchBudget budget)
      : problem(problem), capacity(capacity), budget(budget),
        above(problem.items.size()) {}

  SearchOutcome run(std::vector<int64_t> &offsets) {
    std::vector<int64_t> start(problem.items.size(), 0);
    if (solve(start)) {
      offsets = std::move(start);
      return SearchOutcome::Found;
    }
    return budget.isSpent() ? SearchOutcome::Unknown
                            : SearchOutcome::Infeasible;
  }

private:
  /// offset(item) >= offset(base) + distance
  struct Constraint {
    unsigned item, base;
    int64_t distance;
  };

  bool solve(std::vector<int64_t> &offsets);
  bool raise(std::vector<int64_t> &offsets, unsigned first);
  std::vector<std::vector<Constraint>> getWays(unsigned item,
                                               const Conflict &conflict) const;

  const OffsetProblem &problem;
  const int64_t capacity;
  SearchBudget budget;
  uint64_t raises = 0;
  /// Constraints of the current branch by their base.
  std::vector<std::vector<Constraint>> above;
};

} // namespace

/// Raises offsets to the fixed point after constraints with the base `first`
/// were added; false if something passes the capacity.
bool OrderSearch::raise(std::vector<int64_t> &offsets, unsigned first) {
  std::vector<unsigned> work = {first};
  while (!work.empty()) {
    unsigned base = work.back();
    work.pop_back();
    for (const Constraint &constraint : above[base]) {
      const Item &item = problem.items[constraint.item];
      int64_t least = offsets[base] + constraint.distance;
      if (offsets[constraint.item] >= least)
        continue;
      least = roundUp(least, item.alignment);
      if (least + item.size > capacity)
        return false;
      // Contradicting constraints raise each other up to the capacity, which
      // can take long; that work counts, too.
      if (++raises % 64 == 0 && !budget.spend())
        return false;
      offsets[constraint.item] = least;
      work.push_back(constraint.item);
    }
  }
  return true;
}

/// All ways in which `item` can avoid what `conflict` forbids. The forbidden
/// intervals are next to each other or there is one: below the first, above the
/// last, or exactly between.
std::vector<std::vector<OrderSearch::Constraint>>
OrderSearch::getWays(unsigned item, const Conflict &conflict) const {
  unsigned other = conflict.other;
  bool hasFirst = conflict.low < conflict.high;
  bool hasSecond = conflict.low2 < conflict.high2;
  int64_t low = hasFirst ? conflict.low : conflict.low2;
  int64_t high = hasSecond ? conflict.high2 : conflict.high;
  // offset(item) <= offset(other) + low, or offset(item) >= offset(other) +
  // high.
  std::vector<std::vector<Constraint>> ways = {{{other, item, -low}},
                                               {{item, other, high}}};
  if (hasFirst && hasSecond) // Exactly at the common end.
    ways.insert(ways.begin(),
                {{item, other, conflict.high}, {other, item, -conflict.high}});
  return ways;
}

bool OrderSearch::solve(std::vector<int64_t> &offsets) {
  if (!budget.spend())
    return false;
  for (unsigned item = 0; item < problem.items.size(); ++item) {
    for (const Conflict &conflict : problem.conflicts[item]) {
      int64_t relative = offsets[item] - offsets[conflict.other];
      bool collides = (conflict.low < relative && relative < conflict.high) ||
                      (conflict.low2 < relative && relative < conflict.high2);
      if (!collides)
        continue;
      for (const std::vector<Constraint> &way : getWays(item, conflict)) {
        std::vector<int64_t> raised = offsets;
        bool isPossible = true;
        for (const Constraint &constraint : way)
          above[constraint.base].push_back(constraint);
        for (const Constraint &constraint : way)
          isPossible = isPossible && raise(raised, constraint.base);
        if (isPossible && solve(raised)) {
          offsets = std::move(raised);
          return true;
        }
        for (const Constraint &constraint : llvm::reverse(way))
          above[constraint.base].pop_back();
        if (budget.isSpent())
          return false;
      }
      return false;
    }
  }
  return true;
}

SearchOutcome planning::searchOrders(const OffsetProblem &problem,
                                     int64_t capacity, SearchBudget budget,
                                     std::vector<int64_t> &offsets) {
  return OrderSearch(problem, capacity, budget).run(offsets);
}
