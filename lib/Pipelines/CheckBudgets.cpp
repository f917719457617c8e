//===- CheckBudgets.cpp - Exact figures against budgets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/Summary.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Pipelines/Specialize.h"
#include "ofa/Target/C/Footprint.h"
#include "mlir/IR/Builders.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_CHECKBUDGETSPASS
#include "ofa/Pipelines/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

static std::optional<int64_t> getInteger(DictionaryAttr facts, StringRef name) {
  if (auto value = facts.getAs<IntegerAttr>(name))
    return value.getInt();
  return std::nullopt;
}

/// Fails where an exact figure exceeds its budget.
static LogicalResult checkBudget(Operation *op, DictionaryAttr facts,
                                 StringRef what, StringRef budgetName,
                                 int64_t bytes) {
  std::optional<int64_t> budget = getInteger(facts, budgetName);
  if (!budget || bytes <= *budget)
    return success();
  return op->emitError("the compiled network needs ")
         << bytes << " bytes of " << what << ", but the budget is " << *budget
         << ": raise it, or "
         << (facts.contains("subnet") ? "give the search a tighter one"
                                      : "use a smaller network");
}

namespace {
struct CheckBudgets final : ofa::impl::CheckBudgetsPassBase<CheckBudgets> {
  using CheckBudgetsPassBase::CheckBudgetsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto models = llvm::to_vector(module.getOps<kernel::ModelOp>());
    if (models.size() != 1) {
      module.emitError("expects one supernet or one network of at least one "
                       "layer to compile, but found ")
          << models.size();
      return signalPassFailure();
    }
    NamedAttrList facts;
    if (auto known =
            module->getAttrOfType<SpecializationAttr>(kSpecializationAttrName))
      facts.append(known.getFacts().getValue());
    Builder builder(module.getContext());
    StringRef core;
    if (auto name = dyn_cast_or_null<StringAttr>(facts.get("core")))
      core = name.getValue();
    // Exact figures take the place of the search's.
    facts.erase("sram_estimate");
    facts.erase("flash_estimate");
    Footprint footprint = computeFootprint(models.front());
    std::optional<int64_t> code = computeCodeBytes(models.front(), core);
    auto set = [&](StringRef name, int64_t value) {
      facts.set(name, builder.getI64IntegerAttr(value));
    };
    set("sram", footprint.getSram());
    set("flash_data", footprint.getFlashData());
    if (code)
      set("flash_code", *code);
    if (footprint.stack)
      set("stack", *footprint.stack);
    DictionaryAttr dictionary = facts.getDictionary(module.getContext());
    module->setAttr(kSpecializationAttrName,
                    SpecializationAttr::get(module.getContext(), dictionary));
    if (failed(checkBudget(module, dictionary, "SRAM", "sram_budget",
                           footprint.getSram())) ||
        failed(checkBudget(module, dictionary, "flash", "flash_budget",
                           footprint.getFlashData() + code.value_or(0))))
      return signalPassFailure();
    if (!quiet)
      printSummary(llvm::errs(), models.front().getSymName(), dictionary);
  }
};
} // namespace
