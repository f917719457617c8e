//===- PredictorTest.cpp - MLP and encoding ---------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/LocalPredictor.h"
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

/// The definition, in double: all layers' values after ReLU, the inputs first.
static std::vector<std::vector<double>>
runPlain(llvm::ArrayRef<Predictor::Layer> layers,
         llvm::ArrayRef<unsigned> row) {
  std::vector<std::vector<double>> values;
  values.emplace_back(layers.front().inputs, 0.0);
  for (unsigned column : row)
    values.back()[column] = 1;
  for (const Predictor::Layer &layer : layers) {
    std::vector<double> next(layer.bias.begin(), layer.bias.end());
    next.resize(layer.outputs);
    for (unsigned o = 0; o < layer.outputs; ++o) {
      for (unsigned i = 0; i < layer.inputs; ++i)
        next[o] += layer.weights[o * layer.inputs + i] * values.back()[i];
      if (&layer != &layers.back())
        next[o] = std::max(next[o], 0.0);
    }
    values.push_back(next);
  }
  return values;
}

TEST(LocalPredictorTest, FirstLayerIsExactAndTheRestIsLinear) {
  Xoshiro256 random(7);
  std::vector<Predictor::Layer> layers = {makeLayer(9, 20, true, random),
                                          makeLayer(20, 33, true, random),
                                          makeLayer(33, 18, false, random),
                                          makeLayer(18, 1, true, random)};
  Predictor predictor = cantFail(Predictor::create(layers, 0.25f));
  std::vector<std::vector<unsigned>> rows = {{0}, {1, 4, 8}, {2, 3, 5, 6}};
  Predictor::Activations activations;
  std::vector<float> accuracies = predictor.predict(rows, activations);
  LocalPredictor local(predictor);
  for (unsigned r = 0; r < rows.size(); ++r) {
    // The derivative with respect to the first layer's outputs, by definition.
    auto values = runPlain(layers, rows[r]);
    std::vector<double> gradient = {1};
    for (size_t l = layers.size(); l-- != 1;) {
      std::vector<double> next(layers[l].inputs, 0.0);
      for (unsigned o = 0; o < layers[l].outputs; ++o)
        if (l + 1 == layers.size() || values[l + 1][o] > 0)
          for (unsigned i = 0; i < layers[l].inputs; ++i)
            next[i] += layers[l].weights[o * layers[l].inputs + i] * gradient[o];
      gradient = next;
    }
    auto expect = [&](std::vector<unsigned> changed) {
      auto now = runPlain(layers, changed);
      double result = accuracies[r];
      for (unsigned i = 0; i < gradient.size(); ++i)
        result += gradient[i] * (now[1][i] - values[1][i]);
      return result;
    };
    local.moveTo(activations, r, rows[r], accuracies[r]);
    EXPECT_NEAR(local.estimate({}, {}), accuracies[r], 1e-5);
    EXPECT_NEAR(local.estimate({7}, {rows[r][0]}), [&] {
      std::vector<unsigned> changed(rows[r].begin() + 1, rows[r].end());
      changed.push_back(7);
      return expect(changed);
    }(), 1e-5);
    std::vector<unsigned> removed(rows[r].begin() + 1, rows[r].end());
    EXPECT_NEAR(local.estimate({}, removed), expect({rows[r][0]}), 1e-5);
    EXPECT_NEAR(local.estimateKept({1, 2}), expect({7}), 1e-5);
  }
}

TEST(LocalPredictorTest, PreparedTogetherEqualsOneByOne) {
  Xoshiro256 random(11);
  Predictor predictor = cantFail(Predictor::create(
      {makeLayer(30, 50, true, random), makeLayer(50, 35, true, random),
       makeLayer(35, 20, true, random), makeLayer(20, 1, true, random)},
      0.5f));
  std::vector<std::vector<unsigned>> rows;
  for (unsigned r = 0; r < 7; ++r)
    rows.push_back({unsigned(random.below(10)), unsigned(10 + random.below(10)),
                    unsigned(20 + random.below(10))});
  Predictor::Activations activations;
  std::vector<float> accuracies = predictor.predict(rows, activations);
  std::vector<LocalPredictor> together(rows.size(), LocalPredictor(predictor));
  std::vector<LocalPredictor *> pointers;
  for (unsigned r = 0; r < rows.size(); ++r) {
    together[r].moveTo(activations, r, rows[r], accuracies[r]);
    pointers.push_back(&together[r]);
  }
  LocalPredictor::prepare(pointers);
  for (unsigned r = 0; r < rows.size(); ++r) {
    LocalPredictor alone(predictor);
    alone.moveTo(activations, r, rows[r], accuracies[r]);
    for (unsigned column = 0; column < 10; ++column)
      EXPECT_EQ(together[r].estimate({column}, {rows[r][0]}),
                alone.estimate({column}, {rows[r][0]}));
    EXPECT_EQ(together[r].estimateKept({0, 9}), alone.estimateKept({0, 9}));
  }
}

TEST(LocalPredictorTest, IsExactWithOneHiddenLayerOrNone) {
  Xoshiro256 random(3);
  for (bool isDeep : {false, true}) {
    std::vector<Predictor::Layer> layers;
    if (isDeep)
      layers.push_back(makeLayer(12, 37, true, random));
    layers.push_back(makeLayer(isDeep ? 37 : 12, 1, true, random));
    Predictor predictor = cantFail(Predictor::create(layers, 0.5f));
    Predictor::Activations activations;
    std::vector<std::vector<unsigned>> rows = {{1, 5, 11}};
    float accuracy = predictor.predict(rows, activations).front();
    LocalPredictor local(predictor);
    local.moveTo(activations, 0, rows.front(), accuracy);
    EXPECT_NEAR(local.estimate({0, 2}, {1}),
                predictor.predict({{0, 2, 5, 11}}).front(), 1e-6);
    EXPECT_NEAR(local.estimate({}, {11}), predictor.predict({{1, 5}}).front(),
                1e-6);
    EXPECT_NEAR(local.estimateKept({0, 1}),
                predictor.predict({{0, 2, 5}}).front(), 1e-6);
  }
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
