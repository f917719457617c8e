//===- FileSet.h - Files that a translation makes ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_FILESET_H
#define OFA_TARGET_FILESET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace mlir::ofa {

/// A file in memory. `name` is relative to the folder that it goes to.
struct GeneratedFile {
  std::string name;
  std::string content;
};
using FileSet = std::vector<GeneratedFile>;

/// Writes all files into `folder`, which is made if it is not there. Every file
/// goes to a temporary name first and all are renamed at the end, so that an
/// error leaves no partial file and older files as they were. The error says
/// which path and why.
llvm::Error writeFileSet(llvm::StringRef folder,
                         llvm::ArrayRef<GeneratedFile> files);

/// Writes one file the same way; "-" is the standard output. Links are
/// followed; what is no regular file (a device, a pipe) is written to, never
/// replaced.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef content);

} // namespace mlir::ofa

#endif // OFA_TARGET_FILESET_H
