//===- ImportGraph.cpp - From ofa IR to the trainer and back --------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/ImportGraph.h"

#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Training/Initialize.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

class Importer {
public:
  Importer(SupernetOp supernet, uint64_t seed)
      : supernet(supernet), seed(seed), space(supernet) {}

  FailureOr<ImportedGraph> run();

private:
  void importChoices();
  LogicalResult importPreprocessing();
  LogicalResult importBody(mlir::Block &block);
  LogicalResult importStage(StageOp stage);
  LogicalResult importOp(Operation *op);
  LogicalResult addLayer(Operation *op, NodeKind kind);
  LogicalResult addNode(Operation *op, training::Node node);
  template <typename Op>
  void setWindow(Op op, training::Node &node);
  /// The parameter that `value`, an `ofa.constant`, is, or fails.
  FailureOr<int> importParameter(Operation *user, Value value,
                                 ParameterRole role);
  int importWidth(WidthAttr width);

  SupernetOp supernet;
  uint64_t seed;
  ChoiceSpace space;
  ImportedGraph result;
  llvm::DenseMap<Value, int> values;
  llvm::DenseMap<Operation *, int> parameters;
  /// Outputs of blocks are numbered after all nodes: these are their
  /// temporary, negative numbers -2, -3, ...
  int nextBlockValue = -2;
};

} // namespace

static int lookup(const llvm::DenseMap<Value, int> &values, Value value) {
  auto it = values.find(value);
  assert(it != values.end() && "verified IR defines values before their use");
  return it->second;
}

void Importer::importChoices() {
  for (unsigned i = 0; i < space.size(); ++i) {
    Choice choice;
    choice.name = space.getName(i).str();
    for (unsigned v = 0; v < space.getNumValues(i); ++v) {
      Attribute value = space.getValue(i, v);
      if (auto integer = dyn_cast<IntegerAttr>(value))
        choice.values.push_back(static_cast<double>(integer.getInt()));
      else
        choice.values.push_back(cast<FloatAttr>(value).getValueAsDouble());
    }
    result.graph.choices.push_back(choice);
  }
}

LogicalResult Importer::importPreprocessing() {
  Graph &graph = result.graph;
  PreprocessingAttr attr = supernet.getPreprocessingAttr();
  if (!attr) {
    graph.preprocessing.mean.assign(graph.imageChannels, 128);
    graph.preprocessing.scale.assign(graph.imageChannels, 1.0f / 128);
    return success();
  }
  size_t entries = attr.getMean().size();
  if (entries != 1 && static_cast<int64_t>(entries) != graph.imageChannels)
    return supernet.emitOpError()
           << "expects preprocessing of " << graph.imageChannels
           << " channels, but got " << entries;
  for (int64_t c = 0; c < graph.imageChannels; ++c) {
    size_t entry = entries == 1 ? 0 : c;
    graph.preprocessing.mean.push_back(
        static_cast<float>(attr.getMean()[entry].getValueAsDouble()));
    graph.preprocessing.scale.push_back(
        static_cast<float>(attr.getScale()[entry].getValueAsDouble()));
  }
  return success();
}

FailureOr<int> Importer::importParameter(Operation *user, Value value,
                                         ParameterRole role) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return user->emitOpError("cannot be trained: a parameter of it is no "
                             "'ofa.constant'");
  auto [it, isNew] =
      parameters.try_emplace(constant, result.graph.parameters.size());
  if (!isNew)
    return it->second;
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.getElementType().isF32())
    return constant.emitOpError("cannot be trained: expects f32 elements, but "
                                "got ")
           << type.getElementType();
  Parameter parameter;
  parameter.name = constant.getName().str();
  parameter.role = role;
  parameter.shape.assign(type.getShape().begin(), type.getShape().end());
  if (ElementsAttr elements = constant.getValueAttr())
    parameter.data = copyElements<float>(elements);
  else
    initializeParameter(parameter,
                        isa<DepthwiseConv2DOp>(user), seed,
                        result.graph.parameters.size());
  result.graph.parameters.push_back(std::move(parameter));
  result.constants.push_back(constant);
  return it->second;
}

int Importer::importWidth(WidthAttr width) {
  WidthTable table;
  for (FlatSymbolRefAttr choice : width.getChoices())
    table.choices.push_back(static_cast<int>(space.lookup(choice)));
  table.counts.assign(width.getChannels().begin(), width.getChannels().end());
  result.graph.widths.push_back(table);
  return static_cast<int>(result.graph.widths.size()) - 1;
}

/// Adds the node, and one for its fused activation.
LogicalResult Importer::addNode(Operation *op, training::Node node) {
  Graph &graph = result.graph;
  if (auto name = op->getAttrOfType<StringAttr>("name"))
    node.name = name.str();
  graph.nodes.push_back(node);
  auto activation = op->getAttrOfType<ActivationAttr>("activation");
  if (activation && activation.getValue() != mlir::ofa::Activation::None) {
    if (activation.getValue() == mlir::ofa::Activation::ReluN1To1)
      return op->emitOpError(
          "cannot be trained: the trainer has no relu_n1_to_1");
    training::Node fused;
    fused.kind = activation.getValue() == mlir::ofa::Activation::Relu
                     ? NodeKind::Relu
                     : NodeKind::Relu6;
    fused.name = node.name + ".activation";
    fused.inputs = {static_cast<int>(graph.nodes.size())};
    graph.nodes.push_back(fused);
  }
  values[op->getResult(0)] = static_cast<int>(graph.nodes.size());
  return success();
}

template <typename Op>
void Importer::setWindow(Op op, training::Node &node) {
  for (int i = 0; i < 2; ++i)
    node.stride[i] = op.getStrides()[i];
  for (int i = 0; i < 4; ++i)
    node.padding[i] = op.getPad()[i];
}

/// Layers with a weight, which operand 1 is.
LogicalResult Importer::addLayer(Operation *op, NodeKind kind) {
  training::Node node;
  node.kind = kind;
  node.inputs = {lookup(values, op->getOperand(0))};
  FailureOr<int> weight = importParameter(
      op, op->getOperand(1),
      kind == NodeKind::BatchNorm ? ParameterRole::BatchNorm
                                  : ParameterRole::Weight);
  if (failed(weight))
    return failure();
  node.weight = *weight;
  auto addBias = [&](Value bias) -> LogicalResult {
    if (!bias)
      return success();
    FailureOr<int> parameter = importParameter(op, bias, ParameterRole::Bias);
    if (failed(parameter))
      return failure();
    node.bias = *parameter;
    return success();
  };
  auto checkDilations = [&](ArrayRef<int64_t> dilations) -> LogicalResult {
    if (llvm::all_of(dilations, [](int64_t d) { return d == 1; }))
      return success();
    return op->emitOpError("cannot be trained: dilated windows are not "
                           "supported by the trainer");
  };
  LogicalResult status =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case([&](Conv2DOp conv) {
            setWindow(conv, node);
            if (conv.getWidthAttr())
              node.width = importWidth(conv.getWidthAttr());
            return success(succeeded(checkDilations(conv.getDilations())) &&
                           succeeded(addBias(conv.getBias())));
          })
          .Case([&](DepthwiseConv2DOp conv) {
            setWindow(conv, node);
            if (conv.getKernelChoiceAttr())
              node.kernelChoice =
                  static_cast<int>(space.lookup(conv.getKernelChoiceAttr()));
            auto weightType = cast<ShapedType>(conv.getWeight().getType());
            auto inputType = cast<ShapedType>(conv.getInput().getType());
            if (weightType.getDimSize(3) != inputType.getDimSize(3))
              return LogicalResult(
                  op->emitOpError("cannot be trained: channel multipliers are "
                                  "not supported by the trainer"));
            for (Value transform : conv.getTransforms()) {
              FailureOr<int> matrix =
                  importParameter(op, transform, ParameterRole::Transform);
              if (failed(matrix))
                return failure();
              int64_t size = result.graph.parameters[*matrix].shape[0];
              if (size != 25 && size != 9)
                return LogicalResult(op->emitOpError(
                    "cannot be trained: kernel matrices are supported from 7 "
                    "to 5 and from 5 to 3"));
              (size == 25 ? node.transform7to5 : node.transform5to3) = *matrix;
            }
            return success(succeeded(checkDilations(conv.getDilations())) &&
                           succeeded(addBias(conv.getBias())));
          })
          .Case([&](FullyConnectedOp dense) {
            if (dense.getWidthAttr())
              node.width = importWidth(dense.getWidthAttr());
            return addBias(dense.getBias());
          })
          .Case([&](BatchNormOp norm) {
            node.epsilon =
                static_cast<float>(norm.getEpsilon().convertToDouble());
            return success();
          });
  if (failed(status))
    return failure();
  return addNode(op, node);
}

LogicalResult Importer::importOp(Operation *op) {
  auto simple = [&](NodeKind kind) {
    training::Node node;
    node.kind = kind;
    for (Value operand : op->getOperands())
      node.inputs.push_back(lookup(values, operand));
    return node;
  };
  auto pool = [&](auto poolOp, NodeKind kind) {
    training::Node node = simple(kind);
    setWindow(poolOp, node);
    for (int i = 0; i < 2; ++i)
      node.window[i] = poolOp.getFilter()[i];
    return addNode(op, node);
  };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ConstantOp) { return success(); })
      .Case([&](StageOp stage) { return importStage(stage); })
      .Case([&](Conv2DOp) { return addLayer(op, NodeKind::Conv2D); })
      .Case([&](DepthwiseConv2DOp) {
        return addLayer(op, NodeKind::DepthwiseConv2D);
      })
      .Case([&](FullyConnectedOp) {
        return addLayer(op, NodeKind::FullyConnected);
      })
      .Case([&](BatchNormOp) { return addLayer(op, NodeKind::BatchNorm); })
      .Case([&](AddOp) { return addNode(op, simple(NodeKind::Add)); })
      .Case([&](MulOp) { return addNode(op, simple(NodeKind::Mul)); })
      .Case([&](MeanOp mean) {
        if (mean.getAxes() != ArrayRef<int64_t>{1, 2})
          return LogicalResult(op->emitOpError(
              "cannot be trained: the trainer averages height and width only"));
        return addNode(op, simple(NodeKind::GlobalMean));
      })
      .Case([&](AvgPool2DOp o) { return pool(o, NodeKind::AvgPool2D); })
      .Case([&](MaxPool2DOp o) { return pool(o, NodeKind::MaxPool2D); })
      .Case([&](ReluOp) { return addNode(op, simple(NodeKind::Relu)); })
      .Case([&](Relu6Op) { return addNode(op, simple(NodeKind::Relu6)); })
      .Case(
          [&](HardSwishOp) { return addNode(op, simple(NodeKind::HardSwish)); })
      .Case([&](HardSigmoidOp) {
        return addNode(op, simple(NodeKind::HardSigmoid));
      })
      .Case([&](PadOp pad) {
        ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
        if (low.size() != 4 || low[0] || high[0] || low[3] || high[3] ||
            !pad.isZero())
          return LogicalResult(
              op->emitOpError("cannot be trained: the trainer pads height and "
                              "width with zeros only"));
        training::Node node = simple(NodeKind::Pad);
        node.padding[0] = low[1];
        node.padding[1] = low[2];
        node.padding[2] = high[1];
        node.padding[3] = high[2];
        return addNode(op, node);
      })
      .Case([&](ReshapeOp reshape) {
        if (reshape.getShape().size() != 2)
          return LogicalResult(
              op->emitOpError("cannot be trained: the trainer reshapes to "
                              "[1, elements] only"));
        return addNode(op, simple(NodeKind::Flatten));
      })
      .Case([&](SoftmaxOp softmax) {
        // The loss takes the scores before it.
        if (!llvm::all_of(softmax.getResult().getUsers(),
                          llvm::IsaPred<YieldOp>))
          return LogicalResult(op->emitOpError(
              "cannot be trained: a softmax may only be the last operation"));
        values[softmax.getResult()] = lookup(values, softmax.getInput());
        return success();
      })
      .Default([](Operation *other) {
        return other->emitOpError("cannot be trained: the trainer does not "
                                  "know this operation");
      });
}

LogicalResult Importer::importStage(StageOp op) {
  training::Stage stage;
  stage.name = op.getName().str();
  SmallVector<BlockOp> blocks = op.getBlocks();
  if (FlatSymbolRefAttr choice = op.getDepthAttr()) {
    stage.depthChoice = static_cast<int>(space.lookup(choice));
    for (double value : result.graph.choices[stage.depthChoice].values)
      stage.keptBlocks.push_back(static_cast<int>(value));
  }
  int value = lookup(values, op.getInput());
  for (BlockOp blockOp : blocks) {
    training::Block block;
    block.input = value;
    block.firstNode = static_cast<int>(result.graph.nodes.size());
    mlir::Block &body = blockOp.getBody().front();
    values[body.getArgument(0)] = value;
    if (failed(importBody(body)))
      return failure();
    block.endNode = static_cast<int>(result.graph.nodes.size());
    if (block.endNode == block.firstNode)
      return blockOp.emitOpError("cannot be trained: it is empty");
    block.result = lookup(values, body.getTerminator()->getOperand(0));
    block.output = value = nextBlockValue--;
    values[blockOp.getResult()] = value;
    stage.blocks.push_back(block);
  }
  values[op.getResult()] = value;
  result.graph.stages.push_back(stage);
  return success();
}

LogicalResult Importer::importBody(mlir::Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(importOp(&op)))
      return failure();
  return success();
}

FailureOr<ImportedGraph> Importer::run() {
  Graph &graph = result.graph;
  graph.name = supernet.getSymName().str();
  ForwardOp forward = supernet.getForward();
  auto image = cast<RankedTensorType>(forward.getImage().getType());
  if (!image.getElementType().isF32() || image.getDimSize(0) != 1 ||
      image.getDimSize(1) != image.getDimSize(2) || image.getDimSize(3) != 3)
    return forward.emitOpError("cannot be trained: expects a square RGB image, "
                               "tensor<1xSxSx3xf32>, but got ")
           << image;
  graph.resolution = image.getDimSize(1);
  graph.imageChannels = image.getDimSize(3);
  importChoices();
  if (FlatSymbolRefAttr choice = forward.getResolutionAttr())
    graph.resolutionChoice = static_cast<int>(space.lookup(choice));
  if (failed(importPreprocessing()))
    return failure();
  mlir::Block &body = forward.getBody().front();
  values[forward.getImage()] = 0;
  if (failed(importBody(body)))
    return failure();
  graph.output = lookup(values, body.getTerminator()->getOperand(0));
  auto scores = cast<RankedTensorType>(body.getTerminator()->getOperand(0).getType());
  graph.numClasses = scores.getDimSize(scores.getRank() - 1);

  // Now that all nodes are known, number the blocks' outputs after them.
  int firstBlockValue = static_cast<int>(graph.nodes.size()) + 1;
  auto renumber = [&](int &value) {
    if (value < -1)
      value = firstBlockValue + (-2 - value);
  };
  for (training::Node &node : graph.nodes)
    llvm::for_each(node.inputs, renumber);
  for (training::Stage &stage : graph.stages)
    for (training::Block &block : stage.blocks) {
      renumber(block.input);
      renumber(block.result);
      renumber(block.output);
    }
  renumber(graph.output);
  if (llvm::Error error = graph.verify())
    return supernet.emitOpError() << llvm::toString(std::move(error));
  return std::move(result);
}

FailureOr<ImportedGraph>
mlir::ofa::training::importGraph(SupernetOp supernet, uint64_t seed) {
  return Importer(supernet, seed).run();
}

void mlir::ofa::training::exportParameters(const Graph &graph,
                                           ArrayRef<ConstantOp> constants) {
  for (auto [parameter, op] : llvm::zip(graph.parameters, constants)) {
    ConstantOp constant = op;
    auto type = cast<RankedTensorType>(constant.getResult().getType());
    constant.setValueAttr(
        makeElements<float>(parameter.name, type, parameter.data));
  }
}
