//===- Program.h - Builds and runs emitted C --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_ENGINE_PROGRAM_H
#define OFA_LIB_ENGINE_PROGRAM_H

#include "ofa/Engine/Engine.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/Error.h"

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

/// One call of a kernel in one inference.
struct KernelCount {
  std::string function;
  int64_t instructions = 0;
};

/// An emitted network with the harness of runtime/ports around it: a program of
/// the host, or firmware for an emulated device.
class Program {
public:
  /// Writes `files`, the C of `model`, and the port into `folder` and builds
  /// them with the host's `cc` or the device's compiler. A device whose
  /// programs are firmware must have an emulator. With `traces`, the model was
  /// emitted with traces of its layers. With `keepObjects`, objects of the
  /// runtime stay in the folder for the next model that is built there by the
  /// same compiler.
  static llvm::Expected<Program> build(ArrayRef<GeneratedFile> files,
                                       kernel::ModelOp model,
                                       const Device *device, StringRef folder,
                                       bool traces = false,
                                       bool keepObjects = false);

  /// Runs all inputs in one start of the program.
  llvm::Expected<RunResult> run(ArrayRef<uint8_t> inputs) const {
    return run(inputs, /*countKernels=*/false);
  }
  /// Runs one input on the emulated device and counts: one element for each
  /// call of a kernel, in order, and one, `run`, for all else.
  llvm::Expected<std::vector<KernelCount>>
  countKernels(ArrayRef<uint8_t> input) const;
  /// The results of all layers in the last run, one after the other.
  std::vector<uint8_t> readTraces() const;

private:
  Program(std::string folder, std::string model, int64_t calls,
          const Device *device, bool traces)
      : folder(std::move(folder)), model(std::move(model)), calls(calls),
        device(device), traces(traces) {}

  std::string getPath(StringRef name) const;
  /// The files that the program is started with.
  std::vector<std::string> getArguments() const;
  /// With `countKernels`, counts each kernel's instructions into a file, too.
  llvm::Expected<RunResult> runEmulated(bool countKernels) const;
  llvm::Expected<RunResult> run(ArrayRef<uint8_t> inputs,
                                bool countKernels) const;

  std::string folder, model;
  int64_t
      calls; ///< Of the model in one inference: one for each row that it takes.
  const Device *device;
  bool traces;
};

} // namespace mlir::ofa

#endif // OFA_LIB_ENGINE_PROGRAM_H
