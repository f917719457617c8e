//===- SubnetEstimate.cpp - What a subnet costs on a device ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/SubnetEstimate.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Analysis/KernelWork.h"
#include "ofa/Device/Device.h"
#include "ofa/Target/C/Footprint.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Lifetimes of activations after folding and fusing: an operation that folds
/// away stands for its producer's buffer.
class Liveness {
public:
  /// `ops` read one value from outside; it must keep its place if it
  /// `isNetworkInput`.
  Liveness(ArrayRef<ActiveOp> ops, bool isNetworkInput)
      : ops(ops), isNetworkInput(isNetworkInput) {
    for (auto [index, active] : llvm::enumerate(ops)) {
      buffers.push_back(active.op->hasTrait<FoldsAway>()
                            ? bufferOf(active.producers[0])
                            : int(index));
      lastUse.push_back(index);
      for (int producer : active.producers)
        if (producer != ActiveOp::kConstant)
          use(bufferOf(producer), index);
    }
    use(buffers.back(), ops.size()); // The result outlives the run.
  }

  /// Largest sum of the bytes alive while one operation runs.
  int64_t getPeak() const {
    int64_t peak = 0;
    for (auto [index, active] : llvm::enumerate(ops)) {
      if (buffers[index] != int(index))
        continue;
      int64_t live = 0;
      if (imageLastUse >= int(index))
        live += ShapedType::getNumElements(ops.front().operands[0]);
      for (size_t other = 0; other <= index; ++other)
        if (buffers[other] == int(other) && lastUse[other] >= int(index))
          live += ShapedType::getNumElements(ops[other].result);
      // A result that takes its dying operand's place is not counted twice.
      if (active.op->hasTrait<InPlace>() &&
          diesAt(bufferOf(active.producers[0]), index))
        live -= ShapedType::getNumElements(active.result);
      peak = std::max(peak, live);
    }
    return peak;
  }

private:
  int bufferOf(int producer) const {
    return producer >= 0 ? buffers[producer] : producer;
  }
  /// Whether a buffer may be written over by the operation at `index`.
  bool diesAt(int buffer, int index) const {
    if (buffer == ActiveOp::kImage)
      return !isNetworkInput && imageLastUse == index;
    return buffer >= 0 && lastUse[buffer] == index;
  }
  void use(int buffer, int index) {
    (buffer == ActiveOp::kImage ? imageLastUse : lastUse[buffer]) = index;
  }

  ArrayRef<ActiveOp> ops;
  bool isNetworkInput;
  SmallVector<int> buffers, lastUse;
  int imageLastUse = -1;
};
} // namespace

/// At most, of one kernel on a 32-bit target.
static constexpr int64_t parameterStructBytes = 64;

/// Constant bytes of one layer: int8 weights and, for each output channel, an
/// int32 bias, an int32 multiplier and an int8 shift.
static int64_t getFlashBytes(const ActiveOp &active) {
  if (isa<HardSwishOp, HardSigmoidOp>(active.op))
    return 256; // A table.
  auto elastic = dyn_cast<ElasticOpInterface>(active.op);
  if (!elastic || active.op->hasTrait<FoldsAway>())
    return 0;
  return ShapedType::getNumElements(active.operands[1]) +
         9 * active.result.back();
}

/// The kernel that an operation becomes, without prefix and rounding.
static std::string getKernelName(const ActiveOp &active) {
  StringRef kind = cast<CostOpInterface>(active.op).getKernelKind();
  if (kind == "pointwise_conv2d")
    return "conv2d_1x1_s8";
  if (isa<HardSwishOp, HardSigmoidOp>(active.op))
    return "lut_s8";
  if (isa<MulOp>(active.op))
    return "mul_channels_s8";
  std::string name = active.op->getName().stripDialect().str();
  if (isa<DepthwiseConv2DOp>(active.op)) {
    int64_t size = active.operands[1][1];
    if (size == active.operands[1][2] && (size == 3 || size == 5 || size == 7))
      name += "_k" + std::to_string(size);
  }
  return name + "_s8";
}

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

/// The kernels that make int8 of raw pixels, as ofa-quantize decides: one flips a
/// bit where preprocessing is one scale and a mean that is a pixel's value.
static SmallVector<StringRef> getInputKernels(SupernetOp supernet) {
  PreprocessingAttr preprocessing = supernet.getPreprocessingAttr();
  auto areSame = [](ArrayRef<FloatAttr> values) {
    return llvm::all_of(values, [&](FloatAttr value) {
      return value.getValueAsDouble() == values.front().getValueAsDouble();
    });
  };
  if (!preprocessing || !areSame(preprocessing.getMean()) ||
      !areSame(preprocessing.getScale()))
    return {"convert_u8_f32", "quantize_f32_s8"};
  double mean = preprocessing.getMean().front().getValueAsDouble();
  if (mean < 0 || mean > 255 || mean != double(int64_t(mean)))
    return {"convert_u8_f32", "quantize_f32_s8"};
  return {"convert_u8_s8"};
}

PartEstimator::PartEstimator(SupernetOp supernet, const Device &device)
    : device(device), outerNames(supernet),
      inputKernels(getInputKernels(supernet)),
      overheadBytes(getClassNameBytes(supernet)) {}

/// The larger figure of the two roundings.
int64_t PartEstimator::getCodeBytes(StringRef kernel) const {
  int64_t largest = 0;
  for (const char *rounding : {"", "_single", "_double"})
    largest = std::max(
        largest,
        findKernelCode((kernel + rounding).str(), device.core).value_or(0));
  return largest;
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
    for (StringRef kernel : inputKernels)
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
  estimate.sramBytes = Liveness(ops, startsNetwork).getPeak();
  if (startsNetwork)
    estimate.kernels.push_back("ofa_convert_u8_s8");
  for (const ActiveOp &active : ops) {
    auto cost = cast<CostOpInterface>(active.op);
    estimate.macs += cost.countMacs(active.operands, active.result);
    estimate.parameters += cost.countParameters(active.operands);
    estimate.flashBytes += getFlashBytes(active);
    if (active.op->hasTrait<FoldsAway>())
      continue;
    estimate.flashBytes += parameterStructBytes;
    std::string kernel = "ofa_" + getKernelName(active);
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
