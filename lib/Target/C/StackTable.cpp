//===- StackTable.cpp - Measured stack of the runtime's kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelLayout.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::ofa;

std::optional<int64_t> ofa::findKernelStack(llvm::StringRef function) {
  llvm::StringSwitch<std::optional<int64_t>> figure(function);
#define OFA_KERNEL_FIGURES(function, stack, ...) figure.Case(#function, stack);
#include "kernel_figures.inc"
#undef OFA_KERNEL_FIGURES
  return figure.Default(std::nullopt);
}

// The frames of <name>_run and of the function with the layers: 16 to 48 bytes
// on the cores and at the optimisation levels of kernel_figures.inc.
int64_t ofa::getEntryStack() { return 64; }
