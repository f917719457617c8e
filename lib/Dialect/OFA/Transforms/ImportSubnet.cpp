//===- ImportSubnet.cpp - The subnet of a published configuration ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Choices follow from blocks' depths, kernel sizes and expand ratios. Whether
// that gives the network of the configuration is not concluded but seen: it is
// built on its own, and compared with the subnet layer by layer.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Analysis/ElasticStages.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Target/OnceForAll/Configuration.h"
#include "llvm/Support/Format.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_IMPORTSUBNETPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

namespace {

/// Blocks of a configuration that form a stage.
using StageBlocks = ArrayRef<StaticBlock>;

class SubnetFinder {
public:
  SubnetFinder(SupernetOp supernet, StringRef path,
               const StaticNetwork &network)
      : supernet(supernet), path(path), network(network), space(supernet),
        values(space.size(), 0) {}

  FailureOr<SubnetAttr> run();

private:
  LogicalResult chooseResolution();
  LogicalResult chooseStages();
  LogicalResult chooseBlock(const ElasticBlock &elastic,
                            const StaticBlock &block);
  /// `what` is the part of `place` that says the value.
  LogicalResult choose(FlatSymbolRefAttr choice, double value, StringRef place,
                       StringRef what);
  LogicalResult compare(func::FuncOp expected);
  LogicalResult compare(Operation *expected, const ActiveOp &active);

  InFlightDiagnostic error(StringRef place) {
    return supernet.emitOpError()
           << "has no subnet like '" << path << "': " << place << ": ";
  }

  SupernetOp supernet;
  StringRef path;
  const StaticNetwork &network;
  ChoiceSpace space;
  SmallVector<unsigned> values;
};

} // namespace

static double toDouble(Attribute value) {
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return double(integer.getInt());
  return cast<FloatAttr>(value).getValueAsDouble();
}

static std::string print(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

LogicalResult SubnetFinder::choose(FlatSymbolRefAttr symbol, double wanted,
                                   StringRef place, StringRef what) {
  unsigned choice = space.lookup(symbol);
  std::string known;
  for (unsigned value = 0; value != space.getNumValues(choice); ++value) {
    double number = toDouble(space.getValue(choice, value));
    if (number == wanted) {
      values[choice] = value;
      return success();
    }
    known += (value == 0 ? "" : ", ") + print(number);
  }
  return error(place) << "expects " << what << " among " << known
                      << ", the values of choice '" << symbol.getValue()
                      << "', but got " << print(wanted);
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

LogicalResult SubnetFinder::chooseResolution() {
  ForwardOp forward = supernet.getForward();
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    return choose(resolution, double(network.resolution),
                  network.resolutionPlace, "a resolution");
  ArrayRef<int64_t> image =
      cast<ShapedType>(forward.getImage().getType()).getShape();
  if (image[1] == network.resolution && image[2] == network.resolution)
    return success();
  return error(network.resolutionPlace)
         << "expects images of " << image[1] << "x" << image[2]
         << ", the supernet's only size, but got " << network.resolution;
}

LogicalResult SubnetFinder::chooseBlock(const ElasticBlock &elastic,
                                        const StaticBlock &block) {
  if (elastic.kernel &&
      failed(choose(elastic.kernel, double(block.kernel),
                    block.place + ".kernel_size", "a kernel size")))
    return failure();
  return elastic.expand
             ? choose(elastic.expand, block.expand,
                      block.place + ".expand_ratio", "an expand ratio")
             : success();
}

LogicalResult SubnetFinder::chooseStages() {
  SmallVector<ElasticStage> stages = collectElasticStages(supernet);
  unsigned count = network.blocks.back().stage + 1;
  if (stages.size() != count)
    return error("blocks") << "expects " << stages.size()
                           << " stages, of which each starts with a block "
                              "without shortcut, but got "
                           << count;
  StageBlocks rest = network.blocks;
  for (auto [index, stage] : llvm::enumerate(stages)) {
    StageBlocks blocks = rest.take_while(
        [&](const StaticBlock &block) { return block.stage == index; });
    rest = rest.drop_front(blocks.size());
    const std::string &place = blocks.front().place;
    if (stage.depth && failed(choose(stage.depth, double(blocks.size()), place,
                                     "a number of blocks from here")))
      return failure();
    if (!stage.depth && stage.blocks.size() != blocks.size())
      return error(place) << "expects " << stage.blocks.size()
                          << " blocks from here, as stage '"
                          << stage.stage.getName() << "' has, but got "
                          << blocks.size();
    for (auto [elastic, block] : llvm::zip(stage.blocks, blocks))
      if (failed(chooseBlock(elastic, block)))
        return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

static std::string print(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return text;
}

static StringRef getPlace(Operation *op) {
  auto place = dyn_cast<NameLoc>(op->getLoc());
  return place ? place.getName().getValue() : "network";
}

/// Of both layers, in words.
static std::string describe(Operation *op, ArrayRef<int64_t> result) {
  return op->getName().stripDialect().str() + " of result " + print(result);
}

LogicalResult SubnetFinder::compare(Operation *expected,
                                    const ActiveOp &active) {
  auto differs = [&](const std::string &supernetHas,
                     const std::string &configHas) {
    auto name = active.op->getAttrOfType<StringAttr>("name");
    return error(getPlace(expected))
           << "expects " << supernetHas << ", as layer '"
           << (name ? name.getValue() : "") << "' has, but got " << configHas;
  };
  ArrayRef<int64_t> result =
      cast<ShapedType>(expected->getResult(0).getType()).getShape();
  if (expected->getName() != active.op->getName() ||
      ArrayRef<int64_t>(active.result) != result)
    return differs(describe(active.op, active.result),
                   describe(expected, result));
  // Kernel matrices come after the operands that both have.
  for (auto [index, operands] : llvm::enumerate(
           llvm::zip(getOperandShapes(expected), active.operands))) {
    auto &[wanted, shape] = operands;
    if (wanted != shape)
      return differs("operand " + std::to_string(index) + " of " + print(shape),
                     print(wanted));
  }
  for (StringRef name : {"strides", "epsilon"}) {
    Attribute wanted = expected->getAttr(name), has = active.op->getAttr(name);
    if (wanted == has)
      continue;
    std::string supernetHas, configHas;
    llvm::raw_string_ostream(supernetHas) << name << " " << has;
    llvm::raw_string_ostream(configHas) << wanted;
    return differs(supernetHas, configHas);
  }
  return success();
}

LogicalResult SubnetFinder::compare(func::FuncOp expected) {
  SmallVector<ActiveOp> active =
      collectActiveOps(supernet, Subnet(space, values));
  ArrayRef<ActiveOp> rest = active;
  for (Operation &op : expected.getBody().front().without_terminator()) {
    if (isa<ConstantOp>(op))
      continue;
    if (rest.empty())
      return error(getPlace(&op)) << "expects no more layers, but got "
                                  << op.getName().stripDialect();
    if (failed(compare(&op, rest.front())))
      return failure();
    rest = rest.drop_front();
  }
  if (!rest.empty())
    return error("network")
           << "expects " << active.size() << " layers, but got "
           << active.size() - rest.size();
  return success();
}

FailureOr<SubnetAttr> SubnetFinder::run() {
  SmallVector<FlatSymbolRefAttr> widths = collectWidthChoices(supernet);
  if (!widths.empty())
    return supernet.emitOpError("expects fixed widths to choose a published "
                                "configuration, but has choice '")
           << widths.front().getValue() << "'";
  if (failed(chooseStages()) || failed(chooseResolution()))
    return failure();
  OwningOpRef<ModuleOp> module =
      makeStaticNetwork(supernet.getContext(), network);
  if (!module || failed(compare(*module->getOps<func::FuncOp>().begin())))
    return failure();
  return Subnet(space, values).toAttr();
}

namespace {
struct ImportSubnet final : ofa::impl::ImportSubnetPassBase<ImportSubnet> {
  using ImportSubnetPassBase::ImportSubnetPassBase;

  void runOnOperation() override {
    if (failed(import()))
      signalPassFailure();
  }

  LogicalResult import() {
    ModuleOp module = getOperation();
    auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
    if (supernets.size() != 1)
      return module.emitError("expects one supernet to choose a subnet of, but "
                              "the module has ")
             << supernets.size();
    if (config.empty())
      return module.emitError("expects the option 'config' to name a folder "
                              "with net.config and run.config");
    llvm::Expected<StaticNetwork> network = readConfiguration(config);
    if (!network)
      return module.emitError() << llvm::toString(network.takeError());
    FailureOr<SubnetAttr> subnet =
        SubnetFinder(supernets.front(), config, *network).run();
    if (failed(subnet))
      return failure();
    supernets.front().setSubnetAttr(*subnet);
    return success();
  }
};
} // namespace
