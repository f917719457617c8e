//===- QuantizedPooling.cpp - int8 means, pools and moves, by definition --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizedArithmetic.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

/// 1 / count in a factor, with as many more bits as 32-bit shifts leave room
/// for: TFLite's MEAN.
static Factor divideFactor(Factor factor, int64_t count) {
  int bits = 0;
  while (bits < 32 && bits < 31 + factor.exponent && count >> (bits + 1) != 0)
    ++bits;
  return {factor.mantissa * (int64_t(1) << bits) / count,
          factor.exponent - bits};
}

static FailureOr<Step> prepareMean(MeanOp op) {
  Quantization from = getQuantization(op.getInput());
  Quantization to = getQuantization(op.getResult());
  SmallVector<int64_t> kept(getShape(op.getInput()));
  int64_t count = 1;
  for (int64_t axis : op.getAxes())
    count *= std::exchange(kept[axis], 1);
  std::vector<int64_t> places =
      getBroadcastSources(kept, getShape(op.getInput()));
  Factor factor = divideFactor(makeFactor(from.scale / to.scale), count);
  Rounding rounding = op.getRounding();
  return Step{{0},
              [=, places = std::move(places)](ArrayRef<const Tensor *> operands,
                                              Tensor &result) {
                ArrayRef<int8_t> input = operands[0]->ints();
                std::vector<int64_t> sums(result.size());
                for (size_t i = 0; i != input.size(); ++i)
                  sums[places[i]] += input[i] - from.zeroPoint;
                for (size_t i = 0; i != sums.size(); ++i)
                  result.ints()[i] =
                      clampTo(to.zeroPoint + rescale(sums[i], factor, rounding),
                              {-128, 127});
              }};
}

/// One value out of the taps of a window that lie in the image: their sum,
/// largest and number.
struct Taps {
  int64_t sum = 0, largest = -128, count = 0;
};
static int64_t average(const Taps &taps) {
  int64_t half = taps.count / 2;
  return (taps.sum > 0 ? taps.sum + half : taps.sum - half) / taps.count;
}
static int64_t largest(const Taps &taps) { return taps.largest; }

template <typename OpT, int64_t (*select)(const Taps &)>
static FailureOr<Step> preparePool(OpT op) {
  Window2D window = op.getWindow();
  SmallVector<int64_t> in(getShape(op.getInput())),
      out(getShape(op.getResult()));
  Bounds bounds =
      getBounds(op.getActivation(), getQuantization(op.getResult()));
  return Step{
      {0}, [=](ArrayRef<const Tensor *> operands, Tensor &result) {
        ArrayRef<int8_t> input = operands[0]->ints();
        int8_t *output = result.ints().data();
        for (int64_t y = 0; y != out[1]; ++y)
          for (int64_t x = 0; x != out[2]; ++x)
            for (int64_t c = 0; c != out[3]; ++c) {
              Taps taps;
              for (int64_t ky = 0; ky != window.extent[0]; ++ky)
                for (int64_t kx = 0; kx != window.extent[1]; ++kx) {
                  int64_t row = y * window.stride[0] - window.before[0] + ky;
                  int64_t column = x * window.stride[1] - window.before[1] + kx;
                  if (row < 0 || row >= in[1] || column < 0 || column >= in[2])
                    continue;
                  int64_t value = input[(row * in[2] + column) * in[3] + c];
                  taps.sum += value;
                  taps.largest = std::max(taps.largest, value);
                  ++taps.count;
                }
              *output++ = clampTo(select(taps), bounds);
            }
      }};
}

void ofa::addQuantizedPooling(StepRegistry &registry) {
  registry.add<MeanOp, prepareMean>();
  registry.add<AvgPool2DOp, preparePool<AvgPool2DOp, average>>();
  registry.add<MaxPool2DOp, preparePool<MaxPool2DOp, largest>>();
}
