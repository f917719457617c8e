//===- FormSegments.cpp - Kernels that run row by row -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentSearch.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/IR/Builders.h"

namespace mlir::kernel {
#define GEN_PASS_DEF_FORMSEGMENTSPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

namespace {
struct FormSegments final : kernel::impl::FormSegmentsPassBase<FormSegments> {
  using FormSegmentsPassBase::FormSegmentsPassBase;
  void runOnOperation() override;
};

} // namespace

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
  /// is `limit` bytes at most, or the least possible. None if that has been the
  /// last one, too.
  OwningOpRef<EntryOp> form(int64_t limit);

private:
  /// Steps, and how many rows their kernels make at a time.
  using Choice = std::pair<SmallVector<Step>, SmallVector<int64_t>>;

  void setSingleRows(bool single) {
    entry.walk([&](RowKernelOpInterface op) { op.setSingleRows(single); });
  }

  EntryOp entry;
  SegmentSearch search;
  /// With one row at a time, which is slower, but may need less.
  std::optional<SegmentSearch> singleRows;
  Choice last;
};
} // namespace

OwningOpRef<EntryOp> SegmentFormer::form(int64_t limit) {
  for (BufferOp state : entry.getBuffersOfKind(BufferKind::State))
    limit -= state.getSizeInBytes();
  setSingleRows(false);
  SegmentSearch *chosen = &search;
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
  Choice choice = {steps, {}};
  entry.walk([&](RowKernelOpInterface op) {
    choice.second.push_back(op.getRowStep());
  });
  if (choice == last)
    return nullptr;
  last = std::move(choice);
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
  if (entry.getOps<RowKernelOpInterface>().empty())
    return;
  if (!pushRows && limit > 0 && computePlannedBytes(entry) <= limit)
    return;
  // Sums are not offsets. Where the plan exceeds the limit, ask for sums that
  // are lower by as much, and for the least in the end.
  SegmentFormer former(entry);
  OwningOpRef<EntryOp> best;
  int64_t least = std::numeric_limits<int64_t>::max(), bytes = 0, asked = limit;
  for (unsigned tries = 4; tries != 0; --tries) {
    if (OwningOpRef<EntryOp> trial = former.form(asked)) {
      bytes = limit > 0 ? computePlannedBytes(*trial) : 0;
      if (bytes < least) {
        least = bytes;
        best = std::move(trial);
      }
    }
    if (least <= limit || asked <= 0)
      break;
    asked = tries == 2 ? 0 : std::max<int64_t>(asked - (bytes - limit), 0);
  }
  entry.getBody().takeBody(best->getBody());
}
