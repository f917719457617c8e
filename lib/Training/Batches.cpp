//===- Batches.cpp - Augmented, preprocessed images -----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batches.h"

#include "ofa/Data/ImageSet.h"
#include "ofa/Data/Random.h"
#include "ofa/Data/Resize.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

Batch mlir::ofa::training::takeImages(const ImageSet &images,
                                      llvm::ArrayRef<int32_t> indices) {
  Batch batch;
  batch.side = images.height;
  for (int32_t index : indices) {
    const uint8_t *image = images.getImage(index);
    batch.pixels.insert(batch.pixels.end(), image,
                        image + images.getImageBytes());
    batch.labels.push_back(images.labels[index]);
  }
  return batch;
}

Batch mlir::ofa::training::augmentImages(const ImageSet &images,
                                         llvm::ArrayRef<int32_t> indices,
                                         const Recipe &recipe,
                                         const Graph &graph, uint64_t epoch) {
  int64_t side = images.height;
  int64_t margin = std::llround(recipe.cropPadding * static_cast<double>(side));
  // What is outside the image becomes zero by the preprocessing.
  std::array<uint8_t, 3> outside;
  for (int c = 0; c < 3; ++c)
    outside[c] = static_cast<uint8_t>(
        std::clamp(std::lround(graph.preprocessing.mean[c]), 0l, 255l));
  Batch batch;
  batch.side = side;
  batch.pixels.resize(indices.size() * images.getImageBytes());
  uint8_t *out = batch.pixels.data();
  for (int32_t index : indices) {
    Random random({recipe.seed, /*purpose=*/2, epoch,
                   static_cast<uint64_t>(index)});
    int64_t dy = random.between(-margin, margin);
    int64_t dx = random.between(-margin, margin);
    bool flip = recipe.flip && images.mayFlip && random.below(2);
    const uint8_t *image = images.getImage(index);
    for (int64_t y = 0; y < side; ++y)
      for (int64_t x = 0; x < side; ++x, out += 3) {
        int64_t sy = y + dy, sx = (flip ? side - 1 - x : x) + dx;
        bool inside = sy >= 0 && sy < side && sx >= 0 && sx < side;
        const uint8_t *pixel =
            inside ? image + (sy * side + sx) * 3 : outside.data();
        std::copy_n(pixel, 3, out);
      }
    batch.labels.push_back(images.labels[index]);
  }
  return batch;
}

std::vector<float>
mlir::ofa::training::makeInput(const Batch &batch, int64_t resolution,
                               const Preprocessing &preprocessing) {
  // All 256 results of each channel.
  std::array<std::array<float, 256>, 3> table;
  for (int c = 0; c < 3; ++c)
    for (int value = 0; value < 256; ++value)
      table[c][value] = (static_cast<float>(value) - preprocessing.mean[c]) *
                        preprocessing.scale[c];
  int64_t inBytes = batch.side * batch.side * 3;
  int64_t outBytes = resolution * resolution * 3;
  std::vector<float> input(static_cast<size_t>(batch.size() * outBytes));
  std::vector<uint8_t> resized(static_cast<size_t>(outBytes));
  Resizer resizer(batch.side, batch.side, resolution, resolution);
  for (int64_t i = 0; i < batch.size(); ++i) {
    resizer.run(batch.pixels.data() + i * inBytes, resized.data());
    for (int64_t k = 0; k < outBytes; ++k)
      input[i * outBytes + k] = table[k % 3][resized[k]];
  }
  return input;
}
