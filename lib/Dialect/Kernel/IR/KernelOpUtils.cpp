//===- KernelOpUtils.cpp - What kernel ops share ----------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelOpUtils.h"

#include "llvm/ADT/SmallVector.h"
#include <limits>

using namespace mlir;
using namespace mlir::kernel;

// What fits the fields of the runtime's ofa_window_t.
static constexpr int64_t largestSize = std::numeric_limits<int16_t>::max();
static constexpr int64_t largestByte = std::numeric_limits<uint8_t>::max();

int64_t kernel::getInnermost(Value value) {
  MemRefType type = getType(value);
  return type.getRank() == 0 ? 1 : type.getShape().back();
}

static LogicalResult verifyImage(Operation *op, ArrayRef<int64_t> shape,
                                 StringRef what) {
  if (shape.size() != 4 || shape[0] != 1)
    return op->emitOpError("expects ")
           << what << " of shape [1, height, width, channels], but got ["
           << shape << "]";
  for (int64_t size : shape)
    if (size < 1 || size > largestSize)
      return op->emitOpError("expects sizes of 1 to ")
             << largestSize << ", but " << what << " has [" << shape << "]";
  return success();
}

LogicalResult kernel::verifyWindow(Operation *op, const Window &window,
                                   WindowLimits limits) {
  if (failed(verifyImage(op, window.input, "input")) ||
      failed(verifyImage(op, window.output, "output")))
    return failure();
  for (unsigned axis : {0, 1}) {
    StringRef name = axis == 0 ? "rows" : "columns";
    int64_t kernel = window.kernel[axis], padding = window.padding[axis];
    int64_t dilation = window.dilation[axis];
    if (kernel > limits.kernel || window.stride[axis] > limits.stride)
      return op->emitOpError("expects a kernel of at most ")
             << limits.kernel << " and a stride of at most " << limits.stride
             << " " << name << ", but got " << kernel << " and "
             << window.stride[axis];
    if (dilation > largestByte || padding > largestByte)
      return op->emitOpError("expects a dilation and a padding of at most ")
             << largestByte << " " << name << ", but got " << dilation
             << " and " << padding;
    int64_t last = window.start(axis, window.output[axis + 1] - 1);
    if (padding >= window.extent(axis) || last >= window.input[axis + 1])
      return op->emitOpError("expects every window to touch the image, but of ")
             << window.output[axis + 1] << " output " << name
             << " the first begins at " << -padding << " and the last at "
             << last << " of " << window.input[axis + 1];
  }
  return success();
}

LogicalResult kernel::verifyGroups(Operation *op, const Window &window,
                                   int64_t groups) {
  int64_t in = window.input[3], out = window.output[3];
  if (in % groups == 0 && out % groups == 0)
    return success();
  return op->emitOpError("expects groups that divide ")
         << in << " input and " << out << " output channels, but got "
         << groups;
}

LogicalResult kernel::verifyCount(Operation *op, Value value, int64_t expected,
                                  StringRef what) {
  if (getCount(value) == expected)
    return success();
  return op->emitOpError("expects ") << expected << " elements in " << what
                                     << ", but got " << getCount(value);
}

LogicalResult kernel::verifySameCount(Operation *op, Value lhs, Value rhs) {
  if (getCount(lhs) == getCount(rhs))
    return success();
  return op->emitOpError("expects as many elements in input and output, but "
                         "got ")
         << getCount(lhs) << " and " << getCount(rhs);
}

LogicalResult kernel::verifySameShape(Operation *op, Value lhs, Value rhs) {
  if (getType(lhs).getShape() == getType(rhs).getShape())
    return success();
  return op->emitOpError("expects operands and output of one shape, but got [")
         << getType(lhs).getShape() << "] and [" << getType(rhs).getShape()
         << "]";
}

LogicalResult kernel::verifyBinary(Operation *op, Value lhs, Value rhs,
                                   Value output) {
  if (failed(verifySameShape(op, lhs, output)))
    return failure();
  if (getCount(lhs) % getCount(rhs) == 0)
    return success();
  return op->emitOpError("expects as many elements in the right operand as the "
                         "left one's ")
         << getCount(lhs) << ", or a divisor, but got " << getCount(rhs);
}

LogicalResult kernel::verifyMean(Operation *op, Value input, Value output,
                                 int64_t batches) {
  int64_t channels = getInnermost(input);
  int64_t pixels = getCount(input) / channels;
  if (pixels % batches != 0)
    return op->emitOpError("expects batches that divide ")
           << pixels << " pixels, but got " << batches;
  return verifyCount(op, output, batches * channels, "output");
}

LogicalResult kernel::verifyConstant(Operation *op, Value value,
                                     StringRef what) {
  if (getGlobalRef(value))
    return success();
  return op->emitOpError("expects constant data from 'kernel.get_global' as ")
         << what;
}

LogicalResult kernel::verifyPositive(Operation *op, const APFloat &value,
                                     StringRef what) {
  if (value.isFinite() && !value.isNegative() && !value.isZero())
    return success();
  return op->emitOpError("expects a positive ")
         << what << ", but got " << value.convertToDouble();
}

LogicalResult kernel::verifyBounds(Operation *op, int64_t min, int64_t max) {
  if (min <= max)
    return success();
  return op->emitOpError("expects activation_min <= activation_max, but got ")
         << min << " and " << max;
}

LogicalResult kernel::verifyBounds(Operation *op,
                                   const std::optional<APFloat> &min,
                                   const std::optional<APFloat> &max) {
  if (!min || !max || *min <= *max)
    return success();
  return op->emitOpError("expects activation_min <= activation_max, but got ")
         << min->convertToDouble() << " and " << max->convertToDouble();
}

FlatSymbolRefAttr kernel::getGlobalRef(Value value) {
  auto global = getMemoryRoot(value).getDefiningOp<GetGlobalOp>();
  return global ? global.getGlobalAttr() : FlatSymbolRefAttr();
}

int64_t kernel::getWindowMACs(const Window &window, int64_t inputsPerTap) {
  return window.output[1] * window.output[2] * window.output[3] *
         window.kernel[0] * window.kernel[1] * inputsPerTap;
}

std::string kernel::withRounding(StringRef function, Rounding rounding) {
  return (function + "_" + stringifyRounding(rounding)).str();
}

void kernel::addWindow(Params &params, const Window &window) {
  auto [y, x] = getRowAxes(window);
  params.addInt16("window.in_height", window.input[y + 1])
      .addInt16("window.in_width", window.input[x + 1])
      .addInt16("window.in_channels", window.input[3])
      .addInt16("window.out_height", window.output[y + 1])
      .addInt16("window.out_width", window.output[x + 1])
      .addInt16("window.out_channels", window.output[3])
      .addUInt8("window.kernel_height", window.kernel[y])
      .addUInt8("window.kernel_width", window.kernel[x])
      .addUInt8("window.stride_height", window.stride[y])
      .addUInt8("window.stride_width", window.stride[x])
      .addUInt8("window.pad_top", window.padding[y])
      .addUInt8("window.pad_left", window.padding[x]);
}

void kernel::addGeneralWindow(Params &params, const Window &window,
                              int64_t groups) {
  auto [y, x] = getRowAxes(window);
  addWindow(params, window);
  params.addUInt8("dilation_height", window.dilation[y])
      .addUInt8("dilation_width", window.dilation[x])
      .addInt16("groups", groups);
}

void kernel::addBounds(Params &params, const std::optional<APFloat> &min,
                       const std::optional<APFloat> &max) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  params.addFloat("activation_min", min ? min->convertToFloat() : -infinity)
      .addFloat("activation_max", max ? max->convertToFloat() : infinity);
}
