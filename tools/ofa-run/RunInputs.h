//===- RunInputs.h - What a network is run on -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TOOLS_OFA_RUN_RUNINPUTS_H
#define OFA_TOOLS_OFA_RUN_RUNINPUTS_H

#include "ofa/Engine/Engine.h"
#include "llvm/Support/Error.h"

namespace mlir::ofa {

struct InputOptions {
  ArrayRef<std::string> images, rawInputs;
  std::string data, split;
  int64_t limit = 0;
};

/// What a network is run on, with what is known about it.
struct RunInputs : TensorVectors {
  /// For a data set: one label for each vector, and the labels' names.
  std::vector<int32_t> labels;
  std::vector<std::string> classNames;
};

/// Reads what the options name; images are resized to the only one of `specs`.
llvm::Expected<RunInputs> readInputs(ArrayRef<TensorSpec> specs,
                                     const InputOptions &options);

} // namespace mlir::ofa

#endif // OFA_TOOLS_OFA_RUN_RUNINPUTS_H
