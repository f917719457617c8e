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
                        const at::Tensor &images, bool useKernels) {
  TensorList parameters = network.makeParameters();
  for (at::Tensor &parameter : parameters)
    parameter.set_requires_grad(true);
  Pass pass;
  ForwardOptions options;
  options.useKernels = useKernels;
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
