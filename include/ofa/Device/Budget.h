//===- Budget.h - What a specialisation may cost ----------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DEVICE_BUDGET_H
#define OFA_DEVICE_BUDGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlir::ofa {

struct Device;

/// A request such as `cortex-m7 sram=256KiB flash=1MiB latency=50ms energy=5mJ
/// macs=20M seed=3`.
struct Budget {
  std::string device; ///< Empty if the text names none.
  std::optional<int64_t> sramBytes;
  std::optional<int64_t> flashBytes;
  std::optional<double> latencySeconds;
  std::optional<double> energyJoules; ///< Of one inference.
  std::optional<double> macs;
  /// All other `key=value` pairs in the order of the text, uninterpreted.
  std::vector<std::pair<std::string, std::string>> options;

  /// The value of an option, or nothing.
  std::optional<llvm::StringRef> getOption(llvm::StringRef key) const;
};

/// Cuts the next word off `text`, which does not begin with white space: it ends
/// at white space outside quotes and braces. Returns false if a quote or brace
/// stays open.
bool takeWord(llvm::StringRef &text, llvm::StringRef &word);

/// Reads a request: words between white space. The first bare word (or
/// `device=`) is the device; the keys sram, flash, latency, energy and macs are
/// budgets, and battery=675mWh inferences=1M is the energy of one inference; keys in `otherKeys` go to `options`. A value may be wrapped in
/// single or double quotes or braces to hold white space; quotes are removed,
/// braces stay. Errors (one sentence): an unknown key (lists the known ones), a
/// key twice, a second bare word, a budget that is not a positive quantity.
llvm::Expected<Budget> parseBudget(llvm::StringRef text,
                                   llvm::ArrayRef<llvm::StringRef> otherKeys);

/// Budgets and the device's capacities together: what a network may use.
struct Limits {
  int64_t sramBytes = 0;
  int64_t flashBytes = 0;
  std::optional<double> latencySeconds;
  std::optional<double> energyJoules;
  std::optional<double> macs;
};

/// Combines a request with its device. Errors: `energy` on a device whose
/// active power is unknown; a memory budget above what a board has. (A bare
/// core name stands for many boards, so there a larger budget replaces the
/// reference board's.)
llvm::Expected<Limits> resolveLimits(const Budget &budget,
                                     const Device &device);

} // namespace mlir::ofa

#endif // OFA_DEVICE_BUDGET_H
