//===- KernelInt8Ops.cpp - Integer kernels ----------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelOpUtils.h"

using namespace mlir;
using namespace mlir::kernel;

/// The pointers to weights, bias and factors that end a params struct.
template <typename OpTy>
static void addWeights(Params &params, OpTy op) {
  params.addPointer("weights", getGlobalRef(op.getWeights()))
      .addPointer("bias", getGlobalRef(op.getBias()))
      .addPointer("multiplier", getGlobalRef(op.getMultiplier()))
      .addPointer("shift", getGlobalRef(op.getShift()));
}

template <typename OpTy>
static LogicalResult verifyWeights(OpTy op, int64_t weights, int64_t channels) {
  return success(
      succeeded(verifyCount(op, op.getWeights(), weights, "weights")) &&
      succeeded(verifyCount(op, op.getBias(), channels, "bias")) &&
      succeeded(verifyCount(op, op.getMultiplier(), channels, "multiplier")) &&
      succeeded(verifyCount(op, op.getShift(), channels, "shift")) &&
      succeeded(verifyConstant(op, op.getWeights(), "weights")) &&
      succeeded(verifyConstant(op, op.getBias(), "bias")) &&
      succeeded(verifyConstant(op, op.getMultiplier(), "multiplier")) &&
      succeeded(verifyConstant(op, op.getShift(), "shift")));
}

//===----------------------------------------------------------------------===//
// Conv2DS8Op, DepthwiseConv2DS8Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static void addConvArithmetic(Params &params, OpTy op) {
  params.addInt8("input_zero_point", op.getInputZeroPoint())
      .addInt8("output_zero_point", op.getOutputZeroPoint());
  addActivation(params, op);
  addWeights(params, op);
}

template <typename OpTy>
static Params getConvParams(OpTy op, StringRef typeName) {
  Params params(typeName);
  addWindow(params, getWindow(op));
  addConvArithmetic(params, op);
  return params;
}

template <typename OpTy>
static Params getGeneralConvParams(OpTy op, int64_t groups) {
  Params params("ofa_conv2d_general_s8_params_t");
  addGeneralWindow(params, getDilatedWindow(op), groups);
  addConvArithmetic(params, op);
  return params;
}

LogicalResult Conv2DS8Op::verify() {
  Window window = getDilatedWindow(*this);
  // conv2d_s8_c1, conv2d_s8_c3, conv2d_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)) ||
      failed(verifyGroups(*this, window, getGroups()))) // conv2d_s8_c6
    return failure();
  int64_t channels = window.output[3];
  int64_t taps = window.kernel[0] * window.kernel[1];
  if (failed(verifyWeights(*this,
                           channels * taps * (window.input[3] / getGroups()),
                           channels))) // conv2d_s8_c2
    return failure();
  return verifyActivation(*this); // conv2d_s8_c4
}

std::string Conv2DS8Op::getRuntimeFunction() {
  bool isPointwise = getKernel() == ArrayRef<int64_t>{1, 1} &&
                     getStride() == ArrayRef<int64_t>{1, 1};
  return withRounding(isGeneral(*this, getGroups()) ? "ofa_conv2d_general_s8"
                      : isPointwise                 ? "ofa_conv2d_1x1_s8"
                                                    : "ofa_conv2d_s8",
                      getRounding());
}

Params Conv2DS8Op::getParams() {
  return isGeneral(*this, getGroups())
             ? getGeneralConvParams(*this, getGroups())
             : getConvParams(*this, "ofa_conv2d_s8_params_t");
}

std::optional<OverlapRule> Conv2DS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(
      getWindow(*this),
      isGeneral(*this, getGroups()) ? generalConvS8Step : convS8Step, 1);
}

int64_t Conv2DS8Op::getMACs() {
  Window window = getWindow(*this);
  return getWindowMACs(window, window.input[3] / getGroups());
}

bool Conv2DS8Op::hasRowForm() {
  return !isGeneral(*this, getGroups()) && hasRows(getWindow(*this));
}
RowWindow Conv2DS8Op::getRowWindow(OpOperand &) {
  return getWindowRows(getWindow(*this));
}

LogicalResult DepthwiseConv2DS8Op::verify() {
  Window window = getDilatedWindow(*this);
  // depthwise_conv2d_s8_c1, depthwise_conv2d_s8_c3, depthwise_conv2d_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  int64_t channels = window.output[3];
  if (channels % window.input[3] != 0) // depthwise_conv2d_s8_c1
    return emitOpError("expects a multiple of ")
           << window.input[3] << " output channels, but got " << channels;
  int64_t taps = window.kernel[0] * window.kernel[1];
  if (failed(verifyWeights(*this, channels * taps,
                           channels))) // depthwise_conv2d_s8_c2
    return failure();
  return verifyActivation(*this); // depthwise_conv2d_s8_c4
}

std::string DepthwiseConv2DS8Op::getRuntimeFunction() {
  if (isGeneral(*this))
    return withRounding("ofa_conv2d_general_s8", getRounding());
  Window window = getWindow(*this);
  int64_t size = window.kernel[0];
  std::string function = "ofa_depthwise_conv2d";
  if (size == window.kernel[1] && (size == 3 || size == 5 || size == 7) &&
      window.stride[1] <= 2 && window.input[3] == window.output[3])
    function += "_k" + std::to_string(size);
  return withRounding(function + "_s8", getRounding());
}

Params DepthwiseConv2DS8Op::getParams() {
  return isGeneral(*this)
             ? getGeneralConvParams(*this, getInnermost(getInput()))
             : getConvParams(*this, "ofa_depthwise_conv2d_s8_params_t");
}

std::optional<OverlapRule> DepthwiseConv2DS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(
      getWindow(*this), isGeneral(*this) ? generalConvS8Step : depthwiseConvS8Step, 1);
}

int64_t DepthwiseConv2DS8Op::getMACs() {
  return getWindowMACs(getWindow(*this), 1);
}

bool DepthwiseConv2DS8Op::hasRowForm() {
  return !isGeneral(*this) && hasRows(getWindow(*this));
}
RowWindow DepthwiseConv2DS8Op::getRowWindow(OpOperand &) {
  return getWindowRows(getWindow(*this));
}

//===----------------------------------------------------------------------===//
// FullyConnectedS8Op
//===----------------------------------------------------------------------===//

LogicalResult FullyConnectedS8Op::verify() {
  int64_t in = getCount(getInput()), out = getCount(getOutput());
  if (failed(verifyWeights(*this, in * out, out))) // fully_connected_s8_c1
    return failure();
  return verifyActivation(*this); // fully_connected_s8_c2
}

std::string FullyConnectedS8Op::getRuntimeFunction() {
  return withRounding("ofa_fully_connected_s8", getRounding());
}

Params FullyConnectedS8Op::getParams() {
  Params params("ofa_fully_connected_s8_params_t");
  params.addInt32("in_features", getCount(getInput()))
      .addInt32("out_features", getCount(getOutput()))
      .addInt8("output_zero_point", getOutputZeroPoint());
  addActivation(params, *this);
  addWeights(params, *this);
  return params;
}

int64_t FullyConnectedS8Op::getMACs() {
  return getCount(getInput()) * getCount(getOutput());
}

//===----------------------------------------------------------------------===//
// AddS8Op, SubS8Op, LinearSumS8Op, MulS8Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult verifySum(OpTy op) {
  // add_s8_c1, sub_s8_c1
  if (failed(verifyBinary(op, op.getLhs(), op.getRhs(), op.getOutput())))
    return failure();
  for (int64_t shift :
       {op.getLhsShift(), op.getRhsShift(), op.getOutputShift()})
    if (shift > 0) // add_s8_c2, sub_s8_c2
      return op.emitOpError("expects shifts of at most 0, but got ") << shift;
  return verifyActivation(op); // add_s8_c3, sub_s8_c3
}

template <typename OpTy>
static Params getSumParams(OpTy op) {
  Params params("ofa_add_s8_params_t");
  params.addInt32("count", getCount(op.getOutput()))
      .addInt32("channels", getCount(op.getRhs()))
      .addInt32("lhs_multiplier", op.getLhsMultiplier())
      .addInt32("rhs_multiplier", op.getRhsMultiplier())
      .addInt32("output_multiplier", op.getOutputMultiplier())
      .addInt8("lhs_shift", op.getLhsShift())
      .addInt8("rhs_shift", op.getRhsShift())
      .addInt8("output_shift", op.getOutputShift())
      .addInt8("lhs_zero_point", op.getLhsZeroPoint())
      .addInt8("rhs_zero_point", op.getRhsZeroPoint())
      .addInt8("output_zero_point", op.getOutputZeroPoint());
  addActivation(params, op);
  return params;
}

LogicalResult AddS8Op::verify() { return verifySum(*this); }
std::string AddS8Op::getRuntimeFunction() {
  return withRounding(isRepeated(*this) ? "ofa_add_channels_s8" : "ofa_add_s8",
                      getRounding());
}
Params AddS8Op::getParams() { return getSumParams(*this); }
std::optional<OverlapRule> AddS8Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

LogicalResult SubS8Op::verify() {
  if (failed(verifySum(*this)))
    return failure();
  return verifyReversed(*this); // sub_s8_c4
}
std::string SubS8Op::getRuntimeFunction() {
  return withRounding(getReversed()       ? "ofa_rsub_channels_s8"
                      : isRepeated(*this) ? "ofa_sub_channels_s8"
                                          : "ofa_sub_s8",
                      getRounding());
}
Params SubS8Op::getParams() { return getSumParams(*this); }
std::optional<OverlapRule> SubS8Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

LogicalResult LinearSumS8Op::verify() {
  // linear_sum_s8_c1
  if (failed(verifyBinary(*this, getLhs(), getRhs(), getOutput())))
    return failure();
  int64_t lhs = int32_t(getLhsFactor()), rhs = int32_t(getRhsFactor()),
          offset = int32_t(getOffset());
  int64_t largest = 128 * (std::abs(lhs) + std::abs(rhs)) + std::abs(offset);
  auto shift = int64_t(getShift());
  if (shift < 0 || shift > 31 || largest > INT32_MAX) // linear_sum_s8_c2
    return emitOpError(
               "expects a shift from 0 to 31 and sums of 32 bits, but got ")
           << shift << " and " << largest;
  if (getVectors() && isRepeated(*this)) // linear_sum_s8_c4
    return emitOpError("expects 'vectors' with operands of one size, but got ")
           << getType(getRhs());
  return verifyActivation(*this); // linear_sum_s8_c3
}
std::string LinearSumS8Op::getRuntimeFunction() {
  return isRepeated(*this) ? "ofa_linear_sum_channels_s8"
         : getVectors()    ? "ofa_linear_sum_vectors_s8"
                           : "ofa_linear_sum_s8";
}
static Params getLinearSumParams(LinearSumS8Op op, int64_t lhs, int64_t rhs) {
  Params params("ofa_linear_sum_s8_params_t");
  params.addInt32("count", lhs)
      .addInt32("channels", rhs)
      .addInt32("lhs_factor", int32_t(op.getLhsFactor()))
      .addInt32("rhs_factor", int32_t(op.getRhsFactor()))
      .addInt32("offset", int32_t(op.getOffset()))
      .addInt8("shift", op.getShift());
  addActivation(params, op);
  return params;
}
Params LinearSumS8Op::getParams() {
  return getLinearSumParams(*this, getCount(getOutput()), getCount(getRhs()));
}
bool LinearSumS8Op::hasRowForm() {
  return !isRepeated(*this) && hasRows(getLhs()) && hasRows(getRhs());
}
RowWindow LinearSumS8Op::getRowWindow(OpOperand &) { return getSameRow(*this); }
bool LinearSumS8Op::isElementWise() { return true; }
Params LinearSumS8Op::getRowParams() {
  int64_t count = getRowCount(getOutput());
  return getLinearSumParams(*this, count, count);
}
std::optional<OverlapRule> LinearSumS8Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

LogicalResult MulS8Op::verify() {
  // mul_s8_c1
  if (failed(verifyBinary(*this, getLhs(), getRhs(), getOutput())))
    return failure();
  return verifyActivation(*this); // mul_s8_c2
}

std::string MulS8Op::getRuntimeFunction() {
  return withRounding(isRepeated(*this) ? "ofa_mul_channels_s8" : "ofa_mul_s8",
                      getRounding());
}

Params MulS8Op::getParams() {
  int64_t channels = getCount(getRhs());
  Params params("ofa_mul_s8_params_t");
  params.addInt32("pixels", getCount(getLhs()) / channels)
      .addInt32("channels", channels)
      .addInt32("multiplier", getMultiplier())
      .addInt8("shift", getShift())
      .addInt8("lhs_zero_point", getLhsZeroPoint())
      .addInt8("rhs_zero_point", getRhsZeroPoint())
      .addInt8("output_zero_point", getOutputZeroPoint());
  addActivation(params, *this);
  return params;
}

std::optional<OverlapRule> MulS8Op::getOverlapRule(OpOperand &operand) {
  return getBinaryOverlapRule(*this, operand);
}

//===----------------------------------------------------------------------===//
// AvgPool2DS8Op, MaxPool2DS8Op, MeanS8Op
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult verifyPool(OpTy op) {
  Window window = getWindow(op);
  // avg_pool2d_s8_c1, avg_pool2d_s8_c2, avg_pool2d_s8_c4,
  // max_pool2d_s8_c1, max_pool2d_s8_c2, max_pool2d_s8_c4
  if (failed(verifyWindow(op, window, poolLimits)))
    return failure();
  if (window.input[3] != window.output[3]) // avg_pool2d_s8_c1, max_pool2d_s8_c1
    return op.emitOpError("expects as many channels in input and output, but "
                          "got ")
           << window.input[3] << " and " << window.output[3];
  return verifyActivation(op); // avg_pool2d_s8_c3, max_pool2d_s8_c3
}

template <typename OpTy>
static Params getPoolParams(OpTy op) {
  Params params("ofa_pool2d_s8_params_t");
  addWindow(params, getWindow(op));
  addActivation(params, op);
  return params;
}

/// Whether each output row is the only one, of all rows of the input.
static bool hasAllRows(const Window &window) {
  return window.output[1] == 1 && window.padding[0] == 0 &&
         window.kernel[0] == window.input[1];
}

/// Verifies the memory for sums of a kernel that adds up its rows in a segment.
template <typename OpTy>
static LogicalResult verifySums(OpTy op) {
  bool isWanted = isa_and_present<SegmentOp>(op->getParentOp()) &&
                  op.hasRowForm() && op.getSumBytes() != 0;
  if (bool(op.getSums()) != isWanted)
    return op.emitOpError(isWanted
                              ? "expects memory for sums, because it adds "
                                "up rows in a 'kernel.segment'"
                              : "has memory for sums, but adds up no rows");
  if (!isWanted)
    return success();
  BufferOp buffer = getRootBuffer(op.getSums());
  if (buffer && buffer.getKind() == BufferKind::Scratch &&
      buffer->hasOneUse() && getCount(op.getSums()) >= getCount(op.getOutput()))
    return success();
  return op.emitOpError("expects scratch memory of its own for ")
         << getCount(op.getOutput()) << " sums, but got "
         << getType(op.getSums());
}

/// The rows of the input that call `y` of a kernel needs that adds them up.
template <typename OpTy>
static RowWindow getSummedRow(OpTy op) {
  return {getType(op.getInput()).getDimSize(1)};
}

/// Windows of more rows than the runtime has pointers for are left to the layer.
template <typename OpTy>
static bool hasPoolRows(OpTy op) {
  Window window = getWindow(op);
  return hasRows(window) && window.kernel[0] <= convLimits.kernel;
}

LogicalResult AvgPool2DS8Op::verify() {
  if (getVectors() && !canPoolVectors(getKernel())) // avg_pool2d_s8_c5
    return emitOpError("expects 'vectors' with at most 255 taps, but got ")
           << getKernel()[0] * getKernel()[1];
  if (failed(verifyPool(*this)))
    return failure();
  return verifySums(*this); // avg_pool2d_s8_c6
}
std::string AvgPool2DS8Op::getRuntimeFunction() {
  return getVectors() ? "ofa_avg_pool2d_vectors_s8" : "ofa_avg_pool2d_s8";
}
Params AvgPool2DS8Op::getParams() { return getPoolParams(*this); }
int64_t AvgPool2DS8Op::getSumBytes() {
  return hasAllRows(getWindow(*this)) ? 4 * getCount(getOutput()) : 0;
}
std::string AvgPool2DS8Op::getRowFunction() {
  return getSumBytes() ? "ofa_avg_pool2d_sums_s8" : "ofa_avg_pool2d_rows_s8";
}
bool AvgPool2DS8Op::hasRowForm() {
  return !getVectors() &&
         (getSumBytes() ? hasRows(getWindow(*this)) : hasPoolRows(*this));
}
RowWindow AvgPool2DS8Op::getRowWindow(OpOperand &) {
  return getSumBytes() ? getSummedRow(*this) : getWindowRows(getWindow(*this));
}
std::optional<OverlapRule> AvgPool2DS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), poolS8Step, 1);
}

LogicalResult MaxPool2DS8Op::verify() { return verifyPool(*this); }
std::string MaxPool2DS8Op::getRuntimeFunction() { return "ofa_max_pool2d_s8"; }
Params MaxPool2DS8Op::getParams() { return getPoolParams(*this); }
bool MaxPool2DS8Op::hasRowForm() { return hasPoolRows(*this); }
RowWindow MaxPool2DS8Op::getRowWindow(OpOperand &) {
  return getWindowRows(getWindow(*this));
}
std::optional<OverlapRule> MaxPool2DS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), poolS8Step, 1);
}

/// Elements that one result of a mean is made of.
static int64_t getMeanPixels(MeanS8Op op) {
  return getCount(op.getInput()) / getCount(op.getOutput());
}

LogicalResult MeanS8Op::verify() {
  // mean_s8_c1
  if (failed(verifyMean(*this, getInput(), getOutput(), getBatches())))
    return failure();
  if (getMeanPixels(*this) > (1 << 23)) // mean_s8_c3
    return emitOpError("expects at most 2^23 pixels, but got ")
           << getMeanPixels(*this);
  if (failed(verifyActivation(*this))) // mean_s8_c2
    return failure();
  return verifySums(*this); // mean_s8_c4
}

std::string MeanS8Op::getRuntimeFunction() {
  return withRounding("ofa_mean_s8", getRounding());
}
std::string MeanS8Op::getRowFunction() {
  return withRounding("ofa_mean_sums_s8", getRounding());
}
bool MeanS8Op::hasRowForm() {
  return hasRows(getInput()) &&
         getCount(getOutput()) == getInnermost(getInput());
}
int64_t MeanS8Op::getSumBytes() { return 4 * getCount(getOutput()); }
RowWindow MeanS8Op::getRowWindow(OpOperand &) { return getSummedRow(*this); }

static void addMeanArithmetic(Params &params, MeanS8Op op) {
  params.addInt32("channels", getInnermost(op.getInput()))
      .addInt32("multiplier", op.getMultiplier())
      .addInt8("shift", op.getShift())
      .addInt8("input_zero_point", op.getInputZeroPoint())
      .addInt8("output_zero_point", op.getOutputZeroPoint());
  addActivation(params, op);
}
Params MeanS8Op::getParams() {
  Params params("ofa_mean_s8_params_t");
  params.addInt32("batches", getBatches())
      .addInt32("pixels", getMeanPixels(*this));
  addMeanArithmetic(params, *this);
  return params;
}
Params MeanS8Op::getRowParams() {
  MemRefType type = getType(getInput());
  Params params("ofa_mean_sums_s8_params_t");
  params.addInt32("rows", type.getDimSize(1))
      .addInt32("columns", type.getDimSize(2));
  addMeanArithmetic(params, *this);
  return params;
}

std::optional<OverlapRule> MeanS8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

//===----------------------------------------------------------------------===//
// RequantizeS8Op, LutS8Op, SoftmaxS8Op
//===----------------------------------------------------------------------===//

LogicalResult RequantizeS8Op::verify() {
  if (failed(
          verifySameCount(*this, getInput(), getOutput()))) // requantize_s8_c1
    return failure();
  return verifyActivation(*this); // requantize_s8_c2
}

std::string RequantizeS8Op::getRuntimeFunction() {
  return withRounding("ofa_requantize_s8", getRounding());
}

static Params getRequantizeParams(RequantizeS8Op op, int64_t count) {
  Params params("ofa_requantize_s8_params_t");
  params.addInt32("count", count)
      .addInt32("multiplier", op.getMultiplier())
      .addInt8("shift", op.getShift())
      .addInt8("input_zero_point", op.getInputZeroPoint())
      .addInt8("output_zero_point", op.getOutputZeroPoint());
  addActivation(params, op);
  return params;
}
Params RequantizeS8Op::getParams() {
  return getRequantizeParams(*this, getCount(getOutput()));
}
Params RequantizeS8Op::getRowParams() {
  return getRequantizeParams(*this, getRowCount(getOutput()));
}
bool RequantizeS8Op::hasRowForm() { return hasElementRows(*this); }
RowWindow RequantizeS8Op::getRowWindow(OpOperand &) {
  return getSameRow(*this);
}
bool RequantizeS8Op::isElementWise() { return true; }

std::optional<OverlapRule> RequantizeS8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

LogicalResult LutS8Op::verify() {
  if (failed(verifySameCount(*this, getInput(), getOutput())) || // lut_s8_c1
      failed(verifyCount(*this, getTable(), 256, "table")))      // lut_s8_c2
    return failure();
  return verifyConstant(*this, getTable(), "table");
}

std::string LutS8Op::getRuntimeFunction() { return "ofa_lut_s8"; }

static Params getLutParams(LutS8Op op, int64_t count) {
  Params params("ofa_lut_s8_params_t");
  params.addInt32("count", count)
      .addPointer("table", getGlobalRef(op.getTable()));
  return params;
}
Params LutS8Op::getParams() {
  return getLutParams(*this, getCount(getOutput()));
}
Params LutS8Op::getRowParams() {
  return getLutParams(*this, getRowCount(getOutput()));
}
bool LutS8Op::hasRowForm() { return hasElementRows(*this); }
RowWindow LutS8Op::getRowWindow(OpOperand &) { return getSameRow(*this); }
bool LutS8Op::isElementWise() { return true; }

std::optional<OverlapRule> LutS8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

LogicalResult SoftmaxS8Op::verify() {
  if (failed(
          verifySameShape(*this, getInput(), getOutput())) || // softmax_s8_c1
      failed(verifyCount(*this, getTable(), 256, "table")))   // softmax_s8_c2
    return failure();
  if (getInnermost(getInput()) > 4096) // softmax_s8_c3
    return emitOpError("expects at most 4096 elements in the innermost "
                       "dimension, but got ")
           << getInnermost(getInput());
  return verifyConstant(*this, getTable(), "table");
}

std::string SoftmaxS8Op::getRuntimeFunction() { return "ofa_softmax_s8"; }

Params SoftmaxS8Op::getParams() {
  int64_t depth = getInnermost(getInput());
  Params params("ofa_softmax_s8_params_t");
  params.addInt32("rows", getCount(getInput()) / depth)
      .addInt32("depth", depth)
      .addPointer("exp_table", getGlobalRef(getTable()));
  return params;
}

std::optional<OverlapRule> SoftmaxS8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

//===----------------------------------------------------------------------===//
// Between number formats
//===----------------------------------------------------------------------===//

LogicalResult ConvertU8S8Op::verify() {
  return verifySameCount(*this, getInput(), getOutput()); // convert_u8_s8_c1
}

std::string ConvertU8S8Op::getRuntimeFunction() { return "ofa_convert_u8_s8"; }

static Params getConvertParams(int64_t count) {
  Params params("ofa_convert_u8_s8_params_t");
  params.addInt32("count", count);
  return params;
}
Params ConvertU8S8Op::getParams() {
  return getConvertParams(getCount(getOutput()));
}
Params ConvertU8S8Op::getRowParams() {
  return getConvertParams(getRowCount(getOutput()));
}
bool ConvertU8S8Op::hasRowForm() { return hasElementRows(*this); }
RowWindow ConvertU8S8Op::getRowWindow(OpOperand &) { return getSameRow(*this); }
bool ConvertU8S8Op::isElementWise() { return true; }

std::optional<OverlapRule> ConvertU8S8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

template <typename OpTy>
static LogicalResult verifyQuantize(OpTy op) {
  // quantize_f32_s8_c1, dequantize_s8_f32_c1
  if (failed(verifySameCount(op, op.getInput(), op.getOutput())))
    return failure();
  // quantize_f32_s8_c2, dequantize_s8_f32_c2
  return verifyPositive(op, op.getScale(), "scale");
}

template <typename OpTy>
static Params getQuantizeParams(OpTy op, int64_t count) {
  Params params("ofa_quantize_params_t");
  params.addInt32("count", count)
      .addFloat("scale", op.getScale().convertToFloat())
      .addInt8("zero_point", op.getZeroPoint());
  return params;
}

LogicalResult QuantizeF32S8Op::verify() { return verifyQuantize(*this); }
std::string QuantizeF32S8Op::getRuntimeFunction() {
  return getVectors() ? "ofa_quantize_vectors_f32_s8" : "ofa_quantize_f32_s8";
}
Params QuantizeF32S8Op::getParams() {
  return getQuantizeParams(*this, getCount(getOutput()));
}
Params QuantizeF32S8Op::getRowParams() {
  return getQuantizeParams(*this, getRowCount(getOutput()));
}
bool QuantizeF32S8Op::hasRowForm() { return hasElementRows(*this); }
RowWindow QuantizeF32S8Op::getRowWindow(OpOperand &) {
  return getSameRow(*this);
}
bool QuantizeF32S8Op::isElementWise() { return true; }
std::optional<OverlapRule> QuantizeF32S8Op::getOverlapRule(OpOperand &) {
  return OverlapRule::inPlace();
}

LogicalResult DequantizeS8F32Op::verify() { return verifyQuantize(*this); }
std::string DequantizeS8F32Op::getRuntimeFunction() {
  return "ofa_dequantize_s8_f32";
}
Params DequantizeS8F32Op::getParams() {
  return getQuantizeParams(*this, getCount(getOutput()));
}
