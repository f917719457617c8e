//===- Moves.cpp - Steps of operations that move elements -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Step.h"

using namespace mlir;
using namespace mlir::ofa;

template <typename T>
static ArrayRef<T> getElements(const Tensor &tensor) {
  if constexpr (std::is_same_v<T, float>)
    return tensor.floats();
  else
    return tensor.ints();
}

template <typename T>
static MutableArrayRef<T> getElements(Tensor &tensor) {
  if constexpr (std::is_same_v<T, float>)
    return tensor.floats();
  else
    return tensor.ints();
}

template <typename T>
static T getBackground(TypedAttr value) {
  if constexpr (std::is_same_v<T, float>)
    return cast<FloatAttr>(value).getValue().convertToFloat();
  else
    return int8_t(cast<IntegerAttr>(value).getInt());
}

/// Calls `visit(from, to)` for each element of the box.
static void forEachElement(const Move &move,
                           function_ref<void(int64_t, int64_t)> visit) {
  SmallVector<int64_t> index(move.loops.size(), 0);
  int64_t from = move.from, to = move.to;
  for (;;) {
    visit(from, to);
    size_t loop = move.loops.size();
    for (;;) {
      if (loop == 0)
        return;
      const Move::Loop &counted = move.loops[--loop];
      from += counted.fromStride;
      to += counted.toStride;
      if (++index[loop] < counted.count)
        break;
      from -= counted.count * counted.fromStride;
      to -= counted.count * counted.toStride;
      index[loop] = 0;
    }
  }
}

template <typename T, typename OpT>
static FailureOr<Step> prepareMove(OpT op) {
  Step step;
  for (unsigned operand = 0; operand != op->getNumOperands(); ++operand)
    step.operands.push_back(operand);
  auto interface = cast<MoveOpInterface>(op.getOperation());
  TypedAttr background = interface.getBackground();
  step.run = [moves = interface.getMoves(),
              fill = background ? getBackground<T>(background) : T()](
                 ArrayRef<const Tensor *> operands, Tensor &result) {
    MutableArrayRef<T> output = getElements<T>(result);
    llvm::fill(output, fill);
    for (const Move &move : moves) {
      ArrayRef<T> input = getElements<T>(*operands[move.operand]);
      forEachElement(
          move, [&](int64_t from, int64_t to) { output[to] = input[from]; });
    }
  };
  return step;
}

template <typename T>
static FailureOr<Step> prepareReshape(ReshapeOp) {
  return Step{{0}, [](ArrayRef<const Tensor *> operands, Tensor &result) {
                llvm::copy(getElements<T>(*operands[0]),
                           getElements<T>(result).begin());
              }};
}

template <typename T>
static FailureOr<Step> prepareResizeNearest(ResizeNearestOp op) {
  return Step{
      {0},
      [rows = op.getSources(0), columns = op.getSources(1),
       width = getShape(op.getInput())[2],
       channels = getShape(op.getInput())[3]](ArrayRef<const Tensor *> operands,
                                              Tensor &result) {
        ArrayRef<T> input = getElements<T>(*operands[0]);
        auto output = getElements<T>(result).begin();
        for (int64_t row : rows)
          for (int64_t column : columns)
            output = llvm::copy(
                input.slice((row * width + column) * channels, channels),
                output);
      }};
}

template <typename T>
static void add(StepRegistry &registry) {
  registry.add<ConcatOp, prepareMove<T, ConcatOp>>();
  registry.add<PadOp, prepareMove<T, PadOp>>();
  registry.add<ReshapeOp, prepareReshape<T>>();
  registry.add<ResizeNearestOp, prepareResizeNearest<T>>();
  registry.add<SliceOp, prepareMove<T, SliceOp>>();
  registry.add<TransposeOp, prepareMove<T, TransposeOp>>();
}

void ofa::addFloatMoves(StepRegistry &registry) { add<float>(registry); }
void ofa::addQuantizedMoves(StepRegistry &registry) { add<int8_t>(registry); }

std::vector<int64_t> ofa::getBroadcastSources(ArrayRef<int64_t> from,
                                              ArrayRef<int64_t> to) {
  Move move = {0, 0, 0, {}};
  int64_t fromStride = 1, toStride = 1;
  for (size_t i = 0; i != to.size(); ++i) {
    int64_t size = to[to.size() - 1 - i];
    int64_t given = i < from.size() ? from[from.size() - 1 - i] : 1;
    move.loops.insert(move.loops.begin(),
                      {size, given == 1 ? 0 : fromStride, toStride});
    fromStride *= given;
    toStride *= size;
  }
  std::vector<int64_t> sources(toStride);
  forEachElement(
      move, [&](int64_t source, int64_t place) { sources[place] = source; });
  return sources;
}
