//===- SubnetCostsTest.cpp - Tests of SubnetCosts.h -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/SubnetCosts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/Transforms/FirmwareSizes.h"
#include "ofa/InitAll.h"
#include "ofa/Search/Xoshiro256.h"
#include "ofa/Spaces/Spaces.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;

namespace {

class SubnetCostsTest : public ::testing::Test {
protected:
  SubnetCostsTest() : random(2026) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  SupernetOp make(StringRef name, SpaceWeights weights = SpaceWeights::Absent,
                  ArrayRef<int64_t> resolutions = {}) {
    SpaceOptions options;
    options.weights = weights;
    options.resolutions.assign(resolutions.begin(), resolutions.end());
    auto made = makeSupernet(UnknownLoc::get(&context), name, options);
    if (failed(made))
      return {};
    module = std::move(*made);
    return *module->getOps<SupernetOp>().begin();
  }

  SmallVector<unsigned> draw(const ChoiceSpace &space) {
    SmallVector<unsigned> values;
    for (unsigned choice = 0; choice != space.size(); ++choice)
      values.push_back(random.below(space.getNumValues(choice)));
    return values;
  }

  static Device getDevice(StringRef name) {
    llvm::Expected<Device> device = lookupDevice(name);
    EXPECT_TRUE(bool(device));
    return std::move(*device);
  }

  /// Holds sums over parts to the estimate of the network as one part.
  void compareWithWhole(StringRef name, unsigned count);
  /// Holds them to the network that is compiled.
  void compareWithFirmware(StringRef name, StringRef core, unsigned count,
                           bool prefersSpeed = false);
  void compareRows(StringRef name, StringRef core, unsigned count, double most);

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  Xoshiro256 random;
};

void SubnetCostsTest::compareWithWhole(StringRef name, unsigned count) {
  SupernetOp supernet = make(name);
  ASSERT_TRUE(supernet);
  ChoiceSpace space(supernet);
  Device device = getDevice("cortex-m7");
  SubnetCosts costs(supernet, space, device);
  PartEstimator estimator(supernet, device, Rounding::Single);
  SubnetEstimate bound = costs.getUpperBound();
  for (unsigned i = 0; i != count; ++i) {
    SmallVector<unsigned> values = draw(space);
    Subnet subnet(space, values);
    SubnetEstimate sum = costs.estimate(values);
    SmallVector<ActiveOp> ops = collectActiveOps(supernet, subnet);
    PartEstimate whole =
        estimator.estimate(ops, /*isBlock=*/false, /*startsNetwork=*/true,
                           ops.front().operands.front()[1]);
    int64_t code = 0;
    for (const std::string &kernel : whole.kernels)
      code += estimator.getCodeBytes(kernel);
    EXPECT_EQ(sum.macs, whole.macs);
    EXPECT_EQ(sum.parameters, whole.parameters);
    // Of blocks with two branches, the planner's search ends before the best
    // plan.
    if (name != "resnet50") {
      EXPECT_EQ(sum.sramBytes, whole.sramBytes);
    }
    EXPECT_EQ(sum.flashDataBytes,
              whole.flashDataBytes + estimator.getOverheadBytes());
    EXPECT_EQ(sum.flashCodeBytes, code);
    EXPECT_NEAR(sum.seconds, whole.seconds, 1e-9 * whole.seconds);

    EXPECT_LE(sum.macs, bound.macs);
    EXPECT_LE(sum.parameters, bound.parameters);
    EXPECT_LE(sum.sramBytes, bound.sramBytes);
    EXPECT_LE(sum.getFlashBytes(), bound.getFlashBytes());
    EXPECT_LE(sum.seconds, bound.seconds);

    SmallVector<bool> active = findActiveChoices(supernet, subnet);
    llvm::SmallBitVector found = costs.findActive(values);
    for (unsigned choice = 0; choice != space.size(); ++choice)
      EXPECT_EQ(found[choice], active[choice]) << "choice " << choice;
  }
}

void SubnetCostsTest::compareWithFirmware(StringRef name, StringRef core,
                                          unsigned count, bool prefersSpeed) {
  SupernetOp supernet = make(name);
  ASSERT_TRUE(supernet);
  ChoiceSpace space(supernet);
  Device device = getDevice(core);
  device.prefersSpeed = prefersSpeed;
  SubnetCosts costs(supernet, space, device);
  for (unsigned i = 0; i != count; ++i) {
    SmallVector<unsigned> values = draw(space);
    SubnetEstimate sum = costs.estimate(values);
    FailureOr<FirmwareSizes> firmware =
        computeFirmwareSizes(supernet, Subnet(space, values), device, "single");
    ASSERT_TRUE(succeeded(firmware));
    EXPECT_EQ(sum.sramBytes, firmware->sram);
    EXPECT_EQ(sum.flashDataBytes, firmware->flashData);
    EXPECT_EQ(sum.flashCodeBytes, firmware->flashCode);
  }
}

TEST_F(SubnetCostsTest, SumsOfPartsAreThoseOfWholeSubnets) {
  for (const char *name :
       {"mcu", "mcu-demo", "mbv3", "proxyless", "resnet50", "mcunet"}) {
    SCOPED_TRACE(name);
    compareWithWhole(name, 200);
  }
}

// MACs and parameters do not depend on how the subnet was cut.
TEST_F(SubnetCostsTest, NeighboursAreJudgedAsAnySubnet) {
  for (StringRef name : {"mcu", "mbv3", "resnet50", "proxyless"}) {
    SupernetOp supernet = make(name);
    ASSERT_TRUE(supernet);
    ChoiceSpace space(supernet);
    SubnetCosts costs(
        supernet, space, getDevice("cortex-m7"), {}, Rounding::Single,
        name == "mcu" ? std::optional<int64_t>(20000) : std::nullopt);
    SubnetCosts::Around around(costs);
    for (unsigned i = 0; i != 200; ++i) {
      SmallVector<unsigned> center = draw(space), near = center, changed;
      around.moveTo(center);
      for (uint64_t count = random.below(4); count != 0; --count) {
        changed.push_back(random.below(space.size()));
        near[changed.back()] = random.below(space.getNumValues(changed.back()));
      }
      SubnetEstimate found = around.estimate(near, changed);
      SubnetEstimate expected = costs.estimate(near);
      EXPECT_EQ(found.macs, expected.macs);
      EXPECT_EQ(found.parameters, expected.parameters);
      EXPECT_EQ(found.sramBytes, expected.sramBytes);
      EXPECT_EQ(found.flashDataBytes, expected.flashDataBytes);
      EXPECT_EQ(found.flashCodeBytes, expected.flashCodeBytes);
      EXPECT_NEAR(found.seconds, expected.seconds, 1e-9 * expected.seconds);

      // What no depth changes keeps the same choices active.
      if (llvm::none_of(changed, [&](unsigned c) { return costs.isDepth(c); })) {
        EXPECT_EQ(costs.findActive(near), costs.findActive(center));
      }
    }
  }
}

TEST_F(SubnetCostsTest, AreThoseOfExtractedNetworks) {
  SupernetOp supernet = make("mcu-demo", SpaceWeights::Random);
  ASSERT_TRUE(supernet);
  ChoiceSpace space(supernet);
  Device device = getDevice("cortex-m7");
  SubnetCosts costs(supernet, space, device);
  for (unsigned i = 0; i != 20; ++i) {
    SmallVector<unsigned> values = draw(space);
    OwningOpRef<ModuleOp> copy = module->clone();
    (*copy->getOps<SupernetOp>().begin())
        .setSubnetAttr(Subnet(space, values).toAttr());
    PassManager passes(&context);
    passes.addPass(createExtractSubnetPass());
    ASSERT_TRUE(succeeded(passes.run(*copy)));
    NetworkEstimate network =
        estimateNetwork(*copy->getOps<func::FuncOp>().begin(), device);
    SubnetEstimate sum = costs.estimate(values);
    EXPECT_EQ(sum.macs, network.macs);
    EXPECT_EQ(sum.parameters, network.parameters);
  }
}

/// Row by row, sums of parts need as much as the plan, or a little more: a plan
/// also cuts inside of parts, and lets results lie over inputs.
void SubnetCostsTest::compareRows(StringRef name, StringRef core,
                                  unsigned count, double most) {
  SupernetOp supernet = make(name);
  ASSERT_TRUE(supernet);
  ChoiceSpace space(supernet);
  Device device = getDevice(core);
  SubnetCosts costs(supernet, space, device, {}, Rounding::Single,
                    /*segmentLimit=*/0);
  SubnetCosts layers(supernet, space, device);
  for (unsigned i = 0; i != count; ++i) {
    SmallVector<unsigned> values = draw(space);
    FailureOr<FirmwareSizes> firmware =
        computeFirmwareSizes(supernet, Subnet(space, values), device, "single",
                             /*segmentLimit=*/0);
    ASSERT_TRUE(succeeded(firmware));
    int64_t bytes = costs.estimate(values).sramBytes;
    EXPECT_LE(bytes, layers.estimate(values).sramBytes);
    EXPECT_GE(bytes, firmware->sram);
    EXPECT_LE(bytes, most * firmware->sram);
  }
}

TEST_F(SubnetCostsTest, SizesRowByRowAreCloseToFirmware) {
  compareRows("mcu", "cortex-m4", 20, 1.1);
  compareRows("mcu-cifar", "cortex-m7", 20, 1.1);
  compareRows("mcunet", "cortex-m4", 2, 1.1);
  compareRows("mcu-demo", "cortex-m0plus", 10, 1.1);
}

TEST_F(SubnetCostsTest, SizesAreThoseOfFirmware) {
  compareWithFirmware("mcu", "cortex-m7", 100);
  compareWithFirmware("mcu-demo", "cortex-m0plus", 50);
  compareWithFirmware("mcunet", "cortex-m4", 3);
  compareWithFirmware("mbv3", "rv32imac", 3);
  compareWithFirmware("resnet50", "cortex-m55", 1);
  compareWithFirmware("resnet50", "cortex-m4", 1, /*prefersSpeed=*/true);
}

} // namespace
