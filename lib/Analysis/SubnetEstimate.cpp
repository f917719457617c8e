//===- SubnetEstimate.cpp - What a subnet costs on a device ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/SubnetEstimate.h"
#include "LayerSizes.h"
#include "RowSizes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Analysis/KernelWork.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/PixelScale.h"
#include "ofa/Target/C/Footprint.h"

using namespace mlir;
using namespace mlir::ofa;

/// Names of the classes, padded to the longest.
static int64_t getClassNameBytes(SupernetOp supernet) {
  ArrayAttr names = supernet.getClassNamesAttr();
  size_t longest = 0;
  if (names)
    for (StringRef name : names.getAsValueRange<StringAttr>())
      longest = std::max(longest, name.size() + 1);
  return names ? longest * names.size() : 0;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

PartEstimator::PartEstimator(SupernetOp supernet, const Device &device,
                             Rounding rounding, bool byRows)
    : device(device), rounding(rounding), byRows(byRows),
      variants(kernel::Variants::of(device.isa, device.prefersSpeed)),
      outerNames(supernet), preprocessing(supernet.getPreprocessingAttr()),
      overheadBytes(getClassNameBytes(supernet)),
      knownPeaks(std::make_unique<KnownPeaks>()) {}

PartEstimator::~PartEstimator() = default;

int64_t PartEstimator::getCodeBytes(StringRef kernel) const {
  std::string rounded = (kernel + "_" + stringifyRounding(rounding)).str();
  std::optional<int64_t> code = findKernelCode(rounded, device.core);
  // Kernels that do not requantise have no rounding in their names.
  return code ? *code : findKernelCode(kernel, device.core).value_or(0);
}

void PartEstimator::addLatency(PartEstimate &estimate, ArrayRef<ActiveOp> ops,
                               bool isBlock, bool startsNetwork,
                               int64_t image) const {
  const LatencyTable *table = device.findTable(image);
  if (!table && !device.latency.tables.empty())
    table = &device.latency.tables.front(); // Lacks keys of this image.
  auto addKey = [&](const std::string &key) {
    auto entry = table->entries.find(key);
    if (entry != table->entries.end()) {
      estimate.seconds += device.toSeconds(*table, entry->second.mean);
      return;
    }
    estimate.seconds = std::numeric_limits<double>::infinity();
    if (!llvm::is_contained(estimate.missingKeys, key))
      estimate.missingKeys.push_back(key);
  };
  if (table && table->part == LatencyTable::Part::Block && isBlock)
    return addKey(getBlockKey(ops).value_or(
        "(block that is no inverted bottleneck)"));
  if (table && table->part == LatencyTable::Part::Layer && startsNetwork) {
    addKey("run");
    ArrayRef<int64_t> shape = ops.front().operands.front();
    for (StringRef kernel : getInputKernels(preprocessing))
      addKey(getKernelKey(kernel, shape, shape));
  }
  for (const ActiveOp &active : ops) {
    auto cost = cast<CostOpInterface>(active.op);
    if (!table) {
      if (!active.op->hasTrait<FoldsAway>())
        estimate.seconds += device.toSeconds(device.estimateCycles(
            cost.getKernelKind(),
            getKernelWork(active.op, active.operands, active.result)));
    } else if (table->part == LatencyTable::Part::Layer) {
      if (!active.op->hasTrait<FoldsAway>())
        addKey(getLayerKey(active.op, active.operands, active.result));
    } else if (std::optional<std::string> key = outerNames.getKey(active)) {
      addKey(*key);
    }
  }
}

PartEstimate PartEstimator::estimate(ArrayRef<ActiveOp> ops, bool isBlock,
                                     bool startsNetwork, int64_t image) const {
  PartEstimate estimate;
  if (ops.empty())
    return estimate;
  estimate.sramBytes = getPeakBytes(ops, variants, *knownPeaks);
  if (byRows)
    estimate.rows = getRowSizes(ops, variants);
  if (startsNetwork) {
    ArrayRef<int64_t> shape = ops.front().operands.front();
    estimate.sramBytes =
        std::max(estimate.sramBytes, getInputPeakBytes(preprocessing, shape));
    // Pixels become int8 in place, or by way of floats in the segment.
    if (estimate.rows && preprocessing && !findPixelScale(preprocessing))
      estimate.rows->rings +=
          getInputRowBytes(shape) + estimate.rows->inputRing;
    estimate.flashDataBytes += getInputConstantBytes(preprocessing, shape);
    for (StringRef kernel : getInputKernels(preprocessing))
      estimate.kernels.push_back(getInputFunction(kernel, variants));
  }
  for (const ActiveOp &active : ops) {
    auto cost = cast<CostOpInterface>(active.op);
    estimate.macs += cost.countMacs(active.operands, active.result);
    estimate.parameters += cost.countParameters(active.operands);
    if (foldsAway(active))
      continue;
    estimate.flashDataBytes += getConstantBytes(active, variants);
    std::string kernel = getRuntimeFunction(active, variants);
    if (!llvm::is_contained(estimate.kernels, kernel))
      estimate.kernels.push_back(std::move(kernel));
  }
  addLatency(estimate, ops, isBlock, startsNetwork, image);
  return estimate;
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

NetworkEstimate ofa::estimateNetwork(func::FuncOp network,
                                     const Device &device) {
  NetworkEstimate estimate;
  double cycles = 0;
  bool isReal = false;
  network.walk([&](CostOpInterface op) {
    SmallVector<SmallVector<int64_t>> operands = getOperandShapes(op);
    auto type = cast<ShapedType>(op->getResult(0).getType());
    int64_t macs = op.countMacs(operands, type.getShape());
    estimate.macs += macs;
    estimate.parameters += op.countParameters(operands);
    isReal |= macs > 0 && type.getElementType().isF32();
    if (!op->hasTrait<FoldsAway>())
      cycles += device.estimateCycles(
          op.getKernelKind(), getKernelWork(op, operands, type.getShape()));
  });
  if (!isReal)
    estimate.seconds = device.toSeconds(cycles);
  return estimate;
}
