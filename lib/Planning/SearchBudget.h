//===- SearchBudget.h - How long searches may go on -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_PLANNING_SEARCHBUDGET_H
#define OFA_LIB_PLANNING_SEARCHBUDGET_H

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mlir::ofa::planning {

/// What all searches for one plan have used.
struct SearchUsage {
  uint64_t nodes = 0;
  /// As of a few nodes ago, and only where a budget has a time limit: the clock
  /// costs as much as a small node.
  double seconds = 0;
  const std::chrono::steady_clock::time_point begin =
      std::chrono::steady_clock::now();
};

/// A limit of the shared usage. Parts of a budget count with the whole.
class SearchBudget {
public:
  SearchBudget(SearchUsage &usage, uint64_t nodeLimit,
               std::optional<double> secondLimit)
      : usage(&usage), nodeLimit(nodeLimit), secondLimit(secondLimit) {}

  /// Counts a node; false if the budget is spent.
  bool spend() {
    if (isSpent())
      return false;
    if (++usage->nodes % 64 == 0 && secondLimit)
      usage->seconds = std::chrono::duration<double>(
                           std::chrono::steady_clock::now() - usage->begin)
                           .count();
    return true;
  }
  bool isSpent() const {
    return usage->nodes >= nodeLimit ||
           (secondLimit && usage->seconds >= *secondLimit);
  }
  uint64_t getUsedNodes() const { return usage->nodes; }

  /// One of `count` equal parts of what is left.
  SearchBudget getPart(unsigned count) const {
    if (isSpent())
      return *this;
    uint64_t left = nodeLimit - usage->nodes;
    SearchBudget part = getNodes(left / count + (left % count != 0));
    if (secondLimit)
      part.secondLimit =
          usage->seconds + (*secondLimit - usage->seconds) / count;
    return part;
  }
  /// So many nodes, if they are left.
  SearchBudget getNodes(uint64_t nodes) const {
    SearchBudget part = *this;
    if (!isSpent())
      part.nodeLimit = usage->nodes + std::min(nodes, nodeLimit - usage->nodes);
    return part;
  }

private:
  SearchUsage *usage;
  uint64_t nodeLimit;
  std::optional<double> secondLimit;
};

} // namespace mlir::ofa::planning

#endif // OFA_LIB_PLANNING_SEARCHBUDGET_H
