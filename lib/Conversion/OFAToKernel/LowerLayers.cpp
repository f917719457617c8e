//===- LowerLayers.cpp - Kernels of layers with weights ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowerings.h"

#include "ofa/Dialect/Kernel/IR/WeightLayout.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::GlobalRole;

//===----------------------------------------------------------------------===//
// int8
//===----------------------------------------------------------------------===//

/// Height and width of a layer's window.
template <typename OpTy>
static ArrayRef<int64_t> getWindowSize(OpTy op) {
  return op.getWeight().getType().getShape().slice(1, 2);
}

/// The dilations of a layer's window; 1 along an axis with one tap.
template <typename OpTy>
static SmallVector<int64_t> getDilations(OpTy op) {
  SmallVector<int64_t> dilations(op.getDilations());
  for (auto [dilation, taps] : llvm::zip(dilations, getWindowSize(op)))
    dilation = taps == 1 ? 1 : dilation;
  return dilations;
}

namespace {
/// Weights and factors of an int8 layer, by output channel.
struct Int8Parameters {
  Value weights, bias, multiplier, shift;
};
} // namespace

/// The weight scale of each output channel, or one for all.
static SmallVector<double> getWeightScales(Value weight) {
  Type type = getElementTypeOrSelf(weight);
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type))
    return llvm::to_vector(perAxis.getScales());
  return {cast<quant::UniformQuantizedType>(type).getScale()};
}

/// Makes the parameters of a layer. `weights` are [out][inner]; `pack` brings
/// them into the kernel's layout; `getFactor` is the real factor of an output
/// channel for its weight scale.
template <typename OpTy>
static FailureOr<Int8Parameters>
makeParameters(OpTy op, KernelLowering &lowering, ArrayRef<int8_t> weights,
               int64_t channels,
               function_ref<std::vector<int8_t>(ArrayRef<int8_t>)> pack,
               function_ref<double(double)> getFactor) {
  std::vector<int32_t> bias(channels, 0);
  if (op.getBias()) {
    FailureOr<std::vector<int32_t>> given =
        readConstant<int32_t>(op, op.getBias());
    if (failed(given))
      return failure();
    bias = std::move(*given);
  }
  std::optional<std::vector<int32_t>> folded =
      kernel::foldZeroPoint(bias, weights, getScale(op.getInput()).zeroPoint);
  if (!folded)
    return op.emitOpError("has a bias that does not fit 32 bits together with "
                          "the input's zero point");
  SmallVector<double> scales = getWeightScales(op.getWeight());
  std::vector<int32_t> multipliers;
  std::vector<int8_t> shifts;
  size_t inputs = weights.size() / channels;
  for (int64_t channel = 0; channel < channels; ++channel) {
    double scale = scales[scales.size() == 1 ? 0 : channel];
    Multiplier factor = quantizeMultiplier(getFactor(scale));
    int64_t largest = std::abs(int64_t(bias[channel]));
    for (int8_t weight : weights.slice(channel * inputs, inputs))
      largest += 255 * std::abs(int64_t(weight));
    if (failed(checkFactor(op, factor, largest)))
      return failure();
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  StringRef name = op.getName();
  std::vector<int8_t> packed = pack(weights);
  return Int8Parameters{
      lowering.makeGlobal<int8_t>(GlobalRole::Weights, name + ".weights",
                                  packed),
      lowering.makeGlobal<int32_t>(GlobalRole::Weights, name + ".bias",
                                   *folded),
      lowering.makeGlobal<int32_t>(GlobalRole::Table, name + ".multiplier",
                                   multipliers),
      lowering.makeGlobal<int8_t>(GlobalRole::Table, name + ".shift", shifts)};
}

/// Creates a convolution on int8 with weights `[channels][...]` that `pack`
/// brings into the kernel's layout.
template <typename KernelOp, typename OpTy, typename... More>
static LogicalResult
lowerInt8Window(OpTy op, KernelLowering &lowering, ArrayRef<int8_t> weights,
                int64_t channels,
                function_ref<std::vector<int8_t>(ArrayRef<int8_t>)> pack,
                More... more) {
  double input = getScale(op.getInput()).scale;
  double output = getScale(op.getResult()).scale;
  FailureOr<Int8Parameters> parameters =
      makeParameters(op, lowering, weights, channels, pack, [&](double weight) {
        return getConvolutionFactor(input, weight, output);
      });
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(parameters) || failed(memory))
    return failure();
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  KernelOp::create(lowering.getBuilder(), op.getLoc(), op.getName(), *memory,
                   parameters->weights, parameters->bias,
                   parameters->multiplier, parameters->shift,
                   lowering.makeResult(op.getResult(), op.getName()),
                   getWindowSize(op), getStrides(op), op.getPad().take_front(2),
                   getScale(op.getInput()).zeroPoint,
                   getScale(op.getResult()).zeroPoint, range.min, range.max,
                   getRounding(op.getRounding()), getDilations(op), more...);
  return success();
}

//===----------------------------------------------------------------------===//
// Float parameters
//===----------------------------------------------------------------------===//

template <typename OpTy>
static FailureOr<std::vector<float>> readBias(OpTy op, int64_t channels) {
  if (!op.getBias())
    return std::vector<float>(channels, 0.0f);
  return readConstant<float>(op, op.getBias());
}

template <typename KernelOp, typename OpTy, typename... More>
static LogicalResult lowerFloatWindow(OpTy op, KernelLowering &lowering,
                                      ArrayRef<float> weights, int64_t channels,
                                      More... more) {
  FailureOr<std::vector<float>> bias = readBias(op, channels);
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(bias) || failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  auto [min, max] = getBounds(op.getActivation(), builder);
  StringRef name = op.getName();
  Value weightMemory = lowering.makeGlobal<float>(GlobalRole::Weights,
                                                  name + ".weights", weights);
  Value biasMemory =
      lowering.makeGlobal<float>(GlobalRole::Weights, name + ".bias", *bias);
  KernelOp::create(builder, op.getLoc(), name, *memory, weightMemory,
                   biasMemory, lowering.makeResult(op.getResult(), name),
                   getWindowSize(op), getStrides(op), op.getPad().take_front(2),
                   min, max, getDilations(op), more...);
  return success();
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

/// Lowers a convolution, given its weights as `[channels][taps][inputs]`,
/// inputs being those of a group. One input per group makes it depthwise: that
/// kernel is faster, and the other way round for a single group.
template <typename OpTy>
static LogicalResult lowerConvolution(OpTy op, KernelLowering &lowering,
                                      int64_t channels, int64_t groups) {
  bool isDilated = getDilations(op) != SmallVector<int64_t>{1, 1};
  bool isDepthwise = groups > 1 && groups == getShape(op.getInput())[3];
  // OHWI already, or a depthwise weight, whose channels lie innermost.
  bool isOutermost = op.getOutputChannelAxis() == 0;
  auto toOutermost = [&](auto &weights) {
    using T = typename std::decay_t<decltype(weights)>::value_type;
    if (!isOutermost)
      weights = kernel::transposeWeights<T>(weights, weights.size() / channels);
  };
  if (isQuantized(op.getInput())) {
    FailureOr<std::vector<int8_t>> weights =
        readConstant<int8_t>(op, op.getWeight());
    if (failed(weights))
      return failure();
    toOutermost(*weights);
    auto pack = [&](ArrayRef<int8_t> values) {
      if (isDepthwise && !isDilated)
        return values.vec();
      return groups == 1 && !isDilated
                 ? kernel::packConv2DWeights(values, channels)
                 : kernel::packGroupedWeights(values, channels, groups);
    };
    if (isDepthwise)
      return lowerInt8Window<kernel::DepthwiseConv2DS8Op>(
          op, lowering, *weights, channels, pack);
    return lowerInt8Window<kernel::Conv2DS8Op>(op, lowering, *weights, channels,
                                               pack, groups);
  }
  FailureOr<std::vector<float>> weights =
      readConstant<float>(op, op.getWeight());
  if (failed(weights))
    return failure();
  toOutermost(*weights);
  std::vector<float> packed =
      isDepthwise && !isDilated
          ? kernel::transposeWeights<float>(*weights, channels)
          : kernel::transposeGroupedWeights<float>(*weights, channels, groups);
  if (isDepthwise)
    return lowerFloatWindow<kernel::DepthwiseConv2DF32Op>(op, lowering, packed,
                                                          channels);
  return lowerFloatWindow<kernel::Conv2DF32Op>(op, lowering, packed, channels,
                                               groups);
}

LogicalResult ofa::lower(Conv2DOp op, KernelLowering &lowering) {
  return lowerConvolution(op, lowering, getShape(op.getWeight())[0],
                          op.getGroups());
}

LogicalResult ofa::lower(DepthwiseConv2DOp op, KernelLowering &lowering) {
  return lowerConvolution(op, lowering, getShape(op.getWeight())[3],
                          getShape(op.getInput())[3]);
}

/// A product of several rows is a 1x1 convolution of a row of pixels.
static SmallVector<int64_t> getPixelsShape(Value rows) {
  return {1, 1, getShape(rows)[0], getShape(rows)[1]};
}

static LogicalResult lowerInt8(FullyConnectedOp op, KernelLowering &lowering) {
  int64_t channels = getShape(op.getWeight())[0];
  FailureOr<std::vector<int8_t>> weights =
      readConstant<int8_t>(op, op.getWeight());
  if (failed(weights))
    return failure();
  double input = getScale(op.getInput()).scale;
  double output = getScale(op.getResult()).scale;
  bool perChannel = isa<quant::UniformQuantizedPerAxisType>(
      getElementTypeOrSelf(op.getWeight()));
  FailureOr<Int8Parameters> parameters = makeParameters(
      op, lowering, *weights, channels,
      [&](ArrayRef<int8_t> values) {
        return kernel::packConv2DWeights(values, channels);
      },
      [&](double weight) {
        return getFullyConnectedFactor(input, weight, output, perChannel);
      });
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(parameters) || failed(memory))
    return failure();
  QuantizedRange range = getRange(op.getActivation(), op.getResult());
  OpBuilder &builder = lowering.getBuilder();
  Value result = lowering.makeResult(op.getResult(), op.getName());
  if (getShape(op.getInput())[0] == 1) {
    kernel::FullyConnectedS8Op::create(
        builder, op.getLoc(), op.getName(), *memory, parameters->weights,
        parameters->bias, parameters->multiplier, parameters->shift, result,
        getScale(op.getResult()).zeroPoint, range.min, range.max,
        getRounding(op.getRounding()));
    return success();
  }
  kernel::Conv2DS8Op::create(
      builder, op.getLoc(), op.getName(),
      lowering.view(op.getLoc(), *memory, getPixelsShape(op.getInput())),
      parameters->weights, parameters->bias, parameters->multiplier,
      parameters->shift,
      lowering.view(op.getLoc(), result, getPixelsShape(op.getResult())),
      ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{0, 0},
      getScale(op.getInput()).zeroPoint, getScale(op.getResult()).zeroPoint,
      range.min, range.max, getRounding(op.getRounding()),
      ArrayRef<int64_t>{1, 1}, /*groups=*/1);
  return success();
}

LogicalResult ofa::lower(FullyConnectedOp op, KernelLowering &lowering) {
  if (isQuantized(op.getInput()))
    return lowerInt8(op, lowering);
  int64_t channels = getShape(op.getWeight())[0];
  FailureOr<std::vector<float>> weights =
      readConstant<float>(op, op.getWeight());
  FailureOr<std::vector<float>> bias = readBias(op, channels);
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(weights) || failed(bias) || failed(memory))
    return failure();
  OpBuilder &builder = lowering.getBuilder();
  auto [min, max] = getBounds(op.getActivation(), builder);
  StringRef name = op.getName();
  std::vector<float> packed =
      kernel::transposeWeights<float>(*weights, channels);
  Value weightMemory = lowering.makeGlobal<float>(GlobalRole::Weights,
                                                  name + ".weights", packed);
  Value biasMemory =
      lowering.makeGlobal<float>(GlobalRole::Weights, name + ".bias", *bias);
  Value result = lowering.makeResult(op.getResult(), name);
  if (getShape(op.getInput())[0] == 1)
    kernel::FullyConnectedF32Op::create(builder, op.getLoc(), name, *memory,
                                        weightMemory, biasMemory, result, min,
                                        max);
  else
    kernel::Conv2DF32Op::create(
        builder, op.getLoc(), name,
        lowering.view(op.getLoc(), *memory, getPixelsShape(op.getInput())),
        weightMemory, biasMemory,
        lowering.view(op.getLoc(), result, getPixelsShape(op.getResult())),
        ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{1, 1},
        ArrayRef<int64_t>{0, 0}, min, max, ArrayRef<int64_t>{1, 1},
        /*groups=*/1);
  return success();
}

LogicalResult ofa::lower(BatchNormOp op, KernelLowering &lowering) {
  if (isQuantized(op.getInput()))
    return op.emitOpError("has no int8 kernel: run ofa-fold-batch-norm before "
                          "quantising");
  FailureOr<std::vector<float>> rows = readConstant<float>(op, op.getParams());
  FailureOr<Value> memory = lowering.getMemory(op.getInput());
  if (failed(rows) || failed(memory))
    return failure();
  size_t channels = rows->size() / 4;
  StringRef name = op.getName();
  auto makeRow = [&](size_t row, StringRef what) {
    return lowering.makeGlobal<float>(
        GlobalRole::Weights, name + "." + what,
        ArrayRef<float>(*rows).slice(row * channels, channels));
  };
  Value scale = makeRow(0, "scale"), offset = makeRow(1, "offset");
  Value mean = makeRow(2, "mean"), variance = makeRow(3, "variance");
  OpBuilder &builder = lowering.getBuilder();
  kernel::BatchNormF32Op::create(
      builder, op.getLoc(), name, *memory, scale, offset, mean, variance,
      lowering.makeResult(op.getResult(), name),
      APFloat(static_cast<float>(op.getEpsilon().convertToDouble())),
      FloatAttr(), FloatAttr());
  return success();
}
