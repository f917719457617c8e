//===- NearMatches.h - "did you mean" ---------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DEVICE_NEARMATCHES_H
#define OFA_LIB_DEVICE_NEARMATCHES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlir::ofa {

/// `; did you mean 'a' or 'b'?`: the up to three names nearest to `word`, or
/// the empty string if none is near.
std::string suggestNearMatches(llvm::StringRef word,
                               llvm::ArrayRef<llvm::StringRef> names);

} // namespace mlir::ofa

#endif // OFA_LIB_DEVICE_NEARMATCHES_H
