//===- ofa-train.cpp - Trains a supernet ----------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/ImageSet.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Support/ModuleFile.h"
#include "ofa/Training/ImportGraph.h"
#include "ofa/Training/TrainedModule.h"
#include "ofa/Training/Trainer.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <malloc.h>
#include <thread>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::training;
namespace cl = llvm::cl;

static cl::OptionCategory category("Training options");

static cl::opt<std::string>
    inputFile(cl::Positional, cl::Required, cl::cat(category),
              cl::desc("<supernet: .mlir or .mlirbc, - for standard input>"));
static cl::opt<std::string>
    outputFile("o", cl::cat(category), cl::value_desc("file"), cl::Required,
               cl::desc("Trained module (.mlir: text, else bytecode)"));
static cl::opt<std::string> dataSource(
    "data", cl::cat(category), cl::value_desc("source"), cl::Required,
    cl::desc("A folder of class folders with JPEG or PNG images, a folder with "
             "CIFAR-10's binary files, or procedural[:key=value,...]"));
static cl::opt<double> epochs("epochs", cl::cat(category), cl::init(8),
                              cl::desc("Passes over the images (default 8)"));
static cl::opt<double> learningRate("learning-rate", cl::cat(category),
                                    cl::init(0.2),
                                    cl::desc("Its peak (default 0.2)"));
static cl::opt<int> batchSize("batch-size", cl::cat(category), cl::init(128),
                              cl::desc("Images in a step (default 128)"));
static cl::opt<double> weightDecay("weight-decay", cl::cat(category),
                                   cl::init(1e-4),
                                   cl::desc("On weights (default 1e-4)"));
static cl::opt<double>
    labelSmoothing("label-smoothing", cl::cat(category), cl::init(0.1),
                   cl::desc("Part of a label spread over all classes "
                            "(default 0.1)"));
static cl::opt<double>
    maxGradientNorm("max-gradient-norm", cl::cat(category), cl::init(0),
                    cl::desc("Scale longer gradients down to this (default 0: "
                             "never)"));
static cl::opt<int>
    randomSubnets("random-subnets", cl::cat(category), cl::init(2),
                  cl::desc("Random subnets in a step, beside the largest and "
                           "the smallest (default 2)"));
static cl::opt<bool> resolutionPerStep(
    "resolution-per-step", cl::cat(category),
    cl::desc("One resolution for all subnets of a step, not one for each"));
static cl::opt<uint64_t> seed("seed", cl::cat(category), cl::init(0),
                              cl::desc("Of all random choices (default 0)"));
static cl::opt<int> jobs("jobs", cl::cat(category), cl::init(0),
                         cl::desc("Worker threads; results depend on their "
                                  "number (default 0: all cores)"));
static cl::alias jobsShort("j", cl::aliasopt(jobs), cl::cat(category),
                           cl::desc("Alias for --jobs"));
static cl::opt<std::string> checkpointFolder(
    "checkpoint-dir", cl::cat(category), cl::value_desc("folder"),
    cl::desc("Keep the state of the run here, and go on from it"));
static cl::opt<bool> restart("restart", cl::cat(category),
                             cl::desc("Ignore an earlier checkpoint"));
static cl::opt<int> calibrationImages(
    "calibration-images", cl::cat(category), cl::init(128),
    cl::desc("Images put into the module, by which subnets are recalibrated "
             "and quantised (default 128)"));
enum class Calibration { Images, Synthetic };
static cl::opt<Calibration> calibrationSource(
    "calibration", cl::cat(category), cl::init(Calibration::Images),
    cl::desc("Where these images are from:"),
    cl::values(clEnumValN(Calibration::Images, "images",
                          "training images (default)"),
               clEnumValN(Calibration::Synthetic, "synthetic",
                          "made from the network's statistics, so that the "
                          "module holds no training image; takes minutes, and "
                          "subnets may lose some tenths of a point")));
static cl::opt<int64_t>
    calibrationSteps("calibration-steps", cl::cat(category), cl::init(300),
                     cl::desc("Steps in which --calibration=synthetic improves "
                              "its images (default 300)"));
static cl::opt<int> validationImages(
    "validation-images", cl::cat(category), cl::init(1000),
    cl::desc("Training images kept back to measure progress on (default "
             "1000)"));
static cl::opt<bool> test("test", cl::cat(category),
                          cl::desc("Measure the largest and the smallest "
                                   "subnet on the test images at the end"));

static const char *overview =
    R"(OFA: trains all subnets of a supernet together

Every step trains the largest subnet on the labels, and the smallest and some
random ones on what the largest says. The trained module holds the weights,
calibration images and class names, and serves every device without retraining.

Examples:
  ofa-translate --make-supernet=mcu -o supernet.mlir
  ofa-train supernet.mlir --data=cifar-10-batches-bin --epochs=8 -o model.mlirbc
  ofa-train supernet.mlir --data=photos/ --checkpoint-dir=run1 -o model.mlirbc
  ofa-train supernet.mlir --data=procedural:seed=7 --epochs=4 -o model.mlirbc

A run with --checkpoint-dir can be stopped (Ctrl-C, SIGTERM, kill) and goes on
when the same command is given again; its progress is in log.csv there.
)";

static std::atomic<bool> stopRequested{false};

static void requestStop(int signal) {
  stopRequested = true;
  // The second time, do not wait for the step to end.
  std::signal(signal, SIG_DFL);
}

static int fail(const llvm::Twine &message) {
  llvm::errs() << "ofa-train: error: " << message << "\n";
  return 1;
}

/// LibTorch allocates and frees the same large blocks in every step; handing
/// them back to the system each time costs page faults.
static void keepFreedMemory() {
#ifdef M_MMAP_MAX
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

static Recipe makeRecipe() {
  Recipe recipe = makeSandwichRecipe(epochs, learningRate);
  recipe.phases[0].randomSubnets = randomSubnets;
  recipe.batchSize = batchSize;
  recipe.weightDecay = weightDecay;
  recipe.labelSmoothing = labelSmoothing;
  recipe.maxGradientNorm = maxGradientNorm;
  recipe.resolutionPerStep = resolutionPerStep;
  recipe.seed = seed;
  recipe.threads =
      jobs > 0 ? jobs
               : static_cast<int>(
                     std::max(1u, std::thread::hardware_concurrency()));
  return recipe;
}

/// What is wrong with the numbers on the command line, or nothing.
static std::string checkOptions() {
  if (!(epochs >= 0))
    return llvm::formatv("--epochs={0}: expected at least 0", epochs.getValue());
  if (!(learningRate > 0))
    return llvm::formatv("--learning-rate={0}: expected a positive number",
                         learningRate.getValue());
  if (batchSize < 2 || (jobs > 0 && batchSize < 2 * jobs))
    return llvm::formatv("--batch-size={0}: expected at least 2 images for "
                         "each worker",
                         batchSize.getValue());
  if (randomSubnets < 0 || calibrationImages < 1 || validationImages < 0)
    return "--random-subnets and --validation-images must not be negative, and "
           "--calibration-images must be at least 1";
  if (calibrationSteps < 1)
    return llvm::formatv("--calibration-steps={0}: expected at least 1",
                         calibrationSteps.getValue());
  return "";
}

static void report(const std::string &line) {
  llvm::errs() << line << "\n";
}

static int testSubnets(Trainer &trainer, const Graph &graph) {
  llvm::Expected<ImageSet> images =
      loadImageSet(dataSource, DataSplit::Test, graph.resolution);
  if (!images)
    return fail(llvm::toString(images.takeError()));
  report(llvm::formatv(
      "test accuracy on {0} images: largest {1:F2} %, smallest {2:F2} %",
      images->size(), trainer.evaluate(graph.getLargest(), *images) * 100,
      trainer.evaluate(graph.getSmallest(), *images) * 100));
  return 0;
}

static int train(ModuleOp module, SupernetOp supernet) {
  FailureOr<ImportedGraph> imported = importGraph(supernet, seed);
  if (failed(imported))
    return 1;
  Graph &graph = imported->graph;
  llvm::Expected<ImageSet> images =
      loadImageSet(dataSource, DataSplit::Train, graph.resolution);
  if (!images)
    return fail(llvm::toString(images.takeError()));
  for (const std::string &skipped : images->skipped)
    llvm::errs() << "ofa-train: warning: left out " << skipped << "\n";
  Recipe recipe = makeRecipe();
  llvm::Expected<std::unique_ptr<Trainer>> trainer =
      Trainer::create(graph, *images, recipe);
  if (!trainer)
    return fail(llvm::toString(trainer.takeError()));
  report(llvm::formatv("{0}: {1} training images of {2} classes, {3} workers",
                       graph.name, images->size(), graph.numClasses,
                       recipe.threads));
  RunOptions options;
  options.checkpointFolder = checkpointFolder;
  options.resume = !restart;
  options.validationImages = validationImages;
  options.stop = &stopRequested;
  options.report = report;
  llvm::Expected<RunResult> result = (*trainer)->run(options);
  if (!result)
    return fail(llvm::toString(result.takeError()));
  if (*result == RunResult::Stopped)
    return 130;
  (*trainer)->settleStatistics();
  if (test)
    if (int status = testSubnets(**trainer, graph))
      return status;
  std::vector<uint8_t> calibration;
  if (calibrationSource == Calibration::Synthetic) {
    llvm::Expected<std::vector<uint8_t>> pixels = (*trainer)->synthesizeImages(
        calibrationImages, calibrationSteps, options);
    if (!pixels)
      return fail(llvm::toString(pixels.takeError()));
    if (pixels->empty()) {
      report("stopped before there were calibration images: wrote nothing");
      return 130;
    }
    calibration = std::move(*pixels);
  } else {
    calibration = chooseCalibration(*images, calibrationImages, seed);
  }
  (*trainer)->store(graph);
  exportParameters(graph, imported->constants);
  describeData(module, supernet, *images, calibration);
  if (llvm::Error error = writeModule(module, outputFile))
    return fail(llvm::toString(std::move(error)));
  report(llvm::formatv("wrote '{0}'", outputFile.getValue()));
  return 0;
}

int main(int argc, char **argv) {
  keepFreedMemory();
  llvm::InitLLVM initLLVM(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  if (std::string problem = checkOptions(); !problem.empty())
    return fail(problem);
  // Fail now rather than after hours.
  if (llvm::Error error = checkWritable(outputFile))
    return fail(llvm::toString(std::move(error)));

  DialectRegistry registry;
  registry.insert<OFADialect, quant::QuantDialect>();
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = readModuleFile(inputFile, context);
  if (!module)
    return 1;
  auto supernets = llvm::to_vector(module->getOps<SupernetOp>());
  if (supernets.size() != 1)
    return fail("'" + inputFile + "' has " + llvm::Twine(supernets.size()) +
                " supernets, expected one");
  std::signal(SIGTERM, requestStop);
  std::signal(SIGINT, requestStop);
  return train(*module, supernets.front());
}
