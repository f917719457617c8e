//===- FinishedFigures.cpp - A finished module against its budgets --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FinishedFigures.h"
#include "mlir/IR/Builders.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Target/C/Footprint.h"

using namespace mlir;
using namespace mlir::ofa;

std::optional<int64_t> ofa::getInteger(DictionaryAttr facts, StringRef name) {
  if (auto value = facts.getAs<IntegerAttr>(name))
    return value.getInt();
  return std::nullopt;
}

FailureOr<DictionaryAttr> ofa::addFinishedFigures(ModuleOp module) {
  auto models = llvm::to_vector(module.getOps<kernel::ModelOp>());
  if (models.size() != 1)
    return module.emitError("expects one supernet or one network of at least "
                            "one layer to compile, but found ")
           << models.size();
  NamedAttrList facts;
  if (auto known =
          module->getAttrOfType<SpecializationAttr>(kSpecializationAttrName))
    facts.append(known.getFacts().getValue());
  Builder builder(module.getContext());
  StringRef core;
  if (auto name = dyn_cast_or_null<StringAttr>(facts.get("core")))
    core = name.getValue();
  Footprint footprint = computeFootprint(models.front());
  auto set = [&](StringRef name, std::optional<int64_t> value) {
    if (value)
      facts.set(name, builder.getI64IntegerAttr(*value));
  };
  set("sram", footprint.getSram());
  set("flash_data", footprint.getFlashData());
  set("flash_code", computeCodeBytes(models.front(), core));
  set("stack", footprint.stack);
  int64_t layers = 0, rowLayers = 0, segments = 0;
  models.front().walk([&](Operation *op) {
    segments += isa<kernel::SegmentOp>(op);
    if (!isa<kernel::RuntimeKernelOpInterface>(op))
      return;
    ++layers;
    rowLayers += isa<kernel::SegmentOp>(op->getParentOp());
  });
  if (segments != 0) {
    set("layers", layers);
    set("row_layers", rowLayers);
    set("segments", segments);
  }
  return facts.getDictionary(module.getContext());
}

std::optional<Excess> ofa::findExcess(DictionaryAttr facts) {
  int64_t flash = *getInteger(facts, "flash_data") +
                  getInteger(facts, "flash_code").value_or(0);
  for (Excess excess : {Excess{"sram", "SRAM", *getInteger(facts, "sram"), 0},
                        Excess{"flash", "flash", flash, 0}}) {
    std::optional<int64_t> limit =
        getInteger(facts, (excess.budget + "_budget").str());
    if (!limit || excess.bytes <= *limit)
      continue;
    excess.limit = *limit;
    return excess;
  }
  return std::nullopt;
}
