//===- Neighbourhood.h - The changes of one gene and of few -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_NEIGHBOURHOOD_H
#define OFA_LIB_SEARCH_NEIGHBOURHOOD_H

#include "Objective.h"
#include <array>

namespace mlir::ofa {

/// What may be better near a point, most promising first. One object serves for
/// many points, and keeps its memory.
class Neighbourhood {
public:
  Neighbourhood(const SearchProblem &problem, const Objective &objective);

  /// Ranks changes of one gene, and pairs of them, around `at`, the centre of
  /// `surroundings`. Those whose costs seem to exceed a limit are left out.
  void explore(const SearchPoint &at, Surroundings &surroundings);

  size_t getNumExchanges() const { return exchanges.size(); }
  /// Makes an exchange in a genome, if the genes that it changes are still those
  /// of the centre.
  bool apply(size_t exchange, Genome &genome) const;

private:
  /// A change of one gene, and of others whose effect it starts or ends.
  struct Change {
    unsigned begin, end;       ///< Its genes, in `genes`.
    uint64_t mask[2] = {0, 0}; ///< Of genes, modulo 128.
    double gain = 0;           ///< Estimated, of the score.
    unsigned kept = 0;         ///< By which number the surroundings know it.
  };
  /// One change, or two together.
  struct Exchange {
    double merit;
    int first, second; ///< -1: none.
  };

  llvm::ArrayRef<GeneChange> getGenes(const Change &change) const {
    return llvm::ArrayRef(genes).slice(change.begin, change.end - change.begin);
  }
  double estimate(llvm::ArrayRef<GeneChange> own);
  void addChange(llvm::ArrayRef<GeneChange> own);
  void addWithWoken(llvm::MutableArrayRef<GeneChange> own, size_t numWoken);
  void collectChanges();
  void pairChanges();
  static bool isBefore(const Exchange &a, const Exchange &b);
  void keepBest();
  void refine();
  double getCost(size_t change, unsigned limit) const {
    return costs[change * limits.size() + limit];
  }
  double getLoad(llvm::ArrayRef<double> costs) const;
  double getMerit(size_t change) const;

  const SearchProblem &problem;
  const Objective &objective;
  llvm::ArrayRef<unsigned> cardinalities;
  llvm::ArrayRef<double> limits;
  /// The limits that some point exceeds.
  llvm::SmallVector<unsigned, 6> bounded;
  llvm::SmallBitVector changesEffects; ///< By gene.

  // Around the present centre:
  const SearchPoint *center = nullptr;
  Genome centerGenome;
  Surroundings *surroundings = nullptr;
  unsigned numEstimates = 0;
  std::vector<GeneChange> genes; ///< Of all changes.
  std::vector<Change> changes;
  std::vector<double> costs; ///< [change][limit]
  std::vector<Exchange> exchanges;
  std::vector<double> scratch;
  /// Changes by merit: the negative one, and the change.
  std::vector<std::pair<double, int>> order;
  /// By rank in that order.
  std::vector<uint64_t> masks[2], fits;
  std::vector<unsigned> partners;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_NEIGHBOURHOOD_H
