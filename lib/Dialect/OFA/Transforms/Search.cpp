//===- Search.cpp - The most accurate subnet within budgets ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubnetProblem.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "ofa/Analysis/SubnetEstimate.h"
#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
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
  facts.add("device", device.name);
  facts.add("core", device.core);
  if (!device.referenceBoard.empty())
    facts.add("reference_board", device.referenceBoard);
  facts.add("sram_budget", limits.sramBytes);
  facts.add("flash_budget", limits.flashBytes);
  if (limits.latencySeconds)
    facts.add("latency_budget", *limits.latencySeconds);
  if (limits.energyJoules)
    facts.add("energy_budget", *limits.energyJoules);
}

static void addSubnet(Facts &facts, const Device &device, const Subnet &subnet,
                      const SubnetEstimate &estimate) {
  facts.add("subnet", subnet.toAttr());
  facts.add("macs", estimate.macs);
  facts.add("parameters", estimate.parameters);
  double seconds = device.toSeconds(estimate.cycles);
  facts.add("latency", seconds);
  facts.add("latency_basis", device.describeLatency());
  if (std::optional<double> joules = device.toJoules(seconds))
    facts.add("energy", *joules);
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
    FailureOr<Device> device = findDevice(module);
    if (failed(device))
      return signalPassFailure();
    auto limits = resolveLimits(budget, *device);
    if (!limits) {
      module.emitError() << llvm::toString(limits.takeError());
      return signalPassFailure();
    }
    Facts facts(&getContext());
    addTarget(facts, *device, *limits);
    if (!supernets.empty()
            ? failed(choose(supernets.front(), *device, *limits, facts))
            : failed(judgeNetwork(module, *device, *limits, facts)))
      return signalPassFailure();
    module->setAttr(kSpecializationAttrName, facts.build());
  }

private:
  /// Reads the options `target` and `device-file`.
  FailureOr<Device> findDevice(ModuleOp module) {
    auto parsed = parseBudget(target, {});
    if (!parsed)
      return module.emitError() << llvm::toString(parsed.takeError());
    budget = std::move(*parsed);
    if (budget.device.empty() == deviceFile.empty())
      return module.emitError("expects a device name or a device file to "
                              "specialise for, such as 'cortex-m7'");
    auto device = deviceFile.empty() ? lookupDevice(budget.device)
                                     : loadDeviceFile(deviceFile);
    if (!device)
      return module.emitError() << llvm::toString(device.takeError());
    return std::move(*device);
  }

  /// Sets the supernet's subnet and adds what is known about it.
  LogicalResult choose(SupernetOp supernet, const Device &device,
                       const Limits &limits, Facts &facts) {
    ChoiceSpace space(supernet);
    FailureOr<std::unique_ptr<SubnetProblem>> problem =
        SubnetProblem::create(supernet, space, device, limits);
    if (failed(problem))
      return failure();
    if (!subnet.empty())
      return judge(supernet, device, **problem, facts);

    SearchOptions options;
    options.seed = seed;
    if (generations != 0)
      options.generations = generations;
    SearchResult result = search(**problem, options);
    if (result.feasible.empty()) {
      Subnet nearest = (*problem)->toSubnet(result.nearest->genome);
      InFlightDiagnostic diag =
          supernet.emitOpError("has no subnet within the budgets of '")
          << device.name << "'; the nearest needs "
          << (*problem)->explainExcess(result.nearest->evaluation.costs)
          << ": raise the budget, or allow smaller choices";
      diag.attachNote() << "nearest subnet: " << nearest.toAttr();
      return failure();
    }
    const SearchCandidate &best = result.feasible.front();
    Subnet chosen = (*problem)->toSubnet(best.genome);
    supernet.setSubnetAttr(chosen.toAttr());
    addSubnet(facts, device, chosen, (*problem)->estimate(chosen));
    if ((*problem)->hasPredictor())
      facts.add("predicted_accuracy", best.evaluation.score);
    facts.add("objective", (*problem)->hasPredictor()
                               ? StringRef("predicted accuracy")
                               : StringRef("most MACs (no accuracy predictor)"));
    facts.add("binding", result.binding
                             ? (*problem)->getLimitName(*result.binding)
                             : StringRef("none"));
    return success();
  }

  /// Checks a given subnet against the budgets.
  LogicalResult judge(SupernetOp supernet, const Device &device,
                      SubnetProblem &problem, Facts &facts) {
    FailureOr<Subnet> given = Subnet::parse(
        problem.getSpace(), subnet, [&] { return supernet.emitOpError(); });
    if (failed(given))
      return failure();
    SubnetEstimate estimate = problem.estimate(*given);
    SmallVector<double> costs = problem.getCosts(estimate);
    std::string excess = problem.explainExcess(costs);
    if (!excess.empty())
      return supernet.emitOpError("expects the given subnet to be within the "
                                  "budgets of '")
             << device.name << "', but it needs " << excess;
    supernet.setSubnetAttr(given->toAttr());
    addSubnet(facts, device, *given, estimate);
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
    if (!estimate.cycles) {
      if (limits.latencySeconds || limits.energyJoules)
        return module.emitError(
            "has a network of floats, for which there is no "
            "latency model: give no latency or energy budget");
      return success();
    }
    double seconds = device.toSeconds(*estimate.cycles);
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

  Budget budget;
};
} // namespace
