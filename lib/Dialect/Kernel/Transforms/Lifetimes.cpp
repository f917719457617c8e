//===- Lifetimes.cpp - When buffers hold data -------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::kernel;

static void sortUnique(SmallVector<size_t> &values) {
  llvm::sort(values);
  values.erase(llvm::unique(values), values.end());
}

EntryGraph::EntryGraph(EntryOp entry) {
  llvm::DenseMap<Operation *, size_t> numbers;
  for (BufferOp buffer : entry.getBuffers()) {
    numbers[buffer] = buffers.size();
    buffers.push_back(buffer);
  }
  for (Operation &step : entry.getBody().front()) {
    if (!isa<SegmentOp, RuntimeKernelOpInterface>(step))
      continue;
    steps.push_back(&step);
    SmallVector<size_t> &read = reads.emplace_back();
    SmallVector<size_t> &written = writes.emplace_back();
    step.walk([&](RuntimeKernelOpInterface kernel) {
      SmallVector<MemoryEffects::EffectInstance> instances;
      cast<MemoryEffectOpInterface>(kernel.getOperation())
          .getEffects(instances);
      SmallVector<size_t> results;
      for (MemoryEffects::EffectInstance &effect : instances)
        if (BufferOp buffer = getRootBuffer(effect.getValue())) {
          size_t number = numbers.lookup(buffer);
          if (isa<MemoryEffects::Write>(effect.getEffect()))
            results.push_back(number);
          else if (!llvm::is_contained(written, number))
            read.push_back(number);
        }
      written.append(results);
    });
    sortUnique(read);
    sortUnique(written);
  }
}

static std::optional<OverlapRule>
getKernelOverlapRule(RuntimeKernelOpInterface op, BufferOp input) {
  std::optional<OverlapRule> rule;
  for (OpOperand &operand : op->getOpOperands()) {
    BufferOp buffer = getRootBuffer(operand.get());
    if (!buffer || buffer != input)
      continue;
    std::optional<OverlapRule> wanted = op.getOverlapRule(operand);
    if (!wanted)
      return std::nullopt;
    // One buffer as several operands: every operand's rule must hold.
    if (rule && rule->isExact && !wanted->allows(rule->distance))
      return std::nullopt;
    if (rule && wanted->isExact && !rule->allows(wanted->distance))
      return std::nullopt;
    if (!rule || wanted->isExact || wanted->distance > rule->distance)
      rule = wanted;
  }
  return rule;
}

std::optional<OverlapRule>
EntryGraph::getOverlapRule(size_t step, size_t input, size_t output) const {
  // Rules are about results: scratch memory and rings overlap nothing.
  BufferOp result = buffers[output];
  if (!llvm::is_contained(writes[step], output) ||
      result.getKind() == BufferKind::Scratch)
    return std::nullopt;
  if (auto kernel = dyn_cast<RuntimeKernelOpInterface>(steps[step]))
    return getKernelOverlapRule(kernel, buffers[input]);
  SmallVector<RowKernelOpInterface> kernels =
      cast<SegmentOp>(steps[step]).getKernels();
  RowSchedule schedule(kernels);
  for (auto [index, kernel] : llvm::enumerate(schedule.getKernels()))
    if (kernel.result == result && kernel.isKept)
      return schedule.computeOverlap(buffers[input], index);
  return std::nullopt;
}

SmallVector<Lifetime> EntryGraph::getLifetimes() const {
  int64_t count = steps.size();
  SmallVector<Lifetime> lifetimes(buffers.size(), {count, -1});
  for (int64_t i = 0; i < count; ++i)
    for (const SmallVector<size_t> *used : {&reads[i], &writes[i]})
      for (size_t buffer : *used) {
        lifetimes[buffer].first = std::min(lifetimes[buffer].first, i);
        lifetimes[buffer].last = std::max(lifetimes[buffer].last, i);
      }
  for (auto [buffer, lifetime] : llvm::zip_equal(buffers, lifetimes)) {
    if (BufferOp(buffer).getKind() == BufferKind::Input)
      lifetime = {0, std::max<int64_t>(lifetime.last, 0)};
    if (BufferOp(buffer).getKind() == BufferKind::Output)
      // Beyond the last step, which may not write over it.
      lifetime = {std::min(lifetime.first, count - 1), count};
    if (BufferOp(buffer).isState())
      lifetime = {0, std::max<int64_t>(count - 1, 0)};
    if (BufferOp(buffer).getKind() == BufferKind::Counters)
      lifetime = {0, count}; // The next input's begin at 0.
  }
  return lifetimes;
}

SmallVector<EntryGraph::Turn> EntryGraph::getTurns(size_t step) const {
  SmallVector<Turn> turns;
  auto segment = dyn_cast<SegmentOp>(steps[step]);
  if (!segment)
    return turns;
  SmallVector<RowKernelOpInterface> kernels = segment.getKernels();
  for (const RowSchedule::Turn &turn : RowSchedule(kernels).findTurns()) {
    if (llvm::any_of(turn.buffer->getUsers(), [&](Operation *user) {
          return user->getParentOp() != segment;
        }))
      continue; // Scratch memory of others, too.
    size_t number = llvm::find(buffers, turn.buffer) - buffers.begin();
    // One memory of several kernels, if somebody has written it so.
    auto known = llvm::find_if(
        turns, [&](const Turn &other) { return other.buffer == number; });
    if (known == turns.end()) {
      turns.push_back({number, {turn.first, turn.last}});
      continue;
    }
    known->kernels.first = std::min<int64_t>(known->kernels.first, turn.first);
    known->kernels.last = std::max<int64_t>(known->kernels.last, turn.last);
  }
  return turns;
}

SmallVector<Overlap>
EntryGraph::getOverlaps(ArrayRef<Lifetime> lifetimes) const {
  SmallVector<Overlap> overlaps;
  for (size_t step = 0; step < steps.size(); ++step) {
    int64_t now = step;
    for (size_t output : writes[step])
      for (size_t input : reads[step]) {
        // Only if nothing else needs the input afterwards or holds the output
        // before; a state is needed by the next run and held by the last.
        if (input == output || lifetimes[input].last != now ||
            lifetimes[output].first != now ||
            BufferOp(buffers[input]).isState() ||
            BufferOp(buffers[output]).isState())
          continue;
        if (std::optional<OverlapRule> rule =
                getOverlapRule(step, input, output))
          overlaps.push_back({input, output, *rule});
      }
  }
  return overlaps;
}
