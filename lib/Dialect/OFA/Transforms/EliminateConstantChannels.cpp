//===- EliminateConstantChannels.cpp - Channels that do not matter --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelAnalysis.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_ELIMINATECONSTANTCHANNELSPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

template <typename T>
static SmallVector<T> select(ArrayRef<T> values, const llvm::BitVector &kept) {
  SmallVector<T> result;
  for (unsigned i : kept.set_bits())
    result.push_back(values[i]);
  return result;
}

/// The type with the channels `kept` along `axis`.
static RankedTensorType selectChannels(RankedTensorType type, int64_t axis,
                                       const llvm::BitVector &kept) {
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = kept.count();
  Type element = type.getElementType();
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  if (perAxis && perAxis.getQuantizedDimension() == axis)
    element = quant::UniformQuantizedPerAxisType::get(
        perAxis.getFlags(), perAxis.getStorageType(),
        perAxis.getExpressedType(), select(perAxis.getScales(), kept),
        select(perAxis.getZeroPoints(), kept), perAxis.getQuantizedDimension(),
        perAxis.getStorageTypeMin(), perAxis.getStorageTypeMax());
  return RankedTensorType::get(shape, element);
}

template <typename T>
static ConstantOp makeConstant(OpBuilder &builder, Location loc, StringRef name,
                               RankedTensorType type, ArrayRef<T> values) {
  return ConstantOp::create(
      builder, loc, type, builder.getStringAttr(name),
      makeElements<T>(name, getStorageType(type), values));
}

static void eraseIfUnused(Value constant) {
  if (constant.use_empty())
    constant.getDefiningOp()->erase();
}

static StringRef getLayerName(Operation *op) {
  return cast<StringAttr>(*op->getInherentAttr("name")).getValue();
}

static void setWeights(const Int8Layer &layer, const llvm::BitVector &outputs,
                       const llvm::BitVector &inputs) {
  LinearOpInterface op = layer.getLinear();
  OpOperand &operand = op.getWeightMutable();
  Value before = operand.get();
  int64_t axis = op.getOutputChannelAxis();
  auto type =
      selectChannels(cast<RankedTensorType>(before.getType()), axis, outputs);
  // Depthwise weights have one axis for both.
  int64_t last = type.getRank() - 1;
  if (axis != last)
    type = selectChannels(type, last, inputs);
  std::vector<int8_t> weights;
  for (auto [element, weight] : llvm::enumerate(layer.weights))
    if (outputs[unsigned(layer.getOutput(element))] &&
        inputs[unsigned(layer.getInput(element))])
      weights.push_back(weight);
  OpBuilder builder(op);
  auto constant = before.getDefiningOp<ConstantOp>();
  operand.set(makeConstant<int8_t>(builder, constant.getLoc(),
                                   constant.getName(), type, weights));
  eraseIfUnused(before);
}

static void setBias(const Int8Layer &layer, const llvm::BitVector &outputs,
                    ArrayRef<int32_t> values) {
  MutableOperandRange operand = layer.getLinear().getBiasMutable();
  if (operand.empty() && llvm::all_of(values, [](int32_t v) { return v == 0; }))
    return;
  OpBuilder builder(layer.op);
  Location loc = layer.op->getLoc();
  std::string name = (getLayerName(layer.op) + ".bias").str();
  Value before;
  if (!operand.empty()) {
    before = operand[0].get();
    loc = before.getLoc();
    name = before.getDefiningOp<ConstantOp>().getName().str();
  }
  auto type =
      RankedTensorType::get({int64_t(outputs.count())}, builder.getI32Type());
  operand.assign(
      makeConstant<int32_t>(builder, loc, name, type, select(values, outputs)));
  if (before)
    eraseIfUnused(before);
}

/// Gives a layer the parameters of the channels that stay.
static void shrinkParameters(const Int8Layer &layer,
                             const ChannelAnalysis &channels) {
  llvm::BitVector outputs = channels.getKept(layer.getResult());
  llvm::BitVector inputs = channels.getKept(layer.getInput());
  if (outputs.all() && inputs.all())
    return;
  setWeights(layer, outputs, inputs);
  setBias(layer, outputs, channels.getFoldedBias(layer));
}

/// Gives a value that is no parameter the channels that stay.
static void shrinkValue(Value value, const llvm::BitVector &kept) {
  auto type = cast<RankedTensorType>(value.getType());
  auto smaller = selectChannels(type, type.getRank() - 1, kept);
  value.setType(smaller);
  Operation *op = value.getDefiningOp();
  // Nobody else has the tensor of this number now.
  op->removeAttr(kSourceTensorAttrName);
  if (auto tied = dyn_cast<ChannelOpInterface>(op))
    tied.fitChannels(smaller.getShape().back());
  auto constant = dyn_cast<ConstantOp>(op);
  if (!constant)
    return;
  std::vector<int8_t> elements;
  for (auto [i, element] :
       llvm::enumerate(copyElements<int8_t>(*constant.getValue())))
    if (kept[unsigned(i % kept.size())])
      elements.push_back(element);
  constant.setValueAttr(makeElements<int8_t>(
      constant.getName(), getStorageType(smaller), elements));
}

/// "4 are", "1 is"
static std::string count(int64_t number) {
  return std::to_string(number) + (number == 1 ? " is" : " are");
}

static void remarkLoss(const Int8Layer &layer,
                       const ChannelAnalysis &channels) {
  llvm::BitVector gone = channels.getKept(layer.getResult()).flip();
  int64_t constant = 0;
  for (unsigned channel : gone.set_bits())
    constant += channels.isFixed(layer.getResult(), channel);
  int64_t unread = int64_t(gone.count()) - constant;
  if (gone.none())
    return;
  InFlightDiagnostic remark = emitRemark(layer.op->getLoc())
                              << "'" << getLayerName(layer.op) << "' loses "
                              << gone.count() << " of " << gone.size()
                              << " output channels: ";
  if (constant != 0)
    remark << count(constant) << " constant";
  if (unread != 0)
    remark << (constant == 0 ? "" : ", ") << count(unread) << " not read";
}

namespace {
struct EliminateConstantChannels final
    : ofa::impl::EliminateConstantChannelsPassBase<EliminateConstantChannels> {
  void runOnOperation() override {
    if (!getOperation().getBody().hasOneBlock())
      return;
    FailureOr<ChannelAnalysis> channels =
        ChannelAnalysis::create(getOperation());
    if (failed(channels))
      return signalPassFailure();
    llvm::MapVector<Value, llvm::BitVector> losers;
    for (Operation &op : getOperation().front().without_terminator())
      for (Value result : op.getResults())
        if (llvm::BitVector kept = channels->getKept(result); !kept.all())
          losers.insert({result, kept});
    // Parameters first: which weight is which follows from the old types.
    for (const Int8Layer &layer : channels->getLayers()) {
      remarkLoss(layer, *channels);
      shrinkParameters(layer, *channels);
    }
    for (auto &[value, kept] : losers)
      shrinkValue(value, kept);
  }
};
} // namespace
