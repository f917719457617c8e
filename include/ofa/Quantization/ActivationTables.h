//===- ActivationTables.h - int8 functions as tables ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function of one int8 is a table of 256 results, made here by TFLite Micro's
// integer arithmetic, so that kernels need no arithmetic at all. Pure functions
// of scales: the same on every machine.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_QUANTIZATION_ACTIVATIONTABLES_H
#define OFA_QUANTIZATION_ACTIVATIONTABLES_H

#include "ofa/Quantization/Requantize.h"

namespace mlir::ofa {

/// Entry q + 128 is the result for input q.
using Int8Table = std::array<int8_t, 256>;

/// Requantised to the output's scale and clamped to `range`: RELU, RELU6.
Int8Table makeClampTable(QuantizedScale input, QuantizedScale output,
                         QuantizedRange range, RequantRounding rounding);

/// LEAKY_RELU: input / output in float as the factor of inputs from the zero
/// point on, input * alpha / output in float as that of the others.
Int8Table makeLeakyReluTable(float alpha, QuantizedScale input,
                             QuantizedScale output, RequantRounding rounding);

/// LOGISTIC: scale 1/256 and zero point -128.
Int8Table makeLogisticTable(QuantizedScale input, RequantRounding rounding);

/// TANH: scale 1/128 and zero point 0.
Int8Table makeTanhTable(QuantizedScale input, RequantRounding rounding);

/// HARD_SWISH, in 16-bit fixed point. The output's scale is more than 1/128 of
/// the input's.
Int8Table makeHardSwishTable(QuantizedScale input, QuantizedScale output);

/// relu6(x + 3) / 6 in double, rounded half away from zero; not in TFLite.
Int8Table makeHardSigmoidTable(QuantizedScale input, QuantizedScale output);

} // namespace mlir::ofa

#endif // OFA_QUANTIZATION_ACTIVATIONTABLES_H
