//===- Ranges.h - From measured values to scales ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_QUANTIZATION_RANGES_H
#define OFA_QUANTIZATION_RANGES_H

#include "ofa/Quantization/Requantize.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace mlir::ofa {

/// How much of a tensor's measured values its int8 range covers.
enum class RangeMethod {
  MinMax,          ///< all
  Percentile,      ///< all but the lowest and the highest 1 in 10,000
  MeanSquaredError ///< what makes the smallest error, clipping included
};

/// `minmax`, `percentile` or `mse`.
std::optional<RangeMethod> symbolizeRangeMethod(llvm::StringRef name);

/// Real bounds, min <= 0 <= max.
struct RealRange {
  double min = 0, max = 0;
};

/// The range of a tensor whose values are those of all `arrays` together, or
/// nothing where one is not a finite number. Depends on the set of values
/// alone, and is the same on every machine.
std::optional<RealRange>
chooseRange(llvm::ArrayRef<llvm::ArrayRef<float>> arrays, RangeMethod method);

/// Scale and zero point that spread 256 values over `range`; real zero is
/// exact. The scale is a float, at least `smallestScale`; an empty range has
/// scale 1.
QuantizedScale chooseScale(RealRange range, double smallestScale = 0);

} // namespace mlir::ofa

#endif // OFA_QUANTIZATION_RANGES_H
