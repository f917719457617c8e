//===- LayerSpaceTest.cpp - Tests of LayerSpace.h -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/LayerSpace.h"
#include "mlir/IR/BuiltinOps.h"
#include "ofa/InitAll.h"
#include "ofa/Profile/NetworkCompiler.h"
#include "ofa/Profile/Profiler.h"
#include "ofa/Spaces/Spaces.h"
#include <gtest/gtest.h>
#include <set>

using namespace mlir;
using namespace mlir::ofa;

namespace {

class LayerSpaceTest : public ::testing::Test {
protected:
  LayerSpaceTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  SupernetOp make(StringRef name, ArrayRef<int64_t> resolutions) {
    SpaceOptions options;
    options.weights = SpaceWeights::Absent;
    options.resolutions.assign(resolutions.begin(), resolutions.end());
    auto made = makeSupernet(UnknownLoc::get(&context), name, options);
    if (failed(made))
      return {};
    module = std::move(*made);
    return *module->getOps<SupernetOp>().begin();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

std::set<std::string> collectKeys(const LayerSpace &space,
                                  ArrayRef<Subnet> subnets) {
  std::set<std::string> keys;
  for (const Subnet &subnet : subnets)
    for (const std::string &key : space.getKeys(subnet))
      keys.insert(key);
  return keys;
}

std::set<std::string> getAllKeys(const LayerSpace &space) {
  std::set<std::string> keys;
  for (const auto &[key, figures] : space.getLayers())
    keys.insert(key);
  return keys;
}

TEST_F(LayerSpaceTest, CoversSpacesByFewSubnets) {
  struct {
    const char *name;
    std::vector<int64_t> resolutions;
    size_t most;
  } spaces[] = {
      {"mcu-demo", {20, 24}, 18}, // 2 resolutions x 3 kernels x 3 expansions
      {"mcu", {20, 24, 28}, 30},    {"mbv3", {128, 224}, 24},
      {"resnet50", {128, 160}, 60}, // elastic widths: in and out
      {"mcunet", {96, 160}, 60},    // one width for all
  };
  for (const auto &entry : spaces) {
    SupernetOp supernet = make(entry.name, entry.resolutions);
    ASSERT_TRUE(supernet) << entry.name;
    LayerSpace space(supernet);
    std::vector<Subnet> cover = space.cover([](StringRef) { return true; });
    EXPECT_LE(cover.size(), entry.most) << entry.name;
    EXPECT_EQ(collectKeys(space, cover), getAllKeys(space)) << entry.name;
  }
}

// The variants of one layer at a time are all layers of all subnets.
TEST_F(LayerSpaceTest, KnowsTheLayersOfRandomSubnets) {
  for (const char *name : {"mcu-demo", "mbv3", "resnet50", "mcunet"}) {
    SupernetOp supernet = make(name, {64, 96});
    ASSERT_TRUE(supernet) << name;
    LayerSpace space(supernet);
    std::set<std::string> known = getAllKeys(space);
    std::vector<Subnet> random =
        drawUnseenSubnets(supernet, space.getChoices(), 100, 7, {});
    EXPECT_EQ(random.size(), 100u);
    for (const std::string &key : collectKeys(space, random))
      EXPECT_TRUE(known.count(key)) << name << ": " << key;
  }
}

TEST_F(LayerSpaceTest, CoversOnlyWhatIsMissing) {
  SupernetOp supernet = make("mcu-demo", {20});
  LayerSpace space(supernet);
  EXPECT_TRUE(space.cover([](StringRef) { return false; }).empty());
  std::vector<Subnet> all = space.cover([](StringRef) { return true; });
  std::set<std::string> done = collectKeys(space, ArrayRef(all).take_front(4));
  // To go on is to end in the same subnets.
  std::vector<Subnet> rest =
      space.cover([&](StringRef key) { return !done.count(key.str()); });
  ASSERT_EQ(rest.size(), all.size() - 4);
  for (size_t i = 0; i < rest.size(); ++i)
    EXPECT_EQ(rest[i].getValues(), all[i + 4].getValues());
}

TEST_F(LayerSpaceTest, KnowsWorkOfKernels) {
  SupernetOp supernet = make("mcu-demo", {20});
  LayerSpace space(supernet);
  auto layer = space.getLayers().find(
      "depthwise_conv2d-input:5x5x72-output:5x5x72-kernel:3x3-stride:1x1-pad:"
      "1x1");
  ASSERT_NE(layer, space.getLayers().end());
  EXPECT_EQ(layer->second.kind, "depthwise_conv2d");
  const KernelWork &work = layer->second.work;
  EXPECT_EQ(work[MacTerm], 5 * 5 * 72 * 9);
  EXPECT_EQ(work[OutputTerm], 5 * 5 * 72);
  EXPECT_EQ(work[InputTerm], 5 * 5 * 72);
  EXPECT_EQ(work[StepTerm], 5 * 2 * 72);         // Of 4 pixels and of 1.
  EXPECT_EQ(work[StepMacTerm], 13 * 2 * 3 * 72); // 13 of 15 rows are inside.
  EXPECT_EQ(work[BorderTerm], 13 * 2 * 6 * 72);  // Both steps, 6 columns each.
}

TEST_F(LayerSpaceTest, DrawsSubnetsThatWereNotUsed) {
  SupernetOp supernet = make("mcu-demo", {20});
  LayerSpace space(supernet);
  std::vector<Subnet> drawn =
      drawUnseenSubnets(supernet, space.getChoices(), 20, 1, {});
  std::set<std::string> texts;
  for (const Subnet &subnet : drawn)
    texts.insert(printActiveChoices(supernet, subnet));
  EXPECT_EQ(texts.size(), 20u);
  std::vector<Subnet> others =
      drawUnseenSubnets(supernet, space.getChoices(), 20, 1,
                        std::vector<std::string>(texts.begin(), texts.end()));
  for (const Subnet &subnet : others)
    EXPECT_FALSE(texts.count(printActiveChoices(supernet, subnet)));
}

} // namespace
