//===- LowerPooling.cpp - Kernels of windows, reductions and shapes -------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Neighbouring axes that are all averaged, or all kept.
struct AxisGroup {
  int64_t size;
  bool isReduced;
  int64_t stride; ///< elements between two neighbours
};
} // namespace

/// The axes of `shape`, outermost first, as few as possible.
static SmallVector<AxisGroup> groupAxes(ArrayRef<int64_t> shape,
                                        ArrayRef<int64_t> reduced) {
  SmallVector<AxisGroup> groups;
  int64_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0;) {
    bool isReduced = llvm::is_contained(reduced, int64_t(axis));
    if (shape[axis] == 1)
      continue;
    if (!groups.empty() && groups.front().isReduced == isReduced)
      groups.front().size *= shape[axis];
    else
      groups.insert(groups.begin(), {shape[axis], isReduced, stride});
    stride *= shape[axis];
  }
  return groups;
}

LogicalResult ofa::lower(MeanOp op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op.getInput().getType()).getShape();
  SmallVector<AxisGroup> groups = groupAxes(shape, op.getAxes());
  int64_t pixels = 1, kept = 1;
  for (const AxisGroup &group : groups)
    (group.isReduced ? pixels : kept) *= group.size;

  // The kernel averages the middle of [batches, pixels, channels].
  int64_t batches = 1, channels = kept;
  size_t first =
      llvm::find_if(groups,
                    [](const AxisGroup &group) { return group.isReduced; }) -
      groups.begin();
  bool isMiddle = llvm::none_of(
      ArrayRef(groups).drop_front(std::min(first + 1, groups.size())),
      [](const AxisGroup &group) { return group.isReduced; });
  if (isMiddle && first == 1) {
    batches = groups[0].size;
    channels = kept / batches;
  } else if (!isMiddle) {
    // Averaged axes first, kept ones last, in their order.
    llvm::stable_sort(groups, [](const AxisGroup &a, const AxisGroup &b) {
      return a.isReduced && !b.isReduced;
    });
    SmallVector<int64_t> sizes, from, to(groups.size(), 1);
    for (const AxisGroup &group : groups) {
      sizes.push_back(group.size);
      from.push_back(group.stride);
    }
    for (size_t i = groups.size(); i-- > 1;)
      to[i - 1] = to[i] * sizes[i];
    Value sorted = lowering.makeBuffer(
        kernel::BufferKind::Internal, (op.getName() + ".sorted").str(),
        cast<MemRefType>(memory->getType()).clone(sizes));
    lowering.copy(op.getLoc(), op.getName(), *memory, sorted,
                  kernel::planCopy(sizes, from, to));
    memory = sorted;
  }
  Value input =
      lowering.view(op.getLoc(), *memory, {batches, pixels, channels});
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (!isQuantized(op.getInput())) {
    kernel::MeanF32Op::create(builder, op.getLoc(), op.getName(), input, result,
                              batches);
    return success();
  }
  QuantizedScale from = getScale(op.getInput()), to = getScale(op.getResult());
  Multiplier factor = deriveMeanFactor(from.scale, to.scale, pixels);
  if (failed(checkFactor(op, factor, 255 * pixels)))
    return failure();
  kernel::MeanS8Op::create(builder, op.getLoc(), op.getName(), input, result,
                           factor.multiplier, factor.shift, from.zeroPoint,
                           to.zeroPoint, -128, 127,
                           getRounding(op.getRounding()), batches,
                           /*sums=*/Value());
  return success();
}

template <typename Int8Op, typename FloatOp, typename OpTy>
static LogicalResult lowerPool(OpTy op, KernelLowering &lowering) {
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  ArrayRef<int64_t> padding = op.getPad().take_front(2);
  if (!isQuantized(op.getInput())) {
    auto [min, max] = getBounds(op.getActivation(), builder);
    FloatOp::create(builder, op.getLoc(), op.getName(), *memory, result,
                    op.getFilter(), getStrides(op), padding, min, max);
    return success();
  }
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  Int8Op::create(builder, op.getLoc(), op.getName(), *memory, result,
                 op.getFilter(), getStrides(op), padding, range.min, range.max);
  return success();
}

LogicalResult ofa::lower(AvgPool2DOp op, KernelLowering &lowering) {
  return lowerPool<kernel::AvgPool2DS8Op, kernel::AvgPool2DF32Op>(op, lowering);
}

LogicalResult ofa::lower(MaxPool2DOp op, KernelLowering &lowering) {
  return lowerPool<kernel::MaxPool2DS8Op, kernel::MaxPool2DF32Op>(op, lowering);
}
