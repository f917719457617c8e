//===- Requantize.h - Integer factors of quantised operations ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the compiler turns scales into the integers that kernels take: TFLite's
// int8 specification. Pure arithmetic on doubles and integers (division,
// frexp, rounding), so that the same scales give the same integers on every
// machine. Knows nothing of MLIR. The evaluator of quantised `ofa` IR
// (lib/Execution) has its own derivations on purpose: it is the check on these.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_QUANTIZATION_REQUANTIZE_H
#define OFA_QUANTIZATION_REQUANTIZE_H

#include <array>
#include <cstdint>

namespace mlir::ofa {

/// A real factor `multiplier * 2^(shift - 31)`. The multiplier is 0 or in
/// [2^30, 2^31), but for folded means; a positive shift is to the left,
/// -31 <= shift <= 30.
struct Multiplier {
  int32_t multiplier = 0;
  int8_t shift = 0;
};

/// The nearest multiplier of `factor` >= 0 (TFLite's QuantizeMultiplier):
/// fraction times 2^31 rounded half away from zero. Below 2^-32 the result is
/// zero, from 2^30 on it is the largest multiplier with shift 30.
Multiplier quantizeMultiplier(double factor);

/// How a requantisation rounds; see ofa_kernels_s8.h.
enum class RequantRounding { Single, Double };

/// x * factor as the kernels compute it. With a left shift, x * 2^shift must
/// fit 32 bits.
int64_t requantize(int32_t x, Multiplier factor, RequantRounding rounding);

/// The factor of a mean over `count` elements: 1 / count folded into `factor`
/// (TFLite's MEAN), with as many bits as fit.
Multiplier foldMean(Multiplier factor, int64_t count);

/// Real factor from an accumulator of a convolution, depthwise or not, to its
/// result: input * weight / output, in double.
double getConvolutionFactor(double input, double weight, double output);

/// The same of a fully-connected layer: with one weight scale for all outputs
/// TFLite rounds input * weight to float before it divides.
double getFullyConnectedFactor(double input, double weight, double output,
                               bool perChannel);

/// Factors of int8 ADD: both sides are shifted left by `kAddLeftShift` and
/// scaled to twice the larger input scale, their sum is scaled to the output.
struct AddFactors {
  Multiplier lhs, rhs, output;
};
inline constexpr int kAddLeftShift = 20;
AddFactors deriveAddFactors(double lhs, double rhs, double output);

/// Factors of int8 SUB: the same, but TFLite Micro makes them in float.
AddFactors deriveSubFactors(double lhs, double rhs, double output);

/// Factor of int8 MUL: lhs * rhs / output.
Multiplier deriveMulFactor(double lhs, double rhs, double output);

/// Factor of int8 MEAN over `count` elements: input / (output * count).
Multiplier deriveMeanFactor(double input, double output, int64_t count);

/// Factor between two scales (int8 to int8 QUANTIZE): input / output.
Multiplier deriveRescaleFactor(double input, double output);

/// Scale and zero point of an int8 tensor: real = (q - zeroPoint) * scale.
struct QuantizedScale {
  double scale;
  int32_t zeroPoint;
};

/// Inclusive bounds of an int8 result.
struct QuantizedRange {
  int8_t min = -128, max = 127;
};

/// Bounds of a result with a fused clamp of reals to [min, max] (relu: 0 and
/// infinity): bounds rounded half away from zero to the result's scale with a
/// division in float, as TFLite does.
QuantizedRange deriveActivationRange(float min, float max,
                                     QuantizedScale output);

/// Entry d, for d = largest input - input, is exp(-d * beta * inputScale) with
/// 31 fraction bits by gemmlowp's exp_on_negative_values on a Q5.26 argument;
/// 0 for a difference beyond what TFLite's int8 SOFTMAX takes into account.
std::array<int32_t, 256> makeSoftmaxExpTable(double beta, double inputScale);

} // namespace mlir::ofa

#endif // OFA_QUANTIZATION_REQUANTIZE_H
