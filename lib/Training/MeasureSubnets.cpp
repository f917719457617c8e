//===- MeasureSubnets.cpp - Accuracies of many subnets --------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccuracyFile.h"
#include "TrainerState.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <chrono>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

/// Fewer images than elsewhere: they cost as much as those that are classified,
/// and subnets come in the same order (see docs/training.md).
static constexpr int64_t recalibrationImages = 512;

static double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

template <typename T>
static uint64_t hash(const T *data, size_t count) {
  return llvm::xxh3_64bits(llvm::ArrayRef(
      reinterpret_cast<const uint8_t *>(data), count * sizeof(T)));
}

static uint64_t hashWeights(const TensorList &parameters) {
  std::vector<uint64_t> hashes;
  for (const at::Tensor &parameter : parameters) {
    at::Tensor host = parameter.cpu();
    hashes.push_back(hash(host.data_ptr<float>(), host.numel()));
  }
  return hash(hashes.data(), hashes.size());
}

static uint64_t hashImages(const ImageSet &images) {
  uint64_t hashes[] = {hash(images.pixels.data(), images.pixels.size()),
                       hash(images.labels.data(), images.labels.size())};
  return hash(hashes, 2);
}

namespace {

/// Says from time to time how far it is.
class MeasuringProgress {
public:
  MeasuringProgress(const RunOptions &options, size_t done, size_t all)
      : options(options), begin(done), all(all) {}

  void add(size_t done) {
    double time = now();
    if (!options.report || (time - lastReport < 20 && done < all))
      return;
    lastReport = time;
    double each = (time - start) / static_cast<double>(done - begin);
    options.report(llvm::formatv(
        "measured {0} of {1} subnets, {2:F2} s each, {3:F0} min left", done,
        all, each, each * static_cast<double>(all - done) / 60));
  }

private:
  const RunOptions &options;
  size_t begin, all;
  double start = now(), lastReport = start;
};

} // namespace

llvm::Expected<RunResult>
Trainer::measureSubnets(llvm::ArrayRef<Subnet> subnets,
                        const RunOptions &options,
                        std::vector<double> &accuracies) {
  TrainerState &state = *impl;
  state.splitImages(options.validationImages);
  if (state.validationIndices.empty())
    return llvm::createStringError(
        "there are no validation images to measure subnets on; keep some back "
        "with --validation-images");
  llvm::SmallString<128> path(options.checkpointFolder);
  if (!path.empty()) {
    if (std::error_code error = llvm::sys::fs::create_directories(path))
      return llvm::createStringError("cannot make folder '" + path +
                                     "': " + error.message());
    llvm::sys::path::append(path, "accuracies.csv");
    if (!options.resume)
      llvm::sys::fs::remove(path);
  }
  std::string conditions = llvm::formatv(
      "weights {0:x-}, images {1:x-}, {2} to validate and {3} to recalibrate "
      "on, seed {4}",
      hashWeights(state.parameters), hashImages(state.images),
      state.validationIndices.size(), recalibrationImages, state.recipe.seed);
  llvm::Expected<AccuracyFile> file =
      AccuracyFile::open(path, state.graph, subnets, conditions);
  if (!file)
    return file.takeError();
  MeasuringProgress progress(options, file->getAccuracies().size(),
                             subnets.size());
  for (size_t i = file->getAccuracies().size(); i < subnets.size(); ++i) {
    if (options.stop && *options.stop) {
      if (options.report)
        options.report("stopped; run the same command again to go on");
      return RunResult::Stopped;
    }
    double accuracy = 0;
    // LibTorch reports by exceptions, such as memory that runs out.
    try {
      accuracy = state.measure(subnets[i], state.images,
                               state.validationIndices, recalibrationImages);
    } catch (const std::exception &exception) {
      return llvm::createStringError(
          "LibTorch failed to measure subnet '" +
          state.graph.print(subnets[i]) +
          "': " + llvm::StringRef(exception.what()).split('\n').first);
    }
    if (llvm::Error error = file->add(accuracy))
      return std::move(error);
    progress.add(i + 1);
  }
  accuracies = file->getAccuracies();
  return RunResult::Finished;
}
