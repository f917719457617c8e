//===- ImportLayers.cpp - Layers with windows or weights ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

#include <array>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

namespace {
/// Height and width of a window over the first operand.
struct Window {
  std::array<int64_t, 2> size, strides, dilations = {1, 1};
};
} // namespace

/// The padding of a window, `[top, left, bottom, right]`: SAME gives the odd
/// row or column to the end. The result must have one position for each window.
static FailureOr<SmallVector<int64_t>> computePad(const OperatorImport &op,
                                                  schema::Padding padding,
                                                  const Window &window) {
  if (padding != schema::Padding::SAME && padding != schema::Padding::VALID)
    return op.expects() << "padding SAME or VALID, but got " << int(padding);
  SmallVector<int64_t> pad(4, 0);
  SmallVector<int64_t> shape(op.getResult().shape);
  for (int axis : {0, 1}) {
    int64_t stride = window.strides[axis], dilation = window.dilations[axis];
    if (stride <= 0 || dilation <= 0 || window.size[axis] <= 0)
      return op.expects() << "a positive window, strides and dilations, but "
                             "got "
                          << window.size[axis] << ", " << stride << " and "
                          << dilation;
    int64_t extent = (window.size[axis] - 1) * dilation + 1;
    int64_t input = op.getOperand(0).shape[axis + 1], output;
    if (padding == schema::Padding::SAME) {
      output = (input + stride - 1) / stride;
      int64_t total =
          std::max<int64_t>((output - 1) * stride + extent - input, 0);
      pad[axis] = total / 2;
      pad[axis + 2] = total - total / 2;
    } else {
      if (extent > input)
        return op.expects() << "a window that fits into " << input
                            << " rows or columns, but it covers " << extent;
      output = (input - extent) / stride + 1;
    }
    shape[axis + 1] = output;
  }
  if (failed(op.checkResultShape(shape)))
    return failure();
  return pad;
}

/// What CONV_2D and DEPTHWISE_CONV_2D share; output channels are dimension
/// `axis` of the weight.
template <typename Op, typename Options>
static LogicalResult importConvolution(OperatorImport &op,
                                       const Options &options, int32_t axis) {
  FailureOr<SmallVector<Value>> operands = op.getActivations(1);
  if (failed(operands))
    return failure();
  FailureOr<Value> weight = op.getWeight(1, axis);
  if (failed(weight) || failed(op.checkImage(op.getOperand(0))) ||
      failed(op.checkRank(op.getOperand(1), 4)) ||
      failed(op.checkRank(op.getResult(), 4)))
    return failure();
  ArrayRef<int64_t> kernel = op.getOperand(1).shape;
  int64_t channels = kernel[axis];
  if (op.getResult().shape[3] != channels)
    return op.expects() << "a result of " << channels
                        << " channels, as the weight has, but got "
                        << op.getResult().shape[3];
  FailureOr<Value> bias = op.getBias(2, channels);
  if (failed(bias))
    return failure();
  FailureOr<NamedAttribute> activation =
      op.activation(options.fused_activation_function());
  if (failed(activation))
    return failure();
  Window window{{kernel[1], kernel[2]},
                {options.stride_h(), options.stride_w()},
                {options.dilation_h_factor(), options.dilation_w_factor()}};
  FailureOr<SmallVector<int64_t>> pad =
      computePad(op, options.padding(), window);
  if (failed(pad))
    return failure();
  operands->push_back(*weight);
  if (*bias)
    operands->push_back(*bias);
  SmallVector<NamedAttribute> attributes = {
      op.attr("strides", window.strides), op.attr("pad", *pad),
      op.attr("dilations", window.dilations), *activation, op.rounding()};
  if constexpr (Op::template hasTrait<OpTrait::AttrSizedOperandSegments>())
    attributes.push_back(op.segments({1, 1, *bias ? 1 : 0, 0}));
  return op.define<Op>(*operands, attributes);
}

LogicalResult tflite::importConv2D(OperatorImport &op) {
  const auto *options = op.getOptions<schema::Conv2DOptions>();
  return failure(!options ||
                 failed(importConvolution<Conv2DOp>(op, *options, 0)));
}

LogicalResult tflite::importDepthwiseConv2D(OperatorImport &op) {
  const auto *options = op.getOptions<schema::DepthwiseConv2DOptions>();
  if (!options)
    return failure();
  // The multiplier follows from the shapes; a file without one has 0.
  const Tensor *input = op.findOperand(0), *weight = op.findOperand(1);
  int64_t multiplier = options->depth_multiplier();
  if (multiplier != 0 && input && weight && input->shape.size() == 4 &&
      weight->shape.size() == 4 &&
      input->shape[3] * multiplier != weight->shape[3])
    return op.expects() << "a weight of " << input->shape[3]
                        << " input channels times depth multiplier "
                        << multiplier << ", but got " << weight->shape[3]
                        << " channels";
  return importConvolution<DepthwiseConv2DOp>(op, *options, 3);
}

LogicalResult tflite::importFullyConnected(OperatorImport &op) {
  const auto *options = op.getOptions<schema::FullyConnectedOptions>();
  if (!options)
    return failure();
  if (options->weights_format() !=
      schema::FullyConnectedOptionsWeightsFormat::DEFAULT)
    return op.expects() << "weights in the default format, but they are "
                           "shuffled";
  FailureOr<SmallVector<Value>> operands = op.getActivations(1);
  if (failed(operands))
    return failure();
  FailureOr<Value> weight = op.getWeight(1, 0);
  if (failed(weight) || failed(op.checkRank(op.getOperand(1), 2)))
    return failure();
  int64_t out = op.getOperand(1).shape[0], in = op.getOperand(1).shape[1];
  int64_t elements = op.getOperand(0).countElements();
  if (elements % in != 0)
    return op.expects() << "an input of rows of " << in
                        << " elements, as the weight has, but got " << elements
                        << " elements";
  int64_t rows = elements / in;
  const Tensor &result = op.getResult();
  if (result.shape.empty() || result.shape.back() != out ||
      result.countElements() != rows * out)
    return op.expects() << "a result of " << rows << " rows of " << out
                        << " elements, but got " << result.countElements()
                        << " elements";
  FailureOr<Value> bias = op.getBias(2, out);
  if (failed(bias))
    return failure();
  FailureOr<NamedAttribute> activation =
      op.activation(options->fused_activation_function());
  if (failed(activation))
    return failure();
  SmallVector<Value> inputs = {
      op.reshape(operands->front(), {rows, in}, ".rows"), *weight};
  if (*bias)
    inputs.push_back(*bias);
  Value layer = op.create<FullyConnectedOp>(
      op.getResultType()->clone({rows, out}), result.name, inputs,
      {*activation, op.rounding()}, /*computes=*/&result);
  op.setResult(0, op.reshape(layer, result.shape, ".shape"));
  return success();
}

template <typename Op>
static LogicalResult importPool(OperatorImport &op) {
  const auto *options = op.getOptions<schema::Pool2DOptions>();
  if (!options)
    return failure();
  FailureOr<SmallVector<Value>> operands = op.getActivations(1);
  if (failed(operands) || failed(op.checkImage(op.getOperand(0))) ||
      failed(op.checkRank(op.getResult(), 4)) ||
      failed(op.checkKeepsQuantization(op.getOperand(0), op.getResult())))
    return failure();
  FailureOr<NamedAttribute> activation =
      op.activation(options->fused_activation_function());
  if (failed(activation))
    return failure();
  Window window{{options->filter_height(), options->filter_width()},
                {options->stride_h(), options->stride_w()}};
  FailureOr<SmallVector<int64_t>> pad =
      computePad(op, options->padding(), window);
  if (failed(pad))
    return failure();
  return op.define<Op>(*operands, {op.attr("filter", window.size),
                                   op.attr("strides", window.strides),
                                   op.attr("pad", *pad), *activation});
}

LogicalResult tflite::importAveragePool2D(OperatorImport &op) {
  return importPool<AvgPool2DOp>(op);
}
LogicalResult tflite::importMaxPool2D(OperatorImport &op) {
  return importPool<MaxPool2DOp>(op);
}

LogicalResult tflite::importMean(OperatorImport &op) {
  const auto *options = op.getOptions<schema::ReducerOptions>();
  if (!options)
    return failure();
  FailureOr<SmallVector<Value>> operands = op.getActivations(1);
  if (failed(operands))
    return failure();
  FailureOr<SmallVector<int64_t>> axes = op.getAxes(1);
  if (failed(axes))
    return failure();
  SmallVector<NamedAttribute> attributes = {op.attr("axes", *axes),
                                            op.rounding()};
  if (options->keep_dims())
    attributes.push_back(op.flag("keep_dims"));
  return op.define<MeanOp>(*operands, attributes);
}
