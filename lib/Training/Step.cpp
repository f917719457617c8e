//===- Step.cpp - One step of the training --------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distillation.h"
#include "SortChannels.h"
#include "TrainerState.h"

#include "ofa/Data/Random.h"

#include <cmath>
#include <map>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

const at::Tensor &InputCache::get(int64_t resolution) {
  at::Tensor &input = inputs[resolution];
  if (!input.defined()) {
    std::vector<float> data = makeInput(batch, resolution, graph.preprocessing);
    input = at::empty({batch.size(), resolution, resolution, 3}, at::kFloat);
    std::copy(data.begin(), data.end(), input.data_ptr<float>());
    input = input.to(device);
  }
  return input;
}

at::Tensor TrainerState::getLabels(Batch &batch) const {
  return at::from_blob(batch.labels.data(), {batch.size()}, at::kLong)
      .to(device);
}

int64_t TrainerState::getStepsPerEpoch() const {
  // The last, smaller batch of an epoch is left out.
  return std::max<int64_t>(
      1, static_cast<int64_t>(trainIndices.size()) / recipe.batchSize);
}

StepLoss TrainerState::runWorker(int worker, llvm::ArrayRef<int32_t> indices,
                                  const std::vector<Subnet> &subnets,
                                  uint64_t epoch, TensorList &observed) {
  const Phase &now = recipe.phases[phase];
  Batch batch = augmentImages(images, indices, recipe, graph, epoch);
  InputCache inputs(batch, graph, device);
  at::Tensor labels = getLabels(batch);
  at::TensorOptions real = at::TensorOptions(device).dtype(at::kFloat);
  int64_t classes = graph.numClasses;
  // Spread over the classes, so that no label is fully sure.
  at::Tensor smooth =
      at::full({batch.size(), classes}, recipe.labelSmoothing / classes, real);
  smooth.scatter_add_(
      1, labels.unsqueeze(1),
      at::full({batch.size(), 1}, 1 - recipe.labelSmoothing, real));
  TensorList &local = leaves[worker];
  for (at::Tensor &leaf : local)
    leaf.mutable_grad() = at::Tensor();
  StepLoss loss;
  // What the teacher says: of the largest subnet, or at each resolution.
  std::map<int64_t, at::Tensor> taught;
  for (size_t s = 0; s < subnets.size(); ++s) {
    int64_t resolution = graph.getResolution(subnets[s]);
    ForwardOptions options;
    options.observed = s == 0 ? &observed : nullptr;
    options.group = recipe.syncBatchNorm ? group.get() : nullptr;
    options.thread = worker;
    options.useKernels = usesKernels;
    options.fakeQuantize = now.quantizationAware;
    options.bfloat16 = recipe.bfloat16 && !options.fakeQuantize;
    at::Tensor scores =
        network.forward(inputs.get(resolution), subnets[s], local, options);
    at::Tensor logs = at::log_softmax(scores, 1);
    at::Tensor teacherLogs;
    if (now.teacher == Teacher::InPlace && s > 0)
      teacherLogs = taught.begin()->second;
    if (now.teacher == Teacher::Frozen) {
      teacherLogs = taught[resolution];
      if (!teacherLogs.defined())
        teacherLogs = taught[resolution] =
            askTeacher(inputs.get(resolution), resolution);
    }
    at::Tensor mine;
    if (!teacherLogs.defined() || now.labelWeight > 0)
      mine = -(smooth * logs).sum() *
             (teacherLogs.defined() ? now.labelWeight : 1);
    double value = mine.defined() ? mine.item<double>() : 0;
    if (teacherLogs.defined()) {
      at::Tensor distillation = -(teacherLogs.exp() * logs).sum();
      value += distillation.item<double>();
      if (now.loss == DistillationLoss::Adaptive)
        distillation = makeAdaptiveLoss(teacherLogs, logs);
      mine = mine.defined() ? mine + distillation : distillation;
    }
    // Workers' losses add up to the mean over the batch.
    (mine / recipe.batchSize).backward();
    if (now.teacher == Teacher::InPlace && s == 0)
      taught[0] = logs.detach();
    value /= static_cast<double>(recipe.batchSize);
    loss.all += value;
    if (s == 0)
      loss.teacher = value;
  }
  return loss;
}

at::Tensor TrainerState::askTeacher(const at::Tensor &input,
                                    int64_t resolution) const {
  at::NoGradGuard noGradient;
  Subnet largest = graph.getLargest();
  while (graph.getResolution(largest) > resolution)
    --largest[graph.resolutionChoice];
  // With the batch's own statistics, as while it was trained.
  ForwardOptions options;
  options.bfloat16 = recipe.bfloat16;
  return at::log_softmax(network.forward(input, largest, teacher, options), 1);
}

void TrainerState::startPhase() {
  const Phase &now = recipe.phases[phase];
  if (now.sortChannels) {
    TensorList *lists[] = {&parameters, &momentum, &statistics};
    std::vector<TensorList> hosts;
    std::vector<std::vector<float *>> data;
    for (TensorList *list : lists) {
      hosts.emplace_back();
      data.emplace_back();
      for (const at::Tensor &tensor : *list) {
        // Without a copy where it is there already.
        hosts.back().push_back(tensor.defined() ? tensor.cpu() : tensor);
        data.back().push_back(
            tensor.defined() ? hosts.back().back().data_ptr<float>() : nullptr);
      }
    }
    llvm::ArrayRef<Phase> earlier =
        llvm::ArrayRef<Phase>(recipe.phases).take_front(phase);
    sortChannels(graph, earlier, data[0], data);
    for (auto [list, host] : llvm::zip(lists, hosts))
      for (auto [tensor, sorted] : llvm::zip(*list, host))
        if (tensor.defined() && !tensor.is_cpu())
          tensor.copy_(sorted);
  }
  if (now.teacher == Teacher::Frozen && teacher.empty())
    for (const at::Tensor &parameter : parameters)
      teacher.push_back(parameter.detach().clone());
}

/// Nesterov momentum: v = m v + g, p -= rate (g + m v), with g including the
/// decay.
static void update(at::Tensor &parameter, const at::Tensor &gradient,
                   at::Tensor &velocity, float rate, float momentum,
                   float decay, float gradientScale) {
  at::Tensor g = gradient * gradientScale + decay * parameter;
  velocity.mul_(momentum).add_(g);
  parameter.sub_(rate * (g + momentum * velocity));
}

/// The same in the host's memory, in one pass.
static void update(float *parameter, const float *gradient, float *velocity,
                   int64_t count, float rate, float momentum, float decay,
                   float gradientScale) {
  for (int64_t i = 0; i < count; ++i) {
    float g = gradient[i] * gradientScale + decay * parameter[i];
    velocity[i] = momentum * velocity[i] + g;
    parameter[i] -= rate * (g + momentum * velocity[i]);
  }
}

TensorList TrainerState::addGradients(StepLoss &loss) {
  // Workers' gradients in their order, so that a run repeats exactly.
  TensorList gradients(parameters.size()), defined;
  for (size_t i = 0; i < parameters.size(); ++i) {
    for (TensorList &local : leaves) {
      at::Tensor &gradient = local[i].mutable_grad();
      if (!gradient.defined())
        continue;
      gradients[i] = gradients[i].defined() ? gradients[i] + gradient : gradient;
      gradient = at::Tensor();
    }
    if (!gradients[i].defined())
      continue;
    gradients[i] = gradients[i].contiguous();
    defined.push_back(gradients[i].flatten());
  }
  if (group->getNumProcesses() == 1)
    return gradients;
  // All at once: a message for each would take longer than the sum.
  at::Tensor rest = at::empty({3}, at::TensorOptions(device).dtype(at::kFloat));
  rest[0] = loss.all;
  rest[1] = loss.teacher;
  rest[2] = static_cast<double>(stopRequested);
  defined.push_back(rest);
  at::Tensor all = at::cat(defined);
  group->addProcesses(all);
  int64_t position = 0;
  for (at::Tensor &gradient : gradients)
    if (gradient.defined()) {
      int64_t size = gradient.numel();
      gradient = all.narrow(0, position, size).view(gradient.sizes());
      position += size;
    }
  loss.all = all[position].item<double>();
  loss.teacher = all[position + 1].item<double>();
  stopRequested = all[position + 2].item<double>() > 0;
  return gradients;
}

void TrainerState::applyGradients(const TensorList &gradients,
                                  double learningRate) {
  double norm = 0;
  if (recipe.maxGradientNorm > 0)
    for (const at::Tensor &gradient : gradients)
      if (gradient.defined())
        norm += gradient.pow(2).sum().item<double>();
  norm = std::sqrt(norm);
  float scale = 1;
  if (recipe.maxGradientNorm > 0 && norm > recipe.maxGradientNorm)
    scale = static_cast<float>(recipe.maxGradientNorm / norm);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!gradients[i].defined())
      continue;
    ParameterRole role = graph.parameters[i].role;
    bool decays =
        role == ParameterRole::Weight || role == ParameterRole::Transform;
    float rate = static_cast<float>(learningRate);
    float inertia = static_cast<float>(recipe.momentum);
    float decay = decays ? static_cast<float>(recipe.weightDecay) : 0;
    if (usesKernels && device.is_cpu())
      update(parameters[i].data_ptr<float>(), gradients[i].data_ptr<float>(),
             momentum[i].data_ptr<float>(), parameters[i].numel(), rate,
             inertia, decay, scale);
    else
      update(parameters[i], gradients[i], momentum[i], rate, inertia, decay,
             scale);
  }
}

void TrainerState::blendStatistics(const std::vector<TensorList> &observed) {
  for (size_t i = 0; i < statistics.size(); ++i) {
    if (!statistics[i].defined() || !observed[0][i].defined())
      continue;
    // Over all workers: the variance within and that of the means.
    at::Tensor sums;
    for (const TensorList &one : observed) {
      const at::Tensor &mean = one[i][0];
      at::Tensor moments = at::stack({mean, one[i][1] + mean * mean});
      sums = sums.defined() ? sums + moments : moments;
    }
    group->addProcesses(sums);
    sums = sums / static_cast<double>(group->getNumParts());
    const at::Tensor mean = sums[0];
    at::Tensor variance = at::clamp_min(sums[1] - mean * mean, 0);
    at::Tensor target = statistics[i].narrow(1, 0, mean.size(0));
    target.lerp_(at::stack({mean, variance}), recipe.batchNormMomentum);
  }
}

StepLoss TrainerState::trainStep() {
  const Phase &now = recipe.phases[phase];
  int64_t stepsPerEpoch = getStepsPerEpoch();
  uint64_t epoch = static_cast<uint64_t>(step / stepsPerEpoch);
  // An epoch's order is a function of the position, so that a run that was
  // stopped goes on alike.
  std::vector<int32_t> order =
      Random({recipe.seed, /*purpose=*/3, phase, epoch})
          .permutation(static_cast<int64_t>(trainIndices.size()));
  int64_t size = std::min<int64_t>(recipe.batchSize, order.size());
  int64_t first = (step % stepsPerEpoch) * size;
  std::vector<int32_t> indices;
  for (int64_t i = 0; i < size; ++i)
    indices.push_back(trainIndices[order[first + i]]);
  std::vector<Subnet> subnets = sampleSubnets(graph, recipe, phase, step);

  std::vector<TensorList> observed(workers.size());
  std::vector<StepLoss> losses(workers.size());
  uint64_t augmentation = (static_cast<uint64_t>(phase) << 32) + epoch;
  workers.run([&](int worker) {
    int64_t part = group->getPart(worker), count = group->getNumParts();
    int64_t begin = size * part / count, end = size * (part + 1) / count;
    losses[worker] = runWorker(
        worker, llvm::ArrayRef<int32_t>(indices).slice(begin, end - begin),
        subnets, augmentation, observed[worker]);
  });
  StepLoss sum;
  for (const StepLoss &loss : losses) {
    sum.all += loss.all;
    sum.teacher += loss.teacher;
  }
  TensorList gradients = addGradients(sum);
  applyGradients(gradients, getLearningRate(now, step, stepsPerEpoch));
  blendStatistics(observed);
  ++step;
  return sum;
}
