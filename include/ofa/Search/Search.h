//===- Search.h - The best feasible point of a finite space -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_SEARCH_H
#define OFA_SEARCH_SEARCH_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::ofa {

/// One value index for each gene: genome[g] < cardinalities[g]. By convention
/// larger indices mean larger, more accurate, more expensive networks; the
/// search profits from that but does not rely on it.
using Genome = std::vector<unsigned>;

struct Evaluation {
  double score = 0;          ///< To be maximised.
  std::vector<double> costs; ///< One for each limit.
};

/// A space with a score and costs. Functions have to be pure: the same genome
/// always has the same evaluation.
class SearchProblem {
public:
  virtual ~SearchProblem();

  /// Number of values of each gene; all above zero.
  virtual llvm::ArrayRef<unsigned> getCardinalities() const = 0;

  /// Gives genes that have no effect in this genome (blocks beyond the depth) a
  /// fixed value, so that equal points have equal genomes. Idempotent.
  virtual void canonicalise(Genome &genome) const;

  /// A point is feasible if costs[i] <= limits[i] for all i; limits are above
  /// zero, or infinite.
  virtual llvm::ArrayRef<double> getLimits() const = 0;

  /// Evaluates canonical genomes, none of them twice in one search.
  virtual std::vector<Evaluation> evaluate(llvm::ArrayRef<Genome> genomes) = 0;
};

struct SearchOptions {
  uint64_t seed = 0;
  unsigned population = 128;
  /// Populations that evolve one after the other, each from new random points.
  unsigned populations = 3;
  unsigned generations = 100;
  /// Generations without a better point before the search is finished by
  /// climbing.
  unsigned patience = 12;
  /// The search stops when it has evaluated that many points.
  uint64_t maxEvaluations = 40000;
  /// Spaces of up to that many genomes are enumerated instead.
  uint64_t enumerateUpTo = 4096;
  /// Length of the ranked list.
  unsigned keep = 16;
  /// Points to begin with, beside the smallest, the largest and those between.
  std::vector<Genome> seeds;
};

struct SearchCandidate {
  Genome genome; ///< Canonical.
  Evaluation evaluation;
  /// Sum over the limits of the relative excess, max(0, cost / limit - 1);
  /// 0 for a feasible point.
  double violation = 0;
};

struct SearchResult {
  /// Distinct feasible points, best score first (equal scores: smaller relative
  /// costs, then the smaller genome); at most `keep`.
  std::vector<SearchCandidate> feasible;
  /// If nothing is feasible: the point with the smallest violation that was
  /// found.
  std::optional<SearchCandidate> nearest;
  /// The limit that keeps most of the better-scored points out; none if no
  /// better point was met.
  std::optional<unsigned> binding;
  uint64_t evaluations = 0;
  /// All points were evaluated: the best is the optimum.
  bool isExhaustive = false;
};

/// Evolutionary search without duplicates, then hill climbing over changes of
/// one and two genes. Deterministic: the result depends on problem and options
/// alone.
SearchResult search(SearchProblem &problem, const SearchOptions &options = {});

} // namespace mlir::ofa

#endif // OFA_SEARCH_SEARCH_H
