//===- ZipArchive.h - Stored entries of a zip file --------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// torch.save stores entries as they are, for the sake of mapping them into
// memory: to find them is all that it takes, and a library for compressed
// archives would be a dependency for nothing. zip64 is read, since checkpoints
// may have more than 4 GiB.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_TORCH_ZIPARCHIVE_H
#define OFA_LIB_TARGET_TORCH_ZIPARCHIVE_H

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::ofa::torch {

/// Where an entry's bytes lie in the file.
struct ZipEntry {
  uint64_t begin, size;
  llvm::StringRef getBytes(llvm::StringRef file) const {
    return file.substr(begin, size);
  }
};

using ZipArchive = llvm::MapVector<llvm::StringRef, ZipEntry>;

bool isZipArchive(llvm::StringRef file);

/// The entries by name, in the order of the directory. Checks headers, places
/// and checksums.
llvm::Expected<ZipArchive> readZipArchive(llvm::StringRef file);

} // namespace mlir::ofa::torch

#endif // OFA_LIB_TARGET_TORCH_ZIPARCHIVE_H
