//===- Kernels.h - Hand-written training kernels ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers on which LibTorch spends most of its time in a mobile network on
// a CPU: the gradients of depthwise convolution, and batch norm, which it does
// not fuse with the activation. All tensors are float, channels last, dense;
// every call uses one thread. Sums may differ between instruction sets.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_KERNELS_H
#define OFA_LIB_TRAINING_KERNELS_H

#include <cstdint>

namespace mlir::ofa::training {

enum class Activation { None, Relu, Relu6, HardSwish };

/// [batch, height, width, channels] to [batch, outHeight, outWidth, channels]
/// with a [kernel, kernel, channels] weight.
struct DepthwiseShape {
  int64_t batch, height, width, channels;
  int64_t kernel;
  int64_t strideY, strideX;
  int64_t padTop, padLeft;
  int64_t outHeight, outWidth;
};

/// The kernels for one instruction set.
struct KernelTable {
  const char *name;

  void (*depthwiseForward)(const DepthwiseShape &shape, const float *input,
                           const float *weight, float *output);
  void (*depthwiseBackwardInput)(const DepthwiseShape &shape,
                                 const float *gradient, const float *weight,
                                 float *inputGradient);
  /// Overwrites `weightGradient`.
  void (*depthwiseBackwardWeight)(const DepthwiseShape &shape,
                                  const float *input, const float *gradient,
                                  float *weightGradient);

  /// Batch norm by the batch's own statistics over `rows` x `channels`, then
  /// the activation. `mean`, `variance` (biased) and `inverseStd` are written.
  void (*batchNormForward)(const float *input, int64_t rows, int64_t channels,
                           const float *scale, const float *offset,
                           float epsilon, Activation activation, float *output,
                           float *mean, float *variance, float *inverseStd);
  /// The gradients of all that; `input` is that of the forward call.
  void (*batchNormBackward)(const float *input, const float *gradient,
                            int64_t rows, int64_t channels, const float *scale,
                            const float *offset, const float *mean,
                            const float *inverseStd, Activation activation,
                            float *inputGradient, float *scaleGradient,
                            float *offsetGradient);
};

/// The fastest table that this processor can run.
const KernelTable &getKernels();

/// For the tests: the tables in `getKernels`'s order of preference.
const KernelTable &getPortableKernels();

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_KERNELS_H
