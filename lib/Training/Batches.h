//===- Batches.h - Augmented, preprocessed images --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_BATCHES_H
#define OFA_LIB_TRAINING_BATCHES_H

#include "ofa/Training/Graph.h"
#include "ofa/Training/Recipe.h"

namespace mlir::ofa {
struct ImageSet;
} // namespace mlir::ofa

namespace mlir::ofa::training {

/// Images of a batch at full size; `resize` makes a network's input of them.
struct Batch {
  int64_t side = 0;
  std::vector<uint8_t> pixels; ///< [size, side, side, 3]
  std::vector<int64_t> labels;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

/// Copies images as they are.
Batch takeImages(const ImageSet &images, llvm::ArrayRef<int32_t> indices);

/// Varies images at random: a function of the seed, the epoch and the image's
/// index alone.
Batch augmentImages(const ImageSet &images, llvm::ArrayRef<int32_t> indices,
                    const Recipe &recipe, const Graph &graph, uint64_t epoch);

/// Resizes to `resolution` and preprocesses: [size, resolution, resolution, 3].
std::vector<float> makeInput(const Batch &batch, int64_t resolution,
                             const Preprocessing &preprocessing);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_BATCHES_H
