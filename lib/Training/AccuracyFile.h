//===- AccuracyFile.h - Measured subnets, one in a line --------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A line that says what was measured, a line with the names of the choices, and
// a line for each subnet: the values of its choices, `-` where it reads none,
// and its accuracy.
//
//   # ofa-train: space 5c36d2d1f0a1b2c3, weights 0123456789abcdef, ...
//   resolution,s1.depth,s1.b0.kernel,s1.b1.kernel,accuracy
//   28,1,5,-,0.734800
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_ACCURACYFILE_H
#define OFA_LIB_TRAINING_ACCURACYFILE_H

#include "ofa/Training/Graph.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>

namespace mlir::ofa::training {

class AccuracyFile {
public:
  /// Goes on with the file at `path`, or begins it; an empty path keeps none.
  /// `conditions` are what accuracies depend on besides subnet and space. A
  /// last line that was cut is dropped. Errors: a file of another space, of
  /// other conditions or of other subnets; one that cannot be read or written.
  static llvm::Expected<AccuracyFile> open(llvm::StringRef path,
                                           const Graph &graph,
                                           llvm::ArrayRef<Subnet> subnets,
                                           llvm::StringRef conditions);

  /// Those of the first subnets, to the digits of a file.
  const std::vector<double> &getAccuracies() const { return accuracies; }

  /// Appends that of the next subnet.
  llvm::Error add(double accuracy);

private:
  AccuracyFile() = default;
  llvm::Error read(llvm::StringRef text);

  std::string path;
  /// The first two lines, and those of the subnets up to the accuracy.
  std::string header;
  std::vector<std::string> lines;
  std::vector<double> accuracies;
  std::unique_ptr<llvm::raw_fd_ostream> os;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_ACCURACYFILE_H
