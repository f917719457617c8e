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

/// Inputs of one network, one after the other, with what is known about them.
struct RunInputs {
  std::vector<uint8_t> bytes;
  /// One for each input: a file's name, or a number in its file.
  std::vector<std::string> names;
  /// For a data set: one label for each input, and the labels' names.
  std::vector<int32_t> labels;
  std::vector<std::string> classNames;

  int64_t size() const { return names.size(); }
};

/// Reads what the options name; images are resized to `spec`.
llvm::Expected<RunInputs> readInputs(const TensorSpec &spec,
                                     const InputOptions &options);

/// The bytes of a file, a whole number of tensors of `spec`.
llvm::Expected<std::vector<uint8_t>> readTensorFile(const TensorSpec &spec,
                                                    StringRef path);

} // namespace mlir::ofa

#endif // OFA_TOOLS_OFA_RUN_RUNINPUTS_H
