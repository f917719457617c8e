//===- Summary.h - A specialisation in a few lines ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_SUMMARY_H
#define OFA_ANALYSIS_SUMMARY_H

#include "mlir/IR/BuiltinAttributes.h"

namespace mlir::ofa {

/// Why nothing smaller is offered where row by row is too much.
inline constexpr llvm::StringLiteral kNoRecomputation =
    "no row is computed twice, which could save memory: that is not supported";

/// Prints what `facts`, those of an `#ofa.specialization`, say of the decision
/// for `network`: device, figures, budgets, why and what would change it. Facts
/// that are absent are left out. For people, not for programs.
void printSummary(raw_ostream &os, StringRef network, DictionaryAttr facts);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_SUMMARY_H
