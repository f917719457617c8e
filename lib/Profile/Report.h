//===- Report.h - What profiling says while it works ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_PROFILE_REPORT_H
#define OFA_LIB_PROFILE_REPORT_H

#include "ofa/Profile/Profiler.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

namespace mlir::ofa {

/// One message on stderr.
LogicalResult failProfile(const llvm::Twine &message);

/// Fails, before hours of measurements, where `path` cannot be written.
LogicalResult checkWritable(StringRef path);

/// Writes a table whole, or leaves an older file as it was.
LogicalResult writeTable(const LatencyTable &table, StringRef path);

/// Takes over the entries of an older file, which has to be of the same device
/// and measured in the same way; a file that does not exist has none.
LogicalResult resumeTable(LatencyTable &table, StringRef path);

/// A line on stderr for each of `count` networks that is done.
class Progress {
public:
  Progress(StringRef what, size_t count)
      : what(what), count(count), start(std::chrono::steady_clock::now()) {}
  /// `subnet`: its choices, for those who want to see it again.
  void finishNetwork(const llvm::Twine &result, llvm::StringRef subnet = "");

private:
  StringRef what;
  size_t count, done = 0;
  std::chrono::steady_clock::time_point start;
};

/// In percent, for people.
std::string describeErrors(const PredictionError &error);

/// Runs `subnets` and compares their instructions with what `predict` says.
FailureOr<PredictionError>
validate(const Profiler &profiler, ArrayRef<std::string> subnets,
         llvm::function_ref<FailureOr<double>(const NetworkProfile &)> predict);

} // namespace mlir::ofa

#endif // OFA_LIB_PROFILE_REPORT_H
