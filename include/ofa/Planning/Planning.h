//===- Planning.h - Offsets of buffers in memory regions --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain memory planning: no IR, no time, no randomness. Equal problems give
// equal plans on every machine.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PLANNING_PLANNING_H
#define OFA_PLANNING_PLANNING_H

#include "llvm/Support/Error.h"
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mlir::ofa {

/// A block of bytes that is in use at every step of [firstUse, lastUse]. A step
/// is the execution of one operation; two buffers whose intervals share a step
/// must not share bytes, unless a `PlanOverlap` says so.
struct PlanBuffer {
  std::string name;
  int64_t bytes = 0; ///< Above zero.
  int64_t firstUse = 0;
  int64_t lastUse = 0;
  int64_t alignment = 1; ///< Of the offset; a power of two.
  /// The region that it has to lie in; any if absent.
  std::optional<unsigned> region;
};

/// One operation reads `input` for the last time and writes `output` for the
/// first (input.lastUse == output.firstUse): the two may share bytes if the
/// input starts at least `distance` bytes after the output starts
/// (offset(input) - offset(output) >= distance; negative distances let the
/// output start inside the input; 0 is in place), or exactly that far if
/// `exact`. Lying apart is always allowed.
struct PlanOverlap {
  unsigned input = 0;
  unsigned output = 0;
  int64_t distance = 0;
  bool exact = false;
};

struct PlanRegion {
  std::string name;
  int64_t capacity = std::numeric_limits<int64_t>::max();
};

struct PlanProblem {
  std::vector<PlanBuffer> buffers;
  std::vector<PlanOverlap> overlaps;
  /// In order of preference: buffers without a region go into the first one
  /// that holds them.
  std::vector<PlanRegion> regions;
};

struct PlanOptions {
  /// Search nodes for all regions together. A node costs about a microsecond
  /// for every ten buffers; the limit makes the result independent of the
  /// machine's speed.
  uint64_t nodeLimit = 200000;
  /// Stop at the first plan that fits the capacities instead of looking for the
  /// smallest one.
  bool stopWhenFits = false;
};

struct RegionPlan {
  int64_t peak = 0; ///< Bytes from offset 0 to the end of the last buffer.
  /// No plan of the buffers in this region has a smaller peak: the largest live
  /// set, or more where the search has excluded smaller peaks.
  int64_t lowerBound = 0;
  int64_t gap() const { return peak - lowerBound; }
};

struct Plan {
  /// Of each buffer: the index of its region, and its offset in it.
  std::vector<unsigned> regions;
  std::vector<int64_t> offsets;
  /// Of each region of the problem.
  std::vector<RegionPlan> usage;
  /// Every region's peak is within its capacity.
  bool fits = false;
  uint64_t nodes = 0; ///< Search nodes used.

  /// Every region's peak is proved to be the smallest for its buffers.
  bool isOptimal() const;
};

/// What is in use at the same time.
struct LiveSet {
  int64_t step = 0;
  int64_t bytes = 0;             ///< Overlaps counted once, alignment included.
  std::vector<unsigned> buffers; ///< Largest first.
};

/// Errors in the problem itself: sizes, intervals, alignments, indices, and
/// overlaps whose two buffers are not an input and an output of one operation.
llvm::Error checkProblem(const PlanProblem &problem);

/// Places all buffers. If no plan that fits is found, the result is the best
/// one found and `fits` is false. The problem must pass `checkProblem`.
Plan planMemory(const PlanProblem &problem, const PlanOptions &options = {});

/// Checks a plan against the problem, by pairs and from the definitions above,
/// sharing no code with the planner. The error names the two buffers that
/// collide, or the one that is misplaced. Whether `fits`, peaks and bounds are
/// stated truly is checked, too.
llvm::Error verifyPlan(const PlanProblem &problem, const Plan &plan);

/// The live set that needs the most bytes among the buffers that `plan` has put
/// into `region`.
LiveSet findLargestLiveSet(const PlanProblem &problem, const Plan &plan,
                           unsigned region);

/// For a plan that does not fit: one sentence with the region, what it needs
/// and has, the step, and the buffers to blame with their sizes.
std::string explainInfeasible(const PlanProblem &problem, const Plan &plan);

} // namespace mlir::ofa

#endif // OFA_PLANNING_PLANNING_H
