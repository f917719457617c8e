//===- KernelsF32Test.cpp - Float kernels ---------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums have a documented order, so plain loops in that order must give the
// same bits (this file is compiled without contraction, too).
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "ofa_kernels_f32.h"

#include <cstring>
#include <gtest/gtest.h>

using oracle::forTaps;
using oracle::Random;
using Floats = std::vector<float>;

namespace {

Floats randomFloats(Random &random, size_t n) {
  Floats data(n);
  for (float &value : data)
    value = static_cast<float>(random.in(-100000, 100000)) / 37000.0f;
  return data;
}

ofa_window_t randomWindow(Random &random, int channels) {
  ofa_window_t w = {};
  w.kernel_height = random.in(1, 5);
  w.kernel_width = random.in(1, 5);
  w.stride_height = random.in(1, 3);
  w.stride_width = random.in(1, 3);
  w.in_height = random.in(1, 9);
  w.in_width = random.in(1, 16);
  w.in_channels = random.in(1, channels);
  w.out_channels = random.in(1, channels);
  auto fit = [&](int in, int kernel, int stride, uint8_t &pad, int16_t &out) {
    pad = random.in(0, std::min(kernel - 1, in));
    out = random.in(1, (in + pad - 1) / stride + 1);
  };
  fit(w.in_height, w.kernel_height, w.stride_height, w.pad_top, w.out_height);
  fit(w.in_width, w.kernel_width, w.stride_width, w.pad_left, w.out_width);
  return w;
}

float clamp(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

bool sameBits(const Floats &a, const Floats &b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// The layer call and row calls on rows that wrap.
template <typename P, typename LayerF, typename RowF>
void check(Random &random, const P &params, LayerF layer, RowF row,
           const Floats &input, const Floats &expected,
           oracle::Dilation dilation = {}) {
  const ofa_window_t &w = params.window;
  Floats output(expected.size(), 1e9f);
  layer(&params, input.data(), output.data());
  ASSERT_TRUE(sameBits(output, expected));

  std::fill(output.begin(), output.end(), 1e9f);
  int pitch = w.in_width * w.in_channels;
  for (int y = 0; y < w.out_height; ++y) {
    std::vector<Floats> storage;
    std::vector<ofa_row_f32_t> rows;
    storage.reserve(2 * w.kernel_height);
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
      static const float nothing = 0;
      const float *data = wrap ? storage.back().data() : &nothing;
      storage.emplace_back(split, begin + pitch);
      rows.push_back({data, storage.back().data(), wrap});
    }
    for (int x0 = 0; x0 < w.out_width;) {
      int x1 = random.in(x0 + 1, w.out_width);
      row(&params, rows.data(), x0, x1,
          output.data() + y * w.out_width * w.out_channels);
      x0 = x1;
    }
  }
  ASSERT_TRUE(sameBits(output, expected));
}

TEST(KernelsF32, Conv2D) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, seed % 2 ? 10 : 40);
    Floats input =
        randomFloats(random, w.in_height * w.in_width * w.in_channels);
    Floats weights = randomFloats(random, w.kernel_height * w.kernel_width *
                                              w.in_channels * w.out_channels);
    Floats bias = randomFloats(random, w.out_channels);
    ofa_conv2d_f32_params_t params = {w, -3.0f, 5.0f, weights.data(),
                                      bias.data()};
    Floats expected;
    for (int y = 0; y < w.out_height; ++y)
      for (int x = 0; x < w.out_width; ++x)
        for (int o = 0; o < w.out_channels; ++o) {
          float acc = bias[o];
          forTaps(w, y, x, [&](int tap, int pixel) {
            if (pixel < 0)
              return;
            for (int i = 0; i < w.in_channels; ++i)
              acc += input[pixel * w.in_channels + i] *
                     weights[(tap * w.in_channels + i) * w.out_channels + o];
          });
          expected.push_back(clamp(acc, -3.0f, 5.0f));
        }
    check(random, params, ofa_conv2d_f32, ofa_conv2d_row_f32, input, expected);
  }
}

TEST(KernelsF32, Conv2DGeneral) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    oracle::Dilation dilation = {random.in(1, 3), random.in(1, 3)};
    ofa_window_t w = randomWindow(random, 9);
    int groups = seed % 2 ? random.in(1, 4) : 1;
    int inputs = random.in(1, 4), outputs = random.in(1, 6);
    w.in_channels = static_cast<int16_t>(groups * inputs);
    w.out_channels = static_cast<int16_t>(groups * outputs);
    int taps = w.kernel_height * w.kernel_width;
    Floats input =
        randomFloats(random, w.in_height * w.in_width * w.in_channels);
    Floats weights = randomFloats(random, groups * taps * inputs * outputs);
    Floats bias = randomFloats(random, w.out_channels);
    ofa_conv2d_general_f32_params_t params = {
        w,
        static_cast<uint8_t>(dilation.height),
        static_cast<uint8_t>(dilation.width),
        static_cast<int16_t>(groups),
        -3.0f,
        5.0f,
        weights.data(),
        bias.data()};
    Floats expected;
    for (int y = 0; y < w.out_height; ++y)
      for (int x = 0; x < w.out_width; ++x)
        for (int o = 0; o < w.out_channels; ++o) {
          float acc = bias[o];
          int group = o / outputs;
          auto addTap = [&](int tap, int pixel) {
            if (pixel < 0)
              return;
            for (int i = 0; i < inputs; ++i)
              acc += input[pixel * w.in_channels + group * inputs + i] *
                     weights[((group * taps + tap) * inputs + i) * outputs +
                             o % outputs];
          };
          forTaps(w, y, x, addTap, dilation);
          expected.push_back(clamp(acc, -3.0f, 5.0f));
        }
    check(random, params, ofa_conv2d_general_f32, ofa_conv2d_general_row_f32,
          input, expected, dilation);
  }
}

TEST(KernelsF32, Depthwise) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 20);
    int factor = seed % 3 ? 1 : random.in(2, 3);
    w.out_channels = static_cast<int16_t>(w.in_channels * factor);
    Floats input =
        randomFloats(random, w.in_height * w.in_width * w.in_channels);
    Floats weights = randomFloats(random, w.kernel_height * w.kernel_width *
                                              w.out_channels);
    Floats bias = randomFloats(random, w.out_channels);
    ofa_depthwise_conv2d_f32_params_t params = {w, -INFINITY, INFINITY,
                                                weights.data(), bias.data()};
    Floats expected;
    for (int y = 0; y < w.out_height; ++y)
      for (int x = 0; x < w.out_width; ++x)
        for (int o = 0; o < w.out_channels; ++o) {
          float acc = bias[o];
          forTaps(w, y, x, [&](int tap, int pixel) {
            if (pixel >= 0)
              acc += input[pixel * w.in_channels + o / factor] *
                     weights[tap * w.out_channels + o];
          });
          expected.push_back(acc);
        }
    check(random, params, ofa_depthwise_conv2d_f32,
          ofa_depthwise_conv2d_row_f32, input, expected);
  }
}

TEST(KernelsF32, Pool2D) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ofa_window_t w = randomWindow(random, 9);
    w.out_channels = w.in_channels;
    Floats input =
        randomFloats(random, w.in_height * w.in_width * w.in_channels);
    ofa_pool2d_f32_params_t params = {w, -1.0f, INFINITY};
    Floats average, largest;
    for (int y = 0; y < w.out_height; ++y)
      for (int x = 0; x < w.out_width; ++x)
        for (int c = 0; c < w.in_channels; ++c) {
          float sum = 0, most = -INFINITY;
          int taps = 0;
          forTaps(w, y, x, [&](int, int pixel) {
            if (pixel < 0)
              return;
            float value = input[pixel * w.in_channels + c];
            sum += value;
            most = std::max(most, value);
            ++taps;
          });
          average.push_back(
              clamp(sum / static_cast<float>(taps), -1.0f, INFINITY));
          largest.push_back(clamp(most, -1.0f, INFINITY));
        }
    check(random, params, ofa_avg_pool2d_f32, ofa_avg_pool2d_row_f32, input,
          average);
    check(random, params, ofa_max_pool2d_f32, ofa_max_pool2d_row_f32, input,
          largest);
  }
}

TEST(KernelsF32, FullyConnected) {
  Random random(5);
  for (int outs : {1, 7, 8, 10, 16, 37}) {
    int in = random.in(1, 100);
    Floats input = randomFloats(random, in), bias = randomFloats(random, outs);
    Floats weights = randomFloats(random, in * outs), output(outs), expected;
    ofa_fully_connected_f32_params_t params = {
        in, outs, 0.0f, INFINITY, weights.data(), bias.data()};
    for (int o = 0; o < outs; ++o) {
      float acc = bias[o];
      for (int i = 0; i < in; ++i)
        acc += input[i] * weights[i * outs + o];
      expected.push_back(std::max(acc, 0.0f));
    }
    ofa_fully_connected_f32(&params, input.data(), output.data());
    EXPECT_TRUE(sameBits(output, expected)) << outs;
  }
}

TEST(KernelsF32, BatchNorm) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    int pixels = random.in(1, 9), channels = random.in(1, 40);
    Floats input = randomFloats(random, pixels * channels), expected;
    Floats scale = randomFloats(random, channels),
           offset = randomFloats(random, channels),
           mean = randomFloats(random, channels),
           variance = randomFloats(random, channels);
    for (float &v : variance)
      v = std::ldexp(v * v, random.in(-60, 40));
    ofa_batch_norm_f32_params_t params = {
        pixels,       channels,      1e-5f,       -1.0f,          INFINITY,
        scale.data(), offset.data(), mean.data(), variance.data()};
    for (int i = 0; i < pixels * channels; ++i) {
      int c = i % channels;
      float factor = scale[c] / std::sqrt(variance[c] + 1e-5f);
      expected.push_back(
          clamp((input[i] - mean[c]) * factor + offset[c], -1.0f, INFINITY));
    }
    ofa_batch_norm_f32(&params, input.data(), input.data()); // in place
    EXPECT_TRUE(sameBits(input, expected)) << seed;
  }
}

/// The square root inside batch_norm, over the whole range of exponents.
TEST(KernelsF32, BatchNormSquareRoot) {
  Random random(1);
  for (int i = 0; i < 200000; ++i) {
    uint32_t bits = (static_cast<uint32_t>(random.in(0, 254)) << 23) |
                    static_cast<uint32_t>(random.in(0, (1 << 23) - 1));
    float variance, one = 1, zero = 0, output;
    std::memcpy(&variance, &bits, sizeof bits);
    float epsilon = 1.17549435e-38f;
    ofa_batch_norm_f32_params_t params = {1,     1,     epsilon, -INFINITY, INFINITY,
                                          &one,  &zero, &zero,   &variance};
    ofa_batch_norm_f32(&params, &one, &output);
    ASSERT_EQ(output, 1.0f / std::sqrt(variance + epsilon)) << bits;
  }
}

TEST(KernelsF32, Elementwise) {
  Random random(1);
  int pixels = 13, channels = 11, n = pixels * channels;
  Floats lhs = randomFloats(random, n), rhs = randomFloats(random, n);
  ofa_elementwise_f32_params_t params = {pixels, channels, -2.0f, 2.0f};
  using Kernel = void (*)(const ofa_elementwise_f32_params_t *, const float *,
                          const float *, float *);
  auto run = [&](Kernel kernel, bool repeats,
                 float (*definition)(float, float)) {
    Floats output = lhs, expected; // in place
    kernel(&params, output.data(), rhs.data(), output.data());
    for (int i = 0; i < n; ++i)
      expected.push_back(
          clamp(definition(lhs[i], rhs[repeats ? i % channels : i]), -2, 2));
    EXPECT_EQ(output, expected);
  };
  run(ofa_add_f32, false, [](float a, float b) { return a + b; });
  run(ofa_add_channels_f32, true, [](float a, float b) { return a + b; });
  run(ofa_sub_f32, false, [](float a, float b) { return a - b; });
  run(ofa_sub_channels_f32, true, [](float a, float b) { return a - b; });
  run(ofa_rsub_channels_f32, true, [](float a, float b) { return b - a; });
  run(ofa_mul_f32, false, [](float a, float b) { return a * b; });
  run(ofa_mul_channels_f32, true, [](float a, float b) { return a * b; });
}

TEST(KernelsF32, Activations) {
  for (int i = -1000; i <= 1000; ++i) {
    float x = static_cast<float>(i) / 100.0f, y;
    ofa_unary_f32_params_t params = {1};
    ofa_relu_f32(&params, &x, &y);
    EXPECT_EQ(y, std::max(x, 0.0f));
    ofa_relu6_f32(&params, &x, &y);
    EXPECT_EQ(y, clamp(x, 0, 6));
    float sigmoid = clamp(x + 3.0f, 0, 6) * (1.0f / 6.0f);
    ofa_hard_sigmoid_f32(&params, &x, &y);
    EXPECT_EQ(y, sigmoid);
    ofa_hard_swish_f32(&params, &x, &y);
    EXPECT_EQ(y, x * sigmoid);
  }
}

TEST(KernelsF32, LeakyRelu) {
  ofa_leaky_relu_f32_params_t params = {3, 0.1f};
  Floats values = {-2.0f, 0.0f, 3.0f};
  ofa_leaky_relu_f32(&params, values.data(), values.data());
  EXPECT_EQ(values, (Floats{-2.0f * 0.1f, 0.0f, 3.0f}));
}

TEST(KernelsF32, LogisticAndTanh) {
  ofa_unary_f32_params_t params = {1};
  // Bits of positive floats up to 87, and their opposites.
  for (uint32_t bits = 0; bits < 0x42ae0000u; bits += 4099) {
    float magnitude;
    std::memcpy(&magnitude, &bits, sizeof bits);
    for (float x : {magnitude, -magnitude}) {
      float y;
      ofa_logistic_f32(&params, &x, &y);
      double expected = 1.0 / (1.0 + std::exp(-static_cast<double>(x)));
      ASSERT_NEAR(y, expected, expected * 0.5 / (1 << 21)) << x;
      ofa_tanh_f32(&params, &x, &y);
      expected = std::tanh(static_cast<double>(x));
      ASSERT_NEAR(y, expected, std::abs(expected) * 0.5 / (1 << 21)) << x;
    }
  }
  for (float x : {90.0f, 1e30f, INFINITY})
    for (float sign : {1.0f, -1.0f}) {
      float signedX = sign * x, y;
      ofa_logistic_f32(&params, &signedX, &y);
      EXPECT_EQ(y, sign > 0 ? 1.0f : 0.0f);
      ofa_tanh_f32(&params, &signedX, &y);
      EXPECT_EQ(y, sign);
    }
}

TEST(KernelsF32, Mean) {
  Random random(1);
  int batches = 3, pixels = 17, channels = 21;
  Floats input = randomFloats(random, batches * pixels * channels);
  Floats output(batches * channels);
  ofa_mean_f32_params_t params = {batches, pixels, channels};
  ofa_mean_f32(&params, input.data(), output.data());
  for (int b = 0; b < batches; ++b)
    for (int c = 0; c < channels; ++c) {
      float sum = 0;
      for (int i = 0; i < pixels; ++i)
        sum += input[(b * pixels + i) * channels + c];
      EXPECT_EQ(output[b * channels + c], sum * (1.0f / 17.0f));
    }
}

TEST(KernelsF32, Softmax) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    int rows = random.in(1, 4), depth = random.in(1, 50);
    Floats input = randomFloats(random, rows * depth);
    for (float &x : input)
      x *= static_cast<float>(random.in(0, 12));
    ofa_softmax_f32_params_t params = {rows, depth, 1.0f};
    Floats output(input.size());
    ofa_softmax_f32(&params, input.data(), output.data());
    for (int r = 0; r < rows; ++r) {
      const float *x = &input[r * depth];
      float largest = *std::max_element(x, x + depth);
      auto exponential = [&](int i) {
        return std::exp(static_cast<double>(x[i] - largest)); // float difference
      };
      double sum = 0;
      for (int i = 0; i < depth; ++i)
        sum += exponential(i);
      for (int i = 0; i < depth; ++i) {
        double expected = exponential(i) / sum;
        EXPECT_NEAR(output[r * depth + i], expected, 1e-6 * expected + 1e-37);
      }
    }
  }
}

/// exp(x) is softmax({0, x})[1] / softmax({0, x})[0].
TEST(KernelsF32, SoftmaxExponential) {
  ofa_softmax_f32_params_t params = {1, 2, 1.0f};
  for (int i = 0; i <= 86000; ++i) {
    float input[2] = {0.0f, -static_cast<float>(i) / 1000.0f}, output[2];
    ofa_softmax_f32(&params, input, output);
    double expected = std::exp(static_cast<double>(input[1]));
    ASSERT_NEAR(output[1] / output[0], expected, expected * 2.0 / (1 << 23))
        << input[1];
  }
}

TEST(KernelsF32, SoftmaxBeta) {
  ofa_softmax_f32_params_t params = {1, 2, 0.25f};
  ofa_softmax_f32_params_t plain = {1, 2, 1.0f};
  for (int i = -100; i <= 100; ++i) {
    float input[2] = {static_cast<float>(i) / 4.0f, 3.0f}, output[2];
    float scaled[2] = {input[0] * 0.25f, 0.75f}, expected[2];
    ofa_softmax_f32(&params, input, output);
    ofa_softmax_f32(&plain, scaled, expected); // exact: a power of two
    EXPECT_EQ(output[0], expected[0]);
    EXPECT_EQ(output[1], expected[1]);
  }
}

TEST(KernelsF32, ConvertCameraBytes) {
  std::vector<uint8_t> input = {0, 128, 255, 10};
  Floats zero = {128, 100}, scale = {1.0f / 128, 0.5f}, output(4);
  ofa_convert_u8_f32_params_t params = {2, 2, zero.data(), scale.data()};
  ofa_convert_u8_f32(&params, input.data(), output.data());
  EXPECT_EQ(output, (Floats{-1.0f, 14.0f, 127.0f / 128, -45.0f}));
}

} // namespace
