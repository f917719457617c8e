//===- Explain.cpp - What binds a plan --------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "ofa/Planning/Planning.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

std::string mlir::ofa::listBuffers(const PlanProblem &problem,
                                   const std::vector<unsigned> &buffers) {
  const size_t shown = 8;
  std::string text;
  for (size_t i = 0; i < buffers.size() && i < shown; ++i) {
    const PlanBuffer &buffer = problem.buffers[buffers[i]];
    text += (i == 0 ? "'" : ", '") + buffer.name + "' (" +
            std::to_string(buffer.bytes) + " bytes)";
  }
  if (buffers.size() > shown)
    text += " and " + std::to_string(buffers.size() - shown) + " more";
  return text;
}

static void sortLargestFirst(const PlanProblem &problem,
                             std::vector<unsigned> &buffers) {
  llvm::stable_sort(buffers, [&](unsigned a, unsigned b) {
    return problem.buffers[a].bytes > problem.buffers[b].bytes;
  });
}

LiveSet mlir::ofa::findLargestLiveSet(const PlanProblem &problem,
                                      const Plan &plan, unsigned region) {
  std::vector<unsigned> members;
  for (unsigned i = 0; i < problem.buffers.size(); ++i)
    if (plan.regions[i] == region)
      members.push_back(i);
  LiveSet result;
  if (members.empty())
    return result;
  OffsetProblem offsets = buildOffsetProblem(problem, members);
  size_t fullest =
      llvm::max_element(offsets.sectionBounds) - offsets.sectionBounds.begin();
  result.step = offsets.sectionSteps[fullest];
  result.bytes = offsets.sectionBounds[fullest];
  for (unsigned item : offsets.sectionItems[fullest])
    result.buffers.push_back(members[item]);
  sortLargestFirst(problem, result.buffers);
  return result;
}

std::string mlir::ofa::explainInfeasible(const PlanProblem &problem,
                                         const Plan &plan) {
  for (unsigned r = 0; r < problem.regions.size(); ++r) {
    const PlanRegion &region = problem.regions[r];
    const RegionPlan &usage = plan.usage[r];
    if (usage.peak <= region.capacity)
      continue;
    LiveSet live = findLargestLiveSet(problem, plan, r);
    std::string text = "memory region '" + region.name + "' has " +
                       std::to_string(region.capacity) + " bytes, but ";
    if (live.bytes > region.capacity) {
      text += "what is in use at step " + std::to_string(live.step) +
              " needs " + std::to_string(live.bytes) + ": ";
      return text + listBuffers(problem, live.buffers);
    }
    text +=
        "the best plan needs " + std::to_string(usage.peak) +
        (usage.gap() == 0 ? " (proved the smallest)"
                          : " (at least " + std::to_string(usage.lowerBound) +
                                " are proved necessary)") +
        "; it ends with ";
    std::vector<unsigned> highest;
    for (unsigned i = 0; i < problem.buffers.size(); ++i)
      if (plan.regions[i] == r &&
          plan.offsets[i] + problem.buffers[i].bytes > region.capacity)
        highest.push_back(i);
    sortLargestFirst(problem, highest);
    return text + listBuffers(problem, highest);
  }
  return "";
}
