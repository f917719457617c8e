//===- ImportGraph.h - From ofa IR to the trainer and back -----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_IMPORTGRAPH_H
#define OFA_TRAINING_IMPORTGRAPH_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Training/Graph.h"

namespace mlir::ofa::training {

/// A supernet as a graph, and where its parameters came from.
struct ImportedGraph {
  Graph graph;
  /// The constant of every parameter of the graph.
  SmallVector<ConstantOp> constants;
};

/// Reads a supernet. Parameters that are declared but absent are initialised
/// from `seed`. A supernet without preprocessing gets (pixel - 128) / 128.
/// Emits one diagnostic and fails on what cannot be trained: operations
/// without gradient, dilated or quantised ones.
FailureOr<ImportedGraph> importGraph(SupernetOp supernet, uint64_t seed);

/// Puts the graph's parameters into the constants they came from.
void exportParameters(const Graph &graph, ArrayRef<ConstantOp> constants);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_IMPORTGRAPH_H
