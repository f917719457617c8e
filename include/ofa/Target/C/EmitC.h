//===- EmitC.h - C of a compiled network ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_C_EMITC_H
#define OFA_TARGET_C_EMITC_H

#include "ofa/Support/TensorFiles.h"
#include "ofa/Target/FileSet.h"

#include "mlir/Support/LLVM.h"

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

/// What the caller of a model gives and gets.
std::vector<TensorSpec> getInputSpecs(kernel::ModelOp model);
std::vector<TensorSpec> getOutputSpecs(kernel::ModelOp model);

struct EmitCOptions {
  /// Call `ofa_trace_layer` with the result of each layer, which the program
  /// around the model defines.
  bool traceLayers = false;
  /// Golden vectors for a self-test; both have as many, none without one.
  TensorVectors selfTestInputs, selfTestOutputs;
};

/// Prints a planned model as a folder of C99: `<name>.c`, `<name>.h`, the
/// runtime files that it uses, a CMakeLists.txt, a Makefile and, if asked for,
/// `<name>_self_test.c` and `.h`. The first file is `<name>.c`. The same model
/// gives the same bytes. Fails after one diagnostic if the model is not planned
/// or cannot be expressed.
FailureOr<FileSet> emitC(kernel::ModelOp model,
                         const EmitCOptions &options = {});

/// Compiler flags by which the kernels are in the order of instructions that
/// suits `core`; any order computes the same. Emitted build files have them.
ArrayRef<StringRef> getScheduleFlags(StringRef core);

} // namespace mlir::ofa

#endif // OFA_TARGET_C_EMITC_H
