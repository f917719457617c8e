//===- ElasticStages.cpp - The choices of stages and their blocks ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/ElasticStages.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::ofa;

/// For each choice of a width, where it is read: blocks, or null outside.
using WidthReaders = llvm::MapVector<Attribute, llvm::SetVector<Operation *>>;

static WidthReaders collectWidthReaders(SupernetOp supernet) {
  WidthReaders readers;
  // Before the operations inside them, so that choices come in layer order.
  supernet.getForward().walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (NamedAttribute attr : op->getAttrs())
      if (auto width = dyn_cast<WidthAttr>(attr.getValue()))
        for (FlatSymbolRefAttr choice : width.getChoices())
          readers[choice].insert(op->getParentOfType<BlockOp>());
  });
  return readers;
}

static bool isOfOneBlock(const llvm::SetVector<Operation *> &readers) {
  return readers.size() == 1 && readers.front();
}

SmallVector<ElasticStage> ofa::collectElasticStages(SupernetOp supernet) {
  WidthReaders readers = collectWidthReaders(supernet);
  SmallVector<ElasticStage> stages;
  for (StageOp stage : supernet.getForward().getBody().getOps<StageOp>()) {
    ElasticStage &entry = stages.emplace_back();
    entry.stage = stage;
    entry.depth = stage.getDepthAttr();
    for (BlockOp block : stage.getBlocks()) {
      ElasticBlock &elastic = entry.blocks.emplace_back();
      elastic.block = block;
      block.walk([&](DepthwiseConv2DOp op) {
        if (!elastic.kernel)
          elastic.kernel = op.getKernelChoiceAttr();
      });
      for (auto &[choice, users] : readers)
        if (!elastic.expand && isOfOneBlock(users) &&
            users.front() == block.getOperation())
          elastic.expand = cast<FlatSymbolRefAttr>(choice);
    }
  }
  return stages;
}

SmallVector<FlatSymbolRefAttr> ofa::collectWidthChoices(SupernetOp supernet) {
  SmallVector<FlatSymbolRefAttr> choices;
  for (auto &[choice, users] : collectWidthReaders(supernet))
    if (!isOfOneBlock(users))
      choices.push_back(cast<FlatSymbolRefAttr>(choice));
  return choices;
}
