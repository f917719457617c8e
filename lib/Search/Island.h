//===- Island.h - One population of a search --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_ISLAND_H
#define OFA_LIB_SEARCH_ISLAND_H

#include "Neighbourhood.h"
#include "ofa/Search/Xoshiro256.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::ofa {

class Island {
public:
  Island(const SearchProblem &problem, const SearchOptions &options,
         uint64_t seed);

  /// Begins with these genomes; what is beyond the limits is left out.
  void start(llvm::ArrayRef<Genome> genomes);

  /// Evolves until `budget` more evaluations are spent.
  void evolve(uint64_t budget);

  /// The best points of all that were evaluated, best first, as many as the
  /// options ask to keep.
  llvm::ArrayRef<SearchPoint> getBest() const { return best; }
  uint64_t getEvaluations() const { return numEvaluations; }

  /// Sets genes without effect to zero.
  static void canonicalise(const SearchProblem &problem, Genome &genome);
  /// Sum over the limits of max(0, cost / limit - 1).
  static double getViolation(llvm::ArrayRef<double> costs,
                             llvm::ArrayRef<double> limits);

private:
  bool isSpent() const { return spent >= allowed; }
  void canonicalise(Genome &genome) const { canonicalise(problem, genome); }
  double getViolation(const Genome &genome) const;

  std::optional<SearchPoint> judge(Genome genome) const;
  void score(llvm::MutableArrayRef<SearchPoint> points);
  std::vector<SearchPoint> collectBatch(const SearchPoint &at, size_t size,
                                        size_t &next);
  SearchPoint climb(SearchPoint at);
  void join(const SearchPoint &point, size_t index);
  Genome makeRandom();
  Genome makeChild(const Genome &first, const Genome &second);
  void disturb(Genome &genome);
  bool repair(Genome &genome);

  const SearchProblem &problem;
  Objective objective;
  unsigned keep;
  std::unique_ptr<Scorer> scorer;
  Neighbourhood neighbourhood;
  Xoshiro256 random;
  llvm::ArrayRef<unsigned> cardinalities;
  llvm::ArrayRef<double> limits;

  /// The scores that are known, by the hash of the genome. Should two genomes
  /// share one, the second is passed over.
  llvm::DenseMap<uint64_t, double> known;
  /// Where climbs have gone on from, by the hash of the genome.
  llvm::DenseSet<uint64_t> visited;
  std::vector<SearchPoint> population; ///< Distinct local optima.
  std::vector<SearchPoint> best;       ///< Of all, distinct, best first.
  uint64_t spent = 0, allowed = 0, numEvaluations = 0;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_ISLAND_H
