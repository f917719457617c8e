//===- LatencyTable.h - Measured latencies of parts of networks -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network's latency is the sum of its parts' entries. Which keys a network
// has is said by ofa/Analysis/LatencyKeys.h.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DEVICE_LATENCYTABLE_H
#define OFA_DEVICE_LATENCYTABLE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace llvm {
class MemoryBufferRef;
class raw_ostream;
} // namespace llvm

namespace mlir::ofa {

struct LatencyTable {
  /// What an entry measures.
  enum class Part {
    /// One operation with what is fused into it (our own tables).
    Layer,
    /// One block of a stage, or one layer outside (Once-for-All's tables).
    Block
  };
  enum class Unit { Instructions, Cycles, Milliseconds };

  struct Entry {
    double mean = 0; ///< In `unit`, above zero or zero.
    double deviation = 0;
    int64_t count = 0; ///< Measurements.
  };

  Part part = Part::Layer;
  Unit unit = Unit::Cycles;
  /// Assumed, where instructions were counted.
  double cyclesPerInstruction = 1;
  /// Height of the network's image that all entries belong to, in Once-for-All's
  /// tables: they give the same layer another mean in each. None: any.
  std::optional<int64_t> image;
  /// The device that was measured; empty in Once-for-All's tables.
  std::string device;
  /// One sentence for people: how the entries were measured.
  std::string source;
  /// By key; sorted, so that tables are written in one order.
  std::map<std::string, Entry, std::less<>> entries;

  /// Adds the entries of a table of the same parts, unit and image. Errors:
  /// parts or units differ, or a key has two means.
  llvm::Error merge(const LatencyTable &other);

  /// Writes our own format, which parseLatencyTable() reads back.
  void print(llvm::raw_ostream &os) const;
};

/// Reads a table in one of two formats of YAML: our own, which begins with
/// `format: ofa-latency-table-1`, or that of Once-for-All, a mapping from keys
/// to `{count, mean, std}` with means in milliseconds
/// (github.com/mit-han-lab/once-for-all, ofa/tutorial/latency_table.py). Errors
/// are one sentence that begins with `file:line:column: `.
llvm::Expected<LatencyTable> parseLatencyTable(llvm::MemoryBufferRef buffer);

/// Reads a table from a file.
llvm::Expected<LatencyTable> loadLatencyTable(llvm::StringRef path);

} // namespace mlir::ofa

#endif // OFA_DEVICE_LATENCYTABLE_H
