//===- Climb.cpp - From a point to a local optimum --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Climb.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir::ofa;

// Tuned on the note10 problems of docs/search.md.
/// Exchanges that are scored at once; where none of them helps, the next ones.
static constexpr size_t kBatches[] = {2, 4, 6};

uint64_t SearchMemory::hash(const Genome &genome) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a.
  for (unsigned value : genome)
    hash = (hash ^ value) * 0x100000001b3u;
  return hash >> 1; // DenseMap keeps the largest keys for itself.
}

std::optional<SearchPoint> mlir::ofa::judge(const SearchProblem &problem,
                                            Genome genome) {
  llvm::ArrayRef<double> limits = problem.getLimits();
  SearchPoint point;
  point.costs.resize(limits.size());
  problem.computeCosts(genome, point.costs);
  for (auto [cost, limit] : llvm::zip(point.costs, limits)) {
    // What cannot be compared must never be chosen.
    if (!(cost <= limit))
      return std::nullopt;
    if (!std::isinf(limit))
      point.load += cost / limit;
  }
  point.genome = std::move(genome);
  return point;
}

void Climb::start(SearchPoint from, std::optional<SearchPoint> goal) {
  at = std::move(from);
  this->goal = std::move(goal);
  state = State::Starting;
}

bool Climb::isToExplore() {
  if (state == State::Arrived &&
      !memory.visited.insert(SearchMemory::hash(at.genome)).second)
    state = State::AtEnd;
  return state == State::Arrived;
}

void Climb::explore() {
  neighbourhood.explore(at, *surroundings);
  state = State::Trying;
  hasMoved = false;
  numFailed = 0;
  nextExchange = 0;
}

/// The exchange applied to where the climb is, if that is within the limits and
/// not known to be no better.
std::optional<SearchPoint> Climb::tryExchange(size_t exchange) const {
  Genome genome = at.genome;
  if (!neighbourhood.apply(exchange, genome))
    return std::nullopt;
  problem.canonicalise(genome);
  std::optional<SearchPoint> point = judge(problem, std::move(genome));
  if (!point)
    return std::nullopt;
  auto known = memory.scores.find(SearchMemory::hash(point->genome));
  if (known != memory.scores.end()) {
    point->score = known->second;
    if (!objective.isBetter(*point, at))
      return std::nullopt;
  }
  return point;
}

llvm::ArrayRef<SearchPoint> Climb::collect() {
  batch.clear();
  if (state == State::Starting)
    batch.push_back(at);
  if (state != State::Trying)
    return batch;
  for (; nextExchange < neighbourhood.getNumExchanges() &&
         batch.size() < kBatches[numFailed];
       ++nextExchange) {
    std::optional<SearchPoint> point = tryExchange(nextExchange);
    if (point && llvm::none_of(batch, [&](const SearchPoint &other) {
          return other.genome == point->genome;
        }))
      batch.push_back(std::move(*point));
  }
  return batch;
}

void Climb::advance(llvm::ArrayRef<double> scores, unsigned first) {
  for (auto [point, score] : llvm::zip(batch, scores))
    point.score = score;
  if (state == State::Starting) {
    surroundings->moveTo(first);
    at = std::move(batch.front());
    state = State::Arrived;
    return;
  }
  if (state != State::Trying)
    return;
  std::optional<unsigned> better;
  for (unsigned i = 0; i < batch.size(); ++i)
    if (objective.isBetter(batch[i], better ? batch[*better] : at))
      better = i;
  if (better) {
    // What promised something before may still do so on top of it.
    surroundings->moveTo(first + *better);
    at = std::move(batch[*better]);
    hasMoved = true;
    numFailed = 0;
  } else if (hasMoved) {
    state = State::Arrived;
  } else if (batch.empty() || ++numFailed == std::size(kBatches) ||
             (goal && objective.isBetter(*goal, at))) {
    state = State::AtEnd;
  }
}
