//===- VerifyPlan.cpp - Prove that no buffer is overwritten -----*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shares no code with the planner: it walks the kernels in order and keeps the
// set of buffers whose data somebody still needs. A segment is run row by row on
// an arena whose bytes say which row of which buffer they hold.
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::kernel {
#define GEN_PASS_DEF_VERIFYPLANPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

namespace {
struct VerifyPlan final : kernel::impl::VerifyPlanPassBase<VerifyPlan> {
  using VerifyPlanPassBase::VerifyPlanPassBase;
  void runOnOperation() override;
};
} // namespace

static bool shareBytes(BufferOp a, BufferOp b) {
  if (a.isState() != b.isState())
    return false;
  int64_t aStart = *a.getOffset(), bStart = *b.getOffset();
  return aStart < bStart + b.getSizeInBytes() &&
         bStart < aStart + a.getSizeInBytes();
}

/// Whether a later step than `kernel`, the caller or the next run reads what
/// `buffer` holds.
static bool isNeededAfter(BufferOp buffer, Operation *kernel) {
  if (buffer.getKind() == BufferKind::Output || buffer.isState() ||
      buffer.getKind() == BufferKind::Counters)
    return true;
  SmallVector<Value> aliases = {buffer.getMemory()};
  while (!aliases.empty())
    for (Operation *user : aliases.pop_back_val().getUsers()) {
      if (auto view = dyn_cast<ViewOp>(user))
        aliases.push_back(view.getMemory());
      else if (kernel->isBeforeInBlock(
                   kernel->getBlock()->findAncestorOpInBlock(*user)))
        return true;
    }
  return false;
}

/// Whether `kernel` may write `written` where it reads `read`, as they lie.
static bool allowsOverlap(RuntimeKernelOpInterface kernel, BufferOp read,
                          BufferOp written) {
  if (written.getKind() == BufferKind::Scratch)
    return false;
  int64_t distance = static_cast<int64_t>(*read.getOffset()) -
                     static_cast<int64_t>(*written.getOffset());
  auto destination = cast<DestinationStyleOpInterface>(kernel.getOperation());
  for (OpOperand *operand : destination.getDpsInputOperands()) {
    if (getRootBuffer(operand->get()) != read)
      continue;
    std::optional<OverlapRule> rule = kernel.getOverlapRule(*operand);
    if (!rule || !rule->allows(distance))
      return false;
  }
  return true;
}

static InFlightDiagnostic emitConflict(RuntimeKernelOpInterface kernel,
                                       BufferOp written, BufferOp needed,
                                       StringRef why) {
  auto end = [](BufferOp buffer) {
    return *buffer.getOffset() + buffer.getSizeInBytes();
  };
  InFlightDiagnostic diagnostic =
      kernel->emitOpError("'")
      << kernel.getLayerName() << "' writes buffer '" << written.getName()
      << "' at bytes " << *written.getOffset() << " to " << end(written) - 1
      << " over buffer '" << needed.getName() << "' at bytes "
      << *needed.getOffset() << " to " << end(needed) - 1 << ", " << why;
  diagnostic.attachNote(written.getLoc())
      << "'" << written.getName() << "' is here";
  diagnostic.attachNote(needed.getLoc())
      << "'" << needed.getName() << "' is here";
  return diagnostic;
}

namespace {
/// The arena while a segment runs: which byte of which buffer each byte holds.
class TaggedArena {
public:
  explicit TaggedArena(int64_t bytes) : tags(bytes, {nullptr, 0}) {}

  /// Writes row `row` of `rowBytes` bytes to its place.
  void write(BufferOp buffer, int64_t row, int64_t rowBytes) {
    int64_t at = find(buffer, row, rowBytes);
    for (int64_t i = 0; i < rowBytes; ++i)
      tags[at + i] = {buffer, row * rowBytes + i};
  }
  bool holds(BufferOp buffer, int64_t row, int64_t rowBytes) {
    int64_t at = find(buffer, row, rowBytes);
    for (int64_t i = 0; i < rowBytes; ++i)
      if (tags[at + i] != Tag(buffer, row * rowBytes + i))
        return false;
    return true;
  }
  /// Memory that holds nothing of use.
  void spoil(BufferOp buffer) {
    auto begin = tags.begin() + *buffer.getOffset();
    std::fill(begin, begin + buffer.getSizeInBytes(), Tag(nullptr, 0));
  }

private:
  using Tag = std::pair<Operation *, int64_t>;

  int64_t find(BufferOp buffer, int64_t row, int64_t rowBytes) {
    MemRefType type = buffer.getMemRefType();
    if (!type.getLayout().isIdentity())
      row %= getRowPlaces(type);
    return *buffer.getOffset() + row * rowBytes;
  }

  std::vector<Tag> tags;
};
} // namespace

/// Runs the segment with all rows of its inputs there, but for one that comes
/// row by row. No call may find another row than those that it wants, even when
/// it has overwritten what it writes.
static LogicalResult verifyRows(SegmentOp segment, int64_t arenaBytes) {
  SmallVector<RowKernelOpInterface> ops = segment.getKernels();
  RowSchedule schedule(ops);
  ArrayRef<RowSchedule::Kernel> kernels = schedule.getKernels();
  TaggedArena arena(arenaBytes);
  for (BufferOp input : schedule.getInputs())
    if (!input.isState())
      arena.write(input, 0, input.getSizeInBytes());
  LogicalResult status = success();
  schedule.run([&](unsigned index, ArrayRef<int64_t> made) {
    const RowSchedule::Kernel &kernel = kernels[index];
    RowKernelOpInterface op = kernel.op;
    BufferOp result = kernel.result;
    if (kernel.isInput) {
      arena.write(result, made[index], getRowBytes(result.getMemRefType()));
      return;
    }
    int64_t end = std::min(made[index] + kernel.step, kernel.rows);
    if (Value memory = op.getSums()) {
      BufferOp sums = getRootBuffer(memory);
      // What the call before has left, and this one leaves to the next.
      if (made[index] > 0 && succeeded(status) &&
          !arena.holds(sums, 0, sums.getSizeInBytes()))
        status = op.emitOpError("'")
                 << op.getLayerName() << "' adds row " << made[index]
                 << " to its sums, but other data has taken their place";
      arena.write(sums, 0, sums.getSizeInBytes());
      if (end == kernel.rows)
        arena.write(result, 0, result.getSizeInBytes());
    } else {
      for (Value value : op.getCallBuffers())
        if (BufferOp buffer = getRootBuffer(value))
          if (buffer.getKind() == BufferKind::Scratch)
            arena.spoil(buffer);
      for (int64_t y = made[index]; y < end; ++y)
        arena.write(result, y, getRowBytes(result.getMemRefType()));
    }
    for (const RowSchedule::Operand &operand : kernel.operands) {
      BufferOp buffer = operand.buffer;
      for (int64_t y = operand.window.getFirst(made[index]);
           y < operand.window.getEnd(end - 1) && succeeded(status); ++y)
        if (!buffer.isState() && !arena.holds(buffer, y, operand.rowBytes))
          status = op.emitOpError("'")
                   << op.getLayerName() << "' reads row " << y << " of buffer '"
                   << buffer.getName() << "' for row " << made[index]
                   << ", but other data has taken its place";
    }
  });
  for (const RowSchedule::Kernel &kernel : kernels) {
    BufferOp result = kernel.result;
    if (kernel.isKept && succeeded(status) &&
        !arena.holds(result, 0, result.getSizeInBytes()))
      status = segment.emitOpError("ends without all of '")
               << result.getName() << "'";
  }
  return status;
}

void VerifyPlan::runOnOperation() {
  EntryOp entry = getOperation();
  if (!entry.getArenaBytes()) {
    entry.emitOpError(
        "expects planned buffers; run 'kernel-plan-memory' first");
    return signalPassFailure();
  }
  // What holds data before the first kernel.
  llvm::SetVector<BufferOp> live;
  for (BufferOp buffer : entry.getBuffers())
    if (buffer.getKind() == BufferKind::Input || buffer.isState() ||
        buffer.getKind() == BufferKind::Counters) {
      for (BufferOp other : live)
        if (shareBytes(buffer, other)) {
          buffer.emitOpError("'") << buffer.getName() << "' and "
                                  << stringifyBufferKind(other.getKind())
                                  << " '" << other.getName() << "' share bytes";
          return signalPassFailure();
        }
      live.insert(buffer);
    }

  for (RuntimeKernelOpInterface kernel : entry.getKernels()) {
    auto segment = dyn_cast<SegmentOp>(kernel->getParentOp());
    Operation *step = segment ? segment.getOperation() : kernel.getOperation();
    auto destination = cast<DestinationStyleOpInterface>(kernel.getOperation());
    SmallVector<BufferOp> read;
    for (OpOperand *operand : destination.getDpsInputOperands()) {
      BufferOp buffer = getRootBuffer(operand->get());
      if (!buffer)
        continue;
      if (!live.contains(buffer)) {
        kernel->emitOpError("'")
            << kernel.getLayerName() << "' reads buffer '" << buffer.getName()
            << "', which nothing has written";
        return signalPassFailure();
      }
      read.push_back(buffer);
    }
    for (Value destinationValue : destination.getDpsInits()) {
      BufferOp written = getRootBuffer(destinationValue);
      if (!written) {
        kernel->emitOpError("'")
            << kernel.getLayerName() << "' writes constant data";
        return signalPassFailure();
      }
      for (BufferOp other : live) {
        if (other == written || !shareBytes(other, written))
          continue;
        if (isNeededAfter(other, step)) {
          emitConflict(kernel, written, other, "which is needed later");
          return signalPassFailure();
        }
        // What a segment reads and writes is looked at row by row.
        if (!segment && llvm::is_contained(read, other) &&
            !allowsOverlap(kernel, other, written)) {
          emitConflict(kernel, written, other,
                       "which it still reads at that distance");
          return signalPassFailure();
        }
      }
      live.insert(written);
    }
    if (segment && kernel->getNextNode())
      continue;
    if (segment && failed(verifyRows(segment, *entry.getArenaBytes())))
      return signalPassFailure();
    live.remove_if(
        [&](BufferOp buffer) { return !isNeededAfter(buffer, step); });
  }
  for (BufferOp output : entry.getBuffersOfKind(BufferKind::Output))
    if (!live.contains(output)) {
      output.emitOpError("'")
          << output.getName() << "' expects a kernel that writes this output";
      return signalPassFailure();
    }
  markAllAnalysesPreserved();
}
