//===- ElasticStages.h - The choices of stages and their blocks -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_ELASTICSTAGES_H
#define OFA_ANALYSIS_ELASTICSTAGES_H

#include "ofa/Dialect/OFA/IR/Subnet.h"

namespace mlir::ofa {

/// What a block's own layers read; null where there is no such choice.
struct ElasticBlock {
  BlockOp block;
  FlatSymbolRefAttr kernel, expand;
};

struct ElasticStage {
  StageOp stage;
  FlatSymbolRefAttr depth; ///< Null where no block is skipped.
  SmallVector<ElasticBlock> blocks;
};

/// The stages of a supernet, in order. Published encodings of subnets go by
/// stages and blocks, those of the IR by choices.
SmallVector<ElasticStage> collectElasticStages(SupernetOp supernet);

/// The choices of widths that several blocks or none read, in the order of the
/// layers that read them first.
SmallVector<FlatSymbolRefAttr> collectWidthChoices(SupernetOp supernet);

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_ELASTICSTAGES_H
