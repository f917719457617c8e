//===- ProfilerTest.cpp - Tests of Profiler.h -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/Profiler.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;

namespace {

TEST(SummarizeErrors, KnowsMeansAndIntervals) {
  PredictionError error = summarizeErrors({-0.02, 0.01, 0.04});
  EXPECT_EQ(error.networks, 3);
  EXPECT_NEAR(error.mean, 0.07 / 3, 1e-12);
  EXPECT_NEAR(error.bias, 0.01, 1e-12);
  EXPECT_NEAR(error.largest, 0.04, 1e-12);
  // Standard deviation 0.03, two degrees of freedom.
  EXPECT_NEAR(error.biasInterval, 4.303 * 0.03 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(error.singleInterval, 4.303 * 0.03 * std::sqrt(4.0 / 3), 1e-6);
}

TEST(SummarizeErrors, KnowsNoIntervalOfOne) {
  PredictionError error = summarizeErrors({-0.02});
  EXPECT_EQ(error.mean, 0.02);
  EXPECT_EQ(error.bias, -0.02);
  EXPECT_EQ(error.biasInterval, 0);
}

TEST(Measurements, FirstOnesStandAndAddUp) {
  LatencyTable table;
  NetworkProfile profile;
  profile.layers = {{"conv", 100}, {"add", 10}, {"conv", 102}};
  profile.run = 7;
  std::string missing;
  EXPECT_FALSE(predict(table, profile, missing));
  EXPECT_EQ(missing, "conv");
  addMeasurements(table, profile);
  profile.layers[1].second = 11;
  addMeasurements(table, profile);
  EXPECT_EQ(table.entries.size(), 3u);
  EXPECT_EQ(table.entries.at("add").mean, 10);
  EXPECT_EQ(table.entries.at("run").mean, 7);
  EXPECT_EQ(*predict(table, profile, missing), 100 + 10 + 100 + 7);
}

TEST(EmulatorTable, NeedsAnEmulator) {
  Device device;
  device.name = "bare";
  llvm::Expected<LatencyTable> table = makeEmulatorTable(device);
  ASSERT_FALSE(table);
  EXPECT_EQ(
      llvm::toString(table.takeError()),
      "device 'bare' has no emulator: its device file names none; profile "
      "the board with --emit-firmware=DIR and --parse=LOG");
}

} // namespace
