//===- CopyPlan.h - Movements of data as loops of copies --------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_COPYPLAN_H
#define OFA_DIALECT_KERNEL_IR_COPYPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace mlir::kernel {

/// What one kernel.copy moves: its attributes.
struct Copy {
  llvm::SmallVector<int64_t, 4> counts, inputStrides, outputStrides;
  int64_t inputOffset = 0;
  int64_t outputOffset = 0;
  int64_t run = 1;
};

/// Copies of a box of elements of any rank: element `i` goes from
/// `inputOffset + sum(i * inputStrides)` to `outputOffset + sum(i *
/// outputStrides)`. Dimensions that lie side by side in both become one, the
/// longest loop is the innermost. One copy, but for boxes that need more than
/// four loops: these become as many copies as their shortest loops have steps.
/// None for an empty box.
llvm::SmallVector<Copy> planCopy(llvm::ArrayRef<int64_t> sizes,
                                 llvm::ArrayRef<int64_t> inputStrides,
                                 llvm::ArrayRef<int64_t> outputStrides,
                                 int64_t inputOffset = 0,
                                 int64_t outputOffset = 0);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_COPYPLAN_H
