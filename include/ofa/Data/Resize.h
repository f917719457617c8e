//===- Resize.h - The one definition of resizing an image ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DATA_RESIZE_H
#define OFA_DATA_RESIZE_H

#include <cstdint>
#include <vector>

namespace mlir::ofa {

/// Bilinear resize of 8-bit images, in integers only, so that training,
/// calibration and evaluation see the same bytes on every machine.
///
/// Pixels are areas: output pixel i has its centre at (2i+1) * in / (2 * out).
/// Its taps are weighted by a triangle around that centre, of half width
/// max(1, in / out): plain bilinear interpolation when enlarging, and no
/// aliasing when shrinking. Weights are fractions of 4096 (rounded down, the
/// rest goes to the first largest one); rows are filtered first, kept with 7
/// fractional bits, then columns; both steps round half up.
class Resizer {
public:
  Resizer(int64_t inHeight, int64_t inWidth, int64_t outHeight,
          int64_t outWidth, int64_t channels = 3);

  /// `input`: [inHeight, inWidth, channels]; `output`: [outHeight, outWidth,
  /// channels]; they must not overlap. Not thread-safe: one resizer a thread.
  void run(const uint8_t *input, uint8_t *output);

  /// What `run` does along one axis, before rounding: row-major [out, in], what
  /// every output takes of every input. Each row adds up to 1.
  static std::vector<float> makeMatrix(int64_t in, int64_t out);

private:
  /// Taps of all outputs of one axis.
  struct Axis {
    std::vector<int32_t> first; ///< input position of an output's first tap
    std::vector<int32_t> begin; ///< its position in `weights`; one more at end
    std::vector<int32_t> weights;
  };
  static Axis makeAxis(int64_t in, int64_t out);

  int64_t inHeight, inWidth, outHeight, outWidth, channels;
  Axis horizontal, vertical;
  std::vector<int32_t> rows;
};

} // namespace mlir::ofa

#endif // OFA_DATA_RESIZE_H
