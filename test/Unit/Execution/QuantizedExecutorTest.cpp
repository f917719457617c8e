//===- QuantizedExecutorTest.cpp - The evaluator against the kernels ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two implementations that share no code: the evaluator of `ofa` IR, and the
// runtime's kernels with factors from the compiler's derivations. Both must
// give the same bytes.
//
//===----------------------------------------------------------------------===//

#include "NetworkText.h"
#include "ofa/Quantization/ActivationTables.h"
#include "ofa_kernels_s8.h"
#include "llvm/Support/FormatVariadic.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;
using llvm::formatv;

namespace {
/// A random scale and zero point.
struct RandomScale : QuantizedScale {
  explicit RandomScale(Numbers &numbers)
      : QuantizedScale{double(float(numbers.between(1, 4000)) / 16384),
                       int32_t(numbers.between(-128, 127))} {}
  std::string getType() const {
    return formatv("!quant.uniform<i8:f32, {0}:{1}>", formatReal(scale),
                   zeroPoint);
  }
  static std::string formatReal(double value) {
    return formatv("{0:e17}", value);
  }
};

/// Geometry of a random layer with a window, without dilation.
struct RandomWindow {
  ofa_window_t window;
  int64_t padBottom, padRight;

  RandomWindow(Numbers &numbers, int64_t in, int64_t out) {
    int64_t height = numbers.between(1, 9), width = numbers.between(1, 9);
    int64_t kh, kw, sh, sw, pad[4], spareHeight, spareWidth;
    do {
      kh = numbers.between(1, 5), kw = numbers.between(1, 5);
      sh = numbers.between(1, 3), sw = numbers.between(1, 3);
      for (int side = 0; side != 4; ++side)
        pad[side] = numbers.between(0, side % 2 ? kw - 1 : kh - 1);
      spareHeight = height + pad[0] + pad[2] - kh;
      spareWidth = width + pad[1] + pad[3] - kw;
      // Pooling windows with no tap in the image have no value.
    } while (spareHeight < 0 || spareWidth < 0 ||
             spareHeight / sh * sh - pad[0] >= height ||
             spareWidth / sw * sw - pad[1] >= width);
    window = {int16_t(height),
              int16_t(width),
              int16_t(in),
              int16_t(spareHeight / sh + 1),
              int16_t(spareWidth / sw + 1),
              int16_t(out),
              uint8_t(kh),
              uint8_t(kw),
              uint8_t(sh),
              uint8_t(sw),
              uint8_t(pad[0]),
              uint8_t(pad[1])};
    padBottom = pad[2], padRight = pad[3];
  }
  size_t getInputSize() const {
    return size_t(window.in_height) * window.in_width * window.in_channels;
  }
  size_t getResultSize() const {
    return size_t(window.out_height) * window.out_width * window.out_channels;
  }
  std::string getInputType(const RandomScale &scale) const {
    return formatv("tensor<1x{0}x{1}x{2}x{3}>", window.in_height,
                   window.in_width, window.in_channels, scale.getType());
  }
  std::string getResultType(const RandomScale &scale) const {
    return formatv("tensor<1x{0}x{1}x{2}x{3}>", window.out_height,
                   window.out_width, window.out_channels, scale.getType());
  }
  std::string getAttributes() const {
    return formatv("strides = array<i64: {0}, {1}>, pad = array<i64: {2}, {3}, "
                   "{4}, {5}>",
                   window.stride_height, window.stride_width, window.pad_top,
                   window.pad_left, padBottom, padRight);
  }
};

const char *const kActivations[] = {"none", "relu", "relu6"};
const float kActivationMin[] = {-INFINITY, 0, 0};
const float kActivationMax[] = {INFINITY, INFINITY, 6};
const char *const kRoundings[] = {"single", "double"};

class QuantizedExecutor : public ::testing::TestWithParam<int> {
protected:
  /// Runs `op` on `input` and expects `expected`.
  void expectSame(const std::string &inputType, const std::string &resultType,
                  const std::string &op, ArrayRef<int8_t> input,
                  ArrayRef<int8_t> expected) {
    std::string text =
        formatv("func.func @f(%x: {0}) -> {1} {{\n{2}\nreturn %y : {1}\n}",
                inputType, resultType, op);
    Network network(*context, text);
    ASSERT_TRUE(network.module);
    Tensor result = network.getExecutor().run(Tensor(input.vec()));
    ASSERT_EQ(result.ints(), expected) << text.substr(0, 3000);
  }
  bool isDouble() const { return GetParam() == 1; }
  std::string getRounding() const {
    return formatv("rounding = #ofa.rounding<{0}>", kRoundings[GetParam()]);
  }

  std::unique_ptr<MLIRContext> context = makeContext();
};

/// Random weights, biases and scales of a layer with weights of `fanIn` inputs
/// per output channel.
struct RandomLayer {
  RandomScale in, out;
  int activation;
  std::vector<int8_t> weights; // OHWI
  std::vector<int32_t> bias;
  std::vector<double> scales;
  // What kernels take.
  std::vector<int32_t> foldedBias, multiplier;
  std::vector<int8_t> shift;
  QuantizedRange range;

  RandomLayer(Numbers &numbers, int64_t channels, int64_t fanIn)
      : in(numbers), out(numbers), activation(int(numbers.between(0, 2))),
        weights(numbers.ints(channels * fanIn, -127, 127)) {
    range = deriveActivationRange(kActivationMin[activation],
                                  kActivationMax[activation], out);
    for (int64_t o = 0; o != channels; ++o) {
      bias.push_back(int32_t(numbers.between(-30000, 30000)));
      scales.push_back(float(numbers.between(1, 1000)) / 65536);
      int32_t sum = 0;
      for (int64_t i = 0; i != fanIn; ++i)
        sum += weights[o * fanIn + i];
      foldedBias.push_back(bias[o] - in.zeroPoint * sum);
      Multiplier m = quantizeMultiplier(
          getConvolutionFactor(in.scale, scales[o], out.scale));
      multiplier.push_back(m.multiplier);
      shift.push_back(m.shift);
    }
  }
  template <typename Params>
  void fill(Params &params) const {
    params.output_zero_point = int8_t(out.zeroPoint);
    params.activation_min = range.min;
    params.activation_max = range.max;
    params.bias = foldedBias.data();
    params.multiplier = multiplier.data();
    params.shift = shift.data();
  }
  std::string getWeightType(const std::string &shape, int axis) const {
    std::string list;
    for (double scale : scales)
      list += (list.empty() ? "" : ", ") + RandomScale::formatReal(scale);
    return formatv("tensor<{0}x!quant.uniform<i8<-127:127>:f32:{1}, {{{2}}>>",
                   shape, axis, list);
  }
  std::string getConstants(const std::string &weightType,
                           ArrayRef<int8_t> values) const {
    return formatv(
        "%w = ofa.constant \"w\" : {0} = dense<\"{1}\">\n"
        "%b = ofa.constant \"b\" : tensor<{2}xi32> = dense<\"{3}\">\n",
        weightType, toHex<int8_t>(values), bias.size(), toHex<int32_t>(bias));
  }
};

/// Weights as ofa_conv2d_s8 takes them: blocks of 4 output channels.
std::vector<int8_t> layOutBlocks(ArrayRef<int8_t> weights, int64_t channels,
                                 int64_t fanIn) {
  std::vector<int8_t> result(weights.size());
  for (int64_t o = 0; o != channels; ++o) {
    int64_t block = o / 4 * 4, size = std::min<int64_t>(4, channels - block);
    for (int64_t i = 0; i != fanIn; ++i)
      result[block * fanIn + i * size + o - block] = weights[o * fanIn + i];
  }
  return result;
}
} // namespace

INSTANTIATE_TEST_SUITE_P(Roundings, QuantizedExecutor, ::testing::Values(0, 1),
                         [](const auto &info) {
                           return kRoundings[info.param];
                         });

TEST_P(QuantizedExecutor, Conv2D) {
  Numbers numbers(10);
  for (int round = 0; round != 60; ++round) {
    int64_t in = numbers.between(1, 9), out = numbers.between(1, 9);
    RandomWindow geometry(numbers, in, out);
    const ofa_window_t &window = geometry.window;
    int64_t taps = window.kernel_height * window.kernel_width;
    RandomLayer layer(numbers, out, taps * in);
    std::vector<int8_t> input = numbers.ints(geometry.getInputSize());
    ofa_conv2d_s8_params_t params = {};
    params.window = window;
    params.input_zero_point = int8_t(layer.in.zeroPoint);
    std::vector<int8_t> blocks = layOutBlocks(layer.weights, out, taps * in);
    params.weights = blocks.data();
    layer.fill(params);
    std::vector<int8_t> expected(geometry.getResultSize());
    (isDouble() ? ofa_conv2d_s8_double
                : ofa_conv2d_s8_single)(&params, input.data(), expected.data());

    std::string weightType = layer.getWeightType(
        formatv("{0}x{1}x{2}x{3}", out, window.kernel_height,
                window.kernel_width, in),
        0);
    std::string from = geometry.getInputType(layer.in);
    std::string to = geometry.getResultType(layer.out);
    expectSame(
        from, to,
        layer.getConstants(weightType, layer.weights) +
            formatv("%y = ofa.conv2d \"c\" %x, %w, %b {{{0}, {1}, activation "
                    "= #ofa.activation<{2}>} : ({3}, {4}, tensor<{5}xi32>) "
                    "-> {6}",
                    geometry.getAttributes(), getRounding(),
                    kActivations[layer.activation], from, weightType, out, to)
                .str(),
        input, expected);
  }
}

TEST_P(QuantizedExecutor, DepthwiseConv2D) {
  Numbers numbers(11);
  for (int round = 0; round != 60; ++round) {
    int64_t in = numbers.between(1, 9), out = in * numbers.between(1, 2);
    RandomWindow geometry(numbers, in, out);
    const ofa_window_t &window = geometry.window;
    int64_t taps = window.kernel_height * window.kernel_width;
    RandomLayer layer(numbers, out, taps); // [out][taps], as the kernel's
    std::vector<int8_t> input = numbers.ints(geometry.getInputSize());
    ofa_depthwise_conv2d_s8_params_t params = {};
    params.window = window;
    params.input_zero_point = int8_t(layer.in.zeroPoint);
    params.weights = layer.weights.data();
    layer.fill(params);
    std::vector<int8_t> expected(geometry.getResultSize());
    (isDouble() ? ofa_depthwise_conv2d_s8_double
                : ofa_depthwise_conv2d_s8_single)(&params, input.data(),
                                                  expected.data());

    std::vector<int8_t> transposed(layer.weights.size());
    for (int64_t o = 0; o != out; ++o)
      for (int64_t tap = 0; tap != taps; ++tap)
        transposed[tap * out + o] = layer.weights[o * taps + tap];
    std::string weightType =
        layer.getWeightType(formatv("1x{0}x{1}x{2}", window.kernel_height,
                                    window.kernel_width, out),
                            3);
    std::string from = geometry.getInputType(layer.in);
    std::string to = geometry.getResultType(layer.out);
    expectSame(
        from, to,
        layer.getConstants(weightType, transposed) +
            formatv("%y = ofa.depthwise_conv2d \"c\" %x, %w, %b {{{0}, {1}, "
                    "activation = #ofa.activation<{2}>} : ({3}, {4}, "
                    "tensor<{5}xi32>) -> {6}",
                    geometry.getAttributes(), getRounding(),
                    kActivations[layer.activation], from, weightType, out, to)
                .str(),
        input, expected);
  }
}

TEST_P(QuantizedExecutor, FullyConnected) {
  Numbers numbers(12);
  for (int round = 0; round != 40; ++round) {
    int64_t in = numbers.between(1, 40), out = numbers.between(1, 12);
    RandomLayer layer(numbers, out, in);
    std::vector<int8_t> input = numbers.ints(in), expected(out);
    std::vector<int8_t> blocks = layOutBlocks(layer.weights, out, in);
    ofa_fully_connected_s8_params_t params = {};
    params.in_features = int32_t(in);
    params.out_features = int32_t(out);
    params.weights = blocks.data();
    layer.fill(params);
    (isDouble() ? ofa_fully_connected_s8_double
                : ofa_fully_connected_s8_single)(&params, input.data(),
                                                 expected.data());
    std::string weightType =
        layer.getWeightType(formatv("{0}x{1}", out, in), 0);
    std::string from = formatv("tensor<1x{0}x{1}>", in, layer.in.getType());
    std::string to = formatv("tensor<1x{0}x{1}>", out, layer.out.getType());
    expectSame(from, to,
               layer.getConstants(weightType, layer.weights) +
                   formatv("%y = ofa.fully_connected \"fc\" %x, %w, %b {{{0}, "
                           "activation = #ofa.activation<{1}>} : ({2}, {3}, "
                           "tensor<{4}xi32>) -> {5}",
                           getRounding(), kActivations[layer.activation], from,
                           weightType, out, to)
                       .str(),
               input, expected);
  }
}

TEST_P(QuantizedExecutor, AddAndMul) {
  Numbers numbers(13);
  for (int round = 0; round != 60; ++round) {
    bool isAdd = round % 2;
    bool channels = !isAdd && numbers.between(0, 1);
    RandomScale lhs(numbers), rhs(numbers), out(numbers);
    int activation = int(numbers.between(0, 2));
    QuantizedRange range = deriveActivationRange(
        kActivationMin[activation], kActivationMax[activation], out);
    // The right side is a constant, so that the function has one argument.
    std::vector<int8_t> a = numbers.ints(48),
                        b = numbers.ints(channels ? 3 : 48);
    std::vector<int8_t> expected(48);
    if (isAdd) {
      AddFactors factors = deriveAddFactors(lhs.scale, rhs.scale, out.scale);
      ofa_add_s8_params_t params = {48,
                                    48,
                                    factors.lhs.multiplier,
                                    factors.rhs.multiplier,
                                    factors.output.multiplier,
                                    factors.lhs.shift,
                                    factors.rhs.shift,
                                    factors.output.shift,
                                    int8_t(lhs.zeroPoint),
                                    int8_t(rhs.zeroPoint),
                                    int8_t(out.zeroPoint),
                                    range.min,
                                    range.max};
      (isDouble() ? ofa_add_s8_double : ofa_add_s8_single)(
          &params, a.data(), b.data(), expected.data());
    } else {
      Multiplier m = deriveMulFactor(lhs.scale, rhs.scale, out.scale);
      ofa_mul_s8_params_t params = {16,
                                    3,
                                    m.multiplier,
                                    m.shift,
                                    int8_t(lhs.zeroPoint),
                                    int8_t(rhs.zeroPoint),
                                    int8_t(out.zeroPoint),
                                    range.min,
                                    range.max};
      auto *kernel = channels
                         ? (isDouble() ? ofa_mul_channels_s8_double
                                       : ofa_mul_channels_s8_single)
                         : (isDouble() ? ofa_mul_s8_double : ofa_mul_s8_single);
      kernel(&params, a.data(), b.data(), expected.data());
    }
    std::string from = formatv("tensor<1x4x4x3x{0}>", lhs.getType());
    std::string side =
        formatv(channels ? "tensor<1x1x1x3x{0}>" : "tensor<1x4x4x3x{0}>",
                rhs.getType());
    std::string to = formatv("tensor<1x4x4x3x{0}>", out.getType());
    expectSame(from, to,
               formatv("%b = ofa.constant \"b\" : {0} = dense<\"{1}\">\n"
                       "%y = ofa.{2} \"op\" %x, %b {{{3}, activation = "
                       "#ofa.activation<{4}>} : ({5}, {0}) -> {6}",
                       side, toHex<int8_t>(b), isAdd ? "add" : "mul",
                       getRounding(), kActivations[activation], from, to)
                   .str(),
               a, expected);
  }
}

TEST_P(QuantizedExecutor, Mean) {
  Numbers numbers(14);
  for (int round = 0; round != 40; ++round) {
    RandomScale in(numbers), out(numbers);
    int64_t height = numbers.between(1, 20), width = numbers.between(1, 20);
    std::vector<int8_t> input = numbers.ints(height * width * 5), expected(5);
    Multiplier m = deriveMeanFactor(in.scale, out.scale, height * width);
    ofa_mean_s8_params_t params = {1,
                                   int32_t(height * width),
                                   5,
                                   m.multiplier,
                                   m.shift,
                                   int8_t(in.zeroPoint),
                                   int8_t(out.zeroPoint),
                                   -128,
                                   127};
    (isDouble() ? ofa_mean_s8_double
                : ofa_mean_s8_single)(&params, input.data(), expected.data());
    std::string from =
        formatv("tensor<1x{0}x{1}x5x{2}>", height, width, in.getType());
    std::string to = formatv("tensor<1x5x{0}>", out.getType());
    expectSame(from, to,
               formatv("%y = ofa.mean \"m\" %x {{{0}} : ({1}) -> {2}",
                       getRounding(), from, to),
               input, expected);
  }
}

TEST_P(QuantizedExecutor, Pools) {
  Numbers numbers(15);
  for (int round = 0; round != 60; ++round) {
    bool average = round % 2;
    RandomWindow geometry(numbers, 3, 3);
    RandomScale scale(numbers);
    int activation = int(numbers.between(0, 2));
    QuantizedRange range = deriveActivationRange(
        kActivationMin[activation], kActivationMax[activation], scale);
    std::vector<int8_t> input = numbers.ints(geometry.getInputSize());
    std::vector<int8_t> expected(geometry.getResultSize());
    ofa_pool2d_s8_params_t params = {geometry.window, range.min, range.max};
    (average ? ofa_avg_pool2d_s8 : ofa_max_pool2d_s8)(&params, input.data(),
                                                      expected.data());
    std::string from = geometry.getInputType(scale);
    std::string to = geometry.getResultType(scale);
    expectSame(
        from, to,
        formatv("%y = ofa.{0}_pool2d \"p\" %x {{filter = array<i64: {1}, {2}>, "
                "{3}, activation = #ofa.activation<{4}>} : ({5}) -> {6}",
                average ? "avg" : "max", geometry.window.kernel_height,
                geometry.window.kernel_width, geometry.getAttributes(),
                kActivations[activation], from, to),
        input, expected);
  }
}

TEST_P(QuantizedExecutor, UnaryTables) {
  Numbers numbers(16);
  std::vector<int8_t> input(256), expected(256);
  for (int i = 0; i != 256; ++i)
    input[i] = int8_t(i - 128);
  RequantRounding rounding =
      isDouble() ? RequantRounding::Double : RequantRounding::Single;
  const QuantizedScale logistic = {1.0 / 256, -128}, tanh = {1.0 / 128, 0};
  auto clamp = [&](float largest, QuantizedScale in, QuantizedScale out) {
    return makeClampTable(in, out, deriveActivationRange(0, largest, out),
                          rounding);
  };
  for (int round = 0; round != 140; ++round) {
    RandomScale in(numbers), out(numbers);
    QuantizedScale from = in, to = out;
    std::string attributes = "{" + getRounding() + "}";
    std::string name;
    Int8Table table;
    switch (round % 7) {
    case 0:
      name = "relu";
      table = clamp(INFINITY, from, to);
      break;
    case 1:
      name = "relu6";
      table = clamp(6, from, to);
      break;
    case 2: {
      float alpha = float(numbers.between(0, 100)) / 50;
      name = "leaky_relu";
      table = makeLeakyReluTable(alpha, from, to, rounding);
      attributes =
          formatv("{{alpha = {0:e8} : f32, {1}}", alpha, getRounding());
      break;
    }
    case 3:
      name = "logistic";
      to = logistic;
      table = makeLogisticTable(from, rounding);
      break;
    case 4:
      name = "tanh";
      to = tanh;
      table = makeTanhTable(from, rounding);
      break;
    case 5:
      name = "hard_swish";
      if (to.scale * 128 <= from.scale)
        continue;
      table = makeHardSwishTable(from, to);
      attributes = "";
      break;
    case 6:
      name = "hard_sigmoid";
      table = makeHardSigmoidTable(from, to);
      attributes = "";
      break;
    }
    ofa_lut_s8_params_t params = {256, table.data()};
    ofa_lut_s8(&params, input.data(), expected.data());
    std::string fromType = formatv("tensor<1x256x{0}>", in.getType());
    std::string toType =
        formatv("tensor<1x256x!quant.uniform<i8:f32, {0:e17}:{1}>>", to.scale,
                to.zeroPoint);
    expectSame(fromType, toType,
               formatv("%y = ofa.{0} \"u\" %x {1} : ({2}) -> {3}", name,
                       attributes, fromType, toType),
               input, expected);
  }
}

TEST_P(QuantizedExecutor, Softmax) {
  Numbers numbers(17);
  for (int round = 0; round != 200; ++round) {
    RandomScale in(numbers);
    int64_t depth = numbers.between(1, 30);
    double beta = round % 3 ? 1.0 : 0.5;
    std::vector<int8_t> input = numbers.ints(depth * 2), expected(depth * 2);
    auto table = makeSoftmaxExpTable(beta, in.scale);
    ofa_softmax_s8_params_t params = {2, int32_t(depth), table.data()};
    ofa_softmax_s8(&params, input.data(), expected.data());
    std::string from = formatv("tensor<2x{0}x{1}>", depth, in.getType());
    std::string to =
        formatv("tensor<2x{0}x!quant.uniform<i8:f32, 0.00390625:-128>>", depth);
    expectSame(
        from, to,
        formatv("%y = ofa.softmax \"s\" %x {{beta = {0:e}} : ({1}) -> {2}",
                beta, from, to),
        input, expected);
  }
}

TEST_P(QuantizedExecutor, Requantize) {
  Numbers numbers(18);
  std::vector<int8_t> input(256), expected(256);
  for (int i = 0; i != 256; ++i)
    input[i] = int8_t(i - 128);
  for (int round = 0; round != 60; ++round) {
    RandomScale in(numbers), out(numbers);
    Multiplier m = deriveRescaleFactor(in.scale, out.scale);
    ofa_requantize_s8_params_t params = {256,
                                         m.multiplier,
                                         m.shift,
                                         int8_t(in.zeroPoint),
                                         int8_t(out.zeroPoint),
                                         -128,
                                         127};
    (isDouble() ? ofa_requantize_s8_double : ofa_requantize_s8_single)(
        &params, input.data(), expected.data());
    std::string from = formatv("tensor<1x256x{0}>", in.getType());
    std::string to = formatv("tensor<1x256x{0}>", out.getType());
    expectSame(from, to,
               formatv("%y = ofa.quantize \"q\" %x {{{0}} : ({1}) -> {2}",
                       getRounding(), from, to),
               input, expected);
  }
}

TEST_P(QuantizedExecutor, QuantizeAndDequantize) {
  Numbers numbers(19);
  for (int round = 0; round != 20; ++round) {
    RandomScale scale(numbers);
    std::vector<float> input = numbers.reals(100);
    for (float &value : input)
      value *= 20;
    std::vector<int8_t> quantized(100);
    std::vector<float> expected(100);
    ofa_quantize_params_t params = {100, float(scale.scale),
                                    int8_t(scale.zeroPoint)};
    ofa_quantize_f32_s8(&params, input.data(), quantized.data());
    ofa_dequantize_s8_f32(&params, quantized.data(), expected.data());
    std::string type = formatv("tensor<1x100x{0}>", scale.getType());
    Network network(
        *context,
        formatv("func.func @f(%x: tensor<1x100xf32>) -> tensor<1x100xf32> {{\n"
                "%q = ofa.quantize \"q\" %x : (tensor<1x100xf32>) -> {0}\n"
                "%y = ofa.dequantize \"d\" %q : ({0}) -> tensor<1x100xf32>\n"
                "return %y : tensor<1x100xf32> }",
                type));
    EXPECT_EQ(network.getExecutor().run(Tensor(input)).floats(),
              ArrayRef<float>(expected));
  }
}
