//===- SortChannels.cpp - Most important channels first -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SortChannels.h"
#include "Schedule.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <map>
#include <set>

using namespace mlir::ofa::training;

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

namespace {

/// Which values share their channels, and whether they still are images.
class ChannelFlow {
public:
  explicit ChannelFlow(const Graph &graph) : graph(graph) {
    mean.assign(graph.getNumValues(), false);
    classes.insert(0);
    // Blocks end in order, and a block's output is read behind its end only.
    std::map<int, std::vector<const Block *>> ends;
    for (const Stage &stage : graph.stages)
      for (const Block &block : stage.blocks)
        ends[block.endNode].push_back(&block);
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      addNode(graph.nodes[n], static_cast<int>(n) + 1);
      for (const Block *block : ends[static_cast<int>(n) + 1]) {
        join(block->output, block->input);
        join(block->output, block->result);
        mean[block->output] = mean[block->result];
      }
    }
    fixed.insert(classes.getLeaderValue(0));
    classes.insert(graph.output);
    fixed.insert(classes.getLeaderValue(graph.output));
  }

  bool isMean(int value) const { return mean[value]; }
  int getGroup(int value) const { return classes.getLeaderValue(value); }
  bool isFixed(int value) const {
    return llvm::any_of(
        fixed, [&](int other) { return classes.isEquivalent(other, value); });
  }

private:
  void join(int a, int b) { classes.unionSets(a, b); }

  void addNode(const Node &node, int value) {
    classes.insert(value);
    mean[value] = mean[node.inputs[0]];
    switch (node.kind) {
    case NodeKind::Conv2D:
    case NodeKind::FullyConnected:
      return;
    case NodeKind::GlobalMean:
      mean[value] = true;
      break;
    case NodeKind::Add:
    case NodeKind::Mul:
      join(value, node.inputs[1]);
      // A gate: the product is an image if one of them is.
      mean[value] = mean[node.inputs[0]] && mean[node.inputs[1]];
      break;
    case NodeKind::Flatten:
      // Pixels and channels become one, in an order that nothing may change.
      if (!mean[node.inputs[0]])
        fixed.insert(node.inputs[0]);
      break;
    default:
      break;
    }
    join(value, node.inputs[0]);
  }

  const Graph &graph;
  llvm::EquivalenceClasses<int> classes;
  std::vector<bool> mean;
  std::set<int> fixed;
};

} // namespace

std::vector<ChannelGroup>
mlir::ofa::training::findElasticChannels(const Graph &graph) {
  ChannelFlow flow(graph);
  struct Found {
    std::set<ChannelGroup::Axis> axes, imageReaders, meanReaders;
    std::set<int> widths;
    int64_t channels = 0;
  };
  std::map<int, Found> groups;
  auto getSize = [&](ChannelGroup::Axis axis) {
    return graph.parameters[axis.parameter].shape[axis.axis];
  };
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node &node = graph.nodes[n];
    Found &made = groups[flow.getGroup(static_cast<int>(n) + 1)];
    auto addAxis = [&](int parameter, int axis) {
      if (parameter >= 0)
        made.axes.insert({parameter, axis});
    };
    switch (node.kind) {
    case NodeKind::Conv2D:
    case NodeKind::FullyConnected: {
      addAxis(node.weight, 0);
      addAxis(node.bias, 0);
      made.channels = getSize({node.weight, 0});
      if (node.width >= 0 && !graph.widths[node.width].choices.empty())
        made.widths.insert(node.width);
      Found &read = groups[flow.getGroup(node.inputs[0])];
      ChannelGroup::Axis axis{node.weight,
                              node.kind == NodeKind::Conv2D ? 3 : 1};
      read.axes.insert(axis);
      bool isMean = flow.isMean(node.inputs[0]);
      (isMean ? read.meanReaders : read.imageReaders).insert(axis);
      break;
    }
    case NodeKind::DepthwiseConv2D:
      addAxis(node.weight, 3);
      addAxis(node.bias, 0);
      break;
    case NodeKind::BatchNorm:
      addAxis(node.weight, 1);
      break;
    default:
      break;
    }
  }

  std::vector<ChannelGroup> result;
  for (auto &[value, found] : groups) {
    if (found.widths.empty() || flow.isFixed(value))
      continue;
    const auto &readers =
        found.imageReaders.empty() ? found.meanReaders : found.imageReaders;
    ChannelGroup group;
    group.channels = found.channels;
    group.axes.assign(found.axes.begin(), found.axes.end());
    group.readers.assign(readers.begin(), readers.end());
    group.widths.assign(found.widths.begin(), found.widths.end());
    result.push_back(std::move(group));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Sorting
//===----------------------------------------------------------------------===//

/// Elements in front of, along and behind an axis.
static std::array<int64_t, 3> split(llvm::ArrayRef<int64_t> shape, int axis) {
  std::array<int64_t, 3> sizes = {1, shape[axis], 1};
  for (int64_t size : shape.take_front(axis))
    sizes[0] *= size;
  for (int64_t size : shape.drop_front(axis + 1))
    sizes[2] *= size;
  return sizes;
}

/// The widths that subnets of a phase can have, by one table.
static void addWidths(const Graph &graph, const WidthTable &table,
                      const Phase &phase, std::set<int64_t> &widths) {
  const Subnet smallest = getSmallestAllowed(graph, phase);
  Subnet subnet = smallest;
  bool isDone = false;
  while (!isDone) {
    widths.insert(table.lookup(subnet, graph.choices));
    isDone = true;
    for (int choice : table.choices) {
      if (++subnet[choice] <
          static_cast<int>(graph.choices[choice].values.size())) {
        isDone = false;
        break;
      }
      subnet[choice] = smallest[choice];
    }
  }
}

std::vector<int64_t>
mlir::ofa::training::rankChannels(const Graph &graph, const ChannelGroup &group,
                                  llvm::ArrayRef<Phase> earlier,
                                  llvm::ArrayRef<float *> parameters) {
  std::vector<double> importance(group.channels, 0);
  for (ChannelGroup::Axis reader : group.readers) {
    auto [outer, size, inner] =
        split(graph.parameters[reader.parameter].shape, reader.axis);
    const float *weight = parameters[reader.parameter];
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t c = 0; c < size; ++c)
        for (int64_t i = 0; i < inner; ++i)
          importance[c] += std::abs(*weight++);
  }

  std::set<int64_t> ends = {group.channels};
  for (const Phase &phase : earlier)
    for (int width : group.widths)
      addWidths(graph, graph.widths[width], phase, ends);
  std::vector<int64_t> order(group.channels);
  for (int64_t c = 0; c < group.channels; ++c)
    order[c] = c;
  int64_t begin = 0;
  for (int64_t end : ends) {
    std::stable_sort(
        order.begin() + begin, order.begin() + end,
        [&](int64_t a, int64_t b) { return importance[a] > importance[b]; });
    begin = end;
  }
  return order;
}

/// data[..., i, ...] = data[..., order[i], ...] along the axis.
static void permute(float *data, llvm::ArrayRef<int64_t> shape, int axis,
                    llvm::ArrayRef<int64_t> order) {
  auto [outer, size, inner] = split(shape, axis);
  std::vector<float> old(size * inner);
  for (int64_t o = 0; o < outer; ++o, data += size * inner) {
    std::copy_n(data, size * inner, old.begin());
    for (int64_t i = 0; i < size; ++i)
      std::copy_n(&old[order[i] * inner], inner, data + i * inner);
  }
}

void mlir::ofa::training::sortChannels(
    const Graph &graph, llvm::ArrayRef<Phase> earlier,
    llvm::ArrayRef<float *> parameters,
    llvm::ArrayRef<std::vector<float *>> lists) {
  for (const ChannelGroup &group : findElasticChannels(graph)) {
    std::vector<int64_t> order =
        rankChannels(graph, group, earlier, parameters);
    for (ChannelGroup::Axis axis : group.axes) {
      const Parameter &parameter = graph.parameters[axis.parameter];
      std::vector<int64_t> shape = parameter.shape;
      if (parameter.role == ParameterRole::BatchNorm)
        shape[0] = 2;
      for (const std::vector<float *> &list : lists)
        if (float *data = list[axis.parameter])
          permute(data, shape, axis.axis, order);
    }
  }
}
