//===- PlanesTest.cpp - Depthwise convolution in channel planes -----------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"
#include "ofa_kernels_dsp.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace mlir::kernel;
using namespace oracle;

namespace {

using Params = ofa_depthwise_conv2d_planes_s8_params_t;
using Layer = void (*)(const Params *, const int8_t *, int8_t *, int32_t *);

const Layer layers[4][2] = {{ofa_depthwise_conv2d_planes_s8_single,
                             ofa_depthwise_conv2d_planes_s8_double},
                            {ofa_depthwise_conv2d_planes_k3_s8_single,
                             ofa_depthwise_conv2d_planes_k3_s8_double},
                            {ofa_depthwise_conv2d_planes_k5_s8_single,
                             ofa_depthwise_conv2d_planes_k5_s8_double},
                            {ofa_depthwise_conv2d_planes_k7_s8_single,
                             ofa_depthwise_conv2d_planes_k7_s8_double}};

PlanesWindow describe(const ofa_window_t &w) {
  return {w.in_width,      w.out_width,
          w.kernel_height, w.kernel_width,
          w.stride_height, w.stride_width,
          w.pad_left,      w.in_channels != w.out_channels};
}

/// The formula of the header.
int64_t headerBytes(const ofa_window_t &w, PlanesKernel kernel) {
  switch (kernel) {
  case PlanesKernel::Any:
    return OFA_DEPTHWISE_CONV2D_PLANES_S8_SCRATCH(w);
  case PlanesKernel::K3:
    return OFA_DEPTHWISE_CONV2D_PLANES_K3_S8_SCRATCH(w);
  case PlanesKernel::K5:
    return OFA_DEPTHWISE_CONV2D_PLANES_K5_S8_SCRATCH(w);
  case PlanesKernel::K7:
    return OFA_DEPTHWISE_CONV2D_PLANES_K7_S8_SCRATCH(w);
  }
  return 0;
}

void fit(Random &random, int in, int kernel, int stride, uint8_t &pad,
         int16_t &out) {
  pad = static_cast<uint8_t>(random.in(0, kernel - 1));
  // One in four layers has windows outside the image.
  int last = in + pad - (random.in(0, 3) ? 1 : 0);
  out = static_cast<int16_t>(random.in(1, std::max(last / stride + 1, 1)));
  // Usually as many as there are.
  if (random.in(0, 2))
    out = static_cast<int16_t>(std::max(last / stride + 1, 1));
}

struct Case {
  ofa_window_t window;
  Bytes input;
  Bytes weights; // [taps][channels]
  Channels channels;
  int inZero;
  Output out;
  Bytes rows;   // The weights, channel by channel.
  Words folded; // The biases with the input's zero point.
};

/// The stream of one of the kernels, which takes the layer.
std::vector<int32_t> pack(const Case &c, PlanesKernel kernel) {
  const ofa_window_t &w = c.window;
  std::optional<std::vector<int32_t>> stream =
      packPlanes({c.rows, c.folded, c.channels.multiplier, c.channels.shift,
                  c.out.zeroPoint},
                 describe(w), kernel);
  EXPECT_TRUE(stream);
  EXPECT_EQ(int64_t(stream->size()),
            getPlanesStreamWords(w.out_channels, describe(w), kernel));
  return *stream;
}

/// Weights, and requantisations that the kernels can do.
void fill(Random &random, Case &c) {
  const ofa_window_t &w = c.window;
  int taps = w.kernel_height * w.kernel_width;
  c.input = random.bytes(w.in_height * w.in_width * w.in_channels);
  c.weights = random.bytes(taps * w.out_channels);
  c.channels = random.channels(w.out_channels, 255 * 128 * taps);
  c.inZero = random.zeroPoint();
  c.out = random.output();
  c.folded = c.channels.bias;
  for (int o = 0; o < w.out_channels; ++o) {
    for (int t = 0; t < taps; ++t) {
      c.rows.push_back(c.weights[t * w.out_channels + o]);
      c.folded[o] -= c.inZero * c.rows.back();
    }
    llvm::ArrayRef<int8_t> mine(c.rows.data() + o * taps, taps);
    int8_t &shift = c.channels.shift[o];
    shift = std::min<int8_t>(shift, -1);
    while (!packPlanes({mine, llvm::ArrayRef(c.folded).slice(o, 1),
                        llvm::ArrayRef(c.channels.multiplier).slice(o, 1),
                        shift, c.out.zeroPoint},
                       describe(w), PlanesKernel::Any)) {
      ASSERT_LT(shift, -1);
      ++shift;
    }
  }
}

/// Memory of exactly `size` bytes at an odd or even address, between guards.
struct Guarded {
  static constexpr size_t margin = 64;
  std::vector<int8_t> storage;
  size_t begin, size;
  Guarded(size_t size, size_t shift)
      : storage(size + 2 * margin + shift, 85), begin(margin + shift),
        size(size) {}
  int8_t *data() { return storage.data() + begin; }
  bool intact() const {
    for (size_t i = 0; i < storage.size(); ++i)
      if ((i < begin || i >= begin + size) && storage[i] != 85)
        return false;
    return true;
  }
};

void run(Random &random, const Case &c, PlanesKernel kernel) {
  const ofa_window_t &w = c.window;
  Params params = {};
  params.window = w;
  params.input_zero_point = static_cast<int8_t>(c.inZero);
  params.output_zero_point = static_cast<int8_t>(c.out.zeroPoint);
  params.activation_min = static_cast<int8_t>(c.out.low);
  params.activation_max = static_cast<int8_t>(c.out.high);
  // An allocation that ends with it lets sanitizers see reads outside.
  std::vector<int32_t> stream = pack(c, kernel);
  params.stream = stream.data();
  int64_t bytes = getPlanesScratchBytes(describe(w), kernel);
  ASSERT_EQ(bytes, headerBytes(w, kernel));
  std::vector<int32_t> scratch(bytes / 4 + 32);
  size_t outputs = (size_t)w.out_height * w.out_width * w.out_channels;
  for (int mode = 0; mode < 2; ++mode) {
    Bytes expected = depthwise(w, c.input, c.inZero, c.weights, c.channels,
                               c.out, static_cast<Rounding>(mode));
    Layer layer = layers[static_cast<int>(kernel)][mode];
    std::fill(scratch.begin(), scratch.end(), 0x5a5a1234);
    // So does the input.
    size_t shift = random.in(0, 3);
    Bytes input(shift + c.input.size());
    std::copy(c.input.begin(), c.input.end(), input.begin() + shift);
    Guarded output(outputs, random.in(0, 3));
    layer(&params, input.data() + shift, output.data(), scratch.data() + 16);
    ASSERT_EQ(Bytes(output.data(), output.data() + outputs), expected);
    ASSERT_TRUE(output.intact());
    for (int i = 0; i < 16; ++i) {
      ASSERT_EQ(scratch[i], 0x5a5a1234);
      ASSERT_EQ(scratch[scratch.size() - 1 - i], 0x5a5a1234);
    }
    if (w.in_channels != w.out_channels || w.out_width > w.in_width)
      continue;
    Guarded both(std::max(outputs, c.input.size()), random.in(0, 3));
    std::copy(c.input.begin(), c.input.end(), both.data());
    layer(&params, both.data(), both.data(), scratch.data() + 16);
    ASSERT_EQ(Bytes(both.data(), both.data() + outputs), expected)
        << "in place";
    ASSERT_TRUE(both.intact());
  }
}

void check(Random &random, const ofa_window_t &window) {
  Case c = {};
  c.window = window;
  fill(random, c);
  if (testing::Test::HasFailure())
    return;
  PlanesKernel best = choosePlanesKernel(describe(window));
  run(random, c, best);
  if (best != PlanesKernel::Any)
    run(random, c, PlanesKernel::Any);
}

ofa_window_t randomWindow(Random &random, int height, int width) {
  ofa_window_t w = {};
  w.kernel_height = static_cast<uint8_t>(height);
  w.kernel_width = static_cast<uint8_t>(width);
  w.in_height = static_cast<int16_t>(random.in(1, 12));
  w.in_width = static_cast<int16_t>(random.in(1, 14));
  w.in_channels = static_cast<int16_t>(random.in(1, 9));
  w.out_channels = w.in_channels;
  w.stride_height = static_cast<uint8_t>(random.in(1, 2));
  w.stride_width = w.stride_height;
  return w;
}

void checkSquare(int size) {
  for (unsigned seed = 0; seed < 4000 && !::testing::Test::HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, size, size);
    fit(random, w.in_height, size, w.stride_height, w.pad_top, w.out_height);
    fit(random, w.in_width, size, w.stride_width, w.pad_left, w.out_width);
    check(random, w);
  }
}

/// Large enough for the roundings that 3x3 has for such layers.
TEST(PlanesS8, Depthwise3x3Large) {
  for (unsigned seed = 0; seed < 150 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 3, 3);
    w.in_height = static_cast<int16_t>(random.in(20, 30));
    w.in_width = static_cast<int16_t>(random.in(20, 30));
    fit(random, w.in_height, 3, w.stride_height, w.pad_top, w.out_height);
    fit(random, w.in_width, 3, w.stride_width, w.pad_left, w.out_width);
    check(random, w);
  }
}

TEST(PlanesS8, Depthwise3x3) { checkSquare(3); }
TEST(PlanesS8, Depthwise5x5) { checkSquare(5); }
TEST(PlanesS8, Depthwise7x7) { checkSquare(7); }

TEST(PlanesS8, DepthwiseAny) {
  for (unsigned seed = 0; seed < 8000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int kind = random.in(0, 3);
    ofa_window_t w = randomWindow(random, kind == 0 ? 1 : random.in(1, 8),
                                  kind == 1 ? 1 : random.in(1, 16));
    w.stride_height = static_cast<uint8_t>(random.in(1, 4));
    w.stride_width = static_cast<uint8_t>(random.in(1, 4));
    if (random.in(0, 2) == 0)
      w.out_channels = static_cast<int16_t>(w.in_channels * random.in(1, 9));
    fit(random, w.in_height, w.kernel_height, w.stride_height, w.pad_top,
        w.out_height);
    fit(random, w.in_width, w.kernel_width, w.stride_width, w.pad_left,
        w.out_width);
    check(random, w);
  }
}

/// Channels whose value is the same for all inputs, the zero point or another
/// one, beside channels like any others.
TEST(PlanesS8, ConstantChannels) {
  Random random(1);
  for (int zeroPoint : {-128, -3})
    for (int32_t bias : {0, 5, 3 << 28, -(3 << 28)})
      for (int8_t shift : {-31, -28}) {
        Case c = {};
        c.window = {9, 9, 6, 9, 9, 6, 3, 3, 1, 1, 1, 1};
        fill(random, c);
        c.out = {zeroPoint, -128, 127};
        c.inZero = 0;
        for (int o : {0, 3, 5}) {
          for (int t = 0; t < 9; ++t)
            c.weights[t * 6 + o] = c.rows[o * 9 + t] = 1;
          c.channels.bias[o] = bias;
          c.channels.shift[o] = shift;
        }
        c.folded = c.channels.bias;
        run(random, c, PlanesKernel::K3);
        run(random, c, PlanesKernel::Any);
      }
}

/// The largest kernel and strides, and layers of published networks.
TEST(PlanesS8, DepthwiseExtremes) {
  Random random(5);
  for (ofa_window_t w : {ofa_window_t{20, 18, 3, 20, 18, 3, 16, 16, 1, 1, 8, 7},
                         ofa_window_t{40, 40, 5, 3, 3, 5, 16, 16, 16, 16, 4, 4},
                         ofa_window_t{49, 40, 1, 25, 20, 8, 10, 8, 2, 2, 4, 3},
                         ofa_window_t{1, 24, 9, 1, 15, 9, 1, 10, 1, 1, 0, 0},
                         ofa_window_t{24, 1, 9, 15, 1, 9, 10, 1, 1, 1, 0, 0},
                         ofa_window_t{25, 5, 64, 25, 5, 64, 3, 3, 1, 1, 1, 1}})
    check(random, w);
}

} // namespace
