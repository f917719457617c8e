//===- KernelMoveOps.cpp - Kernels that move elements -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelOpUtils.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

static constexpr size_t mostLoops = 4; // of ofa_copy
static constexpr int64_t largestIndex = std::numeric_limits<int16_t>::max();

static LogicalResult verifySameElementType(Operation *op, Value input,
                                           Value output) {
  if (getType(input).getElementType() == getType(output).getElementType())
    return success();
  return op->emitOpError("expects input and output of one element type, but "
                         "got ")
         << getType(input).getElementType() << " and "
         << getType(output).getElementType();
}

static int64_t getElementBytes(Value value) {
  return getType(value).getElementTypeBitWidth() / 8;
}

//===----------------------------------------------------------------------===//
// CopyOp
//===----------------------------------------------------------------------===//

/// Verifies that the elements that a copy touches lie inside `value`.
static LogicalResult verifyInside(CopyOp op, Value value, int64_t offset,
                                  ArrayRef<int64_t> strides, StringRef what) {
  int64_t first = offset, last;
  bool isHuge = llvm::AddOverflow<int64_t>(offset, op.getRun() - 1, last);
  for (auto [count, stride] : llvm::zip_equal(op.getCounts(), strides)) {
    int64_t &end = stride < 0 ? first : last;
    int64_t steps;
    isHuge |= llvm::MulOverflow(count - 1, stride, steps) ||
              llvm::AddOverflow(end, steps, end);
  }
  if (!isHuge && first >= 0 && last < getCount(value))
    return success();
  if (isHuge)
    return op.emitOpError("expects elements inside the ")
           << what << " of " << getCount(value)
           << ", but got places of more than 64 bits";
  return op.emitOpError("expects elements inside the ")
         << what << " of " << getCount(value) << ", but got " << first << " to "
         << last;
}

LogicalResult CopyOp::verify() {
  // copy_c1
  if (failed(verifySameElementType(*this, getInput(), getOutput())))
    return failure();
  ArrayRef<int64_t> counts = getCounts();
  if (counts.size() > mostLoops || getInputStrides().size() != counts.size() ||
      getOutputStrides().size() != counts.size() ||
      llvm::any_of(counts, [](int64_t count) { return count < 1; })) // copy_c2
    return emitOpError("expects at most ")
           << mostLoops
           << " loops with a positive count and two strides each, but got "
           << "counts [" << counts << "], input strides [" << getInputStrides()
           << "] and output strides [" << getOutputStrides() << "]";
  for (auto [count, stride] : llvm::zip_equal(counts, getOutputStrides()))
    if (count > 1 && stride == 0) // copy_c4
      return emitOpError("expects output strides other than 0, but got [")
             << getOutputStrides() << "]";
  if (getMemoryRoot(getInput()) == getMemoryRoot(getOutput())) // copy_c5
    return emitOpError("expects input and output in different buffers");
  // copy_c3
  if (failed(verifyInside(*this, getInput(), getInputOffset(),
                          getInputStrides(), "input")))
    return failure();
  return verifyInside(*this, getOutput(), getOutputOffset(), getOutputStrides(),
                      "output");
}

std::string CopyOp::getRuntimeFunction() { return "ofa_copy"; }

Params CopyOp::getParams() {
  int64_t bytes = getElementBytes(getInput());
  Params params("ofa_copy_params_t");
  // The last loops are the op's.
  size_t unused = mostLoops - getCounts().size();
  for (size_t i = 0; i < mostLoops; ++i) {
    std::string loop = "loop_" + std::to_string(i);
    int64_t count = i < unused ? 1 : getCounts()[i - unused];
    // A loop that runs once takes no step.
    bool steps = count > 1;
    params.addInt32(loop + ".count", count)
        .addInt32(loop + ".input_stride",
                  steps ? getInputStrides()[i - unused] * bytes : 0)
        .addInt32(loop + ".output_stride",
                  steps ? getOutputStrides()[i - unused] * bytes : 0);
  }
  params.addInt32("input_offset", getInputOffset() * bytes)
      .addInt32("output_offset", getOutputOffset() * bytes)
      .addInt32("run", getRun() * bytes);
  return params;
}

//===----------------------------------------------------------------------===//
// FillS8Op, FillF32Op
//===----------------------------------------------------------------------===//

std::string FillS8Op::getRuntimeFunction() { return "ofa_fill_s8"; }

Params FillS8Op::getParams() {
  Params params("ofa_fill_s8_params_t");
  params.addInt32("count", getCount(getOutput())).addInt8("value", getValue());
  return params;
}

std::string FillF32Op::getRuntimeFunction() { return "ofa_fill_f32"; }

Params FillF32Op::getParams() {
  Params params("ofa_fill_f32_params_t");
  params.addInt32("count", getCount(getOutput()))
      .addFloat("value", getValue().convertToFloat());
  return params;
}

//===----------------------------------------------------------------------===//
// ResizeNearestOp
//===----------------------------------------------------------------------===//

LogicalResult ResizeNearestOp::verify() {
  ArrayRef<int64_t> in = getType(getInput()).getShape();
  ArrayRef<int64_t> out = getType(getOutput()).getShape();
  if (in.size() != 4 || out.size() != 4 || in[0] != out[0] ||
      in[3] != out[3]) // resize_nearest_c1
    return emitOpError("expects input and output of shape [n, height, width, "
                       "c], but got [")
           << in << "] and [" << out << "]";
  // resize_nearest_c1
  if (failed(verifySameElementType(*this, getInput(), getOutput())))
    return failure();
  for (int64_t size : {in[1], in[2], out[1], out[2]})
    if (size > largestIndex) // resize_nearest_c3
      return emitOpError("expects heights and widths of at most ")
             << largestIndex << ", but got " << size;
  // resize_nearest_c2
  return success(
      succeeded(verifyCount(*this, getRows(), out[1], "rows")) &&
      succeeded(verifyCount(*this, getColumns(), out[2], "columns")) &&
      succeeded(verifyConstant(*this, getRows(), "rows")) &&
      succeeded(verifyConstant(*this, getColumns(), "columns")));
}

std::string ResizeNearestOp::getRuntimeFunction() {
  return "ofa_resize_nearest";
}

Params ResizeNearestOp::getParams() {
  ArrayRef<int64_t> in = getType(getInput()).getShape();
  ArrayRef<int64_t> out = getType(getOutput()).getShape();
  Params params("ofa_resize_nearest_params_t");
  params.addInt32("batches", in[0])
      .addInt16("in_height", in[1])
      .addInt16("in_width", in[2])
      .addInt16("out_height", out[1])
      .addInt16("out_width", out[2])
      .addInt32("pixel_bytes", in[3] * getElementBytes(getInput()))
      .addPointer("rows", getGlobalRef(getRows()))
      .addPointer("columns", getGlobalRef(getColumns()));
  return params;
}
