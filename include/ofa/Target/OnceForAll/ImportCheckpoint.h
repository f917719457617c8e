//===- ImportCheckpoint.h - Published supernets -----------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_ONCEFORALL_IMPORTCHECKPOINT_H
#define OFA_TARGET_ONCEFORALL_IMPORTCHECKPOINT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mlir::ofa {

/// Makes a module with a supernet and its weights out of a checkpoint of
/// Once-for-All, a file of torch.save. The search space follows from the
/// tensors' names, its width and classes from their shapes; `resolutions` are
/// the space's own where empty. Null after one diagnostic. The context must
/// have the ofa dialect loaded.
OwningOpRef<ModuleOp> importCheckpoint(llvm::MemoryBufferRef file,
                                       ArrayRef<int64_t> resolutions,
                                       MLIRContext &context);

} // namespace mlir::ofa

#endif // OFA_TARGET_ONCEFORALL_IMPORTCHECKPOINT_H
