//===- Resize.cpp - The one definition of resizing an image ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Data/Resize.h"

#include <algorithm>
#include <cstdlib>

using namespace mlir::ofa;

Resizer::Axis Resizer::makeAxis(int64_t in, int64_t out) {
  Axis axis;
  int64_t support = std::max(in, out); // half width, in units of 1 / out pixels
  for (int64_t i = 0; i < out; ++i) {
    // Distances are in half units: centre of output i and of input j.
    int64_t centre = (2 * i + 1) * in;
    std::vector<int64_t> raw;
    int64_t first = -1, total = 0;
    for (int64_t j = 0; j < in; ++j) {
      int64_t weight = 2 * support - std::abs((2 * j + 1) * out - centre);
      if (weight <= 0)
        continue;
      if (first < 0)
        first = j;
      raw.push_back(weight);
      total += weight;
    }
    axis.first.push_back(static_cast<int32_t>(first));
    axis.begin.push_back(static_cast<int32_t>(axis.weights.size()));
    int64_t rest = 4096;
    for (int64_t weight : raw) {
      axis.weights.push_back(static_cast<int32_t>(weight * 4096 / total));
      rest -= axis.weights.back();
    }
    auto begin = axis.weights.begin() + axis.begin.back();
    *std::max_element(begin, axis.weights.end()) += static_cast<int32_t>(rest);
  }
  axis.begin.push_back(static_cast<int32_t>(axis.weights.size()));
  return axis;
}

Resizer::Resizer(int64_t inHeight, int64_t inWidth, int64_t outHeight,
                 int64_t outWidth, int64_t channels)
    : inHeight(inHeight), inWidth(inWidth), outHeight(outHeight),
      outWidth(outWidth), channels(channels),
      horizontal(makeAxis(inWidth, outWidth)),
      vertical(makeAxis(inHeight, outHeight)),
      rows(static_cast<size_t>(inHeight * outWidth * channels)) {}

std::vector<float> Resizer::makeMatrix(int64_t in, int64_t out) {
  Axis axis = makeAxis(in, out);
  std::vector<float> matrix(static_cast<size_t>(in * out));
  for (int64_t i = 0; i < out; ++i)
    for (int32_t t = axis.begin[i]; t < axis.begin[i + 1]; ++t)
      matrix[i * in + axis.first[i] + t - axis.begin[i]] =
          static_cast<float>(axis.weights[t]) / 4096;
  return matrix;
}

void Resizer::run(const uint8_t *input, uint8_t *output) {
  if (inHeight == outHeight && inWidth == outWidth) {
    std::copy_n(input, inHeight * inWidth * channels, output);
    return;
  }
  for (int64_t y = 0; y < inHeight; ++y)
    for (int64_t x = 0; x < outWidth; ++x) {
      const int32_t *weights = &horizontal.weights[horizontal.begin[x]];
      int64_t taps = horizontal.begin[x + 1] - horizontal.begin[x];
      const uint8_t *pixels =
          input + (y * inWidth + horizontal.first[x]) * channels;
      for (int64_t c = 0; c < channels; ++c) {
        int32_t sum = 16;
        for (int64_t t = 0; t < taps; ++t)
          sum += weights[t] * pixels[t * channels + c];
        rows[(y * outWidth + x) * channels + c] = sum >> 5;
      }
    }
  int64_t rowSize = outWidth * channels;
  for (int64_t y = 0; y < outHeight; ++y) {
    const int32_t *weights = &vertical.weights[vertical.begin[y]];
    int64_t taps = vertical.begin[y + 1] - vertical.begin[y];
    const int32_t *source = &rows[vertical.first[y] * rowSize];
    for (int64_t i = 0; i < rowSize; ++i) {
      int32_t sum = 1 << 18;
      for (int64_t t = 0; t < taps; ++t)
        sum += weights[t] * source[t * rowSize + i];
      output[y * rowSize + i] = static_cast<uint8_t>(sum >> 19);
    }
  }
}
