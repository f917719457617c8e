//===- StaticNetwork.h - Networks without choices ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SPACES_STATICNETWORK_H
#define OFA_SPACES_STATICNETWORK_H

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
class Location;
class MLIRContext;
} // namespace mlir

namespace mlir::ofa {

enum class Nonlinearity { Relu, Relu6, HardSwish };

/// A part of a network, and where the text it comes from speaks of it.
struct StaticLayer {
  std::string place;
  int64_t width = 0; ///< Output channels.
  int64_t kernel = 1;
  int64_t stride = 1;
  Nonlinearity nonlinearity = Nonlinearity::Relu;
};

/// 1x1 expand, k x k depthwise, 1x1 project.
struct StaticBlock : StaticLayer {
  double expand = 1;
  int64_t middle = 0; ///< Channels of the depthwise layer; 0: no expand layer.
  bool squeezeExcite = false, shortcut = false;
  /// Position in the network; stages count from 0.
  unsigned stage = 0, position = 0;
};

/// Stem, blocks, and a head of which `conv` comes before the global pool and
/// `dense` after it; a width of 0 stands for none.
struct StaticNetwork {
  std::string name; ///< Of the function; a C identifier.
  std::string resolutionPlace;
  int64_t resolution = 0;
  double epsilon = 0; ///< Of batch norm.
  StaticLayer stem;
  std::vector<StaticBlock> blocks;
  StringRef convName, denseName;
  StaticLayer conv, dense;
  StaticLayer classifier;
};

/// Builds a module with one function, named as the subnets of supernets are and
/// without the elements of parameters. An operation's location is the NameLoc
/// of the place that its part comes from. Null after one diagnostic. The
/// context must have the dialects ofa and func loaded.
OwningOpRef<ModuleOp> makeStaticNetwork(MLIRContext *context,
                                        const StaticNetwork &network);

} // namespace mlir::ofa

#endif // OFA_SPACES_STATICNETWORK_H
