//===- Search.h - The best feasible point of a finite space -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_SEARCH_H
#define OFA_SEARCH_SEARCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mlir::ofa {

/// One value index for each gene: genome[g] < cardinalities[g]. By convention
/// larger indices mean larger, more accurate, more expensive networks; the
/// search profits from that but does not rely on it.
using Genome = std::vector<unsigned>;

/// A gene of some genome with another value, or with or without effect.
struct GeneChange {
  unsigned gene;
  int value; ///< Below zero: it has no effect any more.
};

/// What changes of one genome, the centre, would bring.
class Surroundings {
public:
  virtual ~Surroundings();

  /// Genome `index` of the scorer's last score() becomes the centre.
  virtual void moveTo(unsigned index) = 0;

  /// What the score may be after changes of some genes: a guess to rank them
  /// by. It is kept, under the next number from zero on after moveTo().
  virtual double estimate(llvm::ArrayRef<GeneChange> changes) = 0;

  /// What the score may be after all that is kept under these numbers.
  virtual double estimateKept(llvm::ArrayRef<unsigned> kept) = 0;

  /// What the costs are after changes of some genes, but for the order of sums.
  virtual void computeCosts(llvm::ArrayRef<GeneChange> changes,
                            llvm::MutableArrayRef<double> costs) = 0;
};

/// Scores for one thread of a search, which asks for the scores of some
/// genomes, goes to a few of them and looks around from there.
class Scorer {
public:
  virtual ~Scorer();

  /// scores[i] = the score of genomes[i]; genes without effect are zero. The
  /// genomes must stay as they are until the next call.
  virtual void score(llvm::ArrayRef<Genome> genomes,
                     llvm::MutableArrayRef<double> scores) = 0;

  /// They must not outlive the scorer.
  virtual std::unique_ptr<Surroundings> makeSurroundings() = 0;

  /// Gets surroundings ready for estimates and costs, which they have to be
  /// after each moveTo(); together that may be less work.
  virtual void prepare(llvm::ArrayRef<Surroundings *> surroundings) {}
};

/// A space with a score, which is dear, and costs, which are cheap. Functions
/// are pure, and are called from several threads at once.
class SearchProblem {
public:
  virtual ~SearchProblem();

  /// Number of values of each gene; all above zero.
  virtual llvm::ArrayRef<unsigned> getCardinalities() const = 0;

  /// Which genes have an effect in this genome; the others (blocks beyond the
  /// depth) are taken to be zero, so that equal points have equal genomes.
  /// Values of genes without effect must not matter to the answer.
  virtual llvm::SmallBitVector findActive(const Genome &genome) const;

  /// Sets genes without effect to zero.
  void canonicalise(Genome &genome) const;

  /// Whether findActive() depends on this gene.
  virtual bool changesEffects(unsigned gene) const { return true; }

  /// A point is feasible if costs[i] <= limits[i] for all i; limits are above
  /// zero, or infinite.
  virtual llvm::ArrayRef<double> getLimits() const = 0;

  /// Whether some genome may exceed this limit: what is known to hold always
  /// need not be looked at.
  virtual bool mayExceed(unsigned limit) const { return true; }

  /// One cost for each limit of a genome whose genes without effect are zero.
  virtual void computeCosts(const Genome &genome,
                            llvm::MutableArrayRef<double> costs) const = 0;

  /// The scores of such genomes, to be maximised.
  virtual std::vector<double> score(llvm::ArrayRef<Genome> genomes) const = 0;

  /// The default estimates by scores, what is kept together by the sum of
  /// gains. It must not outlive the problem.
  virtual std::unique_ptr<Scorer> makeScorer() const;
};

struct SearchOptions {
  uint64_t seed = 0;
  /// Minimise this cost among the points that score at least `minScore`, instead
  /// of maximising the score.
  std::optional<unsigned> minimise;
  double minScore = 0;
  /// No climb goes on after so many scores, to look around from a point
  /// counting as five.
  uint64_t maxEvaluations = 170000;
  /// Populations that evolve apart from each other, each on a thread.
  unsigned islands = 2;
  /// Spaces of up to that many genomes are enumerated instead.
  uint64_t enumerateUpTo = 20000;
  /// Length of the ranked list.
  unsigned keep = 16;
  /// Points to begin with, and to climb from.
  std::vector<Genome> seeds;
};

struct SearchCandidate {
  Genome genome; ///< Genes without effect are zero.
  double score = 0;
  std::vector<double> costs; ///< One for each limit.
};

struct SearchResult {
  /// Distinct feasible points, best first: by the objective, then by the sum of
  /// cost / limit, then by the genome; at most `keep`.
  std::vector<SearchCandidate> feasible;
  /// If nothing is feasible: the point that was found with the smallest sum over
  /// the limits of max(0, cost / limit - 1); with `minimise`, if no point within
  /// the limits scores `minScore`, the one that scores highest.
  std::optional<SearchCandidate> nearest;
  uint64_t evaluations = 0;
  /// All points were evaluated: the best is the optimum.
  bool isExhaustive = false;
};

/// Memetic search: populations of distinct local optima that are crossed,
/// disturbed and improved again by exchanges of one and two genes. Exchanges are
/// ranked by estimates and taken only by their true score. docs/search.md says
/// why. Deterministic: the result depends on problem and options alone, not on
/// threads.
SearchResult search(const SearchProblem &problem,
                    const SearchOptions &options = {});

} // namespace mlir::ofa

#endif // OFA_SEARCH_SEARCH_H
