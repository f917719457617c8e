//===- SpatialCases.h - Windows at random, and what kernels keep -*- C++
//-*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef OFA_TEST_UNIT_RUNTIME_SPATIALCASES_H
#define OFA_TEST_UNIT_RUNTIME_SPATIALCASES_H

#include "Oracle.h"
#include "ofa_kernels_s8.h"

#include <climits>
#include <functional>
#include <gtest/gtest.h>

namespace oracle {

template <typename P>
using Layer = void (*)(const P *, const int8_t *, int8_t *);
template <typename P>
using Row = void (*)(const P *, const ofa_row_s8_t *, int32_t, int32_t,
                     int8_t *);
template <typename P>
struct Kernel {
  Layer<P> layer[2]; // single, double
  Row<P> row[2];
};

inline ofa_window_t randomWindow(Random &random, int channels) {
  ofa_window_t w = {};
  w.kernel_height = random.in(1, 7);
  w.kernel_width = random.in(1, 7);
  w.stride_height = random.in(1, 3);
  w.stride_width = random.in(1, 3);
  w.in_height = random.in(1, 12);
  w.in_width = random.in(1, 20);
  w.in_channels = random.in(1, channels);
  w.out_channels = random.in(1, channels);
  return w;
}

/// Padding and an output size such that each window sees the image or, at most,
/// lies just outside (`empty`).
inline void fitWindow(Random &random, ofa_window_t &w, bool empty = false,
                      Dilation dilation = {}) {
  auto fit = [&](int in, int extent, int stride, uint8_t &pad, int16_t &out) {
    pad = random.in(0, std::min(extent - 1, empty ? extent : in));
    int last = in + pad - (empty ? 0 : 1); // largest start of a window
    out = random.in(1, last / stride + 1);
    if (out < 1)
      out = 1;
  };
  fit(w.in_height, (w.kernel_height - 1) * dilation.height + 1, w.stride_height,
      w.pad_top, w.out_height);
  fit(w.in_width, (w.kernel_width - 1) * dilation.width + 1, w.stride_width,
      w.pad_left, w.out_width);
}

/// Input rows, each in one or (as in a ring of pixels) two allocations of the
/// exact size.
struct Rows {
  std::vector<Bytes> storage;
  std::vector<ofa_row_s8_t> rows;

  Rows(Random &random, const ofa_window_t &w, const Bytes &input, int y,
       Dilation dilation) {
    storage.reserve(2 * w.kernel_height);
    int pitch = w.in_width * w.in_channels;
    for (int ky = 0; ky < w.kernel_height; ++ky) {
      int iy = y * w.stride_height - w.pad_top + ky * dilation.height;
      if (iy < 0 || iy >= w.in_height) {
        rows.push_back({nullptr, nullptr, w.in_width});
        continue;
      }
      int wrap = random.in(0, 2) ? w.in_width : random.in(0, w.in_width);
      auto begin = input.begin() + iy * pitch;
      auto split = begin + wrap * w.in_channels;
      storage.emplace_back(begin, split);
      storage.back().shrink_to_fit();
      const int8_t *data = storage.back().data();
      static const int8_t nothing = 0;
      storage.emplace_back(split, begin + pitch);
      rows.push_back({data ? data : &nothing, storage.back().data(), wrap});
    }
  }
};

/// Smallest distance that the header's formula allows.
inline int64_t safeDistance(const ofa_window_t &w, int step,
                            Dilation dilation) {
  int64_t n = (int64_t)w.out_height * w.out_width;
  int64_t distance = INT64_MIN;
  int64_t first = INT64_MAX;
  for (int64_t u = n - 1; u >= 0; --u) {
    forTaps(
        w, static_cast<int>(u / w.out_width), static_cast<int>(u % w.out_width),
        [&](int, int pixel) {
          if (pixel >= 0)
            first = std::min<int64_t>(first, pixel);
        },
        dilation);
    if (first != INT64_MAX)
      distance = std::max(distance, std::min(u + step, n) * w.out_channels -
                                        first * w.in_channels);
  }
  return distance == INT64_MIN ? 0 : distance;
}

/// The layer call, the row calls and the overlapped call all give `expected`.
template <typename P>
void check(Random &random, const Kernel<P> &kernel, const P &params, int mode,
           const Bytes &input, const Bytes &expected, int step,
           Dilation dilation = {}) {
  const ofa_window_t &w = params.window;
  Bytes output(expected.size(), 99);
  kernel.layer[mode](&params, input.data(), output.data());
  ASSERT_EQ(output, expected);

  std::fill(output.begin(), output.end(), int8_t(99));
  for (int y = 0; y < w.out_height; ++y) {
    Rows rows(random, w, input, y, dilation);
    int8_t *row = output.data() + y * w.out_width * w.out_channels;
    for (int x0 = 0; x0 < w.out_width;) {
      int x1 = random.in(x0 + 1, w.out_width);
      kernel.row[mode](&params, rows.rows.data(), x0, x1, row);
      x0 = x1;
    }
  }
  ASSERT_EQ(output, expected);

  int64_t distance = safeDistance(w, step, dilation);
  int64_t in = std::max<int64_t>(distance, 0);
  int64_t out = std::max<int64_t>(-distance, 0);
  Bytes arena(std::max(in + input.size(), out + expected.size()));
  std::copy(input.begin(), input.end(), arena.begin() + in);
  kernel.layer[mode](&params, arena.data() + in, arena.data() + out);
  ASSERT_EQ(Bytes(arena.begin() + out, arena.begin() + out + expected.size()),
            expected)
      << "overlapped at " << distance;
}

} // namespace oracle

#endif // OFA_TEST_UNIT_RUNTIME_SPATIALCASES_H
