//===- Island.h - One population of a search --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_ISLAND_H
#define OFA_LIB_SEARCH_ISLAND_H

#include "Climb.h"
#include "ofa/Search/Xoshiro256.h"
#include <deque>

namespace mlir::ofa {

class Island {
public:
  Island(const SearchProblem &problem, const SearchOptions &options,
         uint64_t seed);

  /// Begins with these genomes, and climbs from them first; what is beyond the
  /// limits is left out.
  void start(llvm::ArrayRef<Genome> genomes);

  /// Evolves until `budget` more evaluations are spent.
  void evolve(uint64_t budget);

  /// The best points of all that were evaluated, best first, as many as the
  /// options ask to keep.
  llvm::ArrayRef<SearchPoint> getBest() const { return best; }
  uint64_t getEvaluations() const { return numEvaluations; }

  /// Sum over the limits of max(0, cost / limit - 1).
  static double getViolation(llvm::ArrayRef<double> costs,
                             llvm::ArrayRef<double> limits);

private:
  /// A climb, and who its child takes the place of.
  struct Ascent {
    Climb climb;
    bool isGoing = false;
    bool isFresh = false;         ///< The child of nobody.
    size_t first = 0, second = 0; ///< Its parents.
  };

  bool isSpent() const { return spent >= allowed; }
  double getViolation(const Genome &genome) const;

  llvm::ArrayRef<double> score(llvm::ArrayRef<SearchPoint> points);
  bool start(Ascent &ascent);
  bool startChild(Ascent &ascent);
  void finish(Ascent &ascent);
  void advance();
  void join(const SearchPoint &point, size_t index);
  Genome makeRandom();
  Genome makeChild(const Genome &first, const Genome &second);
  void disturb(Genome &genome);
  bool repair(Genome &genome);

  const SearchProblem &problem;
  Objective objective;
  unsigned keep;
  std::unique_ptr<Scorer> scorer;
  SearchMemory memory;
  Xoshiro256 random;
  llvm::ArrayRef<unsigned> cardinalities;
  llvm::ArrayRef<double> limits;

  std::deque<Ascent> ascents;          ///< All go on together.
  std::vector<SearchPoint> waiting;    ///< To climb from, the last one first.
  std::vector<SearchPoint> population; ///< Distinct local optima.
  std::vector<SearchPoint> best;       ///< Of all, distinct, best first.
  uint64_t spent = 0, allowed = 0, numEvaluations = 0;
  unsigned numFresh = 0;
  /// Memory to use again.
  std::vector<SearchPoint> batch;
  std::vector<Genome> genomes;
  std::vector<double> scores;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_ISLAND_H
