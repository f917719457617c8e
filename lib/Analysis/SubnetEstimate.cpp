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
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Lifetimes of activations after folding and fusing: an operation that folds
/// away stands for its producer's buffer.
class Liveness {
public:
  explicit Liveness(ArrayRef<ActiveOp> ops) : ops(ops) {
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
      int operand = bufferOf(active.producers[0]);
      if (active.op->hasTrait<InPlace>() && operand >= 0 &&
          lastUse[operand] == int(index))
        live -= ShapedType::getNumElements(active.result);
      peak = std::max(peak, live);
    }
    return peak;
  }

private:
  int bufferOf(int producer) const {
    return producer >= 0 ? buffers[producer] : producer;
  }
  void use(int buffer, int index) {
    (buffer == ActiveOp::kImage ? imageLastUse : lastUse[buffer]) = index;
  }

  ArrayRef<ActiveOp> ops;
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

/// Code of the kernels, each once, with the larger of the two roundings. A fused
/// activation has no kernel, and so no figure.
static int64_t getCodeBytes(ArrayRef<ActiveOp> ops, StringRef core) {
  llvm::StringSet<> counted;
  int64_t bytes = findKernelCode("ofa_convert_u8_s8", core).value_or(0);
  for (const ActiveOp &active : ops) {
    std::string name = "ofa_" + getKernelName(active);
    if (active.op->hasTrait<FoldsAway>() || !counted.insert(name).second)
      continue;
    int64_t largest = 0;
    for (const char *rounding : {"", "_single", "_double"})
      largest = std::max(largest,
                         findKernelCode(name + rounding, core).value_or(0));
    bytes += largest;
  }
  return bytes;
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

SubnetEstimate ofa::estimateSubnet(SupernetOp supernet, const Subnet &subnet,
                                 const Device &device) {
  SmallVector<ActiveOp> ops = collectActiveOps(supernet, subnet);
  SubnetEstimate estimate;
  if (ops.empty())
    return estimate;
  estimate.sramBytes = Liveness(ops).getPeak();
  estimate.flashBytes =
      getCodeBytes(ops, device.core) + getClassNameBytes(supernet);
  for (const ActiveOp &active : ops) {
    auto cost = cast<CostOpInterface>(active.op);
    int64_t macs = cost.countMacs(active.operands, active.result);
    estimate.macs += macs;
    estimate.parameters += cost.countParameters(active.operands);
    estimate.flashBytes += getFlashBytes(active);
    if (active.op->hasTrait<FoldsAway>())
      continue;
    estimate.flashBytes += parameterStructBytes;
    estimate.cycles += device.estimateCycles(
        cost.getKernelKind(),
        getKernelWork(active.op, active.operands, active.result));
  }
  return estimate;
}

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
    estimate.cycles = cycles;
  return estimate;
}
