//===- Engine.cpp - Runs a module at any stage ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Engine/Engine.h"
#include "Engines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Engine
//===----------------------------------------------------------------------===//

Engine::~Engine() = default;

/// A clone of `module` with its supernet extracted; fails after a diagnostic.
static FailureOr<OwningOpRef<ModuleOp>> extractClone(ModuleOp module,
                                                     SupernetOp supernet,
                                                     StringRef subnet) {
  ExtractSubnetPassOptions extract;
  extract.subnet = subnet.str();
  if (subnet.empty() && !supernet.getSubnet())
    extract.subnet = "largest";
  OwningOpRef<ModuleOp> clone = module.clone();
  PassManager passes(module.getContext());
  passes.addPass(createExtractSubnetPass(extract));
  // The supernet's statistics are the largest subnet's.
  if (extract.subnet != "largest") {
    if (module.getOps<CalibrationOp>().empty())
      supernet.emitWarning("has no calibration images: the subnet runs with "
                           "the largest subnet's batch-norm statistics");
    else
      passes.addPass(createRecalibrateBatchNormPass());
  }
  if (failed(passes.run(*clone)))
    return failure();
  return clone;
}

FailureOr<std::unique_ptr<Engine>>
ofa::createEngine(ModuleOp module, const EngineOptions &options) {
  auto models = llvm::to_vector(module.getOps<kernel::ModelOp>());
  if (models.size() == 1)
    return createCompiledEngine(models.front(), options);
  if (options.device)
    return module.emitError("expects a compiled network (one 'kernel.model') to "
                            "emulate; specialise the module first");
  auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
  if (supernets.size() == 1) {
    auto clone = extractClone(module, supernets.front(), options.subnet);
    if (failed(clone))
      return failure();
    return createInProcessEngine(std::move(*clone));
  }
  if (llvm::range_size(module.getOps<func::FuncOp>()) == 1)
    return createInProcessEngine(module.clone());
  return module.emitError("expects one network: a supernet, a function, or a "
                          "'kernel.model'; is the input empty?");
}
