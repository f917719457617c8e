//===- PatchesLayout.h - Depthwise layers in patches ------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_PATCHESLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_PATCHESLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"
#include "ofa/Dialect/Kernel/IR/Window.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace mlir::kernel {

/// How depthwise_conv2d_patches_s8 computes a layer.
struct PatchesPlan {
  /// What tells the entry points apart: k3, k5_stride2, line.
  llvm::StringRef kernel;
  int64_t kernelWidth;
  int64_t columnBytes; ///< Of the kernel; 1: it has one row.
  int64_t stripRows;   ///< Output rows of a strip.
  int64_t slots;       ///< Of a strip.
  int64_t strips;      ///< Turned at a time.

  /// Its C function, without the rounding.
  std::string getFunction() const;
  int64_t getScratchWords() const;
};

/// None if no entry point takes the window.
std::optional<PatchesPlan> planPatches(const Window &window);

/// Where a batch of strips is read before results take its place.
OverlapRule getPatchesOverlapRule(const Window &window,
                                  const PatchesPlan &plan);

/// Words of the stream of `channels` channels.
int64_t countPatchesStream(int64_t channels, const PatchesPlan &plan);

/// The stream of ofa_kernels_mve.h, from weights `[channels][kernel height]
/// [kernel width]`. None if the kernels do not compute this layer exactly for
/// all inputs.
std::optional<std::vector<int32_t>> packPatches(const LayerConstants &layer,
                                                const PatchesPlan &plan);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_PATCHESLAYOUT_H
