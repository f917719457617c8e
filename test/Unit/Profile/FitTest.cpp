//===- FitTest.cpp - Tests of Fit.h ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/Fit.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;

namespace {

LayerFigures makeLayer(StringRef kind, double macs, double outputs) {
  LayerFigures figures;
  figures.kind = kind.str();
  figures.work[MacTerm] = macs;
  figures.work[OutputTerm] = outputs;
  figures.work[CallTerm] = 1;
  return figures;
}

TEST(SolveNonNegative, FindsExactSolutions) {
  std::vector<double> x = solveNonNegative({{1, 2}, {3, 1}, {2, 2}}, {5, 5, 6});
  ASSERT_EQ(x.size(), 2u);
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(x[1], 2, 1e-9);
}

TEST(SolveNonNegative, StopsAtZero) {
  // Without the constraint: x = 3, y = -1.
  std::vector<double> x = solveNonNegative({{1, 1}, {1, 2}}, {2, 1});
  EXPECT_EQ(x[1], 0);
  EXPECT_NEAR(x[0], 1.5, 1e-9);
  x = solveNonNegative({{1, 0}, {0, 1}}, {-1, -2});
  EXPECT_EQ(x, (std::vector<double>{0, 0}));
}

TEST(SolveNonNegative, IsTheMinimum) {
  // No point of a grid around it is better.
  std::vector<std::vector<double>> rows = {
      {1, 4, 1}, {2, 3, 1}, {3, 1, 1}, {5, 1, 1}};
  std::vector<double> targets = {1, 3, 2, 7};
  auto getError = [&](double a, double b, double c) {
    double sum = 0;
    for (auto [row, target] : llvm::zip(rows, targets)) {
      double error = row[0] * a + row[1] * b + row[2] * c - target;
      sum += error * error;
    }
    return sum;
  };
  std::vector<double> x = solveNonNegative(rows, targets);
  double best = getError(x[0], x[1], x[2]);
  for (double a = 0; a < 3; a += 0.05)
    for (double b = 0; b < 3; b += 0.05)
      for (double c = 0; c < 3; c += 0.05)
        ASSERT_GE(getError(a, b, c), best - 1e-9) << a << " " << b << " " << c;
}

TEST(SolveNonNegative, TakesWhatIsSingular) {
  // Equal columns: the earlier one.
  std::vector<double> x = solveNonNegative({{1, 1}, {2, 2}}, {3, 6});
  EXPECT_NEAR(x[0], 3, 1e-9);
  EXPECT_EQ(x[1], 0);
  // A column of zeros.
  x = solveNonNegative({{0, 1}, {0, 2}}, {3, 6});
  EXPECT_EQ(x[0], 0);
  EXPECT_NEAR(x[1], 3, 1e-9);
  EXPECT_TRUE(solveNonNegative({}, {}).empty());
}

TEST(FitKernel, RecoversCoefficients) {
  std::vector<FitSample> samples;
  for (double macs : {1000.0, 5000.0, 40000.0, 300000.0})
    for (double outputs : {100.0, 700.0, 9000.0})
      samples.push_back({makeLayer("conv2d", macs, outputs),
                         2.5 * macs + 30 * outputs + 500});
  KernelFit fit = fitKernel(samples);
  EXPECT_EQ(fit.samples, 12);
  EXPECT_NEAR(fit.cycles[MacTerm], 2.5, 1e-6);
  EXPECT_NEAR(fit.cycles[OutputTerm], 30, 1e-5);
  EXPECT_NEAR(fit.cycles[CallTerm], 500, 1e-3);
  EXPECT_LT(fit.deviation, 1e-9);
}

TEST(FitKernel, LeavesOutTermsThatFewSamplesCannotTell) {
  std::vector<FitSample> samples;
  for (int i = 1; i <= 20; ++i) {
    FitSample sample{makeLayer("conv2d", 100 * i, 10), 0};
    sample.figures.work[StepTerm] = i * i;
    sample.amount = 7 * sample.figures.work[StepTerm];
    samples.push_back(sample);
  }
  EXPECT_EQ(fitKernel(samples).cycles[StepTerm], 0);
  FitSample last{makeLayer("conv2d", 2100, 10), 7 * 21 * 21};
  last.figures.work[StepTerm] = 21 * 21;
  samples.push_back(last);
  EXPECT_NEAR(fitKernel(samples).cycles[StepTerm], 7, 1e-6);
  EXPECT_EQ(fitKernel({}).samples, 0);
}

TEST(ChooseLayers, SpreadsOverKindsAndSizes) {
  LayerMap layers;
  for (int i = 0; i < 50; ++i) {
    layers["conv2d-" + std::to_string(100 + i)] =
        makeLayer("conv2d", 1000 << (i / 5), 10 * (1 + i));
    layers["pool-" + std::to_string(100 + i)] = makeLayer("pool", 0, 1 + i);
  }
  layers["softmax"] = makeLayer("softmax", 0, 10);
  std::vector<std::string> chosen = chooseLayers(layers, 10);
  EXPECT_EQ(chosen.size(), 9u); // Fewer than ten.
  EXPECT_TRUE(llvm::is_sorted(chosen));
  EXPECT_EQ(chosen, chooseLayers(layers, 10));
  EXPECT_EQ(
      llvm::count_if(chosen,
                     [](StringRef key) { return key.starts_with("conv2d"); }),
      4);
  EXPECT_TRUE(llvm::is_contained(chosen, "softmax"));
  // The smallest and the largest.
  EXPECT_TRUE(llvm::is_contained(chosen, "conv2d-100"));
  EXPECT_TRUE(llvm::is_contained(chosen, "conv2d-149"));
  EXPECT_TRUE(llvm::is_contained(chosen, "pool-100"));
  EXPECT_TRUE(llvm::is_contained(chosen, "pool-149"));
  EXPECT_EQ(chooseLayers(layers, 1000).size(), layers.size());
  EXPECT_TRUE(chooseLayers(layers, 1).empty());
}

TEST(ChooseLayers, TakesEqualLayersOnce) {
  LayerMap layers;
  for (const char *key : {"a", "b", "c"})
    layers[key] = makeLayer("pool", 0, 5);
  EXPECT_EQ(chooseLayers(layers, 4), (std::vector<std::string>{"a", "b", "c"}));
}

} // namespace
