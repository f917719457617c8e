//===- SpatialS8Test.cpp - int8 convolutions and pooling ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpatialCases.h"

using namespace oracle;

namespace {

template <typename P>
P makeParams(const ofa_window_t &w, int inZero, const Output &out,
             const Bytes &weights, const Words &bias,
             const Channels &channels) {
  P params = {};
  params.window = w;
  params.input_zero_point = static_cast<int8_t>(inZero);
  params.output_zero_point = static_cast<int8_t>(out.zeroPoint);
  params.activation_min = static_cast<int8_t>(out.low);
  params.activation_max = static_cast<int8_t>(out.high);
  params.weights = weights.data();
  params.bias = bias.data();
  params.multiplier = channels.multiplier.data();
  params.shift = channels.shift.data();
  return params;
}

using Conv = Kernel<ofa_conv2d_s8_params_t>;
const Conv conv = {{ofa_conv2d_s8_single, ofa_conv2d_s8_double},
                   {ofa_conv2d_row_s8_single, ofa_conv2d_row_s8_double}};
const Conv conv1x1 = {
    {ofa_conv2d_1x1_s8_single, ofa_conv2d_1x1_s8_double},
    {ofa_conv2d_1x1_row_s8_single, ofa_conv2d_1x1_row_s8_double}};

void checkConv(Random &random, const Conv &kernel, const ofa_window_t &w) {
  int inner = w.kernel_height * w.kernel_width * w.in_channels;
  Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
  Bytes weights = random.bytes(w.out_channels * inner);
  Channels channels = random.channels(w.out_channels, 255 * 128 * inner);
  int inZero = random.zeroPoint();
  Output out = random.output();
  Words bias = channels.bias;
  for (int o = 0; o < w.out_channels; ++o)
    for (int i = 0; i < inner; ++i)
      bias[o] -= inZero * weights[o * inner + i];
  Bytes packed = packDense(weights, w.out_channels, inner);
  auto params = makeParams<ofa_conv2d_s8_params_t>(w, inZero, out, packed, bias,
                                                   channels);
  for (int mode = 0; mode < 2; ++mode)
    check(random, kernel, params, mode, input,
          conv2d(w, input, inZero, weights, channels, out,
                 static_cast<Rounding>(mode)),
          OFA_CONV2D_S8_STEP);
}

TEST(SpatialS8, Conv2D) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 9);
    fitWindow(random, w, /*empty=*/true);
    checkConv(random, conv, w);
  }
}

TEST(SpatialS8, Conv2DLargestKernel) {
  Random random(1);
  ofa_window_t w = {20, 18, 3, 20, 18, 5, 16, 16, 1, 1, 8, 7};
  checkConv(random, conv, w);
  w = {40, 40, 2, 3, 3, 4, 16, 16, 16, 16, 4, 4};
  checkConv(random, conv, w);
}

TEST(SpatialS8, Conv2D1x1) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 33);
    w.kernel_height = w.kernel_width = w.stride_height = w.stride_width = 1;
    w.out_height = w.in_height;
    w.out_width = w.in_width;
    checkConv(random, conv1x1, w);
    checkConv(random, conv, w);
  }
}

using General = Kernel<ofa_conv2d_general_s8_params_t>;
const General general = {
    {ofa_conv2d_general_s8_single, ofa_conv2d_general_s8_double},
    {ofa_conv2d_general_row_s8_single, ofa_conv2d_general_row_s8_double}};

void checkGeneral(Random &random, const ofa_window_t &w, int groups,
                  Dilation dilation) {
  int inner = w.kernel_height * w.kernel_width * w.in_channels / groups;
  Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
  Bytes weights = random.bytes(w.out_channels * inner);
  Channels channels = random.channels(w.out_channels, 255 * 128 * inner);
  int inZero = random.zeroPoint();
  Output out = random.output();
  Words bias = channels.bias;
  for (int o = 0; o < w.out_channels; ++o)
    for (int i = 0; i < inner; ++i)
      bias[o] -= inZero * weights[o * inner + i];
  Bytes packed = packGroups(weights, w.out_channels, inner, groups);
  auto params = makeParams<ofa_conv2d_general_s8_params_t>(
      w, inZero, out, packed, bias, channels);
  params.dilation_height = static_cast<uint8_t>(dilation.height);
  params.dilation_width = static_cast<uint8_t>(dilation.width);
  params.groups = static_cast<int16_t>(groups);
  for (int mode = 0; mode < 2; ++mode)
    check(random, general, params, mode, input,
          conv2d(w, input, inZero, weights, channels, out,
                 static_cast<Rounding>(mode), groups, dilation),
          OFA_CONV2D_GENERAL_S8_STEP, dilation);
}

TEST(SpatialS8, Conv2DGeneral) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 9);
    w.kernel_height = random.in(1, 4);
    w.kernel_width = random.in(1, 4);
    int groups = seed % 2 ? random.in(1, 5) : 1;
    w.in_channels = static_cast<int16_t>(groups * random.in(1, 5));
    w.out_channels = static_cast<int16_t>(groups * random.in(1, 9));
    Dilation dilation = {random.in(1, 4), random.in(1, 4)};
    fitWindow(random, w, /*empty=*/true, dilation);
    checkGeneral(random, w, groups, dilation);
  }
}

/// A dilated depthwise convolution, and taps far apart.
TEST(SpatialS8, Conv2DGeneralExtremes) {
  Random random(1);
  checkGeneral(random, {9, 10, 6, 9, 10, 6, 3, 3, 1, 1, 2, 2}, 6, {2, 2});
  checkGeneral(random, {9, 10, 3, 5, 5, 6, 3, 3, 2, 2, 3, 3}, 3, {3, 3});
  checkGeneral(random, {300, 3, 2, 45, 3, 4, 2, 1, 1, 1, 0, 0}, 2, {255, 1});
}

using Depthwise = Kernel<ofa_depthwise_conv2d_s8_params_t>;
#define DEPTHWISE(variant)                                                     \
  {                                                                            \
    {ofa_depthwise_conv2d##variant##_s8_single,                                \
     ofa_depthwise_conv2d##variant##_s8_double},                               \
    {                                                                          \
      ofa_depthwise_conv2d##variant##_row_s8_single,                           \
          ofa_depthwise_conv2d##variant##_row_s8_double                        \
    }                                                                          \
  }
const Depthwise depthwiseAny = DEPTHWISE();
const Depthwise depthwiseK3 = DEPTHWISE(_k3);
const Depthwise depthwiseK5 = DEPTHWISE(_k5);
const Depthwise depthwiseK7 = DEPTHWISE(_k7);

void checkDepthwise(Random &random, const Depthwise &kernel,
                    const ofa_window_t &w) {
  int taps = w.kernel_height * w.kernel_width;
  Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
  Bytes weights = random.bytes(w.out_channels * taps);
  Channels channels = random.channels(w.out_channels, 255 * 128 * taps);
  int inZero = random.zeroPoint();
  Output out = random.output();
  Words bias = channels.bias;
  for (int o = 0; o < w.out_channels; ++o)
    for (int t = 0; t < taps; ++t)
      bias[o] -= inZero * weights[t * w.out_channels + o];
  Bytes packed = packDepthwise(weights, w.out_channels, taps);
  auto params = makeParams<ofa_depthwise_conv2d_s8_params_t>(
      w, inZero, out, packed, bias, channels);
  for (int mode = 0; mode < 2; ++mode)
    check(random, kernel, params, mode, input,
          depthwise(w, input, inZero, weights, channels, out,
                    static_cast<Rounding>(mode)),
          OFA_DEPTHWISE_CONV2D_S8_STEP);
}

TEST(SpatialS8, Depthwise) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 7);
    w.out_channels = static_cast<int16_t>(w.in_channels * random.in(1, 3));
    fitWindow(random, w, /*empty=*/true);
    checkDepthwise(random, depthwiseAny, w);
  }
}

void checkSquare(const Depthwise &kernel, int size) {
  for (unsigned seed = 0; seed < 400 && !::testing::Test::HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 7);
    w.kernel_height = w.kernel_width = static_cast<uint8_t>(size);
    w.stride_width = static_cast<uint8_t>(random.in(1, 2));
    w.out_channels = w.in_channels;
    fitWindow(random, w, /*empty=*/true);
    checkDepthwise(random, kernel, w);
  }
}

TEST(SpatialS8, Depthwise3x3) { checkSquare(depthwiseK3, 3); }
TEST(SpatialS8, Depthwise5x5) { checkSquare(depthwiseK5, 5); }
TEST(SpatialS8, Depthwise7x7) { checkSquare(depthwiseK7, 7); }

using Pool = Kernel<ofa_pool2d_s8_params_t>;
const Pool averagePool = {{ofa_avg_pool2d_s8, ofa_avg_pool2d_s8},
                          {ofa_avg_pool2d_row_s8, ofa_avg_pool2d_row_s8}};
const Pool maxPool = {{ofa_max_pool2d_s8, ofa_max_pool2d_s8},
                      {ofa_max_pool2d_row_s8, ofa_max_pool2d_row_s8}};

TEST(SpatialS8, Pool2D) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 9);
    w.out_channels = w.in_channels;
    fitWindow(random, w);
    Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
    Output out = random.output();
    out.zeroPoint = 0;
    ofa_pool2d_s8_params_t params = {w, static_cast<int8_t>(out.low),
                                     static_cast<int8_t>(out.high)};
    check(random, averagePool, params, 0, input, pool(w, input, true, out),
          OFA_POOL2D_S8_STEP);
    check(random, maxPool, params, 0, input, pool(w, input, false, out),
          OFA_POOL2D_S8_STEP);
  }
}

/// As after the last convolution of a keyword network, and the largest stride.
TEST(SpatialS8, PoolFarApart) {
  Random random(4);
  for (ofa_window_t w :
       {ofa_window_t{25, 5, 64, 1, 1, 64, 25, 5, 25, 5, 0, 0},
        ofa_window_t{512, 300, 3, 3, 2, 3, 9, 255, 255, 255, 2, 200}}) {
    Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
    ofa_pool2d_s8_params_t params = {w, -128, 127};
    check(random, averagePool, params, 0, input, pool(w, input, true, {}), 1);
    check(random, maxPool, params, 0, input, pool(w, input, false, {}), 1);
  }
}

TEST(SpatialS8, PoolWholeImage) {
  Random random(3);
  ofa_window_t w = {40, 200, 2, 1, 1, 2, 40, 200, 1, 1, 0, 0};
  Bytes input = random.bytes(40 * 200 * 2);
  ofa_pool2d_s8_params_t params = {w, -128, 127};
  check(random, averagePool, params, 0, input, pool(w, input, true, {}), 1);
}

/// Rows that come one by one, in a ring, as often as one call takes.
TEST(SpatialS8, SumsOfRows) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int height = random.in(1, 30), width = random.in(1, 9);
    int columns = random.in(1, width), channels = random.in(1, 9);
    int stride = random.in(1, 3), left = random.in(0, columns - 1);
    auto outWidth = (width + left - columns) / stride + 1;
    ofa_window_t w = {int16_t(height),
                      int16_t(width),
                      int16_t(channels),
                      1,
                      int16_t(outWidth),
                      int16_t(channels),
                      uint8_t(height),
                      uint8_t(columns),
                      1,
                      uint8_t(stride),
                      0,
                      uint8_t(left)};
    Bytes input = random.bytes(height * width * channels);
    Output out = random.output();
    out.zeroPoint = 0;
    ofa_pool2d_s8_params_t pooled = {w, int8_t(out.low), int8_t(out.high)};
    ofa_mean_sums_s8_params_t summed = {height,
                                        width,
                                        channels,
                                        1273741824,
                                        int8_t(random.in(-8, -2)),
                                        int8_t(random.zeroPoint()),
                                        3,
                                        -120,
                                        100};
    ofa_mean_s8_params_t mean = {1,
                                 height * width,
                                 channels,
                                 summed.multiplier,
                                 summed.shift,
                                 summed.input_zero_point,
                                 3,
                                 -120,
                                 100};
    int places = random.in(1, 3), pitch = width * channels;
    Bytes ring(places * pitch), output(outWidth * channels, 77),
        single(channels), twice(channels);
    std::vector<int32_t> sums(output.size(), 123456), sums1(channels, -1),
        sums2(channels, 99);
    for (int y = 0; y < height; y += places) {
      for (int row = y; row < std::min(y + places, height); ++row)
        std::copy_n(input.begin() + row * pitch, pitch,
                    ring.begin() + row % places * pitch);
      ofa_avg_pool2d_sums_s8(&pooled, y, y + places, ring.data(), places,
                             output.data(), sums.data());
      ofa_mean_sums_s8_single(&summed, y, y + places, ring.data(), places,
                              single.data(), sums1.data());
      ofa_mean_sums_s8_double(&summed, y, y + places, ring.data(), places,
                              twice.data(), sums2.data());
      if (y + places < height) { // Not before the last row.
        EXPECT_EQ(output, Bytes(output.size(), 77));
      }
    }
    EXPECT_EQ(output, pool(w, input, true, out));
    Bytes expected(channels);
    ofa_mean_s8_single(&mean, input.data(), expected.data());
    EXPECT_EQ(single, expected);
    ofa_mean_s8_double(&mean, input.data(), expected.data());
    EXPECT_EQ(twice, expected);
  }
}

} // namespace
