//===- BudgetTest.cpp - Requests and limits ---------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
#include "gtest/gtest.h"

using namespace mlir::ofa;
using llvm::StringRef;

static const StringRef otherKeys[] = {"seed", "subnet", "objective"};

static std::string refuse(StringRef text) {
  llvm::Expected<Budget> budget = parseBudget(text, otherKeys);
  EXPECT_FALSE(bool(budget)) << text.str();
  return budget ? "" : llvm::toString(budget.takeError());
}

TEST(BudgetTest, ReadsTheLongForm) {
  llvm::Expected<Budget> budget =
      parseBudget("  cortex-m7 sram=256KiB flash=1MiB latency=50ms energy=5mJ "
                  "seed=3 subnet={a = 1, b = 2} objective='x y'",
                  otherKeys);
  ASSERT_TRUE(bool(budget)) << llvm::toString(budget.takeError());
  EXPECT_EQ(budget->device, "cortex-m7");
  EXPECT_EQ(budget->sramBytes, 256 * 1024);
  EXPECT_EQ(budget->flashBytes, 1024 * 1024);
  EXPECT_EQ(budget->latencySeconds, 0.05);
  EXPECT_EQ(budget->energyJoules, 0.005);
  EXPECT_EQ(budget->getOption("seed"), StringRef("3"));
  EXPECT_EQ(budget->getOption("subnet"), StringRef("{a = 1, b = 2}"));
  EXPECT_EQ(budget->getOption("objective"), StringRef("x y"));
  EXPECT_EQ(budget->getOption("none"), std::nullopt);
}

TEST(BudgetTest, ABatteryIsShared) {
  // A CR2032 of 225 mAh at 3 V.
  EXPECT_EQ(cantFail(parseBudget("cortex-m7 battery=675mWh inferences=1M", {}))
                .energyJoules,
            0.675 * 3600 / 1e6);
  EXPECT_EQ(refuse("cortex-m7 battery=675mWh"),
            "'battery' and 'inferences' go together: the energy that may be "
            "spent, and on how many inferences, such as battery=675mWh "
            "inferences=1M");
  EXPECT_EQ(refuse("cortex-m7 battery=1Wh inferences=1k energy=1mJ"),
            "'energy' and 'battery' both say what an inference may need: give "
            "one of them");
  EXPECT_EQ(refuse("cortex-m7 battery=1Wh inferences=0"),
            "'inferences' expects a positive count such as 300M, but got '0' "
            "(zero)");
}

TEST(BudgetTest, ReadsTheShortForms) {
  EXPECT_EQ(cantFail(parseBudget("cortex-m4", {})).device, "cortex-m4");
  EXPECT_EQ(cantFail(parseBudget("sram=1KiB device=rp2040", {})).device,
            "rp2040");
  EXPECT_EQ(cantFail(parseBudget("", {})).device, "");
}

TEST(BudgetTest, RefusesWithOneSentence) {
  EXPECT_EQ(refuse("cortex-m7 srm=256KiB"),
            "unknown key 'srm' in 'srm=256KiB'; did you mean 'sram'?; known "
            "keys: device, sram, flash, latency, energy, macs, battery, "
            "inferences, seed, subnet, objective");
  EXPECT_EQ(refuse("cortex-m7 sram=0KiB"),
            "'sram' expects a positive size such as 320KiB, but got '0KiB' "
            "(zero)");
  EXPECT_EQ(refuse("cortex-m7 flash=-1MiB"),
            "'flash' expects a positive size such as 320KiB, but got '-1MiB' "
            "(negative)");
  EXPECT_EQ(refuse("cortex-m7 latency=soon"),
            "'latency' expects a positive time such as 50ms, but got 'soon'");
  EXPECT_EQ(refuse("cortex-m7 energy=5"),
            "'energy' expects a positive energy such as 5mJ, but got '5' "
            "without a unit; units: J, mJ, uJ, nJ, Wh, mWh");
  EXPECT_EQ(refuse("cortex-m7 sram=1KiB sram=2KiB"),
            "key 'sram' is given twice");
  EXPECT_EQ(refuse("cortex-m7 sram="),
            "key 'sram' has no value; write sram=<value>");
  EXPECT_EQ(refuse("cortex-m7 fast").substr(0, 49),
            "expects one device, but got 'cortex-m7' and 'fast");
  EXPECT_EQ(refuse("cortex-m7 seed='3"),
            "'seed='3' has a quote or brace that never ends");
  EXPECT_EQ(refuse("=3").substr(0, 14), "unknown key ''");
}

TEST(BudgetTest, LimitsComeFromBudgetAndDevice) {
  Device board = cantFail(lookupDevice("stm32f746"));
  Limits limits = cantFail(
      resolveLimits(cantFail(parseBudget("stm32f746 sram=64KiB", {})), board));
  EXPECT_EQ(limits.sramBytes, 64 * 1024);
  EXPECT_EQ(limits.flashBytes, 1024 * 1024);

  Budget large = cantFail(parseBudget("stm32f746 sram=512KiB", {}));
  llvm::Expected<Limits> refused = resolveLimits(large, board);
  EXPECT_EQ(llvm::toString(refused.takeError()),
            "'sram' asks for 512KiB, but device 'stm32f746' has 320KiB");
  Device core = cantFail(lookupDevice("cortex-m7"));
  EXPECT_EQ(cantFail(resolveLimits(large, core)).sramBytes, 512 * 1024);

  Device unknownPower = board;
  unknownPower.activePowerWatts.reset();
  llvm::Expected<Limits> noPower = resolveLimits(
      cantFail(parseBudget("stm32f746 energy=1mJ", {})), unknownPower);
  EXPECT_NE(llvm::toString(noPower.takeError()).find("active power"),
            std::string::npos);
}
