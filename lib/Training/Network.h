//===- Network.h - Forward pass of any subnet on LibTorch ------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_NETWORK_H
#define OFA_LIB_TRAINING_NETWORK_H

#include "FakeQuantize.h"
#include "Functions.h"
#include "Torch.h"
#include "ofa/Training/Graph.h"

namespace mlir::ofa::training {

class Group;

/// Tensors by the index of the graph's parameter.
using TensorList = std::vector<at::Tensor>;

/// How a forward pass normalises and what it reports.
struct ForwardOptions {
  /// Batch norm statistics ([2, C]: mean, variance; prefixes are used), or
  /// null: those of the batch.
  const TensorList *statistics = nullptr;
  /// If set, receives the batch's own statistics of every batch norm that ran:
  /// [2, active channels]; the others stay undefined.
  TensorList *observed = nullptr;
  /// Whether `observed` has gradients.
  bool differentiable = false;
  /// If set, the batch's statistics are those of all parts of it; `thread` of
  /// this process has one.
  Group *group = nullptr;
  int thread = 0;
  /// Images between the layers and the convolutions' weights are rounded to
  /// bfloat16; sums, batch norm's statistics and the classifier stay float.
  bool bfloat16 = false;
  /// Weights and values are rounded as `ofa-quantize` will round them; not with
  /// `bfloat16`, which has too few bits for that.
  bool fakeQuantize = false;
  /// The ranges of all values, the input's first, to round them in; null: each
  /// is that of the value itself.
  const std::vector<RealRange> *ranges = nullptr;
  /// If set, receives these ranges.
  std::vector<RealRange> *observedRanges = nullptr;
  /// False: LibTorch's own layers throughout, the reference for the tests.
  bool useKernels = true;
};

/// Runs subnets of a graph: every weight is sliced to the channels that reach
/// it. Holds no weights itself, so that several workers can share it.
class Network {
public:
  /// `graph` is verified, and must outlive the network.
  explicit Network(const Graph &graph);

  /// Leaf tensors with the graph's weights in the graph's layouts; a batch
  /// norm's is [2, C]: scale, offset.
  TensorList makeParameters() const;
  /// The other half of the batch norms: [2, C], mean and variance; undefined
  /// for all other parameters.
  TensorList makeStatistics() const;
  /// Stores both back into a graph of the same structure.
  static void store(const TensorList &parameters, const TensorList &statistics,
                    Graph &graph);

  /// `images`: [N, H, W, C] floats after preprocessing, of the subnet's
  /// resolution. Returns [N, classes].
  at::Tensor forward(const at::Tensor &images, const Subnet &subnet,
                     const TensorList &parameters,
                     const ForwardOptions &options) const;

private:
  struct Run;
  /// Whether the batch norm does the activation behind it in this pass.
  bool fusesActivation(int node, const ForwardOptions &options) const;
  /// Value `index` as int8 will have it, and what is said of ranges.
  void quantize(int index, Run &run) const;
  at::Tensor runNode(const Node &node, int index, Run &run) const;
  at::Tensor runConvolution(const Node &node, const at::Tensor &input,
                            Run &run) const;
  at::Tensor runDepthwise(const Node &node, const at::Tensor &input,
                          Run &run) const;
  at::Tensor runBatchNorm(const Node &node, int index, const at::Tensor &input,
                          Run &run) const;

  const Graph &graph;
  /// The activation that a batch norm node does along, or None.
  std::vector<Activation> fused;
  /// Activation nodes that a batch norm has done.
  std::vector<bool> done;
  /// Nodes whose result has an int8 scale of its own.
  std::vector<bool> scaled;
  /// Stage and block that end with a node, or -1.
  std::vector<std::pair<int, int>> endOfBlock;
  /// Stage and block that a node is in, or -1.
  std::vector<std::pair<int, int>> blockOfNode;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_NETWORK_H
