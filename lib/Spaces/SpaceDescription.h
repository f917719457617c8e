//===- SpaceDescription.h - A search space as tables ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All spaces are tables of these structures; one builder turns them into IR.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SPACES_SPACEDESCRIPTION_H
#define OFA_LIB_SPACES_SPACEDESCRIPTION_H

#include "ofa/Spaces/StaticNetwork.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::ofa {

enum class BlockKind {
  /// 1x1 expand, k x k depthwise, 1x1 project; shortcut where shapes agree.
  MBConv,
  /// 1x1 reduce, 3x3, 1x1 to the stage's width; shortcut always, through an
  /// average pool and a 1x1 convolution where shapes differ (ResNet-D).
  Bottleneck
};

enum class StemKind {
  /// One 3x3 convolution.
  Conv,
  /// Three 3x3 convolutions, the middle one residual and optional, then a
  /// max pool (ResNet-D).
  Deep
};

/// Which choices an elastic stage width has.
enum class ElasticWidth {
  None,
  /// One choice for the whole network.
  Network,
  /// One choice for each stage, and two for the stem.
  Stage
};

/// Blocks that share a width. A list of one value is no choice.
struct StageDescription {
  int64_t width;             // Output channels at multiplier 1.
  int64_t stride;            // Of the first block.
  ArrayRef<int64_t> depths;  // Blocks kept; the last is their number.
  ArrayRef<double> expands;  // Middle channels: times the block's input
                             // (MBConv) or output (Bottleneck).
  ArrayRef<int64_t> kernels; // Window sizes of the depthwise convolution.
  Nonlinearity nonlinearity;
  bool squeezeExcite;
};

struct StemDescription {
  StemKind kind;
  int64_t width;
  int64_t stride;
  Nonlinearity nonlinearity;
};

/// What follows the last stage, before the classifier.
struct HeadDescription {
  StringRef convName;  // 1x1 convolution with batch norm before the pool...
  int64_t convWidth;   // ...absent if 0.
  StringRef denseName; // Dense layer without bias or batch norm after it...
  int64_t denseWidth;  // ...absent if 0.
  Nonlinearity nonlinearity;
  bool shrinks; // Widths follow multipliers below 1, too.
};

struct SpaceDescription {
  StringRef name, summary;
  BlockKind block;
  ArrayRef<int64_t> resolutions;
  int64_t classes;
  double width; // Default multiplier.
  ElasticWidth elasticWidth;
  ArrayRef<double> widths;          // Values of the width choices.
  bool kernelTransforms;            // Learned matrices between window sizes.
  double epsilon;                   // Of batch norm.
  ArrayRef<double> mean, deviation; // Of raw pixels, 0 to 255.
  StemDescription stem;
  int64_t firstStage; // Number in the first stage's name.
  ArrayRef<StageDescription> stages;
  HeadDescription head;
};

/// Of raw pixels, 0 to 255, for networks trained on ImageNet.
ArrayRef<double> getImageNetMean();
ArrayRef<double> getImageNetDeviation();

/// All spaces, in the order of documentation.
ArrayRef<SpaceDescription> getSpaceDescriptions();

} // namespace mlir::ofa

#endif // OFA_LIB_SPACES_SPACEDESCRIPTION_H
