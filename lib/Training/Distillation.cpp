//===- Distillation.cpp - How far a subnet is from its teacher ------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distillation.h"

at::Tensor mlir::ofa::training::makeAdaptiveLoss(const at::Tensor &teacher,
                                                 const at::Tensor &logs) {
  at::Tensor p = teacher, q = logs.detach();
  at::Tensor forward = (p.exp() * (p - q)).sum(1, /*keepdim=*/true);
  at::Tensor backward = ((2 * q - p).exp().sum(1, /*keepdim=*/true) - 1) / 2;
  auto weigh = [&](const at::Tensor &logRatio) {
    return q.exp() * at::clamp_max(logRatio.exp(), 5);
  };
  at::Tensor weight =
      at::where(forward >= backward, -weigh(p - q), weigh(q - p));
  return (weight * logs).sum();
}
