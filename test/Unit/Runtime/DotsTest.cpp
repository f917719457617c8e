//===- DotsTest.cpp - int8 layers by dot products of 16 -------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpatialCases.h"
#include "ofa/Dialect/Kernel/IR/DotsLayout.h"
#include "ofa_kernels_mve.h"

using namespace oracle;
using namespace mlir;

namespace {

using Params = ofa_conv2d_dots_s8_params_t;

/// Scratch of exactly the size that a layer needs.
int32_t *getScratch(const Params &params) {
  static std::vector<int32_t> scratch;
  scratch = std::vector<int32_t>(OFA_CONV2D_DOTS_S8_SCRATCH(params.window),
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

const Kernel<Params> dots = {
    {LAYER(ofa_conv2d_dots_s8_single), LAYER(ofa_conv2d_dots_s8_double)},
    {ROW(ofa_conv2d_dots_row_s8_single), ROW(ofa_conv2d_dots_row_s8_double)}};

/// A layer's numbers, with zero points folded in.
struct Layer16 {
  Bytes weights;
  Channels channels;
  Words bias;
  int inZero;
  Output out;

  Layer16(Random &random, int outputs, int inner)
      : weights(random.bytes(outputs * inner)),
        channels(random.channels(outputs, 255 * 128 * inner)),
        inZero(random.zeroPoint()), out(random.output()) {
    for (int8_t &shift : channels.shift)
      shift = static_cast<int8_t>(-random.in(1, random.in(0, 3) ? 12 : 31));
    if (random.in(0, 3) == 0)
      out.zeroPoint = -128; // The kernel's own case.
    fold();
  }

  void fold() {
    bias = channels.bias;
    size_t inner = weights.size() / bias.size();
    for (size_t i = 0; i < weights.size(); ++i)
      bias[i / inner] -= inZero * weights[i];
  }

  std::optional<std::vector<int32_t>> pack(int64_t rows, int64_t block) const {
    return kernel::packDots(
        {weights, bias, channels.multiplier, channels.shift, out.zeroPoint},
        rows, block);
  }
};

void checkConvolution(Random &random, const ofa_window_t &w,
                      const Layer16 &layer, const Bytes &input) {
  kernel::WindowRows kernelRows = {w.kernel_height,
                                   w.kernel_width * w.in_channels};
  auto [rows, inputs] = kernel::getDotsRows(kernelRows);
  std::optional<std::vector<int32_t>> stream =
      layer.pack(rows, kernel::convDotsBlock);
  ASSERT_TRUE(stream);
  ASSERT_EQ(int64_t(stream->size()),
            kernel::countDotsStream(w.out_channels, rows, inputs,
                                    kernel::convDotsBlock));
  std::array<int64_t, 4> in = {1, w.in_height, w.in_width, w.in_channels};
  std::array<int64_t, 4> result = {1, w.out_height, w.out_width,
                                   w.out_channels};
  std::array<int64_t, 2> kernelSize = {w.kernel_height, w.kernel_width};
  std::array<int64_t, 2> stride = {w.stride_height, w.stride_width};
  std::array<int64_t, 2> padding = {w.pad_top, w.pad_left};
  // An image of one column is one of one row, which the kernel does not know.
  if (w.in_width != 1 || w.out_width != 1)
    ASSERT_EQ(
        kernel::countDotsScratch({in, result, kernelSize, stride, padding}),
        OFA_CONV2D_DOTS_S8_SCRATCH(w));
  Params params = {w,
                   static_cast<int8_t>(layer.inZero),
                   static_cast<int8_t>(layer.out.zeroPoint),
                   static_cast<int8_t>(layer.out.low),
                   static_cast<int8_t>(layer.out.high),
                   stream->data()};
  for (int mode = 0; mode < 2; ++mode)
    check(random, dots, params, mode, input,
          conv2d(w, input, layer.inZero, layer.weights, layer.channels,
                 layer.out, static_cast<Rounding>(mode)),
          OFA_CONV2D_S8_STEP);
}

void checkConvolution(Random &random, const ofa_window_t &w) {
  Layer16 layer(random, w.out_channels,
                w.kernel_height * w.kernel_width * w.in_channels);
  checkConvolution(random, w, layer,
                   random.bytes(w.in_height * w.in_width * w.in_channels));
}

TEST(Dots, Conv2D) {
  for (unsigned seed = 0; seed < 600 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, random.in(0, 1) ? 4 : 20);
    fitWindow(random, w, /*empty=*/true);
    checkConvolution(random, w);
  }
}

TEST(Dots, Conv2D1x1) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 90);
    w.kernel_height = w.kernel_width = w.stride_height = w.stride_width = 1;
    w.out_height = w.in_height;
    w.out_width = w.in_width;
    checkConvolution(random, w);
  }
}

TEST(Dots, FullyConnected) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int in = random.in(1, 150), count = random.in(1, 40);
    Bytes input = random.bytes(in);
    Layer16 layer(random, count, in);
    std::optional<std::vector<int32_t>> stream =
        layer.pack(1, kernel::fullyConnectedDotsBlock);
    ASSERT_TRUE(stream);
    ASSERT_EQ(
        int64_t(stream->size()),
        kernel::countDotsStream(count, 1, in, kernel::fullyConnectedDotsBlock));
    ofa_fully_connected_dots_s8_params_t params = {
        in,
        count,
        static_cast<int8_t>(layer.out.zeroPoint),
        static_cast<int8_t>(layer.out.low),
        static_cast<int8_t>(layer.out.high),
        stream->data()};
    ofa_window_t w = {1, 1, static_cast<int16_t>(in),
                      1, 1, static_cast<int16_t>(count),
                      1, 1, 1,
                      1, 0, 0};
    for (int mode = 0; mode < 2; ++mode) {
      Bytes output(count);
      (mode ? ofa_fully_connected_dots_s8_double
            : ofa_fully_connected_dots_s8_single)(&params, input.data(),
                                                  output.data());
      EXPECT_EQ(output,
                conv2d(w, input, layer.inZero, layer.weights, layer.channels,
                       layer.out, static_cast<Rounding>(mode)));
    }
  }
}

/// Weights and inputs at their ends.
TEST(Dots, Extremes) {
  for (int weight : {-128, 127})
    for (int value : {-128, 127}) {
      Random random(0);
      ofa_window_t w = {1, 3, 4096, 1, 3, 5, 1, 1, 1, 1, 0, 0};
      Layer16 layer(random, 5, 4096);
      layer.weights.assign(5 * 4096, int8_t(weight));
      layer.channels = {Words(5, 0), Words(5, 0x7fffffff), Bytes(5, -20)};
      layer.fold();
      checkConvolution(random, w, layer, Bytes(3 * 4096, int8_t(value)));
    }
}

/// Channels whose value is the same for all inputs, whatever their factors.
TEST(Dots, ConstantChannels) {
  for (int32_t bias : {0, 5, -5, 3 << 28, -(3 << 28), INT32_MAX, INT32_MIN})
    for (int shift : {-31, -28, -9, 0, 3})
      for (int zeroPoint : {-128, -3, 127}) {
        if (shift > 0 && std::abs(int64_t(bias)) > 5)
          continue; // Beyond 32 bits, which no layer is.
        Random random(1);
        ofa_window_t w = {2, 2, 3, 2, 2, 4, 1, 1, 1, 1, 0, 0};
        Layer16 layer(random, 4, 3);
        layer.inZero = 0;
        layer.weights.assign(12, 0);
        for (int i = 0; i < 3; ++i) // One channel hardly counts.
          layer.weights[i] = shift < -20 ? 1 : 0;
        layer.channels = {Words(4, bias), Words(4, 0x7fffffff),
                          Bytes(4, int8_t(shift))};
        layer.out = {zeroPoint, -128, 127};
        layer.fold();
        if (layer.pack(1, kernel::convDotsBlock))
          checkConvolution(random, w, layer, random.bytes(12));
        else
          EXPECT_TRUE(std::abs(int64_t(bias)) > 3 << 28);
      }
}

/// What the kernels do not compute exactly is refused.
TEST(Dots, RefusesInexact) {
  auto pack = [](Bytes weights, int32_t bias, int8_t shift) {
    return kernel::packDots(
        {weights, Words(2, bias), Words(2, 1 << 30), Bytes(2, shift), 0}, 1,
        kernel::convDotsBlock);
  };
  EXPECT_TRUE(pack({-128, -128}, 0, -1));
  EXPECT_FALSE(pack({1, 1}, 0, 0));
  EXPECT_TRUE(pack({0, 0}, 0, 0));
  Bytes many(2 * 1030, 127);
  int32_t largest = 1030 * 127 * 128;
  EXPECT_TRUE(pack(many, INT32_MAX - largest, -24));
  EXPECT_FALSE(pack(many, INT32_MAX - largest + 1, -24));
}

} // namespace
