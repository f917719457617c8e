//===- ResizeTest.cpp -----------------------------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/Random.h"
#include "ofa/Data/Resize.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::ofa;

static std::vector<uint8_t> drawPixels(int64_t count) {
  Random random({11});
  std::vector<uint8_t> pixels(count);
  for (uint8_t &pixel : pixels)
    pixel = static_cast<uint8_t>(random.below(256));
  return pixels;
}

/// The definition in Resize.h in real numbers.
static double resizeReal(const std::vector<uint8_t> &image, int64_t in,
                         int64_t out, int64_t y, int64_t x, int64_t channel) {
  auto weigh = [&](int64_t i, int64_t j) {
    double centre = (2.0 * i + 1) * in / (2.0 * out);
    double half = std::max(1.0, double(in) / out);
    return std::max(0.0, 1 - std::fabs(j + 0.5 - centre) / half);
  };
  double sum = 0, total = 0;
  for (int64_t j = 0; j < in; ++j)
    for (int64_t k = 0; k < in; ++k) {
      double weight = weigh(y, j) * weigh(x, k);
      sum += weight * image[(j * in + k) * 3 + channel];
      total += weight;
    }
  return sum / total;
}

TEST(Resize, SameSizeChangesNothing) {
  std::vector<uint8_t> image = drawPixels(9 * 9 * 3), result(image.size());
  Resizer(9, 9, 9, 9).run(image.data(), result.data());
  EXPECT_EQ(image, result);
}

TEST(Resize, FlatStaysFlat) {
  for (int64_t out : {1, 7, 20, 24, 31, 33, 64})
    for (int level : {0, 1, 127, 255}) {
      std::vector<uint8_t> image(32 * 32 * 3, static_cast<uint8_t>(level));
      std::vector<uint8_t> result(out * out * 3);
      Resizer(32, 32, out, out).run(image.data(), result.data());
      for (uint8_t pixel : result)
        ASSERT_EQ(pixel, level) << "size " << out;
    }
}

TEST(Resize, IsWithinOneOfRealNumbers) {
  for (int64_t out : {5, 20, 24, 28, 40}) {
    std::vector<uint8_t> image = drawPixels(32 * 32 * 3);
    std::vector<uint8_t> result(out * out * 3);
    Resizer(32, 32, out, out).run(image.data(), result.data());
    for (int64_t y = 0; y < out; ++y)
      for (int64_t x = 0; x < out; ++x)
        for (int64_t c = 0; c < 3; ++c)
          ASSERT_NEAR(result[(y * out + x) * 3 + c],
                      resizeReal(image, 32, out, y, x, c), 1.0)
              << "size " << out;
  }
}

TEST(Resize, MatrixIsWhatItDoesToEachAxis) {
  for (int64_t out : {5, 20, 31, 32, 40}) {
    std::vector<float> matrix = Resizer::makeMatrix(32, out);
    std::vector<uint8_t> image = drawPixels(32 * 32);
    std::vector<uint8_t> result(out * out);
    Resizer(32, 32, out, out, 1).run(image.data(), result.data());
    for (int64_t y = 0; y < out; ++y) {
      float total = 0;
      for (int64_t j = 0; j < 32; ++j)
        total += matrix[y * 32 + j];
      EXPECT_EQ(total, 1) << "size " << out;
      for (int64_t x = 0; x < out; ++x) {
        double sum = 0;
        for (int64_t j = 0; j < 32; ++j)
          for (int64_t k = 0; k < 32; ++k)
            sum += double(matrix[y * 32 + j]) * matrix[x * 32 + k] *
                   image[j * 32 + k];
        // Half a level, and what the 7 fractional bits between the axes lose.
        ASSERT_NEAR(result[y * out + x], sum, 0.51) << "size " << out;
      }
    }
  }
}

TEST(Resize, HandlesHeightAndWidthApart) {
  // A ramp along x stays one when only the height changes.
  std::vector<uint8_t> image;
  for (int64_t y = 0; y < 6; ++y)
    for (int64_t x = 0; x < 10; ++x)
      for (int64_t c = 0; c < 3; ++c)
        image.push_back(static_cast<uint8_t>(20 * x + c));
  std::vector<uint8_t> result(4 * 10 * 3);
  Resizer(6, 10, 4, 10).run(image.data(), result.data());
  for (int64_t i = 0; i < 4 * 10 * 3; ++i)
    EXPECT_EQ(result[i], image[i % 30]);
}
