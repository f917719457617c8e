//===- PassesTest.cpp - What passes keep of a network's results -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "NetworkText.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;
using llvm::formatv;

namespace {
/// An inverted-bottleneck block with squeeze-excite and a residual, on 8x8x3
/// images, as text with random parameters and calibration images.
class BlockText {
public:
  /// All weights are multiplied by `scale`; with `deadChannel`, channel 0 of
  /// the expansion has weights, scale and offset zero.
  explicit BlockText(unsigned seed, float scale = 1, bool deadChannel = false)
      : numbers(seed), scale(scale), deadChannel(deadChannel) {
    body += formatv("ofa.calibration dense<\"{0}\"> : tensor<64x8x8x3xui8>\n",
                    toHex<int8_t>(numbers.ints(64 * 8 * 8 * 3)));
    body +=
        "func.func @f(%x: tensor<1x8x8x3xf32>) -> tensor<1x5xf32> attributes {"
        "ofa.preprocessing = #ofa.preprocessing<mean = [128.0], scale = "
        "[0.0078125]>} {\n";
    conv("stem", "x", "8x8x3", "4x4x6", "6x3x3x3", 27,
         "{strides = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>}");
    norm("stem_bn", "stem", "4x4x6", 6);
    unary("relu", "stem_act", "stem_bn", "4x4x6");
    conv("expand", "stem_act", "4x4x6", "4x4x18", "18x1x1x6", 6, "");
    norm("expand_bn", "expand", "4x4x18", 18);
    unary("relu6", "expand_act", "expand_bn", "4x4x18");
    conv("dw", "expand_act", "4x4x18", "4x4x18", "1x3x3x18", 9,
         "{pad = array<i64: 1, 1, 1, 1>}", "depthwise_conv2d");
    norm("dw_bn", "dw", "4x4x18", 18);
    unary("hard_swish", "dw_act", "dw_bn", "4x4x18");
    line("%pool = ofa.mean \"pool\" %dw_act {{keep_dims} : ({0}) -> {1}",
         "4x4x18", "1x1x18");
    conv("gate_in", "pool", "1x1x18", "1x1x18", "18x1x1x18", 18, "");
    unary("hard_sigmoid", "gate", "gate_in", "1x1x18");
    line("%gated = ofa.mul \"gated\" %dw_act, %gate : ({0}, {1}) -> {0}",
         "4x4x18", "1x1x18");
    conv("project", "gated", "4x4x18", "4x4x6", "6x1x1x18", 18, "");
    norm("project_bn", "project", "4x4x6", 6);
    line("%sum = ofa.add \"sum\" %project_bn, %stem_act : ({0}, {0}) -> {0}",
         "4x4x6", "");
    norm("late_bn", "sum", "4x4x6", 6); // folds into nothing
    body += "%mean = ofa.mean \"mean\" %late_bn : (tensor<1x4x4x6xf32>) -> "
            "tensor<1x6xf32>\n";
    constant("fc_w", "5x6", numbers.reals(30));
    body +=
        "%y = ofa.fully_connected \"fc\" %mean, %fc_w : (tensor<1x6xf32>, "
        "tensor<5x6xf32>) -> tensor<1x5xf32>\nreturn %y : tensor<1x5xf32>\n}\n";
  }
  const std::string &str() const { return body; }

private:
  static std::string type(StringRef shape) {
    return formatv("tensor<1x{0}xf32>", shape);
  }
  void line(const char *format, StringRef first, StringRef second) {
    body += formatv(false, format, type(first), type(second)).str() + "\n";
  }
  void constant(StringRef name, StringRef shape, std::vector<float> values) {
    body += formatv(
        "%{0} = ofa.constant \"{0}\" : tensor<{1}xf32> = dense<\"{2}\">\n",
        name, shape, toHex<float>(values));
  }
  void conv(StringRef name, StringRef input, StringRef from, StringRef to,
            StringRef shape, int fanIn, StringRef attributes,
            StringRef op = "conv2d") {
    std::string weight = (name + "_w").str();
    int64_t count = 1;
    for (StringRef rest = shape; !rest.empty();) {
      auto [dim, tail] = rest.split('x');
      count *= std::stoll(dim.str());
      rest = tail;
    }
    std::vector<float> values = numbers.reals(count);
    for (float &value : values)
      value *= scale * 2 / std::sqrt(float(fanIn));
    if (deadChannel && name == "expand")
      std::fill_n(values.begin(), fanIn, 0.0f);
    constant(weight, shape, values);
    body += formatv(
        "%{0} = ofa.{1} \"{0}\" %{2}, %{3} {4} : ({5}, tensor<{6}xf32>) "
        "-> {7}\n",
        name, op, input, weight, attributes, type(from), shape, type(to));
  }
  void norm(StringRef name, StringRef input, StringRef shape, int channels) {
    std::vector<float> rows = numbers.reals(4 * channels);
    for (int c = 0; c != channels; ++c) {
      rows[c] = 1 + rows[c] / 2;
      rows[3 * channels + c] = 1 + rows[3 * channels + c] / 2;
    }
    if (deadChannel && name == "expand_bn")
      rows[0] = rows[channels] = 0;
    std::string params = (name + "_p").str();
    constant(params, formatv("4x{0}", channels).str(), rows);
    body += formatv("%{0} = ofa.batch_norm \"{0}\" %{1}, %{2} : ({3}, "
                    "tensor<4x{4}xf32>) -> {3}\n",
                    name, input, params, type(shape), channels);
  }
  void unary(StringRef op, StringRef name, StringRef input, StringRef shape) {
    body += formatv("%{0} = ofa.{1} \"{0}\" %{2} : ({3}) -> {3}\n", name, op,
                    input, type(shape));
  }

  Numbers numbers;
  float scale;
  bool deadChannel;
  std::string body;
};

const char *const kFold = "func.func(ofa-fold-batch-norm,ofa-fuse-activations)";

/// The module after a pipeline, as text; empty where it fails.
std::string transform(MLIRContext &context, const std::string &text,
                      const std::string &pipeline) {
  static const bool registered = (registerOFAPasses(), true);
  (void)registered;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return "";
  PassManager manager(&context);
  if (failed(parsePassPipeline(pipeline, manager)) ||
      failed(manager.run(*module)))
    return "";
  std::string result;
  llvm::raw_string_ostream stream(result);
  module->print(stream); // with the resources
  return result;
}

/// Results of 20 random images, real: int8 ones dequantised.
std::vector<double> evaluate(MLIRContext &context, const std::string &text) {
  Network network(context, text);
  if (!network.module)
    return {};
  FailureOr<ImageReader> reader = ImageReader::create(network.getFunction());
  double scale = 1, zeroPoint = 0;
  Type element =
      network.getExecutor().getResultTypes().front().getElementType();
  if (auto quantized = dyn_cast<quant::UniformQuantizedType>(element)) {
    scale = quantized.getScale();
    zeroPoint = double(quantized.getZeroPoint());
  }
  std::vector<double> results;
  for (unsigned image = 0; image != 20; ++image) {
    std::vector<int8_t> pixels = Numbers(100 + image).ints(8 * 8 * 3);
    Tensor result = network.getExecutor().run(
        reader->read(ArrayRef(reinterpret_cast<const uint8_t *>(pixels.data()),
                              pixels.size()),
                     8, 8));
    for (size_t i = 0; i != result.size(); ++i)
      results.push_back(result.isFloat()
                            ? result.floats()[i]
                            : (result.ints()[i] - zeroPoint) * scale);
  }
  return results;
}

/// Root mean square of the difference over that of `expected`.
double relativeError(ArrayRef<double> expected, ArrayRef<double> actual) {
  double error = 0, sum = 0;
  for (auto [e, a] : llvm::zip_equal(expected, actual)) {
    error += (e - a) * (e - a);
    sum += e * e;
  }
  return std::sqrt(error / sum);
}
} // namespace

TEST(Passes, FoldingKeepsResults) {
  std::unique_ptr<MLIRContext> context = makeContext();
  ScopedDiagnosticHandler quiet(context.get(),
                                [](Diagnostic &) { return success(); });
  for (unsigned seed = 1; seed != 6; ++seed) {
    std::string text = BlockText(seed).str();
    std::string folded = transform(*context, text, kFold);
    EXPECT_EQ(folded.find("batch_norm"), std::string::npos);
    EXPECT_EQ(folded.find("ofa.relu"), std::string::npos);
    std::vector<double> expected = evaluate(*context, text);
    std::vector<double> actual = evaluate(*context, folded);
    ASSERT_EQ(actual.size(), expected.size());
    for (auto [e, a] : llvm::zip_equal(expected, actual))
      EXPECT_NEAR(a, e, 1e-5 * std::max(1.0, std::abs(e)));
  }
}

TEST(Passes, RecalibrationNormalises) {
  std::unique_ptr<MLIRContext> context = makeContext();
  std::string text =
      transform(*context, BlockText(7).str(), "ofa-recalibrate-batch-norm");
  // Each channel after `project_bn` has the mean and deviation that its offset
  // and scale ask for, over the calibration images.
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, context.get());
  ASSERT_TRUE(module);
  auto function = *module->getOps<func::FuncOp>().begin();
  std::vector<uint8_t> storage;
  FailureOr<ImageBatch> images = readCalibration(*module, storage);
  FailureOr<std::vector<Tensor>> inputs = readImages(function, *images);
  struct Check final : LayerObserver {
    LogicalResult afterOp(Operation *op, ArrayRef<Tensor> result) override {
      auto norm = dyn_cast<BatchNormOp>(op);
      if (!norm)
        return success();
      auto constant = norm.getParams().getDefiningOp<ConstantOp>();
      std::vector<float> rows = copyElements<float>(*constant.getValue());
      size_t channels = rows.size() / 4;
      for (size_t c = 0; c != channels; ++c) {
        double sum = 0, squares = 0, count = 0;
        for (const Tensor &image : result)
          for (size_t i = c; i < image.size(); i += channels, ++count) {
            sum += image.floats()[i];
            squares += double(image.floats()[i]) * image.floats()[i];
          }
        double mean = sum / count,
               deviation = std::sqrt(squares / count - mean * mean);
        EXPECT_NEAR(mean, rows[channels + c], 1e-4);
        double variance = rows[3 * channels + c];
        EXPECT_NEAR(deviation,
                    std::abs(rows[c]) * std::sqrt(variance / (variance + 1e-5)),
                    1e-3);
      }
      ++norms;
      return success();
    }
    int norms = 0;
  } check;
  ASSERT_TRUE(succeeded(runLayers(function, std::move(*inputs), check)));
  EXPECT_EQ(check.norms, 5);
}

static std::string getPipeline(const std::string &options) {
  return formatv("ofa-recalibrate-batch-norm,{0},ofa-quantize{{{1}}", kFold,
                 options);
}

class Quantizing : public ::testing::TestWithParam<const char *> {};
INSTANTIATE_TEST_SUITE_P(Options, Quantizing,
                         ::testing::Values("calibration=minmax",
                                           "calibration=percentile",
                                           "calibration=mse", "rounding=double",
                                           "correct-bias=false"));

TEST_P(Quantizing, StaysCloseToFloat) {
  std::unique_ptr<MLIRContext> context = makeContext();
  ScopedDiagnosticHandler quiet(context.get(),
                                [](Diagnostic &) { return success(); });
  for (unsigned seed = 1; seed != 4; ++seed) {
    std::string text = BlockText(seed).str();
    std::string real = transform(*context, text, "ofa-recalibrate-batch-norm");
    std::string quantized = transform(*context, text, getPipeline(GetParam()));
    ASSERT_NE(quantized, "");
    EXPECT_LT(
        relativeError(evaluate(*context, real), evaluate(*context, quantized)),
        0.05);
  }
}

TEST(Passes, QuantisingExtremeNetworks) {
  std::unique_ptr<MLIRContext> context = makeContext();
  ScopedDiagnosticHandler quiet(context.get(),
                                [](Diagnostic &) { return success(); });
  // Without recalibration the scale of the weights reaches the activations.
  std::string pipeline = formatv("{0},ofa-quantize", kFold);
  for (float scale : {1e-12f, 1e-3f, 1e3f}) {
    std::string text = BlockText(9, scale, /*deadChannel=*/true).str();
    std::string quantized = transform(*context, text, pipeline);
    ASSERT_NE(quantized, "") << scale;
    std::vector<double> expected = evaluate(*context, text);
    std::vector<double> actual = evaluate(*context, quantized);
    EXPECT_LT(relativeError(expected, actual), 0.2) << scale;
  }
}

TEST(Passes, ThreadsDoNotChangeIntegers) {
  std::string results[2];
  for (unsigned threads : {1, 4}) {
    std::unique_ptr<MLIRContext> context = makeContext(threads);
    ScopedDiagnosticHandler quiet(context.get(),
                                  [](Diagnostic &) { return success(); });
    results[threads == 4] =
        transform(*context, BlockText(11).str(), getPipeline(""));
  }
  EXPECT_NE(results[0], "");
  EXPECT_EQ(results[0], results[1]);
}
