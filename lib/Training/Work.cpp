//===- Work.cpp - Multiply-accumulates that training takes ----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "Schedule.h"

#include "ofa/Data/Random.h"
#include "ofa/Training/SampleSubnets.h"

#include <set>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

/// Height, width, channels.
struct Extent {
  int64_t height = 0, width = 0, channels = 0;
};

/// Follows shapes through one subnet.
class Counter {
public:
  Counter(const Graph &graph, const Subnet &subnet)
      : graph(graph), subnet(subnet), extents(graph.getNumValues()) {}

  int64_t count();

private:
  void run(const Node &node, Extent &output);
  void slide(const Node &node, int64_t kernelHeight, int64_t kernelWidth,
             int64_t shrunk, Extent &output) const;

  const Graph &graph;
  const Subnet &subnet;
  std::vector<Extent> extents;
  int64_t macs = 0;
};

} // namespace

/// A kernel smaller by 2 `shrunk` pads `shrunk` less on every side.
void Counter::slide(const Node &node, int64_t kernelHeight, int64_t kernelWidth,
                    int64_t shrunk, Extent &output) const {
  const Extent &input = extents[node.inputs[0]];
  auto place = [&](int64_t extent, int64_t before, int64_t after,
                   int64_t kernel, int64_t stride) {
    return (extent + before + after - 2 * shrunk - kernel) / stride + 1;
  };
  output.height = place(input.height, node.padding[0], node.padding[2],
                        kernelHeight, node.stride[0]);
  output.width = place(input.width, node.padding[1], node.padding[3],
                       kernelWidth, node.stride[1]);
}

void Counter::run(const Node &node, Extent &output) {
  const Extent &input = extents[node.inputs[0]];
  output = input;
  const Parameter *weight =
      node.weight < 0 ? nullptr : &graph.parameters[node.weight];
  switch (node.kind) {
  case NodeKind::Conv2D:
  case NodeKind::FullyConnected: {
    output.channels =
        node.width < 0 ? weight->shape[0]
                       : graph.widths[node.width].lookup(subnet, graph.choices);
    if (node.kind == NodeKind::FullyConnected) {
      macs += input.height * input.width * input.channels * output.channels;
      output.height = output.width = 1;
      return;
    }
    slide(node, weight->shape[1], weight->shape[2], 0, output);
    macs += output.height * output.width * output.channels * weight->shape[1] *
            weight->shape[2] * input.channels;
    return;
  }
  case NodeKind::DepthwiseConv2D: {
    int64_t height = weight->shape[1], width = weight->shape[2];
    int64_t shrunk = 0;
    if (node.kernelChoice >= 0) {
      int64_t kernel = static_cast<int64_t>(
          graph.choices[node.kernelChoice].values[subnet[node.kernelChoice]]);
      shrunk = (height - kernel) / 2;
      height = width = kernel;
    }
    slide(node, height, width, shrunk, output);
    macs += output.height * output.width * output.channels * height * width;
    return;
  }
  case NodeKind::GlobalMean:
    output.height = output.width = 1;
    return;
  case NodeKind::AvgPool2D:
  case NodeKind::MaxPool2D:
    slide(node, node.window[0], node.window[1], 0, output);
    return;
  case NodeKind::Pad:
    output.height += node.padding[0] + node.padding[2];
    output.width += node.padding[1] + node.padding[3];
    return;
  case NodeKind::Flatten:
    output = {1, 1, input.height * input.width * input.channels};
    return;
  case NodeKind::Mul:
    // The factor of a squeeze-excite block may come first.
    if (extents[node.inputs[1]].height > input.height)
      output = extents[node.inputs[1]];
    return;
  case NodeKind::BatchNorm:
  case NodeKind::Add:
  case NodeKind::Relu:
  case NodeKind::Relu6:
  case NodeKind::HardSwish:
  case NodeKind::HardSigmoid:
    return;
  }
}

int64_t Counter::count() {
  int64_t side = graph.getResolution(subnet);
  extents[0] = {side, side, graph.imageChannels};
  // By node: the block that it is in, and whether the subnet keeps that.
  std::vector<const Block *> lastOf(graph.nodes.size(), nullptr);
  std::vector<bool> kept(graph.nodes.size(), true);
  for (const Stage &stage : graph.stages)
    for (size_t b = 0; b < stage.blocks.size(); ++b) {
      const Block &block = stage.blocks[b];
      lastOf[block.endNode - 1] = &block;
      bool isKept =
          stage.depthChoice < 0 ||
          static_cast<int>(b) < stage.keptBlocks[subnet[stage.depthChoice]];
      for (int n = block.firstNode; n < block.endNode; ++n)
        kept[n] = isKept;
    }
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (kept[n])
      run(graph.nodes[n], extents[n + 1]);
    if (const Block *block = lastOf[n])
      extents[block->output] = extents[kept[n] ? block->result : block->input];
  }
  return macs;
}

int64_t mlir::ofa::training::countMacs(const Graph &graph,
                                       const Subnet &subnet) {
  return Counter(graph, subnet).count();
}

double mlir::ofa::training::estimateMeanMacs(const Graph &graph) {
  constexpr uint64_t count = 1000;
  double sum = 0;
  for (uint64_t i = 0; i < count; ++i) {
    Random random({/*purpose=*/8, i});
    Subnet subnet = drawSubnet(graph, random);
    sum += static_cast<double>(countMacs(graph, subnet));
  }
  return sum / count;
}

double mlir::ofa::training::countStepMacs(const Graph &graph,
                                          const Recipe &recipe, size_t phase,
                                          int64_t step) {
  double macs = 0;
  std::set<Subnet> teachers;
  for (const Subnet &subnet : sampleSubnets(graph, recipe, phase, step)) {
    macs += static_cast<double>(countMacs(graph, subnet));
    Subnet teacher = graph.getLargest();
    if (graph.resolutionChoice >= 0)
      teacher[graph.resolutionChoice] = subnet[graph.resolutionChoice];
    teachers.insert(teacher);
  }
  // The frozen teacher is asked once for each resolution.
  if (recipe.phases[phase].teacher == Teacher::Frozen)
    for (const Subnet &teacher : teachers)
      macs += static_cast<double>(countMacs(graph, teacher)) / 3;
  return macs;
}
