//===- CheckBudgets.cpp - Exact figures against budgets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FinishedFigures.h"
#include "ofa/Analysis/Summary.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Pipelines/Specialize.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_CHECKBUDGETSPASS
#include "ofa/Pipelines/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {
struct CheckBudgets final : ofa::impl::CheckBudgetsPassBase<CheckBudgets> {
  using CheckBudgetsPassBase::CheckBudgetsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<DictionaryAttr> facts = addFinishedFigures(module);
    if (failed(facts))
      return signalPassFailure();
    module->setAttr(kSpecializationAttrName,
                    SpecializationAttr::get(module.getContext(), *facts));
    if (std::optional<Excess> excess = findExcess(*facts)) {
      bool hasSegments =
          module.walk([](kernel::SegmentOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      module.emitError("the compiled network needs ")
          << excess->bytes << " bytes of " << excess->what
          << (hasSegments && excess->budget == "sram" ? ", even row by row" : "")
          << ", but the budget is " << excess->limit << ": raise it, or "
          << (facts->contains("subnet") ? "give the search a tighter one"
                                        : "use a smaller network");
      return signalPassFailure();
    }
    if (!quiet)
      printSummary(llvm::errs(),
                   (*module.getOps<kernel::ModelOp>().begin()).getSymName(),
                   *facts);
  }
};
} // namespace
