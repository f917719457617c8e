//===- Subnet.cpp - Choices of a supernet and one value of each -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// ChoiceSpace
//===----------------------------------------------------------------------===//

ChoiceSpace::ChoiceSpace(SupernetOp supernet)
    : context(supernet.getContext()) {
  for (ChoiceOp choice : supernet.getBody().getOps<ChoiceOp>()) {
    positions[choice.getSymNameAttr()] = choices.size();
    choices.push_back(choice);
    numValues.push_back(choice.getValues().size());
    SmallVector<int64_t> &values = integers.emplace_back();
    for (auto value : choice.getValues().getAsRange<Attribute>())
      if (auto integer = dyn_cast<IntegerAttr>(value))
        values.push_back(integer.getInt());
  }
}

StringAttr ChoiceSpace::getName(unsigned choice) const {
  return ChoiceOp(choices[choice]).getSymNameAttr();
}

Attribute ChoiceSpace::getValue(unsigned choice, unsigned value) const {
  return ChoiceOp(choices[choice]).getValues()[value];
}

//===----------------------------------------------------------------------===//
// Subnet
//===----------------------------------------------------------------------===//

Subnet Subnet::largest(const ChoiceSpace &space) {
  return Subnet(space, llvm::map_to_vector(space.numValues,
                                           [](unsigned n) { return n - 1; }));
}

Subnet Subnet::smallest(const ChoiceSpace &space) {
  return Subnet(space, SmallVector<unsigned>(space.size(), 0));
}

FailureOr<Subnet> Subnet::fromAttr(const ChoiceSpace &space, SubnetAttr attr,
                                   EmitError emitError) {
  SmallVector<unsigned> values;
  for (unsigned choice = 0; choice != space.size(); ++choice) {
    StringAttr name = space.getName(choice);
    Attribute wanted = attr.getValues().get(name);
    if (!wanted)
      return emitError() << "expects the subnet to give choice '"
                         << name.getValue() << "' a value";
    ArrayRef<Attribute> known = ChoiceOp(space.getChoice(choice)).getValues().getValue();
    const Attribute *found = llvm::find(known, wanted);
    if (found == known.end())
      return emitError() << "expects choice '" << name.getValue()
                         << "' to have one of the values "
                         << ChoiceOp(space.getChoice(choice)).getValues()
                         << ", but got " << wanted;
    values.push_back(found - known.begin());
  }
  for (NamedAttribute value : attr.getValues())
    if (!space.contains(value.getName()))
      return emitError() << "expects only choices of the supernet, but got '"
                         << value.getName().getValue() << "'";
  return Subnet(space, values);
}

/// The position of the value of `choice` that equals `text`, or failure.
static FailureOr<unsigned> findValue(const ChoiceSpace &space, unsigned choice,
                                     StringRef text) {
  double wanted;
  if (text.getAsDouble(wanted))
    return failure();
  for (unsigned value = 0; value != space.getNumValues(choice); ++value) {
    Attribute attr = space.getValue(choice, value);
    auto integer = dyn_cast<IntegerAttr>(attr);
    if (wanted == (integer ? double(integer.getInt())
                           : cast<FloatAttr>(attr).getValueAsDouble()))
      return value;
  }
  return failure();
}

/// Applies `key=value` to all choices that `key` names.
static LogicalResult applyChange(const ChoiceSpace &space, StringRef key,
                                 StringRef text,
                                 MutableArrayRef<unsigned> values,
                                 EmitError emitError) {
  bool any = false;
  for (unsigned choice = 0; choice != space.size(); ++choice) {
    StringRef name = space.getName(choice).getValue();
    if (key.starts_with("*") ? !name.ends_with(key.drop_front()) : name != key)
      continue;
    any = true;
    FailureOr<unsigned> value = findValue(space, choice, text);
    if (failed(value))
      return emitError() << "expects choice '" << name
                         << "' to have one of the values "
                         << ChoiceOp(space.getChoice(choice)).getValues()
                         << ", but got '" << text << "'";
    values[choice] = *value;
  }
  if (!any)
    return emitError() << "expects only choices of the supernet, but got '"
                       << key << "'";
  return success();
}

FailureOr<Subnet> Subnet::parse(const ChoiceSpace &space, StringRef text,
                                EmitError emitError) {
  auto [base, changes] = text.split(',');
  if (base == "largest" || base == "smallest") {
    Subnet subnet = base == "largest" ? largest(space) : smallest(space);
    while (!changes.empty()) {
      StringRef change;
      std::tie(change, changes) = changes.split(',');
      auto [key, value] = change.split('=');
      if (failed(applyChange(space, key.trim(), value.trim(), subnet.values,
                             emitError)))
        return failure();
    }
    return subnet;
  }
  MLIRContext *context = space.getContext();
  Attribute parsed;
  {
    // The parser reports on a buffer of its own; one diagnostic is enough.
    ScopedDiagnosticHandler silence(context,
                                    [](Diagnostic &) { return success(); });
    // Option parsers take outer braces for their own.
    parsed = parseAttribute(
        text.starts_with("{") ? text.str() : ("{" + text + "}").str(), context);
  }
  auto values = dyn_cast_or_null<DictionaryAttr>(parsed);
  // A bare word parses as a unit attribute, which is no value.
  if (!values || llvm::any_of(values, [](NamedAttribute value) {
        return isa<UnitAttr>(value.getValue());
      }))
    return emitError() << "expects option 'subnet' to be 'largest', 'smallest' "
                          "or a dictionary, but got '"
                       << text << "'";
  return fromAttr(space, SubnetAttr::get(context, values), emitError);
}

SubnetAttr Subnet::toAttr() const {
  SmallVector<NamedAttribute> attrs;
  for (auto [choice, value] : llvm::enumerate(values))
    attrs.emplace_back(space->getName(choice), space->getValue(choice, value));
  MLIRContext *context = space->getContext();
  return SubnetAttr::get(context, DictionaryAttr::get(context, attrs));
}

int64_t Subnet::getInteger(FlatSymbolRefAttr choice) const {
  unsigned position = space->lookup(choice);
  return space->integers[position][values[position]];
}

int64_t Subnet::getWidth(WidthAttr width) const {
  uint64_t index = 0;
  for (FlatSymbolRefAttr choice : width.getChoices()) {
    unsigned position = space->lookup(choice);
    index = index * space->numValues[position] + values[position];
  }
  return width.getChannels()[index];
}

//===----------------------------------------------------------------------===//
// Walking a subnet
//===----------------------------------------------------------------------===//

namespace {
/// Runs a supernet's forward region on shapes.
class ActiveWalk {
public:
  ActiveWalk(const Subnet &subnet, SmallVector<int64_t> image)
      : subnet(subnet), imageShape(std::move(image)) {}

  /// Walks `block`, whose argument is `argument`; returns what it yields.
  int run(Block &block, int argument) {
    values[block.getArgument(0)] = argument;
    for (Operation &op : block.without_terminator())
      walk(&op);
    return values.lookup(block.getTerminator()->getOperand(0));
  }

  /// Walks operations that read `input`, the image.
  void run(ArrayRef<Operation *> part, Value input) {
    values[input] = ActiveOp::kImage;
    for (Operation *op : part)
      walk(op);
  }

  SmallVector<ActiveOp> ops;

private:
  void walk(Operation *op) {
    if (isa<ConstantOp>(op))
      return;
    if (auto stage = dyn_cast<StageOp>(op))
      return walkStage(stage);
    ActiveOp active{op, getOperandShapes(op), {}, {}};
    for (auto [operand, shape] : llvm::zip(op->getOperands(), active.operands)) {
      auto it = values.find(operand);
      int producer = it == values.end() ? ActiveOp::kConstant : it->second;
      active.producers.push_back(producer);
      if (producer != ActiveOp::kConstant)
        shape = producer == ActiveOp::kImage ? imageShape : ops[producer].result;
    }
    if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      elastic.selectParameters(subnet, active.operands);
      active.result = elastic.inferActiveShape(subnet, active.operands);
    } else {
      active.result = *cast<CostOpInterface>(op).inferShape(
          active.operands, [&] { return op->emitOpError(); });
    }
    values[op->getResult(0)] = ops.size();
    ops.push_back(std::move(active));
  }

  void walkStage(StageOp stage) {
    int value = values.lookup(stage.getInput());
    for (BlockOp block : stage.getActiveBlocks(subnet))
      value = run(block.getBody().front(), value);
    values[stage.getResult()] = value;
  }

  const Subnet &subnet;
  SmallVector<int64_t> imageShape;
  /// The operation that makes each value that is not a parameter.
  llvm::DenseMap<Value, int> values;
};
} // namespace

SmallVector<BlockOp> StageOp::getActiveBlocks(const Subnet &subnet) {
  SmallVector<BlockOp> blocks = getBlocks();
  if (FlatSymbolRefAttr choice = getDepthAttr())
    blocks.truncate(subnet.getInteger(choice));
  return blocks;
}

/// Marks the choices that `region` reads in `subnet`.
static void markActiveChoices(Region &region, const Subnet &subnet,
                              SmallVectorImpl<bool> &active) {
  auto mark = [&](FlatSymbolRefAttr choice) {
    if (choice)
      active[subnet.getSpace().lookup(choice)] = true;
  };
  for (Operation &op : region.front()) {
    if (auto stage = dyn_cast<StageOp>(op)) {
      mark(stage.getDepthAttr());
      for (BlockOp block : stage.getActiveBlocks(subnet))
        markActiveChoices(block.getBody(), subnet, active);
    } else if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      SmallVector<FlatSymbolRefAttr> choices;
      elastic.getChoices(choices);
      llvm::for_each(choices, mark);
    }
  }
}

SmallVector<bool> ofa::findActiveChoices(SupernetOp supernet,
                                         const Subnet &subnet) {
  SmallVector<bool> active(subnet.getSpace().size(), false);
  ForwardOp forward = supernet.getForward();
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    active[subnet.getSpace().lookup(resolution)] = true;
  markActiveChoices(forward.getBody(), subnet, active);
  return active;
}

SmallVector<ActiveOp> ofa::collectActiveOps(SupernetOp supernet,
                                            const Subnet &subnet) {
  ForwardOp forward = supernet.getForward();
  SmallVector<int64_t> shape = llvm::to_vector(
      cast<ShapedType>(forward.getImage().getType()).getShape());
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    shape[1] = shape[2] = subnet.getInteger(resolution);
  ActiveWalk walk(subnet, shape);
  walk.run(forward.getBody().front(), ActiveOp::kImage);
  return std::move(walk.ops);
}

SmallVector<ActiveOp> ofa::collectActiveOps(ArrayRef<Operation *> ops,
                                            Value input, ArrayRef<int64_t> shape,
                                            const Subnet &subnet) {
  ActiveWalk walk(subnet, llvm::to_vector(shape));
  walk.run(ops, input);
  return std::move(walk.ops);
}

SubnetCost ofa::computeCost(SupernetOp supernet, const Subnet &subnet) {
  SubnetCost cost;
  for (ActiveOp &active : collectActiveOps(supernet, subnet)) {
    auto costOp = cast<CostOpInterface>(active.op);
    cost.macs += costOp.countMacs(active.operands, active.result);
    cost.parameters += costOp.countParameters(active.operands);
  }
  return cost;
}

SubnetCost ofa::computeCost(Region &network) {
  SubnetCost cost;
  network.walk([&](CostOpInterface op) {
    SmallVector<SmallVector<int64_t>> operands = getOperandShapes(op);
    auto result = cast<ShapedType>(op->getResult(0).getType());
    cost.macs += op.countMacs(operands, result.getShape());
    cost.parameters += op.countParameters(operands);
  });
  return cost;
}
