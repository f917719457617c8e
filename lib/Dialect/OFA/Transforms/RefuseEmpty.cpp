//===- RefuseEmpty.cpp - Fail on a module without content -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Support/ModuleFile.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_REFUSEEMPTYPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;

namespace {
struct RefuseEmpty final : ofa::impl::RefuseEmptyPassBase<RefuseEmpty> {
  void runOnOperation() override {
    auto module = dyn_cast<ModuleOp>(getOperation());
    if (module && failed(ofa::verifyNotEmpty(module)))
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
