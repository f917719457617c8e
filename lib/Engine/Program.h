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

namespace mlir::ofa {

/// An emitted network with the harness of runtime/ports around it: a program of
/// the host, or firmware for an emulated device.
class Program {
public:
  /// Writes `files` and the port into `folder` and builds them with the host's
  /// `cc` or the device's compiler. The device must have an emulator.
  static llvm::Expected<Program> build(ArrayRef<GeneratedFile> files,
                                       StringRef model, const Device *device,
                                       StringRef folder);

  /// Runs all inputs in one start of the program.
  llvm::Expected<RunResult> run(ArrayRef<uint8_t> inputs) const;

private:
  Program(std::string folder, const Device *device)
      : folder(std::move(folder)), device(device) {}

  std::string getPath(StringRef name) const;
  llvm::Expected<RunResult> runEmulated() const;

  std::string folder;
  const Device *device;
};

} // namespace mlir::ofa

#endif // OFA_LIB_ENGINE_PROGRAM_H
