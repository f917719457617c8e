//===- GradientsTest.cpp - Gradients of a step's workers ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"
#include "TrainerState.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// A port of this machine that nobody listens on.
static uint16_t findPort() {
  int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ::bind(probe, reinterpret_cast<sockaddr *>(&address), size);
  ::getsockname(probe, reinterpret_cast<sockaddr *>(&address), &size);
  ::close(probe);
  return ntohs(address.sin_port);
}

namespace {
struct GradientsTest : testing::Test {
  GradientsTest() : graph(makeTestGraph(4, 1)), images(makeTestImages(32, 4)) {
    recipe = makeSandwichRecipe(1, 0.05);
    recipe.batchSize = 16;
    for (int32_t i = 0; i < 16; ++i)
      indices.push_back(i);
    subnets = sampleSubnets(graph, recipe, 0, 0);
  }

  std::unique_ptr<TrainerState> makeState(const Recipe &own,
                                          std::unique_ptr<Group> group) {
    return std::make_unique<TrainerState>(graph, images, own, std::move(group));
  }

  /// What one worker alone would get from a batch.
  TensorList computeAlone(llvm::ArrayRef<int32_t> batch) {
    Recipe own = recipe;
    own.batchSize = static_cast<int64_t>(batch.size());
    std::unique_ptr<TrainerState> state =
        makeState(own, std::make_unique<Group>(1));
    TensorList observed;
    StepLoss loss = state->runWorker(0, batch, subnets, 0, observed);
    return state->addGradients(loss);
  }

  void expectMean(const TensorList &sum, const TensorList &first,
                  const TensorList &second) {
    ASSERT_EQ(sum.size(), first.size());
    int compared = 0;
    for (size_t i = 0; i < sum.size(); ++i) {
      ASSERT_EQ(sum[i].defined(), first[i].defined());
      if (!sum[i].defined())
        continue;
      ++compared;
      EXPECT_FALSE(at::allclose(first[i], second[i], 1e-3, 1e-5))
          << "the workers' images are alike";
      EXPECT_TRUE(at::allclose(sum[i], (first[i] + second[i]) / 2, 1e-4, 1e-6))
          << "parameter " << i;
    }
    EXPECT_GT(compared, 5);
  }

  Graph graph;
  ImageSet images;
  Recipe recipe;
  std::vector<int32_t> indices;
  std::vector<Subnet> subnets;
};
} // namespace

TEST_F(GradientsTest, OfThreadsAreTheMeanOfTheirOwn) {
  llvm::ArrayRef<int32_t> all(indices);
  recipe.threads = 2;
  std::unique_ptr<TrainerState> state =
      makeState(recipe, std::make_unique<Group>(2));
  TensorList observed[2];
  StepLoss loss;
  for (int worker : {0, 1})
    loss = state->runWorker(worker, all.slice(8 * worker, 8), subnets, 0,
                            observed[worker]);
  TensorList sum = state->addGradients(loss);
  recipe.threads = 1;
  expectMean(sum, computeAlone(all.take_front(8)),
             computeAlone(all.drop_front(8)));
}

// Two processes, played by two threads of this one.
TEST_F(GradientsTest, OfProcessesAreTheMeanOfTheirOwn) {
  llvm::ArrayRef<int32_t> all(indices);
  Rendezvous place;
  place.size = 2;
  place.address = "127.0.0.1";
  place.port = findPort();
  TensorList sums[2];
  std::string problems[2];
  auto run = [&](int rank) {
    Rendezvous own = place;
    own.rank = rank;
    llvm::Expected<std::unique_ptr<Group>> group = Group::join(own, 1);
    if (!group) {
      problems[rank] = llvm::toString(group.takeError());
      return;
    }
    std::unique_ptr<TrainerState> state = makeState(recipe, std::move(*group));
    TensorList observed;
    StepLoss loss =
        state->runWorker(0, all.slice(8 * rank, 8), subnets, 0, observed);
    sums[rank] = state->addGradients(loss);
  };
  std::thread other(run, 1);
  run(0);
  other.join();
  if (llvm::StringRef(problems[0]).contains("gloo"))
    GTEST_SKIP() << problems[0];
  ASSERT_EQ(problems[0] + problems[1], "");
  expectMean(sums[0], computeAlone(all.take_front(8)),
             computeAlone(all.drop_front(8)));
  for (size_t i = 0; i < sums[0].size(); ++i)
    if (sums[0][i].defined()) {
      EXPECT_TRUE(at::equal(sums[0][i], sums[1][i])) << "parameter " << i;
    }
}

// Steps by LibTorch's layers and tensor operations alone, as on a GPU.
TEST_F(GradientsTest, StepsWithoutKernelsAreTheSame) {
  std::unique_ptr<TrainerState> states[2];
  for (bool usesKernels : {false, true}) {
    states[usesKernels] = makeState(recipe, std::make_unique<Group>(1));
    states[usesKernels]->usesKernels = usesKernels;
    for (int step = 0; step < 3; ++step)
      states[usesKernels]->trainStep();
  }
  for (size_t i = 0; i < graph.parameters.size(); ++i) {
    EXPECT_TRUE(at::allclose(states[0]->parameters[i], states[1]->parameters[i],
                             1e-3, 1e-4))
        << "parameter " << i;
    EXPECT_TRUE(at::allclose(states[0]->momentum[i], states[1]->momentum[i],
                             1e-3, 1e-3))
        << "momentum of parameter " << i;
  }
  EXPECT_FALSE(at::allclose(
      states[0]->parameters[0],
      makeState(recipe, std::make_unique<Group>(1))->parameters[0], 1e-3, 1e-4))
      << "nothing was trained";
}
