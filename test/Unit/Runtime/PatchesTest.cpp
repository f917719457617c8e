//===- PatchesTest.cpp - Depthwise convolution in patches -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "ofa/Dialect/Kernel/IR/PatchesLayout.h"
#include "ofa_kernels_mve.h"

#include <gtest/gtest.h>

using namespace mlir::kernel;
using namespace oracle;

namespace {

using Params = ofa_depthwise_conv2d_patches_s8_params_t;
using Layer = void (*)(const Params *, const int8_t *, int8_t *, int32_t *);

struct Entry {
  std::string name;
  Layer layer[2];
  int (*slots)(const ofa_window_t &);
  int strips;
};

#define ENTRY(name, NAME)                                                                         \
  {                                                                                               \
#name,                                                                                        \
        {ofa_depthwise_conv2d_patches_##name##_s8_single,                                         \
         ofa_depthwise_conv2d_patches_##name##_s8_double },                                       \
         [](const ofa_window_t &                                                                  \
                w) { return int(OFA_PATCHES_##NAME##_S8_SLOTS(w)); },                             \
                                                                   OFA_PATCHES_##NAME##_S8_STRIPS \
  }

const Entry entries[] = {
    ENTRY(k3, K3),
    ENTRY(k5, K5),
    ENTRY(k7, K7),
    ENTRY(k3_stride2, K3_STRIDE2),
    ENTRY(k5_stride2, K5_STRIDE2),
    ENTRY(k7_stride2, K7_STRIDE2),
    ENTRY(line, LINE),
};

/// The layer gives the oracle's bytes beside its input, and over it as the rule
/// says.
void check(Random &random, const ofa_window_t &w) {
  std::array<int64_t, 4> in = {1, w.in_height, w.in_width, w.in_channels};
  std::array<int64_t, 4> result = {1, w.out_height, w.out_width,
                                   w.out_channels};
  std::array<int64_t, 2> kernelSize = {w.kernel_height, w.kernel_width};
  std::array<int64_t, 2> stride = {w.stride_height, w.stride_width};
  std::array<int64_t, 2> padding = {w.pad_top, w.pad_left};
  Window window = {in, result, kernelSize, stride, padding};
  std::optional<PatchesPlan> plan = planPatches(window);
  ASSERT_TRUE(plan);
  const Entry *entry = std::find_if(
      std::begin(entries), std::end(entries),
      [&](const Entry &candidate) { return candidate.name == plan->kernel; });
  ASSERT_NE(entry, std::end(entries));
  ASSERT_EQ(plan->slots, entry->slots(w));
  ASSERT_LE(plan->strips, entry->strips);

  int taps = w.kernel_height * w.kernel_width, channels = w.in_channels;
  Bytes input = random.bytes(w.in_height * w.in_width * channels);
  Bytes weights = random.bytes(taps * channels); // [taps][channels]
  Channels factors = random.channels(channels, 255 * 128 * taps);
  for (int8_t &shift : factors.shift)
    shift = static_cast<int8_t>(-random.in(1, random.in(0, 3) ? 12 : 31));
  int inZero = random.zeroPoint();
  Output out = random.output();
  if (random.in(0, 3) == 0)
    out.zeroPoint = -128; // The kernel's own case.
  Bytes rows;
  Words bias = factors.bias;
  for (int c = 0; c < channels; ++c)
    for (int t = 0; t < taps; ++t) {
      rows.push_back(weights[t * channels + c]);
      bias[c] -= inZero * rows.back();
    }
  std::optional<std::vector<int32_t>> stream = packPatches(
      {rows, bias, factors.multiplier, factors.shift, out.zeroPoint}, *plan);
  ASSERT_TRUE(stream);
  ASSERT_EQ(int64_t(stream->size()), countPatchesStream(channels, *plan));

  Params params = {};
  params.window = w;
  params.input_zero_point = static_cast<int8_t>(inZero);
  params.output_zero_point = static_cast<int8_t>(out.zeroPoint);
  params.activation_min = static_cast<int8_t>(out.low);
  params.activation_max = static_cast<int8_t>(out.high);
  params.slots = static_cast<int16_t>(plan->slots);
  params.strips = static_cast<int16_t>(plan->strips);
  params.stream = stream->data();
  OverlapRule rule = getPatchesOverlapRule(window, *plan);
  ASSERT_TRUE(rule.isExact);
  for (int mode = 0; mode < 2; ++mode) {
    Bytes expected = depthwise(w, input, inZero, weights, factors, out,
                               static_cast<Rounding>(mode));
    Words scratch(plan->getScratchWords(), 0x5a5a1234);
    Bytes output(expected.size(), 99);
    entry->layer[mode](&params, input.data(), output.data(), scratch.data());
    ASSERT_EQ(output, expected);
    Bytes both(std::max(expected.size(), rule.distance + input.size()), 85);
    std::copy(input.begin(), input.end(), both.begin() + rule.distance);
    entry->layer[mode](&params, both.data() + rule.distance, both.data(),
                       scratch.data());
    both.resize(expected.size());
    ASSERT_EQ(both, expected) << "overlapped at " << rule.distance;
  }
}

void fit(Random &random, int in, int kernel, int stride, uint8_t &pad,
         int16_t &out) {
  pad = static_cast<uint8_t>(random.in(0, kernel - 1));
  int last = in + pad - 1;
  out = static_cast<int16_t>(last / stride + 1);
  if (random.in(0, 2) == 0)
    out = static_cast<int16_t>(random.in(1, out));
}

void checkSquare(int size, int stride) {
  for (unsigned seed = 0; seed < 1000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = {};
    w.kernel_height = w.kernel_width = static_cast<uint8_t>(size);
    w.stride_height = w.stride_width = static_cast<uint8_t>(stride);
    int most = random.in(0, 9) ? 14 : 40;
    w.in_height = static_cast<int16_t>(random.in(1, most));
    w.in_width = static_cast<int16_t>(random.in(1, most));
    w.in_channels = static_cast<int16_t>(random.in(1, 35));
    w.out_channels = w.in_channels;
    fit(random, w.in_height, size, stride, w.pad_top, w.out_height);
    fit(random, w.in_width, size, stride, w.pad_left, w.out_width);
    check(random, w);
  }
}

TEST(Patches, Depthwise3x3) { checkSquare(3, 1); }
TEST(Patches, Depthwise5x5) { checkSquare(5, 1); }
TEST(Patches, Depthwise7x7) { checkSquare(7, 1); }
TEST(Patches, Depthwise3x3Stride2) { checkSquare(3, 2); }
TEST(Patches, Depthwise5x5Stride2) { checkSquare(5, 2); }
TEST(Patches, Depthwise7x7Stride2) { checkSquare(7, 2); }

TEST(Patches, DepthwiseLine) {
  for (unsigned seed = 0; seed < 1000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = {};
    w.in_height = w.out_height = w.kernel_height = 1;
    w.stride_height = w.stride_width = 1;
    w.kernel_width = static_cast<uint8_t>(random.in(1, 16));
    w.in_width = static_cast<int16_t>(random.in(1, 40));
    w.in_channels = static_cast<int16_t>(random.in(1, 35));
    w.out_channels = w.in_channels;
    fit(random, w.in_width, w.kernel_width, 1, w.pad_left, w.out_width);
    w.out_width = std::min<int16_t>(
        w.out_width, w.kernel_width > 13 ? 17 - w.kernel_width : 40);
    check(random, w);
  }
}

TEST(Patches, RefusesOtherWindows) {
  auto plan = [](std::array<int64_t, 4> input, std::array<int64_t, 4> output,
                 std::array<int64_t, 2> kernel, std::array<int64_t, 2> stride) {
    std::array<int64_t, 2> padding = {0, 0};
    return planPatches({input, output, kernel, stride, padding}).has_value();
  };
  EXPECT_TRUE(plan({1, 8, 8, 4}, {1, 6, 6, 4}, {3, 3}, {1, 1}));
  EXPECT_FALSE(plan({1, 8, 8, 4}, {1, 6, 6, 8}, {3, 3}, {1, 1}));
  EXPECT_FALSE(plan({1, 8, 8, 4}, {1, 6, 3, 4}, {3, 3}, {1, 2}));
  EXPECT_FALSE(plan({1, 8, 8, 4}, {1, 2, 2, 4}, {3, 3}, {3, 3}));
  EXPECT_FALSE(plan({1, 8, 8, 4}, {1, 7, 7, 4}, {2, 2}, {1, 1}));
  EXPECT_TRUE(plan({1, 20, 1, 4}, {1, 8, 1, 4}, {13, 1}, {1, 1}));
  EXPECT_FALSE(plan({1, 20, 1, 4}, {1, 7, 1, 4}, {14, 1}, {1, 1}));
  EXPECT_TRUE(plan({1, 16, 1, 4}, {1, 1, 1, 4}, {16, 1}, {1, 1}));
  EXPECT_TRUE(plan({1, 66, 66, 512}, {1, 64, 64, 512}, {3, 3}, {1, 1}));
  EXPECT_FALSE(plan({1, 67, 67, 512}, {1, 65, 65, 512}, {3, 3}, {1, 1}));
}

} // namespace
