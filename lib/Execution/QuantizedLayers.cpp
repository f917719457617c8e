//===- QuantizedLayers.cpp - int8 layers with weights, by definition ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizedArithmetic.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

namespace {
/// What convolutions and fully-connected layers have in common.
struct Layer {
  std::vector<int8_t> weights;
  std::vector<int64_t> bias;   // one per output channel
  std::vector<Factor> factors; // the same
  int64_t inputZeroPoint, resultZeroPoint;
  Bounds bounds;
  Rounding rounding;

  int8_t finish(int64_t sum, int64_t channel) const {
    return clampTo(resultZeroPoint +
                       rescale(sum + bias[channel], factors[channel], rounding),
                   bounds);
  }
};
} // namespace

/// TFLite's fully-connected layer with one weight scale multiplies the scales
/// in float; every other product of scales is a double.
static double multiplyScales(double input, double weight, bool inFloat) {
  return inFloat ? double(float(input) * float(weight)) : input * weight;
}

template <typename OpT>
static FailureOr<Layer> makeLayer(OpT op) {
  int64_t channels =
      op.getWeight().getType().getShape()[op.getOutputChannelAxis()];
  auto weights = readParameter<int8_t>(op, op.getWeight());
  if (failed(weights))
    return failure();
  Layer layer;
  layer.weights = std::move(*weights);
  layer.bias.assign(channels, 0);
  if (op.getBias()) {
    auto bias = readParameter<int32_t>(op, op.getBias());
    if (failed(bias))
      return failure();
    layer.bias.assign(bias->begin(), bias->end());
  }
  Quantization input = getQuantization(op.getInput());
  Quantization result = getQuantization(op.getResult());
  std::vector<double> scales = getWeightScales(op.getWeight(), channels);
  bool inFloat = std::is_same_v<OpT, FullyConnectedOp> &&
                 isa<quant::UniformQuantizedType>(
                     op.getWeight().getType().getElementType());
  for (double scale : scales)
    layer.factors.push_back(
        makeFactor(multiplyScales(input.scale, scale, inFloat) / result.scale));
  layer.inputZeroPoint = input.zeroPoint;
  layer.resultZeroPoint = result.zeroPoint;
  layer.bounds = getBounds(op.getActivation(), result);
  layer.rounding = op.getRounding();
  return layer;
}

namespace {
/// A tap of a window that lies in the image.
struct Tap {
  int64_t pixel;  // index of the input pixel
  int64_t weight; // ky * kernel width + kx
};
} // namespace

/// The taps of output (y, x).
static SmallVector<Tap> collectTaps(const Window2D &window,
                                    ArrayRef<int64_t> input, int64_t y,
                                    int64_t x) {
  SmallVector<Tap> taps;
  for (int64_t ky = 0; ky != window.extent[0]; ++ky)
    for (int64_t kx = 0; kx != window.extent[1]; ++kx) {
      int64_t row =
          y * window.stride[0] - window.before[0] + ky * window.dilation[0];
      int64_t column =
          x * window.stride[1] - window.before[1] + kx * window.dilation[1];
      if (row >= 0 && row < input[1] && column >= 0 && column < input[2])
        taps.push_back({row * input[2] + column, ky * window.extent[1] + kx});
    }
  return taps;
}

/// Sum of (value - zeroPoint) * weight. Exact in 32 bits: images have fewer
/// than 2^16 channels, and a product is below 2^15.
static int32_t sumProducts(const int8_t *values, const int8_t *weights,
                           int64_t count, int32_t zeroPoint) {
  int32_t sum = 0;
  for (int64_t i = 0; i != count; ++i)
    sum += (values[i] - zeroPoint) * weights[i];
  return sum;
}

static FailureOr<Step> prepareConv2D(Conv2DOp op) {
  FailureOr<Layer> layer = makeLayer(op);
  if (failed(layer))
    return failure();
  Window2D window = op.getWindow();
  int64_t taps = window.extent[0] * window.extent[1];
  SmallVector<int64_t> in(getShape(op.getInput())),
      out(getShape(op.getResult()));
  int64_t inputs = getShape(op.getWeight())[3]; // of a group
  int64_t outputs = out[3] / op.getGroups();
  if (in[3] >= 1 << 16)
    return op.emitOpError("expects fewer than 65536 input channels");
  return Step{{0},
              [=, layer = std::move(*layer)](ArrayRef<const Tensor *> operands,
                                             Tensor &result) {
                const int8_t *input = operands[0]->ints().data();
                int8_t *output = result.ints().data();
                for (int64_t y = 0; y != out[1]; ++y)
                  for (int64_t x = 0; x != out[2]; ++x) {
                    SmallVector<Tap> pixel = collectTaps(window, in, y, x);
                    for (int64_t o = 0; o != out[3]; ++o) {
                      int64_t sum = 0;
                      for (Tap tap : pixel)
                        sum += sumProducts(
                            input + tap.pixel * in[3] + o / outputs * inputs,
                            &layer.weights[(o * taps + tap.weight) * inputs],
                            inputs, layer.inputZeroPoint);
                      *output++ = layer.finish(sum, o);
                    }
                  }
              }};
}

static FailureOr<Step> prepareDepthwiseConv2D(DepthwiseConv2DOp op) {
  FailureOr<Layer> layer = makeLayer(op);
  if (failed(layer))
    return failure();
  Window2D window = op.getWindow();
  SmallVector<int64_t> in(getShape(op.getInput())),
      out(getShape(op.getResult()));
  int64_t multiplier = out[3] / in[3];
  return Step{{0},
              [=, layer = std::move(*layer)](ArrayRef<const Tensor *> operands,
                                             Tensor &result) {
                ArrayRef<int8_t> input = operands[0]->ints();
                int8_t *output = result.ints().data();
                for (int64_t y = 0; y != out[1]; ++y)
                  for (int64_t x = 0; x != out[2]; ++x) {
                    SmallVector<Tap> pixel = collectTaps(window, in, y, x);
                    for (int64_t o = 0; o != out[3]; ++o) {
                      int64_t sum = 0;
                      for (Tap tap : pixel)
                        sum += (input[tap.pixel * in[3] + o / multiplier] -
                                layer.inputZeroPoint) *
                               layer.weights[tap.weight * out[3] + o];
                      *output++ = layer.finish(sum, o);
                    }
                  }
              }};
}

static FailureOr<Step> prepareFullyConnected(FullyConnectedOp op) {
  FailureOr<Layer> layer = makeLayer(op);
  if (failed(layer))
    return failure();
  SmallVector<int64_t> weight(getShape(op.getWeight())); // [out, in]
  return Step{{0},
              [=, layer = std::move(*layer)](ArrayRef<const Tensor *> operands,
                                             Tensor &result) {
                ArrayRef<int8_t> input = operands[0]->ints();
                for (size_t i = 0; i != result.size(); ++i) {
                  int64_t row = i / weight[0], o = i % weight[0];
                  int64_t sum = 0;
                  for (int64_t j = 0; j != weight[1]; ++j)
                    sum += (input[row * weight[1] + j] - layer.inputZeroPoint) *
                           layer.weights[o * weight[1] + j];
                  result.ints()[i] = layer.finish(sum, o);
                }
              }};
}

void ofa::addQuantizedLayers(StepRegistry &registry) {
  registry.add<Conv2DOp, prepareConv2D>();
  registry.add<DepthwiseConv2DOp, prepareDepthwiseConv2D>();
  registry.add<FullyConnectedOp, prepareFullyConnected>();
}
