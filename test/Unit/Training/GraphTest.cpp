//===- GraphTest.cpp ------------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"

#include <gtest/gtest.h>

using namespace mlir::ofa::training;

static std::string getError(const Graph &graph) {
  llvm::Error error = graph.verify();
  return error ? llvm::toString(std::move(error)) : "";
}

TEST(Graph, WidthsAreRowMajor) {
  std::vector<Choice> choices = {{"a", {1, 2}}, {"b", {1, 2, 3}}};
  WidthTable width{{0, 1}, {10, 11, 12, 20, 21, 22}};
  EXPECT_EQ(width.lookup({0, 2}, choices), 12);
  EXPECT_EQ(width.lookup({1, 0}, choices), 20);
  WidthTable fixed{{}, {7}};
  EXPECT_EQ(fixed.lookup({1, 1}, choices), 7);
}

TEST(Graph, LargestAndSmallest) {
  Graph graph = makeTestGraph(10, 1);
  EXPECT_EQ(getError(graph), "");
  EXPECT_EQ(graph.getLargest(), (Subnet{1, 1, 2, 2, 2, 2}));
  EXPECT_EQ(graph.getSmallest(), (Subnet{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(graph.getResolution(graph.getSmallest()), 8);
  EXPECT_EQ(graph.print(graph.getSmallest()),
            "resolution=8, depth=1, b0.kernel=3, b0.expand=3, b1.kernel=3, "
            "b1.expand=3");
}

TEST(Graph, VerifierNamesTheFault) {
  const Graph good = makeTestGraph(10, 1);
  Graph graph = good;
  graph.choices[1].values = {2, 1};
  EXPECT_NE(getError(graph).find("choice 'depth' do not ascend"),
            std::string::npos);
  graph = good;
  graph.widths[0].counts.pop_back();
  EXPECT_NE(getError(graph).find("holds 2 channel counts"), std::string::npos);
  graph = good;
  graph.widths[0].counts.back() = 1000;
  EXPECT_NE(getError(graph).find("may have 1000 output channels"),
            std::string::npos);
  graph = good;
  graph.parameters[0].data.pop_back();
  EXPECT_NE(getError(graph).find("'p0' has"), std::string::npos);
  graph = good;
  graph.nodes[0].inputs = {5};
  EXPECT_NE(getError(graph).find("uses value 5"), std::string::npos);
  graph = good;
  graph.choices[2].values = {2, 5, 7};
  EXPECT_NE(getError(graph).find("no centre"), std::string::npos);
  graph = good;
  graph.stages[0].keptBlocks = {1, 3};
  EXPECT_NE(getError(graph).find("keeps 3 blocks"), std::string::npos);
  graph = good;
  graph.preprocessing.mean.pop_back();
  EXPECT_NE(getError(graph).find("preprocessing"), std::string::npos);
}

TEST(Graph, FingerprintSeesStructureAlone) {
  Graph graph = makeTestGraph(10, 1);
  EXPECT_EQ(graph.getFingerprint(), makeTestGraph(10, 2).getFingerprint());
  EXPECT_NE(graph.getFingerprint(), makeTestGraph(9, 1).getFingerprint());
  graph.choices[2].values = {1, 5, 7};
  EXPECT_NE(graph.getFingerprint(), makeTestGraph(10, 1).getFingerprint());
}
