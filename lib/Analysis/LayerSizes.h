//===- LayerSizes.h - What an int8 layer's kernel needs ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory of kernels from shapes alone, for searches that judge subnets by the
// thousand. FirmwareSizesTest holds these figures to those of compiled networks.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_ANALYSIS_LAYERSIZES_H
#define OFA_LIB_ANALYSIS_LAYERSIZES_H

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include <string>

namespace mlir::ofa {

/// Whether an operation becomes no kernel: batch norms, relus and pads move into
/// layers, reshapes are views.
bool foldsAway(const ActiveOp &active);

/// The runtime function of an operation that has a kernel, without its rounding.
std::string getRuntimeFunction(const ActiveOp &active);

/// Constant bytes of an operation that has a kernel: weights, biases, factors,
/// tables and the parameter struct.
int64_t getConstantBytes(const ActiveOp &active);

/// Largest sum of the activations alive while one operation runs. `ops` read one
/// value from outside.
int64_t getPeakBytes(ArrayRef<ActiveOp> ops);

/// The kernels that make int8 of raw pixels, without `ofa_`.
SmallVector<StringRef> getInputKernels(PreprocessingAttr preprocessing);
/// Their constant bytes, and the bytes alive while they run on an image.
int64_t getInputConstantBytes(PreprocessingAttr preprocessing,
                              ArrayRef<int64_t> image);
int64_t getInputPeakBytes(PreprocessingAttr preprocessing,
                          ArrayRef<int64_t> image);

} // namespace mlir::ofa

#endif // OFA_LIB_ANALYSIS_LAYERSIZES_H
