//===- MemoryPeak.h - What binds the size of an arena -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_TRANSFORMS_MEMORYPEAK_H
#define OFA_DIALECT_KERNEL_TRANSFORMS_MEMORYPEAK_H

#include <string>

namespace mlir::kernel {
class EntryOp;

/// Which layers of a planned entry run where most memory is in use, and what
/// that is: `5120 bytes are in use while 'two' runs: 'a' (4096 bytes), 'b'
/// (1024 bytes)`.
std::string describeMemoryPeak(EntryOp entry);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_TRANSFORMS_MEMORYPEAK_H
