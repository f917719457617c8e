//===- FirmwareSizes.cpp - What a subnet's firmware will hold -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/Transforms/FirmwareSizes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Analysis/TargetFacts.h"
#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/Transforms/MemoryPeak.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Target/C/Footprint.h"

using namespace mlir;
using namespace mlir::ofa;

/// A supernet of the same shapes whose parameters are all zero.
static OwningOpRef<ModuleOp> makeStandIn(SupernetOp supernet,
                                         const Subnet &subnet) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(supernet.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto copy = cast<SupernetOp>(builder.clone(*supernet));
  copy.setSubnetAttr(subnet.toAttr());
  copy.walk([&](ConstantOp constant) {
    auto type = getStorageType(cast<RankedTensorType>(constant.getType()));
    constant.setValueAttr(DenseElementsAttr::get(
        type, builder.getZeroAttr(type.getElementType())));
  });
  return module;
}

/// The passes of `--specialize` (lib/Pipelines) that decide about sizes.
static void buildPipeline(OpPassManager &passes, StringRef rounding,
                          std::optional<int64_t> segmentLimit) {
  passes.addPass(createExtractSubnetPass());
  passes.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  passes.addNestedPass<func::FuncOp>(createFuseActivationsPass());
  QuantizePassOptions quantize;
  quantize.assumeRanges = true;
  quantize.rounding = rounding.str();
  passes.addPass(createQuantizePass(quantize));
  passes.addPass(createConvertOFAToKernelPass());
  kernel::SelectVariantsPassOptions select;
  select.assumeExact = true;
  passes.addNestedPass<kernel::ModelOp>(
      kernel::createSelectVariantsPass(select));
  OpPassManager &entries =
      passes.nest<kernel::ModelOp>().nest<kernel::EntryOp>();
  entries.addPass(kernel::createSchedulePass());
  if (segmentLimit) {
    kernel::FormSegmentsPassOptions segments;
    segments.limit = *segmentLimit;
    entries.addPass(kernel::createFormSegmentsPass(segments));
  }
  entries.addPass(kernel::createPlanMemoryPass());
}

static FailureOr<OwningOpRef<ModuleOp>>
compile(SupernetOp supernet, const Subnet &subnet, const Device &device,
        StringRef rounding, std::optional<int64_t> segmentLimit) {
  MLIRContext *context = supernet.getContext();
  OwningOpRef<ModuleOp> module = makeStandIn(supernet, subnet);
  (*module)->setAttr(
      kSpecializationAttrName,
      SpecializationAttr::get(
          context, getTargetFacts(context, device).getDictionary(context)));
  PassManager passes(context);
  passes.enableVerifier(false);
  buildPipeline(passes, rounding, segmentLimit);
  {
    // Remarks and warnings are those of the network that will be compiled.
    ScopedDiagnosticHandler handler(context, [](Diagnostic &diagnostic) {
      return success(diagnostic.getSeverity() != DiagnosticSeverity::Error);
    });
    if (failed(passes.run(*module)))
      return failure();
  }
  return module;
}

static kernel::ModelOp getModel(ModuleOp module) {
  return *module.getOps<kernel::ModelOp>().begin();
}

FailureOr<FirmwareSizes>
ofa::computeFirmwareSizes(SupernetOp supernet, const Subnet &subnet,
                          const Device &device, StringRef rounding,
                          std::optional<int64_t> segmentLimit) {
  FailureOr<OwningOpRef<ModuleOp>> module =
      compile(supernet, subnet, device, rounding, segmentLimit);
  if (failed(module))
    return failure();
  kernel::ModelOp model = getModel(**module);
  Footprint footprint = computeFootprint(model);
  std::optional<int64_t> code = computeCodeBytes(model, device.core);
  if (!code)
    return supernet.emitOpError("expects figures of all kernels' code on '")
           << device.core << "'";
  return FirmwareSizes{footprint.getSram(), footprint.getFlashData(), *code};
}

FailureOr<std::string>
ofa::describeFirmwarePeak(SupernetOp supernet, const Subnet &subnet,
                          const Device &device, StringRef rounding,
                          std::optional<int64_t> segmentLimit) {
  FailureOr<OwningOpRef<ModuleOp>> module =
      compile(supernet, subnet, device, rounding, segmentLimit);
  if (failed(module))
    return failure();
  return kernel::describeMemoryPeak(*getModel(**module).getEntries().begin());
}
