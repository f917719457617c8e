//===- KernelWork.h - What a layer's cycles are derived from ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_KERNELWORK_H
#define OFA_ANALYSIS_KERNELWORK_H

#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/OFA.h"

namespace mlir::ofa {

/// The amounts of all terms of the kernel that `op`, which has a cost, becomes
/// at these shapes.
KernelWork getKernelWork(Operation *op, ArrayRef<SmallVector<int64_t>> operands,
                         ArrayRef<int64_t> result);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_KERNELWORK_H
