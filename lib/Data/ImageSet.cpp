//===- ImageSet.cpp - Labelled 8-bit images in memory ---------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/ImageSet.h"

#include "Sources.h"
#include "ofa/Data/Resize.h"

using namespace mlir::ofa;

/// A set of another size, by the one definition of resizing.
static ImageSet resize(ImageSet set, int64_t size) {
  if (set.height == size && set.width == size)
    return set;
  ImageSet result = set;
  result.height = result.width = size;
  result.pixels.resize(
      static_cast<size_t>(set.size() * result.getImageBytes()));
  Resizer resizer(set.height, set.width, size, size);
  for (int64_t i = 0; i < set.size(); ++i)
    resizer.run(set.getImage(i),
                result.pixels.data() + i * result.getImageBytes());
  return result;
}

llvm::Expected<ImageSet> mlir::ofa::loadImageSet(llvm::StringRef source,
                                                 DataSplit split, int64_t size,
                                                 unsigned threads) {
  auto [kind, options] = source.split(':');
  if (kind == "procedural")
    return drawProcedural(options, split, size);
  if (!isCifarFolder(source))
    return loadFolder(source, split, size, threads);
  llvm::Expected<ImageSet> set = loadCifar(source, split);
  if (!set)
    return set.takeError();
  return resize(std::move(*set), size);
}
