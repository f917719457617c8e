//===- Golden.h - Comparison with golden vectors ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TOOLS_OFA_RUN_GOLDEN_H
#define OFA_TOOLS_OFA_RUN_GOLDEN_H

#include "ofa/Engine/Engine.h"

namespace mlir::ofa {

struct GoldenOptions {
  /// Files, as readTensorFiles() takes them.
  ArrayRef<std::string> inputs, outputs;
  /// How far floats may be apart, in parts of the tensor's largest magnitude;
  /// 0 for equal bytes.
  double tolerance = 0;
  /// Folder of golden tensors of layers for the first vector; empty for none.
  std::string tensorFolder;
};

/// Runs all golden vectors, one after the other from the model's initial state.
/// Fails after one diagnostic that names the first element that differs. With a
/// folder of tensors, first prints for each layer whether it equals the file
/// `t021_v00.bin`, if it is tensor 21 of the source file, or `<layer>.bin`, and
/// fails where one differs, too.
LogicalResult checkGolden(Engine &engine, const GoldenOptions &options);

} // namespace mlir::ofa

#endif // OFA_TOOLS_OFA_RUN_GOLDEN_H
