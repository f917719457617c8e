//===- PlanesLayout.h - Constants of planes kernels --------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H
#define OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace mlir::kernel {

/// What scratch memory depends on.
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

/// The fastest one that takes the window.
PlanesKernel choosePlanesKernel(const PlanesWindow &window);

/// Bytes of scratch memory, a multiple of 16.
int64_t getPlanesScratchBytes(const PlanesWindow &window, PlanesKernel kernel);

/// Words of the stream of `channels` output channels.
int64_t getPlanesStreamWords(int64_t channels, int64_t kernelHeight,
                             int64_t kernelWidth);

/// True if the kernels can requantise a channel: its shift, twice the largest
/// sum of bias and products, and the output's zero point fit.
bool canRequantizePlanes(llvm::ArrayRef<int8_t> channelWeights, int64_t bias,
                         int64_t shift, int64_t outputZeroPoint);

/// The stream of ofa_kernels_dsp.h. weights: [channels][kernelHeight]
/// [kernelWidth]; bias: input zero point folded in.
std::vector<int32_t>
packPlanes(llvm::ArrayRef<int8_t> weights, llvm::ArrayRef<int32_t> bias,
           llvm::ArrayRef<int32_t> multiplier, llvm::ArrayRef<int8_t> shift,
           int64_t outputZeroPoint, int64_t kernelHeight, int64_t kernelWidth);

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_PLANESLAYOUT_H
