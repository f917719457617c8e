//===- CompiledEngine.cpp - Networks as emitted C -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engines.h"
#include "Program.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Target/C/EmitC.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
class CompiledEngine final : public Engine {
public:
  CompiledEngine(NetworkSpec network, Program program, std::string device,
                 std::string temporaryFolder)
      : program(std::move(program)), device(std::move(device)),
        temporaryFolder(std::move(temporaryFolder)) {
    spec = std::move(network);
  }
  ~CompiledEngine() override {
    if (!temporaryFolder.empty())
      llvm::sys::fs::remove_directories(temporaryFolder);
  }

  std::string describe() const override {
    return device.empty() ? "C built for this host" : "firmware on " + device;
  }

  FailureOr<RunResult> run(ArrayRef<uint8_t> inputs) override {
    llvm::Expected<RunResult> result = program.run(inputs);
    if (!result) {
      llvm::errs() << "error: " << llvm::toString(result.takeError()) << '\n';
      return failure();
    }
    return std::move(*result);
  }

private:
  Program program;
  std::string device, temporaryFolder;
};
} // namespace

FailureOr<std::unique_ptr<Engine>>
ofa::createCompiledEngine(kernel::ModelOp model, const EngineOptions &options) {
  NetworkSpec network;
  network.name = model.getSymName().str();
  network.inputs = getInputSpecs(model);
  network.outputs = getOutputSpecs(model);
  if (ArrayAttr names = model.getClassNamesAttr())
    for (StringRef name : names.getAsValueRange<StringAttr>())
      network.classNames.push_back(name.str());

  FailureOr<FileSet> files = emitC(model);
  if (failed(files))
    return failure();
  std::string folder = options.buildFolder, temporary;
  if (folder.empty()) {
    SmallString<128> path;
    if (std::error_code error =
            llvm::sys::fs::createUniqueDirectory("ofa-run", path))
      return model.emitError("cannot make a temporary folder: ")
             << error.message();
    folder = temporary = path.str().str();
  }
  llvm::Expected<Program> program =
      Program::build(*files, network.name, options.device, folder);
  if (!program) {
    if (!temporary.empty())
      llvm::sys::fs::remove_directories(temporary);
    return model.emitError("cannot be built: ")
           << llvm::toString(program.takeError());
  }
  std::string device;
  if (options.device)
    device = options.device->core + ", emulated (" +
             options.device->emulator->machine + ")";
  return std::unique_ptr<Engine>(std::make_unique<CompiledEngine>(
      std::move(network), std::move(*program), device, temporary));
}
