//===- ImageOpsTest.cpp - Operations against their definitions ------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageOps.h"

#include "ofa/Data/Random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace mlir::ofa;
using namespace mlir::ofa::training;

namespace {

constexpr int side = 13;
constexpr Color outside = {120, 3, 250};

/// A copy to work on and the original to compare with.
struct Pair {
  std::vector<uint8_t> before, after;

  /// Random values in [low, high].
  explicit Pair(int low = 0, int high = 255) {
    Random random({7});
    for (int i = 0; i < side * side * 3; ++i)
      before.push_back(static_cast<uint8_t>(random.between(low, high)));
    after = before;
  }
  ImageRef get() { return {after.data(), side}; }
  int at(int y, int x, int c) const { return after[(y * side + x) * 3 + c]; }
  int old(int y, int x, int c) const {
    bool isInside = y >= 0 && y < side && x >= 0 && x < side;
    return isInside ? before[(y * side + x) * 3 + c] : outside[c];
  }
  double getLuma(int y, int x) const {
    return 0.299 * old(y, x, 0) + 0.587 * old(y, x, 1) + 0.114 * old(y, x, 2);
  }
};

/// Calls `check(y, x, c)` for every value of an image.
template <typename Check>
void forAll(Check check) {
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < 3; ++c)
        check(y, x, c);
}

int roundToPixel(double value) {
  return static_cast<int>(std::clamp(std::floor(value + 0.5), 0.0, 255.0));
}

double blend(double value, double other, int factor) {
  return other + factor / 256.0 * (value - other);
}

const int factors[] = {0, 26, 128, 255, 256, 300, 486};

} // namespace

TEST(ImageOps, Translates) {
  Pair image;
  translate(image.get(), 2, -3, outside);
  forAll([&](int y, int x, int c) {
    EXPECT_EQ(image.at(y, x, c), image.old(y + 2, x - 3, c));
  });
}

TEST(ImageOps, Mirrors) {
  Pair image;
  mirror(image.get());
  forAll([&](int y, int x, int c) {
    EXPECT_EQ(image.at(y, x, c), image.old(y, side - 1 - x, c));
  });
}

TEST(ImageOps, CropsAndResizes) {
  Pair whole;
  cropResized(whole.get(), 0, 0, side, side);
  EXPECT_EQ(whole.after, whole.before);
  Pair pixel;
  cropResized(pixel.get(), 4, 9, 1, 1);
  forAll([&](int y, int x, int c) {
    EXPECT_EQ(pixel.at(y, x, c), pixel.old(4, 9, c));
  });
  // A single column keeps its rows, a single row its columns.
  Pair column;
  cropResized(column.get(), 0, 5, side, 1);
  Pair row;
  cropResized(row.get(), 5, 0, 1, side);
  forAll([&](int y, int x, int c) {
    EXPECT_EQ(column.at(y, x, c), column.old(y, 5, c));
    EXPECT_EQ(row.at(y, x, c), row.old(5, x, c));
  });
}

TEST(ImageOps, TransformsByWholePixelsExactly) {
  Pair same;
  transform(same.get(), {}, outside);
  EXPECT_EQ(same.after, same.before);
  Pair quarter;
  rotate(quarter.get(), 10000, outside);
  Pair back;
  rotate(back.get(), -10000, outside);
  Pair sheared;
  transform(sheared.get(), {65536, 65536, 0, 65536}, outside);
  forAll([&](int y, int x, int c) {
    EXPECT_EQ(quarter.at(y, x, c), quarter.old(x, side - 1 - y, c));
    EXPECT_EQ(back.at(y, x, c), back.old(side - 1 - x, y, c));
    EXPECT_EQ(sheared.at(y, x, c), sheared.old(y, x + y - side / 2, c));
  });
}

TEST(ImageOps, TransformIsBilinear) {
  double angle = 2 * std::atan(0.15), centre = (side - 1) / 2.0;
  Pair rotated;
  rotate(rotated.get(), 1500, outside);
  Pair sheared;
  transform(sheared.get(), {65536, 0, 19661, 65536}, outside);
  auto read = [&](const Pair &image, double y, double x, int c) {
    int top = static_cast<int>(std::floor(y));
    int left = static_cast<int>(std::floor(x));
    double fy = y - top, fx = x - left;
    return (1 - fy) * ((1 - fx) * image.old(top, left, c) +
                       fx * image.old(top, left + 1, c)) +
           fy * ((1 - fx) * image.old(top + 1, left, c) +
                 fx * image.old(top + 1, left + 1, c));
  };
  forAll([&](int y, int x, int c) {
    double v = y - centre, u = x - centre;
    // Positions are rounded down to 1/256 pixel in both directions.
    EXPECT_NEAR(rotated.at(y, x, c),
                read(rotated,
                     centre + std::sin(angle) * u + std::cos(angle) * v,
                     centre + std::cos(angle) * u - std::sin(angle) * v, c),
                2.6);
    EXPECT_NEAR(sheared.at(y, x, c), read(sheared, centre + v + 0.3 * u, x, c),
                1.6);
  });
}

TEST(ImageOps, CutsOutASquare) {
  Pair inside(130, 140);
  cutOut(inside.get(), 6, 4, 5, outside);
  Pair corner(130, 140);
  cutOut(corner.get(), 0, 12, 4, outside);
  forAll([&](int y, int x, int c) {
    bool isCut = y >= 4 && y <= 8 && x >= 2 && x <= 6;
    EXPECT_EQ(inside.at(y, x, c), isCut ? outside[c] : inside.old(y, x, c));
    isCut = y < 2 && x >= 10;
    EXPECT_EQ(corner.at(y, x, c), isCut ? outside[c] : corner.old(y, x, c));
  });
}

TEST(ImageOps, ColoursBlend) {
  for (int factor : factors) {
    Pair bright, contrast, saturation;
    changeBrightness(bright.get(), factor);
    changeContrast(contrast.get(), factor);
    changeSaturation(saturation.get(), factor);
    double mean = 0;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        mean += roundToPixel(contrast.getLuma(y, x));
    mean = roundToPixel(mean / (side * side));
    forAll([&](int y, int x, int c) {
      int value = bright.old(y, x, c);
      EXPECT_EQ(bright.at(y, x, c), roundToPixel(blend(value, 0, factor)));
      EXPECT_EQ(contrast.at(y, x, c), roundToPixel(blend(value, mean, factor)));
      double luma = roundToPixel(saturation.getLuma(y, x));
      EXPECT_EQ(saturation.at(y, x, c),
                roundToPixel(blend(value, luma, factor)));
    });
  }
}

TEST(ImageOps, SharpnessBlendsWithABlur) {
  for (int factor : factors) {
    Pair image;
    changeSharpness(image.get(), factor);
    forAll([&](int y, int x, int c) {
      bool isEdge = y == 0 || x == 0 || y == side - 1 || x == side - 1;
      double blur = 4 * image.old(y, x, c);
      for (int i = 0; i < 9; ++i)
        blur += image.old(y + i / 3 - 1, x + i % 3 - 1, c);
      double other = isEdge ? image.old(y, x, c) : roundToPixel(blur / 13);
      EXPECT_EQ(image.at(y, x, c),
                roundToPixel(blend(image.old(y, x, c), other, factor)));
    });
  }
}

TEST(ImageOps, AutoContrastReachesBothEnds) {
  Pair image(90, 140);
  autoContrast(image.get());
  forAll([&](int y, int x, int c) {
    int low = 255, high = 0;
    for (int i = 0; i < side * side; ++i) {
      low = std::min<int>(low, image.before[3 * i + c]);
      high = std::max<int>(high, image.before[3 * i + c]);
    }
    EXPECT_EQ(image.at(y, x, c),
              roundToPixel(255.0 * (image.old(y, x, c) - low) / (high - low)));
  });
  Pair flat(77, 77);
  autoContrast(flat.get());
  EXPECT_EQ(flat.after, flat.before);
}

TEST(ImageOps, EqualizeRanksValues) {
  Pair image(100, 120);
  equalize(image.get());
  forAll([&](int y, int x, int c) {
    int below = 0, most = 0, belowMost = 0;
    for (int i = 0; i < side * side; ++i) {
      below += image.before[3 * i + c] < image.old(y, x, c);
      most = std::max<int>(most, image.before[3 * i + c]);
    }
    for (int i = 0; i < side * side; ++i)
      belowMost += image.before[3 * i + c] < most;
    EXPECT_EQ(image.at(y, x, c), roundToPixel(255.0 * below / belowMost));
  });
  Pair flat(77, 77);
  equalize(flat.get());
  EXPECT_EQ(flat.after, flat.before);
  // What is spread evenly stays.
  std::vector<uint8_t> ramp;
  for (int i = 0; i < 256; ++i)
    ramp.insert(ramp.end(), 3, static_cast<uint8_t>(i));
  std::vector<uint8_t> result = ramp;
  equalize({result.data(), 16});
  EXPECT_EQ(result, ramp);
}

TEST(ImageOps, PosterizesAndSolarizes) {
  for (int bits = 1; bits <= 8; ++bits) {
    Pair image;
    posterize(image.get(), bits);
    int step = 1 << (8 - bits);
    forAll([&](int y, int x, int c) {
      EXPECT_EQ(image.at(y, x, c), image.old(y, x, c) / step * step);
    });
  }
  for (int threshold : {0, 100, 256}) {
    Pair image;
    solarize(image.get(), threshold);
    forAll([&](int y, int x, int c) {
      int value = image.old(y, x, c);
      EXPECT_EQ(image.at(y, x, c), value < threshold ? value : 255 - value);
    });
  }
}
