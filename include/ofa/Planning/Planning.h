//===- Planning.h - Offsets of buffers in memory regions --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain memory planning: no IR, and no time or randomness unless asked for.
// Equal problems give equal plans on every machine.
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
  /// Bytes read and written in one run.
  int64_t accesses = 0;
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
  /// What 1024 bytes of accesses take.
  int64_t cyclesPerKiB = 0;
};

struct PlanProblem {
  std::vector<PlanBuffer> buffers;
  std::vector<PlanOverlap> overlaps;
  /// Buffers without a region are placed so that all accesses take the fewest
  /// cycles; among regions of one speed, earlier ones are preferred.
  std::vector<PlanRegion> regions;
};

struct PlanOptions {
  /// Search nodes for all regions together. A node costs about a microsecond
  /// for every ten buffers; the limit makes the result independent of the
  /// machine's speed.
  uint64_t nodeLimit = 200000;
  /// Ends the search after so many seconds, too. Where that comes before the
  /// node limit, the plan depends on the machine and on what else it does.
  std::optional<double> secondLimit;
  /// Stop at the first plan that fits the capacities instead of looking for the
  /// smallest one.
  bool stopWhenFits = false;
};

/// Why a region's buffers need at least so many bytes; `checkCertificate` tells
/// whether it is true.
struct BoundCertificate {
  enum class Kind {
    /// All of `buffers`, and the two of each of `overlaps`, are in use at
    /// `step`. No other overlap joins any two of them, so that they lie apart:
    /// each buffer takes its bytes, each overlap what its two cover at least.
    LiveSet,
    /// The output of each of `overlaps` is the input of the next. Whichever way
    /// each two of them lie, the chain is no lower.
    OverlapChain,
  };
  Kind kind = Kind::LiveSet;
  int64_t bytes = 0;
  int64_t step = 0;
  std::vector<unsigned> buffers;
  std::vector<unsigned> overlaps;
};

struct RegionPlan {
  int64_t peak = 0; ///< Bytes from offset 0 to the end of the last buffer.
  /// No plan of the buffers in this region has a smaller peak.
  int64_t lowerBound = 0;
  /// Of the lower bound, or of less: then the rest was proved by a search that
  /// excluded smaller peaks, and only the same search can check it.
  BoundCertificate certificate;
  int64_t gap() const { return peak - lowerBound; }
  bool isCertified() const { return certificate.bytes == lowerBound; }
};

struct Plan {
  /// Of each buffer: the index of its region, and its offset in it.
  std::vector<unsigned> regions;
  std::vector<int64_t> offsets;
  /// Of each region of the problem.
  std::vector<RegionPlan> usage;
  /// Every region's peak is within its capacity.
  bool fits = false;
  /// What all accesses take, rounded down. No plan that fits takes fewer than
  /// `cyclesBound`, which rests on a search.
  int64_t cycles = 0;
  int64_t cyclesBound = 0;
  uint64_t nodes = 0; ///< Search nodes used.

  /// Every region's peak is proved to be the smallest for its buffers, and
  /// their choice to take the fewest cycles.
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
/// collide, or the one that is misplaced. Whether `fits`, peaks, cycles and
/// certificates are stated truly is checked, too.
llvm::Error verifyPlan(const PlanProblem &problem, const Plan &plan);

/// Checks the certificate of the bound that `plan` states for `region`, from
/// the definitions above, sharing no code with the planner. Part of
/// `verifyPlan`.
llvm::Error checkCertificate(const PlanProblem &problem, const Plan &plan,
                             unsigned region);

/// The live set that needs the most bytes among the buffers that `plan` has put
/// into `region`.
LiveSet findLargestLiveSet(const PlanProblem &problem, const Plan &plan,
                           unsigned region);

/// `'name' (bytes), ...`, at most eight of them.
std::string listBuffers(const PlanProblem &problem,
                        const std::vector<unsigned> &buffers);

/// For a plan that does not fit: one sentence with the region, what it needs
/// and has, the step, and the buffers to blame with their sizes.
std::string explainInfeasible(const PlanProblem &problem, const Plan &plan);

} // namespace mlir::ofa

#endif // OFA_PLANNING_PLANNING_H
