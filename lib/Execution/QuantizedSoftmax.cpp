//===- QuantizedSoftmax.cpp - int8 softmax, by definition -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TFLite's int8 SOFTMAX on gemmlowp's fixed point.
//
//===----------------------------------------------------------------------===//

#include "FixedPoint.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

static constexpr int kSumFraction = 19; // the sum of exponentials: Q12.19

namespace {
struct Softmax {
  Factor factor;
  int64_t largestDifference;

  explicit Softmax(double realFactor) {
    factor = makeFactor(std::min(realFactor * 67108864.0, 2147483647.0));
    int left = std::max(factor.exponent, 0);
    largestDifference = (int64_t(31) << 26) >> left;
  }

  /// exp of a difference to the largest input, or 0 if it is left out.
  int64_t exponential(int64_t difference) const {
    if (difference > largestDifference)
      return 0;
    return evaluateExp(rescale(-difference, factor, Rounding::Double), 5);
  }

  void run(ArrayRef<int8_t> input, MutableArrayRef<int8_t> result) const {
    int64_t largest = *std::max_element(input.begin(), input.end());
    int64_t sum = 0;
    for (int8_t value : input)
      sum += roundShift(exponential(largest - value), 31 - kSumFraction);
    // sum = 2^exponent * (1 + fraction).
    int headroom = 0;
    while (((sum << headroom) & (int64_t(1) << 31)) == 0)
      ++headroom;
    int64_t fraction = (sum << headroom) - (int64_t(1) << 31);
    int64_t reciprocal = evaluateReciprocal(fraction);
    int shift = 31 - kSumFraction - headroom + 31 - 8;
    for (size_t i = 0, e = input.size(); i != e; ++i) {
      int64_t product = multiply(reciprocal, exponential(largest - input[i]));
      result[i] = clampTo(roundShift(product, shift) - 128, {-128, 127});
    }
  }
};
} // namespace

static FailureOr<Step> prepareSoftmax(SoftmaxOp op) {
  Softmax softmax(op.getBeta().convertToDouble() *
                  getQuantization(op.getInput()).scale);
  int64_t depth = getShape(op.getInput()).back();
  return Step{{0}, [=](ArrayRef<const Tensor *> operands, Tensor &result) {
                ArrayRef<int8_t> input = operands[0]->ints();
                for (size_t row = 0; row != input.size(); row += depth)
                  softmax.run(input.slice(row, depth),
                              result.ints().slice(row, depth));
              }};
}

void ofa::addQuantizedSoftmax(StepRegistry &registry) {
  registry.add<SoftmaxOp, prepareSoftmax>();
}
