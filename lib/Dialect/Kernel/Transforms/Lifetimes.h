//===- Lifetimes.h - When buffers hold data ---------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_KERNEL_TRANSFORMS_LIFETIMES_H
#define OFA_LIB_DIALECT_KERNEL_TRANSFORMS_LIFETIMES_H

#include "ofa/Dialect/Kernel/IR/Kernel.h"

#include "llvm/ADT/SmallVector.h"

namespace mlir::kernel {

/// The kernels that a buffer lives through, as positions in the entry's order,
/// both included. An input lives from the start, an output to the end, and a
/// state all the time. A buffer that no kernel uses lives nowhere (first >
/// last) unless the caller uses it.
struct Lifetime {
  int64_t first;
  int64_t last;
};

/// Two buffers that may share bytes although a kernel uses both: `input` dies
/// in the kernel that makes `output`.
struct Overlap {
  size_t input;
  size_t output;
  OverlapRule rule;
};

/// Kernels and buffers of an entry as numbers, in the order of the module.
struct EntryGraph {
  explicit EntryGraph(EntryOp entry);

  SmallVector<RuntimeKernelOpInterface> kernels;
  SmallVector<BufferOp> buffers;
  /// For each kernel, the buffers that it reads and writes, without duplicates,
  /// ascending. Constant data is left out.
  SmallVector<SmallVector<size_t>> reads, writes;

  /// How buffer `input` may overlap buffer `output` when `kernel` runs; none if
  /// the kernel wants them disjoint.
  std::optional<OverlapRule> getOverlapRule(size_t kernel, size_t input,
                                            size_t output) const;
  /// For each buffer.
  SmallVector<Lifetime> getLifetimes() const;
  SmallVector<Overlap> getOverlaps(ArrayRef<Lifetime> lifetimes) const;
};

} // namespace mlir::kernel

#endif // OFA_LIB_DIALECT_KERNEL_TRANSFORMS_LIFETIMES_H
