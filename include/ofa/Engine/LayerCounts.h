//===- LayerCounts.h - Instructions of each kernel of firmware --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ENGINE_LAYERCOUNTS_H
#define OFA_ENGINE_LAYERCOUNTS_H

#include "mlir/Support/LLVM.h"
#include <cstdint>
#include <string>
#include <vector>

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

struct Device;

/// Executed instructions of one inference.
struct LayerCounts {
  /// Of each kernel, in the order of the entry's kernels: of its function and
  /// of preparing its call.
  std::vector<int64_t> kernels;
  /// Of all else between the call of the model and its return.
  int64_t run = 0;

  int64_t getTotal() const;
};

/// Builds `model`, which is planned, as firmware of the emulated `device` in
/// `folder`, as createEngine() does, and runs it once on `input`, a vector. The
/// firmware is not changed for the sake of counting, and counts repeat exactly.
/// Fails after one diagnostic.
FailureOr<LayerCounts> countLayers(kernel::ModelOp model, const Device &device,
                                   ArrayRef<uint8_t> input, StringRef folder);

/// The flags, after the device's own and those of its core's schedule, that
/// countLayers() compiles firmware with.
ArrayRef<StringRef> getFirmwareFlags();

/// The first line of what the device's compiler prints for `--version`; empty
/// if it cannot be run.
std::string getCompilerVersion(const Device &device);

} // namespace mlir::ofa

#endif // OFA_ENGINE_LAYERCOUNTS_H
