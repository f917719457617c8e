//===- ChannelAnalysis.cpp - Which channels of a network matter -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelAnalysis.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Execution/Executor.h"

using namespace mlir;
using namespace mlir::ofa;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static int64_t countChannels(Value value) {
  ArrayRef<int64_t> shape = getShape(value);
  return shape.empty() ? 1 : shape.back();
}

static quant::UniformQuantizedType getQuantized(Value value) {
  return dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value));
}

/// The constant behind a parameter, if its elements are there.
static ConstantOp getPresent(Value parameter) {
  auto constant = parameter.getDefiningOp<ConstantOp>();
  return constant && constant.getValue() ? constant : ConstantOp();
}

//===----------------------------------------------------------------------===//
// Int8Layer
//===----------------------------------------------------------------------===//

std::optional<Int8Layer> Int8Layer::read(Operation *op) {
  auto linear = dyn_cast<LinearOpInterface>(op);
  if (!linear || !getQuantized(op->getOperand(0)) ||
      !getQuantized(op->getResult(0)))
    return std::nullopt;
  ConstantOp weight = getPresent(linear.getWeightMutable().get());
  if (!weight)
    return std::nullopt;
  ArrayRef<int64_t> shape = getShape(weight);
  int64_t axis = linear.getOutputChannelAxis();
  Int8Layer layer;
  layer.op = op;
  layer.weights = copyElements<int8_t>(*weight.getValue());
  layer.bias.resize(shape[axis]);
  if (MutableOperandRange bias = linear.getBiasMutable(); !bias.empty()) {
    ConstantOp constant = getPresent(bias[0].get());
    if (!constant)
      return std::nullopt;
    layer.bias = copyElements<int32_t>(*constant.getValue());
  }
  layer.inputs = countChannels(layer.getInput());
  layer.inner = ShapedType::getNumElements(shape.drop_front(axis + 1));
  // The weights of grouped convolutions have fewer inputs than the image.
  layer.isDense = axis == 0 && shape.back() == layer.inputs;
  return layer;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

void ChannelAnalysis::numberChannels() {
  auto add = [&](Value value) {
    if (!isa<RankedTensorType>(value.getType()))
      return;
    numbers[value] = numChannels;
    values.push_back(value);
    numChannels += unsigned(countChannels(value));
  };
  llvm::for_each(function.getArguments(), add);
  for (Operation &op : function.front()) {
    llvm::for_each(op.getResults(), add);
    if (std::optional<Int8Layer> layer = Int8Layer::read(&op)) {
      layerNumbers[&op] = unsigned(layers.size());
      layers.push_back(std::move(*layer));
    }
  }
  classes.grow(numChannels);
  members.resize(numChannels);
  reads.resize(numChannels);
  pinned.resize(numChannels);
  fixed.resize(numChannels);
  kept.resize(numChannels);
}

void ChannelAnalysis::pin(Value value) {
  if (numbers.contains(value))
    pinned.set(number(value), number(value) + unsigned(countChannels(value)));
}

void ChannelAnalysis::tieChannels(Operation &op) {
  auto layer = layerNumbers.find(&op);
  auto tied = dyn_cast<ChannelOpInterface>(op);
  if (layer != layerNumbers.end() && layers[layer->second].isDense && !tied) {
    llvm::for_each(op.getOperands().drop_front(),
                   [&](Value parameter) { pin(parameter); });
    return;
  }
  bool isKnown =
      tied && (layer != layerNumbers.end() || !isa<LinearOpInterface>(op));
  // Whatever no tie names stays.
  llvm::BitVector named(numChannels);
  if (isKnown)
    tied.tieChannels([&](unsigned operand, int64_t from, int64_t to) {
      unsigned result = number(op.getResult(0)) + unsigned(to);
      unsigned source = number(op.getOperand(operand)) + unsigned(from);
      classes.join(result, source);
      named.set(result);
      named.set(source);
    });
  auto pinOthers = [&](Value value) {
    if (numbers.contains(value))
      for (unsigned i = number(value), e = i + unsigned(countChannels(value));
           i != e; ++i)
        if (!named[i])
          pinned.set(i);
  };
  llvm::for_each(op.getOperands(), pinOthers);
  llvm::for_each(op.getResults(), pinOthers);
}

void ChannelAnalysis::tieChannels() {
  llvm::for_each(function.getArguments(), [&](Value value) { pin(value); });
  for (Operation &op : function.front())
    // A constant can lose whatever its readers do without.
    if (!isa<ConstantOp>(op))
      tieChannels(op);
  for (Value value : values)
    if (!getQuantized(value) ||
        (value.getDefiningOp<ConstantOp>() && !getPresent(value)))
      pin(value);
  for (unsigned channel = 0; channel != numChannels; ++channel)
    members[classes.findLeader(channel)].push_back(channel);
}

//===----------------------------------------------------------------------===//
// Fixed channels
//===----------------------------------------------------------------------===//

void ChannelAnalysis::findFixed(Operation &op) {
  if (op.getNumResults() != 1 || !numbers.contains(op.getResult(0)))
    return;
  unsigned result = number(op.getResult(0));
  unsigned resultEnd = result + unsigned(countChannels(op.getResult(0)));
  if (isa<ConstantOp>(op)) {
    if (getPresent(op.getResult(0)))
      fixed.set(result, resultEnd);
    return;
  }
  if (!isMemoryEffectFree(&op))
    return;
  fixed.set(result, resultEnd);
  auto layer = layerNumbers.find(&op);
  if (layer != layerNumbers.end()) {
    const Int8Layer &read = layers[layer->second];
    unsigned input = number(read.getInput());
    for (auto [element, weight] : llvm::enumerate(read.weights))
      if (weight != 0 && !fixed[input + unsigned(read.getInput(element))])
        fixed.reset(result + unsigned(read.getOutput(element)));
    return;
  }
  llvm::SmallBitVector isTied(op.getNumOperands());
  if (auto tied = dyn_cast<ChannelOpInterface>(op))
    tied.tieChannels([&](unsigned operand, int64_t from, int64_t to) {
      isTied.set(operand);
      if (!fixed[number(op.getOperand(operand)) + unsigned(from)])
        fixed.reset(result + unsigned(to));
    });
  for (auto [operand, value] : llvm::enumerate(op.getOperands())) {
    if (isTied[operand])
      continue;
    unsigned first = numbers.contains(value) ? number(value) : 0;
    if (!numbers.contains(value) ||
        fixed.find_first_unset_in(first, first + countChannels(value)) != -1)
      fixed.reset(result, resultEnd);
  }
}

void ChannelAnalysis::findFixed() {
  for (Operation &op : function.front().without_terminator())
    findFixed(op);
}

/// Clones the operations that have a result in `wanted` into a function of its
/// own; all else that they read becomes an argument. `origins` gets the value
/// of each clone.
static OwningOpRef<func::FuncOp>
cloneSlice(func::FuncOp function, function_ref<bool(Operation &)> isWanted,
           DenseMap<Operation *, Value> &origins) {
  MLIRContext *context = function.getContext();
  OwningOpRef<func::FuncOp> slice = func::FuncOp::create(
      function.getLoc(), "fixed", FunctionType::get(context, {}, {}));
  Block *block = slice->addEntryBlock();
  OpBuilder builder = OpBuilder::atBlockEnd(block);
  IRMapping mapping;
  auto addArgument = [&](Value value) {
    if (!mapping.contains(value))
      mapping.map(value, block->addArgument(value.getType(), value.getLoc()));
  };
  llvm::for_each(function.getArguments(), addArgument);
  Value last;
  for (Operation &op : function.front().without_terminator()) {
    if (!isa<ConstantOp>(op)) {
      if (!isWanted(op))
        continue;
      llvm::for_each(op.getOperands(), addArgument);
    }
    Operation *clone = builder.clone(op, mapping);
    if (isa<ConstantOp>(op))
      continue;
    origins[clone] = op.getResult(0);
    last = clone->getResult(0);
  }
  if (!last)
    return nullptr;
  func::ReturnOp::create(builder, function.getLoc(), last);
  slice->setFunctionType(
      FunctionType::get(context, block->getArgumentTypes(), last.getType()));
  return slice;
}

LogicalResult ChannelAnalysis::evaluateFixed() {
  auto hasFixed = [&](Value value) {
    if (!numbers.contains(value))
      return false;
    unsigned first = number(value), end = first + countChannels(value);
    return fixed.find_first_in(first, end) != -1;
  };
  for (Value value : values)
    if (auto constant = value.getDefiningOp<ConstantOp>())
      if (hasFixed(value) && getQuantized(value))
        tensors[value] = Tensor(copyElements<int8_t>(*constant.getValue()));
  DenseMap<Operation *, Value> origins;
  OwningOpRef<func::FuncOp> slice = cloneSlice(
      function, [&](Operation &op) { return hasFixed(op.getResult(0)); },
      origins);
  if (!slice)
    return success();
  FailureOr<std::unique_ptr<Executor>> executor = Executor::create(*slice);
  if (failed(executor))
    return failure();
  // What is fixed is the same for any input.
  std::vector<Tensor> inputs;
  for (RankedTensorType type : (*executor)->getInputTypes())
    inputs.emplace_back(type);
  (*executor)->run(inputs, [&](int64_t, Operation *op, const Tensor &tensor) {
    if (!tensor.isFloat())
      tensors[origins.lookup(op)] = tensor;
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Readers
//===----------------------------------------------------------------------===//

std::optional<int64_t> ChannelAnalysis::findSum(const Int8Layer &layer,
                                                int64_t output,
                                                int64_t input) const {
  if (!isFixed(layer.getInput(), input))
    return std::nullopt;
  ArrayRef<int8_t> values = tensors.find(layer.getInput())->second.ints();
  int64_t zeroPoint = getQuantized(layer.getInput()).getZeroPoint();
  // A fully-connected layer is a 1x1 window on a row of pixels.
  Window2D window = {{1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
  if (auto windowOp = dyn_cast<WindowOpInterface>(layer.op))
    window = windowOp.getWindow();
  auto getSize = [](Value value) -> std::array<int64_t, 2> {
    ArrayRef<int64_t> shape = getShape(value);
    if (shape.size() == 4)
      return {shape[1], shape[2]};
    return {1, ShapedType::getNumElements(shape.drop_back())};
  };
  auto in = getSize(layer.getInput()), out = getSize(layer.getResult());
  int64_t taps = window.extent[0] * window.extent[1];
  const int8_t *weights = &layer.weights[output * taps * layer.inputs + input];
  std::optional<int64_t> common;
  for (int64_t y = 0; y != out[0]; ++y)
    for (int64_t x = 0; x != out[1]; ++x) {
      int64_t sum = 0;
      for (int64_t tap = 0; tap != taps; ++tap) {
        int64_t row = y * window.stride[0] - window.before[0] +
                      tap / window.extent[1] * window.dilation[0];
        int64_t column = x * window.stride[1] - window.before[1] +
                         tap % window.extent[1] * window.dilation[1];
        if (row >= 0 && row < in[0] && column >= 0 && column < in[1])
          sum += (values[(row * in[1] + column) * layer.inputs + input] -
                  zeroPoint) *
                 weights[tap * layer.inputs];
      }
      if (common && *common != sum)
        return std::nullopt;
      common = sum;
    }
  return common;
}

void ChannelAnalysis::findReads(const Int8Layer &layer) {
  unsigned input = number(layer.getInput());
  unsigned output = number(layer.getResult());
  int64_t fanIn = int64_t(layer.weights.size() / layer.bias.size());
  for (auto [o, bias] : llvm::enumerate(layer.bias)) {
    auto weights = ArrayRef(layer.weights).slice(o * fanIn, fanIn);
    // Without sums beyond this, nothing that is folded leaves 32 bits, nor does
    // what the conversion to kernels folds after that.
    int64_t bound = std::abs(int64_t(bias));
    llvm::BitVector isRead(unsigned(layer.inputs));
    for (auto [element, weight] : llvm::enumerate(weights))
      if (weight != 0) {
        bound += 255 * std::abs(int64_t(weight));
        isRead.set(unsigned(element % layer.inputs));
      }
    for (unsigned i : isRead.set_bits()) {
      std::optional<int64_t> sum = findSum(layer, int64_t(o), i);
      if (sum && (*sum == 0 || bound <= std::numeric_limits<int32_t>::max()))
        folds[layer.op].push_back({unsigned(o), i, *sum});
      else
        reads[output + unsigned(o)].push_back(input + i);
    }
  }
}

//===----------------------------------------------------------------------===//
// Liveness
//===----------------------------------------------------------------------===//

void ChannelAnalysis::keep(unsigned channel) {
  SmallVector<unsigned> worklist = {classes.findLeader(channel)};
  while (!worklist.empty()) {
    unsigned leader = worklist.pop_back_val();
    if (kept[leader])
      continue;
    for (unsigned member : members[leader]) {
      kept.set(member);
      for (unsigned read : reads[member])
        worklist.push_back(classes.findLeader(read));
    }
  }
}

/// Of a value that nobody needs one channel stays: the one that reads least.
void ChannelAnalysis::keepOneOfEach() {
  for (Value value : llvm::reverse(values)) {
    unsigned first = number(value), end = first + countChannels(value);
    if (kept.find_first_in(first, end) != -1)
      continue;
    auto countReads = [&](unsigned channel) {
      size_t count = 0;
      for (unsigned member : members[classes.findLeader(channel)])
        count += reads[member].size();
      return count;
    };
    unsigned best = first;
    for (unsigned channel = first; channel != end; ++channel)
      if (countReads(channel) < countReads(best))
        best = channel;
    keep(best);
  }
}

FailureOr<ChannelAnalysis> ChannelAnalysis::create(func::FuncOp function) {
  ChannelAnalysis analysis(function);
  analysis.numberChannels();
  if (analysis.layers.empty()) {
    analysis.kept.set();
    return analysis;
  }
  analysis.tieChannels();
  analysis.findFixed();
  if (failed(analysis.evaluateFixed()))
    return failure();
  for (const Int8Layer &layer : analysis.layers)
    if (layer.isDense && !isa<ChannelOpInterface>(layer.op))
      analysis.findReads(layer);
  for (unsigned channel : analysis.pinned.set_bits())
    analysis.keep(channel);
  analysis.keepOneOfEach();
  return analysis;
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

llvm::BitVector ChannelAnalysis::getKept(Value value) const {
  llvm::BitVector result(unsigned(countChannels(value)), true);
  if (numbers.contains(value))
    for (unsigned i = 0; i != result.size(); ++i)
      result[i] = kept[number(value) + i];
  return result;
}

bool ChannelAnalysis::isFixed(Value value, int64_t channel) const {
  return numbers.contains(value) && fixed[number(value) + unsigned(channel)] &&
         tensors.contains(value);
}

std::vector<int32_t>
ChannelAnalysis::getFoldedBias(const Int8Layer &layer) const {
  std::vector<int32_t> bias = layer.bias;
  auto found = folds.find(layer.op);
  if (found == folds.end())
    return bias;
  unsigned input = number(layer.getInput());
  for (const Fold &fold : found->second)
    if (!kept[input + fold.input])
      bias[fold.output] += int32_t(fold.sum);
  return bias;
}
