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

/// Of a number of rows.
static constexpr int64_t counterBytes = 2;

/// The first and the last kernel of what runs as one.
using Step = std::pair<size_t, size_t>;

static SmallVector<RowKernelOpInterface> getKernels(const EntryGraph &graph,
                                                    Step step) {
  SmallVector<RowKernelOpInterface> ops;
  for (size_t i = step.first; i <= step.second; ++i)
    if (auto op = dyn_cast<RowKernelOpInterface>(graph.steps[i]))
      ops.push_back(op);
  return ops;
}

namespace {

/// Cuts the order of the kernels into steps: some of them alone, others
/// together in a segment. What a step needs depends on its own kernels only, so
/// the best cuts are those of a shortest path. Where the input comes row by
/// row, the first step is a segment that holds all of its readers.
class SegmentSearch {
public:
  explicit SegmentSearch(EntryOp entry)
      : graph(entry), lifetimes(graph.getLifetimes()) {
    for (auto [number, buffer] : llvm::enumerate(graph.buffers))
      if (BufferOp(buffer).isPushed())
        lastReader = lifetimes[number].last;
    computeBytes();
  }

  /// The fewest kernels in segments whose steps all need `limit` bytes at most,
  /// or the least that is possible.
  SmallVector<Step> findSteps(int64_t limit) const;
  int64_t getPeak(ArrayRef<Step> steps) const {
    int64_t peak = 0;
    for (auto [first, last] : steps)
      peak = std::max(peak, bytes[first][last - first]);
    return peak + getCounterBytes(steps.front());
  }
  bool isSegment(Step step) const {
    return step.first != step.second || (step.first == 0 && lastReader);
  }

  /// Lets kernels make more rows at a time again where a step that needs at most
  /// `limit` bytes still does then.
  void speedUp(ArrayRef<Step> steps, int64_t limit) const {
    limit -= getCounterBytes(steps.front());
    for (auto [first, last] : steps)
      for (RowKernelOpInterface op : getKernels(graph, {first, last})) {
        op.setSingleRows(false);
        if (computeBytes(first, last) > limit)
          op.setSingleRows(true);
      }
  }

private:
  static constexpr int64_t never = std::numeric_limits<int64_t>::max();

  /// The same for the kernels from `first` on.
  SmallVector<Step> findSteps(size_t first, int64_t limit) const;
  /// What keeps the numbers of rows of the first step all the time.
  int64_t getCounterBytes(Step step) const {
    return lastReader ? llvm::alignTo<EntryOp::bufferAlignment>(
                            counterBytes * (step.second - step.first + 2))
                      : 0;
  }
  void computeBytes();
  bool readsView(size_t first, size_t kernel) const;
  int64_t computeBytes(size_t first, size_t last) const;

  EntryGraph graph;
  SmallVector<Lifetime> lifetimes;
  /// Of the input that comes row by row, if one does.
  std::optional<size_t> lastReader;
  /// By first kernel, then by the number of those that follow it in the step.
  std::vector<std::vector<int64_t>> bytes;
};

struct FormSegments final : kernel::impl::FormSegmentsPassBase<FormSegments> {
  using FormSegmentsPassBase::FormSegmentsPassBase;
  void runOnOperation() override;
};

} // namespace

/// Whether `step` is a kernel that can make rows here.
static bool hasRowForm(Operation *step) {
  auto op = dyn_cast<RowKernelOpInterface>(step);
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
    if (!hasRowForm(graph.steps[first]))
      continue;
    for (size_t last = first + 1;
         last < count && hasRowForm(graph.steps[last]) &&
         !readsView(first, last);
         ++last)
      bytes[first].push_back(computeBytes(first, last));
  }
}

/// What is live while these kernels run as one step.
int64_t SegmentSearch::computeBytes(size_t first, size_t last) const {
  bool isSegment = this->isSegment({first, last});
  if (lastReader && first <= *lastReader && (first > 0 || last < *lastReader))
    return never;
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
        turns[i] += llvm::alignTo<EntryOp::bufferAlignment>(size);
      own[turn.buffer] = 0;
    }
    sum += *llvm::max_element(turns);
    for (RowKernelOpInterface op : getKernels(graph, {first, last}))
      sum += llvm::alignTo<EntryOp::bufferAlignment>(op.getSumBytes());
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
    if (auto found = own.find(op); found != own.end()) {
      sum += llvm::alignTo<EntryOp::bufferAlignment>(found->second);
    } else if (op.getKind() == BufferKind::Scratch) {
      sum += isWritten ? size : 0;
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
  return sum - saved;
}

SmallVector<Step> SegmentSearch::findSteps(int64_t limit) const {
  if (!lastReader)
    return findSteps(0, limit);
  // How many counters there are depends on the first step.
  SmallVector<Step> best;
  std::pair<int64_t, size_t> least = {never, 0};
  for (size_t last = *lastReader; last < bytes[0].size(); ++last) {
    Step step = {0, last};
    SmallVector<Step> steps = {step};
    llvm::append_range(
        steps, findSteps(last + 1, std::max(limit - getCounterBytes(step),
                                            bytes[0][last])));
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

SmallVector<Step> SegmentSearch::findSteps(size_t begin, int64_t limit) const {
  size_t count = graph.steps.size();
  // The least that any cuts need.
  SmallVector<int64_t> peak(count + 1, never);
  peak[begin] = 0;
  for (size_t first = begin; first < count; ++first)
    for (size_t i = 0; i < bytes[first].size(); ++i)
      peak[first + i + 1] = std::min(peak[first + i + 1],
                                     std::max(peak[first], bytes[first][i]));
  limit = std::max(limit, peak[count]);
  // The fewest kernels in segments.
  SmallVector<int64_t> fused(count + 1, never);
  SmallVector<size_t> from(count + 1, 0);
  fused[begin] = 0;
  for (size_t first = begin; first < count; ++first)
    for (size_t i = 0; i < bytes[first].size(); ++i) {
      if (fused[first] == never || bytes[first][i] > limit)
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

/// Makes the input a ring, with places for all of its rows at first; says why
/// it cannot be one.
static LogicalResult pushInput(EntryOp entry) {
  SmallVector<BufferOp> inputs = entry.getBuffersOfKind(BufferKind::Input);
  if (inputs.size() != 1)
    return entry.emitError(
               "expects one input to come row by row, but the network "
               "has ")
           << inputs.size();
  BufferOp input = inputs.front();
  MemRefType type = input.getMemRefType();
  if (type.getRank() != 4 || type.getDimSize(0) != 1 ||
      type.getDimSize(1) > std::numeric_limits<int16_t>::max())
    return input.emitError(
               "expects an input of shape [1, rows, columns, channels] "
               "to come row by row, but '")
           << input.getName() << "' has shape [" << type.getShape() << "]";
  EntryGraph graph(entry);
  size_t number = llvm::find(graph.buffers, input) - graph.buffers.begin();
  int64_t lastReader = graph.getLifetimes()[number].last;
  for (int64_t i = 0; i <= lastReader; ++i) {
    auto kernel = dyn_cast<RuntimeKernelOpInterface>(graph.steps[i]);
    bool reads = llvm::is_contained(graph.reads[i], number);
    if (kernel && hasRowForm(kernel) &&
        llvm::none_of(kernel->getOperands(), [&](Value value) {
          return value.getDefiningOp<ViewOp>() && getRootBuffer(value);
        }))
      continue;
    return graph.steps[i]->emitError(
               "expects a kernel with a form for rows, so "
               "that the input '")
           << input.getName() << "' can come row by row, but '"
           << (kernel ? kernel.getLayerName() : StringRef("a segment"))
           << "' has none"
           << (reads ? "" : ", and a layer behind it reads the input");
  }
  input.getMemory().setType(
      MemRefType::get(type.getShape(), type.getElementType(),
                      RingAttr::get(type.getContext(), type.getDimSize(1))));
  return success();
}

/// Moves kernels that follow each other into a segment; what only they use
/// becomes rings.
static void formSegment(ArrayRef<RowKernelOpInterface> ops, unsigned number) {
  RowSchedule schedule(ops);
  RowKernelOpInterface front = ops.front();
  OpBuilder builder(front);
  for (auto [kernel, places] :
       llvm::zip(schedule.getKernels(), schedule.computeCapacities())) {
    BufferOp buffer = kernel.result;
    MemRefType type = buffer.getMemRefType();
    if (kernel.isInput || (!kernel.isKept && places < kernel.rows))
      buffer.getMemory().setType(
          MemRefType::get(type.getShape(), type.getElementType(),
                          RingAttr::get(type.getContext(), places)));
  }
  auto makeBuffer = [&](BufferKind kind, const Twine &name, int64_t count,
                        unsigned bits) -> Value {
    return BufferOp::create(
        builder, front->getLoc(),
        MemRefType::get(count, builder.getIntegerType(bits)), kind, name.str(),
        /*offset=*/IntegerAttr(), /*quantization=*/QuantizationAttr(),
        /*real=*/false, /*initial=*/Attribute());
  };
  for (RowKernelOpInterface op : ops)
    if (int64_t bytes = op.getSumBytes())
      op.setSums(makeBuffer(BufferKind::Scratch, op.getLayerName() + ".sums",
                            bytes / 4, 32));
  Value counters;
  if (schedule.isPushed())
    counters = makeBuffer(BufferKind::Counters, "rows",
                          schedule.getKernels().size(), 8 * counterBytes);
  auto segment = SegmentOp::create(builder, front->getLoc(),
                                   ("segment" + Twine(number)).str(), counters);
  segment.getBody().emplaceBlock();
  for (RowKernelOpInterface op : ops)
    op->moveBefore(&segment.getBody().front(), segment.getBody().front().end());
}

namespace {
/// Finds segments for one limit after another; what steps need does not depend
/// on it.
class SegmentFormer {
public:
  explicit SegmentFormer(EntryOp entry) : entry(entry), search(entry) {}

  /// A copy of the entry with segments, so that the sum of what lives at a time
  /// is `limit` bytes at most, or the least possible.
  OwningOpRef<EntryOp> form(int64_t limit);

private:
  void setSingleRows(bool single) {
    entry.walk([&](RowKernelOpInterface op) { op.setSingleRows(single); });
  }

  EntryOp entry;
  SegmentSearch search;
  /// With one row at a time, which is slower, but may need less.
  std::optional<SegmentSearch> singleRows;
};
} // namespace

OwningOpRef<EntryOp> SegmentFormer::form(int64_t limit) {
  for (BufferOp state : entry.getBuffersOfKind(BufferKind::State))
    limit -= state.getSizeInBytes();
  setSingleRows(false);
  const SegmentSearch *chosen = &search;
  SmallVector<Step> steps = search.findSteps(limit);
  if (int64_t peak = search.getPeak(steps); peak > limit) {
    setSingleRows(true);
    if (!singleRows)
      singleRows.emplace(entry);
    SmallVector<Step> others = singleRows->findSteps(limit);
    if (singleRows->getPeak(others) < peak) {
      chosen = &*singleRows;
      steps = std::move(others);
    } else {
      setSingleRows(false);
    }
    chosen->speedUp(steps, std::max(limit, chosen->getPeak(steps)));
  }
  OwningOpRef<EntryOp> result = cast<EntryOp>(entry->clone());
  EntryGraph graph(*result);
  unsigned number = 0;
  for (Step step : steps)
    if (chosen->isSegment(step))
      formSegment(getKernels(graph, step), ++number);
  return result;
}

void FormSegments::runOnOperation() {
  EntryOp entry = getOperation();
  if (entry.getArenaBytes()) {
    entry.emitOpError("expects unplanned buffers, but they have offsets");
    return signalPassFailure();
  }
  if (pushRows && failed(pushInput(entry)))
    return signalPassFailure();
  if (!pushRows && limit > 0 && computePlannedBytes(entry) <= limit)
    return;
  // Sums are not offsets. Where the plan exceeds the limit, ask for sums that
  // are lower by as much, and for the least in the end.
  SegmentFormer former(entry);
  OwningOpRef<EntryOp> best;
  int64_t least = std::numeric_limits<int64_t>::max(), asked = limit;
  for (unsigned tries = 4; tries != 0; --tries) {
    OwningOpRef<EntryOp> trial = former.form(asked);
    int64_t bytes = computePlannedBytes(*trial);
    if (bytes < least) {
      least = bytes;
      best = std::move(trial);
    }
    if (least <= limit || asked <= 0)
      break;
    asked = tries == 2 ? 0 : std::max<int64_t>(asked - (bytes - limit), 0);
  }
  entry.getBody().takeBody(best->getBody());
}
