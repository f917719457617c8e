//===- Synthesize.cpp - Images made from a network's statistics -----------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Synthesize.h"

#include "TrainerState.h"
#include "ofa/Data/Random.h"
#include "ofa/Data/Resize.h"
#include "ofa/Training/SampleSubnets.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// Both axes of [N, C, H, W] by the linear map that the integer resizer rounds.
static at::Tensor resize(const at::Tensor &images, int64_t side) {
  int64_t from = images.size(2);
  std::vector<float> weights = Resizer::makeMatrix(from, side);
  at::Tensor matrix = at::empty({side, from}, at::kFloat);
  std::copy(weights.begin(), weights.end(), matrix.data_ptr<float>());
  matrix = matrix.to(images.device());
  return at::matmul(matrix, at::matmul(images, matrix.t()));
}

/// Rounds, but lets gradients through, so that what is optimised is what 8-bit
/// pixels will do.
static at::Tensor roundThrough(const at::Tensor &pixels) {
  at::Tensor values = pixels.detach();
  return pixels + (at::floor(values + 0.5) - values);
}

at::Tensor mlir::ofa::training::makeDifferentiableInput(
    const at::Tensor &images, int64_t resolution,
    const Preprocessing &preprocessing) {
  at::Tensor pixels = roundThrough(images);
  if (images.size(2) != resolution)
    pixels = roundThrough(resize(pixels, resolution));
  pixels = pixels.permute({0, 2, 3, 1}).contiguous();
  at::Tensor mean = at::empty({3}), scale = at::empty({3});
  std::copy_n(preprocessing.mean.begin(), 3, mean.data_ptr<float>());
  std::copy_n(preprocessing.scale.begin(), 3, scale.data_ptr<float>());
  return (pixels - mean.to(pixels.device())) * scale.to(pixels.device());
}

at::Tensor mlir::ofa::training::getDistance(const Graph &graph,
                                            const TensorList &observed,
                                            const TensorList &target) {
  at::Tensor sum;
  int64_t count = 0;
  for (const Node &node : graph.nodes) {
    if (node.kind != NodeKind::BatchNorm || !observed[node.weight].defined())
      continue;
    const at::Tensor &now = observed[node.weight];
    const at::Tensor &goal = target[node.weight];
    // A batch norm does not see variances far below its epsilon.
    at::Tensor variance = goal[1] + node.epsilon;
    at::Tensor ratio = (now[1] + node.epsilon) / variance;
    at::Tensor part =
        (ratio - 1 - ratio.log() + (now[0] - goal[0]).pow(2) / variance).mean();
    sum = sum.defined() ? sum + part : part;
    ++count;
  }
  return count ? sum / count : at::zeros({});
}

/// Grey and coloured noise of several sizes, the coarse ones the strongest, as
/// in photographs.
static at::Tensor makeNoise(int64_t images, int64_t side, uint64_t seed) {
  at::Tensor result = at::full({images, 3, side, side}, 128.0);
  for (int64_t cells : {2, 4, 8, 16}) {
    Random random({seed, /*purpose=*/14, static_cast<uint64_t>(cells)});
    auto draw = [&](int64_t channels) {
      at::Tensor noise = at::empty({images, channels, cells, cells});
      float *values = noise.data_ptr<float>();
      for (int64_t i = 0; i < noise.numel(); ++i)
        values[i] = random.uniform() - 0.5f;
      return resize(noise, side);
    };
    result = result + (draw(1) * 200 + draw(3) * 80) * (2.0 / cells);
  }
  return result.clamp(0, 255);
}

namespace {

/// One optimisation.
class Synthesis {
public:
  Synthesis(const Graph &graph, const Network &network,
            const TensorList &parameters,
            const std::vector<StatisticsTarget> &targets,
            const SynthesisOptions &options)
      : graph(graph), network(network), parameters(parameters),
        targets(targets), options(options),
        pixels(makeNoise(options.images, graph.resolution, options.seed)
                   .to(parameters[0].device())),
        first(at::zeros_like(pixels)), second(at::zeros_like(pixels)) {}

  /// Returns the mean distance of the step's targets, before it.
  double step(int64_t number, Workers &workers);
  std::vector<uint8_t> getPixels() const;

private:
  struct Part {
    at::Tensor gradient;
    double distance = 0;
  };
  Part measure(const StatisticsTarget &target, double priorWeight) const;
  void update(const at::Tensor &gradient, int64_t number);
  /// Falls from 1 to 0 as a half cosine.
  double getFade(int64_t number) const {
    return 0.5 + 0.5 * std::cos(M_PI * static_cast<double>(number) /
                                static_cast<double>(options.steps));
  }

  const Graph &graph;
  const Network &network;
  const TensorList &parameters;
  const std::vector<StatisticsTarget> &targets;
  const SynthesisOptions &options;
  at::Tensor pixels;
  /// Running means of the gradient and of its square.
  at::Tensor first, second;
};

} // namespace

Synthesis::Part Synthesis::measure(const StatisticsTarget &target,
                                   double priorWeight) const {
  at::Tensor leaf = pixels.detach().set_requires_grad(true);
  TensorList observed;
  ForwardOptions forward;
  forward.observed = &observed;
  forward.differentiable = true;
  at::Tensor scores = network.forward(
      makeDifferentiableInput(leaf, graph.getResolution(target.subnet),
                              graph.preprocessing),
      target.subnet, parameters, forward);
  at::Tensor distance = getDistance(graph, observed, target.statistics);
  at::Tensor loss = distance;
  if (priorWeight > 0) {
    at::Tensor labels =
        at::arange(options.images, scores.options().dtype(at::kLong))
            .remainder(graph.numClasses)
            .unsqueeze(1);
    at::Tensor prior = -options.classWeight *
                       at::log_softmax(scores, 1).gather(1, labels).mean();
    for (int64_t axis : {2, 3})
      prior = prior +
              options.smoothWeight * (leaf.diff(1, axis) / 255).pow(2).mean();
    loss = loss + priorWeight * prior;
  }
  loss.backward();
  return {leaf.grad(), distance.item<double>()};
}

double Synthesis::step(int64_t number, Workers &workers) {
  std::vector<size_t> chosen;
  for (size_t i = 0; i < std::min(options.fixedTargets, targets.size()); ++i)
    chosen.push_back(i);
  size_t others = targets.size() - chosen.size();
  for (size_t i = 0; i < std::min(options.otherTargets, others); ++i)
    chosen.push_back(targets.size() - others +
                     (number * options.otherTargets + i) % others);
  std::vector<Part> parts(chosen.size());
  workers.run([&](int worker) {
    for (size_t i = worker; i < chosen.size(); i += workers.size())
      parts[i] =
          measure(targets[chosen[i]], chosen[i] == 0 ? getFade(number) : 0);
  });
  // In their order, so that the number of workers does not matter.
  at::Tensor gradient = at::zeros_like(pixels);
  double distance = 0;
  for (const Part &part : parts) {
    gradient.add_(part.gradient);
    distance += part.distance;
  }
  update(gradient, number);
  return distance / static_cast<double>(parts.size());
}

void Synthesis::update(const at::Tensor &gradient, int64_t number) {
  constexpr double beta1 = 0.9, beta2 = 0.99;
  first.mul_(beta1).add_(gradient, 1 - beta1);
  second.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  double done = static_cast<double>(number);
  double rate = options.learningRate * getFade(number);
  at::Tensor mean = first / (1 - std::pow(beta1, done + 1));
  at::Tensor deviation = (second / (1 - std::pow(beta2, done + 1))).sqrt();
  pixels = (pixels - rate * mean / (deviation + 1e-12)).clamp(0, 255);
}

std::vector<uint8_t> Synthesis::getPixels() const {
  at::Tensor bytes = at::floor(pixels + 0.5)
                         .permute({0, 2, 3, 1})
                         .to(at::kByte)
                         .cpu()
                         .contiguous();
  const uint8_t *data = bytes.data_ptr<uint8_t>();
  return std::vector<uint8_t>(data, data + bytes.numel());
}

std::vector<uint8_t> mlir::ofa::training::synthesizeImages(
    const Graph &graph, const Network &network, const TensorList &parameters,
    const std::vector<StatisticsTarget> &targets,
    const SynthesisOptions &options, Workers &workers) {
  Synthesis synthesis(graph, network, parameters, targets, options);
  for (int64_t i = 0; i < options.steps; ++i) {
    double distance = synthesis.step(i, workers);
    if (options.progress && !options.progress(i + 1, distance))
      return {};
  }
  return synthesis.getPixels();
}

/// The largest and the smallest subnet, and some random ones.
static std::vector<Subnet> chooseSubnets(const Graph &graph, int64_t count,
                                         uint64_t seed) {
  std::vector<Subnet> subnets = {graph.getLargest(), graph.getSmallest()};
  Random random({seed, /*purpose=*/15});
  for (int64_t i = 2; i < count; ++i) {
    Subnet subnet = drawSubnet(graph, random);
    subnets.push_back(subnet);
  }
  return subnets;
}

llvm::Expected<std::vector<uint8_t>>
Trainer::synthesizeImages(int64_t count, int64_t steps,
                          const RunOptions &options) {
  if (llvm::none_of(impl->graph.nodes, [](const Node &node) {
        return node.kind == NodeKind::BatchNorm;
      }))
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "'" + impl->graph.name +
            "' has no batch norm, from whose statistics calibration images "
            "could be made; use training images");
  constexpr int64_t numTargets = 32;
  auto report = [&](const std::string &line) {
    if (options.report)
      options.report(line);
  };
  auto isStopped = [&] { return options.stop && *options.stop; };
  // LibTorch reports by exceptions, such as memory that runs out.
  try {
    std::vector<StatisticsTarget> targets;
    for (const Subnet &subnet :
         chooseSubnets(impl->graph, numTargets, impl->recipe.seed)) {
      if (isStopped())
        return std::vector<uint8_t>();
      targets.push_back({subnet, impl->recalibrate(subnet)});
    }
    SynthesisOptions synthesis;
    synthesis.images = count;
    synthesis.steps = steps;
    synthesis.seed = impl->recipe.seed;
    synthesis.progress = [&](int64_t step, double distance) {
      if (step % 50 == 0 || step == steps)
        report(llvm::formatv("calibration images: step {0}/{1}, distance of "
                             "their statistics {2:F5}",
                             step, synthesis.steps, distance));
      return !isStopped();
    };
    return mlir::ofa::training::synthesizeImages(impl->graph, impl->network,
                                                 impl->parameters, targets,
                                                 synthesis, impl->workers);
  } catch (const std::exception &exception) {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "LibTorch failed while calibration images were made: " +
            llvm::StringRef(exception.what()).split('\n').first);
  }
}
