//===- ChannelOps.cpp - Which channels belong together --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/OFA.h"

using namespace mlir;
using namespace mlir::ofa;

using Tie = function_ref<void(unsigned, int64_t, int64_t)>;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static int64_t countChannels(Value value) {
  ArrayRef<int64_t> shape = getShape(value);
  return shape.empty() ? 1 : shape.back();
}

void ofa::tieChannelsByNumber(Operation *op, Tie tie) {
  int64_t channels = countChannels(op->getResult(0));
  for (auto [operand, value] : llvm::enumerate(op->getOperands()))
    if (countChannels(value) == channels)
      for (int64_t channel = 0; channel != channels; ++channel)
        tie(operand, channel, channel);
}

void DepthwiseConv2DOp::tieChannels(Tie tie) {
  int64_t channels = countChannels(getResult());
  int64_t multiplier = channels / countChannels(getInput());
  for (int64_t channel = 0; channel != channels; ++channel)
    tie(0, channel / multiplier, channel);
}

void MeanOp::tieChannels(Tie tie) {
  if (!llvm::is_contained(getAxes(), getInput().getType().getRank() - 1))
    tieChannelsByNumber(*this, tie);
}

void ConcatOp::tieChannels(Tie tie) {
  if (int64_t(getAxis()) != getType().getRank() - 1)
    return tieChannelsByNumber(*this, tie);
  int64_t place = 0;
  for (auto [operand, input] : llvm::enumerate(getInputs()))
    for (int64_t channel = 0, e = countChannels(input); channel != e; ++channel)
      tie(operand, channel, place++);
}

void PadOp::tieChannels(Tie tie) { tieChannelsByNumber(*this, tie); }

void ReshapeOp::tieChannels(Tie tie) {
  // Of each run of as many elements as the larger side has channels, all are
  // one channel's of that side, in turn.
  int64_t from = countChannels(getInput()), to = countChannels(getResult());
  int64_t larger = std::max(from, to);
  if (larger % std::min(from, to) == 0)
    for (int64_t element = 0; element != larger; ++element)
      tie(0, element % from, element % to);
}

void ReshapeOp::fitChannels(int64_t channels) {
  SmallVector<int64_t> shape(getShape());
  shape.back() = channels;
  setShape(shape);
}

void SliceOp::tieChannels(Tie tie) {
  if (!getStrides().empty() && getStrides().back() == 1)
    tieChannelsByNumber(*this, tie);
}

void SliceOp::fitChannels(int64_t channels) {
  SmallVector<int64_t> sizes(getSizes());
  sizes.back() = channels;
  setSizes(sizes);
}

void TransposeOp::tieChannels(Tie tie) {
  ArrayRef<int64_t> order = getPermutation();
  if (!order.empty() && order.back() == int64_t(order.size()) - 1)
    tieChannelsByNumber(*this, tie);
}
