//===- RowWindow.h - The input rows of output rows --------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_ROWWINDOW_H
#define OFA_DIALECT_KERNEL_IR_ROWWINDOW_H

#include <algorithm>
#include <cstdint>

namespace mlir::kernel {

/// Which of an operand's `rows` rows a kernel reads for an output row; the same
/// one in an element-wise kernel.
struct RowWindow {
  int64_t rows;
  int64_t kernel = 1, stride = 1, padding = 0;

  /// The first one that output row `y` or any later one reads.
  int64_t getFirst(int64_t y) const {
    return std::clamp<int64_t>(y * stride - padding, 0, rows);
  }
  /// One past the last one that output row `y` or any earlier one reads.
  int64_t getEnd(int64_t y) const {
    return std::clamp<int64_t>(y * stride - padding + kernel, 0, rows);
  }
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_ROWWINDOW_H
