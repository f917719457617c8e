//===- Batches.cpp - Augmented, preprocessed images -----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batches.h"

#include "RandAugment.h"
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

static double draw(const Range &range, Random &random) {
  return range.low + (range.high - range.low) * random.uniform();
}

static void cropAtRandom(ImageRef image, const RandomResizedCrop &crop,
                         Random &random) {
  double side = static_cast<double>(image.side);
  double part = draw(crop.scale, random);
  double aspect = std::exp(
      draw({std::log(crop.aspect.low), std::log(crop.aspect.high)}, random));
  auto getSide = [&](double square) {
    return std::clamp<int64_t>(std::llround(side * std::sqrt(square)), 1,
                               image.side);
  };
  int64_t height = getSide(part / aspect), width = getSide(part * aspect);
  int64_t top = random.between(0, image.side - height);
  int64_t left = random.between(0, image.side - width);
  cropResized(image, top, left, height, width);
}

/// Draws a factor around 1, and applies it unless the range is empty.
static void jitter(ImageRef image, double range,
                   void (*change)(ImageRef, int64_t), Random &random) {
  int64_t most = std::llround(256 * range);
  if (most > 0)
    change(image, 256 + random.between(-most, most));
}

/// The order of draws is part of what a seed means.
static void augment(ImageRef image, const Augmentation &augmentation,
                    bool mayFlip, Color outside, Random &random) {
  if (augmentation.randomResizedCrop) {
    cropAtRandom(image, *augmentation.randomResizedCrop, random);
  } else {
    int64_t margin = std::llround(augmentation.cropPadding *
                                  static_cast<double>(image.side));
    int64_t dy = random.between(-margin, margin);
    int64_t dx = random.between(-margin, margin);
    translate(image, dy, dx, outside);
  }
  if (augmentation.flip && mayFlip && random.below(2))
    mirror(image);
  const ColorJitter &color = augmentation.colorJitter;
  jitter(image, color.brightness, changeBrightness, random);
  jitter(image, color.contrast, changeContrast, random);
  jitter(image, color.saturation, changeSaturation, random);
  llvm::ArrayRef<RandOperation> operations = getRandOperations();
  for (int i = 0; i < augmentation.randAugment.operations; ++i)
    operations[random.below(static_cast<int64_t>(operations.size()))].apply(
        image, augmentation.randAugment.magnitude, outside, random);
}

Batch mlir::ofa::training::augmentImages(const ImageSet &images,
                                         llvm::ArrayRef<int32_t> indices,
                                         const Recipe &recipe,
                                         const Graph &graph, uint64_t epoch) {
  // What is outside the image becomes zero by the preprocessing.
  Color outside;
  for (int c = 0; c < 3; ++c)
    outside[c] = static_cast<uint8_t>(
        std::clamp(std::lround(graph.preprocessing.mean[c]), 0l, 255l));
  Batch batch = takeImages(images, indices);
  for (size_t i = 0; i < indices.size(); ++i) {
    Random random(
        {recipe.seed, /*purpose=*/2, epoch, static_cast<uint64_t>(indices[i])});
    augment({batch.pixels.data() + i * images.getImageBytes(), batch.side},
            recipe.augmentation, images.mayFlip, outside, random);
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
