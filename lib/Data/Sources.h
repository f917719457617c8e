//===- Sources.h - Where data sets come from -------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DATA_SOURCES_H
#define OFA_LIB_DATA_SOURCES_H

#include "ofa/Data/ImageSet.h"

namespace mlir::ofa {

bool isCifarFolder(llvm::StringRef folder);
llvm::Expected<ImageSet> loadCifar(llvm::StringRef folder, DataSplit split);
llvm::Expected<ImageSet> loadFolder(llvm::StringRef folder, DataSplit split,
                                    int64_t size, unsigned threads);
/// `options` as they follow "procedural:".
llvm::Expected<ImageSet> drawProcedural(llvm::StringRef options,
                                        DataSplit split, int64_t size);

} // namespace mlir::ofa

#endif // OFA_LIB_DATA_SOURCES_H
