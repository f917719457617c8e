//===- ofa-run.cpp - Runs a network at any stage --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Golden.h"
#include "RunInputs.h"
#include "RunReport.h"
#include "mlir/IR/BuiltinOps.h"
#include "ofa/Device/Device.h"
#include "ofa/InitAll.h"
#include "ofa/Support/ModuleFile.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace mlir::ofa;
namespace cl = llvm::cl;

static cl::OptionCategory category("ofa-run options");
static cl::opt<std::string> moduleFile(cl::Positional, cl::Required,
    cl::desc("<module>"), cl::cat(category));
static cl::list<std::string> images("image",
    cl::desc("Run on this JPEG or PNG file (repeatable)"),
    cl::value_desc("file"), cl::cat(category));
static cl::list<std::string> rawInputs(
    "input",
    cl::desc("Run on the raw tensors in this file, one after the other, in the "
             "type that the firmware takes (repeatable: one file for each "
             "input, in order, and again for more vectors)"),
    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> data("data",
    cl::desc("Run on a data set and print the accuracy: a folder of class "
             "folders, CIFAR-10's binary files, or 'procedural'"),
    cl::value_desc("source"), cl::cat(category));
static cl::opt<std::string> split("split", cl::init("test"),
    cl::desc("Part of the data set: 'test' (default) or 'train'"),
    cl::cat(category));
static cl::opt<int64_t> limit("limit", cl::init(0),
    cl::desc("Use only so many images of the data set, evenly spread"),
    cl::value_desc("n"), cl::cat(category));
static cl::opt<std::string> emulate("emulate",
    cl::desc("Build firmware for this device and run it on the emulator"),
    cl::value_desc("device"), cl::cat(category));
static cl::opt<std::string> deviceFile("device-file",
    cl::desc("YAML file of a device that is not built in, for the emulator"),
    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> subnet("subnet",
    cl::desc("For a supernet: 'largest' (default), 'smallest' or "
             "'resolution=28,s1.depth=2,...'"),
    cl::cat(category));
static cl::list<std::string> goldenInputs(
    "golden-input",
    cl::desc("Raw inputs of golden vectors (repeatable, as --input)"),
    cl::value_desc("file"), cl::cat(category));
static cl::list<std::string> goldenOutputs(
    "golden-output",
    cl::desc("Raw outputs that the inputs must give, byte for byte "
             "(repeatable: one file for each output, in order, and again for "
             "more vectors)"),
    cl::value_desc("file"), cl::cat(category));
static cl::opt<double> tolerance(
    "tolerance", cl::init(0),
    cl::desc("How far float outputs may be from the golden ones, in parts of "
             "the tensor's largest magnitude (default 0: equal bytes)"),
    cl::value_desc("part"), cl::cat(category));
static cl::opt<std::string> tensors(
    "tensors",
    cl::desc(
        "Compare layer by layer, for the first golden vector: t021_v00.bin "
        "in this folder is the result that is tensor 21 of the source "
        "file, NAME.bin that of layer NAME"),
    cl::value_desc("folder"), cl::cat(category));
static cl::opt<std::string> compare("compare",
    cl::desc("Run this module, too, on the same inputs, and say where the two "
             "differ"),
    cl::value_desc("module"), cl::cat(category));
static cl::opt<std::string> outputFile(
    "o", cl::desc("Write the raw outputs, vector after vector, to this file"),
    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> buildFolder("build-folder",
    cl::desc("Keep the generated C, firmware and their inputs in this folder"),
    cl::value_desc("folder"), cl::cat(category));

static constexpr const char overview[] =
    R"(OFA: runs a network at any stage: a supernet, a float or int8 network of
`ofa` operations (in this process), or a compiled one (as C built for this host,
or with --emulate as firmware on an emulated device).

EXAMPLES
  ofa-run model.mlirbc --subnet=smallest --data=cifar10 --limit=1000
  ofa-run net.mlir --image=cat.png --image=dog.png
  ofa-run net.mlir --emulate=cortex-m7 --image=cat.png
  ofa-run net.mlir --golden-input=in.bin --golden-output=out.bin --emulate=cortex-m4
  ofa-run net.mlir --golden-input=in.bin --golden-output=out.bin --tensors=folder
  ofa-run quantized.mlir --compare=float.mlir --data=cifar10 --limit=100
)";

static LogicalResult fail(const llvm::Twine &message) {
  llvm::errs() << "ofa-run: error: " << message << '\n';
  return failure();
}

/// The device of --emulate and --device-file, if any.
static FailureOr<std::optional<Device>> chooseDevice() {
  if (emulate.empty() && deviceFile.empty())
    return std::optional<Device>();
  llvm::Expected<Device> device = deviceFile.empty()
                                      ? lookupDevice(emulate)
                                      : loadDeviceFile(deviceFile);
  if (!device)
    return fail(llvm::toString(device.takeError()));
  return std::optional<Device>(std::move(*device));
}

static LogicalResult writeOutputs(ArrayRef<uint8_t> bytes) {
  llvm::Error error = writeFile(
      outputFile,
      StringRef(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
  return error ? fail(llvm::toString(std::move(error))) : success();
}

static LogicalResult run(MLIRContext &context) {
  if (goldenInputs.empty() != goldenOutputs.empty())
    return fail("expects --golden-input and --golden-output together");
  if (!tensors.empty() && goldenInputs.empty())
    return fail("--tensors: expects --golden-input and --golden-output, too");
  if (!(tolerance >= 0 && tolerance < 1))
    return fail("--tolerance: expects a part from 0 to below 1");
  auto device = chooseDevice();
  if (failed(device))
    return failure();
  OwningOpRef<ModuleOp> module = readModuleFile(moduleFile, context);
  if (!module)
    return failure();
  EngineOptions options;
  options.device = device->has_value() ? &**device : nullptr;
  options.buildFolder = buildFolder;
  options.subnet = subnet;
  auto engine = createEngine(*module, options);
  if (failed(engine))
    return failure();
  const NetworkSpec &spec = (*engine)->getSpec();

  if (!goldenInputs.empty())
    return checkGolden(**engine,
                       {goldenInputs, goldenOutputs, tolerance, tensors});

  InputOptions inputOptions{images, rawInputs, data, split, limit};
  llvm::Expected<RunInputs> inputs = readInputs(spec.inputs, inputOptions);
  if (!inputs)
    return fail(llvm::toString(inputs.takeError()));
  if (!compare.empty()) {
    OwningOpRef<ModuleOp> other = readModuleFile(compare, context);
    if (!other)
      return failure();
    EngineOptions otherOptions;
    otherOptions.subnet = subnet;
    auto otherEngine = createEngine(*other, otherOptions);
    if (failed(otherEngine))
      return failure();
    return compareEngines(**engine, **otherEngine, *inputs);
  }
  FailureOr<RunResult> result = (*engine)->run(inputs->bytes);
  if (failed(result))
    return failure();
  printResult(**engine, *inputs, *result);
  return outputFile.empty() ? success() : writeOutputs(result->outputs);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  // Diagnostics of passes and engines, which point into files already parsed.
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    static constexpr const char *severities[] = {"note", "warning", "error",
                                                 "remark"};
    llvm::errs() << diagnostic.getLocation() << ": "
                 << severities[static_cast<int>(diagnostic.getSeverity())]
                 << ": " << diagnostic << '\n';
    for (Diagnostic &note : diagnostic.getNotes())
      llvm::errs() << note.getLocation() << ": note: " << note << '\n';
  });
  return succeeded(run(context)) ? EXIT_SUCCESS : EXIT_FAILURE;
}
