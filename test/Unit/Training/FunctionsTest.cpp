//===- FunctionsTest.cpp - Own kernels against LibTorch's layers ----------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Network.h"
#include "TestGraphs.h"
#include "ofa/Data/Random.h"

#include <gtest/gtest.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {
struct Pass {
  at::Tensor scores;
  TensorList gradients, observed;
};
} // namespace

static Pass runTraining(const Network &network, const Subnet &subnet,
                        const at::Tensor &images, bool useKernels,
                        bool bfloat16 = false) {
  TensorList parameters = network.makeParameters();
  for (at::Tensor &parameter : parameters)
    parameter.set_requires_grad(true);
  Pass pass;
  ForwardOptions options;
  options.useKernels = useKernels;
  options.bfloat16 = bfloat16;
  options.observed = &pass.observed;
  pass.scores = network.forward(images, subnet, parameters, options);
  at::Tensor weights = at::arange(pass.scores.numel(), at::kFloat)
                           .reshape(pass.scores.sizes())
                           .sin();
  (pass.scores * weights).sum().backward();
  for (const at::Tensor &parameter : parameters)
    pass.gradients.push_back(parameter.grad());
  return pass;
}

TEST(Functions, TrainingPassEqualsLibTorch) {
  Graph graph = makeTestGraph(10, 8);
  Network network(graph);
  Random random({3});
  torch::manual_seed(1);
  for (int round = 0; round < 12; ++round) {
    Subnet subnet = graph.getLargest();
    if (round == 1)
      subnet = graph.getSmallest();
    else if (round > 1)
      for (size_t c = 0; c < subnet.size(); ++c)
        subnet[c] = random.below(graph.choices[c].values.size());
    int64_t side = graph.getResolution(subnet);
    at::Tensor images = at::randn({4, side, side, 3});
    Pass own = runTraining(network, subnet, images, true);
    Pass reference = runTraining(network, subnet, images, false);
    EXPECT_TRUE(at::allclose(own.scores, reference.scores, 1e-3, 1e-4));
    for (size_t i = 0; i < graph.parameters.size(); ++i) {
      SCOPED_TRACE("round " + std::to_string(round) + ", parameter " +
                   std::to_string(i));
      ASSERT_EQ(own.gradients[i].defined(), reference.gradients[i].defined());
      if (own.gradients[i].defined()) {
        EXPECT_TRUE(at::allclose(own.gradients[i], reference.gradients[i], 1e-3,
                                 2e-4));
      }
      ASSERT_EQ(own.observed[i].defined(), reference.observed[i].defined());
      if (own.observed[i].defined()) {
        EXPECT_TRUE(
            at::allclose(own.observed[i], reference.observed[i], 1e-4, 1e-5));
      }
    }
  }
}

/// Gradients of `function` by `arguments`, for some gradient of its result.
static TensorList
differentiate(TensorList arguments,
              llvm::function_ref<at::Tensor(const TensorList &)> function) {
  for (at::Tensor &argument : arguments)
    argument = argument.detach().clone().set_requires_grad(true);
  at::Tensor result = function(arguments);
  at::Tensor gradient =
      at::arange(result.numel(), at::kFloat).reshape(result.sizes()).sin();
  result.backward(gradient.to(at::kBFloat16).to(result.scalar_type()));
  TensorList results = {result.detach()};
  for (const at::Tensor &argument : arguments)
    results.push_back(argument.grad());
  return results;
}

/// The kernels in bfloat16 are those in float with results rounded: on the same
/// numbers they differ by half a unit in the last of 8 bits.
static void expectRounded(const TensorList &rounded, const TensorList &exact) {
  ASSERT_EQ(rounded.size(), exact.size());
  for (size_t i = 0; i < exact.size(); ++i) {
    bool isImage = rounded[i].scalar_type() == at::kBFloat16;
    EXPECT_TRUE(at::allclose(rounded[i].to(at::kFloat), exact[i],
                             isImage ? 1.0 / 256 : 1e-5, 1e-6))
        << "tensor " << i;
  }
}

TEST(Functions, BFloat16IsFloatRounded) {
  torch::manual_seed(2);
  // Channels for all vector widths and the rest.
  for (int64_t channels : {1, 8, 27, 48})
    for (int64_t kernel : {3, 5, 7})
      for (int64_t stride : {1, 2}) {
        SCOPED_TRACE(testing::Message() << channels << " channels, " << kernel
                                        << ", stride " << stride);
        at::Tensor image = at::randn({2, channels, 9, 11}).to(at::kBFloat16);
        at::Tensor weight = at::randn({kernel, kernel, channels});
        auto convolve = [&](const TensorList &arguments) {
          int64_t padding = kernel / 2;
          return depthwiseConv2D(arguments[0], arguments[1], {stride, stride},
                                 {padding, padding, padding, padding});
        };
        expectRounded(differentiate({image, weight}, convolve),
                      differentiate({image.to(at::kFloat), weight}, convolve));
        at::Tensor scale = at::randn({channels}),
                   offset = at::randn({channels});
        for (Activation activation : {Activation::None, Activation::Relu6}) {
          auto normalise = [&](const TensorList &arguments) {
            return batchNorm(arguments[0], arguments[1], arguments[2], 1e-3,
                             activation)
                .output;
          };
          expectRounded(
              differentiate({image, scale, offset}, normalise),
              differentiate({image.to(at::kFloat), scale, offset}, normalise));
        }
      }
}

TEST(Functions, ProductsOfMatricesAreConvolutions) {
  torch::manual_seed(4);
  for (int64_t kernel : {1, 3, 5})
    for (int64_t stride : {1, 2})
      for (int64_t padding : {int64_t(0), kernel / 2}) {
        SCOPED_TRACE(testing::Message() << "kernel " << kernel << ", stride "
                                        << stride << ", padding " << padding);
        at::Tensor image = at::randn({2, 3, 9, 12});
        at::Tensor weight = at::randn({4, 3, kernel, kernel - kernel / 3});
        at::Tensor bias = at::randn({4});
        auto multiply = [&](const TensorList &arguments) {
          return multiplyWindows(arguments[0], arguments[1], arguments[2],
                                 {stride, 1}, {padding, padding});
        };
        auto convolve = [&](const TensorList &arguments) {
          return at::conv2d(arguments[0], arguments[1], arguments[2],
                            {stride, 1}, {padding, padding});
        };
        TensorList own = differentiate({image, weight, bias}, multiply);
        TensorList expected = differentiate({image, weight, bias}, convolve);
        for (size_t i = 0; i < expected.size(); ++i)
          EXPECT_TRUE(at::allclose(own[i], expected[i], 1e-4, 1e-4))
              << "tensor " << i;
      }
}

TEST(Functions, BFloat16PassIsCloseToFloat) {
  Graph graph = makeTestGraph(10, 8);
  Network network(graph);
  torch::manual_seed(1);
  Subnet subnet = graph.getLargest();
  int64_t side = graph.getResolution(subnet);
  at::Tensor images = at::randn({16, side, side, 3});
  Pass exact = runTraining(network, subnet, images, true);
  Pass rounded = runTraining(network, subnet, images, true, /*bfloat16=*/true);
  EXPECT_EQ(rounded.scores.scalar_type(), at::kFloat);
  auto getDistance = [](const at::Tensor &a, const at::Tensor &b) {
    return ((a - b).norm() / b.norm()).item<double>();
  };
  EXPECT_LT(getDistance(rounded.scores, exact.scores), 0.05);
  EXPECT_GT(getDistance(rounded.scores, exact.scores), 1e-5);
  for (size_t i = 0; i < graph.parameters.size(); ++i)
    if (exact.gradients[i].defined()) {
      EXPECT_LT(getDistance(rounded.gradients[i], exact.gradients[i]), 0.2)
          << "parameter " << i;
    }
}
