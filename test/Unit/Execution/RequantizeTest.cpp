//===- RequantizeTest.cpp - Integer factors from scales -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkText.h"
#include "ofa/Quantization/ActivationTables.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir::ofa;

static double getReal(Multiplier m) {
  return std::ldexp(m.multiplier, m.shift - 31);
}

TEST(Requantize, MultiplierIsTheNearest) {
  Numbers numbers(3);
  for (int round = 0; round != 1000; ++round) {
    double factor = std::ldexp(1 + std::abs(numbers.real()) / 2,
                               int(numbers.between(-30, 28)));
    Multiplier m = quantizeMultiplier(factor);
    EXPECT_GE(m.multiplier, 1 << 30);
    EXPECT_NEAR(getReal(m) / factor, 1, 0x1p-31);
  }
}

TEST(Requantize, MultiplierAtTheEdges) {
  EXPECT_EQ(quantizeMultiplier(0).multiplier, 0);
  EXPECT_EQ(quantizeMultiplier(1).multiplier, 1 << 30);
  EXPECT_EQ(quantizeMultiplier(1).shift, 1);
  // The fraction rounds up to one.
  Multiplier nearlyOne = quantizeMultiplier(1 - 0x1p-40);
  EXPECT_EQ(nearlyOne.multiplier, 1 << 30);
  EXPECT_EQ(nearlyOne.shift, 1);
  EXPECT_EQ(quantizeMultiplier(0x1p-33).multiplier, 0);
  EXPECT_EQ(quantizeMultiplier(0x1p40).multiplier, 2147483647);
  EXPECT_EQ(quantizeMultiplier(0x1p40).shift, 30);
}

TEST(Requantize, MeanHoldsTheCount) {
  for (int64_t count : {1, 2, 3, 49, 1024, 12345}) {
    Multiplier m = deriveMeanFactor(0.02, 0.015, count);
    EXPECT_NEAR(getReal(m) * count, 0.02 / 0.015, 1e-8) << count;
    EXPECT_GE(m.multiplier, 1 << 29);
  }
}

TEST(Requantize, ActivationRanges) {
  QuantizedRange range = deriveActivationRange(0, 6, {0.03, -100});
  EXPECT_EQ(range.min, -100);
  EXPECT_EQ(range.max, 100);
  range = deriveActivationRange(-INFINITY, INFINITY, {1e-30, 3});
  EXPECT_EQ(range.min, -128);
  EXPECT_EQ(range.max, 127);
}

TEST(Requantize, SoftmaxTableIsExp) {
  for (double scale : {0.001, 0.05, 0.3, 1.5}) {
    auto table = makeSoftmaxExpTable(1, scale);
    for (int d = 0; d != 256; ++d)
      EXPECT_NEAR(table[d] * 0x1p-31, std::exp(-d * scale), 1e-6);
  }
  // Beyond 31 whole units nothing is left.
  EXPECT_EQ(makeSoftmaxExpTable(1, 1.5)[30], 0);
}

TEST(Requantize, RoundsTwiceOrOnce) {
  // 3 * 2^-3 = 0.375; 5 * 2^-1 = 2.5: once rounds up, twice away from zero.
  Multiplier eighth = quantizeMultiplier(0.125), half = quantizeMultiplier(0.5);
  EXPECT_EQ(requantize(3, eighth, RequantRounding::Single), 0);
  EXPECT_EQ(requantize(5, half, RequantRounding::Single), 3);
  EXPECT_EQ(requantize(-5, half, RequantRounding::Single), -2);
  EXPECT_EQ(requantize(-5, half, RequantRounding::Double), -2);
  EXPECT_EQ(requantize(-5, quantizeMultiplier(0.25), RequantRounding::Double),
            -1);
  EXPECT_EQ(requantize(-6, quantizeMultiplier(0.25), RequantRounding::Double),
            -2);
  EXPECT_EQ(requantize(-6, quantizeMultiplier(0.25), RequantRounding::Single),
            -1);
  EXPECT_EQ(requantize(7, quantizeMultiplier(4), RequantRounding::Double), 28);
}

TEST(Requantize, TablesOfFunctions) {
  auto swish = makeHardSwishTable({0.1, -28}, {0.05, 10});
  EXPECT_EQ(swish[-28 + 128], 10);  // 0 -> 0
  EXPECT_EQ(swish[127 + 128], 127); // 15.5 saturates
  EXPECT_NEAR(swish[-43 + 128], 10 + std::round(-0.375 / 0.05),
              1); // -1.5 -> -0.375
  auto logistic = makeLogisticTable({0.1, 0}, RequantRounding::Double);
  auto tanh = makeTanhTable({0.1, 0}, RequantRounding::Double);
  for (int q = -128; q != 128; ++q) {
    EXPECT_NEAR(logistic[q + 128],
                std::min(256 / (1 + std::exp(-0.1 * q)) - 128, 127.0), 1);
    EXPECT_NEAR(tanh[q + 128], std::min(128 * std::tanh(0.1 * q), 127.0), 1);
  }
  auto leaky =
      makeLeakyReluTable(0.5f, {0.1, 0}, {0.1, 0}, RequantRounding::Double);
  EXPECT_EQ(leaky[100 + 128], 100);
  EXPECT_EQ(leaky[-100 + 128], -50);
}
