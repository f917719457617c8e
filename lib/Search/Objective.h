//===- Objective.h - What makes one point better than another ---*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_OBJECTIVE_H
#define OFA_LIB_SEARCH_OBJECTIVE_H

#include "ofa/Search/Search.h"

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
  bool isBetter(const SearchPoint &a, const SearchPoint &b) const {
    if (isMet(a) != isMet(b))
      return isMet(a);
    double x = getMerit(a), y = getMerit(b);
    if (x != y)
      return x > y;
    if (a.load != b.load)
      return a.load < b.load;
    return a.genome < b.genome;
  }

  std::optional<unsigned> minimise;
  double minScore;
};

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_OBJECTIVE_H
