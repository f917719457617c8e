//===- CountSubnets.cpp - How many subnets a supernet holds ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/CountSubnets.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Who reads a choice: blocks of one stage with elastic depth, from `first` on,
/// or anything else.
struct Readers {
  StageOp stage;
  unsigned first = 0;
  bool elsewhere = false;
};
} // namespace

/// The stage and block around `op` that a subnet may skip; null if none.
static std::pair<StageOp, unsigned> findSkippable(Operation *op) {
  auto block = op->getParentOfType<BlockOp>();
  if (!block)
    return {};
  auto stage = cast<StageOp>(block->getParentOp());
  if (!stage.getDepth())
    return {};
  SmallVector<BlockOp> blocks = stage.getBlocks();
  return {stage, unsigned(llvm::find(blocks, block) - blocks.begin())};
}

static void addReader(Readers &readers, Operation *op) {
  auto [stage, block] = findSkippable(op);
  if (!stage || (readers.stage && readers.stage != stage)) {
    readers.elsewhere = true;
    return;
  }
  readers.first = readers.stage ? std::min(readers.first, block) : block;
  readers.stage = stage;
}

SubnetCount ofa::countSubnets(SupernetOp supernet) {
  ChoiceSpace space(supernet);
  SubnetCount count;
  llvm::MapVector<unsigned, Readers> readers;
  llvm::MapVector<unsigned, SmallVector<StageOp>> stagesOfDepth;
  supernet.walk([&](Operation *op) {
    if (auto stage = dyn_cast<StageOp>(op))
      if (FlatSymbolRefAttr depth = stage.getDepthAttr())
        stagesOfDepth[space.lookup(depth)].push_back(stage);
    if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      SmallVector<FlatSymbolRefAttr> choices;
      elastic.getChoices(choices);
      for (FlatSymbolRefAttr choice : choices)
        addReader(readers[space.lookup(choice)], op);
    }
  });
  if (FlatSymbolRefAttr resolution = supernet.getForward().getResolutionAttr())
    count.resolutions = space.getNumValues(space.lookup(resolution));

  // Choices inside skippable blocks, by stage and first block that reads them.
  llvm::DenseMap<Operation *, SmallVector<double>> perBlock;
  for (auto &[choice, reader] : readers) {
    if (reader.elsewhere || stagesOfDepth.contains(choice)) {
      if (!stagesOfDepth.contains(choice))
        count.structures *= space.getNumValues(choice);
      continue;
    }
    SmallVector<double> &factors = perBlock[reader.stage];
    factors.resize(StageOp(reader.stage).getBlocks().size(), 1.0);
    factors[reader.first] *= space.getNumValues(choice);
  }
  for (auto &[choice, stages] : stagesOfDepth) {
    double sum = 0;
    for (unsigned value = 0; value != space.getNumValues(choice); ++value) {
      int64_t depth = cast<IntegerAttr>(space.getValue(choice, value)).getInt();
      double product = 1;
      for (StageOp stage : stages)
        for (double factor :
             ArrayRef<double>(perBlock[stage])
                 .take_front(perBlock[stage].empty() ? 0 : depth))
          product *= factor;
      sum += product;
    }
    count.structures *= sum;
  }
  return count;
}
