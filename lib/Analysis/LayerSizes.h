//===- LayerSizes.h - What an int8 layer's kernel needs ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory of kernels from shapes alone, for searches that judge subnets by the
// thousand. SubnetCostsTest holds these figures to those of compiled networks.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_ANALYSIS_LAYERSIZES_H
#define OFA_LIB_ANALYSIS_LAYERSIZES_H

#include "ofa/Dialect/Kernel/IR/RowWindow.h"
#include "ofa/Dialect/Kernel/IR/Variants.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mlir::ofa {

/// Whether an operation becomes no kernel: batch norms, relus and pads move
/// into layers, reshapes are views.
bool foldsAway(const ActiveOp &active);

/// The runtime function of an operation that has a kernel, without its
/// rounding.
std::string getRuntimeFunction(const ActiveOp &active,
                               kernel::Variants variants);

/// Constant bytes of an operation that has a kernel: weights, biases, factors,
/// tables and the parameter struct.
int64_t getConstantBytes(const ActiveOp &active, kernel::Variants variants);

/// Scratch memory of its kernel.
int64_t getScratchBytes(const ActiveOp &active, kernel::Variants variants);

/// Which rows of each operand its kernel reads for a row, where it has a form
/// for rows; results are [1, rows, columns, channels].
std::optional<kernel::RowWindow> getRowWindow(const ActiveOp &active,
                                              kernel::Variants variants);

/// Peaks of problems that were planned before: blocks of a stage repeat.
class KnownPeaks {
public:
  /// The peak of `problem`, by `compute` where it is not known.
  int64_t lookup(std::vector<int64_t> problem,
                 llvm::function_ref<int64_t()> compute);

private:
  std::mutex mutex;
  std::map<std::vector<int64_t>, int64_t> peaks;
};

/// The arena that the planner gives to the activations of `ops`, which read one
/// value from outside, and to their kernels' scratch memory.
int64_t getPeakBytes(ArrayRef<ActiveOp> ops, kernel::Variants variants,
                     KnownPeaks &known);

/// The kernels that make int8 of raw pixels, without `ofa_`.
SmallVector<StringRef> getInputKernels(PreprocessingAttr preprocessing);
/// The runtime function of one of them.
std::string getInputFunction(StringRef kernel, kernel::Variants variants);
/// Their constant bytes, and the bytes alive while they run on an image.
int64_t getInputConstantBytes(PreprocessingAttr preprocessing,
                              ArrayRef<int64_t> image);
int64_t getInputPeakBytes(PreprocessingAttr preprocessing,
                          ArrayRef<int64_t> image);
/// A row of the floats between them.
int64_t getInputRowBytes(ArrayRef<int64_t> image);

} // namespace mlir::ofa

#endif // OFA_LIB_ANALYSIS_LAYERSIZES_H
