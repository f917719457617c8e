//===- SyncBatchNorm.h - Batch norm over all workers ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_SYNCBATCHNORM_H
#define OFA_LIB_TRAINING_SYNCBATCHNORM_H

#include "Functions.h"
#include "Group.h"

namespace mlir::ofa::training {

/// Batch norm of [N, C, H, W] by the statistics of the whole batch, of which
/// each thread of each process has a part; without activation. All call it
/// alike.
BatchNormResult syncBatchNorm(const at::Tensor &input, const at::Tensor &scale,
                              const at::Tensor &offset, double epsilon,
                              Group &group, int thread);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_SYNCBATCHNORM_H
