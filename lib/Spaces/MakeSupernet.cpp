//===- MakeSupernet.cpp - From a space's tables to a supernet -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "SpaceDescription.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "ofa/Spaces/Spaces.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

namespace {

class SupernetBuilder final : NetworkBuilder {
public:
  SupernetBuilder(Location loc, const SpaceDescription &space,
                  const SpaceOptions &options)
      : NetworkBuilder(loc, options.weights, options.seed, space.epsilon),
        space(space), options(options),
        multiplier(options.width.value_or(space.width)),
        choices(loc.getContext()), constants(loc.getContext()) {
    kernelTransforms = space.kernelTransforms;
  }

  OwningOpRef<ModuleOp> build();

private:
  // Choices and widths.
  FlatSymbolRefAttr addChoice(const Twine &name, ArrayRef<int64_t> values);
  FlatSymbolRefAttr addChoice(const Twine &name, ArrayRef<double> values);
  Channels makeWidth(const Twine &name, double width);
  Channels makeMiddle(const Channels &base, const Twine &name,
                      ArrayRef<double> expands);
  int64_t headWidth(int64_t width) const;

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

  /// All constants stand at the top of the forward region, in order of use.
  Value insertConstant(RankedTensorType type, StringRef name,
                       ElementsAttr elements) override {
    // The point after the last constant moves with what is inserted behind it.
    if (lastConstant)
      constants.setInsertionPointAfter(lastConstant);
    lastConstant = ConstantOp::create(constants, loc, type, name, elements);
    return lastConstant->getResult(0);
  }

  const SpaceDescription &space;
  const SpaceOptions &options;
  double multiplier;
  FlatSymbolRefAttr networkWidth;
  /// Where choices and constants are inserted.
  OpBuilder choices, constants;
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
// Blocks and stages
//===----------------------------------------------------------------------===//

Feature SupernetBuilder::mbConv(const std::string &name, const Feature &input,
                                const Channels &width,
                                const StageDescription &stage, int64_t stride) {
  MBConvDescription block{{},
                          width,
                          stage.kernels,
                          {},
                          stride,
                          stage.nonlinearity,
                          stage.squeezeExcite,
                          stride == 1 && input.channels == width};
  if (stage.kernels.size() > 1)
    block.kernelChoice = addChoice(name + ".kernel", stage.kernels);
  if (stage.expands.size() > 1 || stage.expands.front() != 1)
    block.middle = makeMiddle(input.channels, name + ".expand", stage.expands);
  return NetworkBuilder::mbConv(name, input, block);
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
  x = globalPool(x);
  if (head.denseWidth) {
    x = dense(head.denseName, x, headWidth(head.denseWidth), /*bias=*/false);
    x = activation(head.denseName + ".act", x, head.nonlinearity);
  }
  return dense("classifier", x, options.classes.value_or(space.classes),
               /*bias=*/true);
}

OwningOpRef<ModuleOp> SupernetBuilder::build() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  body.setInsertionPointToEnd(module->getBody());
  std::string symbol = space.name.str();
  llvm::replace(symbol, '-', '_');
  auto supernet = SupernetOp::create(body, loc, symbol, /*subnet=*/SubnetAttr(),
                                     makePreprocessing(body, space.mean, space.deviation),
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

FailureOr<SmallVector<int64_t>> ofa::parseResolutions(StringRef text) {
  SmallVector<int64_t> resolutions;
  for (StringRef part : llvm::split(text, ','))
    if (part.getAsInteger(10, resolutions.emplace_back()))
      return failure();
  return resolutions;
}

static const SpaceDescription *findSpace(StringRef name) {
  for (const SpaceDescription &space : getSpaceDescriptions())
    if (space.name == name)
      return &space;
  return nullptr;
}

static bool hasWidths(const SpaceDescription &space, double multiplier,
                      const SpaceWidths &widths) {
  auto fits = [&](int64_t width, int64_t wanted) {
    return wanted == 0 || makeDivisible(double(width) * multiplier) == wanted;
  };
  if (!fits(space.stem.width, widths.stem))
    return false;
  ArrayRef<int64_t> blocks = widths.blocks;
  for (const StageDescription &stage : space.stages)
    for (int64_t i = 0; i != stage.depths.back() && !blocks.empty(); ++i) {
      if (!fits(stage.width, blocks.front()))
        return false;
      blocks = blocks.drop_front();
    }
  return true;
}

std::optional<double> ofa::findWidth(StringRef name,
                                     const SpaceWidths &widths) {
  const SpaceDescription *space = findSpace(name);
  if (!space)
    return std::nullopt;
  if (hasWidths(*space, space->width, widths))
    return space->width;
  // Round multipliers first: several may round to the same channels.
  for (int parts : {10, 20, 100})
    for (int i = 1; i <= 4 * parts; ++i)
      if (hasWidths(*space, double(i) / parts, widths))
        return double(i) / parts;
  return std::nullopt;
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
  const SpaceDescription *space = findSpace(name);
  if (!space)
    return emitError(loc) << "expects one of the search spaces "
                          << llvm::join(llvm::map_range(getSpaceDescriptions(),
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
