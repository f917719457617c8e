//===- NetworkBuilder.cpp - Layers and blocks of networks -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "RandomWeights.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

int64_t ofa::makeDivisible(double channels) {
  int64_t rounded = std::max<int64_t>(8, int64_t(channels + 4) / 8 * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

Value NetworkBuilder::addConstant(
    const Twine &name, ArrayRef<int64_t> shape,
    llvm::function_ref<std::vector<float>(StringRef)> make) {
  std::string text = name.str();
  ElementsAttr elements;
  if (weights == SpaceWeights::Random)
    elements = makeElements<float>(text, type(shape), make(text));
  return insertConstant(type(shape), text, elements);
}

Value NetworkBuilder::addWeight(const Twine &name, ArrayRef<int64_t> shape,
                                double deviation) {
  return addConstant(name, shape, [&](StringRef text) {
    return makeNormal(text, seed, ShapedType::getNumElements(shape), deviation);
  });
}

Value NetworkBuilder::addBias(const Twine &name, int64_t size) {
  return addConstant(name, {size},
                     [&](StringRef) { return std::vector<float>(size, 0.0f); });
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

int64_t ofa::countWindows(int64_t size, int64_t kernel, int64_t stride) {
  return (size + kernel / 2 * 2 - kernel) / stride + 1;
}

Feature NetworkBuilder::conv(const Twine &name, const Feature &input,
                             const Channels &channels, int64_t kernel,
                             int64_t stride, bool bias) {
  int64_t out = channels.largest(), in = input.channels.largest();
  // He et al. 2015, fan-out.
  Value weight = addWeight(name + ".weight", {out, kernel, kernel, in},
                           std::sqrt(2.0 / double(kernel * kernel * out)));
  Value biasValue = bias ? addBias(name + ".bias", out) : Value();
  int64_t pad = kernel / 2;
  auto op = Conv2DOp::create(
      body, loc,
      type({1, countWindows(input.size(1), kernel, stride),
            countWindows(input.size(2), kernel, stride), out}),
      name.str(), input.value, weight, biasValue,
      ArrayRef<int64_t>{stride, stride}, ArrayRef<int64_t>{pad, pad, pad, pad},
      ArrayRef<int64_t>{1, 1}, Activation::None, Rounding::Single,
      channels.toAttr(loc.getContext()));
  return {op, channels};
}

Feature NetworkBuilder::depthwise(const Twine &name, const Feature &input,
                                  ArrayRef<int64_t> kernels,
                                  FlatSymbolRefAttr choice, int64_t stride) {
  int64_t kernel = kernels.back(), channels = input.channels.largest();
  // Fan-out within the group: each channel sees its own window only.
  Value weight = addWeight(name + ".weight", {1, kernel, kernel, channels},
                           std::sqrt(2.0 / double(kernel * kernel)));
  SmallVector<Value> transforms;
  if (kernelTransforms)
    for (unsigned i = kernels.size() - 1; i != 0; --i) {
      int64_t taps = kernels[i - 1] * kernels[i - 1];
      transforms.push_back(addConstant(
          name + "." + Twine(kernels[i]) + "to" + Twine(kernels[i - 1]),
          {taps, taps}, [&](StringRef) { return makeIdentity(taps); }));
    }
  int64_t pad = kernel / 2;
  auto op = DepthwiseConv2DOp::create(
      body, loc,
      type({1, countWindows(input.size(1), kernel, stride),
            countWindows(input.size(2), kernel, stride), channels}),
      name.str(), input.value, weight, /*bias=*/Value(), transforms,
      ArrayRef<int64_t>{stride, stride}, ArrayRef<int64_t>{pad, pad, pad, pad},
      ArrayRef<int64_t>{1, 1}, Activation::None, Rounding::Single, choice);
  return {op, input.channels};
}

Feature NetworkBuilder::dense(const Twine &name, const Feature &input,
                              int64_t outputs, bool bias) {
  int64_t in = input.channels.largest();
  // The variance of the usual uniform start in +-1/sqrt(in).
  Value weight = addWeight(name + ".weight", {outputs, in},
                           std::sqrt(1.0 / double(3 * in)));
  Value biasValue = bias ? addBias(name + ".bias", outputs) : Value();
  auto op = FullyConnectedOp::create(body, loc, type({1, outputs}), name.str(),
                                     input.value, weight, biasValue,
                                     Activation::None, Rounding::Single,
                                     /*width=*/WidthAttr());
  return {op, {{}, {outputs}}};
}

Feature NetworkBuilder::batchNorm(const Twine &name, const Feature &input) {
  int64_t channels = input.channels.largest();
  Value params = addConstant(name, {4, channels}, [&](StringRef) {
    return makeNeutralBatchNorm(channels);
  });
  auto op = BatchNormOp::create(body, loc, input.value.getType(), name.str(),
                                input.value, params, llvm::APFloat(epsilon));
  return {op, input.channels};
}

Feature NetworkBuilder::activation(const Twine &name, const Feature &input,
                                   Nonlinearity kind) {
  Type resultType = input.value.getType();
  switch (kind) {
  case Nonlinearity::Relu:
    return {ReluOp::create(body, loc, resultType, name.str(), input.value),
            input.channels};
  case Nonlinearity::Relu6:
    return {Relu6Op::create(body, loc, resultType, name.str(), input.value),
            input.channels};
  case Nonlinearity::HardSwish:
    return {HardSwishOp::create(body, loc, resultType, name.str(), input.value),
            input.channels};
  }
  llvm_unreachable("unknown nonlinearity");
}

Feature NetworkBuilder::layer(const Twine &name, const Feature &input,
                              const Channels &channels, int64_t kernel,
                              int64_t stride, Nonlinearity kind) {
  std::string text = name.str();
  Feature x = conv(text, input, channels, kernel, stride);
  return activation(text + ".act", batchNorm(text + ".bn", x), kind);
}

Feature NetworkBuilder::add(const Twine &name, const Feature &lhs,
                            const Feature &rhs) {
  return {AddOp::create(body, loc, lhs.value.getType(), name.str(), lhs.value,
                        rhs.value),
          lhs.channels};
}

/// Squeeze-and-excite as a composition; its inner width follows the active
/// channels by the published rounding of a quarter.
Feature NetworkBuilder::squeezeExcite(const std::string &name,
                                      const Feature &input) {
  Channels squeezed{input.channels.choices, {}};
  for (int64_t count : input.channels.counts)
    squeezed.counts.push_back(makeDivisible(double(count / 4)));
  Feature x = {MeanOp::create(body, loc, type({1, 1, 1, input.size(3)}),
                              name + ".pool", input.value,
                              ArrayRef<int64_t>{1, 2}, /*keep_dims=*/true),
               input.channels};
  x = conv(name + ".reduce", x, squeezed, 1, 1, /*bias=*/true);
  x = activation(name + ".reduce.act", x, Nonlinearity::Relu);
  x = conv(name + ".expand", x, input.channels, 1, 1, /*bias=*/true);
  Value gate = HardSigmoidOp::create(body, loc, x.value.getType(),
                                     name + ".gate", x.value);
  return {MulOp::create(body, loc, input.value.getType(), name + ".scale",
                        input.value, gate),
          input.channels};
}

Feature NetworkBuilder::globalPool(const Feature &input) {
  return {
      MeanOp::create(body, loc, type({1, input.size(3)}), "pool", input.value),
      input.channels};
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

Feature NetworkBuilder::mbConv(const std::string &name, const Feature &input,
                               const MBConvDescription &block) {
  Feature x = input;
  if (block.middle)
    x = layer(name + ".expand", x, *block.middle, 1, 1, block.nonlinearity);
  x = depthwise(name + ".depthwise", x, block.kernels, block.kernelChoice,
                block.stride);
  x = batchNorm(name + ".depthwise.bn", x);
  x = activation(name + ".depthwise.act", x, block.nonlinearity);
  if (block.squeezeExcite)
    x = squeezeExcite(name + ".se", x);
  x = conv(name + ".project", x, block.width, 1, 1);
  x = batchNorm(name + ".project.bn", x);
  return block.shortcut ? add(name + ".add", x, input) : x;
}

PreprocessingAttr ofa::makePreprocessing(Builder &builder,
                                         ArrayRef<double> mean,
                                         ArrayRef<double> deviation) {
  SmallVector<FloatAttr> means, scales;
  for (auto [m, d] : llvm::zip_equal(mean, deviation)) {
    means.push_back(builder.getF64FloatAttr(m));
    scales.push_back(builder.getF64FloatAttr(1 / d));
  }
  return PreprocessingAttr::get(builder.getContext(), means, scales);
}
