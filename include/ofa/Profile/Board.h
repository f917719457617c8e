//===- Board.h - Latency tables from a board's own counter ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_BOARD_H
#define OFA_PROFILE_BOARD_H

#include "ofa/Device/LatencyTable.h"
#include "ofa/Profile/Profile.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mlir::ofa {

/// Writes the sources of firmware that times every layer of the space on a
/// board into `folder`: one folder per covering subnet (flash is small), what
/// they share, a Makefile and a README. Fails after one diagnostic.
LogicalResult emitBoardFirmware(const ProfileSubject &subject,
                                const NetworkCompiler &compiler,
                                const Device &device, StringRef folder);

/// What a board printed: counts by key, over all networks of all logs.
struct BoardLog {
  struct Count {
    double mean = 0;
    double minimum = 0;
    int64_t runs = 1;
  };
  std::string device;
  std::string compiler; ///< Empty if the log does not say.
  std::map<std::string, std::vector<Count>, std::less<>> counts;
  std::vector<std::string> networks; ///< In order.

  /// Reads the lines of a log that begin with `ofa-profile: `, wherever they
  /// begin, and adds them; all others are the board's own business. Errors are
  /// one sentence that begins with `file:line: `: a line that is malformed, an
  /// error that the firmware reports, a network that is cut short, another
  /// device or compiler than before.
  llvm::Error add(llvm::MemoryBufferRef text);

  /// The table of all counts, in cycles: the mean over runs and networks.
  LatencyTable makeTable(const Device &device) const;
};

/// Reads logs and writes a table. Fails after one diagnostic, which for keys
/// that are in no log names them.
LogicalResult parseBoardLogs(const ProfileSubject &subject,
                             const Device &device, ArrayRef<std::string> logs,
                             StringRef outputFile);

} // namespace mlir::ofa

#endif // OFA_PROFILE_BOARD_H
