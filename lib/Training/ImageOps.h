//===- ImageOps.h - What augmentation does to an image ---------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations on 8-bit images, in integers only: the same bytes on every
// machine. All change the image in place. Results are rounded half up and
// clamped to 0 to 255.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_IMAGEOPS_H
#define OFA_LIB_TRAINING_IMAGEOPS_H

#include <array>
#include <cstdint>

namespace mlir::ofa::training {

using Color = std::array<uint8_t, 3>;

/// A square image, [side, side, 3], that somebody else owns.
struct ImageRef {
  uint8_t *pixels = nullptr;
  int64_t side = 0;

  int64_t getNumPixels() const { return side * side; }
  uint8_t *at(int64_t y, int64_t x) const {
    return pixels + (y * side + x) * 3;
  }
};

//===----------------------------------------------------------------------===//
// Geometry. `outside` is the colour beyond the edges.
//===----------------------------------------------------------------------===//

/// The pixel at (y, x) comes from (y + dy, x + dx).
void translate(ImageRef image, int64_t dy, int64_t dx, Color outside);
void mirror(ImageRef image);
/// A rectangle inside the image, resized to the whole (Resize.h).
void cropResized(ImageRef image, int64_t top, int64_t left, int64_t height,
                 int64_t width);

/// From positions in the result to those in the source, both relative to the
/// image's centre, in fractions of 65536: x' = xx * x + xy * y.
struct Matrix {
  int64_t xx = 65536, xy = 0;
  int64_t yx = 0, yy = 65536;
};
/// Bilinear, at positions rounded down to 1/256 of a pixel.
void transform(ImageRef image, const Matrix &matrix, Color outside);
/// By the angle whose half has the tangent `tangent` / 10000: rational sine and
/// cosine.
void rotate(ImageRef image, int64_t tangent, Color outside);

/// A square that reaches from `centre - size / 2`, cut at the edges.
void cutOut(ImageRef image, int64_t y, int64_t x, int64_t size, Color color);

//===----------------------------------------------------------------------===//
// Colours
//===----------------------------------------------------------------------===//

/// other + factor * (value - other), for each value, with a factor in 256ths:
/// 0 gives `other`, 256 the image, more exaggerates. What `other` is gives each
/// its name.
void changeBrightness(ImageRef image, int64_t factor); ///< black
void changeContrast(ImageRef image, int64_t factor);   ///< mean luma
void changeSaturation(ImageRef image, int64_t factor); ///< the pixel's luma
/// A blur by 1/13 (1 1 1, 1 5 1, 1 1 1); pixels of the edge stay.
void changeSharpness(ImageRef image, int64_t factor);

/// Stretches each channel to 0 to 255; one of a single value stays.
void autoContrast(ImageRef image);
/// Makes each channel's values as evenly spread as a map of values can.
void equalize(ImageRef image);
/// Keeps the leading `bits` (1 to 8) of each value.
void posterize(ImageRef image, int bits);
/// Inverts values that are at least `threshold` (0 to 256).
void solarize(ImageRef image, int threshold);

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_IMAGEOPS_H
