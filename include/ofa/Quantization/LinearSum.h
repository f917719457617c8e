//===- LinearSum.h - int8 sums without requantisation -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TFLite's int8 ADD requantises three times for each element. But an element's
// result depends on two bytes alone, and one linear form of them, shifted and
// clamped, gives the same results, once its coefficients are found: all 65,536
// pairs prove it.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_QUANTIZATION_LINEARSUM_H
#define OFA_QUANTIZATION_LINEARSUM_H

#include "ofa/Quantization/Requantize.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <vector>

namespace mlir::ofa {

/// A sum or difference of two int8 tensors.
struct Int8Sum {
  QuantizedScale lhs, rhs, output;
  AddFactors factors;
  /// -1: that operand is subtracted.
  int lhsSign = 1, rhsSign = 1;
  QuantizedRange range;
  RequantRounding rounding = RequantRounding::Single;
};

/// The results of all pairs: entry (lhs + 128) * 256 + rhs + 128.
std::vector<int8_t> makeSumTable(const Int8Sum &sum);

/// clamp((lhs * a + rhs * b + offset) >> shift), without leaving 32 bits before
/// the clamp.
struct LinearSum {
  int32_t lhsFactor, rhsFactor, offset;
  int32_t shift;
};

/// A form that gives the results of all pairs, or none where the rounding of
/// the requantisations is no linear form's.
std::optional<LinearSum> findLinearSum(const Int8Sum &sum);

} // namespace mlir::ofa

#endif // OFA_QUANTIZATION_LINEARSUM_H
