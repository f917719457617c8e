//===- RuntimeFiles.h - The runtime's files inside the compiler -----------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_C_RUNTIMEFILES_H
#define OFA_LIB_TARGET_C_RUNTIMEFILES_H

#include "ofa/Target/FileSet.h"

#include <set>

namespace mlir::ofa {

/// The file that defines a kernel, whose params type is `paramsType`; empty if
/// the runtime has none.
std::string findKernelSource(llvm::StringRef function,
                             llvm::StringRef paramsType);

/// The public header that declares `paramsType`; empty if there is none.
std::string findKernelHeader(llvm::StringRef paramsType);

/// The given files of the runtime and all that they include.
FileSet collectRuntimeFiles(const std::set<std::string> &names);

} // namespace mlir::ofa

#endif // OFA_LIB_TARGET_C_RUNTIMEFILES_H
