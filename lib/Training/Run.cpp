//===- Run.cpp - A training run from start to end -------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Progress.h"
#include "TrainerState.h"

#include "ofa/Data/Random.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <chrono>
#include <cmath>
#include <cstring>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

static llvm::Error fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

TrainerState::TrainerState(const Graph &graph, const ImageSet &images,
                           const Recipe &recipe, std::unique_ptr<Group> group)
    : graph(graph), images(images), recipe(recipe), group(std::move(group)),
      device(recipe.cuda
                 ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(
                                             this->group->getLocalRank()))
                 : at::Device(at::kCPU)),
      network(graph), workers(recipe.threads, [] { at::set_num_threads(1); }),
      parameters(network.makeParameters()),
      statistics(network.makeStatistics()) {
  at::set_num_threads(1);
  // cuDNN searches for a plan whenever a shape is new, which takes far longer
  // than the convolution, and nearly every subnet brings shapes of its own.
  if (recipe.cuda)
    at::globalContext().setUserEnabledCuDNN(false);
  for (TensorList *list : {&parameters, &statistics})
    for (at::Tensor &tensor : *list)
      if (tensor.defined())
        tensor = tensor.to(device);
  for (const at::Tensor &parameter : parameters)
    momentum.push_back(at::zeros_like(parameter));
  for (int w = 0; w < recipe.threads; ++w) {
    leaves.emplace_back();
    for (const at::Tensor &parameter : parameters)
      leaves.back().push_back(parameter.detach().set_requires_grad(true));
  }
  splitImages(0);
}

TrainerState::~TrainerState() = default;

void TrainerState::splitImages(int64_t validationImages) {
  std::vector<int32_t> order =
      Random({recipe.seed, /*purpose=*/4}).permutation(images.size());
  // Always leave something to train on.
  int64_t kept = std::min(validationImages, images.size() / 2);
  validationIndices.assign(order.begin(), order.begin() + kept);
  trainIndices.assign(order.begin() + kept, order.end());
}

bool mlir::ofa::training::hasCuda() { return torch::cuda::is_available(); }

Trainer::Trainer(std::unique_ptr<TrainerState> impl) : impl(std::move(impl)) {}
Trainer::~Trainer() = default;

llvm::Expected<std::unique_ptr<Trainer>>
Trainer::create(const Graph &graph, const ImageSet &images,
                const Recipe &recipe, const Rendezvous &place) {
  if (llvm::Error error = graph.verify())
    return error;
  if (static_cast<int64_t>(images.classNames.size()) != graph.numClasses)
    return fail("the data set has " + llvm::Twine(images.classNames.size()) +
                " classes, but the network tells " +
                llvm::Twine(graph.numClasses) +
                " apart; make a supernet with as many classes");
  if (images.height != graph.resolution || images.width != graph.resolution)
    return fail("the images are " + llvm::Twine(images.height) + "x" +
                llvm::Twine(images.width) + ", but the largest input is " +
                llvm::Twine(graph.resolution) + "x" +
                llvm::Twine(graph.resolution));
  if (recipe.cuda && !hasCuda())
    return fail("this LibTorch sees no GPU: expected one with CUDA, and a GPU");
  if (std::string problem = recipe.augmentation.validate(); !problem.empty())
    return fail("augmentation: " + problem);
  Recipe own = recipe;
  own.batchSize = std::min<int64_t>(own.batchSize, images.size());
  int64_t least = int64_t(2) * recipe.threads * place.size;
  if (own.batchSize < least)
    return fail("a batch has " + llvm::Twine(own.batchSize) +
                " images, expected at least " + llvm::Twine(least) +
                ", 2 for each of " + llvm::Twine(place.size) +
                " processes of " + llvm::Twine(recipe.threads) + " threads");
  llvm::Expected<std::unique_ptr<Group>> group =
      Group::join(place, recipe.threads);
  if (!group)
    return group.takeError();
  return std::unique_ptr<Trainer>(new Trainer(
      std::make_unique<TrainerState>(graph, images, own, std::move(*group))));
}

const TrainingCost &Trainer::getCost() const {
  return impl->progress->getCost();
}

void Trainer::store(Graph &graph) const {
  Network::store(impl->parameters, impl->statistics, graph);
}

uint64_t TrainerState::hashRecipe() const {
  return llvm::xxh3_64bits(llvm::formatv("{0}{1} {2}{3}{4}", recipe.print(),
                                         recipe.threads, trainIndices.size(),
                                         recipe.bfloat16 ? " bfloat16" : "",
                                         recipe.cuda ? " cuda" : "")
                               .str());
}

Checkpoint TrainerState::makeCheckpoint() const {
  Checkpoint checkpoint;
  checkpoint.graph = graph.getFingerprint();
  checkpoint.recipe = hashRecipe();
  checkpoint.phase = phase;
  checkpoint.step = static_cast<uint64_t>(step);
  checkpoint.totals = totals;
  for (const TensorList *list : {&parameters, &momentum, &statistics, &teacher})
    for (const at::Tensor &tensor : *list) {
      checkpoint.tensors.emplace_back();
      if (!tensor.defined())
        continue;
      at::Tensor host = tensor.cpu();
      checkpoint.tensors.back().assign(host.data_ptr<float>(),
                                       host.data_ptr<float>() + host.numel());
    }
  return checkpoint;
}

llvm::Error TrainerState::restore(const Checkpoint &checkpoint,
                                   llvm::StringRef path) {
  if (checkpoint.graph != graph.getFingerprint())
    return fail("checkpoint '" + path +
                "' is of another supernet; choose another folder");
  if (checkpoint.recipe != hashRecipe())
    return fail("checkpoint '" + path +
                "' was made with other options (epochs, learning rate, batch, "
                "seed, threads, precision or data); repeat them, or choose "
                "another folder");
  // A frozen teacher comes last, if there is one already.
  teacher.clear();
  if (checkpoint.tensors.size() > 3 * parameters.size())
    for (const at::Tensor &parameter : parameters)
      teacher.push_back(at::zeros_like(parameter));
  size_t position = 0;
  for (TensorList *list : {&parameters, &momentum, &statistics, &teacher})
    for (at::Tensor &tensor : *list) {
      size_t expected = tensor.defined() ? tensor.numel() : 0;
      if (position >= checkpoint.tensors.size() ||
          checkpoint.tensors[position].size() != expected)
        return fail("checkpoint '" + path + "': tensor " +
                    llvm::Twine(position) + " does not have the " +
                    llvm::Twine(expected) + " numbers that are expected");
      const std::vector<float> &data = checkpoint.tensors[position++];
      if (expected)
        tensor.copy_(at::from_blob(const_cast<float *>(data.data()),
                                   tensor.sizes(), at::kFloat));
    }
  phase = checkpoint.phase;
  step = static_cast<int64_t>(checkpoint.step);
  totals = checkpoint.totals;
  return llvm::Error::success();
}

/// What the log says of a run besides its recipe.
static std::vector<std::pair<std::string, std::string>>
describeRun(const TrainerState &state, const RunOptions &options) {
  double subnets = 1;
  for (const Choice &choice : state.graph.choices)
    subnets *= static_cast<double>(choice.values.size());
  return {{"supernet", state.graph.name},
          {"combinations of choices",
           llvm::formatv("{0}", llvm::format("%.3g", subnets))},
          {"data", options.dataSource},
          {"classes", std::to_string(state.graph.numClasses)},
          {"training images", std::to_string(state.trainIndices.size())},
          {"validation images", std::to_string(state.validationIndices.size())},
          {"workers", std::to_string(state.group->getNumParts())},
          {"processes", std::to_string(state.group->getNumProcesses())},
          {"kernels", state.recipe.cuda ? "CUDA" : getKernels().name},
          {"precision", state.recipe.bfloat16 ? "bfloat16" : "float32"},
          {"OFA", OFA_VERSION},
          {"LibTorch", TORCH_VERSION},
          {"LLVM", LLVM_VERSION_STRING}};
}

llvm::Error TrainerState::resume(llvm::StringRef path,
                                 const RunOptions &options) {
  llvm::Expected<Checkpoint> checkpoint = readCheckpoint(path);
  if (!checkpoint)
    return checkpoint.takeError();
  if (llvm::Error error = restore(*checkpoint, path))
    return error;
  if (options.report)
    options.report(llvm::formatv("resumed from '{0}' at step {1}", path, step));
  if (std::isnan(totals.joules)) {
    totals.joules =
        totals.seconds * group->getNumParts() * options.carbon.wattsPerCore;
    if (options.report)
      options.report(
          "the checkpoint is of a version that kept no energy: it is "
          "taken from the time so far, workers and watts per core");
  }
  return llvm::Error::success();
}

llvm::Error TrainerState::shareStart(llvm::Error problem) {
  at::Tensor start = at::empty({4}, at::kDouble);
  bool isFailed = static_cast<bool>(problem);
  start[0] = static_cast<double>(isFailed);
  start[1] = static_cast<double>(phase);
  start[2] = static_cast<double>(step);
  start[3] = static_cast<double>(!teacher.empty());
  group->broadcast(start);
  if (isFailed)
    return problem;
  if (start[0].item<double>() != 0)
    return fail("the first process could not go on");
  phase = static_cast<size_t>(start[1].item<double>());
  step = static_cast<int64_t>(start[2].item<double>());
  if (teacher.empty() && start[3].item<double>() != 0)
    for (const at::Tensor &parameter : parameters)
      teacher.push_back(at::zeros_like(parameter));
  for (TensorList *list : {&parameters, &momentum, &statistics, &teacher})
    for (at::Tensor &tensor : *list)
      if (tensor.defined())
        group->broadcast(tensor);
  return llvm::Error::success();
}

llvm::Expected<RunResult> Trainer::run(const RunOptions &options) {
  TrainerState &state = *impl;
  state.splitImages(options.validationImages);
  std::string path;
  if (!options.checkpointFolder.empty()) {
    if (std::error_code error =
            llvm::sys::fs::create_directories(options.checkpointFolder))
      return fail("cannot make folder '" + options.checkpointFolder +
                  "': " + error.message());
    llvm::SmallString<128> file(options.checkpointFolder);
    llvm::sys::path::append(file, "checkpoint.ofa");
    path = std::string(file);
  }
  // All processes measure, as they do it together; the first one reads, writes
  // and tells.
  RunOptions told = options;
  if (!state.group->isFirst()) {
    told.checkpointFolder.clear();
    told.report = nullptr;
    path.clear();
  }
  bool resumed = !path.empty() && options.resume && llvm::sys::fs::exists(path);
  if (llvm::Error error = state.shareStart(resumed ? state.resume(path, told)
                                                   : llvm::Error::success()))
    return error;
  EnergySources sources;
  sources.wattsPerCore = options.carbon.wattsPerCore;
  sources.processes = state.group->getNumProcesses();
  if (at::hasCUDA())
    sources.nvmlLibrary = "libnvidia-ml.so.1";
  state.progress = std::make_unique<Progress>(state.graph, state.recipe,
                                              state.getStepsPerEpoch(), told,
                                              sources, state.totals);
  Progress &progress = *state.progress;
  if (llvm::Error error = progress.begin(state.phase, state.step, resumed,
                                         describeRun(state, options)))
    return error;
  Measure measure;
  if (!state.validationIndices.empty())
    measure = [&state](const Subnet &subnet) {
      return state.measure(subnet, state.images, state.validationIndices);
    };
  double lastSave = now();
  auto save = [&]() -> llvm::Error {
    lastSave = now();
    return path.empty() ? llvm::Error::success()
                        : writeCheckpoint(path, state.makeCheckpoint());
  };
  int64_t stepsPerEpoch = state.getStepsPerEpoch();
  for (; state.phase < state.recipe.phases.size(); ++state.phase, state.step = 0) {
    int64_t steps = getNumSteps(state.recipe.phases[state.phase], stepsPerEpoch);
    if (state.step == 0 && steps > 0)
      state.startPhase();
    while (state.step < steps) {
      state.stopRequested = options.stop && *options.stop;
      StepLoss loss;
      // LibTorch reports by exceptions, such as memory that runs out.
      try {
        loss = state.trainStep();
      } catch (const std::exception &exception) {
        return fail(llvm::Twine("LibTorch failed in step ") +
                    llvm::Twine(state.step) + ": " +
                    llvm::StringRef(exception.what()).split('\n').first);
      }
      if (!std::isfinite(loss.all))
        return fail("the loss is not a number any more after step " +
                    llvm::Twine(state.step) +
                    "; use a smaller learning rate" +
                    (path.empty() ? ""
                                  : " (the last good state is in '" + path +
                                        "')"));
      progress.addStep(state.phase, state.step, loss.all, loss.teacher);
      bool isEpochEnd = state.step % stepsPerEpoch == 0 || state.step == steps;
      if (isEpochEnd)
        if (llvm::Error error =
                progress.endEpoch(state.phase, state.step, measure))
          return error;
      // One process was told to stop: all do, after the same step.
      bool isStopped = state.stopRequested;
      if (isEpochEnd || isStopped || now() - lastSave > options.checkpointSeconds)
        if (llvm::Error error = save())
          return error;
      if (isStopped) {
        if (told.report)
          told.report("stopped; run the same command again to go on");
        return RunResult::Stopped;
      }
    }
  }
  if (llvm::Error error = progress.end())
    return error;
  return RunResult::Finished;
}
