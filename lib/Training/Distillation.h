//===- Distillation.h - How far a subnet is from its teacher ----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_DISTILLATION_H
#define OFA_LIB_TRAINING_DISTILLATION_H

#include "Torch.h"

namespace mlir::ofa::training {

/// A scalar whose gradient is that of the adaptive alpha-divergence of a
/// subnet's class probabilities q from the teacher's p, summed over the images
/// (Wang et al. 2021, AlphaNet, section 3): for each image the larger one of
///
///   alpha =  1: sum of p log(p / q)
///   alpha = -1: (sum of q^2 / p - 1) / 2
///
/// with the gradient -(1 / alpha) sum of q min((p / q)^alpha, 5) grad log q.
/// Both arguments are logarithms, [images, classes]; the value itself means
/// nothing.
at::Tensor makeAdaptiveLoss(const at::Tensor &teacher, const at::Tensor &logs);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_DISTILLATION_H
