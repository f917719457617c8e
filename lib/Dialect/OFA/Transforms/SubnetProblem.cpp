//===- SubnetProblem.cpp - A supernet as a search problem -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SubnetProblem.h"
#include "ofa/Dialect/OFA/Transforms/FirmwareSizes.h"
#include "ofa/Search/LocalPredictor.h"
#include "ofa/Target/C/Footprint.h"
#include "llvm/Support/FormatVariadic.h"
#include <limits>

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

static constexpr StringRef kCostNames[kNumCosts] = {"sram", "flash", "latency",
                                                    "macs", "energy"};

StringRef ofa::getCostName(Cost cost) { return kCostNames[unsigned(cost)]; }

std::optional<Cost> ofa::parseCost(StringRef name) {
  const StringRef *found = llvm::find(kCostNames, name);
  if (found == std::end(kCostNames))
    return std::nullopt;
  return Cost(found - kCostNames);
}

std::string ofa::printCost(Cost cost, double value) {
  switch (cost) {
  case Cost::Sram:
  case Cost::Flash:
    return llvm::formatv("{0} bytes", int64_t(value)).str();
  case Cost::Latency:
    return llvm::formatv("{0:f2} ms", 1e3 * value).str();
  case Cost::Macs:
    return llvm::formatv("{0:f2} M", value / 1e6).str();
  case Cost::Energy:
    return llvm::formatv("{0:f3} mJ", 1e3 * value).str();
  }
  llvm_unreachable("no such cost");
}

void SubnetProblem::fillCosts(const SubnetEstimate &estimate,
                              MutableArrayRef<double> costs) const {
  costs[unsigned(Cost::Sram)] = estimate.sramBytes;
  costs[unsigned(Cost::Flash)] = estimate.getFlashBytes();
  costs[unsigned(Cost::Latency)] = estimate.seconds;
  costs[unsigned(Cost::Macs)] = estimate.macs;
  costs[unsigned(Cost::Energy)] = device.toJoules(estimate.seconds).value_or(0);
}

SmallVector<double>
SubnetProblem::getCosts(const SubnetEstimate &estimate) const {
  SmallVector<double> costs(kNumCosts);
  fillCosts(estimate, costs);
  return costs;
}

std::string SubnetProblem::explainExcess(ArrayRef<double> costs) const {
  std::string text;
  for (unsigned i = 0; i != kNumCosts; ++i) {
    if (costs[i] <= limits[i])
      continue;
    if (!text.empty())
      text += ", ";
    text += llvm::formatv("{0} of {1} (budget {2})", printCost(Cost(i), costs[i]),
                          kCostNames[i], printCost(Cost(i), limits[i]));
  }
  return text;
}

bool SubnetProblem::hasExactSizes() const {
  // A supernet without preprocessing cannot be quantised.
  return SupernetOp(supernet).getPreprocessingAttr() &&
         findKernelCode("ofa_convert_u8_s8", device.core);
}

FailureOr<SubnetEstimate> SubnetProblem::promise(const Subnet &subnet) const {
  SubnetEstimate figures = estimate(subnet);
  if (!hasExactSizes())
    return figures;
  FailureOr<FirmwareSizes> sizes = computeFirmwareSizes(
      supernet, subnet, device, stringifyRounding(rounding), segmentLimit);
  if (failed(sizes))
    return failure();
  figures.sramBytes = sizes->sram;
  figures.flashDataBytes = sizes->flashData;
  figures.flashCodeBytes = sizes->flashCode;
  return figures;
}

FailureOr<std::string>
SubnetProblem::describeMemoryPeak(const Subnet &subnet) const {
  if (!hasExactSizes())
    return std::string();
  return describeFirmwarePeak(supernet, subnet, device,
                              stringifyRounding(rounding), segmentLimit);
}

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

FailureOr<SearchTarget> ofa::readSearchTarget(ModuleOp module, StringRef target,
                                              StringRef deviceFile,
                                              StringRef prefer) {
  if (!prefer.empty() && prefer != "speed")
    return module.emitError("expects 'prefer' to be 'speed', but got '")
           << prefer << "'";
  auto budget = parseBudget(target, {});
  if (!budget)
    return module.emitError() << llvm::toString(budget.takeError());
  if (budget->device.empty() == deviceFile.empty())
    return module.emitError("expects a device name or a device file to "
                            "specialise for, such as 'cortex-m7'");
  auto device = deviceFile.empty() ? lookupDevice(budget->device)
                                   : loadDeviceFile(deviceFile);
  if (!device)
    return module.emitError() << llvm::toString(device.takeError());
  device->prefersSpeed = prefer == "speed";
  auto limits = resolveLimits(*budget, *device);
  if (!limits)
    return module.emitError() << llvm::toString(limits.takeError());
  return SearchTarget{std::move(*device), *limits};
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

LogicalResult SubnetProblem::fixChoices(StringRef fix) {
  fixed.resize(space.size());
  if (fix.empty())
    return success();
  auto emitError = [&] { return supernet.emitOpError(); };
  // What two opposite subnets agree on was fixed, or has one value.
  FailureOr<Subnet> low =
      Subnet::parse(space, ("smallest," + fix).str(), emitError);
  if (failed(low))
    return failure();
  FailureOr<Subnet> high =
      Subnet::parse(space, ("largest," + fix).str(), emitError);
  for (unsigned choice = 0; choice != space.size(); ++choice)
    if (low->getValues()[choice] == high->getValues()[choice])
      fixed[choice] = low->getValues()[choice];
  isAnyFixed = true;
  return success();
}

FailureOr<std::unique_ptr<SubnetProblem>>
SubnetProblem::create(SupernetOp supernet, const ChoiceSpace &space,
                      const Device &device, const ofa::Limits &limits,
                      StringRef fix, Rounding rounding,
                      std::optional<int64_t> segmentLimit) {
  std::unique_ptr<SubnetProblem> problem(
      new SubnetProblem(supernet, space, device, rounding));
  problem->segmentLimit = segmentLimit;
  if (failed(problem->fixChoices(fix)))
    return failure();
  for (unsigned choice = 0; choice != space.size(); ++choice)
    problem->cardinalities.push_back(
        problem->fixed[choice] ? 1 : space.getNumValues(choice));
  const double unlimited = std::numeric_limits<double>::infinity();
  problem->limits = {double(limits.sramBytes), double(limits.flashBytes),
                     limits.latencySeconds.value_or(unlimited),
                     limits.macs.value_or(unlimited),
                     limits.energyJoules.value_or(unlimited)};
  problem->costs = std::make_unique<SubnetCosts>(
      supernet, space, device, problem->fixed, rounding, segmentLimit);
  const std::set<std::string> &missing = problem->costs->getMissingKeys();
  if (!missing.empty()) {
    InFlightDiagnostic diag =
        supernet.emitOpError("needs ")
        << missing.size() << " entries that the latency table of '"
        << device.name << "' does not have, such as '" << *missing.begin()
        << "': measure them, or build the space with the choices that the table "
           "knows";
    return diag;
  }
  FailureOr<std::optional<AccuracyPredictor>> predictor =
      AccuracyPredictor::find(supernet, space);
  if (failed(predictor))
    return failure();
  problem->predictor = std::move(*predictor);
  problem->upperBounds = problem->getUpperBounds();
  return problem;
}

//===----------------------------------------------------------------------===//
// Genomes
//===----------------------------------------------------------------------===//

ArrayRef<unsigned>
SubnetProblem::toValues(const Genome &genome,
                        SmallVectorImpl<unsigned> &storage) const {
  if (!isAnyFixed)
    return genome;
  storage.assign(genome.begin(), genome.end());
  for (auto [value, fix] : llvm::zip(storage, fixed))
    if (fix)
      value = *fix;
  return storage;
}

Subnet SubnetProblem::toSubnet(const Genome &genome) const {
  SmallVector<unsigned> storage;
  return Subnet(space, toValues(genome, storage));
}

llvm::SmallBitVector SubnetProblem::findActive(const Genome &genome) const {
  SmallVector<unsigned> storage;
  return costs->findActive(toValues(genome, storage));
}

void SubnetProblem::computeCosts(const Genome &genome,
                                 MutableArrayRef<double> result) const {
  SmallVector<unsigned> storage;
  fillCosts(costs->estimate(toValues(genome, storage)), result);
}

/// The predictor's inputs that are one.
std::vector<unsigned> SubnetProblem::encode(const Genome &genome) const {
  SmallVector<unsigned> storage;
  ArrayRef<unsigned> values = toValues(genome, storage);
  return predictor->getEncoding().encode(values, costs->findActive(values));
}

std::vector<double> SubnetProblem::score(ArrayRef<Genome> genomes) const {
  if (!predictor) {
    std::vector<double> macs;
    SmallVector<unsigned> storage;
    for (const Genome &genome : genomes)
      macs.push_back(double(costs->estimate(toValues(genome, storage)).macs));
    return macs;
  }
  std::vector<std::vector<unsigned>> rows;
  for (const Genome &genome : genomes)
    rows.push_back(encode(genome));
  std::vector<float> scores = predictor->getPredictor().predict(rows);
  return {scores.begin(), scores.end()};
}

/// Asks the predictor.
class SubnetProblem::PredictorScorer final : public Scorer {
public:
  class Near;

  explicit PredictorScorer(const SubnetProblem &problem)
      : problem(problem), predictor(problem.predictor->getPredictor()) {}

  void score(ArrayRef<Genome> genomes,
             MutableArrayRef<double> scores) override {
    rows.clear();
    for (const Genome &genome : genomes)
      rows.push_back(problem.encode(genome));
    accuracies = predictor.predict(rows, activations);
    llvm::copy(accuracies, scores.begin());
    scored = genomes;
  }

  std::unique_ptr<Surroundings> makeSurroundings() override;
  void prepare(ArrayRef<Surroundings *> surroundings) override;

private:
  const SubnetProblem &problem;
  const Predictor &predictor;
  Predictor::Activations activations;
  std::vector<std::vector<unsigned>> rows;
  std::vector<float> accuracies;
  ArrayRef<Genome> scored;
};

/// Estimates by the predictor around one subnet.
class SubnetProblem::PredictorScorer::Near final : public Surroundings {
public:
  explicit Near(const PredictorScorer &scorer)
      : scorer(scorer), problem(scorer.problem), local(scorer.predictor),
        around(*problem.costs) {}

  void moveTo(unsigned index) override {
    local.moveTo(scorer.activations, index, scorer.rows[index],
                 scorer.accuracies[index]);
    SmallVector<unsigned> storage;
    ArrayRef<unsigned> values = problem.toValues(scorer.scored[index], storage);
    center.assign(values.begin(), values.end());
  }

  void prepare() {
    active = problem.costs->findActive(center);
    around.moveTo(center);
    trial = center;
  }

  void computeCosts(ArrayRef<GeneChange> changes,
                    MutableArrayRef<double> costs) override {
    changed.clear();
    for (auto [gene, value] : changes) {
      changed.push_back(gene);
      if (!problem.fixed[gene])
        trial[gene] = std::max(value, 0);
    }
    problem.fillCosts(around.estimate(trial, changed), costs);
    for (unsigned gene : changed)
      trial[gene] = center[gene];
  }

  // Where several choices share an input of the predictor, this counts it more
  // than once: it is an estimate.
  double estimate(ArrayRef<GeneChange> changes) override {
    const OneHotEncoding &encoding = problem.predictor->getEncoding();
    added.clear();
    removed.clear();
    auto add = [&](SmallVectorImpl<unsigned> &columns, unsigned gene,
                   unsigned value) {
      int column = encoding.getColumn(gene, value);
      if (column >= 0)
        columns.push_back(column);
    };
    for (auto [gene, value] : changes) {
      if (active[gene])
        add(removed, gene, center[gene]);
      if (value >= 0)
        add(added, gene, problem.fixed[gene].value_or(value));
    }
    return local.estimate(added, removed);
  }

  double estimateKept(ArrayRef<unsigned> kept) override {
    return local.estimateKept(kept);
  }

private:
  friend class PredictorScorer;
  const PredictorScorer &scorer;
  const SubnetProblem &problem;
  LocalPredictor local;
  SubnetCosts::Around around;
  SmallVector<unsigned> center, trial; ///< One value for each choice.
  llvm::SmallBitVector active;
  SmallVector<unsigned> added, removed, changed;
};

std::unique_ptr<Surroundings>
SubnetProblem::PredictorScorer::makeSurroundings() {
  return std::make_unique<Near>(*this);
}

void SubnetProblem::PredictorScorer::prepare(
    ArrayRef<Surroundings *> surroundings) {
  SmallVector<LocalPredictor *> locals;
  for (Surroundings *one : surroundings) {
    auto *near = static_cast<Near *>(one);
    near->prepare();
    locals.push_back(&near->local);
  }
  LocalPredictor::prepare(locals);
}

std::unique_ptr<Scorer> SubnetProblem::makeScorer() const {
  if (!predictor)
    return SearchProblem::makeScorer();
  return std::make_unique<PredictorScorer>(*this);
}
