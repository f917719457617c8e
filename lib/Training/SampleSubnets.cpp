//===- SampleSubnets.cpp - Different subnets of a space -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/SampleSubnets.h"

#include "ofa/Data/Random.h"

#include <set>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// Draws in a row that give nothing new, after which a space counts as used up.
static constexpr int64_t patience = 10000;

llvm::SmallBitVector
mlir::ofa::training::findActiveChoices(const Graph &graph,
                                       const Subnet &subnet) {
  std::vector<bool> isSkipped(graph.nodes.size(), false);
  llvm::SmallBitVector active(graph.choices.size());
  auto mark = [&](int choice) {
    if (choice >= 0)
      active.set(choice);
  };
  mark(graph.resolutionChoice);
  for (const Stage &stage : graph.stages) {
    mark(stage.depthChoice);
    if (stage.depthChoice < 0)
      continue;
    size_t kept = stage.keptBlocks[subnet[stage.depthChoice]];
    for (size_t b = kept; b < stage.blocks.size(); ++b)
      std::fill(isSkipped.begin() + stage.blocks[b].firstNode,
                isSkipped.begin() + stage.blocks[b].endNode, true);
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (isSkipped[i])
      continue;
    const Node &node = graph.nodes[i];
    mark(node.kernelChoice);
    if (node.width >= 0)
      for (int choice : graph.widths[node.width].choices)
        mark(choice);
  }
  return active;
}

Subnet mlir::ofa::training::drawSubnet(const Graph &graph, Random &random) {
  Subnet subnet;
  for (const Choice &choice : graph.choices)
    subnet.push_back(static_cast<int>(
        random.below(static_cast<int64_t>(choice.values.size()))));
  return subnet;
}

llvm::Expected<std::vector<Subnet>>
mlir::ofa::training::sampleDifferentSubnets(const Graph &graph, int64_t count,
                                            uint64_t seed) {
  Random random({seed, /*purpose=*/20});
  std::vector<Subnet> subnets;
  std::set<Subnet> known;
  int64_t failures = 0;
  while (static_cast<int64_t>(subnets.size()) < count) {
    Subnet subnet = drawSubnet(graph, random);
    llvm::SmallBitVector active = findActiveChoices(graph, subnet);
    for (size_t c = 0; c < subnet.size(); ++c)
      if (!active[c])
        subnet[c] = 0;
    if (known.insert(subnet).second) {
      subnets.push_back(std::move(subnet));
      failures = 0;
    } else if (++failures == patience) {
      return llvm::createStringError(
          "supernet '" + graph.name + "' has hardly more than " +
          llvm::Twine(known.size()) + " different subnets, but " +
          llvm::Twine(count) + " are asked for");
    }
  }
  return subnets;
}
