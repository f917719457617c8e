//===- PredictorTest.cpp - MLP and encoding ---------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Predictor.h"
#include "ofa/Search/Xoshiro256.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir::ofa;

static llvm::SmallBitVector bits(std::initializer_list<bool> values) {
  llvm::SmallBitVector result;
  for (bool value : values)
    result.push_back(value);
  return result;
}

static Predictor::Layer makeLayer(unsigned inputs, unsigned outputs,
                                  bool hasBias, Xoshiro256 &random) {
  Predictor::Layer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  auto value = [&] { return static_cast<float>(random.uniform() - 0.5); };
  for (unsigned i = 0; i < inputs * outputs; ++i)
    layer.weights.push_back(value());
  for (unsigned i = 0; hasBias && i < outputs; ++i)
    layer.bias.push_back(value());
  return layer;
}

TEST(PredictorTest, SmallNetworkByHand) {
  Predictor::Layer first{3, 2, {1, 2, 4, -1, -2, -4}, {0.5f, 0.5f}};
  Predictor::Layer second{2, 1, {10, 100}, {}};
  Predictor predictor = cantFail(Predictor::create({first, second}, 0.25f));
  // relu(0.5 + 1 + 4, 0.5 - 1 - 4) = (5.5, 0)
  std::vector<float> result = predictor.predict({{0, 2}, {}, {1}});
  EXPECT_EQ(result, (std::vector<float>{55.25f, 55.25f, 25.25f}));
}

TEST(PredictorTest, BatchesEqualSingleRowsAndThePlainSum) {
  Xoshiro256 random(1);
  std::vector<Predictor::Layer> layers = {makeLayer(40, 33, true, random),
                                          makeLayer(33, 17, true, random),
                                          makeLayer(17, 1, false, random)};
  Predictor predictor = cantFail(Predictor::create(layers, 0.5f));
  std::vector<std::vector<unsigned>> rows;
  for (unsigned r = 0; r < 11; ++r) {
    rows.emplace_back();
    for (unsigned column = 0; column < 40; ++column)
      if (random.below(3) == 0)
        rows.back().push_back(column);
  }
  std::vector<float> batch = predictor.predict(rows);
  ASSERT_EQ(batch.size(), rows.size());
  for (unsigned r = 0; r < rows.size(); ++r) {
    std::vector<float> x(40, 0.0f);
    for (unsigned column : rows[r])
      x[column] = 1;
    for (size_t l = 0; l < layers.size(); ++l) {
      std::vector<float> y;
      for (unsigned o = 0; o < layers[l].outputs; ++o) {
        float sum = layers[l].bias.empty() ? 0.0f : layers[l].bias[o];
        for (unsigned i = 0; i < layers[l].inputs; ++i)
          sum += x[i] * layers[l].weights[o * layers[l].inputs + i];
        y.push_back(l + 1 < layers.size() && sum < 0 ? 0.0f : sum);
      }
      x = y;
    }
    EXPECT_EQ(batch[r], 0.5f + x[0]);
    EXPECT_EQ(batch[r], predictor.predict({rows[r]})[0]);
  }
}

TEST(PredictorTest, GradientIsThatOfThePlainNetwork) {
  Xoshiro256 random(7);
  auto makeLayer = [&](unsigned inputs, unsigned outputs) {
    Predictor::Layer layer{inputs, outputs, {}, {}};
    for (unsigned i = 0; i < inputs * outputs; ++i)
      layer.weights.push_back(static_cast<float>(random.uniform() - 0.5));
    for (unsigned i = 0; i < outputs; ++i)
      layer.bias.push_back(static_cast<float>(random.uniform() - 0.5));
    return layer;
  };
  std::vector<Predictor::Layer> layers = {makeLayer(9, 20), makeLayer(20, 33),
                                          makeLayer(33, 1)};
  Predictor predictor = llvm::cantFail(Predictor::create(layers, 0.25f));
  std::vector<unsigned> row = {1, 4, 8};
  std::vector<double> x(9, 0.0);
  for (unsigned column : row)
    x[column] = 1;

  // Forward and backward in double, by the definition.
  std::vector<std::vector<double>> values = {x};
  for (const Predictor::Layer &layer : layers) {
    std::vector<double> next(layer.bias.begin(), layer.bias.end());
    for (unsigned o = 0; o < layer.outputs; ++o) {
      for (unsigned i = 0; i < layer.inputs; ++i)
        next[o] += layer.weights[o * layer.inputs + i] * values.back()[i];
      if (&layer != &layers.back())
        next[o] = std::max(next[o], 0.0);
    }
    values.push_back(next);
  }
  std::vector<double> gradient = {1};
  for (size_t l = layers.size(); l-- != 0;) {
    std::vector<double> next(layers[l].inputs, 0.0);
    for (unsigned o = 0; o < layers[l].outputs; ++o)
      if (l + 1 == layers.size() || values[l + 1][o] > 0)
        for (unsigned i = 0; i < layers[l].inputs; ++i)
          next[i] += layers[l].weights[o * layers[l].inputs + i] * gradient[o];
    gradient = next;
  }
  std::vector<float> result = predictor.getGradient(row);
  ASSERT_EQ(result.size(), 9u);
  for (unsigned i = 0; i < 9; ++i)
    EXPECT_NEAR(result[i], gradient[i], 1e-5);

  // The encoding's sum is the first-order part of the prediction.
  OneHotEncoding encoding = OneHotEncoding::makeDense({3, 3, 3});
  EXPECT_NEAR(encoding.sum(result, {1, 1, 2}, bits({true, true, true})),
              gradient[1] + gradient[4] + gradient[8], 1e-5);
  EXPECT_NEAR(encoding.sum(result, {1, 1, 2}, bits({true, false, true})),
              gradient[1] + gradient[8], 1e-5);
}

TEST(PredictorTest, EncodingSkipsInactiveGenes) {
  OneHotEncoding dense = OneHotEncoding::makeDense({3, 2, 4});
  EXPECT_EQ(dense.getWidth(), 9u);
  EXPECT_EQ(dense.encode({2, 0, 1}, bits({true, true, true})),
            (std::vector<unsigned>{2, 3, 6}));
  EXPECT_EQ(dense.encode({2, 0, 1}, bits({true, false, true})),
            (std::vector<unsigned>{2, 6}));
  // A value that sets no column, and two genes that share one.
  OneHotEncoding shared =
      cantFail(OneHotEncoding::create(4, {{-1, 3}, {3, 0}}));
  EXPECT_EQ(shared.encode({1, 0}, bits({true, true})), (std::vector<unsigned>{3}));
  EXPECT_EQ(shared.encode({0, 1}, bits({true, true})), (std::vector<unsigned>{0}));
  EXPECT_EQ(
      llvm::toString(OneHotEncoding::create(4, {{0}, {1, 4}}).takeError()),
      "predictor encoding of gene 1 expects columns from -1 to 3, but got 4");
}

TEST(PredictorTest, WrongSizesAreRefused) {
  auto refuse = [](std::vector<Predictor::Layer> layers, float base = 0) {
    llvm::Expected<Predictor> result =
        Predictor::create(std::move(layers), base);
    EXPECT_FALSE(bool(result));
    return llvm::toString(result.takeError());
  };
  EXPECT_EQ(refuse({}), "predictor expects at least one layer");
  EXPECT_EQ(refuse({{2, 1, {1}, {}}}),
            "predictor layer 0 expects 2 weights, but got 1");
  EXPECT_EQ(refuse({{1, 1, {1}, {1, 2}}}),
            "predictor layer 0 expects 1 biases or none, but got 2");
  EXPECT_EQ(refuse({{1, 2, {1, 1}, {}}, {3, 1, {1, 1, 1}, {}}}),
            "predictor layer 1 expects 2 inputs, the outputs of the layer "
            "before, but got 3");
  EXPECT_EQ(refuse({{1, 2, {1, 1}, {}}}),
            "predictor layer 0 expects one output, the accuracy, but got 2");
  EXPECT_EQ(refuse({{1, 1, {NAN}, {}}}),
            "predictor layer 0 expects finite weights and biases");
  EXPECT_EQ(refuse({{1, 1, {1}, {}}}, INFINITY),
            "predictor expects a finite base accuracy");
}
