//===- Subnet.cpp - Choices of a supernet and one value of each -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Subnet.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// ChoiceSpace
//===----------------------------------------------------------------------===//

ChoiceSpace::ChoiceSpace(SupernetOp supernet) {
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

SubnetAttr Subnet::toAttr() const {
  SmallVector<NamedAttribute> attrs;
  for (auto [choice, value] : llvm::enumerate(values))
    attrs.emplace_back(space->getName(choice), space->getValue(choice, value));
  MLIRContext *context = attrs.empty()
                             ? nullptr
                             : attrs.front().getName().getContext();
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
using Visit = function_ref<void(Operation *, ShapeList, ArrayRef<int64_t>)>;

/// Runs a supernet's forward region on shapes.
class ActiveWalk {
public:
  ActiveWalk(const Subnet &subnet, Visit visit)
      : subnet(subnet), visit(visit) {}

  /// Walks `block`, whose argument has `shape`; returns the yielded shape.
  SmallVector<int64_t> run(Block &block, SmallVector<int64_t> shape) {
    shapes[block.getArgument(0)] = std::move(shape);
    for (Operation &op : block.without_terminator())
      walk(&op);
    return shapes.lookup(block.getTerminator()->getOperand(0));
  }

private:
  void walk(Operation *op) {
    if (isa<ConstantOp>(op))
      return;
    if (auto stage = dyn_cast<StageOp>(op))
      return walkStage(stage);
    SmallVector<SmallVector<int64_t>> operands = getOperandShapes(op);
    for (auto [operand, shape] : llvm::zip(op->getOperands(), operands))
      if (auto it = shapes.find(operand); it != shapes.end())
        shape = it->second;
    SmallVector<int64_t> result;
    if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      elastic.selectParameters(subnet, operands);
      result = elastic.inferActiveShape(subnet, operands);
    } else {
      result = *cast<CostOpInterface>(op).inferShape(
          operands, [&] { return op->emitOpError(); });
    }
    visit(op, operands, result);
    shapes[op->getResult(0)] = std::move(result);
  }

  void walkStage(StageOp stage) {
    SmallVector<int64_t> shape = shapes.lookup(stage.getInput());
    SmallVector<BlockOp> blocks = stage.getBlocks();
    size_t depth = blocks.size();
    if (FlatSymbolRefAttr choice = stage.getDepthAttr())
      depth = subnet.getInteger(choice);
    for (BlockOp block : ArrayRef(blocks).take_front(depth))
      shape = run(block.getBody().front(), shape);
    shapes[stage.getResult()] = shape;
  }

  const Subnet &subnet;
  Visit visit;
  llvm::DenseMap<Value, SmallVector<int64_t>> shapes;
};
} // namespace

void ofa::forEachActiveOp(SupernetOp supernet, const Subnet &subnet,
                          Visit visit) {
  ForwardOp forward = supernet.getForward();
  SmallVector<int64_t> shape = llvm::to_vector(
      cast<ShapedType>(forward.getImage().getType()).getShape());
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    shape[1] = shape[2] = subnet.getInteger(resolution);
  ActiveWalk(subnet, visit).run(forward.getBody().front(), shape);
}

SubnetCost ofa::computeCost(SupernetOp supernet, const Subnet &subnet) {
  SubnetCost cost;
  forEachActiveOp(supernet, subnet,
                  [&](Operation *op, ShapeList operands, ArrayRef<int64_t> result) {
                    auto costOp = cast<CostOpInterface>(op);
                    cost.macs += costOp.countMacs(operands, result);
                    cost.parameters += costOp.countParameters(operands);
                  });
  return cost;
}
