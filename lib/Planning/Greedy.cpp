//===- Greedy.cpp - First fit in several orders -----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OffsetProblem.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::ofa;
using namespace mlir::ofa::planning;

static std::vector<int64_t> placeInOrder(const OffsetProblem &problem,
                                         const std::vector<unsigned> &order) {
  std::vector<int64_t> offsets(problem.items.size(), -1);
  std::vector<std::pair<int64_t, int64_t>> scratch;
  for (unsigned item : order)
    offsets[item] = findLowestOffset(problem, offsets, item, 0, scratch);
  return offsets;
}

std::vector<int64_t> planning::planGreedily(const OffsetProblem &problem,
                                            int64_t goal) {
  // Improvement rounds cost a placement each; large problems are left to the
  // exact search sooner.
  const unsigned maxRounds = problem.items.size() < 200 ? 60 : 20;
  std::vector<int64_t> best;
  int64_t bestPeak = 0;
  for (std::vector<unsigned> order : getPriorityOrders(problem)) {
    for (unsigned round = 0; round < maxRounds; ++round) {
      std::vector<int64_t> offsets = placeInOrder(problem, order);
      int64_t peak = problem.peak(offsets);
      if (best.empty() || peak < bestPeak) {
        best = offsets;
        bestPeak = peak;
      }
      if (bestPeak <= goal)
        return best;
      // What ends at the peak came too late: let it choose first.
      std::vector<unsigned> next;
      auto isAtPeak = [&](unsigned item) {
        return offsets[item] + problem.items[item].size == peak;
      };
      for (unsigned item : order)
        if (isAtPeak(item))
          next.push_back(item);
      for (unsigned item : order)
        if (!isAtPeak(item))
          next.push_back(item);
      if (next == order)
        break;
      order = std::move(next);
    }
  }
  return best;
}
