//===- PairedTest.cpp - int8 convolutions with paired weights -------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpatialCases.h"
#include "ofa/Dialect/Kernel/IR/PairedLayout.h"
#include "ofa/Dialect/Kernel/IR/WinogradLayout.h"
#include "ofa_kernels_dsp.h"

using namespace oracle;
using namespace mlir;

namespace {

using Params = ofa_conv2d_paired_s8_params_t;

/// Scratch of exactly the size that a layer needs.
template <typename P>
int32_t *getScratch(const P &params) {
  static std::vector<int32_t> scratch;
  scratch = std::vector<int32_t>(OFA_CONV2D_PAIRED_S8_SCRATCH(params.window),
                                 0x5a5a5a5a);
  return scratch.data();
}

#define LAYER(function)                                                        \
  [](const Params *params, const int8_t *input, int8_t *output) {              \
    function(params, input, output, getScratch(*params));                      \
  }
#define ROW(function)                                                          \
  [](const Params *params, const ofa_row_s8_t *rows, int32_t x0, int32_t x1,   \
     int8_t *output) {                                                         \
    function(params, rows, x0, x1, output, getScratch(*params));               \
  }

const Kernel<Params> paired = {
    {LAYER(ofa_conv2d_paired_s8_single), LAYER(ofa_conv2d_paired_s8_double)},
    {ROW(ofa_conv2d_paired_row_s8_single),
     ROW(ofa_conv2d_paired_row_s8_double)}};

/// Factors that the kernel takes: right shifts from 1 up to where the zero
/// point still fits.
Channels makeChannels(Random &random, int count, int64_t largest) {
  Channels channels = random.channels(count, largest);
  for (int8_t &shift : channels.shift)
    shift = static_cast<int8_t>(-random.in(1, random.in(0, 3) ? 12 : 21));
  for (int32_t &bias : channels.bias)
    bias = std::clamp(bias, -(1 << 28), 1 << 28);
  return channels;
}

void checkPaired(Random &random, const ofa_window_t &w, int lowest) {
  int inner = w.kernel_height * w.kernel_width * w.in_channels;
  Bytes input = random.bytes(w.in_height * w.in_width * w.in_channels);
  Bytes weights = random.bytes(w.out_channels * inner);
  for (int8_t &weight : weights)
    weight = std::max<int8_t>(weight, static_cast<int8_t>(lowest));
  Channels channels = makeChannels(random, w.out_channels, 255 * 128 * inner);
  int inZero = random.zeroPoint();
  Output out = random.output();
  if (random.in(0, 3) == 0)
    out.zeroPoint = -128; // The kernel's own case.
  Words bias = channels.bias;
  for (int o = 0; o < w.out_channels; ++o)
    for (int i = 0; i < inner; ++i)
      bias[o] -= inZero * weights[o * inner + i];
  std::optional<std::vector<int32_t>> stream = kernel::packPaired(
      {weights, bias, channels.multiplier, channels.shift, out.zeroPoint},
      w.kernel_height, kernel::convPairedBlock);
  ASSERT_TRUE(stream);
  ASSERT_EQ(int64_t(stream->size()),
            kernel::countPairedStream(w.out_channels, inner,
                                      kernel::convPairedBlock));
  ASSERT_EQ(2 * kernel::countPairedWords(inner, kernel::convPairedBlock),
            OFA_CONV2D_PAIRED_S8_SCRATCH(w));
  Params params = {w,
                   static_cast<int8_t>(inZero),
                   static_cast<int8_t>(out.zeroPoint),
                   static_cast<int8_t>(out.low),
                   static_cast<int8_t>(out.high),
                   stream->data()};
  for (int mode = 0; mode < 2; ++mode)
    check(random, paired, params, mode, input,
          conv2d(w, input, inZero, weights, channels, out,
                 static_cast<Rounding>(mode)),
          OFA_CONV2D_S8_STEP);
}

TEST(Paired, Conv2D) {
  for (unsigned seed = 0; seed < 600 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 9);
    fitWindow(random, w, /*empty=*/true);
    checkPaired(random, w, -127);
  }
}

TEST(Paired, Conv2D1x1) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 70);
    w.kernel_height = w.kernel_width = w.stride_height = w.stride_width = 1;
    w.out_height = w.in_height;
    w.out_width = w.in_width;
    checkPaired(random, w, -127);
  }
}

TEST(Paired, FullyConnected) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int in = random.in(1, 90), count = random.in(1, 40);
    Bytes input = random.bytes(in), weights = random.bytes(in * count);
    for (int8_t &weight : weights)
      weight = std::max<int8_t>(weight, -127);
    Channels channels = makeChannels(random, count, 255 * 128 * in);
    int inZero = random.zeroPoint();
    Output out = random.output();
    Words bias = channels.bias;
    for (int i = 0; i < in * count; ++i)
      bias[i / in] -= inZero * weights[i];
    std::optional<std::vector<int32_t>> stream = kernel::packPaired(
        {weights, bias, channels.multiplier, channels.shift, out.zeroPoint}, 1,
        kernel::fullyConnectedPairedBlock);
    ASSERT_TRUE(stream);
    ofa_fully_connected_paired_s8_params_t params = {
        in,
        count,
        static_cast<int8_t>(out.zeroPoint),
        static_cast<int8_t>(out.low),
        static_cast<int8_t>(out.high),
        stream->data()};
    ofa_window_t w = {1, 1, static_cast<int16_t>(in),
                      1, 1, static_cast<int16_t>(count),
                      1, 1, 1,
                      1, 0, 0};
    for (int mode = 0; mode < 2; ++mode) {
      Words scratch(
          kernel::countPairedWords(in, kernel::fullyConnectedPairedBlock));
      Bytes output(count);
      (mode ? ofa_fully_connected_paired_s8_double
            : ofa_fully_connected_paired_s8_single)(
          &params, input.data(), output.data(), scratch.data());
      EXPECT_EQ(output, conv2d(w, input, inZero, weights, channels, out,
                               static_cast<Rounding>(mode)));
    }
  }
}

void checkWinograd(Random &random, const ofa_window_t &w, const Bytes &input,
                   const Bytes &weights) {
  int inner = 9 * w.in_channels;
  Channels channels = makeChannels(random, w.out_channels, 255 * 128 * inner);
  int inZero = random.zeroPoint();
  Output out = random.output();
  if (random.in(0, 3) == 0)
    out.zeroPoint = -128; // The kernel's own case.
  Words bias = channels.bias;
  for (int o = 0; o < w.out_channels; ++o)
    for (int i = 0; i < inner; ++i)
      bias[o] -= inZero * weights[o * inner + i];
  std::optional<Words> stream = kernel::packWinograd(
      {weights, bias, channels.multiplier, channels.shift, out.zeroPoint});
  ASSERT_TRUE(stream);
  ASSERT_EQ(int64_t(stream->size()),
            kernel::countWinogradStream(w.out_channels, w.in_channels));
  ASSERT_EQ(kernel::countWinogradScratch(w.in_channels),
            OFA_CONV2D_WINOGRAD_S8_SCRATCH(w));
  Params params = {w,
                   static_cast<int8_t>(inZero),
                   static_cast<int8_t>(out.zeroPoint),
                   static_cast<int8_t>(out.low),
                   static_cast<int8_t>(out.high),
                   stream->data()};
  for (int mode = 0; mode < 2; ++mode) {
    Words scratch(OFA_CONV2D_WINOGRAD_S8_SCRATCH(w), 0x5a5a5a5a);
    Bytes output(w.out_height * w.out_width * w.out_channels);
    (mode ? ofa_conv2d_winograd_s8_double : ofa_conv2d_winograd_s8_single)(
        &params, input.data(), output.data(), scratch.data());
    EXPECT_EQ(output, conv2d(w, input, inZero, weights, channels, out,
                             static_cast<Rounding>(mode)));
  }
}

TEST(Paired, Winograd) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 1);
    w.kernel_height = w.kernel_width = 3;
    w.stride_height = w.stride_width = 1;
    w.in_channels = static_cast<int16_t>(4 * random.in(1, 9));
    w.out_channels = static_cast<int16_t>(4 * random.in(1, 5));
    fitWindow(random, w, /*empty=*/true);
    checkWinograd(random, w,
                  random.bytes(w.in_height * w.in_width * w.in_channels),
                  random.bytes(w.out_channels * 9 * w.in_channels));
  }
}

TEST(Paired, WinogradExtremes) {
  for (int weight : {-128, 127})
    for (int value : {-128, 127}) {
      Random random(0);
      ofa_window_t w = {5, 5, 64, 5, 5, 4, 3, 3, 1, 1, 1, 1};
      Bytes weights(4 * 9 * 64), input(25 * 64);
      // Signs as the transforms add them up.
      for (int i = 0; i < int(weights.size()); ++i)
        weights[i] = int8_t(i / 64 % 2 ? std::min(-weight, 127) : weight);
      for (int i = 0; i < int(input.size()); ++i)
        input[i] = int8_t(i / 64 % 2 ? std::min(-value, 127) : value);
      checkWinograd(random, w, input, weights);
    }
}

/// A channel whose value is not the zero point, whatever the input.
TEST(Paired, WinogradConstantChannel) {
  ofa_window_t w = {5, 5, 4, 5, 5, 4, 3, 3, 1, 1, 1, 1};
  Random random(1);
  Bytes input = random.bytes(25 * 4), weights(4 * 9 * 4, 1);
  Channels channels = {
      {3 << 28, 5, -(3 << 28), 0}, Words(4, 0x7fffffff), {-28, -9, -28, -8}};
  Output out{-3, -128, 127};
  std::optional<Words> stream =
      kernel::packWinograd({weights, channels.bias, channels.multiplier,
                            channels.shift, out.zeroPoint});
  ASSERT_TRUE(stream);
  Params params = {w, 0, int8_t(out.zeroPoint), -128, 127, stream->data()};
  for (int mode = 0; mode < 2; ++mode) {
    Words scratch(OFA_CONV2D_WINOGRAD_S8_SCRATCH(w));
    Bytes output(100);
    (mode ? ofa_conv2d_winograd_s8_double : ofa_conv2d_winograd_s8_single)(
        &params, input.data(), output.data(), scratch.data());
    EXPECT_EQ(output, conv2d(w, input, 0, weights, channels, out,
                             static_cast<Rounding>(mode)));
  }
}

/// Weights and inputs at their ends.
TEST(Paired, Extremes) {
  for (int weight : {-127, 127})
    for (int value : {-128, 127}) {
      ofa_window_t w = {1, 3, 509, 1, 3, 5, 1, 1, 1, 1, 0, 0};
      Bytes weights(5 * 509, int8_t(weight)), input(3 * 509, int8_t(value));
      Channels channels = {Words(5, 0), Words(5, 0x7fffffff), Bytes(5, -16)};
      Output out;
      std::optional<std::vector<int32_t>> stream = kernel::packPaired(
          {weights, channels.bias, channels.multiplier, channels.shift, 0}, 1,
          kernel::convPairedBlock);
      ASSERT_TRUE(stream);
      Params params = {w, 0, int8_t(out.zeroPoint), -128, 127, stream->data()};
      Random random(0);
      for (int mode = 0; mode < 2; ++mode)
        check(random, paired, params, mode, input,
              conv2d(w, input, 0, weights, channels, out,
                     static_cast<Rounding>(mode)),
              OFA_CONV2D_S8_STEP);
    }
}

/// Channels whose value is the same for all inputs, whatever their factors.
TEST(Paired, ConstantChannels) {
  Random random(1);
  for (int32_t bias : {0, 5, -5, 3 << 28, -(3 << 28), INT32_MAX, INT32_MIN})
    for (int shift : {-31, -28, -9, 0, 3}) {
      if (shift > 0 && std::abs(int64_t(bias)) > 5)
        continue; // Beyond 32 bits, which no layer is.
      ofa_window_t w = {2, 2, 3, 2, 2, 4, 1, 1, 1, 1, 0, 0};
      Bytes input = random.bytes(12), weights(12);
      for (int i = 0; i < 3; ++i) // One channel hardly counts.
        weights[i] = shift < -20 ? 1 : 0;
      Channels channels = {Words(4, bias), Words(4, 0x7fffffff),
                           Bytes(4, int8_t(shift))};
      Output out{-128, -128, 127};
      std::optional<std::vector<int32_t>> stream =
          kernel::packPaired({weights, channels.bias, channels.multiplier,
                              channels.shift, out.zeroPoint},
                             1, kernel::convPairedBlock);
      ASSERT_TRUE(stream);
      Params params = {w, 0, int8_t(out.zeroPoint), -128, 127, stream->data()};
      for (int mode = 0; mode < 2; ++mode)
        check(random, paired, params, mode, input,
              conv2d(w, input, 0, weights, channels, out,
                     static_cast<Rounding>(mode)),
              OFA_CONV2D_S8_STEP);
    }
}

/// What the kernel does not compute exactly is refused.
TEST(Paired, RefusesInexact) {
  auto pack = [](Bytes weights, int32_t bias, int8_t shift, int zeroPoint = 0) {
    return kernel::packPaired({weights, Words(2, bias), Words(2, 1 << 30),
                               Bytes(2, shift), zeroPoint},
                              1, kernel::convPairedBlock);
  };
  EXPECT_TRUE(pack({-128, -127}, 0, -1));
  EXPECT_FALSE(pack({-127, -128}, 0, -1));
  EXPECT_FALSE(pack({1, 1}, 0, 0));
  EXPECT_TRUE(pack({0, 0}, 0, 0));
  EXPECT_TRUE(pack({1, 1}, (1 << 30) - 129, -30));
  EXPECT_FALSE(pack({1, 1}, (1 << 30) - 128, -30));
  EXPECT_TRUE(pack({1, 1}, 0, -23, -128));
  EXPECT_FALSE(pack({1, 1}, 1 << 24, -24, -128));
  EXPECT_TRUE(pack(Bytes(2 * 515, 127), 0, -1));
  EXPECT_FALSE(pack(Bytes(2 * 517, 127), 0, -1));
}

} // namespace
