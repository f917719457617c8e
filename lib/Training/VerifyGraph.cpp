//===- VerifyGraph.cpp - Checks a graph before it is trained --------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Graph.h"

#include "llvm/ADT/Twine.h"

using namespace mlir::ofa::training;
using llvm::Twine;

namespace {

llvm::Error fail(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "cannot train: " + message);
}

/// Walks the graph once; the first thing that is wrong ends it.
class Verifier {
public:
  explicit Verifier(const Graph &graph) : graph(graph) {}
  llvm::Error run();

private:
  llvm::Error checkChoices();
  llvm::Error checkParameters();
  llvm::Error checkNode(int index);
  llvm::Error checkStages();
  llvm::Error checkWeight(const Node &node, size_t rank);

  const Graph &graph;
};

} // namespace

llvm::Error Verifier::checkChoices() {
  for (const Choice &choice : graph.choices) {
    if (choice.values.empty())
      return fail("choice '" + Twine(choice.name) + "' has no values");
    for (size_t i = 1; i < choice.values.size(); ++i)
      if (choice.values[i] <= choice.values[i - 1])
        return fail("the values of choice '" + Twine(choice.name) +
                    "' do not ascend");
  }
  for (const WidthTable &width : graph.widths) {
    size_t expected = 1;
    for (int choice : width.choices) {
      if (choice < 0 || choice >= static_cast<int>(graph.choices.size()))
        return fail("a width table names choice number " + Twine(choice) +
                    ", but there are " + Twine(graph.choices.size()));
      expected *= graph.choices[choice].values.size();
    }
    if (width.counts.size() != expected)
      return fail("a width table holds " + Twine(width.counts.size()) +
                  " channel counts, but its choices have " + Twine(expected) +
                  " combinations");
  }
  return llvm::Error::success();
}

llvm::Error Verifier::checkParameters() {
  for (const Parameter &parameter : graph.parameters)
    if (static_cast<int64_t>(parameter.data.size()) !=
        parameter.getNumElements())
      return fail("parameter '" + Twine(parameter.name) + "' has " +
                  Twine(parameter.data.size()) +
                  " numbers, but its shape needs " +
                  Twine(parameter.getNumElements()));
  return llvm::Error::success();
}

llvm::Error Verifier::checkWeight(const Node &node, size_t rank) {
  if (node.weight < 0 ||
      node.weight >= static_cast<int>(graph.parameters.size()))
    return fail("'" + Twine(node.name) + "' has no weight");
  const Parameter &weight = graph.parameters[node.weight];
  if (weight.shape.size() != rank)
    return fail("the weight of '" + Twine(node.name) + "' has rank " +
                Twine(weight.shape.size()) + ", expected " + Twine(rank));
  int64_t outputs = node.kind == NodeKind::DepthwiseConv2D
                        ? weight.shape.back()
                        : weight.shape.front();
  if (node.bias >= 0 && graph.parameters[node.bias].getNumElements() != outputs)
    return fail("the bias of '" + Twine(node.name) + "' has " +
                Twine(graph.parameters[node.bias].getNumElements()) +
                " numbers, expected " + Twine(outputs));
  if (node.width < 0)
    return llvm::Error::success();
  if (node.width >= static_cast<int>(graph.widths.size()))
    return fail("'" + Twine(node.name) + "' names a width table that is not there");
  for (int64_t count : graph.widths[node.width].counts)
    if (count < 1 || count > outputs)
      return fail("'" + Twine(node.name) + "' may have " + Twine(count) +
                  " output channels, but its weight has " + Twine(outputs));
  return llvm::Error::success();
}

llvm::Error Verifier::checkNode(int index) {
  const Node &node = graph.nodes[index];
  size_t expectedInputs =
      node.kind == NodeKind::Add || node.kind == NodeKind::Mul ? 2 : 1;
  if (node.inputs.size() != expectedInputs)
    return fail("'" + Twine(node.name) + "' has " + Twine(node.inputs.size()) +
                " inputs, expected " + Twine(expectedInputs));
  int numValues = graph.getNumValues(), numNodes = graph.nodes.size();
  for (int input : node.inputs)
    if (input < 0 || input >= numValues || (input > index && input <= numNodes))
      return fail("'" + Twine(node.name) + "' uses value " + Twine(input) +
                  ", which is not defined before it");
  for (int parameter : {node.weight, node.bias, node.transform7to5, node.transform5to3})
    if (parameter >= static_cast<int>(graph.parameters.size()))
      return fail("'" + Twine(node.name) + "' names a parameter that is not there");
  switch (node.kind) {
  case NodeKind::Conv2D:
    return checkWeight(node, 4);
  case NodeKind::FullyConnected:
    return checkWeight(node, 2);
  case NodeKind::BatchNorm:
    if (llvm::Error error = checkWeight(node, 2))
      return error;
    if (graph.parameters[node.weight].shape[0] != 4)
      return fail("the parameters of batch norm '" + Twine(node.name) +
                  "' have " + Twine(graph.parameters[node.weight].shape[0]) +
                  " rows, expected 4 (scale, offset, mean, variance)");
    return llvm::Error::success();
  case NodeKind::DepthwiseConv2D: {
    if (llvm::Error error = checkWeight(node, 4))
      return error;
    const std::vector<int64_t> &shape = graph.parameters[node.weight].shape;
    if (node.kernelChoice < 0)
      return llvm::Error::success();
    for (double value : graph.choices[node.kernelChoice].values)
      if (value > shape[1] || (shape[1] - static_cast<int64_t>(value)) % 2)
        return fail("'" + Twine(node.name) + "' may have a kernel of " +
                    Twine(static_cast<int64_t>(value)) +
                    ", which is no centre of its " + Twine(shape[1]) + "x" +
                    Twine(shape[2]) + " weight");
    return llvm::Error::success();
  }
  default:
    return llvm::Error::success();
  }
}

llvm::Error Verifier::checkStages() {
  for (const Stage &stage : graph.stages) {
    for (const Block &block : stage.blocks)
      if (block.firstNode < 0 || block.endNode < block.firstNode ||
          block.endNode > static_cast<int>(graph.nodes.size()) ||
          block.output <= static_cast<int>(graph.nodes.size()) ||
          block.output >= graph.getNumValues())
        return fail("a block of stage '" + Twine(stage.name) +
                    "' is out of range");
    if (stage.depthChoice < 0)
      continue;
    size_t expected = graph.choices[stage.depthChoice].values.size();
    if (stage.keptBlocks.size() != expected)
      return fail("stage '" + Twine(stage.name) + "' says how many blocks " +
                  Twine(stage.keptBlocks.size()) + " depths keep, expected " +
                  Twine(expected));
    for (int kept : stage.keptBlocks)
      if (kept < 0 || kept > static_cast<int>(stage.blocks.size()))
        return fail("stage '" + Twine(stage.name) + "' keeps " + Twine(kept) +
                    " blocks, but has " + Twine(stage.blocks.size()));
  }
  return llvm::Error::success();
}

llvm::Error Verifier::run() {
  if (llvm::Error error = checkChoices())
    return error;
  if (llvm::Error error = checkParameters())
    return error;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (llvm::Error error = checkNode(static_cast<int>(i)))
      return error;
  if (llvm::Error error = checkStages())
    return error;
  size_t channels = graph.imageChannels;
  if (graph.preprocessing.mean.size() != channels ||
      graph.preprocessing.scale.size() != channels)
    return fail("the preprocessing is for " +
                Twine(graph.preprocessing.mean.size()) +
                " channels, but the image has " + Twine(channels));
  if (graph.numClasses < 2)
    return fail("the network has " + Twine(graph.numClasses) +
                " classes, expected at least 2");
  return llvm::Error::success();
}

llvm::Error Graph::verify() const { return Verifier(*this).run(); }
