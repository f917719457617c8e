//===- QuantizedSoftmax.cpp - int8 softmax, by definition -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TFLite's int8 SOFTMAX on gemmlowp's fixed point: numbers of f fraction bits
// are integers here, and a product of two 32-bit ones is their doubled high
// word, rounded half up.
//
//===----------------------------------------------------------------------===//

#include "QuantizedArithmetic.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::evaluator;

static constexpr int64_t kOne = 2147483647; // 1 with 31 fraction bits
static constexpr int kSumFraction = 19;     // the sum of exponentials: Q12.19

static int64_t multiply(int64_t a, int64_t b) { return roundHighWord(a * b); }

/// exp(x / 2^26) with 31 fraction bits, for x <= 0 and > -2^31.
static int64_t evaluateExp(int64_t x) {
  if (x == 0)
    return kOne;
  // x = quarters / 4 + rest with -1/4 <= rest < 0.
  int64_t quarters = -((-x - 1) >> 24);
  int64_t rest = x - quarters * (int64_t(1) << 24);
  // Taylor's polynomial of degree 4 around -1/8.
  int64_t t = rest * 32 + (int64_t(1) << 28);
  int64_t t2 = multiply(t, t), t3 = multiply(t2, t), t4 = multiply(t2, t2);
  int64_t tail =
      roundShift(multiply(roundShift(t4, 2) + t3, 715827883) + t2, 1);
  const int64_t expMinusEighth = 1895147668;
  int64_t result = expMinusEighth + multiply(expMinusEighth, t + tail);
  // exp(-1/4), and its square, and so on: one for each bit of the quarters.
  static constexpr int64_t powers[] = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  for (int bit = 0; bit != 7; ++bit)
    if ((-quarters >> bit) & 1)
      result = multiply(result, powers[bit]);
  return result;
}

/// 1 / (1 + x / 2^31) with 31 fraction bits, for 0 <= x < 2^31: three steps of
/// Newton's method on numbers with 29 fraction bits.
static int64_t evaluateReciprocal(int64_t x) {
  int64_t denominator = (x + kOne + 1) / 2; // rounded half sum, Q0.31
  int64_t estimate = 1515870810 + multiply(denominator, -1010580540);
  for (int i = 0; i != 3; ++i) {
    int64_t error = (int64_t(1) << 29) - multiply(denominator, estimate);
    // A product of two Q2.29 has 27 fraction bits.
    estimate += multiply(estimate, error) * 4;
  }
  return std::min(estimate * 2, kOne);
}

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
    return evaluateExp(rescale(-difference, factor, Rounding::Double));
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
