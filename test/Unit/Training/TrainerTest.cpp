//===- TrainerTest.cpp - Runs: learning, resuming, stopping ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestGraphs.h"
#include "ofa/Data/ImageSet.h"
#include "ofa/Training/Trainer.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

class TrainerTest : public testing::Test {
protected:
  TrainerTest() : graph(makeTestGraph(4, 1)), images(makeTestImages(96, 4)) {
    recipe = makeSandwichRecipe(4, 0.05);
    recipe.batchSize = 16;
    recipe.threads = 2;
    options.validationImages = 16;
  }
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ofa-trainer", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::unique_ptr<Trainer> makeTrainer() {
    return llvm::cantFail(Trainer::create(graph, images, recipe));
  }
  /// All weights and statistics after a run.
  std::vector<float> getWeights(const Trainer &trainer) {
    Graph result = graph;
    trainer.store(result);
    std::vector<float> all;
    for (const Parameter &parameter : result.parameters)
      all.insert(all.end(), parameter.data.begin(), parameter.data.end());
    return all;
  }
  /// Stopped after every single step, and started anew each time; returns the
  /// last trainer and how many there were.
  std::pair<std::unique_ptr<Trainer>, int> runStepByStep() {
    std::atomic<bool> stop{true};
    options.stop = &stop;
    options.checkpointFolder = std::string(folder);
    int runs = 0;
    std::unique_ptr<Trainer> trainer;
    do {
      trainer = makeTrainer();
      ++runs;
    } while (llvm::cantFail(trainer->run(options)) == RunResult::Stopped &&
             runs < 100);
    options.stop = nullptr;
    return {std::move(trainer), runs};
  }
  std::string getError(llvm::Expected<RunResult> result) {
    return result ? "" : llvm::toString(result.takeError());
  }

  Graph graph;
  ImageSet images;
  Recipe recipe;
  RunOptions options;
  llvm::SmallString<128> folder;
};

} // namespace

TEST_F(TrainerTest, LearnsAnEasyTask) {
  recipe.phases[0].epochs = 20;
  std::unique_ptr<Trainer> trainer = makeTrainer();
  EXPECT_EQ(llvm::cantFail(trainer->run(options)), RunResult::Finished);
  ImageSet test = makeTestImages(40, 4);
  EXPECT_GT(trainer->evaluate(graph.getLargest(), test), 0.9);
  EXPECT_GT(trainer->evaluate(graph.getSmallest(), test), 0.9);
}

TEST_F(TrainerTest, RepeatsExactly) {
  std::unique_ptr<Trainer> first = makeTrainer(), second = makeTrainer();
  llvm::cantFail(first->run(options));
  llvm::cantFail(second->run(options));
  EXPECT_EQ(getWeights(*first), getWeights(*second));
  recipe.seed = 1;
  std::unique_ptr<Trainer> other = makeTrainer();
  llvm::cantFail(other->run(options));
  EXPECT_NE(getWeights(*first), getWeights(*other));
}

TEST_F(TrainerTest, ResumesBitExactly) {
  std::unique_ptr<Trainer> undisturbed = makeTrainer();
  llvm::cantFail(undisturbed->run(options));

  auto [trainer, runs] = runStepByStep();
  EXPECT_EQ(runs, 4 * 5 + 1);
  EXPECT_EQ(getWeights(*undisturbed), getWeights(*trainer));
  EXPECT_TRUE(llvm::sys::fs::exists(options.checkpointFolder + "/log.csv"));
}

/// Progressive shrinking in short.
static std::vector<Phase> makeShrinkingPhases() {
  Recipe paper = llvm::cantFail(loadRecipe("paper"));
  paper.scaleEpochs(6);
  paper.scaleLearningRates(0.05);
  for (Phase &phase : paper.phases)
    phase.epochs = 1;
  return paper.phases;
}

TEST_F(TrainerTest, ShrinksProgressively) {
  recipe.phases = makeShrinkingPhases();
  for (Phase &phase : recipe.phases)
    phase.epochs = 5;
  std::unique_ptr<Trainer> trainer = makeTrainer();
  EXPECT_EQ(llvm::cantFail(trainer->run(options)), RunResult::Finished);
  ImageSet test = makeTestImages(40, 4);
  EXPECT_GT(trainer->evaluate(graph.getLargest(), test), 0.9);
  EXPECT_GT(trainer->evaluate(graph.getSmallest(), test), 0.9);
}

TEST_F(TrainerTest, ResumesBitExactlyBetweenPhases) {
  recipe.phases = makeShrinkingPhases();
  std::unique_ptr<Trainer> undisturbed = makeTrainer();
  llvm::cantFail(undisturbed->run(options));
  auto [trainer, runs] = runStepByStep();
  EXPECT_EQ(runs, 6 * 5 + 1);
  EXPECT_EQ(getWeights(*undisturbed), getWeights(*trainer));
}

TEST_F(TrainerTest, SynchronisedWorkersTrainAsOne) {
  // Four steps: rounding grows from step to step.
  recipe.phases[0].epochs = 0.8;
  recipe.threads = 1;
  std::unique_ptr<Trainer> one = makeTrainer();
  llvm::cantFail(one->run(options));
  recipe.threads = 4;
  std::unique_ptr<Trainer> apart = makeTrainer();
  llvm::cantFail(apart->run(options));
  recipe.syncBatchNorm = true;
  std::unique_ptr<Trainer> together = makeTrainer();
  llvm::cantFail(together->run(options));

  std::vector<float> expected = getWeights(*one);
  auto getDistance = [&](const Trainer &trainer) {
    std::vector<float> weights = getWeights(trainer);
    double most = 0;
    for (size_t i = 0; i < weights.size(); ++i)
      most = std::max<double>(most, std::abs(weights[i] - expected[i]) /
                                        (1 + std::abs(expected[i])));
    return most;
  };
  EXPECT_LT(getDistance(*together), 1e-4);
  EXPECT_GT(getDistance(*apart), 1e-3);
}

TEST_F(TrainerTest, AdaptiveDistillationLearns) {
  recipe.phases[0].epochs = 40;
  // Slow enough that every seed gets there, on every processor.
  recipe.phases[0].peakLearningRate = 0.02;
  recipe.phases[0].loss = DistillationLoss::Adaptive;
  std::unique_ptr<Trainer> trainer = makeTrainer();
  EXPECT_EQ(llvm::cantFail(trainer->run(options)), RunResult::Finished);
  ImageSet test = makeTestImages(40, 4);
  EXPECT_GT(trainer->evaluate(graph.getSmallest(), test), 0.9);
}

TEST_F(TrainerTest, RefusesACheckpointOfAnotherRun) {
  options.checkpointFolder = std::string(folder);
  llvm::cantFail(makeTrainer()->run(options));
  recipe.augmentation.randAugment.operations = 1;
  EXPECT_NE(getError(makeTrainer()->run(options)).find("other options"),
            std::string::npos);
  recipe.augmentation.randAugment.operations = 0;
  recipe.weightDecay = 0.5;
  EXPECT_NE(getError(makeTrainer()->run(options)).find("other options"),
            std::string::npos);
  graph.choices[2].values = {1, 5, 7};
  EXPECT_NE(getError(makeTrainer()->run(options)).find("another supernet"),
            std::string::npos);
  options.resume = false;
  EXPECT_EQ(getError(makeTrainer()->run(options)), "");
}

TEST_F(TrainerTest, StopsWhenTheLossIsNoNumber) {
  recipe.phases[0].peakLearningRate = 1e30;
  EXPECT_NE(getError(makeTrainer()->run(options)).find("not a number"),
            std::string::npos);
}

TEST_F(TrainerTest, StoredStatisticsAreThoseOfTheLargest) {
  std::unique_ptr<Trainer> trainer = makeTrainer();
  llvm::cantFail(trainer->run(options));
  trainer->settleStatistics();
  Graph result = graph;
  trainer->store(result);
  // The reference with stored statistics decides as the trainer does with
  // recalibrated ones.
  std::vector<float> input;
  for (uint8_t pixel : images.pixels)
    input.push_back((pixel - 128) / 128.f);
  std::vector<float> scores =
      runReference(result, graph.getLargest(), input, images.size());
  int64_t correct = 0;
  for (int64_t i = 0; i < images.size(); ++i) {
    auto begin = scores.begin() + i * 4;
    correct += std::max_element(begin, begin + 4) - begin == images.labels[i];
  }
  EXPECT_NEAR(trainer->evaluate(graph.getLargest(), images),
              double(correct) / images.size(), 1e-9);
}

TEST_F(TrainerTest, RefusesDataThatDoNotFit) {
  auto getCreateError = [&] {
    llvm::Expected<std::unique_ptr<Trainer>> trainer =
        Trainer::create(graph, images, recipe);
    return trainer ? "" : llvm::toString(trainer.takeError());
  };
  images.classNames.push_back("one more");
  EXPECT_NE(getCreateError().find("5 classes"), std::string::npos);
  images = makeTestImages(96, 4);
  graph.resolution = 16;
  EXPECT_NE(getCreateError().find("12x12"), std::string::npos);
  graph.resolution = 12;
  recipe.augmentation.cropPadding = 2;
  EXPECT_NE(getCreateError().find("augmentation: 'crop-padding'"),
            std::string::npos);
}
