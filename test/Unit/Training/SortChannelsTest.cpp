//===- SortChannelsTest.cpp -----------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SortChannels.h"
#include "TestGraphs.h"
#include "ofa/Training/Trainer.h"

#include "ofa/Data/Random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

/// Pointers into a graph's own parameters, halves of batch norms apart.
struct Pointers {
  explicit Pointers(Graph &graph) {
    for (Parameter &parameter : graph.parameters) {
      bool isNorm = parameter.role == ParameterRole::BatchNorm;
      weights.push_back(parameter.data.data());
      statistics.push_back(
          isNorm ? parameter.data.data() + 2 * parameter.shape[1] : nullptr);
    }
  }
  std::vector<float *> weights, statistics;
};

/// Phases in which the `count` largest widths are allowed.
std::vector<Phase> makePhases(std::vector<int> counts) {
  std::vector<Phase> phases;
  for (int count : counts) {
    phases.emplace_back();
    phases.back().widths = count;
  }
  return phases;
}

const Node &findNode(const Graph &graph, NodeKind kind, int64_t inputs) {
  for (const Node &node : graph.nodes)
    if (node.kind == kind &&
        graph.parameters[node.weight].shape.back() == inputs)
      return node;
  ADD_FAILURE() << "no such node";
  return graph.nodes[0];
}

} // namespace

TEST(SortChannels, FindsMiddleAndSqueezedChannels) {
  Graph graph = makeTestGraph(4, 1);
  std::vector<ChannelGroup> groups = findElasticChannels(graph);
  ASSERT_EQ(groups.size(), 3u);
  // Two middles: expand, two batch norms, depthwise, project; with
  // squeeze-excite also its expand with bias, and its reduce.
  std::vector<std::array<size_t, 3>> found;
  for (const ChannelGroup &group : groups)
    found.push_back(
        {size_t(group.channels), group.axes.size(), group.readers.size()});
  llvm::sort(found);
  EXPECT_EQ(found, (std::vector<std::array<size_t, 3>>{
                       {16, 3, 1}, {48, 8, 1}, {96, 5, 1}}));
}

TEST(SortChannels, TheFullNetworkStaysAsItIs) {
  Graph graph = makeTestGraph(4, 1), sorted = graph;
  Pointers pointers(sorted);
  sortChannels(sorted, {}, pointers.weights,
               {pointers.weights, pointers.statistics});
  std::vector<float> images;
  Random random({3});
  for (int i = 0; i < 2 * 12 * 12 * 3; ++i)
    images.push_back(random.uniform() - 0.5f);
  std::vector<float> before =
      runReference(graph, graph.getLargest(), images, 2);
  std::vector<float> after =
      runReference(sorted, graph.getLargest(), images, 2);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 1e-4 * (1 + std::abs(before[i])));
  int changed = 0;
  for (size_t i = 0; i < graph.parameters.size(); ++i)
    changed += graph.parameters[i].data != sorted.parameters[i].data;
  EXPECT_EQ(changed, 14); // Of 16 axes, two tensors have two each.
}

TEST(SortChannels, ImportanceIsThatOfTheProjectionsColumns) {
  Graph graph = makeTestGraph(4, 1), sorted = graph;
  Pointers pointers(sorted);
  sortChannels(sorted, {}, pointers.weights,
               {pointers.weights, pointers.statistics});
  auto sumColumns = [&](const Graph &of) {
    const Parameter &project =
        of.parameters[findNode(of, NodeKind::Conv2D, 96).weight];
    std::vector<double> sums(96, 0);
    for (size_t i = 0; i < project.data.size(); ++i)
      sums[i % 96] += std::abs(project.data[i]);
    return sums;
  };
  std::vector<double> expected = sumColumns(graph);
  std::sort(expected.rbegin(), expected.rend());
  std::vector<double> sums = sumColumns(sorted);
  for (int i = 0; i < 96; ++i)
    EXPECT_NEAR(sums[i], expected[i], 1e-6);
}

TEST(SortChannels, ChannelsStayInTheirBands) {
  Graph graph = makeTestGraph(4, 1);
  Pointers pointers(graph);
  for (const ChannelGroup &group : findElasticChannels(graph)) {
    if (group.channels != 96)
      continue;
    auto rank = [&](std::vector<int> counts) {
      return rankChannels(graph, group, makePhases(counts), pointers.weights);
    };
    auto isPrefixKept = [&](const std::vector<int64_t> &order, int64_t size) {
      return std::all_of(order.begin(), order.begin() + size,
                         [&](int64_t channel) { return channel < size; });
    };
    // Widths 48, 64 and 96. With the full width alone, all move.
    EXPECT_EQ(rank({}), rank({1}));
    EXPECT_FALSE(isPrefixKept(rank({1}), 64));
    EXPECT_TRUE(isPrefixKept(rank({1, 2}), 64));
    EXPECT_FALSE(isPrefixKept(rank({1, 2}), 48));
    EXPECT_TRUE(isPrefixKept(rank({1, 2, 3}), 48));
    std::vector<int64_t> order = rank({1, 2}), all(96);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_NE(order, all);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, all);
  }
}

TEST(SortChannels, ElasticOutputsMoveWithAllThatAddToThem) {
  // A residual block of elastic outer width: both producers and both readers.
  Graph graph;
  graph.choices = {{"width", {4, 8}}};
  graph.widths = {{{0}, {4, 8}}};
  auto addConv = [&](int input, int64_t in, int64_t out, bool isElastic) {
    graph.parameters.push_back(
        {"w", ParameterRole::Weight, {out, 1, 1, in}, {}});
    Node node;
    node.kind = NodeKind::Conv2D;
    node.inputs = {input};
    node.weight = static_cast<int>(graph.parameters.size()) - 1;
    node.width = isElastic ? 0 : -1;
    graph.nodes.push_back(node);
    return static_cast<int>(graph.nodes.size());
  };
  int first = addConv(0, 3, 8, true);
  int second = addConv(first, 8, 8, true);
  Node add;
  add.kind = NodeKind::Add;
  add.inputs = {first, second};
  graph.nodes.push_back(add);
  graph.output = addConv(3, 8, 2, false);
  std::vector<ChannelGroup> groups = findElasticChannels(graph);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].axes.size(), 4u);
  EXPECT_EQ(groups[0].readers.size(), 2u);
}
