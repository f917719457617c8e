//===- Footprint.h - Memory of emitted C, to the byte ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_C_FOOTPRINT_H
#define OFA_TARGET_C_FOOTPRINT_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

/// What the emitted C of a model occupies, in bytes. Data are the sizes of
/// symbols, as `nm` shows them; padding between symbols is the linker's.
struct Footprint {
  int64_t arena = 0; ///< Activations, input and output included.
  int64_t state = 0; ///< What outlives a run.
  int64_t other = 0; ///< Every other writable byte.
  int64_t weights = 0;
  int64_t tables = 0;     ///< Multipliers, shifts, lookup tables.
  int64_t parameters = 0; ///< Parameter structs of the kernels.
  int64_t classNames = 0;
  /// Bound of the stack of `<name>_run`, of a 32-bit target; absent if a kernel
  /// has no measured figure.
  std::optional<int64_t> stack;
  int64_t macs = 0;

  int64_t getSram() const { return arena + state + other; }
  int64_t getFlashData() const {
    return weights + tables + parameters + classNames;
  }
};

/// Computes the footprint of a planned model on a target with pointers of
/// `pointerBytes` (4 or 8). Shares its code with the emitter.
Footprint computeFootprint(kernel::ModelOp model, int64_t pointerBytes = 4);

/// Code of one runtime kernel, as in computeCodeBytes; absent if there is no
/// figure for the kernel or the core.
std::optional<int64_t> findKernelCode(llvm::StringRef function,
                                      llvm::StringRef core);

/// Code of the runtime kernels that a model uses, in bytes, as measured with
/// -O2 for `core`; absent for another core or a kernel without a figure. The
/// emitted file's own code, a few calls, is not counted.
std::optional<int64_t> computeCodeBytes(kernel::ModelOp model,
                                        llvm::StringRef core);

} // namespace mlir::ofa

#endif // OFA_TARGET_C_FOOTPRINT_H
