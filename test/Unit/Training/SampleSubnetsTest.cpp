//===- SampleSubnetsTest.cpp - Different subnets of a space ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"
#include "ofa/Training/SampleSubnets.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir::ofa::training;

namespace {
class SampleSubnetsTest : public testing::Test {
protected:
  Graph graph = makeTestGraph(4, 1);

  std::vector<Subnet> sample(int64_t count, uint64_t seed = 0) {
    return llvm::cantFail(sampleDifferentSubnets(graph, count, seed));
  }
  int find(llvm::StringRef name) {
    for (size_t c = 0; c < graph.choices.size(); ++c)
      if (graph.choices[c].name == name)
        return static_cast<int>(c);
    ADD_FAILURE() << "no choice " << name.str();
    return 0;
  }
};
} // namespace

TEST_F(SampleSubnetsTest, FindsWhatASubnetReads) {
  Subnet subnet = graph.getLargest();
  EXPECT_TRUE(findActiveChoices(graph, subnet).all());
  // Without the second block, its kernel and expand ratio change nothing.
  subnet[find("depth")] = 0;
  llvm::SmallBitVector active = findActiveChoices(graph, subnet);
  EXPECT_EQ(active.count(), graph.choices.size() - 2);
  EXPECT_FALSE(active[find("b1.kernel")]);
  EXPECT_FALSE(active[find("b1.expand")]);
}

TEST_F(SampleSubnetsTest, TakesEverySubnetOnce) {
  // Two resolutions; nine variants of a block, alone or before nine others.
  const int64_t all = 2 * (9 + 9 * 9);
  std::vector<Subnet> subnets = sample(all);
  EXPECT_EQ(std::set<Subnet>(subnets.begin(), subnets.end()).size(),
            size_t(all));
  auto more = sampleDifferentSubnets(graph, all + 1, 0);
  EXPECT_EQ(llvm::toString(more.takeError()),
            "supernet 'test' has hardly more than 180 different subnets, but "
            "181 are asked for");
}

TEST_F(SampleSubnetsTest, DependsOnTheSeedAlone) {
  std::vector<Subnet> some = sample(20), more = sample(40);
  EXPECT_TRUE(std::equal(some.begin(), some.end(), more.begin()));
  EXPECT_NE(some, sample(20, /*seed=*/1));
}

TEST_F(SampleSubnetsTest, DrawsEveryValueAlikeOften) {
  int64_t deep = 0, counts[3] = {};
  for (const Subnet &subnet : sample(100)) {
    deep += subnet[find("depth")];
    ++counts[subnet[find("b0.kernel")]];
  }
  // Shallow ones are a tenth of the space, and soon used up.
  EXPECT_NEAR(deep, 85, 14);
  for (int64_t count : counts)
    EXPECT_NEAR(count, 33, 14);
}
