//===- MoveOps.cpp - Operations that move elements ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpUtils.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

/// Elements between neighbours along each dimension of a tensor.
static SmallVector<int64_t> getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static LogicalResult checkEntries(EmitError emitError, StringRef what,
                                  size_t entries, size_t rank) {
  if (entries == rank)
    return success();
  return emitError() << "expects '" << what << "' to have " << rank
                     << " entries, one for each dimension, but got " << entries;
}

static LogicalResult verifyMove(CostOpInterface op) {
  if (failed(verifyInferredShape(op)))
    return failure();
  return verifySameElementType(op, op->getOperand(0), op->getResult(0));
}

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> ConcatOp::inferShape(ShapeList operands,
                                                     EmitError emitError) {
  if (operands.empty()) // concat_c1
    return emitError() << "expects at least one operand";
  SmallVector<int64_t> shape = operands[0];
  size_t axis = getAxis();
  if (axis >= shape.size()) // concat_c1
    return emitError() << "expects an axis below " << shape.size()
                       << ", but got " << axis;
  for (ArrayRef<int64_t> other : operands.drop_front()) {
    if (other.size() != shape.size()) // concat_c1
      return emitError() << "expects operands of " << shape.size()
                         << " dimensions, but got " << other.size();
    for (size_t i = 0; i < shape.size(); ++i)
      if (i != axis && other[i] != shape[i]) // concat_c2
        return emitError() << "expects operands of equal sizes but for axis "
                           << axis << ", but got " << shape[i] << " and "
                           << other[i] << " along axis " << i;
    shape[axis] += other[axis];
  }
  return shape;
}

LogicalResult ConcatOp::verify() {
  if (failed(verifyInferredShape(*this))) // concat_c4
    return failure();
  for (Value input : getInputs())
    if (failed(verifySameElementType(*this, input, getResult()))) // concat_c3
      return failure();
  return success();
}

SmallVector<Move> ConcatOp::getMoves() {
  SmallVector<int64_t> to = getStrides(getShape(getResult()));
  SmallVector<Move> moves;
  int64_t place = 0;
  for (auto [operand, input] : llvm::enumerate(getInputs())) {
    ArrayRef<int64_t> shape = getShape(input);
    Move move = {unsigned(operand), 0, place * to[getAxis()], {}};
    SmallVector<int64_t> from = getStrides(shape);
    for (size_t i = 0; i < shape.size(); ++i)
      move.loops.push_back({shape[i], from[i], to[i]});
    place += shape[getAxis()];
    moves.push_back(std::move(move));
  }
  return moves;
}

//===----------------------------------------------------------------------===//
// PadOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> PadOp::inferShape(ShapeList operands,
                                                  EmitError emitError) {
  SmallVector<int64_t> shape = operands[0];
  if (failed(checkEntries(emitError, "low", getLow().size(), shape.size())) ||
      failed(checkEntries(emitError, "high", getHigh().size(), shape.size())))
    return failure(); // pad_c1
  for (auto [size, low, high] : llvm::zip(shape, getLow(), getHigh()))
    if (llvm::AddOverflow(size, low, size) ||
        llvm::AddOverflow(size, high, size)) // pad_c1
      return emitError() << "expects a padded size of at most 64 bits, but got "
                            "'low' "
                         << low << " and 'high' " << high;
  return shape;
}

LogicalResult PadOp::verify() {
  if (failed(verifyMove(*this))) // pad_c2
    return failure();
  if (TypedAttr value = getValueAttr()) {
    Type wanted = getStorageType(getInput().getType()).getElementType();
    if (value.getType() != wanted) // pad_c3
      return emitOpError("expects a value of ")
             << wanted << ", but got " << value;
  }
  return success();
}

TypedAttr PadOp::getBackground() {
  if (TypedAttr value = getValueAttr())
    return value;
  Builder builder(getContext());
  auto quantized =
      dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(getInput()));
  if (quantized)
    return builder.getI8IntegerAttr(int8_t(quantized.getZeroPoint()));
  return builder.getF32FloatAttr(0.0f);
}

bool PadOp::isZero() {
  auto quantized =
      dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(getInput()));
  TypedAttr value = getBackground();
  if (quantized)
    return cast<IntegerAttr>(value).getInt() == quantized.getZeroPoint();
  return cast<FloatAttr>(value).getValue().isZero();
}

SmallVector<Move> PadOp::getMoves() {
  ArrayRef<int64_t> shape = getShape(getInput());
  SmallVector<int64_t> from = getStrides(shape);
  SmallVector<int64_t> to = getStrides(getShape(getResult()));
  Move move = {0, 0, 0, {}};
  for (size_t i = 0; i < shape.size(); ++i) {
    move.to += getLow()[i] * to[i];
    move.loops.push_back({shape[i], from[i], to[i]});
  }
  return {move};
}

//===----------------------------------------------------------------------===//
// ReshapeOp, ResizeNearestOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> ReshapeOp::inferShape(ShapeList operands,
                                                      EmitError emitError) {
  int64_t from = ShapedType::getNumElements(operands[0]);
  int64_t to = ShapedType::getNumElements(getShape());
  if (from != to) // reshape_c1
    return emitError() << "expects a shape of " << from << " elements, but got "
                       << to;
  return llvm::to_vector(getShape());
}
LogicalResult ReshapeOp::verify() { return verifyMove(*this); } // reshape_c2

FailureOr<SmallVector<int64_t>> ResizeNearestOp::inferShape(ShapeList operands,
                                                            EmitError) {
  return SmallVector<int64_t>{operands[0][0], getSize()[0], getSize()[1],
                              operands[0][3]};
}
LogicalResult ResizeNearestOp::verify() {
  return verifyMove(*this); // resize_nearest_c1
}

SmallVector<int64_t> ResizeNearestOp::getSources(unsigned axis) {
  int64_t from = ::getShape(getInput())[1 + axis], to = getSize()[axis];
  // In float, as TFLite computes it.
  float scale = getAlignCorners() && to > 1 ? float(from - 1) / float(to - 1)
                                            : float(from) / float(to);
  float offset = getHalfPixelCenters() ? 0.5f : 0.0f;
  SmallVector<int64_t> sources;
  for (int64_t i = 0; i < to; ++i) {
    float place = (float(i) + offset) * scale;
    auto source =
        int64_t(getAlignCorners() ? std::round(place) : std::floor(place));
    sources.push_back(std::clamp<int64_t>(source, 0, from - 1));
  }
  return sources;
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> SliceOp::inferShape(ShapeList operands,
                                                    EmitError emitError) {
  ArrayRef<int64_t> shape = operands[0];
  if (failed(
          checkEntries(emitError, "begin", getBegin().size(), shape.size())) ||
      failed(
          checkEntries(emitError, "sizes", getSizes().size(), shape.size())) ||
      failed(checkEntries(emitError, "strides", getStrides().size(),
                          shape.size())))
    return failure(); // slice_c1
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t first = getBegin()[i];
    int64_t steps, last;
    if (getStrides()[i] == 0) // slice_c2
      return emitError() << "expects strides that are not 0";
    if (llvm::MulOverflow(getSizes()[i] - 1, getStrides()[i], steps) ||
        llvm::AddOverflow(first, steps, last)) // slice_c2
      return emitError() << "expects elements along axis " << i
                         << " to be below " << shape[i]
                         << ", but got places of more than 64 bits";
    if (first >= shape[i] || last < 0 || last >= shape[i]) // slice_c2
      return emitError() << "expects elements " << first << " to " << last
                         << " along axis " << i << " to be below " << shape[i];
  }
  return llvm::to_vector(getSizes());
}

LogicalResult SliceOp::verify() { return verifyMove(*this); } // slice_c3

SmallVector<Move> SliceOp::getMoves() {
  SmallVector<int64_t> from = ::getStrides(getShape(getInput()));
  SmallVector<int64_t> to = ::getStrides(getSizes());
  Move move = {0, 0, 0, {}};
  for (size_t i = 0; i < from.size(); ++i) {
    move.from += getBegin()[i] * from[i];
    move.loops.push_back({getSizes()[i], getStrides()[i] * from[i], to[i]});
  }
  return {move};
}

//===----------------------------------------------------------------------===//
// TransposeOp
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> TransposeOp::inferShape(ShapeList operands,
                                                        EmitError emitError) {
  ArrayRef<int64_t> shape = operands[0], permutation = getPermutation();
  SmallVector<int64_t> sorted = llvm::to_vector(permutation);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(shape.size()))) // transpose_c1
    return emitError() << "expects a permutation of " << shape.size()
                       << " dimensions, but got [" << permutation << "]";
  return llvm::map_to_vector(permutation,
                             [&](int64_t axis) { return shape[axis]; });
}

LogicalResult TransposeOp::verify() {
  return verifyMove(*this); // transpose_c2
}

SmallVector<Move> TransposeOp::getMoves() {
  ArrayRef<int64_t> shape = getShape(getInput());
  SmallVector<int64_t> from = getStrides(shape);
  SmallVector<int64_t> to = getStrides(getShape(getResult()));
  Move move = {0, 0, 0, {}};
  for (auto [i, axis] : llvm::enumerate(getPermutation()))
    move.loops.push_back({shape[axis], from[axis], to[i]});
  return {move};
}
