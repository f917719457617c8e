//===- SynthesizeTest.cpp - Images made from statistics -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Synthesize.h"
#include "Batches.h"
#include "TestGraphs.h"
#include "ofa/Data/Random.h"
#include "ofa/Training/Trainer.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static constexpr int64_t side = 12;

static Batch makeRandomBatch(int64_t images) {
  Batch batch;
  batch.side = side;
  Random random({11});
  for (int64_t i = 0; i < images * side * side * 3; ++i)
    batch.pixels.push_back(static_cast<uint8_t>(random.below(256)));
  batch.labels.assign(images, 0);
  return batch;
}

static at::Tensor makeInputTensor(const Batch &batch, int64_t resolution,
                                  const Graph &graph) {
  std::vector<float> data = makeInput(batch, resolution, graph.preprocessing);
  at::Tensor input =
      at::empty({batch.size(), resolution, resolution, 3}, at::kFloat);
  std::copy(data.begin(), data.end(), input.data_ptr<float>());
  return input;
}

TEST(Synthesize, InputIsThatOfTheTrainer) {
  Graph graph = makeTestGraph(4, 1);
  graph.preprocessing = {{120, 125, 130}, {0.5f, 0.25f, 0.125f}};
  Batch batch = makeRandomBatch(5);
  at::Tensor images =
      at::from_blob(batch.pixels.data(), {5, side, side, 3}, at::kByte)
          .to(at::kFloat)
          .permute({0, 3, 1, 2});
  at::Tensor levels = at::tensor({0.5f, 0.25f, 0.125f});
  for (int64_t resolution : {5, 8, 11, 12, 17}) {
    at::Tensor expected = makeInputTensor(batch, resolution, graph);
    at::Tensor actual =
        makeDifferentiableInput(images, resolution, graph.preprocessing);
    // Rounding between the two axes may move a pixel by one level.
    at::Tensor difference = ((actual - expected) / levels).abs();
    EXPECT_LE(difference.max().item<float>(), 1.001f);
    EXPECT_LT(difference.gt(0.5).to(at::kFloat).mean().item<float>(), 0.02f);
  }
}

TEST(Synthesize, InputLetsGradientsThrough) {
  Graph graph = makeTestGraph(4, 1);
  at::Tensor images =
      at::full({1, 3, side, side}, 100.3).set_requires_grad(true);
  makeDifferentiableInput(images, 8, graph.preprocessing).sum().backward();
  // Every output's weights add up to 1.
  EXPECT_NEAR(images.grad().sum().item<float>(), 3 * 8 * 8 / 128.f, 1e-3f);
  EXPECT_GT(images.grad().min().item<float>(), 0);
}

static TensorList observe(const Network &network, const TensorList &parameters,
                          const Subnet &subnet, const at::Tensor &input) {
  at::NoGradGuard noGradient;
  TensorList observed;
  ForwardOptions options;
  options.observed = &observed;
  network.forward(input, subnet, parameters, options);
  return observed;
}

TEST(Synthesize, StatisticsHaveLibTorchsGradients) {
  Graph graph = makeTestGraph(4, 3);
  Network network(graph);
  TensorList parameters = network.makeParameters();
  torch::manual_seed(1);
  at::Tensor goalInput = at::randn({4, side, side, 3});
  at::Tensor images = at::randn({4, side, side, 3}) * 2 + 1;
  Subnet subnet = graph.getLargest();
  TensorList target = observe(network, parameters, subnet, goalInput);
  auto getGradient = [&](bool useKernels) {
    at::Tensor leaf = images.clone().set_requires_grad(true);
    TensorList observed;
    ForwardOptions options;
    options.observed = &observed;
    options.differentiable = true;
    options.useKernels = useKernels;
    network.forward(leaf, subnet, parameters, options);
    getDistance(graph, observed, target).backward();
    return leaf.grad();
  };
  at::Tensor reference = getGradient(false);
  EXPECT_GT(reference.abs().max().item<float>(), 1e-4f);
  EXPECT_TRUE(at::allclose(getGradient(true), reference, 1e-3, 1e-6));
}

namespace {

class SynthesisTest : public testing::Test {
protected:
  SynthesisTest() : graph(makeTestGraph(4, 2)), network(graph) {
    parameters = network.makeParameters();
    ImageSet images = makeTestImages(64, 4);
    std::vector<int32_t> all(64);
    for (int32_t i = 0; i < 64; ++i)
      all[i] = i;
    real = takeImages(images, all);
    for (const Subnet &subnet : {graph.getLargest(), graph.getSmallest()})
      targets.push_back({subnet, getStatistics(real, subnet)});
    options.images = 16;
    options.steps = 150;
  }

  TensorList getStatistics(const Batch &batch, const Subnet &subnet) {
    return observe(network, parameters, subnet,
                   makeInputTensor(batch, graph.getResolution(subnet), graph));
  }
  std::vector<uint8_t> synthesize(int workerCount = 1) {
    Workers workers(workerCount, [] { at::set_num_threads(1); });
    return synthesizeImages(graph, network, parameters, targets, options,
                            workers);
  }
  /// How far the statistics of `pixels` are from a target's.
  double getDistanceOf(const std::vector<uint8_t> &pixels,
                       const StatisticsTarget &target) {
    Batch batch;
    batch.side = side;
    batch.pixels = pixels;
    batch.labels.assign(pixels.size() / (side * side * 3), 0);
    return getDistance(graph, getStatistics(batch, target.subnet),
                       target.statistics)
        .item<double>();
  }

  Graph graph;
  Network network;
  TensorList parameters;
  Batch real;
  std::vector<StatisticsTarget> targets;
  SynthesisOptions options;
};

} // namespace

TEST_F(SynthesisTest, CausesTheStatisticsOfRealImages) {
  EXPECT_NEAR(getDistanceOf(real.pixels, targets[0]), 0, 1e-6);
  options.steps = 0;
  std::vector<uint8_t> start = synthesize();
  options.steps = 150;
  std::vector<uint8_t> images = synthesize();
  ASSERT_EQ(images.size(), size_t(16 * side * side * 3));
  for (const StatisticsTarget &target : targets)
    EXPECT_LT(getDistanceOf(images, target), getDistanceOf(start, target) / 50);
}

TEST_F(SynthesisTest, IsAFunctionOfTheSeed) {
  options.steps = 5;
  std::vector<uint8_t> images = synthesize();
  EXPECT_EQ(images, synthesize(/*workerCount=*/2));
  options.seed = 1;
  EXPECT_NE(images, synthesize());
}

TEST_F(SynthesisTest, EndsWhenItIsToldTo) {
  int64_t last = 0;
  options.progress = [&](int64_t step, double) {
    last = step;
    return step < 3;
  };
  EXPECT_TRUE(synthesize().empty());
  EXPECT_EQ(last, 3);
}

TEST(Synthesize, NeedsBatchNorms) {
  Graph graph = makeDepthwiseGraph(1);
  ImageSet images = makeTestImages(8, graph.numClasses);
  images.height = images.width = graph.resolution;
  images.pixels.resize(8 * images.getImageBytes());
  std::unique_ptr<Trainer> trainer =
      llvm::cantFail(Trainer::create(graph, images, Recipe()));
  llvm::Expected<std::vector<uint8_t>> pixels =
      trainer->synthesizeImages(4, 5, RunOptions());
  ASSERT_FALSE(bool(pixels));
  EXPECT_EQ(llvm::toString(pixels.takeError()),
            "'test' has no batch norm, from whose statistics calibration "
            "images could be made; use training images");
}
