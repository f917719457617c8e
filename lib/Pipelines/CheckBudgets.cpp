//===- CheckBudgets.cpp - Exact figures against budgets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Pipelines/Specialize.h"
#include "ofa/Target/C/Footprint.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/FormatVariadic.h"

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

/// The decision in a few lines, for people.
static void printSummary(StringRef model, DictionaryAttr facts) {
  llvm::raw_ostream &os = llvm::errs();
  auto text = [&](StringRef name) {
    auto value = facts.getAs<StringAttr>(name);
    return value ? value.getValue() : StringRef();
  };
  auto number = [&](StringRef name) { return getInteger(facts, name).value_or(0); };
  os << "ofa: @" << model << " for " << text("device");
  if (facts.get("reference_board"))
    os << ", standing for " << text("reference_board");
  os << '\n';
  if (facts.get("macs")) {
    os << llvm::formatv("ofa: {0:f2} M MACs, {1} parameters",
                        number("macs") / 1e6, number("parameters"));
    if (facts.get("objective"))
      os << "; chosen by " << text("objective") << "; binding budget: "
         << (text("binding").empty() ? "none" : text("binding"));
    os << '\n';
  }
  if (auto accuracy = facts.getAs<FloatAttr>("predicted_accuracy"))
    os << llvm::formatv("ofa: predicted accuracy {0:f2} %\n",
                        100 * accuracy.getValueAsDouble());
  if (auto latency = facts.getAs<FloatAttr>("latency"))
    os << llvm::formatv("ofa: latency {0:f2} ms, {1}\n",
                        1e3 * latency.getValueAsDouble(), text("latency_basis"));
  auto bytes = [&](StringRef name) {
    std::optional<int64_t> value = getInteger(facts, name);
    return value ? std::to_string(*value) + " bytes" : "unknown";
  };
  os << "ofa: SRAM " << bytes("sram") << " (budget " << bytes("sram_budget")
     << "), stack at most " << bytes("stack") << '\n';
  os << "ofa: flash " << bytes("flash_data") << " of data and "
     << bytes("flash_code") << " of kernel code (budget "
     << bytes("flash_budget") << ")\n";
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
      printSummary(models.front().getSymName(), dictionary);
  }
};
} // namespace
