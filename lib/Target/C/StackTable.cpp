//===- StackTable.cpp - Measured stack of the runtime's kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelLayout.h"

using namespace mlir;
using namespace mlir::ofa;

std::optional<int64_t> ofa::findKernelStack(llvm::StringRef function) {
  return std::nullopt;
}

int64_t ofa::getEntryStack() { return 0; }
