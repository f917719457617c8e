//===- WriteFile.h - Files that are whole or not there ----------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_WRITEFILE_H
#define OFA_LIB_TRAINING_WRITEFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::ofa::training {

/// Written under a temporary name, synchronised and renamed: the file is
/// always whole, the old one or the new one, also when the disk is full or the
/// power fails.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_WRITEFILE_H
