//===- StaticNetwork.cpp - Networks without choices -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Spaces/StaticNetwork.h"
#include "NetworkBuilder.h"
#include "SpaceDescription.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {

class StaticNetworkBuilder final : NetworkBuilder {
public:
  StaticNetworkBuilder(MLIRContext *context, const StaticNetwork &network)
      : NetworkBuilder(UnknownLoc::get(context), SpaceWeights::Absent,
                       /*seed=*/0, network.epsilon),
        network(network) {}

  OwningOpRef<ModuleOp> build();

private:
  /// Each parameter stands before the layer that takes it.
  Value insertConstant(RankedTensorType type, StringRef name,
                       ElementsAttr elements) override {
    return ConstantOp::create(body, loc, type, name, elements);
  }
  void moveTo(const std::string &place) {
    loc = NameLoc::get(body.getStringAttr(place));
  }
  static Channels fixed(int64_t count) { return {{}, {count}}; }

  Feature stem(const Feature &image);
  Feature block(const Feature &x, const StaticBlock &block);
  Feature head(Feature x);

  const StaticNetwork &network;
};

} // namespace

Feature StaticNetworkBuilder::stem(const Feature &image) {
  const StaticLayer &stem = network.stem;
  moveTo(stem.place);
  return layer("stem", image, fixed(stem.width), stem.kernel, stem.stride,
               stem.nonlinearity);
}

Feature StaticNetworkBuilder::block(const Feature &x,
                                    const StaticBlock &block) {
  moveTo(block.place);
  std::optional<Channels> middle;
  if (block.middle)
    middle = fixed(block.middle);
  return mbConv(
      "s" + std::to_string(block.stage) + ".b" + std::to_string(block.position),
      x,
      {middle, fixed(block.width), block.kernel, FlatSymbolRefAttr(),
       block.stride, block.nonlinearity, block.squeezeExcite, block.shortcut});
}

Feature StaticNetworkBuilder::head(Feature x) {
  if (int64_t width = network.conv.width) {
    moveTo(network.conv.place);
    x = layer(network.convName, x, fixed(width), network.conv.kernel,
              network.conv.stride, network.conv.nonlinearity);
  }
  moveTo(network.dense.width ? network.dense.place : network.classifier.place);
  x = globalPool(x);
  if (int64_t width = network.dense.width) {
    x = dense(network.denseName, x, width, /*bias=*/false);
    x = activation(network.denseName + ".act", x, network.dense.nonlinearity);
  }
  moveTo(network.classifier.place);
  return dense("classifier", x, network.classifier.width, /*bias=*/true);
}

OwningOpRef<ModuleOp> StaticNetworkBuilder::build() {
  Location whole = loc;
  OwningOpRef<ModuleOp> module = ModuleOp::create(whole);
  body.setInsertionPointToEnd(module->getBody());
  Type image = type({1, network.resolution, network.resolution, 3});
  auto function = func::FuncOp::create(
      body, whole, network.name,
      body.getFunctionType(image, type({1, network.classifier.width})));
  function->setAttr(
      kPreprocessingAttrName,
      makePreprocessing(body, getImageNetMean(), getImageNetDeviation()));
  body.setInsertionPointToStart(function.addEntryBlock());
  Feature x = stem({function.getArgument(0), fixed(3)});
  for (const StaticBlock &description : network.blocks)
    x = block(x, description);
  x = head(x);
  func::ReturnOp::create(body, whole, x.value);
  return module;
}

OwningOpRef<ModuleOp> ofa::makeStaticNetwork(MLIRContext *context,
                                             const StaticNetwork &network) {
  OwningOpRef<ModuleOp> module = StaticNetworkBuilder(context, network).build();
  if (failed(verify(*module)))
    return nullptr;
  return module;
}
