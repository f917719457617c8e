//===- ImportSlices.cpp - Parts of tensors ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

namespace {
/// `sizes` elements along each dimension, from `begin` on, every `strides`-th.
struct Slice {
  SmallVector<int64_t> begin, sizes, strides;

  /// All of a tensor.
  explicit Slice(ArrayRef<int64_t> shape)
      : begin(shape.size(), 0), sizes(shape), strides(shape.size(), 1) {}
};
} // namespace

/// The sliced operand, whose quantisation the results keep.
static FailureOr<Value> getSliced(OperatorImport &op, unsigned operand) {
  FailureOr<Value> value = op.getActivation(operand);
  if (failed(value))
    return failure();
  for (unsigned i = 0; i < op.countResults(); ++i)
    if (failed(op.checkMoves(op.getOperand(operand), i)))
      return failure();
  return value;
}

/// The slice as result `i`, whose shape may have other dimensions of size 1.
static LogicalResult defineSlice(OperatorImport &op, Value value,
                                 const Slice &slice, unsigned i = 0) {
  const Tensor &result = op.getResult(i);
  auto type = cast<RankedTensorType>(value.getType()).clone(slice.sizes);
  if (type.getNumElements() != result.countElements())
    return op.expects() << describe("result", i, result) << " to have "
                        << type.getNumElements() << " elements, but got "
                        << result.countElements();
  Value part = op.create<SliceOp>(type, result.name, value,
                                  {op.attr("begin", slice.begin),
                                   op.attr("sizes", slice.sizes),
                                   op.attr("strides", slice.strides)},
                                  /*computes=*/&result);
  op.setResult(i, op.reshape(part, result.shape, ".shape"));
  return success();
}

LogicalResult tflite::importSlice(OperatorImport &op) {
  FailureOr<Value> value = getSliced(op, 0);
  if (failed(value))
    return failure();
  ArrayRef<int64_t> shape = op.getOperand(0).shape;
  FailureOr<SmallVector<int64_t>> begin =
      op.getIntegers(1, "begin", shape.size());
  FailureOr<SmallVector<int64_t>> sizes =
      failed(begin) ? begin : op.getIntegers(2, "size", shape.size());
  if (failed(sizes))
    return failure();
  Slice slice(shape);
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t from = (*begin)[i], size = (*sizes)[i];
    if (from < 0 || from >= shape[i])
      return op.expects() << "a slice that begins in dimension " << i
                          << ", which has " << shape[i]
                          << " elements, but it begins at " << from;
    if (size == -1)
      size = shape[i] - from;
    if (size <= 0 || size > shape[i] - from)
      return op.expects() << "a slice of 1 to " << shape[i] - from
                          << " elements of dimension " << i << ", but got "
                          << size;
    slice.begin[i] = from;
    slice.sizes[i] = size;
  }
  if (failed(op.checkResultShape(slice.sizes)))
    return failure();
  return defineSlice(op, *value, slice);
}

LogicalResult tflite::importSplit(OperatorImport &op) {
  FailureOr<Value> value = getSliced(op, 1);
  if (failed(value))
    return failure();
  FailureOr<SmallVector<int64_t>> axes = op.getIntegers(0, "axis", 1);
  if (failed(axes))
    return failure();
  ArrayRef<int64_t> shape = op.getOperand(1).shape;
  FailureOr<int64_t> axis = op.getAxis(axes->front(), shape.size());
  if (failed(axis))
    return failure();
  int64_t parts = op.countResults();
  if (shape[*axis] % parts != 0)
    return op.expects() << "a dimension that " << parts
                        << " equal parts make, but dimension " << *axis
                        << " has " << shape[*axis] << " elements";
  Slice slice(shape);
  slice.sizes[*axis] = shape[*axis] / parts;
  for (int64_t i = 0; i < parts; ++i) {
    slice.begin[*axis] = i * slice.sizes[*axis];
    if (failed(op.checkResultShape(slice.sizes, i)) ||
        failed(defineSlice(op, *value, slice, i)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// STRIDED_SLICE
//===----------------------------------------------------------------------===//

namespace {
/// One entry of the lists of STRIDED_SLICE for a dimension of `size` elements.
struct Range {
  int64_t begin, end, stride;
  bool fromEdge, toEdge; ///< As begin_mask and end_mask say.
  bool isIndex;          ///< One element, as shrink_axis_mask says.
  bool endIsLength;      ///< `end` counts from `begin`.
};
} // namespace

/// First element and number of elements of a range, by TFLite's rules: negative
/// positions count from the end, and what lies outside moves to the edge.
static std::pair<int64_t, int64_t> resolve(Range range, int64_t size) {
  bool ascends = range.stride > 0;
  auto clamp = [&](int64_t position) {
    return ascends ? std::clamp<int64_t>(position, 0, size)
                   : std::clamp<int64_t>(position, -1, size - 1);
  };
  int64_t begin = range.begin < 0 ? range.begin + size : range.begin;
  if (range.fromEdge)
    begin = ascends ? 0 : size - 1;
  begin = clamp(begin);
  if (range.isIndex)
    return {begin, begin >= 0 && begin < size ? 1 : 0};
  int64_t end = range.endIsLength ? range.end + begin : range.end;
  if (end < 0)
    end += size;
  if (range.toEdge)
    end = ascends ? size : -1;
  end = clamp(end);
  int64_t distance = ascends ? end - begin : begin - end;
  int64_t step = ascends ? range.stride : -range.stride;
  return {begin, std::max<int64_t>((distance + step - 1) / step, 0)};
}

LogicalResult tflite::importStridedSlice(OperatorImport &op) {
  const auto *options = op.getOptions<schema::StridedSliceOptions>();
  if (!options)
    return failure();
  FailureOr<Value> value = getSliced(op, 0);
  if (failed(value))
    return failure();
  FailureOr<SmallVector<int64_t>> begins = op.getIntegers(1, "begin");
  if (failed(begins))
    return failure();
  size_t entries = begins->size();
  FailureOr<SmallVector<int64_t>> ends = op.getIntegers(2, "end", entries);
  if (failed(ends))
    return failure();
  FailureOr<SmallVector<int64_t>> strides =
      op.getIntegers(3, "strides", entries);
  if (failed(strides))
    return failure();
  if (entries > 32)
    return op.expects() << "at most 32 entries, as many as the masks have, but "
                           "got "
                        << entries;

  auto isSet = [](int32_t mask, size_t entry) { return mask >> entry & 1; };
  int32_t newAxes = options->new_axis_mask();
  int32_t ellipses = options->ellipsis_mask();
  ArrayRef<int64_t> shape = op.getOperand(0).shape;
  size_t named = 0; // Dimensions that have an entry of their own.
  for (size_t entry = 0; entry < entries; ++entry)
    named += !isSet(ellipses, entry) && !isSet(newAxes, entry);
  if (named > shape.size())
    return op.expects() << "at most " << shape.size()
                        << " entries, one for each dimension, but got "
                        << named;

  // Which dimensions the result has: indices take one away, new axes add one.
  Slice slice(shape);
  SmallVector<int64_t> resultShape;
  size_t dimension = 0;
  bool seenEllipsis = false;
  for (size_t entry = 0; entry < entries; ++entry) {
    if (isSet(ellipses, entry)) {
      if (seenEllipsis)
        return op.expects() << "one ellipsis, but got several";
      seenEllipsis = true;
      for (size_t left = shape.size() - named; left != 0; --left)
        resultShape.push_back(shape[dimension++]);
      continue;
    }
    if (isSet(newAxes, entry)) {
      resultShape.push_back(1);
      continue;
    }
    Range range = {(*begins)[entry],
                   (*ends)[entry],
                   (*strides)[entry],
                   bool(isSet(options->begin_mask(), entry)),
                   bool(isSet(options->end_mask(), entry)),
                   bool(isSet(options->shrink_axis_mask(), entry)),
                   options->offset()};
    auto isFar = [](int64_t value) {
      constexpr int64_t limit = std::numeric_limits<int32_t>::max();
      return value < -limit || value > limit;
    };
    if (isFar(range.begin) || isFar(range.end) || isFar(range.stride) ||
        range.stride == 0 || (range.isIndex && range.stride < 0))
      return op.expects() << "strides other than 0, ascending ones where an "
                             "axis shrinks, and positions of 32 bits, but "
                             "entry "
                          << entry << " has " << range.begin << ", "
                          << range.end << " and " << range.stride;
    auto [begin, size] = resolve(range, shape[dimension]);
    if (size == 0)
      return op.expects() << "elements, but entry " << entry
                          << " leaves none of dimension " << dimension;
    slice.begin[dimension] = begin;
    slice.sizes[dimension] = size;
    // A stride that is not taken may be longer than the tensor.
    slice.strides[dimension] = size == 1 ? 1 : range.stride;
    if (!range.isIndex)
      resultShape.push_back(size);
    ++dimension;
  }
  while (dimension < shape.size())
    resultShape.push_back(shape[dimension++]);
  if (failed(op.checkResultShape(resultShape)))
    return failure();
  return defineSlice(op, *value, slice);
}
