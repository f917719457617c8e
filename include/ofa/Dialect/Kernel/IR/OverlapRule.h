//===- OverlapRule.h - Sharing memory of input and result -------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_OVERLAPRULE_H
#define OFA_DIALECT_KERNEL_IR_OVERLAPRULE_H

#include <cstdint>

namespace mlir::kernel {

/// How far an input must start after the start of the result that shares its
/// memory: `distance` bytes or more (negative: the result may start inside the
/// input), or, if `isExact`, that far and no other way.
struct OverlapRule {
  int64_t distance = 0;
  bool isExact = false;

  /// The result replaces the input element by element.
  static OverlapRule inPlace() { return {0, true}; }
  static OverlapRule atLeast(int64_t distance) { return {distance, false}; }

  bool allows(int64_t actual) const {
    return isExact ? actual == distance : actual >= distance;
  }
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_OVERLAPRULE_H
