//===- Functions.h - Differentiable layers over the kernels ----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_FUNCTIONS_H
#define OFA_LIB_TRAINING_FUNCTIONS_H

#include "Kernels.h"
#include "Torch.h"

#include <array>

namespace mlir::ofa::training {

/// Depthwise convolution of a channels-last [N, C, H, W], float or bfloat16,
/// with a float weight [kernel, kernel, C] (row-major, square). Stride: height,
/// width. Padding: top, left, bottom, right.
at::Tensor depthwiseConv2D(const at::Tensor &input, const at::Tensor &weight,
                           std::array<int64_t, 2> stride,
                           std::array<int64_t, 4> padding);

struct BatchNormResult {
  at::Tensor output;
  at::Tensor mean;     ///< [C], float
  at::Tensor variance; ///< [C], biased
};

/// Batch norm of a float or bfloat16 image by the batch's own statistics, then
/// the activation. Scale and offset are float.
BatchNormResult batchNorm(const at::Tensor &input, const at::Tensor &scale,
                          const at::Tensor &offset, float epsilon,
                          Activation activation);

/// Convolution of [N, C, H, W] with a weight [outputs, C, height, width] as a
/// product of matrices, which LibTorch's own layers do on any processor: no
/// library searches for a plan. `bias` may be undefined. Stride and padding:
/// height, width.
at::Tensor multiplyWindows(const at::Tensor &input, const at::Tensor &weight,
                           const at::Tensor &bias,
                           std::array<int64_t, 2> stride,
                           std::array<int64_t, 2> padding);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_FUNCTIONS_H
