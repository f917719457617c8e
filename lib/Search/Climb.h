//===- Climb.h - From a point to a local optimum ----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_CLIMB_H
#define OFA_LIB_SEARCH_CLIMB_H

#include "Neighbourhood.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::ofa {

/// The point of a genome, still without score, if it is within the limits.
std::optional<SearchPoint> judge(const SearchProblem &problem, Genome genome);

/// What all climbs of a population have seen, by the hash of the genome. Should
/// two genomes share one, the second is passed over.
struct SearchMemory {
  static uint64_t hash(const Genome &genome);

  llvm::DenseMap<uint64_t, double> scores;
  llvm::DenseSet<uint64_t> visited; ///< Where climbs have gone on from.
};

/// Moves to the best of the most promising exchanges until none helps, or until
/// where an earlier climb went on. Says what is to be scored, and goes on when
/// it is, so that several climbs can be scored together.
class Climb {
public:
  Climb(const SearchProblem &problem, const Objective &objective,
        Scorer &scorer, SearchMemory &memory)
      : problem(problem), objective(objective), memory(memory),
        surroundings(scorer.makeSurroundings()),
        neighbourhood(problem, objective) {}

  /// Begins a climb, which is to be at its end. Without better prospects it
  /// gives up on what is not better than `goal`, if there is one.
  void start(SearchPoint from, std::optional<SearchPoint> goal);

  bool isAtEnd() const { return state == State::AtEnd; }
  const SearchPoint &getPoint() const { return at; }

  /// Whether it has come to a new point, and explore() is next; its
  /// surroundings have to be prepared for that.
  bool isToExplore();
  Surroundings *getSurroundings() { return surroundings.get(); }
  void explore();

  /// What is to be scored next, if it is not at its end: maybe nothing.
  llvm::ArrayRef<SearchPoint> collect();
  /// Goes on by the scores of what collect() gave, of which the first was
  /// genome `first` for the scorer.
  void advance(llvm::ArrayRef<double> scores, unsigned first);

private:
  enum class State { AtEnd, Starting, Arrived, Trying };

  std::optional<SearchPoint> tryExchange(size_t exchange) const;

  const SearchProblem &problem;
  const Objective &objective;
  SearchMemory &memory;
  std::unique_ptr<Surroundings> surroundings;
  Neighbourhood neighbourhood;

  State state = State::AtEnd;
  SearchPoint at;
  std::optional<SearchPoint> goal;
  std::vector<SearchPoint> batch;
  // Since the neighbourhood was explored:
  bool hasMoved = false;
  unsigned numFailed = 0;  ///< Batches, since the last move.
  size_t nextExchange = 0; ///< That was not tried yet.
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_CLIMB_H
