//===- TargetFacts.h - What a module says about its device ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_TARGETFACTS_H
#define OFA_ANALYSIS_TARGETFACTS_H

#include "mlir/IR/OperationSupport.h"

namespace mlir::ofa {

struct Device;

/// The entries of `#ofa.specialization` that name the device and decide about
/// its kernels: `device`, `core` and, unless empty, `isa`.
NamedAttrList getTargetFacts(MLIRContext *context, const Device &device);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_TARGETFACTS_H
