//===- KernelFloatOps.cpp - Float kernels -----------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelOpUtils.h"

using namespace mlir;
using namespace mlir::kernel;

// Output pixels that the runtime's kernels make at a time (OFA_<OP>_F32_STEP).
static constexpr int64_t convStep = 4;
static constexpr int64_t generalConvStep = 1;
static constexpr int64_t depthwiseStep = 1;
static constexpr int64_t poolStep = 1;

static constexpr int64_t floatBytes = 4;

template <typename OpTy>
static LogicalResult verifyWeights(OpTy op, int64_t weights, int64_t channels) {
  return success(
      succeeded(verifyCount(op, op.getWeights(), weights, "weights")) &&
      succeeded(verifyCount(op, op.getBias(), channels, "bias")) &&
      succeeded(verifyConstant(op, op.getWeights(), "weights")) &&
      succeeded(verifyConstant(op, op.getBias(), "bias")));
}

template <typename OpTy>
static void addBoundsAndWeights(Params &params, OpTy op) {
  addBounds(params, op.getActivationMin(), op.getActivationMax());
  params.addPointer("weights", getGlobalRef(op.getWeights()))
      .addPointer("bias", getGlobalRef(op.getBias()));
}

//===----------------------------------------------------------------------===//
// Conv2DF32Op, DepthwiseConv2DF32Op, FullyConnectedF32Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static Params getConvParams(OpTy op, StringRef typeName) {
  Params params(typeName);
  addWindow(params, getWindow(op));
  addBoundsAndWeights(params, op);
  return params;
}

template <typename OpTy>
static Params getGeneralConvParams(OpTy op, int64_t groups) {
  Params params("ofa_conv2d_general_f32_params_t");
  addGeneralWindow(params, getDilatedWindow(op), groups);
  addBoundsAndWeights(params, op);
  return params;
}

LogicalResult Conv2DF32Op::verify() {
  Window window = getDilatedWindow(*this);
  // conv2d_f32_c1, conv2d_f32_c3, conv2d_f32_c5
  if (failed(verifyWindow(*this, window, convLimits)) ||
      failed(verifyGroups(*this, window, getGroups()))) // conv2d_f32_c6
    return failure();
  int64_t channels = window.output[3];
  int64_t taps = window.kernel[0] * window.kernel[1];
  if (failed(verifyWeights(*this,
                           channels * taps * (window.input[3] / getGroups()),
                           channels))) // conv2d_f32_c2
    return failure();
  return verifyActivation(*this); // conv2d_f32_c4
}

std::string Conv2DF32Op::getRuntimeFunction() {
  return isGeneral(*this, getGroups()) ? "ofa_conv2d_general_f32"
                                       : "ofa_conv2d_f32";
}

Params Conv2DF32Op::getParams() {
  return isGeneral(*this, getGroups())
             ? getGeneralConvParams(*this, getGroups())
             : getConvParams(*this, "ofa_conv2d_f32_params_t");
}

std::optional<OverlapRule> Conv2DF32Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(
      getWindow(*this),
      isGeneral(*this, getGroups()) ? generalConvStep : convStep, floatBytes);
}

int64_t Conv2DF32Op::getMACs() {
  Window window = getWindow(*this);
  return getWindowMACs(window, window.input[3] / getGroups());
}

LogicalResult DepthwiseConv2DF32Op::verify() {
  Window window = getDilatedWindow(*this);
  // depthwise_conv2d_f32_c1, depthwise_conv2d_f32_c3, depthwise_conv2d_f32_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  int64_t channels = window.output[3];
  if (channels % window.input[3] != 0) // depthwise_conv2d_f32_c1
    return emitOpError("expects a multiple of ")
           << window.input[3] << " output channels, but got " << channels;
  int64_t taps = window.kernel[0] * window.kernel[1];
  if (failed(verifyWeights(*this, channels * taps,
                           channels))) // depthwise_conv2d_f32_c2
    return failure();
  return verifyActivation(*this); // depthwise_conv2d_f32_c4
}

std::string DepthwiseConv2DF32Op::getRuntimeFunction() {
  return isGeneral(*this) ? "ofa_conv2d_general_f32"
                          : "ofa_depthwise_conv2d_f32";
}

Params DepthwiseConv2DF32Op::getParams() {
  return isGeneral(*this)
             ? getGeneralConvParams(*this, getInnermost(getInput()))
             : getConvParams(*this, "ofa_depthwise_conv2d_f32_params_t");
}

std::optional<OverlapRule> DepthwiseConv2DF32Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(
      getWindow(*this), isGeneral(*this) ? generalConvStep : depthwiseStep,
      floatBytes);
}

int64_t DepthwiseConv2DF32Op::getMACs() {
  return getWindowMACs(getWindow(*this), 1);
}

LogicalResult FullyConnectedF32Op::verify() {
  int64_t in = getCount(getInput()), out = getCount(getOutput());
  if (failed(verifyWeights(*this, in * out, out))) // fully_connected_f32_c1
    return failure();
  return verifyActivation(*this); // fully_connected_f32_c2
}

std::string FullyConnectedF32Op::getRuntimeFunction() {
  return "ofa_fully_connected_f32";
}

Params FullyConnectedF32Op::getParams() {
  Params params("ofa_fully_connected_f32_params_t");
  params.addInt32("in_features", getCount(getInput()))
      .addInt32("out_features", getCount(getOutput()));
  addBoundsAndWeights(params, *this);
  return params;
}

int64_t FullyConnectedF32Op::getMACs() {
  return getCount(getInput()) * getCount(getOutput());
}

//===----------------------------------------------------------------------===//
// BatchNormF32Op
//===----------------------------------------------------------------------===//

LogicalResult BatchNormF32Op::verify() {
  if (failed(
          verifySameShape(*this, getInput(), getOutput()))) // batch_norm_f32_c1
    return failure();
  int64_t channels = getInnermost(getInput());
  std::pair<Value, StringRef> constants[] = {{getScale(), "scale"},
                                             {getOffset(), "offset"},
                                             {getMean(), "mean"},
                                             {getVariance(), "variance"}};
  for (auto [value, what] : constants) // batch_norm_f32_c2
    if (failed(verifyCount(*this, value, channels, what)) ||
        failed(verifyConstant(*this, value, what)))
      return failure();
  if (failed(
          verifyPositive(*this, getEpsilon(), "epsilon"))) // batch_norm_f32_c4
    return failure();
  return verifyActivation(*this); // batch_norm_f32_c3
}

std::string BatchNormF32Op::getRuntimeFunction() {
  return "ofa_batch_norm_f32";
}

Params BatchNormF32Op::getParams() {
  int64_t channels = getInnermost(getInput());
  Params params("ofa_batch_norm_f32_params_t");
  params.addInt32("pixels", getCount(getInput()) / channels)
      .addInt32("channels", channels)
      .addFloat("epsilon", getEpsilon().convertToFloat());
  addBounds(params, getActivationMin(), getActivationMax());
  params.addPointer("scale", getGlobalRef(getScale()))
      .addPointer("offset", getGlobalRef(getOffset()))
      .addPointer("mean", getGlobalRef(getMean()))
      .addPointer("variance", getGlobalRef(getVariance()));
  return params;
}

std::optional<OverlapRule> BatchNormF32Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

//===----------------------------------------------------------------------===//
// AddF32Op, SubF32Op, MulF32Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult verifyElementwise(OpTy op) {
  // add_f32_c1, sub_f32_c1, mul_f32_c1
  if (failed(verifyBinary(op, op.getLhs(), op.getRhs(), op.getOutput())))
    return failure();
  return verifyActivation(op); // add_f32_c2, sub_f32_c2, mul_f32_c2
}

template <typename OpTy>
static Params getElementwiseParams(OpTy op) {
  int64_t channels = getCount(op.getRhs());
  Params params("ofa_elementwise_f32_params_t");
  params.addInt32("pixels", getCount(op.getOutput()) / channels)
      .addInt32("channels", channels);
  addBounds(params, op.getActivationMin(), op.getActivationMax());
  return params;
}

LogicalResult AddF32Op::verify() { return verifyElementwise(*this); }
std::string AddF32Op::getRuntimeFunction() {
  return isRepeated(*this) ? "ofa_add_channels_f32" : "ofa_add_f32";
}
Params AddF32Op::getParams() { return getElementwiseParams(*this); }
std::optional<OverlapRule> AddF32Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

LogicalResult SubF32Op::verify() {
  if (failed(verifyElementwise(*this)))
    return failure();
  return verifyReversed(*this); // sub_f32_c3
}
std::string SubF32Op::getRuntimeFunction() {
  return getReversed()       ? "ofa_rsub_channels_f32"
         : isRepeated(*this) ? "ofa_sub_channels_f32"
                             : "ofa_sub_f32";
}
Params SubF32Op::getParams() { return getElementwiseParams(*this); }
std::optional<OverlapRule> SubF32Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

LogicalResult MulF32Op::verify() { return verifyElementwise(*this); }
std::string MulF32Op::getRuntimeFunction() {
  return isRepeated(*this) ? "ofa_mul_channels_f32" : "ofa_mul_f32";
}
Params MulF32Op::getParams() { return getElementwiseParams(*this); }
std::optional<OverlapRule> MulF32Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

//===----------------------------------------------------------------------===//
// AvgPool2DF32Op, MaxPool2DF32Op, MeanF32Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult verifyPool(OpTy op) {
  Window window = getWindow(op);
  // avg_pool2d_f32_c1, avg_pool2d_f32_c2, avg_pool2d_f32_c4,
  // max_pool2d_f32_c1, max_pool2d_f32_c2, max_pool2d_f32_c4
  if (failed(verifyWindow(op, window, poolLimits)))
    return failure();
  if (window.input[3] !=
      window.output[3]) // avg_pool2d_f32_c1, max_pool2d_f32_c1
    return op.emitOpError("expects as many channels in input and output, but "
                          "got ")
           << window.input[3] << " and " << window.output[3];
  return verifyActivation(op); // avg_pool2d_f32_c3, max_pool2d_f32_c3
}

template <typename OpTy>
static Params getPoolParams(OpTy op) {
  Params params("ofa_pool2d_f32_params_t");
  addWindow(params, getWindow(op));
  addBounds(params, op.getActivationMin(), op.getActivationMax());
  return params;
}

LogicalResult AvgPool2DF32Op::verify() { return verifyPool(*this); }
std::string AvgPool2DF32Op::getRuntimeFunction() {
  return "ofa_avg_pool2d_f32";
}
Params AvgPool2DF32Op::getParams() { return getPoolParams(*this); }
std::optional<OverlapRule> AvgPool2DF32Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), poolStep, floatBytes);
}

LogicalResult MaxPool2DF32Op::verify() { return verifyPool(*this); }
std::string MaxPool2DF32Op::getRuntimeFunction() {
  return "ofa_max_pool2d_f32";
}
Params MaxPool2DF32Op::getParams() { return getPoolParams(*this); }
std::optional<OverlapRule> MaxPool2DF32Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), poolStep, floatBytes);
}

LogicalResult MeanF32Op::verify() { // mean_f32_c1
  return verifyMean(*this, getInput(), getOutput(), getBatches());
}

std::string MeanF32Op::getRuntimeFunction() { return "ofa_mean_f32"; }

Params MeanF32Op::getParams() {
  Params params("ofa_mean_f32_params_t");
  params.addInt32("batches", getBatches())
      .addInt32("pixels", getCount(getInput()) / getCount(getOutput()))
      .addInt32("channels", getInnermost(getInput()));
  return params;
}

//===----------------------------------------------------------------------===//
// UnaryF32Op, SoftmaxF32Op, ConvertU8F32Op
//===----------------------------------------------------------------------===//

LogicalResult UnaryF32Op::verify() {
  if (failed(verifySameCount(*this, getInput(), getOutput()))) // unary_f32_c1
    return failure();
  bool isLeaky = getFunction() == UnaryFunction::LeakyRelu;
  if (getAlpha().has_value() != isLeaky) // unary_f32_c2
    return emitOpError("expects ")
           << (isLeaky ? "an 'alpha'" : "no 'alpha'") << " for "
           << stringifyUnaryFunction(getFunction());
  return success();
}

std::string UnaryF32Op::getRuntimeFunction() {
  return ("ofa_" + stringifyUnaryFunction(getFunction()) + "_f32").str();
}

Params UnaryF32Op::getParams() {
  Params params(getAlpha() ? "ofa_leaky_relu_f32_params_t"
                           : "ofa_unary_f32_params_t");
  params.addInt32("count", getCount(getOutput()));
  if (getAlpha())
    params.addFloat("alpha", getAlpha()->convertToFloat());
  return params;
}

std::optional<OverlapRule> UnaryF32Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

LogicalResult SoftmaxF32Op::verify() {
  // softmax_f32_c1
  if (failed(verifySameShape(*this, getInput(), getOutput())))
    return failure();
  return verifyPositive(*this, getBeta(), "beta"); // softmax_f32_c2
}

std::string SoftmaxF32Op::getRuntimeFunction() { return "ofa_softmax_f32"; }

Params SoftmaxF32Op::getParams() {
  int64_t depth = getInnermost(getInput());
  Params params("ofa_softmax_f32_params_t");
  params.addInt32("rows", getCount(getInput()) / depth)
      .addInt32("depth", depth)
      .addFloat("beta", getBeta().convertToFloat());
  return params;
}

std::optional<OverlapRule> SoftmaxF32Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

LogicalResult ConvertU8F32Op::verify() {
  if (failed(
          verifySameShape(*this, getInput(), getOutput()))) // convert_u8_f32_c1
    return failure();
  int64_t channels = getInnermost(getInput());
  return success(
      succeeded(verifyCount(*this, getZeroPoint(), channels, "zero_point")) &&
      succeeded(verifyCount(*this, getScale(), channels,
                            "scale")) && // convert_u8_f32_c2
      succeeded(verifyConstant(*this, getZeroPoint(), "zero_point")) &&
      succeeded(verifyConstant(*this, getScale(), "scale")));
}

std::string ConvertU8F32Op::getRuntimeFunction() {
  return "ofa_convert_u8_f32";
}

static Params getConvertParams(ConvertU8F32Op op, int64_t count) {
  int64_t channels = getInnermost(op.getInput());
  Params params("ofa_convert_u8_f32_params_t");
  params.addInt32("pixels", count / channels)
      .addInt32("channels", channels)
      .addPointer("zero_point", getGlobalRef(op.getZeroPoint()))
      .addPointer("scale", getGlobalRef(op.getScale()));
  return params;
}
Params ConvertU8F32Op::getParams() {
  return getConvertParams(*this, getCount(getOutput()));
}
Params ConvertU8F32Op::getRowParams() {
  return getConvertParams(*this, getRowCount(getOutput()));
}
bool ConvertU8F32Op::hasRowForm() { return hasElementRows(*this); }
RowWindow ConvertU8F32Op::getRowWindow(OpOperand &) {
  return getSameRow(*this);
}
bool ConvertU8F32Op::isElementWise() { return true; }
