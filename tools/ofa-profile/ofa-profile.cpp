//===- ofa-profile.cpp - Measures what layers cost on a device ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Parser/Parser.h"
#include "ofa/Device/Device.h"
#include "ofa/InitAll.h"
#include "ofa/Profile/Board.h"
#include "ofa/Profile/Profile.h"
#include "ofa/Support/ModuleFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::ofa;
namespace cl = llvm::cl;

static cl::OptionCategory category("ofa-profile options");
static cl::opt<std::string> moduleFile(cl::Positional, cl::Required,
    cl::desc("<module>"), cl::cat(category));
static cl::opt<std::string> deviceName("device",
    cl::desc("Built-in device to profile, such as cortex-m7"),
    cl::value_desc("name"), cl::cat(category));
static cl::opt<std::string> deviceFile("device-file",
    cl::desc("YAML file of a device that is not built in (docs/devices.md)"),
    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> outputFile("o",
    cl::desc("Latency table to write, or, with --fit, device file; a table "
             "that is there is continued"),
    cl::value_desc("file"), cl::init("-"), cl::cat(category));
static cl::opt<bool> restart("restart",
    cl::desc("Measure again what the output file has already"),
    cl::cat(category));
static cl::opt<std::string> fit("fit",
    cl::desc("Fit a latency model to fewer than so many measured layers "
             "(default 100) and write a device file"),
    cl::value_desc("n"), cl::ValueOptional, cl::cat(category));
static cl::opt<int64_t> validateCount("validate",
    cl::desc("Compare predictions with so many random subnets that were not "
             "measured (default 5; with --fit 50)"),
    cl::value_desc("n"), cl::init(-1), cl::cat(category));
static cl::opt<uint64_t> seed("seed",
    cl::desc("Of the subnets for --validate (default 1)"), cl::value_desc("n"),
    cl::init(1), cl::cat(category));
static cl::opt<std::string> buildFolder("build-folder",
    cl::desc("Keep the last firmware that was measured in this folder"),
    cl::value_desc("folder"), cl::cat(category));

static cl::opt<std::string> emitFirmware("emit-firmware",
    cl::desc("Write sources of firmware that times the layers on a board, and "
             "a README, to this folder"),
    cl::value_desc("folder"), cl::cat(category));
static cl::list<std::string> parse("parse",
    cl::desc("Make the table of what that firmware printed (repeatable)"),
    cl::value_desc("log"), cl::cat(category));

static constexpr const char overview[] =
    R"(OFA: measures what each distinct layer of a search space, or of a network, costs
on a device, and writes a latency table for its device file. Networks that have
all layers run as firmware on the emulator of the device, where instructions are
counted, or on a board.

EXAMPLES
  ofa-profile model.mlirbc --device=cortex-m7 -o cortex-m7.yaml
  ofa-profile model.mlirbc --device-file=my-board.yaml -o my-board-table.yaml
  ofa-profile model.mlirbc --device=cortex-m4 --fit -o cortex-m4-fitted.yaml
  ofa-profile model.mlirbc --device-file=my-board.yaml --emit-firmware=profile
  ofa-profile model.mlirbc --device-file=my-board.yaml --parse=001.log \
      --parse=002.log -o my-board-table.yaml

docs/new-device.md goes from a YAML file to firmware.
)";

static LogicalResult fail(const llvm::Twine &message) {
  llvm::errs() << "ofa-profile: error: " << message << '\n';
  return failure();
}

/// Prints diagnostics of passes, which point into files already parsed.
static LogicalResult printDiagnostic(Diagnostic &diagnostic) {
  static constexpr const char *severities[] = {"note", "warning", "error",
                                               "remark"};
  llvm::errs() << diagnostic.getLocation() << ": "
               << severities[static_cast<int>(diagnostic.getSeverity())] << ": "
               << diagnostic << '\n';
  for (Diagnostic &note : diagnostic.getNotes())
    llvm::errs() << note.getLocation() << ": note: " << note << '\n';
  return success();
}

static std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registerAllDialects(registry);
  auto context = std::make_unique<MLIRContext>(registry);
  context->printOpOnDiagnostic(false);
  context->getDiagEngine().registerHandler(printDiagnostic);
  return context;
}

static FailureOr<Device> chooseDevice() {
  if (deviceName.empty() == deviceFile.empty())
    return fail("expects either --device=NAME or --device-file=FILE");
  // The table that a file names may be the one that is to be made.
  llvm::Expected<Device> device =
      deviceFile.empty() ? lookupDevice(deviceName)
                         : loadDeviceFile(deviceFile, /*readTables=*/false);
  if (!device)
    return fail(llvm::toString(device.takeError()));
  return std::move(*device);
}

static LogicalResult run() {
  if ((fit.getNumOccurrences() != 0) + !emitFirmware.empty() + !parse.empty() >
      1)
    return fail("expects one of --fit, --emit-firmware and --parse");
  if (validateCount.getNumOccurrences() != 0 && validateCount < 0)
    return fail("--validate: expects a number of subnets from 0, but got " +
                llvm::Twine(validateCount));
  int64_t measurements = 100;
  if (!fit.empty() &&
      (StringRef(fit).getAsInteger(10, measurements) || measurements < 2))
    return fail("--fit: expects a number of layers from 2, but got '" + fit +
                "'");
  FailureOr<Device> device = chooseDevice();
  if (failed(device))
    return failure();
  std::unique_ptr<MLIRContext> context = makeContext();
  std::unique_ptr<llvm::MemoryBuffer> source = openModuleFile(moduleFile);
  if (!source)
    return failure();
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(source->getBuffer(), context.get(), moduleFile);
  if (!module || failed(verifyNotEmpty(*module)))
    return failure();
  NetworkCompiler compiler(source->getMemBufferRef(), *device, makeContext);
  FailureOr<ProfileSubject> subject = ProfileSubject::create(*module, compiler);
  if (failed(subject))
    return failure();
  ProfileOptions options;
  options.outputFile = outputFile;
  options.restart = restart;
  options.validate = validateCount;
  if (validateCount < 0)
    options.validate = fit.getNumOccurrences() == 0 ? 5 : 50;
  options.seed = seed;
  options.buildFolder = buildFolder;
  auto profile = [&] {
    if (!emitFirmware.empty())
      return emitBoardFirmware(*subject, compiler, *device, emitFirmware);
    if (!parse.empty())
      return parseBoardLogs(*subject, *device, parse, outputFile);
    if (fit.getNumOccurrences() == 0)
      return profileTable(*subject, compiler, *device, options);
    return profileFit(*subject, compiler, *device, device->name + "-fitted",
                      measurements, options);
  };
  if (!buildFolder.empty())
    return profile();
  SmallString<128> temporary;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("ofa-profile", temporary))
    return fail("cannot make a temporary folder: " + error.message());
  options.buildFolder = temporary.str().str();
  LogicalResult result = profile();
  llvm::sys::fs::remove_directories(temporary);
  return result;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  return succeeded(run()) ? EXIT_SUCCESS : EXIT_FAILURE;
}
