//===- Pareto.cpp - All good trades of accuracy against a cost ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubnetProblem.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Report/FrontReport.h"
#include "ofa/Search/Front.h"
#include "ofa/Target/FileSet.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_PARETOPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

/// How a cost is written in reports: its unit, and what to multiply by.
static std::pair<StringRef, double> getReportUnit(Cost cost) {
  switch (cost) {
  case Cost::Sram:
  case Cost::Flash:
    return {"bytes", 1};
  case Cost::Latency:
    return {"ms", 1e3};
  case Cost::Macs:
    return {"M", 1e-6};
  case Cost::Energy:
    return {"mJ", 1e3};
  }
  llvm_unreachable("no such cost");
}

/// `resolution=28,s1.depth=2`: only what the subnet reads.
static std::string printSubnet(const SubnetProblem &problem,
                               const Genome &genome) {
  const ChoiceSpace &space = problem.getSpace();
  llvm::SmallBitVector active = problem.findActive(genome);
  Subnet subnet = problem.toSubnet(genome);
  std::string text = "smallest";
  llvm::raw_string_ostream os(text);
  for (unsigned choice = 0; choice != space.size(); ++choice) {
    unsigned value = subnet.getValues()[choice];
    if (!active[choice] || value == 0)
      continue;
    os << ',' << space.getName(choice).getValue() << '=';
    Attribute attr = space.getValue(choice, value);
    if (auto integer = dyn_cast<IntegerAttr>(attr))
      os << integer.getInt();
    else
      os << cast<FloatAttr>(attr).getValueAsDouble();
  }
  return text;
}

namespace {
struct Pareto final : ofa::impl::ParetoPassBase<Pareto> {
  using ParetoPassBase::ParetoPassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    ModuleOp module = getOperation();
    auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
    if (supernets.size() != 1) {
      module.emitError("expects one supernet to search, but found ")
          << supernets.size();
      return signalPassFailure();
    }
    FailureOr<SearchTarget> given = readSearchTarget(module, target, deviceFile);
    if (failed(given) || failed(search(supernets.front(), *given)))
      signalPassFailure();
  }

private:
  LogicalResult search(SupernetOp supernet, const SearchTarget &given) {
    std::optional<Cost> parsed = parseCost(cost);
    if (!parsed)
      return supernet.emitOpError("expects 'cost' to be sram, flash, latency, "
                                  "macs or energy, but got '")
             << cost << "'";
    if (steps < 2 || steps > 1000)
      return supernet.emitOpError("expects 2 to 1000 'steps', but got ")
             << unsigned(steps);
    ChoiceSpace space(supernet);
    FailureOr<std::unique_ptr<SubnetProblem>> problem = SubnetProblem::create(
        supernet, space, given.device, given.limits, fix);
    if (failed(problem))
      return failure();
    if (!(*problem)->hasCost(*parsed))
      return supernet.emitOpError("expects the active power of '")
             << given.device.name << "' to be known, to weigh energy";

    SearchOptions options;
    options.seed = seed;
    options.maxEvaluations = evaluations;
    std::vector<SearchCandidate> front =
        searchFront(**problem, unsigned(*parsed), steps, options,
                    [&](unsigned done) {
                      llvm::errs() << "ofa: front, step " << done << " of "
                                   << unsigned(steps) << "\n";
                    });
    if (front.empty())
      return supernet.emitOpError("has no subnet within the budgets of '")
             << given.device.name
             << "'; ofa-search says which one comes nearest";
    FrontReport report = makeReport(supernet, given, **problem, *parsed, front);
    std::string table = printFrontTable(report);
    llvm::errs() << table;
    if (output.empty())
      return success();
    if (llvm::Error error =
            writeFileSet(output, {{"front.txt", table},
                                  {"front.json", printFrontJson(report)},
                                  {"front.svg", printFrontSvg(report)}}))
      return supernet.emitOpError() << llvm::toString(std::move(error));
    return success();
  }

  FrontReport makeReport(SupernetOp supernet, const SearchTarget &given,
                         const SubnetProblem &problem, Cost x,
                         ArrayRef<SearchCandidate> front) {
    FrontReport report;
    report.title =
        ("@" + supernet.getSymName() + " on " + given.device.name).str();
    report.xName = getCostName(x).str();
    auto [unit, factor] = getReportUnit(x);
    report.xUnit = unit.str();
    bool hasAccuracy = problem.hasPredictor();
    report.yName = hasAccuracy ? "predicted accuracy" : "MACs";
    report.yUnit = hasAccuracy ? "%" : "M";
    SmallVector<Cost> others;
    for (unsigned i = 0; i != kNumCosts; ++i)
      if (Cost(i) != x && problem.hasCost(Cost(i))) {
        others.push_back(Cost(i));
        report.columns.push_back(llvm::formatv("{0} ({1})", getCostName(Cost(i)),
                                               getReportUnit(Cost(i)).first)
                                     .str());
      }
    for (const SearchCandidate &candidate : front) {
      FrontPoint point;
      point.x = factor * candidate.costs[unsigned(x)];
      point.y = candidate.score * (hasAccuracy ? 100 : 1e-6);
      point.subnet = printSubnet(problem, candidate.genome);
      for (Cost other : others)
        point.others.push_back(getReportUnit(other).second *
                               candidate.costs[unsigned(other)]);
      report.points.push_back(std::move(point));
    }
    return report;
  }
};
} // namespace
