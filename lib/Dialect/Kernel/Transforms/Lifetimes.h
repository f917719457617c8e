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

/// The steps that a buffer lives through, as positions in the entry's order,
/// both included. An input lives from the start, an output to the end, and
/// states and counters all the time. A buffer that no step uses lives nowhere
/// (first > last) unless the caller uses it.
struct Lifetime {
  int64_t first;
  int64_t last;
};

/// Two buffers that may share bytes although a step uses both: `input` dies in the
/// step that makes `output`.
struct Overlap {
  size_t input;
  size_t output;
  OverlapRule rule;
};

/// Steps and buffers of an entry as numbers, in the order of the module. A step is
/// a kernel, or a segment of several.
struct EntryGraph {
  explicit EntryGraph(EntryOp entry);

  SmallVector<Operation *> steps;
  SmallVector<BufferOp> buffers;
  /// For each step, the buffers that it reads and writes, without duplicates,
  /// ascending. Constant data is left out, and what a segment reads after it has
  /// written it.
  SmallVector<SmallVector<size_t>> reads, writes;

  /// How buffer `input` may overlap buffer `output` in a step; none if the step
  /// wants them disjoint.
  std::optional<OverlapRule> getOverlapRule(size_t step, size_t input,
                                            size_t output) const;
  /// For each buffer.
  SmallVector<Lifetime> getLifetimes() const;
  /// A buffer that takes turns with others of its segment, and the kernels
  /// while which it is in use, both included.
  struct Turn {
    size_t buffer;
    Lifetime kernels;
  };
  SmallVector<Turn> getTurns(size_t step) const;
  SmallVector<Overlap> getOverlaps(ArrayRef<Lifetime> lifetimes) const;
};

/// Bytes that kernel-plan-memory will give to the buffers, states included.
/// Erases buffers that nothing uses.
int64_t computePlannedBytes(EntryOp entry);

} // namespace mlir::kernel

#endif // OFA_LIB_DIALECT_KERNEL_TRANSFORMS_LIFETIMES_H
