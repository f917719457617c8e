//===- KernelPackedOps.cpp - Kernels with layouts of their own --*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelOpUtils.h"

#include "ofa/Dialect/Kernel/IR/DotsLayout.h"
#include "ofa/Dialect/Kernel/IR/LanesLayout.h"
#include "ofa/Dialect/Kernel/IR/PairedLayout.h"
#include "ofa/Dialect/Kernel/IR/PatchesLayout.h"
#include "ofa/Dialect/Kernel/IR/PlanesLayout.h"
#include "ofa/Dialect/Kernel/IR/WinogradLayout.h"

using namespace mlir;
using namespace mlir::kernel;

/// Verifies the stream's words.
template <typename OpTy>
static LogicalResult verifyStream(OpTy op, int64_t words) {
  return success(
      succeeded(verifyCount(op, op.getStream(), words, "the stream")) &&
      succeeded(verifyConstant(op, op.getStream(), "stream")));
}

/// Verifies the stream's words, which are `words`, and the scratch memory's, which
/// are `scratch` or more: layers may share it.
template <typename OpTy>
static LogicalResult verifyPacked(OpTy op, int64_t words, int64_t scratch) {
  if (failed(verifyStream(op, words)))
    return failure();
  if (getCount(op.getScratch()) >= scratch)
    return success();
  return op.emitOpError("expects at least ")
         << scratch << " elements in the scratch memory, but got "
         << getCount(op.getScratch());
}

template <typename OpTy>
static Params &addArithmetic(Params &params, OpTy op) {
  addActivation(params, op);
  return params.addPointer("stream", getGlobalRef(op.getStream()));
}

/// The parameters of a convolution, for its rows or for the layer.
template <typename OpTy>
static Params getConvolutionParams(OpTy op, StringRef type,
                                   bool byRows = false) {
  Params params(type);
  Window window = getWindow(op);
  int64_t pixels = window.input[1] * window.input[2];
  std::array<int64_t, 4> input = {1, 1, pixels, window.input[3]};
  std::array<int64_t, 4> output = {1, 1, pixels, window.output[3]};
  if (!byRows && takesOneRow(window)) {
    window.input = input;
    window.output = output;
  }
  addWindow(params, window);
  params.addInt8("input_zero_point", op.getInputZeroPoint())
      .addInt8("output_zero_point", op.getOutputZeroPoint());
  return addArithmetic(params, op);
}

//===----------------------------------------------------------------------===//
// Conv2DPairedS8Op
//===----------------------------------------------------------------------===//

LogicalResult Conv2DPairedS8Op::verify() {
  Window window = getWindow(*this);
  // conv2d_paired_s8_c1, conv2d_paired_s8_c3, conv2d_paired_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  int64_t inputs = window.kernel[0] * window.kernel[1] * window.input[3];
  // conv2d_paired_s8_c2, conv2d_paired_s8_c6
  if (failed(verifyPacked(
          *this, countPairedStream(window.output[3], inputs, convPairedBlock),
          2 * countPairedWords(inputs, convPairedBlock))))
    return failure();
  return verifyActivation(*this); // conv2d_paired_s8_c4
}

std::string Conv2DPairedS8Op::getRuntimeFunction() {
  return withRounding("ofa_conv2d_paired_s8", getRounding());
}

Params Conv2DPairedS8Op::getParams() {
  return getConvolutionParams(*this, "ofa_conv2d_paired_s8_params_t");
}

bool Conv2DPairedS8Op::hasRowForm() { return hasRows(getWindow(*this)); }

RowWindow Conv2DPairedS8Op::getRowWindow(OpOperand &) {
  return getWindowRows(getWindow(*this));
}

Params Conv2DPairedS8Op::getRowParams() {
  return getConvolutionParams(*this, "ofa_conv2d_paired_s8_params_t",
                              /*byRows=*/true);
}

int64_t Conv2DPairedS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule> Conv2DPairedS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), convS8Step, 1);
}

int64_t Conv2DPairedS8Op::getMACs() {
  Window window = getWindow(*this);
  return getWindowMACs(window, window.input[3]);
}

//===----------------------------------------------------------------------===//
// Conv2DWinogradS8Op
//===----------------------------------------------------------------------===//

static Window getWinogradWindow(Conv2DWinogradS8Op op) {
  static constexpr int64_t kernel[] = {3, 3}, stride[] = {1, 1};
  return {getType(op.getInput()).getShape(), getType(op.getOutput()).getShape(),
          kernel, stride, op.getPadding()};
}

LogicalResult Conv2DWinogradS8Op::verify() {
  Window window = getWinogradWindow(*this);
  // conv2d_winograd_s8_c1, conv2d_winograd_s8_c3, conv2d_winograd_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  if (!isWinogradWindow(window)) // conv2d_winograd_s8_c1
    return emitOpError("expects multiples of 4 channels, but got ")
           << window.input[3] << " and " << window.output[3];
  // conv2d_winograd_s8_c2, conv2d_winograd_s8_c6
  if (failed(verifyPacked(
          *this, countWinogradStream(window.output[3], window.input[3]),
          countWinogradScratch(window.input[3]))))
    return failure();
  return verifyActivation(*this); // conv2d_winograd_s8_c4
}

std::string Conv2DWinogradS8Op::getRuntimeFunction() {
  return withRounding("ofa_conv2d_winograd_s8", getRounding());
}

Params Conv2DWinogradS8Op::getParams() {
  Params params("ofa_conv2d_paired_s8_params_t");
  addWindow(params, getWinogradWindow(*this));
  params.addInt8("input_zero_point", getInputZeroPoint())
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t Conv2DWinogradS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule> Conv2DWinogradS8Op::getOverlapRule(OpOperand &) {
  return getWinogradOverlapRule(getWinogradWindow(*this));
}

int64_t Conv2DWinogradS8Op::getMACs() {
  Window window = getWinogradWindow(*this);
  return getWindowMACs(window, window.input[3]);
}

//===----------------------------------------------------------------------===//
// DepthwiseConv2DPlanesS8Op
//===----------------------------------------------------------------------===//

LogicalResult DepthwiseConv2DPlanesS8Op::verify() {
  Window window = getWindow(*this);
  // depthwise_conv2d_planes_s8_c1, depthwise_conv2d_planes_s8_c3,
  // depthwise_conv2d_planes_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  if (window.output[3] % window.input[3] != 0) // depthwise_conv2d_planes_s8_c1
    return emitOpError("expects a multiple of ")
           << window.input[3] << " output channels, but got "
           << window.output[3];
  // depthwise_conv2d_planes_s8_c2, depthwise_conv2d_planes_s8_c6
  PlanesWindow planes = getPlanesWindow(window);
  if (failed(verifyPacked(*this,
                          getPlanesStreamWords(window.output[3], planes,
                                               choosePlanesKernel(planes)),
                          getPlanesScratchBytes(planes) / 4)))
    return failure();
  return verifyActivation(*this); // depthwise_conv2d_planes_s8_c4
}

std::string DepthwiseConv2DPlanesS8Op::getRuntimeFunction() {
  return withRounding(
      getPlanesFunction(choosePlanesKernel(getPlanesWindow(getWindow(*this)))),
      getRounding());
}

Params DepthwiseConv2DPlanesS8Op::getParams() {
  Params params("ofa_depthwise_conv2d_planes_s8_params_t");
  addWindow(params, getWindow(*this));
  params.addInt8("input_zero_point", getInputZeroPoint())
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t DepthwiseConv2DPlanesS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule>
DepthwiseConv2DPlanesS8Op::getOverlapRule(OpOperand &) {
  return getPlanesOverlapRule(getWindow(*this));
}

bool DepthwiseConv2DPlanesS8Op::hasRowForm() {
  return hasRows(getWindow(*this));
}

RowWindow DepthwiseConv2DPlanesS8Op::getRowWindow(OpOperand &) {
  return getWindowRows(getWindow(*this));
}

int64_t DepthwiseConv2DPlanesS8Op::getRowStep() {
  PlanesWindow window = getPlanesWindow(getWindow(*this));
  return choosePlanesKernel(window) != PlanesKernel::Any &&
                 getStride()[0] == 1 && !getSingleRows()
             ? 2
             : 1;
}

int64_t DepthwiseConv2DPlanesS8Op::getMACs() {
  return getWindowMACs(getWindow(*this), 1);
}

//===----------------------------------------------------------------------===//
// FullyConnectedPairedS8Op
//===----------------------------------------------------------------------===//

LogicalResult FullyConnectedPairedS8Op::verify() {
  int64_t in = getCount(getInput()), out = getCount(getOutput());
  // fully_connected_paired_s8_c1, fully_connected_paired_s8_c3
  if (failed(verifyPacked(*this,
                          countPairedStream(out, in, fullyConnectedPairedBlock),
                          countPairedWords(in, fullyConnectedPairedBlock))))
    return failure();
  return verifyActivation(*this); // fully_connected_paired_s8_c2
}

std::string FullyConnectedPairedS8Op::getRuntimeFunction() {
  return withRounding("ofa_fully_connected_paired_s8", getRounding());
}

Params FullyConnectedPairedS8Op::getParams() {
  Params params("ofa_fully_connected_paired_s8_params_t");
  params.addInt32("in_features", getCount(getInput()))
      .addInt32("out_features", getCount(getOutput()))
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t FullyConnectedPairedS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

int64_t FullyConnectedPairedS8Op::getMACs() {
  return getCount(getInput()) * getCount(getOutput());
}

//===----------------------------------------------------------------------===//
// Conv2DDotsS8Op
//===----------------------------------------------------------------------===//

LogicalResult Conv2DDotsS8Op::verify() {
  Window window = getWindow(*this);
  // conv2d_dots_s8_c1, conv2d_dots_s8_c3, conv2d_dots_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  auto [rows, inputs] = getDotsRows(getKernelRows(window));
  // conv2d_dots_s8_c2, conv2d_dots_s8_c6
  if (failed(verifyPacked(
          *this, countDotsStream(window.output[3], rows, inputs, convDotsBlock),
          countDotsScratch(window))))
    return failure();
  return verifyActivation(*this); // conv2d_dots_s8_c4
}

std::string Conv2DDotsS8Op::getRuntimeFunction() {
  return withRounding("ofa_conv2d_dots_s8", getRounding());
}

Params Conv2DDotsS8Op::getParams() {
  return getConvolutionParams(*this, "ofa_conv2d_dots_s8_params_t");
}

int64_t Conv2DDotsS8Op::getScratchBytes() { return 4 * getCount(getScratch()); }

std::optional<OverlapRule> Conv2DDotsS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), convS8Step, 1);
}

int64_t Conv2DDotsS8Op::getMACs() {
  Window window = getWindow(*this);
  return getWindowMACs(window, window.input[3]);
}

//===----------------------------------------------------------------------===//
// FullyConnectedDotsS8Op
//===----------------------------------------------------------------------===//

LogicalResult FullyConnectedDotsS8Op::verify() {
  if (failed(verifyStream(*this, // fully_connected_dots_s8_c1
                          countDotsStream(getCount(getOutput()), 1,
                                          getCount(getInput()),
                                          fullyConnectedDotsBlock))))
    return failure();
  return verifyActivation(*this); // fully_connected_dots_s8_c2
}

std::string FullyConnectedDotsS8Op::getRuntimeFunction() {
  return withRounding("ofa_fully_connected_dots_s8", getRounding());
}

Params FullyConnectedDotsS8Op::getParams() {
  Params params("ofa_fully_connected_dots_s8_params_t");
  params.addInt32("in_features", getCount(getInput()))
      .addInt32("out_features", getCount(getOutput()))
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t FullyConnectedDotsS8Op::getMACs() {
  return getCount(getInput()) * getCount(getOutput());
}

//===----------------------------------------------------------------------===//
// DepthwiseConv2DPatchesS8Op
//===----------------------------------------------------------------------===//

LogicalResult DepthwiseConv2DPatchesS8Op::verify() {
  Window window = getWindow(*this);
  // depthwise_conv2d_patches_s8_c1, depthwise_conv2d_patches_s8_c3,
  // depthwise_conv2d_patches_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  std::optional<PatchesPlan> plan = planPatches(window);
  if (!plan) // depthwise_conv2d_patches_s8_c1
    return emitOpError("expects a window that a kernel takes, but got ")
           << window.kernel[0] << "x" << window.kernel[1] << " with strides "
           << window.stride[0] << "x" << window.stride[1] << " from "
           << window.input[3] << " to " << window.output[3] << " channels";
  // depthwise_conv2d_patches_s8_c2, depthwise_conv2d_patches_s8_c6
  if (failed(verifyPacked(*this, countPatchesStream(window.output[3], *plan),
                          plan->getScratchWords())))
    return failure();
  return verifyActivation(*this); // depthwise_conv2d_patches_s8_c4
}

std::string DepthwiseConv2DPatchesS8Op::getRuntimeFunction() {
  return withRounding(planPatches(getWindow(*this))->getFunction(),
                      getRounding());
}

Params DepthwiseConv2DPatchesS8Op::getParams() {
  Params params("ofa_depthwise_conv2d_patches_s8_params_t");
  Window window = getWindow(*this);
  PatchesPlan plan = *planPatches(window);
  addWindow(params, window);
  params.addInt8("input_zero_point", getInputZeroPoint())
      .addInt8("output_zero_point", getOutputZeroPoint());
  addActivation(params, *this);
  params.addInt16("slots", plan.slots).addInt16("strips", plan.strips);
  return params.addPointer("stream", getGlobalRef(getStream()));
}

int64_t DepthwiseConv2DPatchesS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule>
DepthwiseConv2DPatchesS8Op::getOverlapRule(OpOperand &) {
  Window window = getWindow(*this);
  return getPatchesOverlapRule(window, *planPatches(window));
}

int64_t DepthwiseConv2DPatchesS8Op::getMACs() {
  return getWindowMACs(getWindow(*this), 1);
}

//===----------------------------------------------------------------------===//
// Conv2DLanesS8Op
//===----------------------------------------------------------------------===//

LogicalResult Conv2DLanesS8Op::verify() {
  Window window = getWindow(*this);
  // conv2d_lanes_s8_c1, conv2d_lanes_s8_c3, conv2d_lanes_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  // conv2d_lanes_s8_c2, conv2d_lanes_s8_c6
  if (failed(verifyPacked(
          *this, countLanesStream(window.output[3], getKernelRows(window)),
          countConv2DLanesScratch(window))))
    return failure();
  return verifyActivation(*this); // conv2d_lanes_s8_c4
}

std::string Conv2DLanesS8Op::getRuntimeFunction() {
  return withRounding("ofa_conv2d_lanes_s8", getRounding());
}

Params Conv2DLanesS8Op::getParams() {
  return getConvolutionParams(*this, "ofa_conv2d_lanes_s8_params_t");
}

int64_t Conv2DLanesS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule> Conv2DLanesS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), convS8Step, 1);
}

int64_t Conv2DLanesS8Op::getMACs() {
  Window window = getWindow(*this);
  return getWindowMACs(window, window.input[3]);
}

//===----------------------------------------------------------------------===//
// FullyConnectedLanesS8Op
//===----------------------------------------------------------------------===//

LogicalResult FullyConnectedLanesS8Op::verify() {
  int64_t in = getCount(getInput()), out = getCount(getOutput());
  // fully_connected_lanes_s8_c1, fully_connected_lanes_s8_c3
  if (failed(verifyPacked(*this, countLanesStream(out, {1, in}),
                          countFullyConnectedLanesScratch(in))))
    return failure();
  return verifyActivation(*this); // fully_connected_lanes_s8_c2
}

std::string FullyConnectedLanesS8Op::getRuntimeFunction() {
  return withRounding("ofa_fully_connected_lanes_s8", getRounding());
}

Params FullyConnectedLanesS8Op::getParams() {
  Params params("ofa_fully_connected_lanes_s8_params_t");
  params.addInt32("in_features", getCount(getInput()))
      .addInt32("out_features", getCount(getOutput()))
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t FullyConnectedLanesS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

int64_t FullyConnectedLanesS8Op::getMACs() {
  return getCount(getInput()) * getCount(getOutput());
}

//===----------------------------------------------------------------------===//
// DepthwiseConv2DLanesS8Op
//===----------------------------------------------------------------------===//

LogicalResult DepthwiseConv2DLanesS8Op::verify() {
  Window window = getWindow(*this);
  // depthwise_conv2d_lanes_s8_c1, depthwise_conv2d_lanes_s8_c3,
  // depthwise_conv2d_lanes_s8_c5
  if (failed(verifyWindow(*this, window, convLimits)))
    return failure();
  if (window.output[3] != window.input[3]) // depthwise_conv2d_lanes_s8_c1
    return emitOpError("expects ")
           << window.input[3] << " output channels, but got "
           << window.output[3];
  // depthwise_conv2d_lanes_s8_c2, depthwise_conv2d_lanes_s8_c6
  if (failed(verifyPacked(
          *this,
          countDepthwiseLanesStream(window.output[3],
                                    window.kernel[0] * window.kernel[1]),
          countDepthwiseLanesScratch(window))))
    return failure();
  return verifyActivation(*this); // depthwise_conv2d_lanes_s8_c4
}

std::string DepthwiseConv2DLanesS8Op::getRuntimeFunction() {
  return withRounding("ofa_depthwise_conv2d_lanes_s8", getRounding());
}

Params DepthwiseConv2DLanesS8Op::getParams() {
  Params params("ofa_depthwise_conv2d_lanes_s8_params_t");
  addWindow(params, getWindow(*this));
  params.addInt8("input_zero_point", getInputZeroPoint())
      .addInt8("output_zero_point", getOutputZeroPoint());
  return addArithmetic(params, *this);
}

int64_t DepthwiseConv2DLanesS8Op::getScratchBytes() {
  return 4 * getCount(getScratch());
}

std::optional<OverlapRule>
DepthwiseConv2DLanesS8Op::getOverlapRule(OpOperand &) {
  return getWindowOverlapRule(getWindow(*this), depthwiseConvS8Step, 1);
}

int64_t DepthwiseConv2DLanesS8Op::getMACs() {
  return getWindowMACs(getWindow(*this), 1);
}
