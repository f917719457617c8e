//===- QuantizeParameters.h - Weights and biases to integers ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_TRANSFORMS_QUANTIZEPARAMETERS_H
#define OFA_LIB_DIALECT_OFA_TRANSFORMS_QUANTIZEPARAMETERS_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include <vector>

namespace mlir::ofa {

/// Integer parameters of a layer.
struct QuantizedParameters {
  std::vector<int8_t> weights; // as the real ones
  std::vector<int32_t> bias;   // one per output channel
  std::vector<double> scales;  // of the weights, one per output channel
  /// No result is farther from zero than this, whatever the input.
  double largestResult = 0;
};

/// Quantises the weights and the bias of `layer`, whose input has scale
/// `inputScale`. With `inputMeans` (one per input channel, else empty), the
/// bias makes up for what rounding the weights changes on average. Scales are
/// floats, chosen so that neither bias nor accumulator overflows. Fails after
/// one diagnostic.
FailureOr<QuantizedParameters> quantizeParameters(LinearOpInterface layer,
                                                  double inputScale,
                                                  ArrayRef<double> inputMeans);

/// Replaces the operands of `layer`, a constant weight and bias, by new
/// constants that hold `parameters`.
void setParameters(LinearOpInterface layer,
                   const QuantizedParameters &parameters);

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_TRANSFORMS_QUANTIZEPARAMETERS_H
