//===- NetworkBuilder.h - Layers and blocks of networks ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What supernets and networks without choices are made of; in the latter, every
// channel count is fixed.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SPACES_NETWORKBUILDER_H
#define OFA_LIB_SPACES_NETWORKBUILDER_H

#include "mlir/IR/Builders.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Spaces/Spaces.h"
#include "ofa/Spaces/StaticNetwork.h"
#include <optional>

namespace mlir::ofa {

/// The published rounding of channel counts: to the nearest multiple of 8, at
/// least 8, and never below 90 % of what was asked.
int64_t makeDivisible(double channels);

/// A channel count, fixed (no choices, one count) or a table like WidthAttr's.
struct Channels {
  SmallVector<FlatSymbolRefAttr> choices;
  SmallVector<int64_t> counts;

  int64_t largest() const { return counts.back(); }
  bool operator==(const Channels &other) const {
    return choices == other.choices && counts == other.counts;
  }
  WidthAttr toAttr(MLIRContext *context) const {
    return choices.empty() ? WidthAttr()
                           : WidthAttr::get(context, choices, counts);
  }
};

/// An activation and how its channels shrink.
struct Feature {
  Value value;
  Channels channels;

  int64_t size(unsigned dim) const {
    return cast<RankedTensorType>(value.getType()).getDimSize(dim);
  }
};

/// 1x1 expand, k x k depthwise, 1x1 project.
struct MBConvDescription {
  std::optional<Channels> middle; ///< Without: no expand layer.
  Channels width;
  ArrayRef<int64_t> kernels;
  FlatSymbolRefAttr kernelChoice; ///< Null where there is one window size.
  int64_t stride;
  Nonlinearity nonlinearity;
  bool squeezeExcite, shortcut;
};

class NetworkBuilder {
protected:
  NetworkBuilder(Location loc, SpaceWeights weights, uint64_t seed,
                 double epsilon)
      : loc(loc), body(loc.getContext()), weights(weights), seed(seed),
        epsilon(epsilon) {}

  // Parameters.
  virtual Value insertConstant(RankedTensorType type, StringRef name,
                               ElementsAttr elements) = 0;
  Value addConstant(const Twine &name, ArrayRef<int64_t> shape,
                    llvm::function_ref<std::vector<float>(StringRef)> make);
  Value addWeight(const Twine &name, ArrayRef<int64_t> shape, double deviation);
  Value addBias(const Twine &name, int64_t size);

  // Layers.
  RankedTensorType type(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, body.getF32Type());
  }
  Feature conv(const Twine &name, const Feature &input,
               const Channels &channels, int64_t kernel, int64_t stride,
               bool bias = false);
  /// `choice` is null where there is only one window size.
  Feature depthwise(const Twine &name, const Feature &input,
                    ArrayRef<int64_t> kernels, FlatSymbolRefAttr choice,
                    int64_t stride);
  Feature dense(const Twine &name, const Feature &input, int64_t outputs,
                bool bias);
  Feature batchNorm(const Twine &name, const Feature &input);
  Feature activation(const Twine &name, const Feature &input,
                     Nonlinearity kind);
  /// Convolution, batch norm and activation.
  Feature layer(const Twine &name, const Feature &input,
                const Channels &channels, int64_t kernel, int64_t stride,
                Nonlinearity kind);
  Feature add(const Twine &name, const Feature &lhs, const Feature &rhs);
  Feature squeezeExcite(const std::string &name, const Feature &input);
  Feature globalPool(const Feature &input);
  Feature mbConv(const std::string &name, const Feature &input,
                 const MBConvDescription &block);

  ~NetworkBuilder() = default;

  Location loc;
  /// Where operations are inserted.
  OpBuilder body;
  /// Learned matrices between window sizes.
  bool kernelTransforms = false;

private:
  SpaceWeights weights;
  uint64_t seed;
  double epsilon; // Of batch norm.
};

/// Output positions of a window padded by half its size.
int64_t countWindows(int64_t size, int64_t kernel, int64_t stride);

PreprocessingAttr makePreprocessing(Builder &builder, ArrayRef<double> mean,
                                    ArrayRef<double> deviation);

} // namespace mlir::ofa

#endif // OFA_LIB_SPACES_NETWORKBUILDER_H
