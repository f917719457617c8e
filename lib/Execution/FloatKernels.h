//===- FloatKernels.h - From operations to float kernels' params *- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_EXECUTION_FLOATKERNELS_H
#define OFA_LIB_EXECUTION_FLOATKERNELS_H

#include "Step.h"
#include "ofa_runtime.h"

namespace mlir::ofa {

/// The kernels' geometry of `op`, with dilation written out in the kernel's
/// size; fails after one diagnostic where the kernels' fields are too small.
FailureOr<ofa_window_t> makeKernelWindow(WindowOpInterface op,
                                         int64_t largestExtent);

struct FloatClamp {
  float min, max;
};
FloatClamp getFloatClamp(Activation activation);

/// A kernel of one input without parameters in memory.
template <typename Params,
          void (*kernel)(const Params *, const float *, float *)>
Step makeUnaryStep(Params params) {
  return {{0}, [params](ArrayRef<const Tensor *> operands, Tensor &result) {
            kernel(&params, operands[0]->floats().data(),
                   result.floats().data());
          }};
}

} // namespace mlir::ofa

#endif // OFA_LIB_EXECUTION_FLOATKERNELS_H
