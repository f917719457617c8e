//===- Verify.cpp - Independent check of a plan -----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shares no code with the planner on purpose.
//
//===----------------------------------------------------------------------===//

#include "ofa/Planning/Planning.h"

using namespace mlir::ofa;

/// `'a' at [0, 16) of 'sram', steps 1 to 3`
static std::string describe(const PlanProblem &problem, const Plan &plan,
                            size_t index) {
  const PlanBuffer &buffer = problem.buffers[index];
  return "'" + buffer.name + "' at [" + std::to_string(plan.offsets[index]) +
         ", " + std::to_string(plan.offsets[index] + buffer.bytes) + ") of '" +
         problem.regions[plan.regions[index]].name + "', steps " +
         std::to_string(buffer.firstUse) + " to " +
         std::to_string(buffer.lastUse);
}

/// Whether an overlap lets these two share bytes where they lie.
static bool mayShare(const PlanProblem &problem, const Plan &plan, size_t a,
                     size_t b) {
  for (const PlanOverlap &overlap : problem.overlaps) {
    if (!((overlap.input == a && overlap.output == b) ||
          (overlap.input == b && overlap.output == a)))
      continue;
    if (problem.buffers[overlap.input].lastUse !=
        problem.buffers[overlap.output].firstUse)
      return false;
    int64_t distance =
        plan.offsets[overlap.input] - plan.offsets[overlap.output];
    return overlap.exact ? distance == overlap.distance
                         : distance >= overlap.distance;
  }
  return false;
}

llvm::Error mlir::ofa::verifyPlan(const PlanProblem &problem,
                                  const Plan &plan) {
  size_t count = problem.buffers.size();
  if (plan.regions.size() != count || plan.offsets.size() != count)
    return llvm::createStringError("plan expects an offset for each of the " +
                                   llvm::Twine(count) + " buffers, but has " +
                                   llvm::Twine(plan.offsets.size()));
  if (plan.usage.size() != problem.regions.size())
    return llvm::createStringError("plan expects a peak for each of the " +
                                   llvm::Twine(problem.regions.size()) +
                                   " regions, but has " +
                                   llvm::Twine(plan.usage.size()));

  std::vector<int64_t> peaks(problem.regions.size(), 0);
  for (size_t i = 0; i < count; ++i) {
    const PlanBuffer &buffer = problem.buffers[i];
    if (plan.regions[i] >= problem.regions.size() ||
        (buffer.region && *buffer.region != plan.regions[i]))
      return llvm::createStringError("plan puts '" + buffer.name +
                                     "' into the wrong region");
    if (plan.offsets[i] < 0 || plan.offsets[i] % buffer.alignment != 0)
      return llvm::createStringError(
          "plan puts '" + buffer.name + "' at offset " +
          llvm::Twine(plan.offsets[i]) + ", which is no multiple of " +
          llvm::Twine(buffer.alignment));
    int64_t end = plan.offsets[i] + buffer.bytes;
    if (end > peaks[plan.regions[i]])
      peaks[plan.regions[i]] = end;
  }

  for (size_t i = 0; i < count; ++i)
    for (size_t j = 0; j < i; ++j) {
      const PlanBuffer &a = problem.buffers[i], &b = problem.buffers[j];
      bool sameRegion = plan.regions[i] == plan.regions[j];
      bool sameTime = a.firstUse <= b.lastUse && b.firstUse <= a.lastUse;
      bool sameBytes = plan.offsets[i] < plan.offsets[j] + b.bytes &&
                       plan.offsets[j] < plan.offsets[i] + a.bytes;
      if (sameRegion && sameTime && sameBytes && !mayShare(problem, plan, i, j))
        return llvm::createStringError(
            "plan lets two buffers collide: " + describe(problem, plan, j) +
            "; and " + describe(problem, plan, i));
    }

  bool fits = true;
  for (size_t r = 0; r < peaks.size(); ++r) {
    fits &= peaks[r] <= problem.regions[r].capacity;
    if (peaks[r] != plan.usage[r].peak)
      return llvm::createStringError(
          "plan states a peak of " + llvm::Twine(plan.usage[r].peak) +
          " bytes in region '" + problem.regions[r].name + "', but it is " +
          llvm::Twine(peaks[r]));
    if (plan.usage[r].lowerBound > peaks[r])
      return llvm::createStringError(
          "plan states a lower bound of " +
          llvm::Twine(plan.usage[r].lowerBound) + " bytes in region '" +
          problem.regions[r].name + "', above its peak of " +
          llvm::Twine(peaks[r]));
    if (plan.usage[r].lowerBound < plan.usage[r].certificate.bytes)
      return llvm::createStringError(
          "plan states a lower bound of " +
          llvm::Twine(plan.usage[r].lowerBound) + " bytes in region '" +
          problem.regions[r].name + "', below its certificate's " +
          llvm::Twine(plan.usage[r].certificate.bytes));
    if (llvm::Error error = checkCertificate(problem, plan, r))
      return error;
  }
  if (fits != plan.fits)
    return llvm::createStringError(
        llvm::Twine("plan states that it ") +
        (plan.fits ? "fits, but it does not" : "does not fit, but it does"));

  int64_t cost = 0;
  for (size_t i = 0; i < count; ++i)
    cost += problem.buffers[i].accesses *
            problem.regions[plan.regions[i]].cyclesPerKiB;
  if (plan.cycles != cost / 1024)
    return llvm::createStringError("plan states " + llvm::Twine(plan.cycles) +
                                   " cycles of accesses, but they take " +
                                   llvm::Twine(cost / 1024));
  if (plan.fits && plan.cyclesBound > plan.cycles)
    return llvm::createStringError("plan states that accesses take at least " +
                                   llvm::Twine(plan.cyclesBound) +
                                   " cycles, but its own take " +
                                   llvm::Twine(plan.cycles));
  return llvm::Error::success();
}
