//===- EmitC.h - C of a compiled network ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_C_EMITC_H
#define OFA_TARGET_C_EMITC_H

#include "ofa/Target/FileSet.h"

#include "mlir/Support/LLVM.h"

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

/// Prints a planned model as a folder of C99: `<name>.c`, `<name>.h`, the
/// runtime files that it uses, a CMakeLists.txt and a Makefile. The first file
/// is `<name>.c`. The same model gives the same bytes. Fails after one
/// diagnostic if the model is not planned or cannot be expressed.
FailureOr<FileSet> emitC(kernel::ModelOp model);

} // namespace mlir::ofa

#endif // OFA_TARGET_C_EMITC_H
