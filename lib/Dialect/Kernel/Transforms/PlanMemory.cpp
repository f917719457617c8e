//===- PlanMemory.cpp - Give every buffer its place -------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

#include "ofa/Dialect/Kernel/Transforms/MemoryPeak.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"
#include "ofa/Planning/Planning.h"

#include "mlir/IR/Builders.h"

namespace mlir::kernel {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "ofa/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace mlir::kernel

using namespace mlir;
using namespace mlir::kernel;

namespace {
struct PlanMemory final : kernel::impl::PlanMemoryPassBase<PlanMemory> {
  using PlanMemoryPassBase::PlanMemoryPassBase;
  void runOnOperation() override;
};

constexpr unsigned arenaRegion = 0, stateRegion = 1;

/// The problem of an entry, and which of its buffers are which.
struct EntryProblem {
  explicit EntryProblem(const EntryGraph &graph);

  ofa::PlanProblem problem;
  /// Of each of the entry's buffers, that of the problem that it lies in, and
  /// where.
  SmallVector<std::pair<unsigned, int64_t>> places;
};

} // namespace

/// A network has tens of buffers, and nearly all are planned at best after
/// 5,000 nodes; so many take 20 ms.
static ofa::Plan findPlan(const ofa::PlanProblem &problem) {
  ofa::PlanOptions options;
  options.nodeLimit = 20000;
  return ofa::planMemory(problem, options);
}

static ofa::PlanBuffer makeBuffer(BufferOp buffer, Lifetime lifetime) {
  ofa::PlanBuffer item;
  item.name = buffer.getName().str();
  item.bytes = buffer.getSizeInBytes();
  item.firstUse = lifetime.first;
  item.lastUse = lifetime.last;
  item.alignment = EntryOp::bufferAlignment;
  return item;
}

EntryProblem::EntryProblem(const EntryGraph &graph) {
  static constexpr unsigned none = ~0u;
  problem.regions = {{"arena"}, {"state"}};
  places.assign(graph.buffers.size(), {none, 0});
  for (size_t step = 0; step < graph.steps.size(); ++step) {
    SmallVector<EntryGraph::Turn> turns = graph.getTurns(step);
    if (turns.empty())
      continue;
    // Planned by themselves, over the segment's kernels.
    ofa::PlanProblem inner;
    inner.regions = {{"turns"}};
    for (const EntryGraph::Turn &turn : turns)
      inner.buffers.push_back(
          makeBuffer(graph.buffers[turn.buffer], turn.kernels));
    ofa::Plan plan = findPlan(inner);
    for (auto [turn, offset] : llvm::zip_equal(turns, plan.offsets))
      places[turn.buffer] = {unsigned(problem.buffers.size()), offset};
    ofa::PlanBuffer item;
    item.name =
        "scratch of " + cast<SegmentOp>(graph.steps[step]).getName().str();
    item.bytes = plan.usage.front().peak;
    item.firstUse = item.lastUse = int64_t(step);
    item.alignment = EntryOp::bufferAlignment;
    item.region = arenaRegion;
    problem.buffers.push_back(item);
  }
  SmallVector<Lifetime> lifetimes = graph.getLifetimes();
  for (auto [number, buffer] : llvm::enumerate(graph.buffers)) {
    if (places[number].first != none)
      continue;
    places[number].first = problem.buffers.size();
    problem.buffers.push_back(makeBuffer(buffer, lifetimes[number]));
    problem.buffers.back().region =
        BufferOp(buffer).isState() ? stateRegion : arenaRegion;
  }
  for (const Overlap &overlap : graph.getOverlaps(lifetimes))
    problem.overlaps.push_back({places[overlap.input].first,
                                places[overlap.output].first,
                                overlap.rule.distance, overlap.rule.isExact});
}

static void eraseUnusedBuffers(EntryOp entry) {
  for (BufferOp buffer : llvm::make_early_inc_range(entry.getBuffers()))
    if (buffer->use_empty() && (buffer.getKind() == BufferKind::Internal ||
                                buffer.getKind() == BufferKind::Scratch))
      buffer.erase();
}

int64_t kernel::computePlannedBytes(EntryOp entry) {
  eraseUnusedBuffers(entry);
  EntryProblem problem{EntryGraph(entry)};
  ofa::Plan plan = findPlan(problem.problem);
  return plan.usage[arenaRegion].peak + plan.usage[stateRegion].peak;
}

std::string kernel::describeMemoryPeak(EntryOp entry) {
  EntryGraph graph(entry);
  EntryProblem entryProblem(graph);
  const ofa::PlanProblem &problem = entryProblem.problem;
  ofa::Plan plan;
  for (const ofa::PlanBuffer &buffer : problem.buffers)
    plan.regions.push_back(*buffer.region);
  ofa::LiveSet live = ofa::findLargestLiveSet(problem, plan, arenaRegion);
  std::string text = std::to_string(live.bytes) + " bytes are in use";
  if (!graph.steps.empty()) {
    // An output lives on behind the last step.
    Operation *step =
        graph.steps[std::min<size_t>(live.step, graph.steps.size() - 1)];
    auto getName = [](RuntimeKernelOpInterface kernel) {
      return "'" + kernel.getLayerName().str() + "'";
    };
    if (auto kernel = dyn_cast<RuntimeKernelOpInterface>(step)) {
      text += " while " + getName(kernel) + " runs";
    } else {
      SmallVector<RowKernelOpInterface> kernels =
          cast<SegmentOp>(step).getKernels();
      auto getRowName = [&](RowKernelOpInterface op) {
        return getName(cast<RuntimeKernelOpInterface>(op.getOperation()));
      };
      text += " while " + getRowName(kernels.front()) + " to " +
              getRowName(kernels.back()) + " run row by row";
    }
  }
  text += ": " + ofa::listBuffers(problem, live.buffers);
  if (int64_t arena = entry.getArenaBytes().value_or(0); arena > live.bytes)
    text += "; results that lie over inputs move all others apart, to " +
            std::to_string(arena);
  return text;
}

void PlanMemory::runOnOperation() {
  EntryOp entry = getOperation();
  if (entry.getArenaBytes()) {
    entry.emitOpError("expects unplanned buffers, but they have offsets");
    return signalPassFailure();
  }
  eraseUnusedBuffers(entry);
  EntryGraph graph(entry);
  EntryProblem entryProblem(graph);
  const ofa::PlanProblem &problem = entryProblem.problem;
  if (llvm::Error error = ofa::checkProblem(problem)) {
    entry.emitOpError("cannot be planned: ")
        << llvm::toString(std::move(error));
    return signalPassFailure();
  }
  ofa::Plan plan = findPlan(problem);
  if (llvm::Error error = ofa::verifyPlan(problem, plan)) {
    entry.emitOpError("has a wrong plan: ") << llvm::toString(std::move(error));
    return signalPassFailure();
  }
  const ofa::RegionPlan &arena = plan.usage[arenaRegion];
  // Less than the alignment of buffers is in no plan's reach.
  if (arena.gap() >= EntryOp::bufferAlignment)
    entry.emitWarning("arena of ")
        << arena.peak << " bytes may be " << arena.gap()
        << " bytes larger than needed: the search for offsets was cut short";

  Builder builder(&getContext());
  for (auto [buffer, place] :
       llvm::zip_equal(graph.buffers, entryProblem.places))
    BufferOp(buffer).setOffsetAttr(
        builder.getI64IntegerAttr(plan.offsets[place.first] + place.second));
  entry.setArenaBytesAttr(builder.getI64IntegerAttr(arena.peak));
  if (!entry.getBuffersOfKind(BufferKind::State).empty())
    entry.setStateBytesAttr(
        builder.getI64IntegerAttr(plan.usage[stateRegion].peak));
}
