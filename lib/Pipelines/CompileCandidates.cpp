//===- CompileCandidates.cpp - The best subnet that keeps its budgets -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FinishedFigures.h"
#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Pipelines/Specialize.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_COMPILECANDIDATESPASS
#include "ofa/Pipelines/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

/// What the search said before about the memory of `excess`.
static std::optional<int64_t> getPromise(DictionaryAttr facts,
                                         const Excess &excess) {
  if (excess.budget == "sram")
    return getInteger(facts, "sram_estimate");
  std::optional<int64_t> data = getInteger(facts, "flash_data_estimate");
  if (!data)
    return std::nullopt;
  return *data + getInteger(facts, "flash_code_estimate").value_or(0);
}

namespace {
struct CompileCandidates final
    : ofa::impl::CompileCandidatesPassBase<CompileCandidates> {
  using CompileCandidatesPassBase::CompileCandidatesPassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    makePipeline(0).getDependentDialects(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto others = module->getAttrOfType<ArrayAttr>(kCandidatesAttrName);
    module->removeAttr(kCandidatesAttrName);
    OpPassManager pipeline = makePipeline(getSramBudget());
    LogicalResult compiled = others && !others.empty()
                                 ? compile(pipeline, others)
                                 : runPipeline(pipeline, module);
    if (failed(compiled) || failed(checkPromise()))
      signalPassFailure();
  }

private:
  static constexpr int64_t unlimited = std::numeric_limits<int64_t>::max();

  int64_t getSramBudget() {
    auto decision = getOperation()->getAttrOfType<SpecializationAttr>(
        kSpecializationAttrName);
    return decision
               ? getInteger(decision.getFacts(), "sram_budget").value_or(unlimited)
               : unlimited;
  }

  OpPassManager makePipeline(int64_t sramBytes) const {
    SpecializeOptions options;
    options.rounding = rounding;
    options.calibration = calibration;
    options.name = modelName;
    options.int8IO = int8IO;
    options.segments = segments;
    options.pushRows = pushRows;
    options.sramBytes = sramBytes;
    OpPassManager passes(ModuleOp::getOperationName());
    buildNetworkPipeline(passes, options);
    buildKernelPipeline(passes, options);
    return passes;
  }

  /// Says where exact sizes that the search promised are not those of the
  /// network.
  LogicalResult checkPromise() {
    ModuleOp module = getOperation();
    auto decision =
        module->getAttrOfType<SpecializationAttr>(kSpecializationAttrName);
    if (!decision || !decision.getFacts().contains("flash_code_estimate"))
      return success();
    FailureOr<DictionaryAttr> facts = addFinishedFigures(module);
    if (failed(facts))
      return failure();
    for (StringRef name : {"sram", "flash_data", "flash_code"}) {
      std::optional<int64_t> bytes = getInteger(*facts, name);
      std::optional<int64_t> promised =
          getInteger(*facts, (name + "_estimate").str());
      if (bytes != promised)
        module.emitRemark("the network needs ")
            << bytes.value_or(0) << " bytes of '" << name << "', not the "
            << promised.value_or(0) << " that the search promised";
    }
    return success();
  }

  /// Makes another candidate the choice. `binding`: what the last one exceeds.
  LogicalResult select(Attribute candidate, StringRef binding) {
    ModuleOp module = getOperation();
    auto decision = dyn_cast<SpecializationAttr>(candidate);
    auto subnet = decision ? decision.getFacts().getAs<SubnetAttr>("subnet")
                           : SubnetAttr();
    auto supernets = module.getOps<SupernetOp>();
    if (!subnet || supernets.empty())
      return module.emitError("expects '")
             << kCandidatesAttrName << "' to be subnets of a supernet";
    (*supernets.begin()).setSubnetAttr(subnet);
    NamedAttrList facts(decision.getFacts());
    facts.set("binding", StringAttr::get(&getContext(), binding));
    module->setAttr(kSpecializationAttrName,
                    SpecializationAttr::get(
                        &getContext(), facts.getDictionary(&getContext())));
    return success();
  }

  LogicalResult compile(OpPassManager &pipeline, ArrayAttr others) {
    ModuleOp module = getOperation();
    std::optional<Excess> nearest;
    Attribute nearestSubnet;
    for (unsigned i = 0;; ++i) {
      bool isLast = i == others.size();
      // Weights are attributes, which copies share.
      OwningOpRef<ModuleOp> before = isLast ? nullptr : module.clone();
      if (failed(runPipeline(pipeline, module)))
        return failure();
      FailureOr<DictionaryAttr> facts = addFinishedFigures(module);
      if (failed(facts))
        return failure();
      std::optional<Excess> excess = findExcess(*facts);
      if (!excess)
        return success();
      if (!nearest || double(excess->bytes) / excess->limit <
                          double(nearest->bytes) / nearest->limit) {
        nearest = excess;
        nearestSubnet = facts->get("subnet");
      }
      if (isLast)
        break;
      InFlightDiagnostic remark = module.emitRemark("candidate ")
                                  << i + 1 << " needs " << excess->bytes
                                  << " bytes of " << excess->what;
      if (std::optional<int64_t> promise = getPromise(*facts, *excess))
        remark << ", not the " << *promise << " that the search promised";
      remark << ", and the budget is " << excess->limit << ": takes candidate "
             << i + 2;
      module.getBodyRegion().takeBody(before->getBodyRegion());
      module->setAttrs((*before)->getAttrDictionary());
      if (failed(select(others[i], excess->budget)))
        return failure();
    }
    InFlightDiagnostic error =
        module.emitError("none of the ")
        << others.size() + 1
        << " best subnets keeps its budgets when compiled: "
        << "the nearest needs " << nearest->bytes << " bytes of "
        << nearest->what << ", but the budget is " << nearest->limit
        << ": raise it, or give the search a tighter one";
    if (nearestSubnet)
      error.attachNote() << "nearest subnet: " << nearestSubnet;
    return error;
  }
};
} // namespace
