//===- PlanMemory.cpp - Give every buffer its place -------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"

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
} // namespace

static constexpr unsigned arenaRegion = 0, stateRegion = 1;

static ofa::PlanProblem makeProblem(const EntryGraph &graph) {
  ofa::PlanProblem problem;
  problem.regions = {{"arena"}, {"state"}};
  SmallVector<Lifetime> lifetimes = graph.getLifetimes();
  for (auto [buffer, lifetime] : llvm::zip_equal(graph.buffers, lifetimes)) {
    ofa::PlanBuffer &item = problem.buffers.emplace_back();
    item.name = BufferOp(buffer).getName().str();
    item.bytes = BufferOp(buffer).getSizeInBytes();
    item.firstUse = lifetime.first;
    item.lastUse = lifetime.last;
    item.alignment = EntryOp::bufferAlignment;
    item.region = BufferOp(buffer).isState() ? stateRegion : arenaRegion;
  }
  for (const Overlap &overlap : graph.getOverlaps(lifetimes))
    problem.overlaps.push_back({static_cast<unsigned>(overlap.input),
                                static_cast<unsigned>(overlap.output),
                                overlap.rule.distance, overlap.rule.isExact});
  return problem;
}

void PlanMemory::runOnOperation() {
  EntryOp entry = getOperation();
  if (entry.getArenaBytes()) {
    entry.emitOpError("expects unplanned buffers, but they have offsets");
    return signalPassFailure();
  }
  for (BufferOp buffer : llvm::make_early_inc_range(entry.getBuffers()))
    if (buffer->use_empty() && (buffer.getKind() == BufferKind::Internal ||
                                buffer.getKind() == BufferKind::Scratch))
      buffer.erase();

  EntryGraph graph(entry);
  ofa::PlanProblem problem = makeProblem(graph);
  if (llvm::Error error = ofa::checkProblem(problem)) {
    entry.emitOpError("cannot be planned: ")
        << llvm::toString(std::move(error));
    return signalPassFailure();
  }
  ofa::Plan plan = ofa::planMemory(problem);
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
  for (auto [buffer, offset] : llvm::zip_equal(graph.buffers, plan.offsets))
    BufferOp(buffer).setOffsetAttr(builder.getI64IntegerAttr(offset));
  entry.setArenaBytesAttr(builder.getI64IntegerAttr(arena.peak));
  if (!entry.getBuffersOfKind(BufferKind::State).empty())
    entry.setStateBytesAttr(
        builder.getI64IntegerAttr(plan.usage[stateRegion].peak));
}
