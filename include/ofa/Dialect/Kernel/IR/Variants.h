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
  /// conv2d_dots_s8, depthwise_conv2d_patches_s8, fully_connected_dots_s8, and
  /// entry points for vectors of other kernels: before those.
  bool vectors = false;

  /// Those for a processor with these extensions (`isa` of a device file).
  template <typename Names>
  static Variants of(const Names &isa) {
    bool hasVectors = llvm::is_contained(isa, "mve");
    // Helium comes with the DSP extension.
    return {hasVectors || llvm::is_contained(isa, "dsp"), hasVectors};
  }
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_VARIANTS_H
