//===- PlanesLayout.h - Constants of a depthwise layer in planes -*- C++
//-*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H

#include "ofa/Dialect/Kernel/IR/LayerConstants.h"
#include "ofa/Dialect/Kernel/IR/Window.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace mlir::kernel {

/// What scratch memory and constants depend on.
struct PlanesWindow {
  int64_t inWidth;
  int64_t outWidth;
  int64_t kernelHeight;
  int64_t kernelWidth;
  int64_t strideHeight;
  int64_t strideWidth;
  int64_t padLeft;
  bool multiplied; /// More output channels than input channels.
};

/// The entry points of depthwise_conv2d_planes: any window, or square kernels
/// of 3, 5 and 7.
enum class PlanesKernel { Any, K3, K5, K7 };

/// The rows and columns that the kernels see.
PlanesWindow getPlanesWindow(const Window &window);

/// The fastest one that takes the window.
PlanesKernel choosePlanesKernel(const PlanesWindow &window);

/// Its C function, without the rounding.
llvm::StringRef getPlanesFunction(PlanesKernel kernel);

/// Bytes of scratch memory that one of the kernels, or the fastest one, needs:
/// a multiple of 16.
int64_t getPlanesScratchBytes(const PlanesWindow &window, PlanesKernel kernel);
int64_t getPlanesScratchBytes(const PlanesWindow &window);

/// Where each channel's rows are read before results take their place.
std::optional<OverlapRule> getPlanesOverlapRule(const Window &window);

/// Words of the stream of `channels` output channels, for one of the kernels.
int64_t getPlanesStreamWords(int64_t channels, const PlanesWindow &window,
                             PlanesKernel kernel);

/// The stream of ofa_kernels_dsp.h, from weights `[channels][kernelHeight]
/// [kernelWidth]`. None if the kernels do not compute this layer exactly for
/// all inputs.
std::optional<std::vector<int32_t>> packPlanes(const LayerConstants &layer,
                                               const PlanesWindow &window,
                                               PlanesKernel kernel);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H
