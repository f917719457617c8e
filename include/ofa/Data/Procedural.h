//===- Procedural.h - Images that the project draws itself -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A data set without files: each image shows one object (a disc, a ring, a
// star, ...) on a cluttered ground. Nothing is fixed but the object's outline:
// position, size, slant and rotation (up to 37 degrees), colours, the direction
// of the light on object and ground, a texture, bars and dots around it, a bar
// across it in a third of the images, and pixel noise are random. No class is told
// apart by handedness, so that mirrored images keep their class.
//
// Images are functions of seed, split and position alone. They are drawn with
// IEEE additions, multiplications, divisions and square roots in a fixed order:
// the same bytes on every machine.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DATA_PROCEDURAL_H
#define OFA_DATA_PROCEDURAL_H

#include "ofa/Data/ImageSet.h"

namespace mlir::ofa {

struct ProceduralOptions {
  /// Keys of `procedural:key=value,...` have these names.
  uint64_t seed = 1;
  int64_t train = 20000; ///< images in the training split
  int64_t test = 4000;   ///< images in the test split
  int64_t classes = 10;  ///< 2 to 12

  int64_t getCount(DataSplit split) const {
    return split == DataSplit::Train ? train : test;
  }
};

/// Parses "seed=7,train=1000"; an unknown key or a bad value is an error.
llvm::Expected<ProceduralOptions> parseProceduralOptions(llvm::StringRef text);

/// Draws [size, size, 3] pixels of the `index`-th image, whose class is
/// `index` modulo `options.classes`.
void drawProceduralImage(const ProceduralOptions &options, DataSplit split,
                         int64_t index, int64_t size, uint8_t *pixels);

ImageSet drawProceduralSet(const ProceduralOptions &options, DataSplit split,
                           int64_t size);

} // namespace mlir::ofa

#endif // OFA_DATA_PROCEDURAL_H
