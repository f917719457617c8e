//===- KernelCalls.h - The runtime's kernels, called from IR ----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TEST_UNIT_KERNEL_KERNELCALLS_H
#define OFA_TEST_UNIT_KERNEL_KERNELCALLS_H

#include "ofa/Dialect/Kernel/IR/Kernel.h"

#include <memory>

namespace mlir::kernel {

/// Calls what a planned entry calls, in an arena that holds rubbish at first.
class KernelCaller {
public:
  KernelCaller(ModelOp model, int64_t arenaBytes);

  int8_t *getMemory(BufferOp buffer);
  void call(RuntimeKernelOpInterface op);
  /// Row `y` and those that the call makes with it.
  void callRows(RowKernelOpInterface op, int64_t y);

private:
  const void *makeParams(const Params &params);
  int8_t *getPlace(Value value);

  SymbolTable symbols;
  std::vector<uint64_t> arena;
  /// What parameters point to, and the parameters.
  llvm::StringMap<std::vector<char>> globals;
  std::vector<uint64_t> params;
};

} // namespace mlir::kernel

#endif // OFA_TEST_UNIT_KERNEL_KERNELCALLS_H
