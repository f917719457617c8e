//===- SegmentSearch.cpp - Which kernels run row by row ---------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentSearch.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/Kernel/IR/Window.h"

using namespace mlir;
using namespace mlir::kernel;

static int64_t align(int64_t bytes) {
  return llvm::alignTo<EntryOp::bufferAlignment>(bytes);
}

SmallVector<RowKernelOpInterface> kernel::getKernels(const EntryGraph &graph,
                                                     Step step) {
  SmallVector<RowKernelOpInterface> ops;
  for (size_t i = step.first; i <= step.second; ++i)
    if (auto op = dyn_cast<RowKernelOpInterface>(graph.steps[i]))
      ops.push_back(op);
  return ops;
}

bool kernel::hasRowForm(Operation *step) {
  auto op = dyn_cast<RowKernelOpInterface>(step);
  return op && op.hasRowForm() &&
         !cast<DestinationStyleOpInterface>(op.getOperation())
              .getDpsInits()
              .front()
              .getDefiningOp<ViewOp>();
}

SegmentSearch::SegmentSearch(EntryOp entry)
    : graph(entry), lifetimes(graph.getLifetimes()) {
  for (auto [number, buffer] : llvm::enumerate(graph.buffers)) {
    sizes.push_back(align(BufferOp(buffer).getSizeInBytes()));
    if (BufferOp(buffer).isPushed())
      lastReader = lifetimes[number].last;
  }
  for (size_t number = 0; number < graph.buffers.size(); ++number)
    rings.push_back(measureRing(number));
  estimateSteps();
}

//===----------------------------------------------------------------------===//
// Estimates
//===----------------------------------------------------------------------===//

/// Whether `kernel` sees a result of those from `first` on through a view.
bool SegmentSearch::readsView(size_t first, size_t kernel) const {
  return llvm::any_of(graph.steps[kernel]->getOperands(), [&](Value value) {
    BufferOp buffer = getRootBuffer(value);
    size_t number = llvm::find(graph.buffers, buffer) - graph.buffers.begin();
    return buffer && value.getDefiningOp<ViewOp>() &&
           lifetimes[number].first >= int64_t(first) &&
           buffer.getKind() != BufferKind::Input;
  });
}

bool SegmentSearch::canBeSegment(Step step) const {
  for (size_t i = step.first; i <= step.second; ++i)
    if (i >= graph.steps.size() || !hasRowForm(graph.steps[i]) ||
        readsView(step.first, i))
      return false;
  return true;
}

std::optional<SegmentSearch::Ring>
SegmentSearch::measureRing(size_t buffer) const {
  BufferOp op = graph.buffers[buffer];
  Step users = {lifetimes[buffer].first, lifetimes[buffer].last};
  if ((op.getKind() != BufferKind::Internal && !op.isPushed()) ||
      !canBeSegment(users))
    return std::nullopt;
  RowSchedule schedule(getKernels(graph, users));
  auto kernels = llvm::zip(schedule.getKernels(), schedule.computeCapacities());
  auto found = llvm::find_if(
      kernels, [&](auto pair) { return std::get<0>(pair).result == op; });
  if (std::get<0>(*found).isKept)
    return std::nullopt;
  auto isHeld = [&](Step step) {
    return canBeSegment(step) &&
           llvm::none_of(RowSchedule(getKernels(graph, step)).findTurns(),
                         [&](auto &turn) { return turn.buffer == op; });
  };
  return Ring{users,
              align(std::get<1>(*found) * getRowBytes(op.getMemRefType())),
              users.first > 0 && isHeld({users.first - 1, users.second}),
              isHeld({users.first, users.second + 1})};
}

void SegmentSearch::estimateSteps() {
  size_t count = graph.steps.size();
  needs.resize(count);
  for (size_t first = 0; first < count; ++first) {
    needs[first].push_back({estimateBytes(first, first), false});
    if (!hasRowForm(graph.steps[first]))
      continue;
    for (size_t last = first + 1;
         last < count && hasRowForm(graph.steps[last]) &&
         !readsView(first, last);
         ++last)
      needs[first].push_back({estimateBytes(first, last), false});
  }
}

/// What computeBytes() will be, or less: the result lies over all of the input,
/// and rings are not held by kernels further away than their neighbours. More
/// it is in 1 of 100 random networks, where the last rows of a tensor are not
/// read.
int64_t SegmentSearch::estimateBytes(size_t first, size_t last) const {
  if (lastReader && first <= *lastReader && (first > 0 || last < *lastReader))
    return never;
  bool isSegment = this->isSegment({first, last});
  int64_t sum = 0, input = 0, result = 0;
  SmallVector<int64_t> turns(last - first + 1, 0);
  for (auto [number, op] : llvm::enumerate(graph.buffers)) {
    BufferOp buffer = op;
    Lifetime life = lifetimes[number];
    if (life.first > int64_t(last) || life.last < int64_t(first) ||
        buffer.isState())
      continue;
    bool isInside = life.first >= int64_t(first) && life.last <= int64_t(last);
    const Ring *ring =
        isSegment && isInside && rings[number] ? &*rings[number] : nullptr;
    bool isScratch = buffer.getKind() == BufferKind::Scratch;
    int64_t bytes = ring ? ring->bytes : sizes[number];
    if (ring || (isInside && isScratch)) {
      if (ring && ((ring->isHeldBefore && life.first > int64_t(first)) ||
                   (ring->isHeldBehind && life.last < int64_t(last)))) {
        sum += bytes;
        continue;
      }
      for (int64_t i = life.first; i <= life.last; ++i)
        turns[i - first] += bytes;
      continue;
    }
    sum += bytes;
    if (buffer.getKind() != BufferKind::Input && life.first >= int64_t(first))
      result = std::max(result, bytes);
    else if (life.last <= int64_t(last))
      input = std::max(input, bytes);
  }
  if (isSegment)
    for (RowKernelOpInterface op : getKernels(graph, {first, last}))
      sum += align(op.getSumBytes());
  return sum + *llvm::max_element(turns) - std::min(input, result);
}

//===----------------------------------------------------------------------===//
// Exact sums
//===----------------------------------------------------------------------===//

/// What is live while these kernels run as one step.
int64_t SegmentSearch::computeBytes(size_t first, size_t last) const {
  bool isSegment = this->isSegment({first, last});
  SmallVector<size_t> inputs, results;
  int64_t sum = 0;
  // Of buffers that only this segment uses; 0 for those that take turns.
  llvm::DenseMap<Operation *, int64_t> own;
  std::optional<RowSchedule> schedule;
  if (isSegment) {
    schedule.emplace(getKernels(graph, {first, last}));
    for (auto [kernel, rows] :
         llvm::zip(schedule->getKernels(), schedule->computeCapacities()))
      if (!kernel.isKept)
        own[kernel.result] =
            rows * getRowBytes(BufferOp(kernel.result).getMemRefType());
    SmallVector<int64_t> turns(schedule->getKernels().size(), 0);
    for (RowSchedule::Turn &turn : schedule->findTurns()) {
      int64_t size =
          turn.rows ? own[turn.buffer] : turn.buffer.getSizeInBytes();
      for (unsigned i = turn.first; i <= turn.last; ++i)
        turns[i] += align(size);
      own[turn.buffer] = 0;
    }
    sum += *llvm::max_element(turns);
    for (RowKernelOpInterface op : getKernels(graph, {first, last}))
      sum += align(op.getSumBytes());
  }
  for (auto [number, op] : llvm::enumerate(graph.buffers)) {
    BufferOp buffer = op;
    Lifetime life = lifetimes[number];
    if (life.first > int64_t(last) || life.last < int64_t(first) ||
        buffer.isState())
      continue;
    if (auto found = own.find(buffer); found != own.end()) {
      sum += align(found->second);
      continue;
    }
    sum += sizes[number];
    if (buffer.getKind() == BufferKind::Scratch)
      continue;
    if (buffer.getKind() != BufferKind::Input && life.first >= int64_t(first))
      results.push_back(number);
    else if (life.last <= int64_t(last))
      inputs.push_back(number);
  }
  // One result may share the memory of one input that dies here.
  int64_t saved = 0;
  for (size_t result : results)
    for (size_t input : inputs) {
      std::optional<OverlapRule> rule;
      if (!isSegment)
        rule = graph.getOverlapRule(first, input, result);
      else
        for (auto [index, kernel] : llvm::enumerate(schedule->getKernels()))
          if (kernel.result == graph.buffers[result])
            rule = schedule->computeOverlap(graph.buffers[input], index);
      if (!rule)
        continue;
      int64_t in = BufferOp(graph.buffers[input]).getSizeInBytes();
      int64_t out = BufferOp(graph.buffers[result]).getSizeInBytes();
      saved =
          std::max(saved, in + out - getUnionBytes(in, out, rule->distance));
    }
  return sum - saved;
}

void SegmentSearch::settle(Step step) {
  Need &need = getNeed(step);
  if (!need.isExact && need.bytes != never)
    need = {computeBytes(step.first, step.second), true};
}

//===----------------------------------------------------------------------===//
// Cuts
//===----------------------------------------------------------------------===//

int64_t SegmentSearch::getCounterBytes(Step step) const {
  return lastReader ? align(counterBytes * (step.second - step.first + 2)) : 0;
}

int64_t SegmentSearch::getPeak(ArrayRef<Step> steps) const {
  int64_t peak = 0;
  for (auto [first, last] : steps)
    peak = std::max(peak, needs[first][last - first].bytes);
  return peak + getCounterBytes(steps.front());
}

SmallVector<Step> SegmentSearch::findSteps(int64_t limit) {
  if (!lastReader)
    return findSteps(0, limit);
  // How many counters there are depends on the first step.
  SmallVector<Step> best;
  std::pair<int64_t, size_t> least = {never, 0};
  for (size_t last = *lastReader; last < needs[0].size(); ++last) {
    Step step = {0, last};
    if (getNeed(step).bytes + getCounterBytes(step) > least.first)
      continue;
    settle(step);
    SmallVector<Step> steps = {step};
    llvm::append_range(
        steps, findSteps(last + 1, std::max(limit - getCounterBytes(step),
                                            getNeed(step).bytes)));
    size_t fused = 0;
    for (auto [first, end] : steps)
      fused += isSegment({first, end}) ? end - first + 1 : 0;
    std::pair<int64_t, size_t> cost = {std::max(limit, getPeak(steps)), fused};
    if (cost < least) {
      least = cost;
      best = std::move(steps);
    }
  }
  return best;
}

SmallVector<Step> SegmentSearch::findSteps(size_t first, int64_t limit) {
  // Where no step needs less than was estimated, these are the cuts that exact
  // sums of all steps would give.
  while (true) {
    SmallVector<Step> steps = cut(first, limit);
    bool isExact = true;
    for (Step step : steps) {
      isExact &= getNeed(step).isExact;
      settle(step);
    }
    if (isExact)
      return steps;
  }
}

SmallVector<Step> SegmentSearch::cut(size_t begin, int64_t limit) const {
  size_t count = graph.steps.size();
  // The least that any cuts need.
  SmallVector<int64_t> peak(count + 1, never);
  peak[begin] = 0;
  for (size_t first = begin; first < count; ++first)
    for (size_t i = 0; i < needs[first].size(); ++i)
      peak[first + i + 1] = std::min(
          peak[first + i + 1], std::max(peak[first], needs[first][i].bytes));
  limit = std::max(limit, peak[count]);
  // The fewest kernels in segments.
  SmallVector<int64_t> fused(count + 1, never);
  SmallVector<size_t> from(count + 1, 0);
  fused[begin] = 0;
  for (size_t first = begin; first < count; ++first)
    for (size_t i = 0; i < needs[first].size(); ++i) {
      if (fused[first] == never || needs[first][i].bytes > limit)
        continue;
      int64_t cost = fused[first] + (i == 0 ? 0 : i + 1);
      if (cost < fused[first + i + 1]) {
        fused[first + i + 1] = cost;
        from[first + i + 1] = first;
      }
    }
  SmallVector<Step> steps;
  for (size_t end = count; end != begin; end = from[end])
    steps.emplace_back(from[end], end - 1);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

void SegmentSearch::speedUp(ArrayRef<Step> steps, int64_t limit) const {
  limit -= getCounterBytes(steps.front());
  for (auto [first, last] : steps)
    for (RowKernelOpInterface op : getKernels(graph, {first, last})) {
      int64_t rows = op.getRowStep();
      op.setSingleRows(false);
      if (op.getRowStep() != rows && computeBytes(first, last) > limit)
        op.setSingleRows(true);
    }
}
