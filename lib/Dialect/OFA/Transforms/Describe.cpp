//===- Describe.cpp - Report choices, size and cost of networks -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "ofa/Analysis/AccuracyPredictor.h"
#include "ofa/Analysis/CountSubnets.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace mlir::ofa {
#define GEN_PASS_DEF_DESCRIBEPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

/// Integers as they are, ratios in their shortest form.
static void printValue(raw_ostream &os, Attribute value) {
  if (auto integer = dyn_cast<IntegerAttr>(value))
    os << integer.getInt();
  else
    os << llvm::format("%g", cast<FloatAttr>(value).getValueAsDouble());
}

static void printChoices(raw_ostream &os, const ChoiceSpace &space) {
  os << "  choices: " << space.size() << "\n";
  for (unsigned choice = 0; choice != space.size(); ++choice) {
    os << "    " << space.getName(choice).getValue() << ":";
    for (unsigned value = 0; value != space.getNumValues(choice); ++value) {
      os << ' ';
      printValue(os, space.getValue(choice, value));
    }
    os << "\n";
  }
}

static void printCost(raw_ostream &os, StringRef name, const SubnetCost &cost,
                      ArrayRef<int64_t> input) {
  os << name << ": " << cost.macs << " MACs ("
     << llvm::format("%.1f", double(cost.macs) / 1e6) << " M), "
     << cost.parameters << " parameters ("
     << llvm::format("%.3f", double(cost.parameters) / 1e6) << " M), input ";
  llvm::interleave(input, os, "x");
}

/// The input of a function or subnet, without the batch of an image.
static SmallVector<int64_t> getInputShape(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return {};
  ArrayRef<int64_t> shape = tensor.getShape();
  return llvm::to_vector(shape.size() == 4 ? shape.drop_front() : shape);
}

static void describe(raw_ostream &os, func::FuncOp network) {
  os << "network @";
  SmallVector<int64_t> input;
  if (network.getNumArguments() != 0)
    input = getInputShape(network.getArgumentTypes().front());
  printCost(os, network.getSymName(), computeCost(network.getBody()), input);
  os << "\n";
}

static void printSubnet(raw_ostream &os, StringRef name, SupernetOp supernet,
                        const Subnet &subnet,
                        const std::optional<AccuracyPredictor> &predictor) {
  ForwardOp forward = supernet.getForward();
  SmallVector<int64_t> input = getInputShape(forward.getImage().getType());
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    input[0] = input[1] = subnet.getInteger(resolution);
  printCost(os.indent(2), name, computeCost(supernet, subnet), input);
  if (predictor)
    os << ", predicted accuracy "
       << llvm::format("%.6f", double(predictor->predict(subnet).front()));
  os << "\n";
}

namespace {
struct Describe final : ofa::impl::DescribePassBase<Describe> {
  using DescribePassBase::DescribePassBase;

  void runOnOperation() override {
    for (SupernetOp supernet : getOperation().getOps<SupernetOp>())
      if (failed(describeSupernet(supernet)))
        return signalPassFailure();
    for (auto network : getOperation().getOps<func::FuncOp>())
      if (!network.isDeclaration())
        describe(llvm::errs(), network);
    markAllAnalysesPreserved();
  }

  LogicalResult describeSupernet(SupernetOp supernet) {
    ChoiceSpace space(supernet);
    auto emitError = [&] { return supernet.emitOpError(); };
    std::optional<Subnet> given, chosen;
    if (!subnet.empty()) {
      FailureOr<Subnet> parsed = Subnet::parse(space, subnet, emitError);
      if (failed(parsed))
        return failure();
      given = *parsed;
    }
    if (SubnetAttr attr = supernet.getSubnetAttr())
      chosen = *Subnet::fromAttr(space, attr, emitError); // Verified.
    FailureOr<std::optional<AccuracyPredictor>> predictor =
        AccuracyPredictor::find(supernet, space);
    if (failed(predictor))
      return failure();
    raw_ostream &os = llvm::errs();
    os << "supernet @" << supernet.getSymName() << "\n";
    printChoices(os, space);
    SubnetCount count = countSubnets(supernet);
    os << "  subnets: 10^"
       << llvm::format("%.3f", std::log10(count.structures * count.resolutions))
       << ", 10^" << llvm::format("%.3f", std::log10(count.structures))
       << " at one resolution\n";
    int64_t matrices = 0;
    supernet.walk([&](DepthwiseConv2DOp op) {
      for (Value transform : op.getTransforms())
        matrices += cast<ShapedType>(transform.getType()).getNumElements();
    });
    os << "  kernel matrices: " << matrices << " parameters\n";
    auto print = [&](StringRef name, const Subnet &subnet) {
      printSubnet(os, name, supernet, subnet, *predictor);
    };
    print("largest", Subnet::largest(space));
    print("smallest", Subnet::smallest(space));
    if (chosen)
      print("chosen", *chosen);
    if (given)
      print("given", *given);
    return success();
  }
};
} // namespace
