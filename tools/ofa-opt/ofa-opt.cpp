//===- ofa-opt.cpp - The optimizer driver ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/InitAll.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"

/// A network's operations are long and its supernets fill screens: diagnostics
/// show the place in the file, and the operation itself only on request.
static void hideOperationsInDiagnostics() {
  auto &options = llvm::cl::getRegisteredOptions();
  auto it = options.find("mlir-print-op-on-diagnostic");
  if (it != options.end() && it->second->getNumOccurrences() == 0)
    static_cast<llvm::cl::opt<bool> *>(it->second)->setValue(false);
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::ofa::registerAllDialects(registry);
  mlir::ofa::registerAllPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "OFA: specialises once-for-all networks\n", registry);
  hideOperationsInDiagnostics();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
