//===- QuantizeParameters.cpp - Weights and biases to integers ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizeParameters.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

static FailureOr<std::vector<float>> readParameter(Operation *user,
                                                   Value parameter) {
  auto constant = parameter.getDefiningOp<ConstantOp>();
  if (!constant || !constant.getValue())
    return user->emitOpError("expects its parameters to be constants with "
                             "elements, but some are absent");
  std::vector<float> values = copyElements<float>(*constant.getValue());
  if (!llvm::all_of(values, [](float value) { return std::isfinite(value); }))
    return user->emitOpError("expects finite parameters, but '")
           << constant.getName() << "' has others";
  return values;
}

/// A float that is at least `value`.
static double roundUp(double value) {
  float rounded = float(value);
  return rounded < value ? std::nextafter(rounded, INFINITY) : rounded;
}

namespace {
/// The output channel of each weight.
struct ChannelMap {
  explicit ChannelMap(LinearOpInterface layer) {
    ArrayRef<int64_t> shape =
        cast<ShapedType>(layer.getWeightMutable().get().getType()).getShape();
    int64_t axis = layer.getOutputChannelAxis();
    channels = shape[axis];
    inner = ShapedType::getNumElements(shape.drop_front(axis + 1));
    fanIn = ShapedType::getNumElements(shape) / channels;
  }
  int64_t operator[](int64_t element) const {
    return element / inner % channels;
  }

  int64_t channels, inner, fanIn;
};
} // namespace

/// The scale of each channel: its largest weight is 127, or the scale is large
/// enough for the bias to stay within `biasLimit` steps. A channel without
/// weights and bias has scale 1.
static std::vector<double>
chooseWeightScales(const ChannelMap &map, ArrayRef<float> weights,
                   ArrayRef<double> bias, double inputScale, double biasLimit) {
  std::vector<double> scales(map.channels);
  for (size_t i = 0; i != weights.size(); ++i)
    scales[map[i]] =
        std::max(scales[map[i]], std::abs(double(weights[i])) / 127);
  for (int64_t c = 0; c != map.channels; ++c) {
    scales[c] =
        std::max(scales[c], std::abs(bias[c]) / (inputScale * biasLimit));
    // Scales this small would not be floats of full precision.
    scales[c] = scales[c] == 0 ? 1 : std::max(scales[c], 0x1p-100);
    scales[c] = roundUp(scales[c]);
  }
  return scales;
}

FailureOr<QuantizedParameters>
ofa::quantizeParameters(LinearOpInterface layer, double inputScale,
                        ArrayRef<double> inputMeans) {
  ChannelMap map(layer);
  FailureOr<std::vector<float>> weights =
      readParameter(layer, layer.getWeightMutable().get());
  if (failed(weights))
    return failure();
  std::vector<double> bias(map.channels);
  if (MutableOperandRange operand = layer.getBiasMutable(); !operand.empty()) {
    FailureOr<std::vector<float>> read = readParameter(layer, operand[0].get());
    if (failed(read))
      return failure();
    bias.assign(read->begin(), read->end());
  }
  // Products are at most 255 * 127; twice the limit leaves room for what bias
  // correction adds.
  double biasLimit = (2147483647.0 - double(map.fanIn) * 255 * 127) / 2;
  if (biasLimit < (1 << 20))
    return layer->emitOpError("sums ")
           << map.fanIn << " products per output, too many for 32 bits";

  QuantizedParameters result;
  result.scales =
      chooseWeightScales(map, *weights, bias, inputScale, biasLimit);
  std::vector<double> bound(map.channels);
  for (size_t i = 0, e = weights->size(); i != e; ++i) {
    int64_t channel = map[i];
    double scale = result.scales[channel], weight = (*weights)[i];
    double steps = std::clamp(std::round(weight / scale), -127.0, 127.0);
    result.weights.push_back(int8_t(steps));
    bound[channel] += std::abs(steps) * scale * inputScale * 255;
    if (!inputMeans.empty())
      bias[channel] +=
          (weight - steps * scale) * inputMeans[layer.getInputChannel(i)];
  }
  for (int64_t c = 0; c != map.channels; ++c) {
    double steps = std::round(bias[c] / (inputScale * result.scales[c]));
    result.bias.push_back(
        int32_t(std::clamp(steps, -2 * biasLimit, 2 * biasLimit)));
    result.largestResult =
        std::max(result.largestResult, bound[c] + std::abs(bias[c]));
  }
  return result;
}

void ofa::setParameters(LinearOpInterface layer,
                        const QuantizedParameters &parameters) {
  OpBuilder builder(layer);
  OpOperand &weight = layer.getWeightMutable();
  auto constant = weight.get().getDefiningOp<ConstantOp>();
  auto type = cast<RankedTensorType>(constant.getType());
  auto element = quant::UniformQuantizedPerAxisType::get(
      quant::QuantizationFlags::Signed, builder.getI8Type(),
      builder.getF32Type(), parameters.scales,
      SmallVector<int64_t>(parameters.scales.size(), 0),
      layer.getOutputChannelAxis(), -127, 127);
  weight.set(ConstantOp::create(
      builder, constant.getLoc(), type.clone(element), constant.getNameAttr(),
      makeElements<int8_t>(constant.getName(), type.clone(builder.getI8Type()),
                           parameters.weights)));

  MutableOperandRange bias = layer.getBiasMutable();
  std::string name =
      bias.empty()
          ? (cast<StringAttr>(*layer->getInherentAttr("name")).getValue() +
             ".bias")
                .str()
          : bias[0].get().getDefiningOp<ConstantOp>().getName().str();
  auto biasType = RankedTensorType::get({int64_t(parameters.bias.size())},
                                        builder.getI32Type());
  bias.assign(ConstantOp::create(
      builder, layer.getLoc(), name,
      makeElements<int32_t>(name, biasType, parameters.bias)));
}
