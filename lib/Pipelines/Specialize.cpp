//===- Specialize.cpp - From a supernet to a compiled network -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Pipelines/Specialize.h"
#include "ofa/Conversion/Passes.h"
#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static constexpr StringRef optionKeys[] = {
    "device-file", "subnet",   "fix",         "minimise", "accuracy",
    "seed",        "rounding", "calibration", "name",     "quiet",
    "int8-io",     "segments", "input",       "prefer"};

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// Whether emitted C can be named so: not a digit first, nor like the runtime.
static bool isModelName(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         !name.starts_with_insensitive("ofa_") &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// Sets one option that is not a device or a budget.
static llvm::Error setOption(SpecializeOptions &options, StringRef key,
                             StringRef value) {
  if (key == "device-file")
    options.deviceFile = value.str();
  else if (key == "subnet")
    options.subnet = value.str();
  else if (key == "fix")
    options.fix = value.str();
  else if (key == "minimise")
    options.minimise = value.str();
  else if (key == "accuracy")
    options.accuracy = value.str();
  else if (key == "calibration")
    options.calibration = value.str();
  else if (key == "name" && !isModelName(value))
    return makeError("expects 'name' to be a name of C that does not begin with "
                     "'ofa_', but got '" +
                     value + "'");
  else if (key == "name")
    options.name = value.str();
  else if (key == "seed" && value.getAsInteger(10, options.seed))
    return makeError("expects 'seed' to be a number, but got '" + value + "'");
  else if (key == "rounding" && value != "single" && value != "double")
    return makeError("expects 'rounding' to be 'single' or 'double', but got '" +
                     value + "'");
  else if (key == "rounding")
    options.rounding = value.str();
  else if (key == "prefer" && value != "speed")
    return makeError("expects 'prefer' to be 'speed', but got '" + value + "'");
  else if (key == "prefer")
    options.prefer = value.str();
  else if (key == "segments" && value != "none" && value != "fit" &&
           value != "smallest")
    return makeError("expects 'segments' to be 'none', 'fit' or 'smallest', but "
                     "got '" +
                     value + "'");
  else if (key == "segments")
    options.segments = value.str();
  else if (key == "input" && value != "image" && value != "rows")
    return makeError("expects 'input' to be 'image' or 'rows', but got '" +
                     value + "'");
  else if (key == "input")
    options.pushRows = value == "rows";
  else if ((key == "quiet" || key == "int8-io") && value != "true" &&
           value != "false")
    return makeError("expects '" + key +
                     "' to be 'true' or 'false', but got '" + value + "'");
  else if (key == "quiet")
    options.quiet = value == "true";
  else if (key == "int8-io")
    options.int8IO = value == "true";
  return llvm::Error::success();
}

llvm::Expected<SpecializeOptions> ofa::parseSpecializeOptions(StringRef text) {
  llvm::Expected<Budget> budget = parseBudget(text, optionKeys);
  if (!budget)
    return budget.takeError();
  SpecializeOptions options;
  for (auto &[key, value] : budget->options)
    if (llvm::Error error = setOption(options, key, value))
      return std::move(error);
  if (options.pushRows && options.segments == "none")
    return makeError("expects 'segments' to be 'fit' or 'smallest' with "
                     "'input=rows', because rows are taken by a segment");
  if (budget->device.empty() && options.deviceFile.empty())
    return makeError("expects a device, such as --specialize=cortex-m7; known "
                     "devices: " +
                     llvm::join(getBuiltinDeviceNames(), ", "));
  if (!budget->device.empty() && !options.deviceFile.empty())
    return makeError("expects either a device name or a device file, but got '" +
                     budget->device + "' and '" + options.deviceFile + "'");
  if (options.deviceFile.empty()) {
    llvm::Expected<Device> device = lookupDevice(budget->device);
    if (!device)
      return device.takeError();
  }
  // ofa-search reads device and budgets again, from the words that are theirs.
  SmallVector<StringRef> own;
  StringRef word;
  for (StringRef rest = text.trim(); !rest.empty();)
    if (takeWord(rest, word) &&
        !llvm::is_contained(optionKeys, word.split('=').first))
      own.push_back(word);
  options.target = llvm::join(own, " ");
  return options;
}

//===----------------------------------------------------------------------===//
// Pipeline
//===----------------------------------------------------------------------===//

/// Imported int8 networks keep the rounding of their source unless told.
static void addSetRounding(OpPassManager &passes,
                           const SpecializeOptions &options) {
  if (options.rounding.empty())
    return;
  SetRoundingPassOptions rounding;
  rounding.rounding = options.rounding;
  passes.addNestedPass<func::FuncOp>(createSetRoundingPass(rounding));
}

void ofa::buildNetworkPipeline(OpPassManager &passes,
                               const SpecializeOptions &options) {
  // A static network in float, without batch norm. Imported networks enter
  // here: these passes leave alone what they do not concern.
  passes.addPass(createExtractSubnetPass());
  passes.addPass(createRecalibrateBatchNormPass());
  passes.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  passes.addNestedPass<func::FuncOp>(createFuseActivationsPass());

  // Int8. After: every activation and weight is quantised; but an imported
  // network of floats without calibration images stays one.
  QuantizePassOptions quantize;
  quantize.keepImported = true;
  if (!options.calibration.empty())
    quantize.calibration = options.calibration;
  passes.addPass(createQuantizePass(quantize));
  addSetRounding(passes, options);
  // What is constant depends on the rounding.
  if (!options.keepChannels)
    passes.addNestedPass<func::FuncOp>(createEliminateConstantChannelsPass());
  if (options.int8IO)
    passes.addNestedPass<func::FuncOp>(createInt8IOPass());
}

void ofa::buildKernelPipeline(OpPassManager &passes,
                              const SpecializeOptions &options) {
  // Kernels on buffers in one arena. After: order and offsets are fixed and
  // checked independently.
  ConvertOFAToKernelPassOptions convert;
  convert.modelName = options.name;
  passes.addPass(createConvertOFAToKernelPass(convert));
  passes.addNestedPass<kernel::ModelOp>(kernel::createSelectVariantsPass());
  OpPassManager &entries =
      passes.nest<kernel::ModelOp>().nest<kernel::EntryOp>();
  entries.addPass(kernel::createSchedulePass());
  // Row by row, where that is wanted, or where layer by layer needs too much.
  if (options.segments != "none") {
    kernel::FormSegmentsPassOptions segments;
    segments.limit = options.segments == "fit" ? options.sramBytes : 0;
    segments.pushRows = options.pushRows;
    entries.addPass(kernel::createFormSegmentsPass(segments));
  }
  entries.addPass(kernel::createPlanMemoryPass());
  entries.addPass(kernel::createVerifyPlanPass());
}

/// Subnets that may be compiled before there is none within the budgets.
static constexpr unsigned numCandidates = 4;

void ofa::buildSpecializePipeline(OpPassManager &passes,
                                  const SpecializeOptions &options) {
  // A network without choices is judged by the channels that it will have.
  addSetRounding(passes, options);
  passes.addNestedPass<func::FuncOp>(createEliminateConstantChannelsPass());

  // Which subnet. After: the supernet has a `subnet`.
  SearchPassOptions search;
  search.target = options.target;
  search.deviceFile = options.deviceFile;
  search.subnet = options.subnet;
  search.fix = options.fix;
  search.minimise = options.minimise;
  search.accuracy = options.accuracy;
  search.prefer = options.prefer;
  search.quiet = true; // The finished module's figures are printed.
  search.seed = options.seed;
  search.candidates = numCandidates;
  search.segments = options.segments;
  if (!options.rounding.empty())
    search.rounding = options.rounding;
  passes.addPass(createSearchPass(search));

  // buildNetworkPipeline() and buildKernelPipeline(), for another subnet if the
  // first does not keep its budgets.
  CompileCandidatesPassOptions compile;
  compile.rounding = options.rounding;
  compile.calibration = options.calibration;
  compile.modelName = options.name;
  compile.int8IO = options.int8IO;
  compile.segments = options.segments;
  compile.pushRows = options.pushRows;
  passes.addPass(createCompileCandidatesPass(compile));

  // The figures that are printed are the finished module's.
  CheckBudgetsPassOptions check;
  check.quiet = options.quiet;
  passes.addPass(createCheckBudgetsPass(check));
}

void ofa::registerPipelines() {
  registerPipelinesPasses();
  // The raw overload: a pipeline's own options cannot take a bare word.
  registerPassPipeline(
      "specialize",
      "Specialise a supernet, or compile a network without choices, for a "
      "device: "
      "--specialize='<device> [sram=<bytes>] [flash=<bytes>] [latency=<time>] "
      "[energy=<joules> | battery=<energy> inferences=<n>] [macs=<n>] "
      "[fix=<choices>] [minimise=<cost> "
      "accuracy=<percent>] [subnet=...] [seed=<n>] [rounding=single|double] "
      "[prefer=speed] [segments=fit|smallest|none] [input=image|rows] "
      "[int8-io=true] [name=<C name>] [device-file=<yaml>] [quiet=true]', such "
      "as --specialize=cortex-m7 or "
      "--specialize='stm32f746 sram=64KiB latency=50ms'",
      [](OpPassManager &passes, StringRef text,
         function_ref<LogicalResult(const Twine &)> errorHandler) {
        llvm::Expected<SpecializeOptions> options = parseSpecializeOptions(text);
        if (!options)
          return errorHandler(llvm::toString(options.takeError()));
        buildSpecializePipeline(passes, *options);
        return success();
      },
      [](function_ref<void(const detail::PassOptions &)>) {});
}
