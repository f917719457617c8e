//===- ofa-train.cpp - Trains a supernet ----------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/ImageSet.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Support/ModuleFile.h"
#include "ofa/Training/AttachPredictor.h"
#include "ofa/Training/FitPredictor.h"
#include "ofa/Training/ImportGraph.h"
#include "ofa/Training/SampleSubnets.h"
#include "ofa/Training/TrainedModule.h"
#include "ofa/Training/Trainer.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <malloc.h>
#include <optional>
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
static const std::string recipeHelp =
    "How to train: " + llvm::join(getRecipeNames(), ", ") +
    ", or a YAML file (default quick)";
static cl::opt<std::string> recipeName("recipe", cl::cat(category),
                                       cl::value_desc("name or file"),
                                       cl::init("quick"), cl::desc(recipeHelp));
// Without these, the recipe's own values count.
static cl::opt<double>
    epochs("epochs", cl::cat(category), cl::value_desc("number"),
           cl::desc("Passes over the images, all phases together; they keep "
                    "their proportions"));
static cl::opt<double> learningRate(
    "learning-rate", cl::cat(category), cl::value_desc("number"),
    cl::desc("The highest one; the others keep their proportions. Without it "
             "they follow --batch-size"));
static cl::opt<int> batchSize("batch-size", cl::cat(category),
                              cl::desc("Images in a step"));
static cl::opt<double> weightDecay("weight-decay", cl::cat(category),
                                   cl::desc("On weights"));
static cl::opt<double>
    labelSmoothing("label-smoothing", cl::cat(category),
                   cl::desc("Part of a label spread over all classes"));
static cl::opt<double>
    maxGradientNorm("max-gradient-norm", cl::cat(category),
                    cl::desc("Scale longer gradients down to this (0: never)"));
static cl::opt<int>
    randomSubnets("random-subnets", cl::cat(category),
                  cl::desc("Random subnets in a step, beside the largest and "
                           "the smallest of a sandwich"));
static cl::opt<bool> resolutionPerStep(
    "resolution-per-step", cl::cat(category),
    cl::desc("One resolution for all subnets of a step, not one for each"));
static cl::opt<uint64_t> seed("seed", cl::cat(category),
                              cl::desc("Of all random choices"));
static cl::opt<int> jobs("jobs", cl::cat(category), cl::init(0),
                         cl::desc("Worker threads; results depend on their "
                                  "number (default 0: all cores)"));
enum class Precision { Auto, Float32, BFloat16 };
static cl::opt<Precision> precision(
    "precision", cl::cat(category), cl::init(Precision::Auto),
    cl::desc("Of images and convolutions in a step; results depend on it:"),
    cl::values(clEnumValN(Precision::Auto, "auto",
                          "bfloat16 where the processor multiplies it, else "
                          "float32 (default)"),
               clEnumValN(Precision::Float32, "float32", "single precision"),
               clEnumValN(Precision::BFloat16, "bfloat16",
                          "half the memory; slow on processors without it")));
enum class Processor { Auto, Cpu, Cuda };
static cl::opt<Processor> processor(
    "device", cl::cat(category), cl::init(Processor::Auto),
    cl::desc("What computes:"),
    cl::values(clEnumValN(Processor::Auto, "auto",
                          "a GPU where LibTorch sees one, else cpu (default)"),
               clEnumValN(Processor::Cpu, "cpu", "the cores"),
               clEnumValN(Processor::Cuda, "cuda",
                          "one GPU for each process (--workers)")));
static cl::opt<int> workers(
    "workers", cl::cat(category), cl::init(1), cl::value_desc("processes"),
    cl::desc(
        "Train in so many processes on this machine, which share the cores "
        "(default 1). torchrun and SLURM start them on many: RANK, "
        "WORLD_SIZE, MASTER_ADDR and MASTER_PORT"));
static cl::opt<bool> syncBatchNorm(
    "sync-bn", cl::cat(category),
    cl::desc("Batch norm by the statistics of the whole batch, not of each "
             "worker's part: slower"));
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
static cl::opt<int> validateEvery(
    "validate-every", cl::cat(category), cl::init(1), cl::value_desc("epochs"),
    cl::desc("Measure the largest and the smallest subnet, at up to three "
             "resolutions, after every so many epochs and at the end of a "
             "phase (default 1)"));
static cl::opt<double> wattsPerCore(
    "watts-per-core", cl::cat(category), cl::init(CarbonOptions().wattsPerCore),
    cl::desc("Power of a busy core, where no counter of energy can be read "
             "(default 6.25: a Xeon Platinum 8480+, 350 W for 56 cores)"));
static cl::opt<double> gridIntensity(
    "grid-intensity", cl::cat(category), cl::value_desc("g/kWh"),
    cl::init(CarbonOptions().gridIntensity),
    cl::desc("CO2 of the electricity (default 445: the world's average in "
             "2024, IEA)"));
static cl::opt<int64_t>
    devices("devices", cl::cat(category), cl::init(CarbonOptions().devices),
            cl::desc("Devices that share the training (default 40)"));
static cl::opt<bool> keepCost(
    "keep-cost", cl::cat(category), cl::init(true),
    cl::desc("Put energy and carbon into the module (default true; false: the "
             "same command makes the same bytes)"));
static cl::opt<int> predictorSubnets(
    "predictor-subnets", cl::cat(category), cl::init(0),
    cl::desc("Measure as many subnets on the validation images, and put an "
             "accuracy predictor fitted to them into the module (default 0: "
             "none)"));
static cl::opt<int> predictorUnseen(
    "predictor-unseen", cl::cat(category), cl::init(0),
    cl::desc("Of these, those that the predictor is judged by instead of being "
             "fitted to (default 0: one in five)"));
static cl::opt<bool>
    predictorOnly("predictor-only", cl::cat(category),
                  cl::desc("Train nothing: put a predictor into a module that "
                           "is trained, and leave all else as it is"));
static cl::opt<bool> test("test", cl::cat(category),
                          cl::desc("Measure the largest and the smallest "
                                   "subnet on the test images at the end"));

static const char *overview =
    R"(OFA: trains all subnets of a supernet together

A recipe says how: progressive shrinking, or the sandwich rule (every step trains
the largest subnet on the labels, and the smallest and some random ones on what the
largest says). The trained module holds the weights, calibration images and class
names, and serves every device without retraining.

Examples:
  ofa-translate --make-supernet=mcu -o supernet.mlir
  ofa-train supernet.mlir --data=cifar-10-batches-bin --epochs=8 -o model.mlirbc
  ofa-train supernet.mlir --data=photos/ --recipe=mcu --checkpoint-dir=run1 \
    -o model.mlirbc
  ofa-train supernet.mlir --data=procedural:seed=7 --epochs=4 -o model.mlirbc
  ofa-train supernet.mlir --data=photos/ --workers=2 --sync-bn -o model.mlirbc

A run with --checkpoint-dir can be stopped (Ctrl-C, SIGTERM, kill) and goes on
when the same command is given again; its progress is in log.csv, log.json and
log.html there.
)";

static std::atomic<bool> stopRequested{false};

static void requestStop(int signal) {
  stopRequested = true;
  // The second time, do not wait for the step to end.
  std::signal(signal, SIG_DFL);
}

/// Among the processes of the run; the first one tells what all do.
static int rank = 0, numProcesses = 1;

static int fail(const llvm::Twine &message) {
  llvm::errs() << "ofa-train: error: ";
  if (rank != 0)
    llvm::errs() << "process " << rank << ": ";
  llvm::errs() << message << "\n";
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

static int countCores() {
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

/// Processes of this run that share the machine's cores.
static int countLocalProcesses() {
  int count = 1;
  if (const char *text = std::getenv("LOCAL_WORLD_SIZE"))
    if (llvm::StringRef(text).getAsInteger(10, count) || count < 1)
      count = 1;
  return count;
}

/// The recipe, with what the command line says instead.
static llvm::Expected<Recipe> makeRecipe() {
  llvm::Expected<Recipe> loaded = loadRecipe(recipeName);
  if (!loaded)
    return loaded;
  Recipe &recipe = *loaded;
  if (epochs.getNumOccurrences())
    recipe.scaleEpochs(epochs);
  // Larger batches make fewer steps, and bear longer ones.
  if (batchSize.getNumOccurrences() && !learningRate.getNumOccurrences())
    recipe.scaleLearningRates(recipe.getPeakLearningRate() * batchSize /
                              recipe.batchSize);
  if (learningRate.getNumOccurrences())
    recipe.scaleLearningRates(learningRate);
  auto replace = [](const auto &option, auto &value) {
    if (option.getNumOccurrences())
      value = option.getValue();
  };
  replace(batchSize, recipe.batchSize);
  replace(weightDecay, recipe.weightDecay);
  replace(labelSmoothing, recipe.labelSmoothing);
  replace(maxGradientNorm, recipe.maxGradientNorm);
  replace(resolutionPerStep, recipe.resolutionPerStep);
  replace(syncBatchNorm, recipe.syncBatchNorm);
  for (Phase &phase : recipe.phases)
    replace(randomSubnets, phase.randomSubnets);
  replace(seed, recipe.seed);
  // The changes must make a recipe again.
  std::string text = recipe.print();
  llvm::Expected<Recipe> checked = parseRecipe(llvm::MemoryBufferRef(
      text, "recipe '" + recipeName + "' with these options"));
  if (!checked)
    return checked;
  recipe.threads =
      jobs > 0 ? jobs : std::max(1, countCores() / countLocalProcesses());
  recipe.cuda = processor == Processor::Cuda ||
                (processor == Processor::Auto && hasCuda());
  // A thread would wait for the GPU that another one uses.
  if (recipe.cuda && jobs == 0)
    recipe.threads = 1;
  recipe.bfloat16 =
      precision == Precision::BFloat16 ||
      (precision == Precision::Auto && !recipe.cuda && hasBFloat16());
  return loaded;
}

static CarbonOptions makeCarbonOptions() {
  CarbonOptions options;
  options.wattsPerCore = wattsPerCore;
  options.gridIntensity = gridIntensity;
  options.devices = devices;
  return options;
}

static int64_t getNumUnseen() {
  return predictorUnseen ? predictorUnseen.getValue()
                         : (predictorSubnets + 4) / 5;
}

/// What is wrong with the numbers on the command line, or nothing. The recipe
/// checks its own.
static std::string checkOptions() {
  if (predictorSubnets < 0 || predictorUnseen < 0)
    return "--predictor-subnets and --predictor-unseen must not be negative";
  if (predictorSubnets > 0 && predictorSubnets < getNumUnseen() + 2)
    return llvm::formatv("--predictor-subnets={0}: expected at least {1}, 2 "
                         "more than those that the predictor is judged by",
                         predictorSubnets.getValue(), getNumUnseen() + 2);
  if (predictorOnly && predictorSubnets == 0)
    return "--predictor-only needs --predictor-subnets=<n>";
  if (batchSize.getNumOccurrences() && jobs > 0 && batchSize < 2 * jobs)
    return llvm::formatv("--batch-size={0}: expected at least 2 images for "
                         "each worker",
                         batchSize.getValue());
  if (validateEvery < 1)
    return llvm::formatv("--validate-every={0}: expected at least 1",
                         validateEvery.getValue());
  if (workers < 1 || workers > 1024)
    return llvm::formatv("--workers={0}: expected 1 to 1024",
                         workers.getValue());
  if (calibrationImages < 1 || validationImages < 0)
    return "--validation-images must not be negative, and "
           "--calibration-images must be at least 1";
  if (calibrationSteps < 1)
    return llvm::formatv("--calibration-steps={0}: expected at least 1",
                         calibrationSteps.getValue());
  return llvm::toString(verify(makeCarbonOptions()));
}

static void report(const std::string &line) {
  if (rank == 0)
    llvm::errs() << line << "\n";
}

/// Says which images were left out, and how many.
static llvm::Expected<ImageSet> loadImages(DataSplit split, int64_t size) {
  llvm::Expected<ImageSet> images = loadImageSet(dataSource, split, size);
  if (!images || images->skipped.empty())
    return images;
  for (const std::string &skipped : images->skipped)
    llvm::errs() << "ofa-train: warning: left out " << skipped << "\n";
  size_t skipped = images->skipped.size();
  report(llvm::formatv("left out {0} of {1} {2} images, which cannot be read",
                       skipped, skipped + images->size(),
                       split == DataSplit::Train ? "training" : "test"));
  return images;
}

static void testSubnets(Trainer &trainer, const Graph &graph,
                        const ImageSet &images) {
  if (graph.choices.empty())
    return report(
        llvm::formatv("test accuracy on {0} images: {1:F2} %", images.size(),
                      trainer.evaluate(graph.getLargest(), images) * 100));
  report(llvm::formatv(
      "test accuracy on {0} images: largest {1:F2} %, smallest {2:F2} %",
      images.size(), trainer.evaluate(graph.getLargest(), images) * 100,
      trainer.evaluate(graph.getSmallest(), images) * 100));
}

/// Starts --workers processes with the same arguments and waits for them.
static int trainInProcesses(int argc, char **argv) {
  ::setenv("LOCAL_WORLD_SIZE", std::to_string(workers).c_str(), 1);
  std::vector<std::string> arguments;
  for (int i = 0; i < argc; ++i) {
    llvm::StringRef name = llvm::StringRef(argv[i]).ltrim('-');
    if (name == "workers")
      ++i; // Its value.
    else if (!name.starts_with("workers="))
      arguments.push_back(argv[i]);
  }
  llvm::Expected<int> status = runLocalProcesses(workers, arguments);
  if (!status)
    return fail(llvm::toString(status.takeError()));
  return *status;
}

/// Measures subnets and fits a predictor, if one is asked for.
static int addPredictor(Trainer &trainer, const Graph &graph,
                        SupernetOp supernet, const RunOptions &options) {
  if (!predictorSubnets)
    return 0;
  llvm::Expected<std::vector<training::Subnet>> subnets =
      sampleDifferentSubnets(graph, predictorSubnets, seed);
  if (!subnets)
    return fail(llvm::toString(subnets.takeError()));
  std::vector<double> accuracies;
  llvm::Expected<RunResult> result =
      trainer.measureSubnets(*subnets, options, accuracies);
  if (!result)
    return fail(llvm::toString(result.takeError()));
  if (*result == RunResult::Stopped)
    return 130;
  llvm::Expected<FittedPredictor> fitted =
      fitPredictor(graph, *subnets, accuracies, getNumUnseen(), seed);
  if (!fitted)
    return fail(llvm::toString(fitted.takeError()));
  report(llvm::formatv(
      "predictor fitted to {0} subnets; on {1} others: error {2:F2} points "
      "(root mean square), 90 % within {3:F2}, rank correlation {4:F3} "
      "(Spearman), {5:F3} (Kendall)",
      fitted->numFitted, fitted->numUnseen, fitted->rmse * 100,
      fitted->error90 * 100, fitted->spearman, fitted->kendall));
  attachPredictor(supernet, *fitted);
  return 0;
}

/// Real or synthesised images for the module.
static int makeCalibration(Trainer &trainer, const ImageSet &images,
                           RunOptions options, std::vector<uint8_t> &pixels) {
  if (calibrationSource == Calibration::Images) {
    pixels = chooseCalibration(images, calibrationImages, seed);
    return 0;
  }
  // Processes measure together: none may stop alone.
  if (numProcesses > 1)
    options.stop = nullptr;
  llvm::Expected<std::vector<uint8_t>> made =
      trainer.synthesizeImages(calibrationImages, calibrationSteps, options);
  if (!made)
    return fail(llvm::toString(made.takeError()));
  if (made->empty()) {
    report("stopped before there were calibration images: wrote nothing");
    return 130;
  }
  pixels = std::move(*made);
  return 0;
}

static int train(ModuleOp module, SupernetOp supernet,
                 const Rendezvous &place) {
  FailureOr<ImportedGraph> imported = importGraph(supernet, seed);
  if (failed(imported))
    return 1;
  Graph &graph = imported->graph;
  llvm::Expected<ImageSet> images =
      loadImages(DataSplit::Train, graph.resolution);
  if (!images)
    return fail(llvm::toString(images.takeError()));
  // What is wrong with the test images is told before the training, too.
  std::optional<ImageSet> testImages;
  if (test) {
    llvm::Expected<ImageSet> loaded =
        loadImages(DataSplit::Test, graph.resolution);
    if (!loaded)
      return fail(llvm::toString(loaded.takeError()));
    testImages = std::move(*loaded);
  }
  llvm::Expected<Recipe> made = makeRecipe();
  if (!made)
    return fail(llvm::toString(made.takeError()));
  const Recipe &recipe = *made;
  llvm::Expected<std::unique_ptr<Trainer>> trainer =
      Trainer::create(graph, *images, recipe, place);
  if (!trainer)
    return fail(llvm::toString(trainer.takeError()));
  report(llvm::formatv("{0}: {1} training images of {2} classes, {3} workers",
                       graph.name, images->size(), graph.numClasses,
                       recipe.threads * place.size));
  RunOptions options;
  options.checkpointFolder = checkpointFolder;
  options.resume = !restart;
  options.validationImages = validationImages;
  options.validateEvery = validateEvery;
  options.dataSource = dataSource;
  options.carbon = makeCarbonOptions();
  options.stop = &stopRequested;
  options.report = report;
  if (!predictorOnly) {
    llvm::Expected<RunResult> result = (*trainer)->run(options);
    if (!result)
      return fail(llvm::toString(result.takeError()));
    if (*result == RunResult::Stopped)
      return 130;
    (*trainer)->settleStatistics();
    if (removePredictors(supernet) && !predictorSubnets)
      report("removed the accuracy predictor, which was fitted to the weights "
             "before; --predictor-subnets fits another");
  }
  if (testImages)
    testSubnets(**trainer, graph, *testImages);
  if (int status = addPredictor(**trainer, graph, supernet, options))
    return status;
  std::vector<uint8_t> calibration;
  if (!predictorOnly)
    if (int status =
            makeCalibration(**trainer, *images, options, calibration))
      return status;
  if (rank != 0)
    return 0;
  if (!predictorOnly) {
    (*trainer)->store(graph);
    exportParameters(graph, imported->constants);
    describeData(module, supernet, *images, calibration);
  }
  std::string cost;
  if (!predictorOnly) {
    cost = printCost((*trainer)->getCost());
    if (keepCost)
      if (std::string all = describeCost(module, (*trainer)->getCost());
          !all.empty())
        cost += "\n" + all;
  }
  if (llvm::Error error = writeModule(module, outputFile))
    return fail(llvm::toString(std::move(error)));
  if (!cost.empty())
    report(cost);
  report(llvm::formatv("wrote '{0}'", outputFile.getValue()));
  return 0;
}

int main(int argc, char **argv) {
  keepFreedMemory();
  endWithParent();
  llvm::InitLLVM initLLVM(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  if (std::string problem = checkOptions(); !problem.empty())
    return fail(problem);
  if (workers > 1)
    return trainInProcesses(argc, argv);
  llvm::Expected<Rendezvous> place = Rendezvous::fromEnvironment();
  if (!place)
    return fail(llvm::toString(place.takeError()));
  rank = place->rank;
  numProcesses = place->size;
  if (place->size > 1 && predictorSubnets > 0)
    return fail("--predictor-subnets: expected one process; give "
                "--predictor-only=true to one of them after the training");
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
  return train(*module, supernets.front(), *place);
}
