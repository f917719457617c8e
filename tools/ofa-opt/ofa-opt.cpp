//===- ofa-opt.cpp - The optimizer driver ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "ofa/InitAll.h"
#include "ofa/Support/ModuleFile.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

/// A network's operations are long and its supernets fill screens: diagnostics
/// show the place in the file, and the operation itself only on request.
static void hideOperationsInDiagnostics() {
  auto &options = llvm::cl::getRegisteredOptions();
  auto it = options.find("mlir-print-op-on-diagnostic");
  if (it != options.end() && it->second->getNumOccurrences() == 0)
    static_cast<llvm::cl::opt<bool> *>(it->second)->setValue(false);
}

/// Runs the passes that the command line asks for on a file that is whole.
static LogicalResult optimize(StringRef inputName, StringRef outputName,
                              DialectRegistry &registry,
                              MlirOptMainConfig config) {
  std::unique_ptr<llvm::MemoryBuffer> input = ofa::openModuleFile(inputName);
  if (!input)
    return failure();
  // Chunks of a test file may be empty.
  if (config.inputSplitMarker().empty())
    config.setPassPipelineSetupFn([asked = config](PassManager &manager) {
      manager.addPass(ofa::createRefuseEmptyPass());
      return asked.setupPassPipeline(manager);
    });
  // A failure leaves an older file as it was.
  std::string text;
  llvm::raw_string_ostream stream(text);
  LogicalResult result =
      MlirOptMain(stream, std::move(input), registry, config);
  // What chunks before the one that failed have given is worth reading.
  if (failed(result) && outputName != "-")
    return failure();
  if (llvm::Error error = ofa::writeFile(outputName, text)) {
    llvm::errs() << "ofa-opt: error: " << llvm::toString(std::move(error))
                 << '\n';
    return failure();
  }
  return result;
}

int main(int argc, char **argv) {
  DialectRegistry registry;
  ofa::registerAllDialects(registry);
  ofa::registerAllPasses();
  auto [input, output] = registerAndParseCLIOptions(
      argc, argv, "OFA: specialises once-for-all networks\n", registry);
  hideOperationsInDiagnostics();
  auto config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(MlirOptMain(argc, argv, input, output, registry));
  return asMainReturnCode(optimize(input, output, registry, config));
}
