//===- CheckBudgets.cpp - Exact figures against budgets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FinishedFigures.h"
#include "ofa/Analysis/Summary.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/Transforms/MemoryPeak.h"
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
      reportExcess(module, *facts, *excess);
      return signalPassFailure();
    }
    if (!quiet)
      printSummary(llvm::errs(),
                   (*module.getOps<kernel::ModelOp>().begin()).getSymName(),
                   *facts);
  }

private:
  void reportExcess(ModuleOp module, DictionaryAttr facts,
                    const Excess &excess) {
    bool isSram = excess.budget == "sram";
    InFlightDiagnostic error = module.emitError("the compiled network needs ")
                               << excess.bytes << " bytes of " << excess.what;
    if (isSram && facts.contains("segments"))
      error << ", even row by row";
    error << ", but the budget is " << excess.limit << ": raise it, or "
          << (facts.contains("subnet") ? "give the search a tighter one"
                                       : "use a smaller network");
    if (!isSram)
      return;
    for (kernel::EntryOp entry :
         (*module.getOps<kernel::ModelOp>().begin()).getEntries())
      error.attachNote(entry.getLoc()) << kernel::describeMemoryPeak(entry);
    if (facts.contains("segments"))
      error.attachNote() << kNoRecomputation;
  }
};
} // namespace
