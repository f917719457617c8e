//===- Oracle.h - Plain definitions of the runtime's ops --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernels must compute, written down as plainly as possible: 64-bit
// accumulators, zero points subtracted from inputs, weights in the dialect's
// layouts (OHWI, 1HWC, [out, in]), rounding as its published definition says.
// Shares no code with the kernels.
//
//===----------------------------------------------------------------------===//
#ifndef OFA_TEST_UNIT_RUNTIME_ORACLE_H
#define OFA_TEST_UNIT_RUNTIME_ORACLE_H

#include "ofa_runtime.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace oracle {

using Bytes = std::vector<int8_t>;
using Words = std::vector<int32_t>;

enum class Rounding { Single, Double };

inline int64_t floorDivide(__int128 a, __int128 b) {
  __int128 q = a / b;
  if (a % b != 0 && (a < 0) != (b < 0))
    --q;
  return static_cast<int64_t>(q);
}

/// x * multiplier * 2^(shift - 31), rounded as TFLite does in either mode.
inline int64_t scale(int64_t x, int32_t multiplier, int shift,
                     Rounding rounding) {
  if (rounding == Rounding::Single) {
    __int128 divisor = (__int128)1 << (31 - shift);
    return floorDivide((__int128)x * multiplier + divisor / 2, divisor);
  }
  // SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT.
  int64_t shifted = shift > 0 ? x * ((int64_t)1 << shift) : x;
  int64_t product = shifted * multiplier;
  int64_t nudge = product >= 0 ? ((int64_t)1 << 30) : 1 - ((int64_t)1 << 30);
  int64_t high = (product + nudge) / ((int64_t)1 << 31); // towards zero
  if (shift >= 0)
    return high;
  int64_t divisor = (int64_t)1 << -shift;
  int64_t magnitude = (std::abs(high) + divisor / 2) / divisor;
  return high < 0 ? -magnitude : magnitude;
}

struct Output {
  int zeroPoint = 0;
  int low = -128;
  int high = 127;
};

inline int8_t finish(int64_t scaled, const Output &out) {
  return static_cast<int8_t>(
      std::clamp<int64_t>(scaled + out.zeroPoint, out.low, out.high));
}

/// Per-channel tables; bias without any zero point in it.
struct Channels {
  Words bias;
  Words multiplier;
  Bytes shift;
};

/// Input rows and columns from tap to tap.
struct Dilation {
  int height = 1;
  int width = 1;
};

/// Calls f(tap index, input index or -1 if outside) for the window of (y, x).
template <typename F>
void forTaps(const ofa_window_t &w, int y, int x, F f, Dilation dilation = {}) {
  for (int ky = 0; ky < w.kernel_height; ++ky)
    for (int kx = 0; kx < w.kernel_width; ++kx) {
      int iy = y * w.stride_height - w.pad_top + ky * dilation.height;
      int ix = x * w.stride_width - w.pad_left + kx * dilation.width;
      bool inside =
          iy >= 0 && iy < w.in_height && ix >= 0 && ix < w.in_width;
      f(ky * w.kernel_width + kx, inside ? iy * w.in_width + ix : -1);
    }
}

/// weights: OHWI, with the inputs of a group.
inline Bytes conv2d(const ofa_window_t &w, const Bytes &input, int inZero,
                    const Bytes &weights, const Channels &channels,
                    const Output &out, Rounding rounding, int groups = 1,
                    Dilation dilation = {}) {
  Bytes result;
  int taps = w.kernel_height * w.kernel_width;
  int inputs = w.in_channels / groups;
  for (int y = 0; y < w.out_height; ++y)
    for (int x = 0; x < w.out_width; ++x)
      for (int o = 0; o < w.out_channels; ++o) {
        int64_t acc = channels.bias[o];
        int group = o / (w.out_channels / groups);
        forTaps(
            w, y, x,
            [&](int tap, int pixel) {
              if (pixel < 0)
                return;
              for (int i = 0; i < inputs; ++i)
                acc += (input[pixel * w.in_channels + group * inputs + i] -
                        inZero) *
                       weights[(o * taps + tap) * inputs + i];
            },
            dilation);
        result.push_back(finish(
            scale(acc, channels.multiplier[o], channels.shift[o], rounding),
            out));
      }
  return result;
}

/// weights: [kh][kw][out_channels].
inline Bytes depthwise(const ofa_window_t &w, const Bytes &input, int inZero,
                       const Bytes &weights, const Channels &channels,
                       const Output &out, Rounding rounding) {
  Bytes result;
  int factor = w.out_channels / w.in_channels;
  for (int y = 0; y < w.out_height; ++y)
    for (int x = 0; x < w.out_width; ++x)
      for (int o = 0; o < w.out_channels; ++o) {
        int64_t acc = channels.bias[o];
        forTaps(w, y, x, [&](int tap, int pixel) {
          if (pixel >= 0)
            acc += (input[pixel * w.in_channels + o / factor] - inZero) *
                   weights[tap * w.out_channels + o];
        });
        result.push_back(finish(
            scale(acc, channels.multiplier[o], channels.shift[o], rounding),
            out));
      }
  return result;
}

inline Bytes pool(const ofa_window_t &w, const Bytes &input, bool average,
                  const Output &out) {
  Bytes result;
  for (int y = 0; y < w.out_height; ++y)
    for (int x = 0; x < w.out_width; ++x)
      for (int c = 0; c < w.in_channels; ++c) {
        int sum = 0, taps = 0, largest = -128;
        forTaps(w, y, x, [&](int, int pixel) {
          if (pixel < 0)
            return;
          int value = input[pixel * w.in_channels + c];
          sum += value;
          ++taps;
          largest = std::max(largest, value);
        });
        int mean = sum > 0 ? (sum + taps / 2) / taps : (sum - taps / 2) / taps;
        result.push_back(finish(average ? mean : largest, out));
      }
  return result;
}

//===----------------------------------------------------------------------===//
// Weight layouts of the kernels, by the formulas in ofa_kernels_s8.h
//===----------------------------------------------------------------------===//

/// From OHWI with `inner` = kh * kw * in weights per output channel.
inline Bytes packDense(const Bytes &weights, int out, int inner) {
  Bytes packed(weights.size());
  for (int o = 0; o < out; ++o)
    for (int i = 0; i < inner; ++i) {
      int block = o / 4 * 4;
      int n = std::min(4, out - block);
      packed[block * inner + i * n + (o - block)] = weights[o * inner + i];
    }
  return packed;
}

/// The same group by group.
inline Bytes packGroups(const Bytes &weights, int out, int inner, int groups) {
  Bytes packed;
  size_t size = weights.size() / groups;
  for (int group = 0; group < groups; ++group) {
    auto begin = weights.begin() + group * size;
    Bytes block = packDense(Bytes(begin, begin + size), out / groups, inner);
    packed.insert(packed.end(), block.begin(), block.end());
  }
  return packed;
}

/// From [taps][channels].
inline Bytes packDepthwise(const Bytes &weights, int channels, int taps) {
  Bytes packed(weights.size());
  for (int o = 0; o < channels; ++o)
    for (int t = 0; t < taps; ++t)
      packed[o * taps + t] = weights[t * channels + o];
  return packed;
}

//===----------------------------------------------------------------------===//
// Random data
//===----------------------------------------------------------------------===//

struct Random {
  std::mt19937 engine;
  explicit Random(unsigned seed) : engine(seed) {}

  int in(int low, int high) {
    return low + static_cast<int>(engine() % static_cast<unsigned>(high - low + 1));
  }
  /// Often at an end of the range.
  int zeroPoint() {
    int kind = in(0, 5);
    return kind == 0 ? -128 : kind == 1 ? 127 : in(-128, 127);
  }
  /// Mostly uniform, sometimes all at one end of the range or at both.
  Bytes bytes(size_t n, int low = -128) {
    Bytes data(n);
    int kind = in(0, 9);
    for (int8_t &value : data)
      value = static_cast<int8_t>(kind == 0   ? low
                                  : kind == 1 ? 127
                                  : kind == 2 ? (in(0, 1) ? low : 127)
                                              : in(low, 127));
    return data;
  }
  /// Shifts of both signs, most of them such that outputs are not saturated.
  Channels channels(int n, int64_t largest) {
    Channels result;
    for (int i = 0; i < n; ++i) {
      result.bias.push_back(in(-40000, 40000));
      bool tiny = in(0, 30) == 0;
      result.multiplier.push_back(tiny          ? 0
                                  : in(0, 9) == 0 ? INT32_MAX
                                                  : (1 << 30) + in(0, (1 << 30) - 1));
      // acc * 2^shift stays below 2^31.
      int most = 0;
      while (((largest + 40000) << (most + 1)) < ((int64_t)1 << 30) && most < 12)
        ++most;
      int kind = in(0, 9);
      result.shift.push_back(static_cast<int8_t>(
          kind == 0 ? in(-31, -1) : kind == 1 ? in(-2, std::min(most, 3))
                                  : kind == 2 ? most
                                              : in(-12, -4)));
    }
    return result;
  }
  Output output() {
    Output out;
    out.zeroPoint = zeroPoint();
    if (in(0, 2) == 0) {
      out.low = in(-128, 127);
      out.high = in(out.low, 127);
    }
    return out;
  }
};

} // namespace oracle

#endif // OFA_TEST_UNIT_RUNTIME_ORACLE_H
