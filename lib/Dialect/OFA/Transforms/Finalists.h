//===- Finalists.h - Subnets whose firmware keeps all budgets ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_TRANSFORMS_FINALISTS_H
#define OFA_LIB_DIALECT_OFA_TRANSFORMS_FINALISTS_H

#include "SubnetProblem.h"

namespace mlir::ofa {

/// A subnet with what SubnetProblem::promise() says of it.
struct Finalist {
  Genome genome;
  double score = 0;
  SubnetEstimate promise;
};

struct Finalists {
  /// Within all limits, best first; at most as many as were asked.
  SmallVector<Finalist> feasible;
  /// Where there is none: what comes nearest.
  std::optional<Finalist> nearest;
  /// What the best subnet by sums exceeds, if it was left out.
  std::optional<Cost> binding;
};

/// Searches by sums over layers, then judges the best by promises; with an
/// objective of memory, by these the best is chosen. A remark at `supernet`
/// tells how many are left out before the first that is kept. Where all of them
/// exceed a limit, looks at more, then searches with less of the limits. Fails
/// after one diagnostic.
FailureOr<Finalists> findFinalists(SupernetOp supernet, SubnetProblem &problem,
                                   const SearchOptions &options,
                                   unsigned count);

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_TRANSFORMS_FINALISTS_H
