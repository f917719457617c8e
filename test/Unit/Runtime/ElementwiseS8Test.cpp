//===- ElementwiseS8Test.cpp - int8 kernels without windows ---------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "ofa_kernels_s8.h"

#include <gtest/gtest.h>

using namespace oracle;

namespace {

template <typename P>
void setOutput(P &params, const Output &out) {
  params.output_zero_point = static_cast<int8_t>(out.zeroPoint);
  params.activation_min = static_cast<int8_t>(out.low);
  params.activation_max = static_cast<int8_t>(out.high);
}

int32_t randomMultiplier(Random &random) {
  return (1 << 30) + random.in(0, (1 << 30) - 1);
}

TEST(ElementwiseS8, FullyConnected) {
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int in = random.in(1, 300), outs = random.in(1, 40);
    Bytes input = random.bytes(in), weights = random.bytes(in * outs);
    Channels channels = random.channels(outs, 255 * 128 * in);
    int inZero = random.zeroPoint();
    Output out = random.output();
    Words bias = channels.bias;
    for (int o = 0; o < outs; ++o)
      for (int i = 0; i < in; ++i)
        bias[o] -= inZero * weights[o * in + i];
    Bytes packed = packDense(weights, outs, in);
    ofa_fully_connected_s8_params_t params = {};
    params.in_features = in;
    params.out_features = outs;
    setOutput(params, out);
    params.weights = packed.data();
    params.bias = bias.data();
    params.multiplier = channels.multiplier.data();
    params.shift = channels.shift.data();
    ofa_window_t w = {1, 1, (int16_t)in, 1, 1, (int16_t)outs, 1, 1, 1, 1, 0, 0};
    for (int mode = 0; mode < 2; ++mode) {
      Bytes expected = conv2d(w, input, inZero, weights, channels, out,
                              static_cast<Rounding>(mode));
      Bytes output(outs);
      (mode ? ofa_fully_connected_s8_double
            : ofa_fully_connected_s8_single)(&params, input.data(),
                                             output.data());
      EXPECT_EQ(output, expected);
    }
  }
}

/// Runs f(lhs, rhs, output) apart and in place of each operand.
template <typename F>
void checkBinary(const Bytes &lhs, const Bytes &rhs, const Bytes &expected,
                 bool inPlaceRhs, F f) {
  Bytes output(lhs.size());
  f(lhs.data(), rhs.data(), output.data());
  EXPECT_EQ(output, expected);
  Bytes left = lhs;
  f(left.data(), rhs.data(), left.data());
  EXPECT_EQ(left, expected);
  if (!inPlaceRhs)
    return;
  Bytes right = rhs;
  f(lhs.data(), right.data(), right.data());
  EXPECT_EQ(right, expected);
}

TEST(ElementwiseS8, Add) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    // All pairs of values.
    Bytes lhs, rhs;
    for (int i = -128; i < 128; ++i)
      for (int j = -128; j < 128; ++j) {
        lhs.push_back(static_cast<int8_t>(i));
        rhs.push_back(static_cast<int8_t>(j));
      }
    Output out = random.output();
    ofa_add_s8_params_t params = {};
    params.count = static_cast<int32_t>(lhs.size());
    params.lhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    params.rhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    // The larger input has the factor 1/2, the other one less.
    params.lhs_multiplier = seed % 2 ? 1 << 30 : randomMultiplier(random);
    params.lhs_shift = static_cast<int8_t>(seed % 2 ? 0 : -random.in(1, seed % 7 ? 8 : 31));
    params.rhs_multiplier = seed % 2 ? randomMultiplier(random) : 1 << 30;
    params.rhs_shift = static_cast<int8_t>(seed % 2 ? -random.in(1, seed % 7 ? 8 : 31) : 0);
    params.output_multiplier = randomMultiplier(random);
    params.output_shift = static_cast<int8_t>(-random.in(seed % 9 ? 10 : 0, 22));
    setOutput(params, out);
    for (int mode = 0; mode < 2; ++mode) {
      auto rounding = static_cast<Rounding>(mode);
      Bytes expected;
      for (size_t i = 0; i < lhs.size(); ++i) {
        int64_t a = scale((int64_t)(lhs[i] - params.lhs_zero_point) * (1 << 20),
                          params.lhs_multiplier, params.lhs_shift, rounding);
        int64_t b = scale((int64_t)(rhs[i] - params.rhs_zero_point) * (1 << 20),
                          params.rhs_multiplier, params.rhs_shift, rounding);
        expected.push_back(finish(scale(a + b, params.output_multiplier,
                                        params.output_shift, rounding),
                                  out));
      }
      auto kernel = mode ? ofa_add_s8_double : ofa_add_s8_single;
      checkBinary(lhs, rhs, expected, true,
                  [&](const int8_t *l, const int8_t *r, int8_t *o) {
                    kernel(&params, l, r, o);
                  });
    }
  }
}

/// Of all pairs of bytes, and of a right side that is repeated.
TEST(ElementwiseS8, LinearSum) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Output out = random.output();
    ofa_linear_sum_s8_params_t params = {};
    params.shift = static_cast<int8_t>(random.in(0, 31));
    params.lhs_factor = random.in(-(1 << 21), 1 << 21);
    params.rhs_factor = random.in(-(1 << 21), 1 << 21);
    params.offset = random.in(-(1 << 30), 1 << 30);
    params.activation_min = static_cast<int8_t>(out.low);
    params.activation_max = static_cast<int8_t>(out.high);
    params.channels = 256;
    params.count = 256 * 256;
    Bytes lhs, rhs, expected;
    for (int i = -128; i < 128; ++i)
      for (int j = -128; j < 128; ++j) {
        lhs.push_back(static_cast<int8_t>(i));
        rhs.push_back(static_cast<int8_t>(j));
        int64_t sum = (int64_t)i * params.lhs_factor +
                      (int64_t)j * params.rhs_factor + params.offset;
        expected.push_back(static_cast<int8_t>(std::clamp<int64_t>(
            floorDivide(sum, (int64_t)1 << params.shift), out.low, out.high)));
      }
    checkBinary(lhs, rhs, expected, true,
                [&](const int8_t *l, const int8_t *r, int8_t *o) {
                  ofa_linear_sum_s8(&params, l, r, o);
                });
    Bytes row(rhs.begin(), rhs.begin() + 256);
    checkBinary(lhs, row, expected, false,
                [&](const int8_t *l, const int8_t *r, int8_t *o) {
                  ofa_linear_sum_channels_s8(&params, l, r, o);
                });
  }
}

using SumKernel = void (*)(const ofa_add_s8_params_t *, const int8_t *,
                           const int8_t *, int8_t *);
struct Sum {
  SumKernel kernels[2]; // single, double
  bool repeats;
  int lhsSign, rhsSign;
};
#define SUM(name, repeats, lhs, rhs)                                           \
  { {ofa_##name##_s8_single, ofa_##name##_s8_double}, repeats, lhs, rhs }

TEST(ElementwiseS8, SumsAndDifferences) {
  const Sum sums[] = {SUM(add, false, 1, 1), SUM(add_channels, true, 1, 1),
                      SUM(sub, false, 1, -1), SUM(sub_channels, true, 1, -1),
                      SUM(rsub_channels, true, -1, 1)};
  for (unsigned seed = 0; seed < 500 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int pixels = random.in(1, 30), channels = random.in(1, seed % 3 ? 30 : 1);
    int count = pixels * channels;
    Output out = random.output();
    ofa_add_s8_params_t params = {};
    params.count = count;
    params.channels = channels;
    params.lhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    params.rhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    params.lhs_multiplier = seed % 2 ? 1 << 30 : randomMultiplier(random);
    params.lhs_shift = static_cast<int8_t>(seed % 2 ? 0 : -random.in(1, 8));
    params.rhs_multiplier = seed % 2 ? randomMultiplier(random) : 1 << 30;
    params.rhs_shift = static_cast<int8_t>(seed % 2 ? -random.in(1, 8) : 0);
    params.output_multiplier = seed % 11 ? randomMultiplier(random) : 0;
    params.output_shift =
        static_cast<int8_t>(-random.in(seed % 9 ? 10 : 0, 22));
    setOutput(params, out);
    for (const Sum &sum : sums)
      for (int mode = 0; mode < 2; ++mode) {
        auto rounding = static_cast<Rounding>(mode);
        Bytes lhs = random.bytes(count);
        Bytes rhs = random.bytes(sum.repeats ? channels : count);
        auto operand = [&](int value, int zero, int32_t multiplier, int shift) {
          return scale((int64_t)(value - zero) * (1 << 20), multiplier, shift,
                       rounding);
        };
        Bytes expected;
        for (int i = 0; i < count; ++i) {
          int64_t a = operand(lhs[i], params.lhs_zero_point,
                              params.lhs_multiplier, params.lhs_shift);
          int64_t b = operand(rhs[sum.repeats ? i % channels : i],
                              params.rhs_zero_point, params.rhs_multiplier,
                              params.rhs_shift);
          expected.push_back(finish(scale(sum.lhsSign * a + sum.rhsSign * b,
                                          params.output_multiplier,
                                          params.output_shift, rounding),
                                    out));
        }
        checkBinary(lhs, rhs, expected, !sum.repeats,
                    [&](const int8_t *l, const int8_t *r, int8_t *o) {
                      sum.kernels[mode](&params, l, r, o);
                    });
      }
  }
}

TEST(ElementwiseS8, Mul) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int pixels = random.in(1, 30), channels = random.in(1, 30);
    Bytes lhs = random.bytes(pixels * channels);
    Bytes rhs = random.bytes(pixels * channels);
    Output out = random.output();
    ofa_mul_s8_params_t params = {};
    params.pixels = pixels;
    params.channels = channels;
    params.multiplier = seed % 13 ? randomMultiplier(random) : 0;
    params.shift = static_cast<int8_t>(random.in(-12, 3));
    params.lhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    params.rhs_zero_point = static_cast<int8_t>(random.zeroPoint());
    setOutput(params, out);
    for (int mode = 0; mode < 2; ++mode)
      for (bool broadcast : {false, true}) {
        Bytes expected;
        for (int i = 0; i < pixels * channels; ++i) {
          int64_t product =
              (lhs[i] - params.lhs_zero_point) *
              (rhs[broadcast ? i % channels : i] - params.rhs_zero_point);
          expected.push_back(finish(scale(product, params.multiplier,
                                          params.shift,
                                          static_cast<Rounding>(mode)),
                                    out));
        }
        auto kernel = broadcast ? (mode ? ofa_mul_channels_s8_double
                                        : ofa_mul_channels_s8_single)
                                : (mode ? ofa_mul_s8_double
                                        : ofa_mul_s8_single);
        checkBinary(lhs, rhs, expected, !broadcast,
                    [&](const int8_t *l, const int8_t *r, int8_t *o) {
                      kernel(&params, l, r, o);
                    });
      }
  }
}

TEST(ElementwiseS8, Mean) {
  for (unsigned seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    int pixels = random.in(1, 200), channels = random.in(1, 20);
    int batches = random.in(1, 3);
    Bytes input = random.bytes(batches * pixels * channels);
    Output out = random.output();
    // TFLite's way of folding 1 / pixels into the factor.
    int32_t multiplier = randomMultiplier(random);
    int shift = random.in(-3, 1);
    int k = std::min(63 - __builtin_clzll(static_cast<uint64_t>(pixels)), 32);
    k = std::min(k, 31 + shift);
    ofa_mean_s8_params_t params = {};
    params.batches = batches;
    params.pixels = pixels;
    params.channels = channels;
    params.multiplier =
        static_cast<int32_t>(((int64_t)multiplier << k) / pixels);
    params.shift = static_cast<int8_t>(shift - k);
    params.input_zero_point = static_cast<int8_t>(random.zeroPoint());
    setOutput(params, out);
    for (int mode = 0; mode < 2; ++mode) {
      Bytes expected;
      for (int c = 0; c < batches * channels; ++c) {
        int64_t sum = 0;
        for (int i = 0; i < pixels; ++i)
          sum += input[(c / channels * pixels + i) * channels + c % channels] -
                 params.input_zero_point;
        expected.push_back(finish(scale(sum, params.multiplier, params.shift,
                                        static_cast<Rounding>(mode)),
                                  out));
      }
      auto kernel = mode ? ofa_mean_s8_double : ofa_mean_s8_single;
      Bytes output(batches * channels);
      kernel(&params, input.data(), output.data());
      EXPECT_EQ(output, expected);
      Bytes buffer = input;
      kernel(&params, buffer.data(), buffer.data());
      buffer.resize(batches * channels);
      EXPECT_EQ(buffer, expected);
    }
  }
}

TEST(ElementwiseS8, RequantizeOverAllShifts) {
  Bytes input;
  for (int i = -128; i < 128; ++i)
    input.push_back(static_cast<int8_t>(i));
  for (int shift = -31; shift <= 22; ++shift) {
    SCOPED_TRACE(shift);
    Random random(static_cast<unsigned>(shift + 100));
    Output out = random.output();
    ofa_requantize_s8_params_t params = {};
    params.count = 256;
    params.multiplier = shift % 3 ? randomMultiplier(random) : INT32_MAX;
    params.shift = static_cast<int8_t>(shift);
    params.input_zero_point = static_cast<int8_t>(random.zeroPoint());
    setOutput(params, out);
    for (int mode = 0; mode < 2; ++mode) {
      Bytes expected;
      for (int8_t value : input)
        expected.push_back(finish(scale(value - params.input_zero_point,
                                        params.multiplier, shift,
                                        static_cast<Rounding>(mode)),
                                  out));
      Bytes output = input; // in place
      (mode ? ofa_requantize_s8_double
            : ofa_requantize_s8_single)(&params, output.data(), output.data());
      EXPECT_EQ(output, expected);
    }
  }
}

TEST(ElementwiseS8, Lut) {
  Random random(1);
  Bytes table = random.bytes(256), input = random.bytes(1000), expected;
  for (int8_t value : input)
    expected.push_back(table[value + 128]);
  ofa_lut_s8_params_t params = {1000, table.data()};
  Bytes output = input;
  ofa_lut_s8(&params, output.data(), output.data());
  EXPECT_EQ(output, expected);
}

TEST(ElementwiseS8, ConvertCameraBytes) {
  std::vector<uint8_t> input(256);
  for (int i = 0; i < 256; ++i)
    input[i] = static_cast<uint8_t>(i);
  ofa_convert_u8_s8_params_t params = {256};
  ofa_convert_u8_s8(&params, input.data(),
                    reinterpret_cast<int8_t *>(input.data()));
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(static_cast<int8_t>(input[i]), i - 128);
}

TEST(ElementwiseS8, Quantize) {
  ofa_quantize_params_t params = {1, 0.125f, -5};
  auto quantize = [&](float x) {
    int8_t q;
    ofa_quantize_f32_s8(&params, &x, &q);
    return static_cast<int>(q);
  };
  for (int i = -4000; i <= 4000; ++i) {
    float x = static_cast<float>(i) / 128.0f;
    int expected = std::clamp(static_cast<int>(std::round(x / 0.125f)) - 5,
                              -128, 127);
    EXPECT_EQ(quantize(x), expected) << x;
  }
  EXPECT_EQ(quantize(0.49999997f * 0.125f), -5);
  EXPECT_EQ(quantize(1e30f), 127);
  EXPECT_EQ(quantize(-INFINITY), -128);
  EXPECT_EQ(quantize(NAN), -5);

  for (int i = -128; i < 128; ++i) {
    int8_t q = static_cast<int8_t>(i);
    float x;
    ofa_dequantize_s8_f32(&params, &q, &x);
    EXPECT_EQ(x, 0.125f * static_cast<float>(i + 5));
    EXPECT_EQ(quantize(x), i);
  }
}

/// The table that the compiler makes, from the real exponential.
Words expTable(double scale) {
  Words table;
  for (int d = 0; d < 256; ++d)
    table.push_back(static_cast<int32_t>(
        std::min(std::exp(-d * scale) * 2147483648.0, 2147483647.0)));
  return table;
}

TEST(ElementwiseS8, SoftmaxIsClose) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Random random(seed);
    int rows = random.in(1, 4), depth = random.in(1, 300);
    double scale = random.in(1, 100) / 500.0;
    Words table = expTable(scale);
    Bytes input = random.bytes(rows * depth);
    ofa_softmax_s8_params_t params = {rows, depth, table.data()};
    Bytes output = input; // in place
    ofa_softmax_s8(&params, output.data(), output.data());
    for (int r = 0; r < rows; ++r) {
      double sum = 0;
      for (int i = 0; i < depth; ++i)
        sum += std::exp(input[r * depth + i] * scale);
      for (int i = 0; i < depth; ++i) {
        double p = std::exp(input[r * depth + i] * scale) / sum;
        EXPECT_NEAR(output[r * depth + i], std::min(p * 256 - 128, 127.0),
                    0.51 + p);
      }
    }
  }
}

TEST(ElementwiseS8, SoftmaxOfManyEqualValues) {
  Words table = expTable(0.1);
  for (int depth : {511, 512, 1000, 4095}) {
    Bytes input(depth, 5), output(depth);
    ofa_softmax_s8_params_t params = {1, depth, table.data()};
    ofa_softmax_s8(&params, input.data(), output.data());
    for (int8_t value : output)
      EXPECT_LE(value, -127);
  }
}

} // namespace
