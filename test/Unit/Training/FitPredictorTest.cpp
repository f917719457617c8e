//===- FitPredictorTest.cpp - Learning what is known ----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/Random.h"
#include "ofa/Training/FitPredictor.h"
#include "ofa/Training/SampleSubnets.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {
class FitPredictorTest : public testing::Test {
protected:
  FitPredictorTest() {
    graph.name = "choices";
    Node node;
    for (int c = 0; c < 20; ++c) {
      graph.choices.push_back({"c" + std::to_string(c), {3, 5, 7}});
      node.kernelChoice = c;
      graph.nodes.push_back(node);
    }
    subnets = llvm::cantFail(sampleDifferentSubnets(graph, 400, 1));
  }

  /// 0.7, and up to half a point more or less for each choice's value.
  double getTrueAccuracy(const Subnet &subnet) {
    double accuracy = 0.7;
    for (size_t c = 0; c < subnet.size(); ++c)
      accuracy +=
          0.01 * (Random({9, c, uint64_t(subnet[c])}).uniform() - 0.5);
    return accuracy;
  }
  std::vector<double> measure(double noise) {
    std::vector<double> accuracies;
    for (size_t i = 0; i < subnets.size(); ++i)
      accuracies.push_back(getTrueAccuracy(subnets[i]) +
                           noise * (Random({10, i}).uniform() - 0.5));
    return accuracies;
  }

  Graph graph;
  std::vector<Subnet> subnets;
};
} // namespace

TEST_F(FitPredictorTest, RecoversASumOverChoices) {
  FittedPredictor fitted = llvm::cantFail(
      fitPredictor(graph, subnets, measure(/*noise=*/0), /*unseen=*/100, 0));
  EXPECT_EQ(fitted.numFitted, 300);
  EXPECT_EQ(fitted.numUnseen, 100);
  EXPECT_EQ(fitted.layers.front().inputs, 60u);
  EXPECT_GT(fitted.spearman, 0.97);
  EXPECT_GT(fitted.kendall, 0.87);
  EXPECT_LT(fitted.rmse, 0.003);
}

TEST_F(FitPredictorTest, IsNotFooledByNoise) {
  // Uniform within half a point, a deviation of 0.29 points.
  FittedPredictor fitted = llvm::cantFail(
      fitPredictor(graph, subnets, measure(/*noise=*/0.01), 100, 0));
  EXPECT_GT(fitted.spearman, 0.9);
  // As large as the noise at least, and not much larger.
  EXPECT_GT(fitted.rmse, 0.0025);
  EXPECT_LT(fitted.rmse, 0.006);
  EXPECT_GT(fitted.error90, fitted.rmse);
  EXPECT_LT(fitted.error90, 2.2 * fitted.rmse);
}

TEST_F(FitPredictorTest, FindsNothingInNoise) {
  std::vector<double> accuracies;
  for (size_t i = 0; i < subnets.size(); ++i)
    accuracies.push_back(Random({11, i}).uniform());
  FittedPredictor fitted =
      llvm::cantFail(fitPredictor(graph, subnets, accuracies, 100, 0));
  EXPECT_LT(std::abs(fitted.spearman), 0.25);
}

TEST_F(FitPredictorTest, RepeatsExactly) {
  std::vector<double> accuracies = measure(0.01);
  auto fit = [&](uint64_t seed) {
    return llvm::cantFail(fitPredictor(graph, subnets, accuracies, 100, seed))
        .layers.front()
        .weights;
  };
  std::vector<float> weights = fit(0);
  EXPECT_EQ(fit(0), weights);
  EXPECT_NE(fit(1), weights);
}

TEST_F(FitPredictorTest, TakesAccuraciesThatAreAllAlike) {
  std::vector<double> accuracies(subnets.size(), 0.5);
  FittedPredictor fitted =
      llvm::cantFail(fitPredictor(graph, subnets, accuracies, 100, 0));
  EXPECT_LT(fitted.rmse, 1e-5);
  EXPECT_EQ(fitted.spearman, 0);
}

TEST_F(FitPredictorTest, NeedsSubnetsToFitAndToJudge) {
  std::vector<double> accuracies = measure(0);
  auto getError = [&](int64_t unseen) {
    auto fitted = fitPredictor(graph, subnets, accuracies, unseen, 0);
    return fitted ? "" : llvm::toString(fitted.takeError());
  };
  EXPECT_NE(getError(0).find("at least 2 subnets to fit"), std::string::npos);
  EXPECT_NE(getError(399).find("got 1 and 399"), std::string::npos);
}
