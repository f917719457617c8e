//===- FinishedFigures.h - A finished module against its budgets *- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_PIPELINES_FINISHEDFIGURES_H
#define OFA_LIB_PIPELINES_FINISHEDFIGURES_H

#include "mlir/IR/BuiltinOps.h"
#include <optional>

namespace mlir::ofa {

std::optional<int64_t> getInteger(DictionaryAttr facts, StringRef name);

/// The facts of `ofa.specialization` and the exact figures of the module's only
/// kernel.model: `sram`, `flash_data`, `flash_code`, `stack`. Fails after one
/// diagnostic.
FailureOr<DictionaryAttr> addFinishedFigures(ModuleOp module);

/// A memory that a network needs more of than its budget.
struct Excess {
  StringRef budget; ///< `sram` or `flash`.
  StringRef what;   ///< For people.
  int64_t bytes, limit;
};

/// The first excess among the finished figures.
std::optional<Excess> findExcess(DictionaryAttr facts);

} // namespace mlir::ofa

#endif // OFA_LIB_PIPELINES_FINISHEDFIGURES_H
