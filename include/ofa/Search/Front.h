//===- Front.h - All good trades of score against one cost ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_FRONT_H
#define OFA_SEARCH_FRONT_H

#include "ofa/Search/Search.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::ofa {

/// Those of `candidates` that no other one beats in score without a larger
/// `cost`; by ascending cost, each cost and score once.
std::vector<SearchCandidate> selectFront(std::vector<SearchCandidate> candidates,
                                         unsigned cost);

/// The Pareto front of score and `cost` within the problem's limits: searches at
/// `steps` limits of that cost, evenly spread from the cheapest point to the
/// best one, each from what the one before has found. `options.maxEvaluations`
/// is for each. Empty if no point is within the limits. `onStep` is told how
/// many are done.
std::vector<SearchCandidate>
searchFront(const SearchProblem &problem, unsigned cost, unsigned steps,
            SearchOptions options,
            llvm::function_ref<void(unsigned done)> onStep = {});

} // namespace mlir::ofa

#endif // OFA_SEARCH_FRONT_H
