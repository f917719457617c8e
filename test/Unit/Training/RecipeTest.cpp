//===- RecipeTest.cpp - Recipes as YAML -----------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Recipe.h"

#include <gtest/gtest.h>

using namespace mlir::ofa::training;

static std::string getError(llvm::StringRef text) {
  llvm::Expected<Recipe> recipe = parseRecipe({text, "my.yaml"});
  return recipe ? "" : llvm::toString(recipe.takeError());
}

TEST(Recipe, BuiltinsAreWhole) {
  EXPECT_EQ(getRecipeNames(),
            (std::vector<std::string>{"mcu", "paper", "quick"}));
  for (const std::string &name : getRecipeNames()) {
    Recipe recipe = llvm::cantFail(loadRecipe(name));
    // What is written is read again.
    std::string text = recipe.print();
    EXPECT_EQ(llvm::cantFail(parseRecipe({text, name})).print(), text);
  }
}

TEST(Recipe, PaperIsThePublishedSchedule) {
  Recipe paper = llvm::cantFail(loadRecipe("paper"));
  EXPECT_EQ(paper.getEpochs(), 605);
  EXPECT_EQ(paper.batchSize, 2048);
  EXPECT_EQ(paper.weightDecay, 3e-5);
  EXPECT_TRUE(paper.augmentation.randomResizedCrop.has_value());
  EXPECT_NEAR(paper.augmentation.colorJitter.brightness, 32 / 255.0, 1e-5);
  std::vector<double> peaks;
  std::vector<int> subnets;
  for (const Phase &phase : paper.phases) {
    peaks.push_back(phase.peakLearningRate);
    subnets.push_back(phase.randomSubnets);
    EXPECT_FALSE(phase.sandwich);
    EXPECT_EQ(phase.resolutions, 0);
  }
  EXPECT_EQ(peaks, (std::vector<double>{2.6, 0.96, 0.08, 0.24, 0.08, 0.24}));
  EXPECT_EQ(subnets, (std::vector<int>{1, 1, 2, 2, 4, 4}));
}

TEST(Recipe, ScalesInProportion) {
  Recipe paper = llvm::cantFail(loadRecipe("paper"));
  paper.scaleEpochs(60.5);
  paper.scaleLearningRates(0.26);
  EXPECT_NEAR(paper.phases[1].epochs, 12.5, 1e-9);
  EXPECT_NEAR(paper.phases[1].warmupEpochs, 0.5, 1e-9);
  EXPECT_NEAR(paper.phases[1].peakLearningRate, 0.096, 1e-9);
  EXPECT_NEAR(paper.phases[1].startLearningRate, 0.003, 1e-9);
}

TEST(Recipe, MistakesAreNamedWithTheirPlace) {
  const std::string phase = "phases:\n  - name: a\n    epochs: 1\n"
                            "    learning-rate: 0.1\n";
  EXPECT_EQ(getError(phase), "");
  EXPECT_EQ(getError("momentun: 0.9\n" + phase),
            "my.yaml:1:1: unknown key 'momentun'");
  EXPECT_EQ(getError("phases:\n  - name: a\n    epochs: 1\n"),
            "my.yaml:2:5: missing required key 'learning-rate'");
  EXPECT_EQ(getError(phase + "    kernels: some\n"),
            "my.yaml:5:14: expected 'all' or how many of the largest values, "
            "from 1");
  EXPECT_EQ(getError(phase + "    teacher: me\n"),
            "my.yaml:5:14: unknown enumerated scalar");
  EXPECT_EQ(getError(phase + "    sandwich: false\n"),
            "my.yaml:2:5: 'teacher: in-place' is the largest subnet of the "
            "step: expected 'sandwich: true', or 'teacher: none' or 'frozen'");
  EXPECT_EQ(getError(phase + "    warmup-epochs: 2\n"),
            "my.yaml:2:5: expected 'warmup-epochs' from 0 to 'epochs'");
  EXPECT_EQ(getError("batch-size: 1\n" + phase),
            "my.yaml:1:1: expected a 'batch-size' of at least 2");
  EXPECT_EQ(getError("augmentation:\n  flips: true\n" + phase),
            "my.yaml:2:3: unknown key 'flips'");
  EXPECT_EQ(getError("augmentation: {crop-padding: 2}\n" + phase),
            "my.yaml:1:16: 'crop-padding': expected a number in [0, 0.5], but "
            "got 2");
  EXPECT_EQ(getError("phases: []\n"),
            "my.yaml:1:1: expected phases of more than 0 epochs together");
  EXPECT_EQ(getError(""),
            "my.yaml:1:1: expected a recipe in YAML, with 'phases'");
  llvm::Expected<Recipe> absent = loadRecipe("absent.yaml");
  ASSERT_FALSE(absent);
  EXPECT_EQ(llvm::toString(absent.takeError()),
            "recipe 'absent.yaml': cannot read: No such file or directory; "
            "expected a YAML file or one of mcu, paper, quick");
}
