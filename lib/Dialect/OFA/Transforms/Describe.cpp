//===- Describe.cpp - Report choices, size and cost of supernets ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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

static void printCost(raw_ostream &os, StringRef name, SupernetOp supernet,
                      const Subnet &subnet) {
  SubnetCost cost = computeCost(supernet, subnet);
  ForwardOp forward = supernet.getForward();
  auto image = cast<ShapedType>(forward.getImage().getType());
  int64_t height = image.getDimSize(1), width = image.getDimSize(2);
  if (FlatSymbolRefAttr resolution = forward.getResolutionAttr())
    height = width = subnet.getInteger(resolution);
  os << "  " << name << ": " << cost.macs << " MACs ("
     << llvm::format("%.1f", double(cost.macs) / 1e6) << " M), "
     << cost.parameters << " parameters ("
     << llvm::format("%.3f", double(cost.parameters) / 1e6) << " M), input "
     << height << "x" << width << "x" << image.getDimSize(3) << "\n";
}

namespace {
struct Describe final : ofa::impl::DescribePassBase<Describe> {
  using DescribePassBase::DescribePassBase;

  void runOnOperation() override {
    for (SupernetOp supernet : getOperation().getOps<SupernetOp>())
      if (failed(describe(supernet)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }

  LogicalResult describe(SupernetOp supernet) {
    ChoiceSpace space(supernet);
    std::optional<Subnet> given;
    if (!subnet.empty()) {
      FailureOr<Subnet> parsed = Subnet::parse(space, subnet, [&] { return supernet.emitOpError(); });
      if (failed(parsed))
        return failure();
      given = *parsed;
    }
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
    printCost(os, "largest", supernet, Subnet::largest(space));
    printCost(os, "smallest", supernet, Subnet::smallest(space));
    if (given)
      printCost(os, "given", supernet, *given);
    return success();
  }
};
} // namespace
