//===- Island.h - One population of a search --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_ISLAND_H
#define OFA_LIB_SEARCH_ISLAND_H

#include "ofa/Search/Xoshiro256.h"
#include "ofa/Search/Search.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::ofa {

/// A feasible point.
struct SearchPoint {
  Genome genome;
  double score = 0;
  std::vector<double> costs;
  double load = 0; ///< Sum of cost / limit: breaks ties.
};

/// What the options ask to be best.
class Objective {
public:
  explicit Objective(const SearchOptions &options)
      : minimise(options.minimise), minScore(options.minScore) {}

  bool isMet(const SearchPoint &point) const {
    return !minimise || point.score >= minScore;
  }
  /// To be maximised, among points that are all met or all not.
  double getMerit(const SearchPoint &point) const {
    return minimise && isMet(point) ? -point.costs[*minimise] : point.score;
  }
  /// A strict total order of points with different genomes.
  bool isBetter(const SearchPoint &a, const SearchPoint &b) const;

  std::optional<unsigned> minimise;
  double minScore;
};

class Island {
public:
  Island(const SearchProblem &problem, const SearchOptions &options,
         uint64_t seed);

  /// Evolves until `budget` more evaluations are spent; `guests` join the
  /// population first.
  void evolve(uint64_t budget, llvm::ArrayRef<SearchPoint> guests);

  /// The population: local optima, best first.
  std::vector<SearchPoint> getPopulation() const;
  /// The best points of all that were evaluated.
  std::vector<SearchPoint> getBest(unsigned count) const;
  uint64_t getEvaluations() const { return points.size(); }

  /// Sets genes without effect to zero.
  static void canonicalise(const SearchProblem &problem, Genome &genome);
  /// Sum over the limits of max(0, cost / limit - 1).
  static double getViolation(llvm::ArrayRef<double> costs,
                             llvm::ArrayRef<double> limits);

private:
  using Index = size_t; // Into `points`.

  /// A change of one gene, or of a gene and of others that it gives effect.
  struct Change {
    llvm::SmallVector<unsigned, 3> genes;
    Genome genome;
    double gain = 0; ///< Estimated, of the score.
    llvm::SmallVector<double, 6> costs;
  };
  /// One change, or two together.
  struct Exchange {
    double merit;
    int first, second; ///< -1: none.
  };

  bool isSpent() const { return spent >= allowed; }
  bool isBetter(Index a, Index b) const {
    return objective.isBetter(points[a], points[b]);
  }
  void canonicalise(Genome &genome) const { canonicalise(problem, genome); }
  double getViolation(const Genome &genome) const;

  std::vector<Index> evaluate(std::vector<Genome> genomes);
  llvm::ArrayRef<Change> collectChanges(const SearchPoint &at);
  std::optional<Index> find(const Genome &genome, uint64_t hash) const;
  std::vector<Exchange> rankExchanges(const SearchPoint &at,
                                      llvm::ArrayRef<Change> changes) const;
  Index climb(Index from);
  void join(Index point);
  Genome makeRandom();
  Genome makeChild();
  void disturb(Genome &genome);
  bool repair(Genome &genome);

  const SearchProblem &problem;
  Objective objective;
  Xoshiro256 random;
  std::vector<unsigned> cardinalities;
  std::vector<double> limits;
  /// The limits that are finite.
  llvm::SmallVector<unsigned, 6> bounded;
  std::vector<SearchPoint> points;
  /// Points by the hash of their genome.
  llvm::DenseMap<uint64_t, Index> known;
  std::vector<Change> changes; ///< Of collectChanges(): memory is used again.
  std::vector<Index> population; ///< Distinct, best first.
  uint64_t spent = 0, allowed = 0;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_ISLAND_H
