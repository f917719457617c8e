//===- ChannelsTest.cpp - Networks keep their results without channels ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random networks of all operations that tie channels, with filters and columns
// of zeros: ofa-eliminate-constant-channels must not change a byte.
//
//===----------------------------------------------------------------------===//

#include "NetworkText.h"
#include "mlir/Pass/PassManager.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::ofa;
using llvm::formatv;

namespace {
/// A random network on images, as text.
class RandomNetwork {
public:
  explicit RandomNetwork(unsigned seed) : numbers(seed) {
    values.push_back({"x", numbers.between(3, 6), numbers.between(3, 6),
                      numbers.between(1, 4), makeScale()});
    inputSize = values[0].height * values[0].width * values[0].channels;
    for (int ops = int(numbers.between(4, 14)); ops != 0; --ops)
      addOp();
    // A layer that reads all of the last value, and an earlier value.
    Image flat = values.back();
    flat.channels *= flat.height * flat.width;
    flat.height = 0;
    if (flat.channels <= 600) {
      addAs(flat, "reshape", use(values.back()),
            formatv("shape = array<i64: 1, {0}>", flat.channels));
      addLinear("fully_connected", values.back(), {"", 0, 0, 3, makeScale()},
                /*taps=*/1, /*groups=*/1, "");
    }
    const Image &last = values.back(), &other = pick();
    text = formatv("func.func @f(%x: {0}) -> ({1}, {2}) {{\n{3}return %{4}, "
                   "%{5} : {1}, {2}\n}\n",
                   getType(values[0]), getType(last), getType(other), text,
                   last.name, other.name);
  }

  std::string text;
  int64_t inputSize;
  Numbers numbers;

private:
  /// Rows of two dimensions have height 0.
  struct Image {
    std::string name;
    int64_t height, width, channels;
    std::string scale;
  };

  std::string makeScale() {
    // Few: sums and layers meet constants that are their zero point.
    return formatv("{0}:{1}", numbers.between(0, 1) ? "0.5" : "0.25",
                   numbers.between(0, 1) ? 0 : numbers.between(-128, 40));
  }
  static std::string getShape(const Image &image) {
    if (image.height == 0)
      return formatv("1x{0}", image.channels);
    return formatv("1x{0}x{1}x{2}", image.height, image.width, image.channels);
  }
  static std::string getType(const Image &image) {
    return formatv("tensor<{0}x!quant.uniform<i8:f32, {1}>>", getShape(image),
                   image.scale);
  }
  const Image &pick() {
    // Late ones more often: networks are deep.
    int64_t last = int64_t(values.size()) - 1;
    return values[numbers.between(0, 2) ? last : numbers.between(0, last)];
  }
  bool chance(int percent) { return numbers.between(0, 99) < percent; }

  struct Operand {
    std::string name, type;
  };
  static std::vector<Operand> use(const Image &image) {
    return {{image.name, getType(image)}};
  }
  std::string addConstant(const std::string &type, const std::string &hex) {
    std::string name = formatv("k{0}", next++);
    text += formatv("%{0} = ofa.constant \"{0}\" : {1} = dense<\"{2}\">\n",
                    name, type, hex);
    return name;
  }
  /// An operation whose result is `result`, but for its name.
  void addAs(Image result, StringRef op, const std::vector<Operand> &operands,
             const std::string &attributes) {
    result.name = formatv("v{0}", next++);
    std::string names, types;
    for (const Operand &operand : operands) {
      names += (names.empty() ? "%" : ", %") + operand.name;
      types += (types.empty() ? "" : ", ") + operand.type;
    }
    text += formatv("%{0} = ofa.{1} \"{0}\" {2} {{{3}} : ({4}) -> {5}\n",
                    result.name, op, names, attributes, types, getType(result));
    values.push_back(result);
  }
  std::string makeRounding() {
    return formatv("rounding = #ofa.rounding<{0}>",
                   chance(50) ? "single" : "double");
  }

  /// A layer with weights `[outputs][taps][fanIn]`, or with channels last.
  void addLinear(StringRef op, const Image &in, const Image &out, int64_t taps,
                 int64_t groups, const std::string &attributes) {
    bool isDepthwise = op == "depthwise_conv2d";
    int64_t fanIn = isDepthwise ? 1 : in.channels / groups;
    std::vector<int8_t> weights =
        numbers.ints(out.channels * taps * fanIn, -40, 40);
    auto at = [&](int64_t o, int64_t tap, int64_t i) -> int8_t & {
      return weights[isDepthwise ? tap * out.channels + o
                                 : (o * taps + tap) * fanIn + i];
    };
    std::vector<bool> deadOutput(out.channels), deadInput(fanIn);
    for (auto &&dead : deadOutput)
      dead = chance(40);
    for (auto &&dead : deadInput)
      dead = !isDepthwise && chance(25);
    for (int64_t o = 0; o != out.channels; ++o)
      for (int64_t tap = 0; tap != taps; ++tap)
        for (int64_t i = 0; i != fanIn; ++i)
          if (deadOutput[o] || deadInput[i])
            at(o, tap, i) = 0;
    int64_t side = taps == 1 ? 1 : 3;
    std::string shape = formatv("{0}x{1}x{1}x{2}", out.channels, side, fanIn);
    if (in.height == 0)
      shape = formatv("{0}x{1}", out.channels, fanIn);
    else if (isDepthwise)
      shape = formatv("1x{0}x{0}x{1}", side, out.channels);
    std::string scale = "f32, 0.0625";
    if (chance(50)) {
      scale = formatv("f32:{0}, {{", isDepthwise ? 3 : 0);
      for (int64_t o = 0; o != out.channels; ++o)
        scale += formatv("{0}{1}", o == 0 ? "" : ", ",
                         chance(50) ? "0.0625" : "0.125");
      scale += "}";
    }
    std::string type =
        formatv("tensor<{0}x!quant.uniform<i8<-127:127>:{1}>>", shape, scale);
    std::vector<Operand> operands = use(in);
    operands.push_back({addConstant(type, toHex<int8_t>(weights)), type});
    if (chance(70)) {
      std::vector<int32_t> bias;
      for (int64_t o = 0; o != out.channels; ++o)
        bias.push_back(chance(40) ? 0 : int32_t(numbers.between(-400, 400)));
      std::string biasType = formatv("tensor<{0}xi32>", out.channels);
      operands.push_back(
          {addConstant(biasType, toHex<int32_t>(bias)), biasType});
    }
    addAs(out, op, operands, attributes + makeRounding());
  }

  void addConvolution(const Image &in, bool isDepthwise) {
    bool isWide = chance(50) && in.height >= 3 && in.width >= 3;
    bool isPadded = isWide && chance(60);
    int64_t stride = numbers.between(1, 2);
    int64_t less = isWide && !isPadded ? 2 : 0;
    Image out = {"", (in.height - less - 1) / stride + 1,
                 (in.width - less - 1) / stride + 1, numbers.between(1, 6),
                 makeScale()};
    int64_t groups = 1;
    if (isDepthwise)
      out.channels = in.channels * (chance(80) ? 1 : 2);
    else if (in.channels % 2 == 0 && chance(10)) {
      groups = 2;
      out.channels *= 2;
    }
    addLinear(isDepthwise ? "depthwise_conv2d" : "conv2d", in, out,
              isWide ? 9 : 1, groups,
              formatv("strides = array<i64: {0}, {0}>, pad = array<i64: {1}, "
                      "{1}, {1}, {1}>, activation = #ofa.activation<{2}>, ",
                      stride, isPadded ? 1 : 0, chance(50) ? "relu" : "none"));
  }

  void addSum(const Image &in) {
    std::vector<Operand> operands = use(in);
    Image out = in;
    out.scale = makeScale();
    Image other = pick();
    if (other.height != in.height || other.width != in.width ||
        other.channels != in.channels || chance(20)) {
      int64_t channels = chance(70) ? in.channels : 1;
      std::string type = formatv("tensor<{0}x!quant.uniform<i8:f32, {1}>>",
                                 channels, makeScale());
      operands.push_back(
          {addConstant(type, toHex<int8_t>(numbers.ints(channels))), type});
    } else {
      operands.push_back(use(other)[0]);
    }
    static const char *const ops[] = {"add", "sub", "mul"};
    addAs(out, ops[numbers.between(0, 2)], operands, makeRounding());
  }

  void addPool(const Image &in) {
    Image out = in;
    if (chance(50)) {
      out.height = out.width = 1;
      out.scale = makeScale();
      return addAs(out, "mean", use(in), "keep_dims, " + makeRounding());
    }
    if (in.height < 2 || in.width < 2)
      return;
    out.height /= 2;
    out.width /= 2;
    addAs(out, chance(50) ? "max_pool2d" : "avg_pool2d", use(in),
          "filter = array<i64: 2, 2>, strides = array<i64: 2, 2>");
  }

  void addUnary(const Image &in) {
    Image out = in;
    switch (numbers.between(0, 3)) {
    case 0:
      out.scale = makeScale();
      return addAs(out, chance(50) ? "relu" : "quantize", use(in),
                   makeRounding());
    case 1:
      out.scale = makeScale();
      return addAs(out, "leaky_relu", use(in),
                   "alpha = 1.0e-01 : f32, " + makeRounding());
    case 2:
      out.scale = makeScale();
      return addAs(out, "hard_swish", use(in), "");
    default:
      out.scale = "0.00390625:-128";
      return addAs(out, chance(80) ? "logistic" : "softmax", use(in), "");
    }
  }

  void addMove(const Image &in) {
    Image out = in;
    switch (numbers.between(0, 4)) {
    case 0: { // A pad of height or of channels.
      bool ofChannels = chance(30);
      (ofChannels ? out.channels : out.height) += 1;
      return addAs(out, "pad", use(in),
                   formatv("low = array<i64: 0, {0}, 0, {1}>, high = "
                           "array<i64: 0, 0, 0, 0>",
                           int(!ofChannels), int(ofChannels)));
    }
    case 1: {
      Image other = pick();
      if (other.height != in.height || other.width != in.width ||
          other.scale != in.scale)
        other = in;
      out.channels += other.channels;
      std::vector<Operand> operands = use(in);
      operands.push_back(use(other)[0]);
      return addAs(out, "concat", operands, "axis = 3 : i64");
    }
    case 2: { // Without the first row, or without the first channel.
      bool ofChannels = chance(30) && in.channels > 1;
      if (!ofChannels && in.height < 2)
        return;
      (ofChannels ? out.channels : out.height) -= 1;
      return addAs(out, "slice", use(in),
                   formatv("begin = array<i64: 0, {0}, 0, {1}>, sizes = "
                           "array<i64: {2}>, strides = array<i64: 1, 1, 1, 1>",
                           int(!ofChannels), int(ofChannels),
                           formatv("1, {0}, {1}, {2}", out.height, out.width,
                                   out.channels)));
    }
    case 3: {
      std::swap(out.height, out.width);
      return addAs(out, "transpose", use(in),
                   "permutation = array<i64: 0, 2, 1, 3>");
    }
    default:
      out.height = out.width = 4;
      return addAs(out, "resize_nearest", use(in), "size = array<i64: 4, 4>");
    }
  }

  void addOp() {
    const Image in = pick();
    int64_t kind = numbers.between(0, 9);
    if (kind < 4)
      addConvolution(in, /*isDepthwise=*/false);
    else if (kind < 6)
      addConvolution(in, /*isDepthwise=*/true);
    else if (kind == 6)
      addSum(in);
    else if (kind == 7)
      addPool(in);
    else if (kind == 8)
      addUnary(in);
    else
      addMove(in);
  }

  std::vector<Image> values;
  int next = 0;
};

/// Results of `executor` for random images.
std::vector<std::vector<int8_t>> evaluate(Executor &executor, size_t size) {
  std::vector<std::vector<int8_t>> results;
  for (unsigned image = 0; image != 8; ++image)
    for (const Tensor &result :
         executor.run(ArrayRef(Tensor(Numbers(1000 + image).ints(size)))))
      results.push_back(result.ints().vec());
  return results;
}
} // namespace

TEST(Channels, EliminationKeepsResults) {
  int removals = 0;
  for (unsigned seed = 1; seed != 801; ++seed) {
    std::unique_ptr<MLIRContext> context = makeContext();
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &remark) {
      if (remark.getSeverity() != DiagnosticSeverity::Remark)
        return failure();
      ++removals;
      return success();
    });
    RandomNetwork random(seed);
    Network network(*context, random.text);
    ASSERT_TRUE(network.module) << seed;
    auto before = evaluate(network.getExecutor(), random.inputSize);

    PassManager manager(context.get());
    manager.addNestedPass<func::FuncOp>(createEliminateConstantChannelsPass());
    ASSERT_TRUE(succeeded(manager.run(*network.module))) << random.text;
    FailureOr<std::unique_ptr<Executor>> after =
        Executor::create(network.getFunction());
    ASSERT_TRUE(succeeded(after)) << random.text;
    ASSERT_EQ(before, evaluate(**after, random.inputSize)) << seed << "\n"
                                                           << random.text;
  }
  // The networks are such that much can go.
  EXPECT_GT(removals, 800);
}
