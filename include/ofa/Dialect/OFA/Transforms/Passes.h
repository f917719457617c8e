//===- Passes.h - Passes of the ofa dialect ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_TRANSFORMS_PASSES_H
#define OFA_DIALECT_OFA_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::ofa {

/// Of the module: what ofa-search would choose next, an array of
/// `#ofa.specialization` for ofa-compile-candidates.
inline constexpr llvm::StringLiteral kCandidatesAttrName = "ofa.candidates";
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_TRANSFORMS_PASSES_H
