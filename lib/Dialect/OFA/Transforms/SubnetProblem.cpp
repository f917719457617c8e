//===- SubnetProblem.cpp - A supernet as a search problem -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubnetProblem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ofa;

FailureOr<std::unique_ptr<SubnetProblem>>
SubnetProblem::create(SupernetOp supernet, const ChoiceSpace &space,
                      const Device &device, const ofa::Limits &limits) {
  std::unique_ptr<SubnetProblem> problem(
      new SubnetProblem(supernet, space, device));
  for (unsigned choice = 0; choice != space.size(); ++choice)
    problem->cardinalities.push_back(space.getNumValues(choice));
  problem->names = {"sram", "flash"};
  problem->limits = {double(limits.sramBytes), double(limits.flashBytes)};
  if (limits.latencySeconds) {
    problem->names.push_back("latency");
    problem->limits.push_back(*limits.latencySeconds);
  }
  if (limits.energyJoules) {
    problem->names.push_back("energy");
    problem->limits.push_back(*limits.energyJoules);
  }
  FailureOr<std::optional<AccuracyPredictor>> predictor =
      AccuracyPredictor::find(supernet, space);
  if (failed(predictor))
    return failure();
  problem->predictor = std::move(*predictor);
  return problem;
}

void SubnetProblem::canonicalise(Genome &genome) const {
  SmallVector<bool> active = findActiveChoices(supernet, toSubnet(genome));
  for (auto [gene, used] : llvm::zip(genome, active))
    if (!used)
      gene = 0;
}

SmallVector<double>
SubnetProblem::getCosts(const SubnetEstimate &estimate) const {
  double seconds = device.toSeconds(estimate.cycles);
  SmallVector<double> costs = {double(estimate.sramBytes),
                               double(estimate.flashBytes)};
  for (StringRef name : ArrayRef(names).drop_front(2))
    costs.push_back(name == "latency" ? seconds : *device.toJoules(seconds));
  return costs;
}

std::vector<Evaluation>
SubnetProblem::evaluate(ArrayRef<Genome> genomes) {
  std::vector<Evaluation> evaluations;
  std::vector<Subnet> subnets;
  for (const Genome &genome : genomes) {
    Subnet subnet = toSubnet(genome);
    SubnetEstimate figures = estimate(subnet);
    SmallVector<double> costs = getCosts(figures);
    evaluations.push_back(
        {double(figures.macs), {costs.begin(), costs.end()}});
    if (predictor)
      subnets.push_back(std::move(subnet));
  }
  if (predictor)
    for (auto [evaluation, score] :
         llvm::zip(evaluations, predictor->predict(subnets)))
      evaluation.score = score;
  return evaluations;
}

static std::string printCost(StringRef name, double value) {
  if (name == "latency")
    return llvm::formatv("{0:f2} ms", 1e3 * value).str();
  if (name == "energy")
    return llvm::formatv("{0:f3} mJ", 1e3 * value).str();
  return llvm::formatv("{0} bytes", int64_t(value)).str();
}

std::string SubnetProblem::explainExcess(ArrayRef<double> costs) const {
  std::string text;
  for (auto [name, limit, cost] : llvm::zip(names, limits, costs)) {
    if (cost <= limit)
      continue;
    if (!text.empty())
      text += ", ";
    text += llvm::formatv("{0} of {1} (budget {2})", printCost(name, cost), name,
                          printCost(name, limit));
  }
  return text;
}
