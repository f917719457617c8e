//===- Evaluate.cpp - Accuracy of subnets while training ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainerState.h"

#include <atomic>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static constexpr int64_t evaluationBatch = 128;

TensorList TrainerState::recalibrate(const Subnet &subnet,
                                     int64_t imagesToUse) {
  // The same images for every subnet; whole batches, so that all count alike.
  int64_t available = static_cast<int64_t>(trainIndices.size());
  int64_t size = std::min(evaluationBatch, available);
  int64_t count = std::min(imagesToUse, available) / size;
  // Processes share the work, unless there is not enough for all.
  int parts = group->getNumParts(), first = group->getPart(0);
  bool isShared = count >= parts;
  if (!isShared) {
    parts = workers.size();
    first = 0;
  }
  std::vector<TensorList> observed(count);
  workers.run([&](int worker) {
    at::NoGradGuard noGradient;
    for (int64_t b = first + worker; b < count; b += parts) {
      Batch batch = takeImages(
          images,
          llvm::ArrayRef<int32_t>(trainIndices).slice(b * size, size));
      InputCache inputs(batch, graph, device);
      ForwardOptions options;
      options.observed = &observed[b];
      network.forward(inputs.get(graph.getResolution(subnet)), subnet,
                      parameters, options);
    }
  });
  TensorList result(graph.parameters.size());
  for (size_t i = 0; i < result.size(); ++i) {
    for (const TensorList &one : observed)
      if (!one.empty() && one[i].defined())
        result[i] = result[i].defined() ? result[i] + one[i] : one[i];
    if (!result[i].defined())
      continue;
    if (isShared)
      group->addProcesses(result[i]);
    result[i] = result[i] / static_cast<double>(count);
  }
  return result;
}

double TrainerState::measure(const Subnet &subnet, const ImageSet &set,
                             llvm::ArrayRef<int32_t> indices,
                             int64_t imagesToRecalibrate) {
  TensorList exact = recalibrate(subnet, imagesToRecalibrate);
  std::atomic<int64_t> correct{0};
  int64_t total = static_cast<int64_t>(indices.size());
  int64_t batches = (total + evaluationBatch - 1) / evaluationBatch;
  workers.run([&](int worker) {
    at::NoGradGuard noGradient;
    for (int64_t b = group->getPart(worker); b < batches;
         b += group->getNumParts()) {
      int64_t first = b * evaluationBatch;
      Batch batch = takeImages(
          set,
          indices.slice(first, std::min(evaluationBatch, total - first)));
      InputCache inputs(batch, graph, device);
      ForwardOptions options;
      options.statistics = &exact;
      at::Tensor scores =
          network.forward(inputs.get(graph.getResolution(subnet)), subnet,
                          parameters, options);
      correct += scores.argmax(1).eq(getLabels(batch)).sum().item<int64_t>();
    }
  });
  at::Tensor sum = at::full({1}, correct.load(), at::kLong);
  group->addProcesses(sum);
  return static_cast<double>(sum.item<int64_t>()) /
         static_cast<double>(std::max<int64_t>(1, total));
}

double Trainer::evaluate(const Subnet &subnet, const ImageSet &images) {
  std::vector<int32_t> all(static_cast<size_t>(images.size()));
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<int32_t>(i);
  return impl->measure(subnet, images, all);
}

void Trainer::settleStatistics() {
  TensorList exact = impl->recalibrate(impl->graph.getLargest());
  for (size_t i = 0; i < exact.size(); ++i)
    if (exact[i].defined())
      impl->statistics[i].copy_(exact[i]);
}

std::vector<float>
mlir::ofa::training::runReference(const Graph &graph, const Subnet &subnet,
                                  llvm::ArrayRef<float> images, int64_t count,
                                  bool fakeQuantize) {
  at::NoGradGuard noGradient;
  Network network(graph);
  TensorList parameters = network.makeParameters();
  TensorList statistics = network.makeStatistics();
  ForwardOptions options;
  options.statistics = &statistics;
  options.useKernels = false;
  int64_t resolution = graph.getResolution(subnet);
  at::Tensor input = at::empty(
      {count, resolution, resolution, graph.imageChannels}, at::kFloat);
  std::copy(images.begin(), images.end(), input.data_ptr<float>());
  std::vector<RealRange> ranges;
  if (fakeQuantize)
    options.observedRanges = &ranges;
  at::Tensor scores = network.forward(input, subnet, parameters, options);
  if (fakeQuantize) {
    options.observedRanges = nullptr;
    options.ranges = &ranges;
    options.fakeQuantize = true;
    scores = network.forward(input, subnet, parameters, options);
  }
  scores = scores.contiguous();
  return std::vector<float>(scores.data_ptr<float>(),
                            scores.data_ptr<float>() + scores.numel());
}
