//===- Planning.cpp - Regions, bounds and search ----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Planning/Planning.h"
#include "OffsetProblem.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

bool Plan::isOptimal() const {
  return llvm::all_of(usage, [](const RegionPlan &r) { return r.gap() == 0; });
}

llvm::Error mlir::ofa::checkProblem(const PlanProblem &problem) {
  if (problem.regions.empty())
    return llvm::createStringError("expects at least one memory region");
  for (const PlanBuffer &buffer : problem.buffers) {
    auto fail = [&](const llvm::Twine &message) {
      return llvm::createStringError("buffer '" + buffer.name + "' " + message);
    };
    // Sums of all sizes have to stay far from overflow.
    if (buffer.bytes <= 0 || buffer.bytes > int64_t(1) << 40)
      return fail("expects a size from 1 byte to 1 TiB, but got " +
                  llvm::Twine(buffer.bytes));
    if (buffer.firstUse > buffer.lastUse)
      return fail("expects its first use before its last, but got " +
                  llvm::Twine(buffer.firstUse) + " and " +
                  llvm::Twine(buffer.lastUse));
    if (buffer.alignment <= 0 || buffer.alignment > 1 << 20 ||
        !llvm::isPowerOf2_64(buffer.alignment))
      return fail("expects an alignment that is a power of two up to 1 MiB, "
                  "but got " +
                  llvm::Twine(buffer.alignment));
    if (buffer.region && *buffer.region >= problem.regions.size())
      return fail("expects a region below " +
                  llvm::Twine(problem.regions.size()) + ", but got " +
                  llvm::Twine(*buffer.region));
  }
  for (auto [index, overlap] : llvm::enumerate(problem.overlaps)) {
    if (overlap.input >= problem.buffers.size() ||
        overlap.output >= problem.buffers.size() ||
        overlap.input == overlap.output)
      return llvm::createStringError(
          "overlap " + llvm::Twine(index) +
          " expects two different buffers, but got " +
          llvm::Twine(overlap.input) + " and " + llvm::Twine(overlap.output));
    const PlanBuffer &input = problem.buffers[overlap.input];
    const PlanBuffer &output = problem.buffers[overlap.output];
    if (input.lastUse != output.firstUse)
      return llvm::createStringError(
          "overlap of '" + input.name + "' and '" + output.name +
          "' expects the last use of the first at the first use of the second, "
          "but got steps " +
          llvm::Twine(input.lastUse) + " and " + llvm::Twine(output.firstUse));
    if (std::abs(overlap.distance) > int64_t(1) << 41)
      return llvm::createStringError("overlap of '" + input.name + "' and '" +
                                     output.name +
                                     "' has a distance out of range");
    for (size_t other = 0; other < index; ++other) {
      const PlanOverlap &earlier = problem.overlaps[other];
      if ((earlier.input == overlap.input &&
           earlier.output == overlap.output) ||
          (earlier.input == overlap.output && earlier.output == overlap.input))
        return llvm::createStringError("overlap of '" + input.name + "' and '" +
                                       output.name + "' is given twice");
    }
  }
  return llvm::Error::success();
}

namespace {
struct RegionSolution {
  RegionPlan usage;
  std::vector<int64_t> offsets;
};
} // namespace

static RegionSolution solveRegion(const PlanProblem &problem,
                                  const std::vector<unsigned> &members,
                                  int64_t capacity, const PlanOptions &options,
                                  uint64_t &nodes) {
  RegionSolution result;
  if (members.empty())
    return result;
  OffsetProblem offsets = buildOffsetProblem(problem, members);
  int64_t bound = offsets.lowerBound();
  bool isBounded = capacity != std::numeric_limits<int64_t>::max();
  int64_t goal =
      options.stopWhenFits && isBounded ? std::max(bound, capacity) : bound;
  result.offsets = planGreedily(offsets, goal);
  int64_t peak = offsets.peak(result.offsets);

  // The bound is reached nearly always, so it is tried first; then the middle
  // of what is left. A peak that the search neither finds nor excludes is
  // skipped.
  int64_t next = bound;
  bool isFirst = true;
  while (next < peak && peak > goal && nodes < options.nodeLimit) {
    int64_t target =
        isFirst ? std::min(goal, peak - 1) : next + (peak - 1 - next) / 2;
    isFirst = false;
    // A part of the nodes, so that an intractable peak leaves some for others.
    uint64_t share = nodes + (options.nodeLimit - nodes + 1) / 2;
    std::vector<int64_t> found;
    switch (searchOffsets(offsets, target, share, nodes, found)) {
    case SearchOutcome::Found:
      result.offsets = found;
      peak = offsets.peak(found);
      break;
    case SearchOutcome::Infeasible:
      bound = target + 1;
      next = bound;
      break;
    case SearchOutcome::Unknown:
      next = target + 1;
      break;
    }
  }
  result.usage.peak = peak;
  result.usage.lowerBound = bound;
  return result;
}

Plan mlir::ofa::planMemory(const PlanProblem &problem,
                           const PlanOptions &options) {
  Plan plan;
  size_t count = problem.buffers.size();
  plan.regions.assign(count, 0);
  plan.offsets.assign(count, 0);
  plan.usage.resize(problem.regions.size());
  plan.fits = true;

  // Every region takes all buffers that may lie in it; while that is too much,
  // the largest one at the fullest step moves on to later regions.
  std::vector<unsigned> waiting;
  for (unsigned i = 0; i < count; ++i)
    if (!problem.buffers[i].region)
      waiting.push_back(i);
  for (unsigned r = 0; r < problem.regions.size(); ++r) {
    bool isLast = r + 1 == problem.regions.size();
    int64_t capacity = problem.regions[r].capacity;
    std::vector<unsigned> members = waiting, moved;
    for (unsigned i = 0; i < count; ++i)
      if (problem.buffers[i].region == r)
        members.push_back(i);
    llvm::sort(members);
    RegionSolution solution;
    while (true) {
      solution = solveRegion(problem, members, capacity, options, plan.nodes);
      if (solution.usage.peak <= capacity || isLast)
        break;
      for (unsigned i : members)
        plan.regions[i] = r;
      for (unsigned i : moved)
        plan.regions[i] = r + 1;
      LiveSet fullest;
      for (unsigned i : findLargestLiveSet(problem, plan, r).buffers)
        if (!problem.buffers[i].region)
          fullest.buffers.push_back(i);
      // The fullest step may hold nothing that can move although others can.
      if (fullest.buffers.empty())
        for (unsigned i : members)
          if (!problem.buffers[i].region)
            fullest.buffers.push_back(i);
      if (fullest.buffers.empty())
        break;
      unsigned victim = fullest.buffers.front();
      members.erase(llvm::find(members, victim));
      moved.push_back(victim);
    }
    plan.usage[r] = solution.usage;
    plan.fits &= solution.usage.peak <= capacity;
    for (auto [index, member] : llvm::enumerate(members)) {
      plan.regions[member] = r;
      plan.offsets[member] = solution.offsets[index];
    }
    waiting = moved;
  }
  return plan;
}
