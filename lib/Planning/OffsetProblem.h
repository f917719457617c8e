//===- OffsetProblem.h - The problem of one region --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_PLANNING_OFFSETPROBLEM_H
#define OFA_LIB_PLANNING_OFFSETPROBLEM_H

#include "SearchBudget.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace mlir::ofa {

struct PlanProblem;

namespace planning {

/// Rounds up to a multiple of a power of two; negative values, too.
inline int64_t roundUp(int64_t value, int64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

/// Time is cut into sections, one for each step that holds more than its
/// neighbours: the last of those at which lives begin, before the next one
/// ends. Two lives share a step if and only if they share such a step.
struct Item {
  int64_t size = 0;
  /// The size in whole units: what it takes where something lies on top.
  int64_t span = 0;
  int64_t alignment = 1;
  unsigned firstSection = 0;
  unsigned lastSection = 0;
};

/// What `other`, already placed, forbids an item: offsets strictly between
/// other's offset plus `low` and plus `high`, for up to two such intervals (an
/// empty one has low >= high).
struct Conflict {
  unsigned other = 0;
  int64_t low = 0, high = 0;
  int64_t low2 = 0, high2 = 0;
};

/// An allowed overlap, seen from one of its two items.
struct Partner {
  unsigned other = 0;
  /// The item may start at other's offset plus this; a place that the search
  /// tries beside the lowest one.
  int64_t relative = 0;
  bool exact = false;
  /// The item can be held up by `other` although it starts below it.
  bool canHang = false;
};

/// An overlap after normalisation: distances are rounded up to what alignment
/// leaves, and pairs that gain nothing are gone.
struct Pair {
  unsigned overlap = 0; ///< Its index in the plan's problem.
  unsigned input = 0, output = 0;
  int64_t distance = 0;
  bool exact = false;
  /// The fewest bytes that the two cover.
  int64_t unionSize = 0;
};

struct OffsetProblem {
  std::vector<Item> items;
  /// The smallest alignment.
  int64_t unit = int64_t(1) << 20;
  std::vector<int64_t> sectionSteps;
  std::vector<std::vector<unsigned>> sectionItems;
  /// Bytes that each section needs at least.
  std::vector<int64_t> sectionBounds;
  /// Any of a section's items need at least their spans less this.
  std::vector<int64_t> sectionSavings;
  /// Indices of the pairs whose lives meet there.
  std::vector<std::vector<unsigned>> sectionPairs;
  std::vector<std::vector<Conflict>> conflicts;
  std::vector<std::vector<Partner>> partners;
  std::vector<Pair> pairs;

  /// Whether some input can be held up by an output that lies above it.
  bool hasHangingPairs() const;
  int64_t peak(const std::vector<int64_t> &offsets) const;
};

/// The problem of the buffers in `members`, in that order.
OffsetProblem buildOffsetProblem(const PlanProblem &problem,
                                 const std::vector<unsigned> &members);

/// Bytes that are needed in any case, and why: what `BoundCertificate` says, in
/// items and pairs.
struct Bound {
  int64_t bytes = 0;
  /// What the topmost item leaves of its last unit, not counted in `bytes`.
  int64_t padding = 0;
  bool isChain = false;
  unsigned section = 0;
  std::vector<unsigned> items;
  std::vector<unsigned> pairs;
};

/// What one section needs.
Bound boundSection(const OffsetProblem &problem, unsigned section);
/// The same for some of its items.
Bound boundSection(const OffsetProblem &problem, unsigned section,
                   llvm::function_ref<bool(unsigned)> isMember);

/// What overlaps and the end of the topmost item can save at most: of all items
/// of a section, and so of some.
int64_t countSavings(const OffsetProblem &problem, unsigned section);

/// The largest of all sections' bounds and of those of chains of overlaps.
Bound findLowerBound(const OffsetProblem &problem);

/// The lowest offset >= `from` for `item` beside the items that have an offset
/// (>= 0) already. `scratch` is working memory.
int64_t findLowestOffset(const OffsetProblem &problem,
                         const std::vector<int64_t> &offsets, unsigned item,
                         int64_t from,
                         std::vector<std::pair<int64_t, int64_t>> &scratch);

/// Whether `offset` is free for `item`.
bool isFree(const OffsetProblem &problem, const std::vector<int64_t> &offsets,
            unsigned item, int64_t offset);

/// Orders in which buffers are tried: larger values first, then smaller
/// indices.
std::vector<std::vector<unsigned>>
getPriorityOrders(const OffsetProblem &problem);

/// First fit in several orders, each improved by moving the buffers at the peak
/// to the front. Stops at `goal`. Returns the best offsets.
std::vector<int64_t> planGreedily(const OffsetProblem &problem, int64_t goal);

enum class SearchOutcome { Found, Infeasible, Unknown };

/// Looks for offsets with a peak of at most `capacity`. `Infeasible` is a
/// proof.
SearchOutcome searchOffsets(const OffsetProblem &problem, int64_t capacity,
                            SearchBudget budget, std::vector<int64_t> &offsets);

/// The same by another search, slower and complete for all overlaps.
SearchOutcome searchOrders(const OffsetProblem &problem, int64_t capacity,
                           SearchBudget budget, std::vector<int64_t> &offsets);

/// What all accesses take in a choice of regions, in 1/1024 cycles; among
/// equals, bytes times the place of their region in the order of speeds.
struct AccessCost {
  int64_t cycles = 0;
  int64_t displaced = 0;

  AccessCost operator+(const AccessCost &other) const {
    return {cycles + other.cycles, displaced + other.displaced};
  }
  bool operator<(const AccessCost &other) const {
    return std::tie(cycles, displaced) <
           std::tie(other.cycles, other.displaced);
  }
};

struct RegionChoice {
  /// Of each buffer.
  std::vector<unsigned> regions;
  /// Of each buffer in a plan that fits; empty if none was found.
  std::vector<int64_t> offsets;
  /// No choice that fits costs less, in 1/1024 cycles.
  int64_t costBound = 0;
};

/// Chooses a region for each buffer.
RegionChoice chooseRegions(const PlanProblem &problem, SearchBudget budget);

} // namespace planning
} // namespace mlir::ofa

#endif // OFA_LIB_PLANNING_OFFSETPROBLEM_H
