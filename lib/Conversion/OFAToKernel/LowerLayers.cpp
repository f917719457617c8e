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
  for (int64_t channel = 0; channel < channels; ++channel) {
    double scale = scales[scales.size() == 1 ? 0 : channel];
    Multiplier factor = quantizeMultiplier(getFactor(scale));
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

template <typename KernelOp, typename OpTy>
static LogicalResult
lowerInt8Window(OpTy op, KernelLowering &lowering, ArrayRef<int8_t> weights,
                int64_t channels, ArrayRef<int64_t> kernelSize,
                function_ref<std::vector<int8_t>(ArrayRef<int8_t>)> pack) {
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
  KernelOp::create(
      lowering.getBuilder(), op.getLoc(), op.getName(), *memory,
      parameters->weights, parameters->bias, parameters->multiplier,
      parameters->shift, lowering.makeResult(op.getResult(), op.getName()),
      kernelSize, op.getStrides(), op.getPad().take_front(2),
      getScale(op.getInput()).zeroPoint, getScale(op.getResult()).zeroPoint,
      range.min, range.max, getRounding(op.getRounding()));
  return success();
}

//===----------------------------------------------------------------------===//
// Float
//===----------------------------------------------------------------------===//

/// The bias of a float layer, zeros without one.
template <typename OpTy>
static FailureOr<std::vector<float>> readBias(OpTy op, int64_t channels) {
  if (!op.getBias())
    return std::vector<float>(channels, 0.0f);
  return readConstant<float>(op, op.getBias());
}

template <typename KernelOp, typename OpTy>
static LogicalResult lowerFloatWindow(OpTy op, KernelLowering &lowering,
                                      ArrayRef<float> weights, int64_t channels,
                                      ArrayRef<int64_t> kernelSize) {
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
                   kernelSize, op.getStrides(), op.getPad().take_front(2), min,
                   max);
  return success();
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// What a window of the runtime cannot be.
template <typename OpTy>
static LogicalResult checkWindow(OpTy op) {
  if (op.getDilations() == ArrayRef<int64_t>{1, 1})
    return success();
  return op.emitOpError("has dilation ")
         << op.getDilations()[0] << "x" << op.getDilations()[1]
         << ", but the runtime has no dilated convolution";
}

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

LogicalResult ofa::lower(Conv2DOp op, KernelLowering &lowering) {
  if (failed(checkWindow(op)))
    return failure();
  ArrayRef<int64_t> shape = getShape(op.getWeight()); // OHWI
  ArrayRef<int64_t> size = shape.slice(1, 2);
  if (isQuantized(op.getInput())) {
    FailureOr<std::vector<int8_t>> weights =
        readConstant<int8_t>(op, op.getWeight());
    if (failed(weights))
      return failure();
    return lowerInt8Window<kernel::Conv2DS8Op>(
        op, lowering, *weights, shape[0], size, [&](ArrayRef<int8_t> values) {
          return kernel::packConv2DWeights(values, shape[0]);
        });
  }
  FailureOr<std::vector<float>> weights =
      readConstant<float>(op, op.getWeight());
  if (failed(weights))
    return failure();
  return lowerFloatWindow<kernel::Conv2DF32Op>(
      op, lowering, kernel::transposeWeights<float>(*weights, shape[0]),
      shape[0], size);
}

LogicalResult ofa::lower(DepthwiseConv2DOp op, KernelLowering &lowering) {
  if (failed(checkWindow(op)))
    return failure();
  ArrayRef<int64_t> shape = getShape(op.getWeight()); // [1, kh, kw, channels]
  ArrayRef<int64_t> size = shape.slice(1, 2);
  if (isQuantized(op.getInput())) {
    FailureOr<std::vector<int8_t>> weights =
        readConstant<int8_t>(op, op.getWeight());
    if (failed(weights))
      return failure();
    // [channels][taps] is what the kernel reads.
    return lowerInt8Window<kernel::DepthwiseConv2DS8Op>(
        op, lowering,
        kernel::transposeWeights<int8_t>(*weights, size[0] * size[1]), shape[3],
        size, [](ArrayRef<int8_t> values) { return values.vec(); });
  }
  FailureOr<std::vector<float>> weights =
      readConstant<float>(op, op.getWeight());
  if (failed(weights))
    return failure();
  return lowerFloatWindow<kernel::DepthwiseConv2DF32Op>(op, lowering, *weights,
                                                        shape[3], size);
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
  kernel::FullyConnectedS8Op::create(
      lowering.getBuilder(), op.getLoc(), op.getName(), *memory,
      parameters->weights, parameters->bias, parameters->multiplier,
      parameters->shift, lowering.makeResult(op.getResult(), op.getName()),
      getScale(op.getResult()).zeroPoint, range.min, range.max,
      getRounding(op.getRounding()));
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
  kernel::FullyConnectedF32Op::create(
      builder, op.getLoc(), name, *memory, weightMemory, biasMemory,
      lowering.makeResult(op.getResult(), name), min, max);
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
