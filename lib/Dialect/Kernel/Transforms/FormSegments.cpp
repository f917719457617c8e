//===- FormSegments.cpp - Kernels that run row by row -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/Kernel/IR/Window.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/IR/Builders.h"

namespace mlir::kernel {
#define GEN_PASS_DEF_FORMSEGMENTSPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Cuts the order of the kernels into steps: some of them alone, others together
/// in a segment. What a step needs depends on its own kernels only, so the best
/// cuts are those of a shortest path.
class SegmentSearch {
public:
  explicit SegmentSearch(EntryOp entry)
      : graph(entry), lifetimes(graph.getLifetimes()) {
    computeBytes();
  }

  /// The first and the last kernel of each step: the fewest kernels in segments
  /// whose steps all need `limit` bytes at most, or the least that is possible.
  SmallVector<std::pair<size_t, size_t>> findSteps(int64_t limit) const;
  int64_t getPeak(ArrayRef<std::pair<size_t, size_t>> steps) const {
    int64_t peak = 0;
    for (auto [first, last] : steps)
      peak = std::max(peak, bytes[first][last - first]);
    return peak;
  }

  /// Lets kernels make more rows at a time again where a step that needs at most
  /// `limit` bytes still does then.
  void speedUp(ArrayRef<std::pair<size_t, size_t>> steps, int64_t limit) const {
    for (auto [first, last] : steps)
      for (RowKernelOpInterface op : getKernels(first, last)) {
        op.setSingleRows(false);
        if (computeBytes(first, last) > limit)
          op.setSingleRows(true);
      }
  }

  SmallVector<RowKernelOpInterface> getKernels(size_t first,
                                               size_t last) const {
    SmallVector<RowKernelOpInterface> ops;
    for (size_t i = first; i <= last; ++i)
      if (auto op = dyn_cast<RowKernelOpInterface>(graph.steps[i]))
        ops.push_back(op);
    return ops;
  }

private:
  static constexpr int64_t never = std::numeric_limits<int64_t>::max();

  void computeBytes();
  bool hasRowForm(size_t kernel) const;
  bool readsView(size_t first, size_t kernel) const;
  int64_t computeBytes(size_t first, size_t last) const;

  EntryGraph graph;
  SmallVector<Lifetime> lifetimes;
  /// By first kernel, then by the number of those that follow it in the step.
  std::vector<std::vector<int64_t>> bytes;
};

struct FormSegments final : kernel::impl::FormSegmentsPassBase<FormSegments> {
  using FormSegmentsPassBase::FormSegmentsPassBase;
  void runOnOperation() override;
};

} // namespace

bool SegmentSearch::hasRowForm(size_t kernel) const {
  auto op = dyn_cast<RowKernelOpInterface>(graph.steps[kernel]);
  return op && op.hasRowForm() &&
         !cast<DestinationStyleOpInterface>(op.getOperation())
              .getDpsInits()
              .front()
              .getDefiningOp<ViewOp>();
}

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

void SegmentSearch::computeBytes() {
  size_t count = graph.steps.size();
  bytes.resize(count);
  for (size_t first = 0; first < count; ++first) {
    bytes[first].push_back(computeBytes(first, first));
    if (!hasRowForm(first))
      continue;
    for (size_t last = first + 1;
         last < count && hasRowForm(last) && !readsView(first, last); ++last)
      bytes[first].push_back(computeBytes(first, last));
  }
}

/// What is live while these kernels run as one step.
int64_t SegmentSearch::computeBytes(size_t first, size_t last) const {
  bool isSegment = first != last;
  SmallVector<size_t> inputs, results;
  int64_t sum = 0, scratch = 0;
  llvm::DenseMap<Operation *, int64_t> rings;
  std::optional<RowSchedule> schedule;
  if (isSegment) {
    schedule.emplace(getKernels(first, last));
    for (auto [kernel, rows] :
         llvm::zip(schedule->getKernels(), schedule->computeCapacities()))
      if (!kernel.isKept)
        rings[kernel.result] =
            rows * getRowBytes(BufferOp(kernel.result).getMemRefType());
  }
  for (auto [number, buffer] : llvm::enumerate(graph.buffers)) {
    auto isIn = [&](ArrayRef<SmallVector<size_t>> sets) {
      return llvm::any_of(sets.slice(first, last - first + 1),
                          [&](ArrayRef<size_t> set) {
                            return llvm::is_contained(set, number);
                          });
    };
    BufferOp op = buffer;
    if (op.isState())
      continue;
    bool isRead = isIn(graph.reads), isWritten = isIn(graph.writes);
    int64_t size = llvm::alignTo<EntryOp::bufferAlignment>(op.getSizeInBytes());
    if (op.getKind() == BufferKind::Scratch) {
      if (isWritten)
        scratch = isSegment ? std::max(scratch, size) : scratch + size;
    } else if (auto ring = rings.find(op); ring != rings.end()) {
      sum += llvm::alignTo<EntryOp::bufferAlignment>(ring->second);
    } else if (isRead || isWritten) {
      sum += size;
      if (isWritten && lifetimes[number].first >= int64_t(first))
        results.push_back(number);
      else if (isRead && lifetimes[number].last <= int64_t(last))
        inputs.push_back(number);
    } else if (lifetimes[number].first < int64_t(first) &&
               lifetimes[number].last > int64_t(last)) {
      sum += size;
    }
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
  return sum + scratch - saved;
}

SmallVector<std::pair<size_t, size_t>>
SegmentSearch::findSteps(int64_t limit) const {
  size_t count = graph.steps.size();
  // The least that any cuts need.
  SmallVector<int64_t> peak(count + 1, never);
  peak[0] = 0;
  for (size_t first = 0; first < count; ++first)
    for (size_t i = 0; i < bytes[first].size(); ++i)
      peak[first + i + 1] = std::min(peak[first + i + 1],
                                     std::max(peak[first], bytes[first][i]));
  limit = std::max(limit, peak[count]);
  // The fewest kernels in segments.
  SmallVector<int64_t> fused(count + 1, never);
  SmallVector<size_t> from(count + 1, 0);
  fused[0] = 0;
  for (size_t first = 0; first < count; ++first)
    for (size_t i = 0; i < bytes[first].size(); ++i) {
      if (fused[first] == never || bytes[first][i] > limit)
        continue;
      int64_t cost = fused[first] + (i == 0 ? 0 : i + 1);
      if (cost < fused[first + i + 1]) {
        fused[first + i + 1] = cost;
        from[first + i + 1] = first;
      }
    }
  SmallVector<std::pair<size_t, size_t>> steps;
  for (size_t end = count; end != 0; end = from[end])
    steps.emplace_back(from[end], end - 1);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

/// Moves kernels that follow each other into a segment; what only they use becomes
/// rings, and one scratch memory serves all.
static void formSegment(ArrayRef<RowKernelOpInterface> ops, unsigned number) {
  RowSchedule schedule(ops);
  RowKernelOpInterface front = ops.front();
  OpBuilder builder(front);
  for (auto [kernel, places] :
       llvm::zip(schedule.getKernels(), schedule.computeCapacities())) {
    BufferOp buffer = kernel.result;
    MemRefType type = buffer.getMemRefType();
    if (!kernel.isKept && places < kernel.rows)
      buffer.getMemory().setType(
          MemRefType::get(type.getShape(), type.getElementType(),
                          RingAttr::get(type.getContext(), places)));
  }
  SmallVector<OpOperand *> scratch;
  for (RowKernelOpInterface op : ops)
    for (OpOperand &operand : op->getOpOperands())
      if (BufferOp buffer = getRootBuffer(operand.get()))
        if (buffer.getKind() == BufferKind::Scratch)
          scratch.push_back(&operand);
  auto getSize = [](OpOperand *operand) {
    return getRootBuffer(operand->get()).getSizeInBytes();
  };
  auto largest = llvm::max_element(scratch, [&](OpOperand *a, OpOperand *b) {
    return getSize(a) < getSize(b);
  });
  if (largest != scratch.end()) {
    Value memory = (*largest)->get();
    for (OpOperand *operand : scratch)
      operand->set(memory);
  }
  auto segment =
      SegmentOp::create(builder, front->getLoc(),
                        builder.getStringAttr("segment" + Twine(number)));
  segment.getBody().emplaceBlock();
  for (RowKernelOpInterface op : ops)
    op->moveBefore(&segment.getBody().front(), segment.getBody().front().end());
}

void FormSegments::runOnOperation() {
  EntryOp entry = getOperation();
  if (entry.getArenaBytes()) {
    entry.emitOpError("expects unplanned buffers, but they have offsets");
    return signalPassFailure();
  }
  int64_t arena = limit;
  for (BufferOp state : entry.getBuffersOfKind(BufferKind::State))
    arena -= state.getSizeInBytes();
  auto setSingleRows = [&](bool single) {
    entry.walk([&](RowKernelOpInterface op) { op.setSingleRows(single); });
  };
  std::optional<SegmentSearch> search(entry);
  auto steps = search->findSteps(arena);
  // One row at a time is slower, but needs less.
  if (int64_t peak = search->getPeak(steps); peak > arena) {
    setSingleRows(true);
    search.emplace(entry);
    steps = search->findSteps(arena);
    if (search->getPeak(steps) >= peak) {
      setSingleRows(false);
      search.emplace(entry);
      steps = search->findSteps(arena);
    }
    search->speedUp(steps, std::max(arena, search->getPeak(steps)));
  }
  unsigned number = 0;
  for (auto [first, last] : steps)
    if (first != last)
      formSegment(search->getKernels(first, last), ++number);
}
