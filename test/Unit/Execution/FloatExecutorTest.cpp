//===- FloatExecutorTest.cpp - Float execution against definitions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkText.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;
using llvm::formatv;

namespace {
/// A random convolution of any kind, and its result by definition in double.
struct RandomConvolution {
  int64_t height, width, in, out, kh, kw, sh, sw, dh, dw, pad[4], oh, ow;
  bool depthwise;
  std::vector<float> weight, bias, input;

  explicit RandomConvolution(Numbers &numbers) {
    depthwise = numbers.between(0, 1);
    height = numbers.between(1, 9), width = numbers.between(1, 9);
    in = numbers.between(1, 7);
    out = depthwise ? in * numbers.between(1, 2) : numbers.between(1, 7);
    do {
      kh = numbers.between(1, 5), kw = numbers.between(1, 5);
      sh = numbers.between(1, 3), sw = numbers.between(1, 3);
      dh = numbers.between(1, 2), dw = numbers.between(1, 2);
      for (int side = 0; side != 4; ++side)
        pad[side] =
            numbers.between(0, side % 2 ? (kw - 1) * dw : (kh - 1) * dh);
      oh = height + pad[0] + pad[2] - (kh - 1) * dh - 1;
      ow = width + pad[1] + pad[3] - (kw - 1) * dw - 1;
    } while (oh < 0 || ow < 0);
    oh = oh / sh + 1, ow = ow / sw + 1;
    weight = numbers.reals((depthwise ? 1 : in) * kh * kw * out);
    bias = numbers.reals(out);
    input = numbers.reals(height * width * in);
  }

  std::string getText() const {
    std::string weightType =
        depthwise
            ? formatv("tensor<1x{0}x{1}x{2}xf32>", kh, kw, out).str()
            : formatv("tensor<{0}x{1}x{2}x{3}xf32>", out, kh, kw, in).str();
    std::string types = formatv("tensor<1x{0}x{1}x{2}xf32>", height, width, in);
    std::string result = formatv("tensor<1x{0}x{1}x{2}xf32>", oh, ow, out);
    return formatv(
        R"(func.func @f(%x: {0}) -> {1} {{
          %w = ofa.constant "w" : {2} = dense<"{3}">
          %b = ofa.constant "b" : tensor<{4}xf32> = dense<"{5}">
          %y = ofa.{6} "layer" %x, %w, %b {{
            strides = array<i64: {7}, {8}>, dilations = array<i64: {9}, {10}>,
            pad = array<i64: {11}, {12}, {13}, {14}>,
            activation = #ofa.activation<relu6>}
            : ({0}, {2}, tensor<{4}xf32>) -> {1}
          return %y : {1}
        })",
        types, result, weightType, toHex<float>(weight), out,
        toHex<float>(bias), depthwise ? "depthwise_conv2d" : "conv2d", sh, sw,
        dh, dw, pad[0], pad[1], pad[2], pad[3]);
  }

  double getExpected(int64_t y, int64_t x, int64_t o) const {
    double sum = bias[o];
    for (int64_t ky = 0; ky != kh; ++ky)
      for (int64_t kx = 0; kx != kw; ++kx) {
        int64_t row = y * sh - pad[0] + ky * dh,
                column = x * sw - pad[1] + kx * dw;
        if (row < 0 || row >= height || column < 0 || column >= width)
          continue;
        const float *pixel = &input[(row * width + column) * in];
        if (depthwise)
          sum += pixel[o / (out / in)] * weight[(ky * kw + kx) * out + o];
        else
          for (int64_t i = 0; i != in; ++i)
            sum += pixel[i] * weight[((o * kh + ky) * kw + kx) * in + i];
      }
    return std::min(std::max(sum, 0.0), 6.0);
  }
};
} // namespace

TEST(FloatExecutor, ConvolutionsEqualTheirDefinition) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Numbers numbers(1);
  for (int round = 0; round != 100; ++round) {
    RandomConvolution test(numbers);
    Network network(*context, test.getText());
    Tensor result = network.getExecutor().run(Tensor(test.input));
    size_t i = 0;
    for (int64_t y = 0; y != test.oh; ++y)
      for (int64_t x = 0; x != test.ow; ++x)
        for (int64_t o = 0; o != test.out; ++o)
          ASSERT_NEAR(result.floats()[i++], test.getExpected(y, x, o), 1e-4)
              << test.getText().substr(0, 200);
  }
}

/// A residual network with every operation that is not a convolution.
static const char *const kMixed = R"mlir(
func.func @f(%x: tensor<1x4x4x2xf32>) -> tensor<1x3xf32> {
  %bn = ofa.constant "bn" : tensor<4x2xf32> = dense<[[2.0, 1.0], [0.5, -1.0], [0.25, 0.0], [3.0, 1.0]]>
  %0 = ofa.batch_norm "bn" %x, %bn {epsilon = 1.0} : (tensor<1x4x4x2xf32>, tensor<4x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = ofa.hard_swish "hs" %0 : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %2 = ofa.mean "squeeze" %1 {keep_dims} : (tensor<1x4x4x2xf32>) -> tensor<1x1x1x2xf32>
  %3 = ofa.hard_sigmoid "gate" %2 : (tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  %4 = ofa.mul "scale" %1, %3 : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %5 = ofa.add "residual" %4, %0 {activation = #ofa.activation<relu>} : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %6 = ofa.add "shift" %5, %3 : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %7 = ofa.pad "pad" %6 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 1, 0>} : (tensor<1x4x4x2xf32>) -> tensor<1x5x5x2xf32>
  %8 = ofa.max_pool2d "max" %7 {filter = array<i64: 2, 2>} : (tensor<1x5x5x2xf32>) -> tensor<1x4x4x2xf32>
  %9 = ofa.avg_pool2d "avg" %8 {filter = array<i64: 3, 3>, strides = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %10 = ofa.relu6 "relu6" %9 : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %11 = ofa.reshape "flat" %10 {shape = array<i64: 1, 8>} : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
  %w = ofa.constant "w" : tensor<3x8xf32> = dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], [-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]>
  %12 = ofa.fully_connected "fc" %11, %w : (tensor<1x8xf32>, tensor<3x8xf32>) -> tensor<1x3xf32>
  %13 = ofa.softmax "softmax" %12 {beta = 0.125} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %13 : tensor<1x3xf32>
}
)mlir";

/// The same network by definition, in double.
static std::vector<double> evaluateMixed(ArrayRef<float> input) {
  auto at = [](int y, int x, int c) { return (y * 4 + x) * 2 + c; };
  auto gateOf = [](double x) {
    return std::min(std::max(x + 3, 0.0), 6.0) / 6;
  };
  double scale[] = {2 / std::sqrt(4.0), 1 / std::sqrt(2.0)},
         offset[] = {0.5, -1}, mean[] = {0.25, 0};
  double sum[32], gate[2] = {};
  for (int i = 0; i != 32; ++i) {
    double x = (input[i] - mean[i % 2]) * scale[i % 2] + offset[i % 2];
    sum[i] = x;
    gate[i % 2] += x * gateOf(x) / 16;
  }
  for (int i = 0; i != 32; ++i) {
    double swish = sum[i] * gateOf(sum[i]), g = gateOf(gate[i % 2]);
    sum[i] = std::max(swish * g + sum[i], 0.0) + g;
  }
  // pad (top and right) and 2x2 maximum, stride 1.
  auto padded = [&](int y, int x, int c) {
    return y < 1 || x > 3 ? 0 : sum[at(y - 1, x, c)];
  };
  double largest[32];
  for (int y = 0; y != 4; ++y)
    for (int x = 0; x != 4; ++x)
      for (int c = 0; c != 2; ++c)
        largest[at(y, x, c)] =
            std::max(std::max(padded(y, x, c), padded(y, x + 1, c)),
                     std::max(padded(y + 1, x, c), padded(y + 1, x + 1, c)));
  double pooled[8] = {};
  for (int i = 0; i != 8; ++i) {
    int count = 0;
    for (int y = i / 4 * 2 - 1; y != i / 4 * 2 + 2; ++y)
      for (int x = i / 2 % 2 * 2 - 1; x != i / 2 % 2 * 2 + 2; ++x)
        if (y >= 0 && x >= 0 && y < 4 && x < 4)
          pooled[i] += largest[at(y, x, i % 2)], ++count;
    pooled[i] = std::min(std::max(pooled[i] / count, 0.0), 6.0);
  }
  std::vector<double> logits = {0, pooled[7], -pooled[0]};
  for (int i = 0; i != 8; ++i)
    logits[0] += (i + 1) * pooled[i];
  double total = 0;
  for (double &logit : logits)
    total += logit = std::exp(logit * 0.125);
  for (double &logit : logits)
    logit /= total;
  return logits;
}

TEST(FloatExecutor, MixedNetworkEqualsItsDefinition) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Network network(*context, kMixed);
  Numbers numbers(2);
  for (int round = 0; round != 10; ++round) {
    std::vector<float> input = numbers.reals(32);
    for (float &value : input)
      value *= 4;
    std::vector<double> expected = evaluateMixed(input);
    Tensor result = network.getExecutor().run(Tensor(input));
    for (int i = 0; i != 3; ++i)
      EXPECT_NEAR(result.floats()[i], expected[i], 1e-5);
  }
}

TEST(FloatExecutor, ObserverSeesEveryResultInOrder) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Network network(*context, kMixed);
  std::vector<std::string> names;
  network.getExecutor().run(
      Tensor(std::vector<float>(32, 0.5f)),
      [&](int64_t, Operation *op, const Tensor &tensor) {
        names.push_back(cast<StringAttr>(*op->getInherentAttr("name")).str());
        EXPECT_EQ(int64_t(tensor.size()),
                  cast<RankedTensorType>(op->getResult(0).getType())
                      .getNumElements());
      });
  EXPECT_EQ(names,
            (std::vector<std::string>{"bn", "hs", "squeeze", "gate", "scale",
                                      "residual", "shift", "pad", "max", "avg",
                                      "relu6", "flat", "fc", "softmax"}));
}

/// Results of 37 images on `threads` threads.
static std::vector<float> runImages(unsigned threads) {
  std::unique_ptr<MLIRContext> context = makeContext(threads);
  Network network(*context, kMixed);
  std::vector<float> results(37 * 3);
  network.getExecutor().runBatch(
      37,
      [](int64_t image) {
        return std::vector{Tensor(Numbers(unsigned(image)).reals(32))};
      },
      [&](int64_t image, ArrayRef<Tensor> result) {
        llvm::copy(result.front().floats(), results.begin() + image * 3);
      });
  return results;
}

TEST(FloatExecutor, ThreadsDoNotChangeResults) {
  EXPECT_EQ(runImages(1), runImages(4));
}

TEST(FloatExecutor, SeveralInputsAndResults) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Network network(*context, R"(
    func.func @f(%a: tensor<1x3xf32>, %unused: tensor<1x2xf32>, %b: tensor<1x3xf32>)
        -> (tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x2xf32>) {
      %w = ofa.constant "w" : tensor<1x2xf32> = dense<[[7.0, 9.0]]>
      %sum = ofa.add "sum" %a, %b : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
      %relu = ofa.relu "relu" %sum : (tensor<1x3xf32>) -> tensor<1x3xf32>
      return %relu, %a, %relu, %w
        : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x2xf32>
    })");
  Executor &executor = network.getExecutor();
  EXPECT_EQ(executor.getInputTypes().size(), 3u);
  EXPECT_EQ(executor.getResultTypes().size(), 4u);
  std::vector<float> a = {1, -5, 3}, b = {10, 2, -1};
  std::vector<Tensor> results =
      executor.run({Tensor(a), Tensor(std::vector<float>{0, 0}), Tensor(b)});
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].floats().vec(), (std::vector<float>{11, 0, 2}));
  EXPECT_EQ(results[1].floats().vec(), a);
  EXPECT_EQ(results[2].floats().vec(), (std::vector<float>{11, 0, 2}));
  EXPECT_EQ(results[3].floats().vec(), (std::vector<float>{7, 9}));
}

/// Sums what it has seen; reads before and after the write differ.
static const char *const kSum = R"(
  ofa.state @sum : tensor<2xf32> = dense<[1.0, 2.0]>
  func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    %old = ofa.read_state "old" @sum : tensor<2xf32>
    %new = ofa.add "add" %x, %old : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    ofa.write_state "keep" %new, @sum : tensor<2xf32>
    %now = ofa.read_state "now" @sum : tensor<2xf32>
    return %old, %now : tensor<2xf32>, tensor<2xf32>
  })";

TEST(FloatExecutor, KeepsStatesUntilTheyAreReset) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Network network(*context, kSum);
  Executor &executor = network.getExecutor();
  auto run = [&](float a, float b) {
    std::vector<Tensor> inputs = {Tensor(std::vector<float>{a, b})};
    return executor.run(ArrayRef(inputs));
  };
  for (int round = 0; round != 2; ++round) {
    std::vector<Tensor> results = run(10, 20);
    EXPECT_EQ(results[0].floats().vec(), (std::vector<float>{1, 2}));
    EXPECT_EQ(results[1].floats().vec(), (std::vector<float>{11, 22}));
    results = run(100, 200);
    EXPECT_EQ(results[0].floats().vec(), (std::vector<float>{11, 22}));
    EXPECT_EQ(results[1].floats().vec(), (std::vector<float>{111, 222}));
    executor.reset();
  }
}

TEST(FloatExecutor, WritesOfStatesStay) {
  std::unique_ptr<MLIRContext> context = makeContext();
  Network network(*context, kSum);
  PassManager passes(context.get());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  ASSERT_TRUE(succeeded(passes.run(*network.module)));
  std::vector<StringRef> names;
  for (Operation &op : network.getFunction().front().without_terminator())
    names.push_back(op.getName().stripDialect());
  EXPECT_EQ(names, (std::vector<StringRef>{"read_state", "add", "write_state",
                                           "read_state"}));
}

TEST(FloatExecutor, BatchesWithStatesRunInOrder) {
  std::unique_ptr<MLIRContext> context = makeContext(4);
  Network network(*context, kSum);
  std::vector<float> sums(50);
  network.getExecutor().runBatch(
      50,
      [](int64_t image) {
        return std::vector{Tensor(std::vector<float>{float(image), 0})};
      },
      [&](int64_t image, ArrayRef<Tensor> results) {
        sums[image] = results[1].floats()[0];
      });
  for (int image = 0; image != 50; ++image)
    EXPECT_EQ(sums[image], 1 + image * (image + 1) / 2);
}

TEST(FloatExecutor, RefusesWhatItCannotRun) {
  std::unique_ptr<MLIRContext> context = makeContext();
  std::string message;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
    message += diagnostic.str();
    return success();
  });
  OwningOpRef<ModuleOp> module;
  auto attempt = [&](const std::string &text) {
    message.clear();
    module = parseSourceString<ModuleOp>(text, context.get());
    ASSERT_TRUE(module);
    EXPECT_TRUE(
        failed(Executor::create(*module->getOps<func::FuncOp>().begin())));
  };
  attempt(R"(func.func @f(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
    %w = ofa.constant "w" : tensor<1x1x1x1xf32>
    %y = ofa.conv2d "c" %x, %w : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    return %y : tensor<1x1x1x1xf32> })");
  EXPECT_NE(message.find("train the supernet"), std::string::npos) << message;
  attempt(R"(func.func @f(%x: tensor<1x32x32x1xf32>) -> tensor<1x1x1x1xf32> {
    %w = ofa.constant "w" : tensor<1x32x32x1xf32> = dense<0.0>
    %y = ofa.conv2d "c" %x, %w : (tensor<1x32x32x1xf32>, tensor<1x32x32x1xf32>) -> tensor<1x1x1x1xf32>
    return %y : tensor<1x1x1x1xf32> })");
  EXPECT_NE(message.find("window of at most 16"), std::string::npos) << message;
}
