//===- ofa-translate.cpp - Between ofa IR and other forms -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "ofa/InitAll.h"
#include "ofa/Spaces/Spaces.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::OptionCategory category("ofa-translate options");
static cl::opt<std::string>
    outputName("o", cl::desc("File to write (default: standard output)"),
               cl::value_desc("path"), cl::init("-"), cl::cat(category));
static cl::opt<bool> emitBytecode("emit-bytecode",
                                  cl::desc("Write bytecode instead of text"),
                                  cl::cat(category));

static cl::OptionCategory spaceCategory(
    "Options of --make-supernet, which writes a named search space as IR");
static cl::opt<std::string> spaceName("make-supernet",
                                      cl::desc("Search space to write"),
                                      cl::value_desc("name"),
                                      cl::cat(spaceCategory));
static cl::opt<ofa::SpaceWeights>
    weights("weights", cl::desc("Parameters of the supernet"),
            cl::values(clEnumValN(ofa::SpaceWeights::Random, "random",
                                  "seeded, ready to be trained (default)"),
                       clEnumValN(ofa::SpaceWeights::Absent, "absent",
                                  "none: the structure alone")),
            cl::init(ofa::SpaceWeights::Random), cl::cat(spaceCategory));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of random weights (0)"),
                              cl::init(0), cl::cat(spaceCategory));
static cl::opt<int64_t> classes("classes",
                                cl::desc("Outputs of the classifier"),
                                cl::cat(spaceCategory));
static cl::list<int64_t>
    resolutions("resolutions", cl::desc("Input sizes in pixels, increasing"),
                cl::value_desc("n,n,..."), cl::CommaSeparated,
                cl::cat(spaceCategory));
static cl::opt<double> width("width",
                             cl::desc("Multiplier of the channel counts"),
                             cl::cat(spaceCategory));

/// Writes through a temporary file, so that a failure leaves nothing behind.
static LogicalResult
writeOutput(llvm::function_ref<LogicalResult(raw_ostream &)> write) {
  if (outputName == "-") {
    llvm::outs().flush();
    if (failed(write(llvm::outs())))
      return failure();
    llvm::outs().flush();
    return success(!llvm::outs().has_error());
  }
  llvm::Error error =
      llvm::writeToOutput(outputName, [&](raw_ostream &os) -> llvm::Error {
        if (failed(write(os)))
          return llvm::createStringError("the module cannot be written");
        return llvm::Error::success();
      });
  if (!error)
    return success();
  llvm::errs() << "error: cannot write '" << outputName
               << "': " << llvm::toString(std::move(error)) << "\n";
  return failure();
}

static LogicalResult makeSupernet(MLIRContext &context) {
  ofa::SpaceOptions options;
  if (width.getNumOccurrences())
    options.width = width;
  if (classes.getNumOccurrences())
    options.classes = classes;
  options.resolutions.assign(resolutions.begin(), resolutions.end());
  options.weights = weights;
  options.seed = seed;
  auto module =
      ofa::makeSupernet(UnknownLoc::get(&context), spaceName, options);
  if (failed(module))
    return failure();
  return writeOutput([&](raw_ostream &os) -> LogicalResult {
    if (emitBytecode)
      return writeBytecodeToFile(**module, os);
    (*module)->print(os);
    return success();
  });
}

static std::string makeOverview() {
  std::string text = "OFA: translates between ofa IR and other forms\n\n"
                     "  ofa-translate --make-supernet=mcu -o mcu.mlir\n"
                     "  ofa-translate --make-supernet=mbv3 --width=1.2 "
                     "--weights=absent\n"
                     "  ofa-translate --make-supernet=mcu --classes=2 "
                     "--resolutions=48,64 --emit-bytecode -o pets.mlirbc\n\n"
                     "Search spaces:\n";
  for (auto [name, summary] : ofa::listSpaces())
    text += ("  " + name + std::string(12 - name.size(), ' ') + summary + "\n")
                .str();
  return text;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions({&category, &spaceCategory});
  cl::ParseCommandLineOptions(argc, argv, makeOverview());

  DialectRegistry registry;
  ofa::registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  context.printOpOnDiagnostic(false);

  if (spaceName.getNumOccurrences())
    return failed(makeSupernet(context));
  llvm::errs() << "error: expects an action, such as --make-supernet=mcu; see "
                  "--help\n";
  return 1;
}
