//===- SubnetEstimate.cpp - What a subnet costs on a device ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/SubnetEstimate.h"
#include "ofa/Device/Device.h"

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

SubnetEstimate ofa::estimateSubnet(SupernetOp supernet, const Subnet &subnet,
                                 const Device &device) {
  SmallVector<ActiveOp> ops = collectActiveOps(supernet, subnet);
  SubnetEstimate estimate;
  if (ops.empty())
    return estimate;
  estimate.sramBytes = Liveness(ops).getPeak();
  for (const ActiveOp &active : ops) {
    auto cost = cast<CostOpInterface>(active.op);
    int64_t macs = cost.countMacs(active.operands, active.result);
    estimate.macs += macs;
    estimate.parameters += cost.countParameters(active.operands);
    estimate.flashBytes += getFlashBytes(active);
    if (!active.op->hasTrait<FoldsAway>())
      estimate.cycles += device.estimateCycles(
          cost.getKernelKind(), macs, ShapedType::getNumElements(active.result));
  }
  return estimate;
}
