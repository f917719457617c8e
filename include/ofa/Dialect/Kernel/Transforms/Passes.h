//===- Passes.h - Passes on the kernel dialect ------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_TRANSFORMS_PASSES_H
#define OFA_DIALECT_KERNEL_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::kernel {

#define GEN_PASS_DECL
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_TRANSFORMS_PASSES_H
