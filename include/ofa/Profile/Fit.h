//===- Fit.h - Coefficients of kernels from a few measurements --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_FIT_H
#define OFA_PROFILE_FIT_H

#include "ofa/Device/Device.h"
#include "ofa/Profile/LayerSpace.h"
#include <array>
#include <optional>
#include <vector>

namespace mlir::ofa {

/// Minimises the sum over rows of (row * x - target)^2 under x >= 0, for at
/// most 16 columns: the best of the unconstrained solutions of all subsets of
/// columns that have no negative element, which the constrained minimum is one
/// of. Of equally good ones, that with fewer columns and then with earlier
/// ones. All zero if there is no row.
std::vector<double> solveNonNegative(ArrayRef<std::vector<double>> rows,
                                     ArrayRef<double> targets);

/// A measured layer.
struct FitSample {
  LayerFigures figures;
  double amount = 0; ///< Cycles or instructions, above zero.
};

/// Coefficients of one kind of kernel.
struct KernelFit {
  KernelCycles cycles = {};
  int64_t samples = 0;
  /// Root of the mean square of relative differences to the samples.
  double deviation = 0;
};

/// Fits the kind of `samples` by least squares of relative differences. The
/// terms of steps take part only if there are three samples for each term.
KernelFit fitKernel(ArrayRef<FitSample> samples);

/// Chooses layers to measure, fewer than `limit`, spread over kinds and sizes:
/// kinds take turns; within a kind, first the smallest and the largest layer,
/// then always the one that is farthest, in the logarithms of its figures, from
/// those chosen. Deterministic. The keys are sorted.
std::vector<std::string> chooseLayers(const LayerMap &layers, int64_t limit);

} // namespace mlir::ofa

#endif // OFA_PROFILE_FIT_H
