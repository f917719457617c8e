//===- TestGraphs.cpp - Small elastic networks for tests ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"

#include "ofa/Data/Random.h"
#include "ofa/Training/Initialize.h"

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

class GraphBuilder {
public:
  explicit GraphBuilder(uint64_t seed) : seed(seed) {}

  int addChoice(std::string name, std::vector<double> values) {
    graph.choices.push_back({name, values});
    return static_cast<int>(graph.choices.size()) - 1;
  }
  int addWidth(std::vector<int> choices, std::vector<int64_t> counts) {
    graph.widths.push_back({choices, counts});
    return static_cast<int>(graph.widths.size()) - 1;
  }
  int addParameter(ParameterRole role, std::vector<int64_t> shape) {
    Parameter parameter;
    parameter.name = "p" + std::to_string(graph.parameters.size());
    parameter.role = role;
    parameter.shape = shape;
    initializeParameter(parameter, shape[0] == 1, seed,
                        graph.parameters.size());
    // Nothing is neutral, so that nothing can be left out unseen.
    Random random({seed, 99, graph.parameters.size()});
    for (float &value : parameter.data)
      value += role == ParameterRole::Weight
                   ? 0
                   : 0.2f * (random.uniform() - 0.5f);
    graph.parameters.push_back(parameter);
    return static_cast<int>(graph.parameters.size()) - 1;
  }
  /// Returns the value that the node makes.
  int add(NodeKind kind, std::vector<int> inputs, int weight = -1) {
    training::Node node;
    node.kind = kind;
    node.name = "n" + std::to_string(graph.nodes.size());
    node.inputs = inputs;
    node.weight = weight;
    graph.nodes.push_back(node);
    return static_cast<int>(graph.nodes.size());
  }
  int addConv(int input, int64_t in, int64_t out, int64_t kernel,
              int64_t stride, int width = -1, bool hasBias = false) {
    int value = add(NodeKind::Conv2D, {input},
                    addParameter(ParameterRole::Weight,
                                 {out, kernel, kernel, in}));
    last().stride = {stride, stride};
    // Asymmetric where it can be, as other frameworks pad.
    last().padding = {(kernel - 1) / 2, (kernel - 1) / 2, kernel / 2,
                      kernel / 2};
    last().width = width;
    if (hasBias)
      last().bias = addParameter(ParameterRole::Bias, {out});
    return value;
  }
  int addDepthwise(int input, int64_t channels, int64_t stride, int choice) {
    int value =
        add(NodeKind::DepthwiseConv2D, {input},
            addParameter(ParameterRole::Weight, {1, 7, 7, channels}));
    last().stride = {stride, stride};
    last().padding = {3, 3, 3, 3};
    last().kernelChoice = choice;
    last().transform7to5 = addParameter(ParameterRole::Transform, {25, 25});
    last().transform5to3 = addParameter(ParameterRole::Transform, {9, 9});
    return value;
  }
  int addNorm(int input, int64_t channels) {
    return add(NodeKind::BatchNorm, {input},
               addParameter(ParameterRole::BatchNorm, {4, channels}));
  }
  training::Node &last() { return graph.nodes.back(); }

  Graph graph;

private:
  uint64_t seed;
};

} // namespace

static void finish(Graph &graph, int64_t classes) {
  graph.name = "test";
  graph.numClasses = classes;
  graph.preprocessing = {{128, 128, 128}, {1 / 128.f, 1 / 128.f, 1 / 128.f}};
}

Graph mlir::ofa::training::makeTestGraph(int64_t classes, uint64_t seed) {
  GraphBuilder b(seed);
  b.graph.resolution = 12;
  b.graph.resolutionChoice = b.addChoice("resolution", {8, 12});
  int depth = b.addChoice("depth", {1, 2});
  int value = b.addConv(0, 3, 8, 3, 1);
  value = b.addNorm(value, 8);
  value = b.add(NodeKind::HardSwish, {value});
  Stage stage;
  stage.name = "stage";
  stage.depthChoice = depth;
  stage.keptBlocks = {1, 2};
  // Blocks' outputs are numbered after all nodes, whose number is not known
  // yet: 1000 and 1001 until then.
  for (int i = 0; i < 2; ++i) {
    int64_t in = i ? 16 : 8;
    int kernel = b.addChoice("b" + std::to_string(i) + ".kernel", {3, 5, 7});
    int expand = b.addChoice("b" + std::to_string(i) + ".expand", {3, 4, 6});
    int width = b.addWidth({expand}, {in * 3, in * 4, in * 6});
    training::Block block;
    block.input = value;
    block.firstNode = static_cast<int>(b.graph.nodes.size());
    int x = b.addConv(value, in, in * 6, 1, 1, width);
    x = b.addNorm(x, in * 6);
    x = b.add(NodeKind::Relu6, {x});
    x = b.addDepthwise(x, in * 6, i ? 1 : 2, kernel);
    x = b.addNorm(x, in * 6);
    x = b.add(NodeKind::Relu, {x});
    if (i == 0) {
      int reduced = b.addWidth({expand}, {8, 8, 16});
      int s = b.add(NodeKind::GlobalMean, {x});
      s = b.addConv(s, in * 6, 16, 1, 1, reduced, /*hasBias=*/true);
      s = b.add(NodeKind::Relu, {s});
      s = b.addConv(s, 16, in * 6, 1, 1, width, /*hasBias=*/true);
      s = b.add(NodeKind::HardSigmoid, {s});
      x = b.add(NodeKind::Mul, {x, s});
    }
    x = b.addConv(x, in * 6, 16, 1, 1);
    x = b.addNorm(x, 16);
    if (i)
      x = b.add(NodeKind::Add, {x, value});
    block.endNode = static_cast<int>(b.graph.nodes.size());
    block.result = x;
    block.output = value = 1000 + i;
    stage.blocks.push_back(block);
  }
  value = b.add(NodeKind::GlobalMean, {value});
  value = b.add(NodeKind::FullyConnected, {value},
                b.addParameter(ParameterRole::Weight, {classes, 16}));
  b.last().bias = b.addParameter(ParameterRole::Bias, {classes});
  b.graph.output = value;
  b.graph.stages.push_back(stage);
  int first = static_cast<int>(b.graph.nodes.size()) + 1;
  auto renumber = [&](int &number) {
    if (number >= 1000)
      number += first - 1000;
  };
  for (training::Node &node : b.graph.nodes)
    for (int &input : node.inputs)
      renumber(input);
  for (training::Block &block : b.graph.stages[0].blocks) {
    renumber(block.input);
    renumber(block.output);
  }
  finish(b.graph, classes);
  return b.graph;
}

Graph mlir::ofa::training::makeDepthwiseGraph(uint64_t seed) {
  GraphBuilder b(seed);
  b.graph.resolution = 8;
  int kernel = b.addChoice("kernel", {3, 5, 7});
  int value = b.addDepthwise(0, 3, 1, kernel);
  value = b.add(NodeKind::Flatten, {value});
  b.graph.output = value;
  finish(b.graph, 8 * 8 * 3);
  return b.graph;
}

ImageSet mlir::ofa::training::makeTestImages(int64_t count, int64_t classes) {
  ImageSet set;
  set.height = set.width = 12;
  Random random({5});
  for (int64_t i = 0; i < count; ++i) {
    int64_t label = i % classes;
    set.labels.push_back(static_cast<int32_t>(label));
    int64_t level = 20 + label * 200 / classes;
    for (int64_t k = 0; k < set.getImageBytes(); ++k)
      set.pixels.push_back(static_cast<uint8_t>(level + random.below(30)));
  }
  for (int64_t c = 0; c < classes; ++c)
    set.classNames.push_back("class" + std::to_string(c));
  return set;
}
