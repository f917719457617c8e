//===- EnergyTest.cpp - Counters, power model, carbon ---------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Energy.h"
#include "TestFolder.h"
#include "TestGraphs.h"
#include "Work.h"
#include "ofa/Training/TrainingCost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

using namespace mlir::ofa::training;

namespace {

class EnergyTest : public TestFolder {
protected:
  EnergyTest() {
    sources.raplFolder = folder + "/powercap";
    sources.wattsPerCore = 10;
  }
  void addDomain(const std::string &id, const std::string &name,
                 const std::string &microjoules) {
    std::string path = "powercap/" + id + "/";
    write(path + "name", name + "\n");
    write(path + "energy_uj", microjoules + "\n");
    write(path + "max_energy_range_uj", "262143328850\n");
  }

  EnergySources sources;
};

} // namespace

TEST_F(EnergyTest, AddsPackagesAndMemoryAndNothingTwice) {
  addDomain("intel-rapl:0", "package-0", "1000000");
  addDomain("intel-rapl:0:0", "core", "1000000");
  addDomain("intel-rapl:0:1", "dram", "5000000");
  addDomain("intel-rapl:1", "package-1", "0");
  addDomain("intel-rapl:2", "psys", "7000000");
  addDomain("intel-rapl-mmio:0", "package-0", "1000000");
  EnergyMeter meter(sources);
  EXPECT_EQ(meter.describe(), "RAPL (package-0, dram, package-1)");
  addDomain("intel-rapl:0", "package-0", "4000000");
  addDomain("intel-rapl:0:0", "core", "3000000");
  addDomain("intel-rapl:0:1", "dram", "5500000");
  addDomain("intel-rapl:1", "package-1", "20000000");
  addDomain("intel-rapl:2", "psys", "99000000");
  addDomain("intel-rapl-mmio:0", "package-0", "4000000");
  EXPECT_DOUBLE_EQ(meter.takeJoules(), 3 + 0.5 + 20);
  EXPECT_DOUBLE_EQ(meter.takeJoules(), 0);
}

TEST_F(EnergyTest, CountersStartAgain) {
  addDomain("intel-rapl:0", "package-0", "262143000000");
  EnergyMeter meter(sources);
  addDomain("intel-rapl:0", "package-0", "1000000");
  EXPECT_NEAR(meter.takeJoules(), 0.328850 + 1, 1e-9);
}

TEST_F(EnergyTest, UnreadableCountersAreLeftOut) {
  addDomain("intel-rapl:0", "package-0", "");
  addDomain("intel-rapl:0:0", "dram", "1");
  EXPECT_EQ(EnergyMeter(sources).describe(), "RAPL (dram)");
  remove("powercap/intel-rapl:0:0/energy_uj");
  EXPECT_NE(EnergyMeter(sources).describe().find("a model: 10 W"),
            std::string::npos);
}

TEST_F(EnergyTest, TheModelIsProcessorTime) {
  // Ten watts in each of two processes, of which one is here.
  sources.processes = 2;
  EnergyMeter meter(sources);
  EXPECT_EQ(meter.describe(),
            "a model: 10 W for every second of processor time of 2 processes "
            "(no counter readable in " +
                sources.raplFolder + ")");
  std::clock_t begin = std::clock();
  while (std::clock() - begin < CLOCKS_PER_SEC / 5)
    ;
  // For a fifth of a second; both clocks have their steps.
  EXPECT_NEAR(meter.takeJoules(), 4, 0.5);
}

TEST_F(EnergyTest, AddsGpus) {
  // Its device i has used 1000 i millijoules at first, and 500 more every time.
  sources.nvmlLibrary = OFA_FAKE_NVML;
  addDomain("intel-rapl:0", "package-0", "0");
  EnergyMeter meter(sources);
  EXPECT_EQ(meter.describe(), "RAPL (package-0), NVML (2 GPUs readable)");
  EXPECT_DOUBLE_EQ(meter.takeJoules(), 1);
  sources.nvmlLibrary = "libofa-absent.so.1";
  EXPECT_EQ(EnergyMeter(sources).describe(),
            "RAPL (package-0), NVML (0 GPUs readable)");
}

TEST(Work, MacsByHand) {
  Graph graph = makeTestGraph(4, 1);
  // Largest: stem 12x12, 8 channels; first block halves to 6x6.
  int64_t stem = 12 * 12 * 8 * 9 * 3;
  int64_t first = 12 * 12 * 8 * 48 + 6 * 6 * 48 * 49 +
                  /*squeeze and excite*/ 2 * 48 * 16 + 6 * 6 * 48 * 16;
  int64_t second = 6 * 6 * 16 * 96 + 6 * 6 * 96 * 49 + 6 * 6 * 96 * 16;
  EXPECT_EQ(countMacs(graph, graph.getLargest()), stem + first + second + 64);
  // Smallest: 8x8, one block of expand 3 and kernel 3.
  stem = 8 * 8 * 8 * 9 * 3;
  first = 8 * 8 * 8 * 24 + 4 * 4 * 24 * 9 + 2 * 24 * 8 + 4 * 4 * 24 * 16;
  EXPECT_EQ(countMacs(graph, graph.getSmallest()), stem + first + 64);
}

TEST(Work, MeanOfTheSpace) {
  Graph graph = makeTestGraph(4, 1);
  double sum = 0;
  int64_t count = 0;
  Subnet subnet = graph.getSmallest();
  for (bool more = true; more; ++count) {
    sum += static_cast<double>(countMacs(graph, subnet));
    // Counts like a number with one digit for each choice.
    more = false;
    for (size_t c = 0; c < subnet.size() && !more; ++c) {
      more = ++subnet[c] < static_cast<int>(graph.choices[c].values.size());
      if (!more)
        subnet[c] = 0;
    }
  }
  EXPECT_EQ(count, 2 * 2 * 3 * 3 * 3 * 3);
  EXPECT_NEAR(estimateMeanMacs(graph) / (sum / count), 1, 0.03);
}

TEST(Work, AFrozenTeacherGoesForwardOnce) {
  Graph graph = makeTestGraph(4, 1);
  Recipe recipe = makeSandwichRecipe(1);
  recipe.resolutionPerStep = false;
  Phase &phase = recipe.phases[0];
  phase.randomSubnets = 0;
  double largest = static_cast<double>(countMacs(graph, graph.getLargest()));
  double both =
      largest + static_cast<double>(countMacs(graph, graph.getSmallest()));
  EXPECT_DOUBLE_EQ(countStepMacs(graph, recipe, 0, 3), both);
  phase.teacher = Teacher::Frozen;
  Subnet low = graph.getLargest();
  low[graph.resolutionChoice] = 0;
  EXPECT_DOUBLE_EQ(
      countStepMacs(graph, recipe, 0, 3),
      both + (largest + static_cast<double>(countMacs(graph, low))) / 3);
}

TEST(TrainingCost, ByHand) {
  TrainingCost cost;
  cost.epochs = 8;
  cost.images = 400000;
  cost.joules = 7.2e6; // 2 kWh
  cost.source = "a test";
  cost.trainedMacs = 4e13;
  cost.aloneMacs = 1e13;
  cost.options.gridIntensity = 500;
  cost.options.devices = 20;
  EXPECT_DOUBLE_EQ(cost.getKilowattHours(), 2);
  EXPECT_DOUBLE_EQ(cost.getGrams(), 1000);
  EXPECT_DOUBLE_EQ(cost.getGramsPerDevice(), 50);
  EXPECT_DOUBLE_EQ(cost.getJoulesAlone(), 1.8e6);
  EXPECT_DOUBLE_EQ(cost.getRatio(), 5);
  EXPECT_EQ(printCost(cost),
            "energy: 2 kWh for 400000 images in 8 epochs, by a test\n"
            "carbon: 1 kg CO2e at 500 g/kWh; 50 g CO2e for each of 20 devices\n"
            "20 networks trained alone: 10 kWh, 5 kg CO2e; 5.0 times as much");
}

TEST(TrainingCost, NothingTrained) {
  EXPECT_EQ(TrainingCost().getRatio(), 0);
  EXPECT_EQ(TrainingCost().getJoulesAlone(), 0);
}

TEST(TrainingCost, RefusesOptions) {
  auto check = [](double watts, double intensity, int64_t devices) {
    CarbonOptions options;
    options.wattsPerCore = watts;
    options.gridIntensity = intensity;
    options.devices = devices;
    return llvm::toString(verify(options));
  };
  EXPECT_EQ(check(1, 0, 1), "");
  EXPECT_EQ(check(0, 1, 1), "--watts-per-core=0: expected a positive number");
  EXPECT_EQ(check(std::nan(""), 1, 1).substr(0, 17), "--watts-per-core=");
  EXPECT_EQ(check(1, -1, 1), "--grid-intensity=-1: expected grams of CO2 for a "
                             "kWh, at least 0");
  EXPECT_EQ(check(1, 1, 0), "--devices=0: expected at least 1");
}
