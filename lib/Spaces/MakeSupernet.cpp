//===- MakeSupernet.cpp - From a space's tables to a supernet -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomWeights.h"
#include "SpaceDescription.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "ofa/Dialect/OFA/IR/Elements.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Spaces/Spaces.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

/// The published rounding of channel counts: to the nearest multiple of 8, at
/// least 8, and never below 90 % of what was asked.
static int64_t makeDivisible(double channels) {
  int64_t rounded = std::max<int64_t>(8, int64_t(channels + 4) / 8 * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

namespace {

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

class SupernetBuilder {
public:
  SupernetBuilder(Location loc, const SpaceDescription &space,
                  const SpaceOptions &options)
      : loc(loc), space(space), options(options),
        multiplier(options.width.value_or(space.width)), body(loc.getContext()),
        choices(loc.getContext()), constants(loc.getContext()) {}

  OwningOpRef<ModuleOp> build();

private:
  // Choices and widths.
  FlatSymbolRefAttr addChoice(const Twine &name, ArrayRef<int64_t> values);
  FlatSymbolRefAttr addChoice(const Twine &name, ArrayRef<double> values);
  Channels makeWidth(const Twine &name, double width);
  Channels makeMiddle(const Channels &base, const Twine &name,
                      ArrayRef<double> expands);
  int64_t headWidth(int64_t width) const;

  // Parameters.
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

  // Structure.
  Feature mbConv(const std::string &name, const Feature &input,
                 const Channels &width, const StageDescription &stage,
                 int64_t stride);
  Feature bottleneck(const std::string &name, const Feature &input,
                     const Channels &width, const StageDescription &stage,
                     int64_t stride);
  Feature stage(const std::string &name, const Feature &input,
                ArrayRef<int64_t> depths,
                llvm::function_ref<Feature(unsigned, Feature)> makeBlock);
  Feature stem(const Feature &image);
  Feature stages(Feature x);
  Feature head(Feature x);

  Location loc;
  const SpaceDescription &space;
  const SpaceOptions &options;
  double multiplier;
  FlatSymbolRefAttr networkWidth;
  /// Where operations, choices and constants are inserted.
  OpBuilder body, choices, constants;
  Operation *lastConstant = nullptr;
};

} // namespace

//===----------------------------------------------------------------------===//
// Choices and widths
//===----------------------------------------------------------------------===//

FlatSymbolRefAttr SupernetBuilder::addChoice(const Twine &name,
                                             ArrayRef<int64_t> values) {
  auto op = ChoiceOp::create(choices, loc, name.str(),
                             choices.getI64ArrayAttr(values));
  return FlatSymbolRefAttr::get(op.getSymNameAttr());
}

FlatSymbolRefAttr SupernetBuilder::addChoice(const Twine &name,
                                             ArrayRef<double> values) {
  // Whole ratios read better as integers.
  if (llvm::all_of(values, [](double v) { return v == std::floor(v); }))
    return addChoice(
        name, llvm::map_to_vector(values, [](double v) { return int64_t(v); }));
  auto op = ChoiceOp::create(choices, loc, name.str(),
                             choices.getF64ArrayAttr(values));
  return FlatSymbolRefAttr::get(op.getSymNameAttr());
}

/// The width of a part of the network that is elastic as a whole; `name` is
/// that of its own choice, where each part has one.
Channels SupernetBuilder::makeWidth(const Twine &name, double width) {
  width *= multiplier;
  if (space.elasticWidth == ElasticWidth::None)
    return {{}, {makeDivisible(width)}};
  Channels channels;
  channels.choices.push_back(space.elasticWidth == ElasticWidth::Network
                                 ? networkWidth
                                 : addChoice(name, space.widths));
  for (double ratio : space.widths)
    channels.counts.push_back(makeDivisible(width * ratio));
  return channels;
}

/// The middle channels of a block: `base` times the expand ratio.
Channels SupernetBuilder::makeMiddle(const Channels &base, const Twine &name,
                                     ArrayRef<double> expands) {
  Channels channels{base.choices, {}};
  if (expands.size() > 1)
    channels.choices.push_back(addChoice(name, expands));
  for (int64_t count : base.counts)
    for (double expand : expands)
      channels.counts.push_back(makeDivisible(std::nearbyint(count * expand)));
  return channels;
}

int64_t SupernetBuilder::headWidth(int64_t width) const {
  return makeDivisible(
      width * (space.head.shrinks ? multiplier : std::max(multiplier, 1.0)));
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// All constants stand at the top of the forward region, in order of use.
Value SupernetBuilder::addConstant(
    const Twine &name, ArrayRef<int64_t> shape,
    llvm::function_ref<std::vector<float>(StringRef)> make) {
  std::string text = name.str();
  ElementsAttr elements;
  if (options.weights == SpaceWeights::Random)
    elements = makeElements<float>(text, type(shape), make(text));
  // The point after the last constant moves with what is inserted behind it.
  if (lastConstant)
    constants.setInsertionPointAfter(lastConstant);
  lastConstant =
      ConstantOp::create(constants, loc, type(shape), text, elements);
  return lastConstant->getResult(0);
}

Value SupernetBuilder::addWeight(const Twine &name, ArrayRef<int64_t> shape,
                                 double deviation) {
  return addConstant(name, shape, [&](StringRef text) {
    return makeNormal(text, options.seed, ShapedType::getNumElements(shape),
                      deviation);
  });
}

Value SupernetBuilder::addBias(const Twine &name, int64_t size) {
  return addConstant(name, {size},
                     [&](StringRef) { return std::vector<float>(size, 0.0f); });
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// Output positions of a window padded by half its size.
static int64_t countWindows(int64_t size, int64_t kernel, int64_t stride) {
  return (size + kernel / 2 * 2 - kernel) / stride + 1;
}

Feature SupernetBuilder::conv(const Twine &name, const Feature &input,
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

Feature SupernetBuilder::depthwise(const Twine &name, const Feature &input,
                                   ArrayRef<int64_t> kernels,
                                   FlatSymbolRefAttr choice, int64_t stride) {
  int64_t kernel = kernels.back(), channels = input.channels.largest();
  // Fan-out within the group: each channel sees its own window only.
  Value weight = addWeight(name + ".weight", {1, kernel, kernel, channels},
                           std::sqrt(2.0 / double(kernel * kernel)));
  SmallVector<Value> transforms;
  if (space.kernelTransforms)
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

Feature SupernetBuilder::dense(const Twine &name, const Feature &input,
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

Feature SupernetBuilder::batchNorm(const Twine &name, const Feature &input) {
  int64_t channels = input.channels.largest();
  Value params = addConstant(name, {4, channels}, [&](StringRef) {
    return makeNeutralBatchNorm(channels);
  });
  auto op =
      BatchNormOp::create(body, loc, input.value.getType(), name.str(),
                          input.value, params, llvm::APFloat(space.epsilon));
  return {op, input.channels};
}

Feature SupernetBuilder::activation(const Twine &name, const Feature &input,
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

Feature SupernetBuilder::layer(const Twine &name, const Feature &input,
                               const Channels &channels, int64_t kernel,
                               int64_t stride, Nonlinearity kind) {
  std::string text = name.str();
  Feature x = conv(text, input, channels, kernel, stride);
  return activation(text + ".act", batchNorm(text + ".bn", x), kind);
}

Feature SupernetBuilder::add(const Twine &name, const Feature &lhs,
                             const Feature &rhs) {
  return {AddOp::create(body, loc, lhs.value.getType(), name.str(), lhs.value,
                        rhs.value),
          lhs.channels};
}

/// Squeeze-and-excite as a composition; its inner width follows the active
/// channels by the published rounding of a quarter.
Feature SupernetBuilder::squeezeExcite(const std::string &name,
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

//===----------------------------------------------------------------------===//
// Blocks and stages
//===----------------------------------------------------------------------===//

Feature SupernetBuilder::mbConv(const std::string &name, const Feature &input,
                                const Channels &width,
                                const StageDescription &stage, int64_t stride) {
  FlatSymbolRefAttr kernel;
  if (stage.kernels.size() > 1)
    kernel = addChoice(name + ".kernel", stage.kernels);
  Feature x = input;
  if (stage.expands.size() > 1 || stage.expands.front() != 1) {
    Channels middle =
        makeMiddle(input.channels, name + ".expand", stage.expands);
    x = layer(name + ".expand", x, middle, 1, 1, stage.nonlinearity);
  }
  x = depthwise(name + ".depthwise", x, stage.kernels, kernel, stride);
  x = batchNorm(name + ".depthwise.bn", x);
  x = activation(name + ".depthwise.act", x, stage.nonlinearity);
  if (stage.squeezeExcite)
    x = squeezeExcite(name + ".se", x);
  x = conv(name + ".project", x, width, 1, 1);
  x = batchNorm(name + ".project.bn", x);
  if (stride == 1 && input.channels == width)
    x = add(name + ".add", x, input);
  return x;
}

Feature SupernetBuilder::bottleneck(const std::string &name,
                                    const Feature &input, const Channels &width,
                                    const StageDescription &stage,
                                    int64_t stride) {
  Channels middle = makeMiddle(width, name + ".expand", stage.expands);
  Feature x = layer(name + ".conv1", input, middle, 1, 1, stage.nonlinearity);
  x = layer(name + ".conv2", x, middle, 3, stride, stage.nonlinearity);
  x = conv(name + ".conv3", x, width, 1, 1);
  x = batchNorm(name + ".conv3.bn", x);
  Feature shortcut = input;
  if (stride != 1 || !(input.channels == width)) {
    if (stride != 1) {
      // One more row and column where the size does not divide; the average
      // counts only what is inside.
      auto half = [&](int64_t size) { return (size + stride - 1) / stride; };
      shortcut.value = AvgPool2DOp::create(
          body, loc,
          type({1, half(input.size(1)), half(input.size(2)), input.size(3)}),
          name + ".downsample.pool", input.value,
          ArrayRef<int64_t>{stride, stride}, ArrayRef<int64_t>{stride, stride},
          ArrayRef<int64_t>{0, 0, stride - 1, stride - 1});
    }
    shortcut = conv(name + ".downsample", shortcut, width, 1, 1);
    shortcut = batchNorm(name + ".downsample.bn", shortcut);
  }
  x = add(name + ".add", x, shortcut);
  return activation(name + ".act", x, stage.nonlinearity);
}

/// Wraps what `makeBlock` builds, given a block's number and input, into
/// `ofa.block`s in an `ofa.stage`.
Feature SupernetBuilder::stage(
    const std::string &name, const Feature &input, ArrayRef<int64_t> depths,
    llvm::function_ref<Feature(unsigned, Feature)> makeBlock) {
  FlatSymbolRefAttr depth;
  if (depths.size() > 1)
    depth = addChoice(name + ".depth", depths);

  // Result types are known when the region is built; so build it first.
  auto open = [&](Type argument) {
    auto region = std::make_unique<Region>();
    region->emplaceBlock().addArgument(argument, loc);
    return region;
  };
  auto outer = open(input.value.getType());
  Feature x = {outer->getArgument(0), input.channels};
  for (int64_t i = 0; i != depths.back(); ++i) {
    auto inner = open(x.value.getType());
    body.setInsertionPointToEnd(&inner->front());
    Feature y = makeBlock(i, {inner->getArgument(0), x.channels});
    YieldOp::create(body, loc, y.value);
    body.setInsertionPointToEnd(&outer->front());
    auto block = BlockOp::create(body, loc, y.value.getType(),
                                 name + ".b" + std::to_string(i), x.value);
    block.getBody().takeBody(*inner);
    x = {block, y.channels};
  }
  YieldOp::create(body, loc, x.value);
  body.setInsertionPointToEnd(Value(input.value).getParentBlock());
  auto op =
      StageOp::create(body, loc, x.value.getType(), name, input.value, depth);
  op.getBody().takeBody(*outer);
  return {op, x.channels};
}

//===----------------------------------------------------------------------===//
// The network
//===----------------------------------------------------------------------===//

Feature SupernetBuilder::stem(const Feature &image) {
  const StemDescription &stem = space.stem;
  if (stem.kind == StemKind::Conv)
    return layer("stem", image, makeWidth("stem.width", stem.width), 3,
                 stem.stride, stem.nonlinearity);
  Channels middle = makeWidth("stem.middle.width", double(stem.width) / 2);
  Channels width = makeWidth("stem.width", stem.width);
  Feature x =
      layer("stem.conv1", image, middle, 3, stem.stride, stem.nonlinearity);
  x = stage("stem", x, {0, 1}, [&](unsigned, Feature input) {
    Feature y = layer("stem.b0.conv", input, middle, 3, 1, stem.nonlinearity);
    return add("stem.b0.add", y, input);
  });
  x = layer("stem.conv2", x, width, 3, 1, stem.nonlinearity);
  auto size = [&](unsigned dim) { return countWindows(x.size(dim), 3, 2); };
  x.value = MaxPool2DOp::create(
      body, loc, type({1, size(1), size(2), x.size(3)}), "stem.pool", x.value,
      ArrayRef<int64_t>{3, 3}, ArrayRef<int64_t>{2, 2},
      ArrayRef<int64_t>{1, 1, 1, 1});
  return x;
}

Feature SupernetBuilder::stages(Feature x) {
  for (auto [index, description] : llvm::enumerate(space.stages)) {
    const StageDescription &desc = description;
    std::string name = "s" + std::to_string(space.firstStage + int64_t(index));
    Channels width = makeWidth(name + ".width", desc.width);
    x = stage(name, x, desc.depths, [&](unsigned block, Feature input) {
      std::string blockName = name + ".b" + std::to_string(block);
      int64_t stride = block == 0 ? desc.stride : 1;
      return space.block == BlockKind::MBConv
                 ? mbConv(blockName, input, width, desc, stride)
                 : bottleneck(blockName, input, width, desc, stride);
    });
  }
  return x;
}

Feature SupernetBuilder::head(Feature x) {
  const HeadDescription &head = space.head;
  if (head.convWidth)
    x = layer(head.convName, x, {{}, {headWidth(head.convWidth)}}, 1, 1,
              head.nonlinearity);
  x.value = MeanOp::create(body, loc, type({1, x.size(3)}), "pool", x.value);
  if (head.denseWidth) {
    x = dense(head.denseName, x, headWidth(head.denseWidth), /*bias=*/false);
    x = activation(head.denseName + ".act", x, head.nonlinearity);
  }
  return dense("classifier", x, options.classes.value_or(space.classes),
               /*bias=*/true);
}

static PreprocessingAttr makePreprocessing(Builder &builder,
                                           const SpaceDescription &space) {
  SmallVector<FloatAttr> mean, scale;
  for (auto [m, d] : llvm::zip_equal(space.mean, space.deviation)) {
    mean.push_back(builder.getF64FloatAttr(m));
    scale.push_back(builder.getF64FloatAttr(1 / d));
  }
  return PreprocessingAttr::get(builder.getContext(), mean, scale);
}

OwningOpRef<ModuleOp> SupernetBuilder::build() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  body.setInsertionPointToEnd(module->getBody());
  std::string symbol = space.name.str();
  llvm::replace(symbol, '-', '_');
  auto supernet = SupernetOp::create(body, loc, symbol, /*subnet=*/SubnetAttr(),
                                     makePreprocessing(body, space),
                                     /*class_names=*/nullptr);
  Block &outer = supernet.getBody().emplaceBlock();
  choices.setInsertionPointToEnd(&outer);

  ArrayRef<int64_t> sizes = options.resolutions;
  if (sizes.empty())
    sizes = space.resolutions;
  FlatSymbolRefAttr resolution;
  if (sizes.size() > 1)
    resolution = addChoice("resolution", sizes);
  if (space.elasticWidth == ElasticWidth::Network)
    networkWidth = addChoice("width", space.widths);

  int64_t classes = options.classes.value_or(space.classes);
  body.setInsertionPointToEnd(&outer);
  auto forward = ForwardOp::create(body, loc, type({1, classes}), resolution);
  choices.setInsertionPoint(forward);
  Block &inner = forward.getBody().emplaceBlock();
  Value image =
      inner.addArgument(type({1, sizes.back(), sizes.back(), 3}), loc);
  constants.setInsertionPointToStart(&inner);
  body.setInsertionPointToEnd(&inner);
  Feature logits = head(stages(stem({image, {{}, {3}}})));
  YieldOp::create(body, loc, logits.value);
  return module;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

SmallVector<std::pair<StringRef, StringRef>> ofa::listSpaces() {
  return llvm::map_to_vector(getSpaceDescriptions(),
                             [](const SpaceDescription &space) {
                               return std::pair(space.name, space.summary);
                             });
}

/// Bounds that keep sizes and counts far from overflow.
static LogicalResult checkOptions(Location loc, const SpaceOptions &options) {
  if (options.width && !(*options.width > 0 && *options.width <= 16))
    return emitError(loc) << "expects a width above 0 and up to 16, but got "
                          << *options.width;
  if (options.classes && (*options.classes < 1 || *options.classes > 1000000))
    return emitError(loc) << "expects 1 to 1000000 classes, but got "
                          << *options.classes;
  int64_t last = 0;
  for (int64_t size : options.resolutions) {
    if (size <= last || size > 4096)
      return emitError(loc)
             << "expects increasing resolutions from 1 to 4096, but got "
             << size << (last ? " after " + std::to_string(last) : "");
    last = size;
  }
  return success();
}

FailureOr<OwningOpRef<ModuleOp>>
ofa::makeSupernet(Location loc, StringRef name, const SpaceOptions &options) {
  ArrayRef<SpaceDescription> spaces = getSpaceDescriptions();
  const SpaceDescription *space = llvm::find_if(
      spaces, [&](const SpaceDescription &s) { return s.name == name; });
  if (space == spaces.end())
    return emitError(loc) << "expects one of the search spaces "
                          << llvm::join(llvm::map_range(spaces,
                                                        [](const auto &s) {
                                                          return s.name.str();
                                                        }),
                                        ", ")
                          << ", but got '" << name << "'";
  if (failed(checkOptions(loc, options)))
    return failure();
  OwningOpRef<ModuleOp> module = SupernetBuilder(loc, *space, options).build();
  if (failed(verify(*module)))
    return failure();
  return module;
}
