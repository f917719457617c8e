//===- FakeQuantize.h - int8 as the compiler will make it ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `ofa-quantize` does to weights and values, in float, so that subnets
// learn to bear it. Gradients pass as if nothing had been rounded
// (straight-through estimator; Jacob et al. 2018, "Quantization and Training of
// Neural Networks for Efficient Integer-Arithmetic-Only Inference", section 3).
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_FAKEQUANTIZE_H
#define OFA_LIB_TRAINING_FAKEQUANTIZE_H

#include "Torch.h"
#include "ofa/Quantization/Ranges.h"

namespace mlir::ofa::training {

/// From the smallest to the largest number of a float value, and zero.
RealRange findRange(const at::Tensor &value);

/// A float value of the network, rounded to 256 steps in `range`.
at::Tensor fakeQuantizeValue(const at::Tensor &value, RealRange range);

/// A float weight, rounded to -127 to 127 steps for each index of `axis`. A
/// batch norm behind may scale channels: rounding before or after that is the
/// same.
at::Tensor fakeQuantizeWeight(const at::Tensor &weight, int64_t axis);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_FAKEQUANTIZE_H
