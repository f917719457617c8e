//===- Lifetimes.cpp - When buffers hold data -------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

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
  for (RuntimeKernelOpInterface kernel : entry.getKernels()) {
    kernels.push_back(kernel);
    SmallVector<size_t> &read = reads.emplace_back();
    SmallVector<size_t> &written = writes.emplace_back();
    auto effects = cast<MemoryEffectOpInterface>(kernel.getOperation());
    SmallVector<MemoryEffects::EffectInstance> instances;
    effects.getEffects(instances);
    for (MemoryEffects::EffectInstance &effect : instances)
      if (BufferOp buffer = getRootBuffer(effect.getValue()))
        (isa<MemoryEffects::Write>(effect.getEffect()) ? written : read)
            .push_back(numbers.lookup(buffer));
    sortUnique(read);
    sortUnique(written);
  }
}

std::optional<OverlapRule>
EntryGraph::getOverlapRule(size_t kernel, size_t input, size_t output) const {
  RuntimeKernelOpInterface op = kernels[kernel];
  // Rules are about the result: scratch memory overlaps nothing.
  if (!llvm::is_contained(writes[kernel], output) ||
      BufferOp(buffers[output]).getKind() == BufferKind::Scratch)
    return std::nullopt;
  std::optional<OverlapRule> rule;
  for (OpOperand &operand : op->getOpOperands()) {
    BufferOp buffer = getRootBuffer(operand.get());
    if (!buffer || buffer != buffers[input])
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

SmallVector<Lifetime> EntryGraph::getLifetimes() const {
  int64_t count = kernels.size();
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
      // Beyond the last kernel, which may not write over it.
      lifetime = {std::min(lifetime.first, count - 1), count};
    if (BufferOp(buffer).isState())
      lifetime = {0, std::max<int64_t>(count - 1, 0)};
  }
  return lifetimes;
}

SmallVector<Overlap>
EntryGraph::getOverlaps(ArrayRef<Lifetime> lifetimes) const {
  SmallVector<Overlap> overlaps;
  for (size_t kernel = 0; kernel < kernels.size(); ++kernel) {
    int64_t now = kernel;
    for (size_t output : writes[kernel])
      for (size_t input : reads[kernel]) {
        // Only if nothing else needs the input afterwards or holds the output
        // before; a state is needed by the next run and held by the last.
        if (input == output || lifetimes[input].last != now ||
            lifetimes[output].first != now ||
            BufferOp(buffers[input]).isState() ||
            BufferOp(buffers[output]).isState())
          continue;
        if (std::optional<OverlapRule> rule =
                getOverlapRule(kernel, input, output))
          overlaps.push_back({input, output, *rule});
      }
  }
  return overlaps;
}
