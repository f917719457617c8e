//===- Kernels.h - Hand-written training kernels ---------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers on which LibTorch spends most of its time in a mobile network on
// a CPU: the gradients of depthwise convolution, and batch norm, which it does
// not fuse with the activation. All tensors are channels last, dense; images
// and their gradients are float or bfloat16, all else, sums too, is float.
// Every call uses one thread. Sums may differ between instruction sets.
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

/// The upper half of a float, rounded to nearest even.
struct BFloat16 {
  uint16_t bits;
};

/// The kernels for images of `Element`s, float or BFloat16.
template <typename Element>
struct ElementKernels {
  void (*depthwiseForward)(const DepthwiseShape &shape, const Element *input,
                           const float *weight, Element *output);
  void (*depthwiseBackwardInput)(const DepthwiseShape &shape,
                                 const Element *gradient, const float *weight,
                                 Element *inputGradient);
  /// Overwrites `weightGradient`.
  void (*depthwiseBackwardWeight)(const DepthwiseShape &shape,
                                  const Element *input, const Element *gradient,
                                  float *weightGradient);

  /// Batch norm by the batch's own statistics over `rows` x `channels`, then
  /// the activation. `mean`, `variance` (biased) and `inverseStd` are written.
  void (*batchNormForward)(const Element *input, int64_t rows, int64_t channels,
                           const float *scale, const float *offset,
                           float epsilon, Activation activation,
                           Element *output, float *mean, float *variance,
                           float *inverseStd);
  /// The gradients of all that; `input` is that of the forward call.
  void (*batchNormBackward)(const Element *input, const Element *gradient,
                            int64_t rows, int64_t channels, const float *scale,
                            const float *offset, const float *mean,
                            const float *inverseStd, Activation activation,
                            Element *inputGradient, float *scaleGradient,
                            float *offsetGradient);
};

/// The kernels for one instruction set.
struct KernelTable {
  const char *name;
  /// (q - zeroPoint) * scale with q = input / scale + zeroPoint, rounded half
  /// away from zero and clamped to int8. May work in place.
  void (*roundToInt8)(const float *input, int64_t count, float scale,
                      int32_t zeroPoint, float *output);
  ElementKernels<float> forFloat;
  ElementKernels<BFloat16> forBFloat16;

  template <typename Element>
  const ElementKernels<Element> &get() const;
};

template <>
inline const ElementKernels<float> &KernelTable::get<float>() const {
  return forFloat;
}
template <>
inline const ElementKernels<BFloat16> &KernelTable::get<BFloat16>() const {
  return forBFloat16;
}

/// The fastest table that this processor can run.
const KernelTable &getKernels();

/// For the tests: the tables in `getKernels`'s order of preference.
const KernelTable &getPortableKernels();

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_KERNELS_H
