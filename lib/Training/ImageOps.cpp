//===- ImageOps.cpp - What augmentation does to an image ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageOps.h"

#include "ofa/Data/Resize.h"

#include <algorithm>
#include <vector>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static std::vector<uint8_t> copy(ImageRef image) {
  return std::vector<uint8_t>(image.pixels,
                              image.pixels + image.getNumPixels() * 3);
}

//===----------------------------------------------------------------------===//
// Geometry
//===----------------------------------------------------------------------===//

void mlir::ofa::training::translate(ImageRef image, int64_t dy, int64_t dx,
                                    Color outside) {
  std::vector<uint8_t> source = copy(image);
  ImageRef from{source.data(), image.side};
  auto isInside = [&](int64_t i) { return i >= 0 && i < image.side; };
  for (int64_t y = 0; y < image.side; ++y)
    for (int64_t x = 0; x < image.side; ++x)
      std::copy_n(isInside(y + dy) && isInside(x + dx) ? from.at(y + dy, x + dx)
                                                       : outside.data(),
                  3, image.at(y, x));
}

void mlir::ofa::training::mirror(ImageRef image) {
  for (int64_t y = 0; y < image.side; ++y)
    for (int64_t x = 0; x < image.side / 2; ++x)
      std::swap_ranges(image.at(y, x), image.at(y, x) + 3,
                       image.at(y, image.side - 1 - x));
}

void mlir::ofa::training::cropResized(ImageRef image, int64_t top, int64_t left,
                                      int64_t height, int64_t width) {
  std::vector<uint8_t> crop(static_cast<size_t>(height * width * 3));
  for (int64_t y = 0; y < height; ++y)
    std::copy_n(image.at(top + y, left), width * 3,
                crop.data() + y * width * 3);
  Resizer(height, width, image.side, image.side).run(crop.data(), image.pixels);
}

void mlir::ofa::training::transform(ImageRef image, const Matrix &matrix,
                                    Color outside) {
  std::vector<uint8_t> source = copy(image);
  ImageRef from{source.data(), image.side};
  int64_t last = image.side - 1;
  auto read = [&](int64_t y, int64_t x) -> const uint8_t * {
    bool isInside = y >= 0 && y <= last && x >= 0 && x <= last;
    return isInside ? from.at(y, x) : outside.data();
  };
  for (int64_t y = 0; y <= last; ++y)
    for (int64_t x = 0; x <= last; ++x) {
      // In half pixels, so that the centre is a whole number; a position is
      // then a multiple of 1 / 131072 pixel.
      int64_t v = 2 * y - last, u = 2 * x - last;
      int64_t sy = matrix.yx * u + matrix.yy * v + last * 65536;
      int64_t sx = matrix.xx * u + matrix.xy * v + last * 65536;
      int64_t top = sy >> 17, left = sx >> 17;
      int32_t fy = (sy >> 9) & 255, fx = (sx >> 9) & 255;
      const uint8_t *taps[4] = {read(top, left), read(top, left + 1),
                                read(top + 1, left), read(top + 1, left + 1)};
      for (int c = 0; c < 3; ++c) {
        int32_t upper = taps[0][c] * (256 - fx) + taps[1][c] * fx;
        int32_t lower = taps[2][c] * (256 - fx) + taps[3][c] * fx;
        image.at(y, x)[c] = static_cast<uint8_t>(
            (upper * (256 - fy) + lower * fy + 32768) >> 16);
      }
    }
}

void mlir::ofa::training::rotate(ImageRef image, int64_t tangent,
                                 Color outside) {
  int64_t one = 10000 * 10000, square = tangent * tangent;
  int64_t cosine = 65536 * (one - square) / (one + square);
  int64_t sine = 65536 * (2 * 10000 * tangent) / (one + square);
  transform(image, {cosine, -sine, sine, cosine}, outside);
}

void mlir::ofa::training::cutOut(ImageRef image, int64_t y, int64_t x,
                                 int64_t size, Color color) {
  auto clamp = [&](int64_t i) { return std::clamp<int64_t>(i, 0, image.side); };
  int64_t top = y - size / 2, left = x - size / 2;
  for (int64_t i = clamp(top); i < clamp(top + size); ++i)
    for (int64_t j = clamp(left); j < clamp(left + size); ++j)
      std::copy_n(color.data(), 3, image.at(i, j));
}

//===----------------------------------------------------------------------===//
// Colours
//===----------------------------------------------------------------------===//

static uint8_t blend(int64_t value, int64_t other, int64_t factor) {
  int64_t sum = other * 256 + factor * (value - other) + 128;
  return static_cast<uint8_t>(std::clamp<int64_t>(sum >> 8, 0, 255));
}

/// ITU-R 601, as usual for luma.
static int64_t getLuma(const uint8_t *pixel) {
  return (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 32768) >> 16;
}

void mlir::ofa::training::changeBrightness(ImageRef image, int64_t factor) {
  for (int64_t i = 0; i < image.getNumPixels() * 3; ++i)
    image.pixels[i] = blend(image.pixels[i], 0, factor);
}

void mlir::ofa::training::changeContrast(ImageRef image, int64_t factor) {
  int64_t count = image.getNumPixels(), sum = count / 2;
  for (int64_t i = 0; i < count; ++i)
    sum += getLuma(image.pixels + 3 * i);
  for (int64_t i = 0; i < count * 3; ++i)
    image.pixels[i] = blend(image.pixels[i], sum / count, factor);
}

void mlir::ofa::training::changeSaturation(ImageRef image, int64_t factor) {
  for (int64_t i = 0; i < image.getNumPixels(); ++i) {
    uint8_t *pixel = image.pixels + 3 * i;
    int64_t luma = getLuma(pixel);
    for (int c = 0; c < 3; ++c)
      pixel[c] = blend(pixel[c], luma, factor);
  }
}

void mlir::ofa::training::changeSharpness(ImageRef image, int64_t factor) {
  std::vector<uint8_t> source = copy(image);
  ImageRef from{source.data(), image.side};
  for (int64_t y = 1; y < image.side - 1; ++y)
    for (int64_t x = 1; x < image.side - 1; ++x)
      for (int c = 0; c < 3; ++c) {
        int64_t sum = 4 * from.at(y, x)[c] + 6;
        for (int64_t dy = -1; dy <= 1; ++dy)
          for (int64_t dx = -1; dx <= 1; ++dx)
            sum += from.at(y + dy, x + dx)[c];
        image.at(y, x)[c] = blend(from.at(y, x)[c], sum / 13, factor);
      }
}

namespace {

/// How often each value occurs in a channel, and the map that replaces them.
using Histogram = std::array<int64_t, 256>;
using ValueMap = std::array<uint8_t, 256>;

} // namespace

/// Replaces each channel's values by the map that `make` has for its histogram.
template <typename Make>
static void mapChannels(ImageRef image, Make make) {
  for (int c = 0; c < 3; ++c) {
    Histogram histogram = {};
    for (int64_t i = 0; i < image.getNumPixels(); ++i)
      ++histogram[image.pixels[3 * i + c]];
    ValueMap map = make(histogram);
    for (int64_t i = 0; i < image.getNumPixels(); ++i)
      image.pixels[3 * i + c] = map[image.pixels[3 * i + c]];
  }
}

/// The smallest and the largest value that occur.
static std::array<int64_t, 2> getEnds(const Histogram &histogram) {
  int64_t low = 0, high = 255;
  while (!histogram[low])
    ++low;
  while (!histogram[high])
    --high;
  return {low, high};
}

static ValueMap makeIdentity() {
  ValueMap map;
  for (int value = 0; value < 256; ++value)
    map[value] = static_cast<uint8_t>(value);
  return map;
}

void mlir::ofa::training::autoContrast(ImageRef image) {
  mapChannels(image, [](const Histogram &histogram) {
    auto [low, high] = getEnds(histogram);
    ValueMap map = makeIdentity();
    for (int64_t value = low; value <= high && low < high; ++value)
      map[value] = static_cast<uint8_t>(
          (2 * 255 * (value - low) + (high - low)) / (2 * (high - low)));
    return map;
  });
}

void mlir::ofa::training::equalize(ImageRef image) {
  mapChannels(image, [&](const Histogram &histogram) {
    auto [low, high] = getEnds(histogram);
    ValueMap map = makeIdentity();
    // The lowest value becomes 0, the highest 255: each goes up by the pixels
    // below it.
    int64_t below = 0, all = image.getNumPixels() - histogram[high];
    for (int64_t value = low; value <= high && low < high; ++value) {
      map[value] = static_cast<uint8_t>((2 * 255 * below + all) / (2 * all));
      below += histogram[value];
    }
    return map;
  });
}

void mlir::ofa::training::posterize(ImageRef image, int bits) {
  for (int64_t i = 0; i < image.getNumPixels() * 3; ++i)
    image.pixels[i] &= static_cast<uint8_t>(0xff00 >> bits);
}

void mlir::ofa::training::solarize(ImageRef image, int threshold) {
  for (int64_t i = 0; i < image.getNumPixels() * 3; ++i)
    if (image.pixels[i] >= threshold)
      image.pixels[i] = static_cast<uint8_t>(255 - image.pixels[i]);
}
