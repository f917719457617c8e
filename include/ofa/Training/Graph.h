//===- Graph.h - The trainer's plain view of an elastic network -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An elastic network as plain data: what the trainer's core works on. It knows
// neither MLIR nor LibTorch; ImportGraph.h makes it from `ofa` IR.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_GRAPH_H
#define OFA_TRAINING_GRAPH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa::training {

/// What a subnet may vary. `values` ascend; the last one is the largest.
struct Choice {
  std::string name;
  std::vector<double> values;
};

/// The picked position in every choice's `values`, in the order of
/// `Graph::choices`.
using Subnet = std::vector<int>;

/// Channel counts for every combination of some choices. `counts` is row-major
/// over `choices` (the last one varies fastest); without choices it holds one
/// number.
struct WidthTable {
  std::vector<int> choices;
  std::vector<int64_t> counts;

  /// The number of channels that `subnet` has here.
  int64_t lookup(const Subnet &subnet, llvm::ArrayRef<Choice> all) const;
};

enum class ParameterRole {
  Weight,    ///< decays
  Bias,      ///< does not decay
  Transform, ///< a kernel matrix; decays, as in the published training
  BatchNorm, ///< [4, C]: scale, offset, mean, variance; none of them decays
};

/// A trained tensor in the layout of the IR: convolution [out, kh, kw, in],
/// depthwise [1, kh, kw, channels], fully connected [out, in], batch norm
/// [4, C], kernel matrices [25, 25] and [9, 9]. Row-major.
struct Parameter {
  std::string name;
  ParameterRole role = ParameterRole::Weight;
  std::vector<int64_t> shape;
  std::vector<float> data;

  int64_t getNumElements() const;
};

enum class NodeKind {
  Conv2D,
  DepthwiseConv2D,
  FullyConnected,
  BatchNorm,
  Add,
  Mul,
  GlobalMean, ///< over height and width; [N, H, W, C] to [N, 1, 1, C]
  AvgPool2D,  ///< padding is not counted
  MaxPool2D,
  Relu,
  Relu6,
  HardSwish,
  HardSigmoid,
  Pad,     ///< zeros around height and width
  Flatten, ///< [N, H, W, C] to [N, H*W*C]
};

/// One operation. Values are numbered: 0 is the image, `Graph::nodes[i]`
/// defines value `i + 1`; values of blocks follow those of all nodes.
struct Node {
  NodeKind kind = NodeKind::Relu;
  std::string name;
  std::vector<int> inputs;
  /// Indices into `Graph::parameters`, or -1. `weight` is the batch norm's
  /// [4, C] as well.
  int weight = -1;
  int bias = -1;
  /// Kernel matrices 7->5 (25x25) and 5->3 (9x9), or -1: plain centre crop.
  int transform7to5 = -1;
  int transform5to3 = -1;
  /// Index into `Graph::widths`, or -1: all output channels that the weight
  /// has. Only convolutions and fully connected layers have one; all other
  /// nodes follow their input.
  int width = -1;
  /// Index into `Graph::choices` of the kernel size, or -1.
  int kernelChoice = -1;
  /// Height, width.
  std::array<int64_t, 2> window = {1, 1};
  std::array<int64_t, 2> stride = {1, 1};
  /// Top, left, bottom, right, for the largest kernel. A kernel smaller by 2n
  /// pads n less on every side.
  std::array<int64_t, 4> padding = {0, 0, 0, 0};
  /// Added to the variance by a batch norm.
  float epsilon = 1e-5f;
};

/// A range of nodes that a subnet may leave out; then its input is passed on.
struct Block {
  int firstNode = 0;
  int endNode = 0; ///< exclusive
  int input = 0;   ///< value that enters
  int result = 0;  ///< value that the last node of the block makes
  int output = 0;  ///< value that users after the block see
};

/// Blocks in order, of which a subnet keeps the first
/// `keptBlocks[subnet[depthChoice]]`.
struct Stage {
  std::string name;
  int depthChoice = -1; ///< -1: all blocks are kept
  std::vector<int> keptBlocks;
  std::vector<Block> blocks;
};

/// x = (pixel - mean[c]) * scale[c], for 8-bit pixels.
struct Preprocessing {
  std::vector<float> mean;
  std::vector<float> scale;
};

struct Graph {
  std::string name;
  std::vector<Choice> choices;
  std::vector<WidthTable> widths;
  std::vector<Parameter> parameters;
  std::vector<Node> nodes;
  std::vector<Stage> stages;
  /// Index into `choices` of the image's side, or -1: always `resolution`.
  int resolutionChoice = -1;
  /// Side of the largest image in pixels, and its channels.
  int64_t resolution = 0;
  int64_t imageChannels = 3;
  int64_t numClasses = 0;
  /// The value that holds the class scores, [N, numClasses].
  int output = 0;
  Preprocessing preprocessing;

  int getNumValues() const;
  Subnet getLargest() const;
  Subnet getSmallest() const;
  /// Side of the image in pixels.
  int64_t getResolution(const Subnet &subnet) const;
  /// "name=value, ..." in the order of the choices.
  std::string print(const Subnet &subnet) const;

  /// Checks every index, shape and table; the error says which node or choice
  /// is wrong, what was expected and what is there.
  llvm::Error verify() const;
  /// A number that differs between spaces (structure, not weights), so that a
  /// checkpoint of another space is recognised.
  uint64_t getFingerprint() const;
};

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_GRAPH_H
