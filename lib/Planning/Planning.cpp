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
  return cycles == cyclesBound &&
         llvm::all_of(usage, [](const RegionPlan &r) { return r.gap() == 0; });
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
    if (buffer.accesses < 0 || buffer.accesses > int64_t(1) << 36)
      return fail("expects 0 to 2^36 bytes of accesses, but got " +
                  llvm::Twine(buffer.accesses));
    if (buffer.region && *buffer.region >= problem.regions.size())
      return fail("expects a region below " +
                  llvm::Twine(problem.regions.size()) + ", but got " +
                  llvm::Twine(*buffer.region));
  }
  for (const PlanRegion &region : problem.regions)
    if (region.cyclesPerKiB < 0 || region.cyclesPerKiB > 1 << 16)
      return llvm::createStringError("region '" + region.name +
                                     "' expects 0 to 65536 cycles for 1024 "
                                     "bytes, but got " +
                                     llvm::Twine(region.cyclesPerKiB));
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

static BoundCertificate makeCertificate(const OffsetProblem &problem,
                                        const std::vector<unsigned> &members,
                                        const Bound &bound) {
  BoundCertificate result;
  result.bytes = bound.bytes;
  if (bound.isChain)
    result.kind = BoundCertificate::Kind::OverlapChain;
  else
    result.step = problem.sectionSteps[bound.section];
  for (unsigned item : bound.items)
    result.buffers.push_back(members[item]);
  for (unsigned pair : bound.pairs)
    result.overlaps.push_back(problem.pairs[pair].overlap);
  return result;
}

/// Looks for the smallest plan of `members`. `known` is empty or a plan.
static RegionSolution solveRegion(const PlanProblem &problem,
                                  const std::vector<unsigned> &members,
                                  int64_t capacity, const PlanOptions &options,
                                  const std::vector<int64_t> &known,
                                  SearchBudget budget) {
  RegionSolution result;
  if (members.empty())
    return result;
  OffsetProblem offsets = buildOffsetProblem(problem, members);
  Bound certified = findLowerBound(offsets);
  int64_t bound = certified.bytes;
  bool isBounded = capacity != std::numeric_limits<int64_t>::max();
  int64_t goal =
      options.stopWhenFits && isBounded ? std::max(bound, capacity) : bound;
  result.offsets = planGreedily(offsets, goal);
  int64_t peak = offsets.peak(result.offsets);
  if (!known.empty() && offsets.peak(known) < peak) {
    result.offsets = known;
    peak = offsets.peak(known);
  }

  // The bound is reached nearly always, so it is tried first; then the middle
  // of what is left. A peak that the search neither finds nor excludes is
  // skipped.
  int64_t next = bound;
  bool isFirst = true;
  while (next < peak && peak > goal && !budget.isSpent()) {
    int64_t target =
        isFirst ? std::min(goal, peak - 1) : next + (peak - 1 - next) / 2;
    isFirst = false;
    // A part of the budget, so that an intractable peak leaves some for others.
    std::vector<int64_t> found;
    switch (searchOffsets(offsets, target, budget.getPart(2), found)) {
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
  result.usage.certificate = makeCertificate(offsets, members, certified);
  return result;
}

Plan mlir::ofa::planMemory(const PlanProblem &problem,
                           const PlanOptions &options) {
  SearchUsage used;
  SearchBudget budget(used, options.nodeLimit, options.secondLimit);
  RegionChoice choice = chooseRegions(problem, budget.getPart(2));
  Plan plan;
  plan.regions = choice.regions;
  plan.offsets.resize(problem.buffers.size());
  plan.fits = true;
  for (unsigned r = 0; r < problem.regions.size(); ++r) {
    std::vector<unsigned> members;
    std::vector<int64_t> known;
    for (unsigned i = 0; i < problem.buffers.size(); ++i)
      if (plan.regions[i] == r) {
        members.push_back(i);
        if (!choice.offsets.empty())
          known.push_back(choice.offsets[i]);
      }
    RegionSolution solution = solveRegion(
        problem, members, problem.regions[r].capacity, options, known, budget);
    for (auto [member, offset] : llvm::zip_equal(members, solution.offsets))
      plan.offsets[member] = offset;
    plan.fits &= solution.usage.peak <= problem.regions[r].capacity;
    plan.usage.push_back(std::move(solution.usage));
  }
  int64_t cost = 0;
  for (auto [buffer, region] : llvm::zip_equal(problem.buffers, plan.regions))
    cost += buffer.accesses * problem.regions[region].cyclesPerKiB;
  plan.cycles = cost / 1024;
  plan.cyclesBound = choice.costBound / 1024;
  plan.nodes = used.nodes;
  return plan;
}
