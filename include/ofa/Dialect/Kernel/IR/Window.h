//===- Window.h - Geometry and overlaps of spatial kernels ------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_WINDOW_H
#define OFA_DIALECT_KERNEL_IR_WINDOW_H

#include "ofa/Dialect/Kernel/IR/OverlapRule.h"

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <utility>

namespace mlir::kernel {

/// The geometry of a spatial kernel on [1, h, w, c] operands.
struct Window {
  llvm::ArrayRef<int64_t> input, output; // shapes
  llvm::ArrayRef<int64_t> kernel, stride,
      padding;                              // [height, width], [top, left]
  std::array<int64_t, 2> dilation = {1, 1}; // [height, width]

  /// Input rows or columns (axis 0 or 1) from the first tap to the last.
  int64_t extent(unsigned axis) const {
    return (kernel[axis] - 1) * dilation[axis] + 1;
  }
  /// First input row or column (axis 0 or 1) of output row or column `i`,
  /// before clipping.
  int64_t start(unsigned axis, int64_t i) const {
    return i * stride[axis] - padding[axis];
  }
};

/// The axes that a kernel takes as rows and columns. An image of one column
/// lies in memory as one of one row does, of which kernels make several pixels
/// at a time.
std::pair<unsigned, unsigned> getRowAxes(const Window &window);

/// A window as a convolution reads it: its kernel's rows, or all as one.
struct WindowRows {
  int64_t rows, inputsPerRow;
};

/// The kernel's rows.
WindowRows getKernelRows(const Window &window);

/// Whether kernels take the image of such a convolution as one row: of one
/// input pixel each, no row ends with less pixels than are made at a time.
bool takesOneRow(const Window &window);

/// How the input must follow the output for a kernel that makes `step` output
/// pixels at a time in raster order and may write all their bytes before it
/// last reads their windows (the formula of runtime/include/ofa_kernels_s8.h).
OverlapRule getWindowOverlapRule(const Window &window, int64_t step,
                                 int64_t elementBytes);

// Output pixels that the runtime's int8 kernels make at a time
// (OFA_<OP>_S8_STEP).
inline constexpr int64_t convS8Step = 2;
inline constexpr int64_t generalConvS8Step = 1;
inline constexpr int64_t depthwiseConvS8Step = 4;
inline constexpr int64_t poolS8Step = 1;

/// Whether avg_pool2d_vectors_s8 takes windows of this size: their sums have 16
/// bits.
bool canPoolVectors(llvm::ArrayRef<int64_t> kernel);

/// Bytes of an input and an output that start `distance` bytes apart.
int64_t getUnionBytes(int64_t input, int64_t output, int64_t distance);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_WINDOW_H
