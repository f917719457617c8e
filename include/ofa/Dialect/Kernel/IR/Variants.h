//===- Variants.h - Which kernels a processor has ---------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_VARIANTS_H
#define OFA_DIALECT_KERNEL_IR_VARIANTS_H

#include "llvm/ADT/STLExtras.h"

namespace mlir::kernel {

/// The families of kernels that take the place of portable ones.
struct Variants {
  /// conv2d_paired_s8, depthwise_conv2d_planes_s8, fully_connected_paired_s8.
  bool paired = false;
  /// conv2d_winograd_s8, where weights may take more flash for speed: before
  /// conv2d_paired_s8.
  bool winograd = false;
  /// conv2d_dots_s8, depthwise_conv2d_patches_s8, fully_connected_dots_s8:
  /// before those.
  bool dots = false;
  /// conv2d_lanes_s8, depthwise_conv2d_lanes_s8, fully_connected_lanes_s8.
  bool lanes = false;

  /// Entry points for vectors of other kernels.
  bool hasVectors() const { return dots || lanes; }

  /// Those for a processor with these extensions (`isa` of a device file).
  /// prefersSpeed: flash may be given for speed.
  template <typename Names>
  static Variants of(const Names &isa, bool prefersSpeed) {
    bool hasDots = llvm::is_contained(isa, "mve");
    // Helium comes with the DSP extension.
    bool hasPairs = hasDots || llvm::is_contained(isa, "dsp");
    bool hasLanes =
        llvm::is_contained(isa, "avx2") || llvm::is_contained(isa, "dotprod");
    return {hasPairs, hasPairs && !hasDots && prefersSpeed, hasDots, hasLanes};
  }
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_VARIANTS_H
