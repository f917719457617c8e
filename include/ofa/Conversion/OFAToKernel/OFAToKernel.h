//===- OFAToKernel.h - Networks to runtime kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_CONVERSION_OFATOKERNEL_OFATOKERNEL_H
#define OFA_CONVERSION_OFATOKERNEL_OFATOKERNEL_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class DialectRegistry;
class Operation;
} // namespace mlir

namespace mlir::ofa {

#define GEN_PASS_DECL_CONVERTOFATOKERNELPASS
#include "ofa/Conversion/Passes.h.inc"

/// Lets the network's operations lower themselves: attaches `KernelOpInterface`
/// when the `ofa` dialect is loaded.
void registerKernelOpExternalModels(DialectRegistry &registry);

/// Whether `op` is a quantised sum or difference that no single linear form
/// gives for all pairs of bytes, at its scales: it gets the slower kernel.
bool lacksLinearForm(Operation *op);

} // namespace mlir::ofa

#endif // OFA_CONVERSION_OFATOKERNEL_OFATOKERNEL_H
