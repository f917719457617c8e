//===- FitPredictor.cpp - Accuracy of subnets from a few hundred ----------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/FitPredictor.h"

#include "Torch.h"
#include "ofa/Data/Random.h"
#include "ofa/Training/RankCorrelation.h"
#include "ofa/Training/SampleSubnets.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// The inputs that are one.
using Row = std::vector<unsigned>;

// A few hundred noisy accuracies are soon learnt by heart. What prevents it is
// a decay that is far stronger than usual; see docs/training.md for what was
// tried.
static constexpr int64_t hiddenUnits[] = {64, 64};
static constexpr int numSteps = 400;
static constexpr double peakRate = 3e-3, decay = 5;

namespace {
/// The perceptron while it is fitted; it predicts standardised accuracies.
struct Perceptron {
  std::vector<torch::Tensor> weights, biases;

  Perceptron(int64_t inputs, uint64_t seed) {
    auto addLayer = [&](int64_t outputs) {
      // Uniform with variance 2 / inputs, by which ReLU keeps the scale.
      Random random({seed, /*purpose=*/21, weights.size()});
      torch::Tensor weight = torch::empty({outputs, inputs});
      float bound = std::sqrt(6.f / static_cast<float>(inputs));
      float *data = weight.data_ptr<float>();
      for (int64_t i = 0; i < weight.numel(); ++i)
        data[i] = bound * (2 * random.uniform() - 1);
      weights.push_back(weight.requires_grad_());
      biases.push_back(torch::zeros({outputs}).requires_grad_());
      inputs = outputs;
    };
    for (int64_t outputs : hiddenUnits)
      addLayer(outputs);
    addLayer(1);
  }

  torch::Tensor run(torch::Tensor x) const {
    for (size_t l = 0; l < weights.size(); ++l) {
      if (l)
        x = torch::relu(x);
      x = torch::addmm(biases[l], x, weights[l].t());
    }
    return x.squeeze(1);
  }
};
} // namespace

static void fit(Perceptron &perceptron, const torch::Tensor &inputs,
                const torch::Tensor &targets) {
  // AdamW: the decay does not pass through the moments.
  torch::optim::AdamWOptions options(peakRate);
  options.weight_decay(decay);
  torch::optim::AdamW optimizer(perceptron.weights, options);
  options.weight_decay(0);
  optimizer.add_param_group(torch::optim::OptimizerParamGroup(
      perceptron.biases,
      std::make_unique<torch::optim::AdamWOptions>(options)));
  for (int step = 0; step < numSteps; ++step) {
    double rate = peakRate * 0.5 * (1 + std::cos(M_PI * step / numSteps));
    for (auto &group : optimizer.param_groups())
      static_cast<torch::optim::AdamWOptions &>(group.options()).lr(rate);
    optimizer.zero_grad();
    torch::mse_loss(perceptron.run(inputs), targets).backward();
    optimizer.step();
  }
}

static std::vector<float> toVector(const torch::Tensor &tensor) {
  const float *data = tensor.data_ptr<float>();
  return {data, data + tensor.numel()};
}

/// What the errors of nine in ten of all subnets do not exceed, by those of
/// some: the smallest that is certain for any distribution of errors, or the
/// largest.
static double getErrorBound(std::vector<double> errors) {
  llvm::sort(errors);
  size_t rank = static_cast<size_t>(
      std::ceil(0.9 * static_cast<double>(errors.size() + 1)));
  return errors[std::min(rank, errors.size()) - 1];
}

/// Asks the predictor as the search will.
static llvm::Error judge(FittedPredictor &fitted, llvm::ArrayRef<Row> rows,
                         llvm::ArrayRef<double> accuracies) {
  llvm::Expected<Predictor> predictor =
      Predictor::create(fitted.layers, fitted.base);
  if (!predictor)
    return predictor.takeError();
  std::vector<double> predicted, errors;
  double squares = 0;
  for (float accuracy : predictor->predict(rows)) {
    double error = accuracy - accuracies[predicted.size()];
    predicted.push_back(accuracy);
    errors.push_back(std::abs(error));
    squares += error * error;
  }
  fitted.numUnseen = static_cast<int64_t>(errors.size());
  fitted.rmse = std::sqrt(squares / static_cast<double>(errors.size()));
  fitted.error90 = getErrorBound(std::move(errors));
  fitted.spearman = computeSpearman(predicted, accuracies);
  fitted.kendall = computeKendall(predicted, accuracies);
  return llvm::Error::success();
}

llvm::Expected<FittedPredictor> mlir::ofa::training::fitPredictor(
    const Graph &graph, llvm::ArrayRef<Subnet> subnets,
    llvm::ArrayRef<double> accuracies, int64_t unseen, uint64_t seed) {
  int64_t count = static_cast<int64_t>(subnets.size()) - unseen;
  if (unseen < 1 || count < 2)
    return llvm::createStringError("a predictor needs at least 2 subnets to "
                                   "fit and 1 to judge by, but got " +
                                   llvm::Twine(count) + " and " +
                                   llvm::Twine(unseen));
  std::vector<unsigned> cardinalities;
  for (const Choice &choice : graph.choices)
    cardinalities.push_back(static_cast<unsigned>(choice.values.size()));
  OneHotEncoding encoding = OneHotEncoding::makeDense(cardinalities);
  std::vector<Row> rows;
  for (const Subnet &subnet : subnets)
    rows.push_back(
        encoding.encode(std::vector<unsigned>(subnet.begin(), subnet.end()),
                        findActiveChoices(graph, subnet)));

  // LibTorch's threads would make sums in another order.
  at::set_num_threads(1);
  torch::Tensor inputs = torch::zeros({count, encoding.getWidth()});
  for (int64_t i = 0; i < count; ++i)
    for (unsigned column : rows[i])
      inputs.data_ptr<float>()[i * encoding.getWidth() + column] = 1;
  torch::Tensor targets =
      torch::tensor(accuracies.take_front(count).vec(), torch::kDouble);
  double mean = targets.mean().item<double>();
  // All alike: any scale does.
  double deviation = std::max(targets.std().item<double>(), 1e-6);
  targets = ((targets - mean) / deviation).to(torch::kFloat);
  Perceptron perceptron(encoding.getWidth(), seed);
  fit(perceptron, inputs, targets);

  FittedPredictor fitted;
  fitted.numFitted = count;
  fitted.base = static_cast<float>(mean);
  torch::NoGradGuard noGradient;
  perceptron.weights.back().mul_(deviation);
  perceptron.biases.back().mul_(deviation);
  for (auto [weight, bias] : llvm::zip(perceptron.weights, perceptron.biases))
    fitted.layers.push_back({static_cast<unsigned>(weight.size(1)),
                             static_cast<unsigned>(weight.size(0)),
                             toVector(weight), toVector(bias)});
  if (llvm::Error error = judge(fitted, llvm::ArrayRef(rows).drop_front(count),
                                accuracies.drop_front(count)))
    return std::move(error);
  return fitted;
}
