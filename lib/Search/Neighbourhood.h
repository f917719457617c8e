//===- Neighbourhood.h - The changes of one and two genes -------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_NEIGHBOURHOOD_H
#define OFA_LIB_SEARCH_NEIGHBOURHOOD_H

#include "Objective.h"

namespace mlir::ofa {

/// What may be better near a point, most promising first. One object serves for
/// many points, and keeps its memory.
class Neighbourhood {
public:
  Neighbourhood(const SearchProblem &problem, const Objective &objective);

  /// Ranks changes of one gene, and pairs of them, around `at`, which is the
  /// centre of `scorer`. Those whose costs seem to exceed a limit are left out.
  void explore(const SearchPoint &at, Scorer &scorer);

  size_t getNumExchanges() const { return exchanges.size(); }
  /// Makes an exchange in a genome, if the genes that it changes are still those
  /// of the centre.
  bool apply(size_t exchange, Genome &genome) const;

private:
  /// A change of one gene, and of others whose effect it starts or ends.
  struct Change {
    llvm::SmallVector<unsigned, 4> genes, values;
    uint64_t mask[2] = {0, 0}; ///< Of genes, modulo 128.
    double gain = 0;           ///< Estimated, of the score.
    unsigned kept = 0;         ///< By which number the scorer knows it.
  };
  /// One change, or two together.
  struct Exchange {
    double merit;
    int first, second; ///< -1: none.
  };

  double estimate(const Genome &genome, const llvm::SmallBitVector &isActive,
                  llvm::ArrayRef<unsigned> genes);
  void addChange(const Genome &genome, const llvm::SmallBitVector &isActive,
                 llvm::ArrayRef<unsigned> genes);
  void addWithWoken(const Genome &genome, const llvm::SmallBitVector &isActive,
                    llvm::ArrayRef<unsigned> genes,
                    llvm::ArrayRef<unsigned> woken);
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
  /// The limits that are finite.
  llvm::SmallVector<unsigned, 6> bounded;

  // Around the present centre:
  const SearchPoint *center = nullptr;
  Genome centerGenome;
  Scorer *scorer = nullptr;
  llvm::SmallBitVector active;
  unsigned numEstimates = 0;
  size_t numChanges = 0;
  std::vector<Change> changes;
  std::vector<double> costs; ///< [change][limit]
  std::vector<Exchange> exchanges;
  std::vector<double> scratch;
  /// Changes by merit: the negative one, and the change.
  std::vector<std::pair<double, int>> order;
  /// By rank in that order.
  std::vector<uint64_t> masks[2], fits;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_NEIGHBOURHOOD_H
