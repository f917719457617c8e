//===- Schedule.cpp - Order kernels for the smallest peak -------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

#include "ofa/Dialect/Kernel/IR/Window.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "llvm/ADT/BitVector.h"
#include <map>

namespace mlir::kernel {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Minimax over all topological orders: a state is the set of kernels that have
/// run, which determines what is live. Networks have few such sets (11 to 379
/// in published ones); past `stateLimit` the search gives up.
class Scheduler {
public:
  explicit Scheduler(const EntryGraph &graph);

  /// The order with the smallest peak; of equal ones the one that keeps most of
  /// the given order. None if there are too many states.
  std::optional<SmallVector<size_t>> findOrder();

private:
  using State = std::vector<bool>; // which kernels have run

  static constexpr size_t stateLimit = 20000;

  bool isReady(const State &done, size_t kernel) const;
  /// Whether a kernel that has not run, other than `kernel`, uses `buffer`.
  bool isNeeded(const State &done, size_t kernel, size_t buffer) const;
  /// Bytes of all live buffers in the arena while `kernel` runs.
  int64_t getLiveBytes(const State &done, size_t kernel) const;
  /// The smallest peak from `done` to the end.
  std::optional<int64_t> solve(const State &done);

  const EntryGraph &graph;
  SmallVector<SmallVector<size_t>> dependencies; // of each kernel
  SmallVector<SmallVector<size_t>> users;        // of each buffer
  std::map<State, int64_t> peaks;
};

struct Schedule final : kernel::impl::SchedulePassBase<Schedule> {
  using SchedulePassBase::SchedulePassBase;
  void runOnOperation() override;
};

} // namespace

Scheduler::Scheduler(const EntryGraph &graph)
    : graph(graph), dependencies(graph.steps.size()),
      users(graph.buffers.size()) {
  // A write waits for all earlier uses of its buffer, a read for earlier
  // writes.
  SmallVector<SmallVector<size_t>> writers(graph.buffers.size());
  for (size_t kernel = 0; kernel < graph.steps.size(); ++kernel) {
    for (size_t buffer : graph.reads[kernel])
      llvm::append_range(dependencies[kernel], writers[buffer]);
    for (size_t buffer : graph.writes[kernel])
      llvm::append_range(dependencies[kernel], users[buffer]);
    for (size_t buffer : graph.reads[kernel])
      users[buffer].push_back(kernel);
    for (size_t buffer : graph.writes[kernel]) {
      writers[buffer].push_back(kernel);
      if (!llvm::is_contained(graph.reads[kernel], buffer))
        users[buffer].push_back(kernel);
    }
  }
}

bool Scheduler::isReady(const State &done, size_t kernel) const {
  return !done[kernel] && llvm::all_of(dependencies[kernel], [&](size_t other) {
    return done[other];
  });
}

bool Scheduler::isNeeded(const State &done, size_t kernel,
                         size_t buffer) const {
  BufferKind kind = BufferOp(graph.buffers[buffer]).getKind();
  if (kind == BufferKind::Output || kind == BufferKind::State)
    return true;
  return llvm::any_of(users[buffer], [&](size_t user) {
    return user != kernel && !done[user];
  });
}

int64_t Scheduler::getLiveBytes(const State &done, size_t kernel) const {
  int64_t bytes = 0;
  for (size_t i = 0; i < graph.buffers.size(); ++i) {
    BufferOp buffer = graph.buffers[i];
    if (buffer.isState()) // Not in the arena.
      continue;
    bool isUsedNow = llvm::is_contained(users[i], kernel);
    bool isWritten =
        buffer.getKind() == BufferKind::Input ||
        llvm::any_of(users[i], [&](size_t user) { return done[user]; });
    if (isUsedNow || (isWritten && isNeeded(done, kernel, i)))
      bytes += buffer.getSizeInBytes();
  }
  // The result may share the memory of one operand that dies here.
  int64_t saved = 0;
  for (size_t output : graph.writes[kernel])
    for (size_t input : graph.reads[kernel]) {
      if (input == output || isNeeded(done, kernel, input) ||
          BufferOp(graph.buffers[output]).isState())
        continue;
      std::optional<OverlapRule> rule =
          graph.getOverlapRule(kernel, input, output);
      if (!rule)
        continue;
      int64_t in = BufferOp(graph.buffers[input]).getSizeInBytes();
      int64_t out = BufferOp(graph.buffers[output]).getSizeInBytes();
      saved =
          std::max(saved, in + out - getUnionBytes(in, out, rule->distance));
    }
  return bytes - saved;
}

std::optional<int64_t> Scheduler::solve(const State &done) {
  auto known = peaks.find(done);
  if (known != peaks.end())
    return known->second;
  if (peaks.size() > stateLimit)
    return std::nullopt;
  std::optional<int64_t> best;
  State next = done;
  for (size_t kernel = 0; kernel < done.size(); ++kernel) {
    if (!isReady(done, kernel))
      continue;
    next[kernel] = true;
    std::optional<int64_t> rest = solve(next);
    next[kernel] = false;
    if (!rest)
      return std::nullopt;
    int64_t peak = std::max(*rest, getLiveBytes(done, kernel));
    best = std::min(best.value_or(peak), peak);
  }
  int64_t peak = best.value_or(0); // Nothing is left to run.
  peaks[done] = peak;
  return peak;
}

std::optional<SmallVector<size_t>> Scheduler::findOrder() {
  State done(graph.steps.size(), false);
  std::optional<int64_t> best = solve(done);
  if (!best)
    return std::nullopt;
  SmallVector<size_t> order;
  while (order.size() < done.size())
    for (size_t kernel = 0; kernel < done.size(); ++kernel) {
      if (!isReady(done, kernel) || getLiveBytes(done, kernel) > *best)
        continue;
      done[kernel] = true;
      if (peaks.at(done) <= *best) {
        order.push_back(kernel);
        break;
      }
      done[kernel] = false;
    }
  return order;
}

void Schedule::runOnOperation() {
  EntryOp entry = getOperation();
  if (entry.getArenaBytes()) {
    entry.emitOpError("expects unplanned buffers, because offsets freeze the "
                      "order of the kernels");
    return signalPassFailure();
  }
  EntryGraph graph(entry);
  Scheduler scheduler(graph);
  if (std::optional<SmallVector<size_t>> order = scheduler.findOrder()) {
    // Everything but kernels goes first, so that operands precede kernels.
    for (size_t kernel : *order)
      graph.steps[kernel]->moveBefore(&entry.getBody().front(),
                                        entry.getBody().front().end());
  } else {
    entry.emitRemark("has too many orders to search; keeps the given one");
  }
  entry.setScheduled(true);
}
