//===- ExtractSubnet.cpp - A static network out of a supernet -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_EXTRACTSUBNETPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

/// Reads the pass option, or the supernet's own attribute.
static FailureOr<Subnet> chooseSubnet(SupernetOp supernet,
                                      const ChoiceSpace &space,
                                      StringRef option) {
  auto emitError = [&] { return supernet.emitOpError(); };
  if (!option.empty())
    return Subnet::parse(space, option, emitError);
  if (SubnetAttr attr = supernet.getSubnetAttr())
    return Subnet::fromAttr(space, attr, emitError);
  return supernet.emitOpError("expects a 'subnet' attribute: run ofa-search "
                              "first, or give the option 'subnet'");
}

namespace {
/// Clones what a subnet uses of a forward region.
class Extractor {
public:
  Extractor(const Subnet &subnet, OpBuilder &builder)
      : subnet(subnet), builder(builder) {}

  /// Clones the region's operations on `input`; returns the yielded value, or
  /// null after a diagnostic.
  Value extract(Region &region, Value input) {
    mapping.map(region.getArgument(0), input);
    for (Operation &op : region.front().without_terminator())
      if (failed(extract(&op)))
        return nullptr;
    return mapping.lookup(region.front().getTerminator()->getOperand(0));
  }

private:
  LogicalResult extract(Operation *op) {
    if (isa<ConstantOp>(op)) // Each layer slices its own parameters.
      return success();
    if (auto stage = dyn_cast<StageOp>(op))
      return extractStage(stage);
    Operation *result;
    if (auto elastic = dyn_cast<ElasticOpInterface>(op)) {
      result = elastic.specialize(subnet, builder, mapping);
      if (!result)
        return failure();
    } else {
      result = extractByShape(cast<CostOpInterface>(op));
    }
    mapping.map(op->getResult(0), result->getResult(0));
    return success();
  }

  /// An operation without parameters follows its operands' shapes.
  Operation *extractByShape(CostOpInterface op) {
    Operation *clone = builder.clone(*op, mapping);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    FailureOr<SmallVector<int64_t>> shape = cast<CostOpInterface>(clone).inferShape(
        getOperandShapes(clone), [&] { return clone->emitOpError(); });
    clone->getResult(0).setType(type.clone(*shape));
    return clone;
  }

  LogicalResult extractStage(StageOp stage) {
    Value value = mapping.lookup(stage.getInput());
    for (BlockOp block : stage.getActiveBlocks(subnet)) {
      value = extract(block.getBody(), value);
      if (!value)
        return failure();
    }
    mapping.map(stage.getResult(), value);
    return success();
  }

  const Subnet &subnet;
  OpBuilder &builder;
  IRMapping mapping;
};

struct ExtractSubnet final : ofa::impl::ExtractSubnetPassBase<ExtractSubnet> {
  using ExtractSubnetPassBase::ExtractSubnetPassBase;

  void runOnOperation() override {
    auto supernets = llvm::to_vector(getOperation().getOps<SupernetOp>());
    if (supernets.empty())
      return;
    if (supernets.size() > 1) {
      supernets[1].emitOpError("expects to be the only supernet of the module");
      return signalPassFailure();
    }
    SupernetOp supernet = supernets.front();
    ChoiceSpace space(supernet);
    FailureOr<Subnet> chosen = chooseSubnet(supernet, space, subnet);
    if (failed(chosen) || failed(extract(supernet, *chosen)))
      return signalPassFailure();
    for (auto predictor :
         llvm::make_early_inc_range(getOperation().getOps<PredictorOp>()))
      predictor.erase();
    supernet.erase();
  }

  LogicalResult extract(SupernetOp supernet, const Subnet &subnet) {
    ForwardOp forward = supernet.getForward();
    auto image = cast<RankedTensorType>(forward.getImage().getType());
    if (FlatSymbolRefAttr resolution = forward.getResolutionAttr()) {
      int64_t size = subnet.getInteger(resolution);
      image = image.clone(
          {image.getDimSize(0), size, size, image.getDimSize(3)});
    }
    OpBuilder builder(supernet);
    auto func = func::FuncOp::create(
        builder, supernet.getLoc(), supernet.getSymName(),
        builder.getFunctionType(image, forward.getResultType()));
    if (auto preprocessing = supernet.getPreprocessingAttr())
      func->setAttr(kPreprocessingAttrName, preprocessing);
    if (auto names = supernet.getClassNamesAttr())
      func->setAttr(kClassNamesAttrName, names);
    builder.setInsertionPointToStart(func.addEntryBlock());
    Value result =
        Extractor(subnet, builder).extract(forward.getBody(), func.getArgument(0));
    if (!result)
      return failure();
    func.setFunctionType(builder.getFunctionType(image, result.getType()));
    func::ReturnOp::create(builder, supernet.getLoc(), result);
    return success();
  }
};
} // namespace
