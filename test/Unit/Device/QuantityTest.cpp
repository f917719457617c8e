//===- QuantityTest.cpp - Numbers with units --------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Quantity.h"
#include "gtest/gtest.h"

using namespace mlir::ofa;

static double read(llvm::StringRef text, Dimension dimension) {
  double value = -1;
  std::string error;
  EXPECT_TRUE(parseQuantity(text, dimension, value, error)) << error;
  return value;
}

static std::string refuse(llvm::StringRef text, Dimension dimension) {
  double value = 0;
  std::string error;
  EXPECT_FALSE(parseQuantity(text, dimension, value, error)) << text.str();
  EXPECT_EQ(value, 0);
  return error;
}

TEST(QuantityTest, ReadsUnits) {
  EXPECT_EQ(read("320KiB", Dimension::Bytes), 327680);
  EXPECT_EQ(read("1 MiB", Dimension::Bytes), 1048576);
  EXPECT_EQ(read("1.5KiB", Dimension::Bytes), 1536);
  EXPECT_EQ(read("256kB", Dimension::Bytes), 256000);
  EXPECT_EQ(read("1000", Dimension::Bytes), 1000);
  EXPECT_EQ(read("216MHz", Dimension::Frequency), 216e6);
  EXPECT_EQ(read("50ms", Dimension::Time), 0.05);
  EXPECT_EQ(read("0.7ms", Dimension::Time), 0.0007);
  EXPECT_EQ(read("5mJ", Dimension::Energy), 0.005);
  EXPECT_EQ(read("330mW", Dimension::Power), 0.33);
}

TEST(QuantityTest, RefusesWithOneSentence) {
  EXPECT_EQ(refuse("-5KiB", Dimension::Bytes),
            "expects a positive size such as 320KiB, but got '-5KiB' "
            "(negative)");
  EXPECT_EQ(refuse("0KiB", Dimension::Bytes),
            "expects a positive size such as 320KiB, but got '0KiB' (zero)");
  EXPECT_EQ(refuse("50", Dimension::Time),
            "expects a positive time such as 50ms, but got '50' without a "
            "unit; units: s, ms, us, ns");
  EXPECT_EQ(refuse("50KiB", Dimension::Time),
            "expects a positive time such as 50ms, but got '50KiB'; units: s, "
            "ms, us, ns");
  EXPECT_EQ(refuse("1.0001KiB", Dimension::Bytes),
            "expects a positive size such as 320KiB, but got '1.0001KiB' (not "
            "a whole number of bytes)");
  for (const char *text :
       {"", "KiB", "x", "nan", "inf", "1e3KiB", "0x10KiB", "1.KiB", ".5KiB",
        "1KiBs", "99999999GiB", "+1KiB", "1kib"})
    refuse(text, Dimension::Bytes);
  refuse("1" + std::string(400, '0') + "s", Dimension::Time);
}

TEST(QuantityTest, Formats) {
  EXPECT_EQ(formatBytes(327680), "320KiB");
  EXPECT_EQ(formatBytes(1048576), "1MiB");
  EXPECT_EQ(formatBytes(1000), "1000B");
  EXPECT_EQ(formatBytes(0), "0B");
  EXPECT_EQ(formatQuantity(0.05, Dimension::Time), "50 ms");
  EXPECT_EQ(formatQuantity(216e6, Dimension::Frequency), "216 MHz");
  EXPECT_EQ(formatQuantity(0.00525, Dimension::Energy), "5.25 mJ");
}
