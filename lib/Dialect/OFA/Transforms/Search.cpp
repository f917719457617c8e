//===- Search.cpp - The most accurate subnet within budgets ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Finalists.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "ofa/Analysis/SubnetEstimate.h"
#include "ofa/Analysis/Summary.h"
#include "ofa/Analysis/TargetFacts.h"
#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_SEARCHPASS
#include "ofa/Dialect/OFA/Transforms/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Facts for ofa.specialization
//===----------------------------------------------------------------------===//

namespace {
/// Collects the entries of an `#ofa.specialization`.
class Facts {
public:
  explicit Facts(MLIRContext *context) : builder(context) {}

  MLIRContext *getContext() const { return builder.getContext(); }

  void add(const NamedAttrList &more) { llvm::append_range(facts, more); }
  void add(StringRef name, Attribute value) {
    facts.emplace_back(builder.getStringAttr(name), value);
  }
  void add(StringRef name, int64_t value) {
    add(name, builder.getI64IntegerAttr(value));
  }
  void add(StringRef name, double value) {
    add(name, builder.getF64FloatAttr(value));
  }
  void add(StringRef name, StringRef value) {
    add(name, builder.getStringAttr(value));
  }
  SpecializationAttr build() {
    return SpecializationAttr::get(builder.getContext(),
                                   builder.getDictionaryAttr(facts));
  }

private:
  Builder builder;
  SmallVector<NamedAttribute> facts;
};
} // namespace

static void addTarget(Facts &facts, const Device &device,
                      const Limits &limits) {
  facts.add(getTargetFacts(facts.getContext(), device));
  if (!device.referenceBoard.empty())
    facts.add("reference_board", device.referenceBoard);
  facts.add("sram_budget", limits.sramBytes);
  facts.add("flash_budget", limits.flashBytes);
  if (limits.latencySeconds)
    facts.add("latency_budget", *limits.latencySeconds);
  if (limits.energyJoules)
    facts.add("energy_budget", *limits.energyJoules);
  if (limits.macs)
    facts.add("macs_budget", *limits.macs);
}

/// `isExact`: the sizes are the firmware's.
static void addSubnet(Facts &facts, const Device &device, const Subnet &subnet,
                      const SubnetEstimate &estimate, bool isExact) {
  facts.add("subnet", subnet.toAttr());
  facts.add("macs", estimate.macs);
  facts.add("parameters", estimate.parameters);
  facts.add("sram_estimate", estimate.sramBytes);
  facts.add("flash_data_estimate", estimate.flashDataBytes);
  if (isExact)
    facts.add("flash_code_estimate", estimate.flashCodeBytes);
  double seconds = estimate.seconds;
  facts.add("latency", seconds);
  facts.add("latency_basis", device.describeLatency());
  if (std::optional<double> joules = device.toJoules(seconds))
    facts.add("energy", *joules);
}

static void addAccuracy(Facts &facts, const SubnetProblem &problem,
                        double accuracy) {
  facts.add("predicted_accuracy", accuracy);
  if (std::optional<double> error = problem.getPredictionError())
    facts.add("prediction_error", *error);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct Search final : ofa::impl::SearchPassBase<Search> {
  using SearchPassBase::SearchPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto supernets = llvm::to_vector(module.getOps<SupernetOp>());
    if (supernets.size() > 1) {
      supernets[1].emitOpError("expects to be the only supernet of the module");
      return signalPassFailure();
    }
    FailureOr<SearchTarget> given =
        readSearchTarget(module, target, deviceFile, prefer);
    if (failed(given))
      return signalPassFailure();
    if (!symbolizeRounding(rounding) || candidates < 1 || candidates > 16) {
      module.emitError("ofa-search expects rounding 'single' or 'double' and 1 to "
                       "16 candidates, but got '")
          << rounding << "' and " << unsigned(candidates);
      return signalPassFailure();
    }
    if (segments != "none" && segments != "fit" && segments != "smallest") {
      module.emitError("ofa-search expects 'segments' to be 'none', 'fit' or "
                       "'smallest', but got '")
          << segments << "'";
      return signalPassFailure();
    }
    auto &[device, limits] = *given;
    Facts facts(&getContext());
    addTarget(facts, device, limits);
    if (!supernets.empty()
            ? failed(choose(supernets.front(), device, limits, facts))
            : failed(judgeNetwork(module, device, limits, facts)))
      return signalPassFailure();
    SpecializationAttr specialization = facts.build();
    module->setAttr(kSpecializationAttrName, specialization);
    if (!quiet && !supernets.empty())
      printSummary(llvm::errs(), supernets.front().getSymName(),
                   specialization.getFacts());
  }

private:
  /// Reads the options `minimise` and `accuracy`.
  LogicalResult readObjective(SupernetOp supernet, const SubnetProblem &problem,
                              SearchOptions &options) {
    if (minimise.empty() && accuracy.empty())
      return success();
    if (minimise.empty() || accuracy.empty())
      return supernet.emitOpError("expects 'minimise' and 'accuracy' together: "
                                  "the cost to make small, and the accuracy to "
                                  "reach, such as minimise=latency accuracy=80%");
    std::optional<Cost> cost = parseCost(minimise);
    if (!cost)
      return supernet.emitOpError("expects 'minimise' to be sram, flash, latency, "
                                  "macs or energy, but got '")
             << minimise << "'";
    if (!problem.hasCost(*cost))
      return supernet.emitOpError("expects the active power of the device to be "
                                  "known, to minimise energy");
    if (!problem.hasPredictor())
      return supernet.emitOpError("expects an accuracy predictor in the module, "
                                  "to reach an accuracy of ")
             << accuracy;
    StringRef text = accuracy;
    bool isPercent = text.consume_back("%");
    double value = 0;
    if (text.trim().getAsDouble(value) || !(value > 0) ||
        !(value < (isPercent ? 100 : 1)))
      return supernet.emitOpError("expects 'accuracy' to be a fraction or a "
                                  "percentage, such as 0.8 or 80%, but got '")
             << accuracy << "'";
    options.minimise = unsigned(*cost);
    options.minScore = isPercent ? value / 100 : value;
    return success();
  }

  LogicalResult reportImpossible(SupernetOp supernet, const Device &device,
                                 const SubnetProblem &problem,
                                 const SearchOptions &options,
                                 const Finalist &nearest) {
    SmallVector<double> costs = problem.getCosts(nearest.promise);
    std::string excess = problem.explainExcess(costs);
    bool isSram = costs[unsigned(Cost::Sram)] > problem.getLimit(Cost::Sram);
    std::string peak;
    if (isSram) {
      FailureOr<std::string> found =
          problem.describeMemoryPeak(problem.toSubnet(nearest.genome));
      if (failed(found))
        return failure();
      peak = *found;
    }
    InFlightDiagnostic diag =
        supernet.emitOpError("has no subnet within the budgets of '")
        << device.name << "'; the nearest ";
    if (excess.empty())
      diag << llvm::formatv("has a predicted accuracy of {0:f2} %, below the "
                            "{1:f2} % that are asked",
                            100 * nearest.score, 100 * options.minScore)
                  .str()
           << ": ask for less, or raise the budgets";
    else
      diag << "needs " << excess
           << (isSram && problem.allowsSegments() ? ", even row by row" : "")
           << ": raise the budget, or allow smaller choices";
    diag.attachNote() << "nearest subnet: "
                      << problem.toSubnet(nearest.genome).toAttr();
    if (!peak.empty())
      diag.attachNote() << peak;
    if (isSram && problem.allowsSegments())
      diag.attachNote() << kNoRecomputation;
    return diag;
  }

  /// Adds what is known about a subnet that the search may choose.
  void addFinalist(const Device &device, const SubnetProblem &problem,
                   const SearchOptions &options, const Finalist &finalist,
                   Facts &facts) {
    addSubnet(facts, device, problem.toSubnet(finalist.genome), finalist.promise,
              problem.hasExactSizes());
    if (problem.hasPredictor())
      addAccuracy(facts, problem, finalist.score);
    if (options.minimise)
      facts.add("minimised", getCostName(Cost(*options.minimise)));
    std::string smallest = "smallest " + minimise;
    facts.add("objective",
              options.minimise ? StringRef(smallest)
              : problem.hasPredictor()
                  ? StringRef("predicted accuracy")
                  : StringRef("most MACs (no accuracy predictor)"));
  }

  /// Sets the supernet's subnet and adds what is known about it.
  LogicalResult choose(SupernetOp supernet, const Device &device,
                       const Limits &limits, Facts &facts) {
    ChoiceSpace space(supernet);
    std::optional<int64_t> segmentLimit;
    if (segments != "none")
      segmentLimit = segments == "fit" ? limits.sramBytes : 0;
    FailureOr<std::unique_ptr<SubnetProblem>> created =
        SubnetProblem::create(supernet, space, device, limits, fix,
                              *symbolizeRounding(rounding), segmentLimit);
    if (failed(created))
      return failure();
    SubnetProblem &problem = **created;
    if (!subnet.empty())
      return judge(supernet, device, problem, facts);

    SearchOptions options;
    options.seed = seed;
    options.maxEvaluations = evaluations;
    if (failed(readObjective(supernet, problem, options)))
      return failure();
    FailureOr<Finalists> found =
        findFinalists(supernet, problem, options, candidates);
    if (failed(found))
      return failure();
    if (found->feasible.empty())
      return reportImpossible(supernet, device, problem, options,
                              *found->nearest);

    supernet.setSubnetAttr(
        problem.toSubnet(found->feasible.front().genome).toAttr());
    SmallVector<Attribute> others;
    for (const Finalist &other : ArrayRef(found->feasible).drop_front()) {
      Facts otherFacts = facts;
      addFinalist(device, problem, options, other, otherFacts);
      others.push_back(otherFacts.build());
    }
    if (!others.empty())
      getOperation()->setAttr(kCandidatesAttrName,
                              ArrayAttr::get(&getContext(), others));
    addFinalist(device, problem, options, found->feasible.front(), facts);
    explain(problem, options, *found, facts);
    return success();
  }

  /// How much better than `best`, in the objective, a subnet can be with another
  /// limit of one cost; returns it with the gain.
  static std::pair<double, SearchCandidate>
  relax(SubnetProblem &problem, const SearchOptions &options,
        const Finalist &best, Cost cost, double limit) {
    double before = problem.getLimit(cost);
    problem.setLimit(cost, limit);
    SearchCandidate better = search(problem, options).feasible.front();
    problem.setLimit(cost, before);
    if (!options.minimise)
      return {better.score - best.score, std::move(better)};
    SmallVector<double> costs(kNumCosts);
    problem.computeCosts(best.genome, costs);
    double gain =
        1 - better.costs[*options.minimise] / costs[*options.minimise];
    return {gain, std::move(better)};
  }

  /// Which budget binds, and what a tenth more of each would bring.
  void explain(SubnetProblem &problem, SearchOptions options,
               const Finalists &found, Facts &facts) {
    const Finalist &best = found.feasible.front();
    options.seeds = {best.genome};
    options.maxEvaluations = evaluations / 16;
    // A budget that no subnet can exceed takes nothing away.
    SmallVector<Cost> limited;
    SmallVector<double> most = problem.getUpperBounds();
    for (unsigned i = 0; i != kNumCosts; ++i)
      if (most[i] > problem.getLimit(Cost(i)))
        limited.push_back(Cost(i));

    std::optional<Cost> binding;
    double largest = 0;
    Builder builder(&getContext());
    SmallVector<NamedAttribute> relaxed;
    for (Cost cost : limited) {
      auto [gain, better] = relax(problem, options, best, cost,
                                  1.1 * problem.getLimit(cost));
      if (gain > 0)
        relaxed.emplace_back(
            builder.getStringAttr(getCostName(cost)),
            builder.getF64FloatAttr(options.minimise ? gain : better.score));
      if (gain > largest) {
        largest = gain;
        binding = cost;
      }
    }
    // A tenth may be too little for the next better subnet.
    for (Cost cost : binding ? SmallVector<Cost>() : limited) {
      double gain = relax(problem, options, best, cost,
                          std::numeric_limits<double>::infinity())
                        .first;
      if (gain > largest) {
        largest = gain;
        binding = cost;
      }
    }
    // Sums of layers do not see what took the best subnet by sums away.
    if (found.binding)
      binding = found.binding;
    facts.add("binding", binding ? getCostName(*binding) : StringRef("none"));
    if (!relaxed.empty())
      facts.add("relaxed", builder.getDictionaryAttr(relaxed));
  }

  /// Checks a given subnet against the budgets.
  LogicalResult judge(SupernetOp supernet, const Device &device,
                      SubnetProblem &problem, Facts &facts) {
    if (!fix.empty() || !minimise.empty() || !accuracy.empty())
      return supernet.emitOpError("expects no 'fix', 'minimise' or 'accuracy' "
                                  "where 'subnet' gives the answer");
    FailureOr<Subnet> given = Subnet::parse(
        problem.getSpace(), subnet, [&] { return supernet.emitOpError(); });
    if (failed(given))
      return failure();
    FailureOr<SubnetEstimate> promise = problem.promise(*given);
    if (failed(promise))
      return failure();
    SmallVector<double> costs = problem.getCosts(*promise);
    std::string excess = problem.explainExcess(costs);
    if (!excess.empty())
      return supernet.emitOpError("expects the given subnet to be within the "
                                  "budgets of '")
             << device.name << "', but it needs " << excess;
    supernet.setSubnetAttr(given->toAttr());
    addSubnet(facts, device, *given, *promise, problem.hasExactSizes());
    if (problem.hasPredictor())
      addAccuracy(facts, problem, problem.predict(*given));
    facts.add("objective", "given subnet");
    return success();
  }

  /// Checks a network without choices against the budgets of time and energy;
  /// those of memory are checked on the finished module.
  LogicalResult judgeNetwork(ModuleOp module, const Device &device,
                             const Limits &limits, Facts &facts) {
    auto networks = module.getOps<func::FuncOp>();
    if (networks.empty())
      return success();
    NetworkEstimate estimate = estimateNetwork(*networks.begin(), device);
    facts.add("macs", estimate.macs);
    facts.add("parameters", estimate.parameters);
    if (!estimate.seconds) {
      if (limits.latencySeconds || limits.energyJoules)
        return module.emitError(
            "has a network of floats, for which there is no "
            "latency model: give no latency or energy budget");
      return success();
    }
    double seconds = *estimate.seconds;
    std::optional<double> joules = device.toJoules(seconds);
    facts.add("latency", seconds);
    facts.add("latency_basis", device.describeLatency());
    if (joules)
      facts.add("energy", *joules);
    if (limits.latencySeconds && seconds > *limits.latencySeconds)
      return module.emitError() << llvm::formatv(
                 "needs {0:f2} ms on '{1}', but the budget is {2:f2} "
                 "ms ({3})",
                 1e3 * seconds, device.name, 1e3 * *limits.latencySeconds,
                 device.describeLatency());
    if (limits.energyJoules && joules && *joules > *limits.energyJoules)
      return module.emitError() << llvm::formatv(
                 "needs {0:f3} mJ on '{1}', but the budget is {2:f3} mJ",
                 1e3 * *joules, device.name, 1e3 * *limits.energyJoules);
    return success();
  }
};
} // namespace
