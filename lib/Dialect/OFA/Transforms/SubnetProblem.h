//===- SubnetProblem.h - A supernet as a search problem ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H
#define OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H

#include "ofa/Analysis/AccuracyPredictor.h"
#include "ofa/Analysis/SubnetCosts.h"
#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Search/Search.h"
#include "mlir/IR/BuiltinOps.h"
#include <memory>

namespace mlir::ofa {

/// What a budget can limit and an objective can minimise, in the order of
/// `SearchProblem::getLimits()`.
enum class Cost : unsigned { Sram, Flash, Latency, Macs, Energy };
constexpr unsigned kNumCosts = 5;

/// `sram`, `flash`, `latency`, `macs`, `energy`.
StringRef getCostName(Cost cost);
/// Nothing for another name.
std::optional<Cost> parseCost(StringRef name);
/// A value for people, with its unit.
std::string printCost(Cost cost, double value);

/// What to search for.
struct SearchTarget {
  Device device;
  ofa::Limits limits;
};

/// Reads `target`, a device and budgets such as `cortex-m7 sram=64KiB`, and
/// `deviceFile`, which may give the device instead. Fails after one diagnostic.
FailureOr<SearchTarget> readSearchTarget(ModuleOp module, StringRef target,
                                         StringRef deviceFile,
                                         StringRef prefer = "");

/// One gene per choice, of one value where the choice is fixed. The score is the
/// predicted accuracy or, without a predictor, the number of MACs.
class SubnetProblem final : public SearchProblem {
public:
  /// `fix` is empty or fixes choices, such as `resolution=192,s1.depth=2`;
  /// `rounding` is that of the kernels, `segmentLimit` that of
  /// computeFirmwareSizes(). Fails after one diagnostic where that cannot be
  /// read or the module's predictor or the device's latency table cannot be
  /// used.
  static FailureOr<std::unique_ptr<SubnetProblem>>
  create(SupernetOp supernet, const ChoiceSpace &space, const Device &device,
         const ofa::Limits &limits, StringRef fix,
         Rounding rounding = Rounding::Single,
         std::optional<int64_t> segmentLimit = std::nullopt);

  ArrayRef<unsigned> getCardinalities() const override { return cardinalities; }
  llvm::SmallBitVector findActive(const Genome &genome) const override;
  bool changesEffects(unsigned gene) const override {
    return costs->isDepth(gene);
  }
  ArrayRef<double> getLimits() const override { return limits; }
  bool mayExceed(unsigned limit) const override {
    return upperBounds[limit] > limits[limit];
  }
  void computeCosts(const Genome &genome,
                    MutableArrayRef<double> costs) const override;
  std::vector<double> score(ArrayRef<Genome> genomes) const override;
  std::unique_ptr<Scorer> makeScorer() const override;

  const ChoiceSpace &getSpace() const { return space; }
  bool hasPredictor() const { return predictor.has_value(); }
  /// Whether `cost` is known for this device.
  bool hasCost(Cost cost) const {
    return cost != Cost::Energy || device.activePowerWatts;
  }
  double getLimit(Cost cost) const { return limits[unsigned(cost)]; }
  void setLimit(Cost cost, double limit) { limits[unsigned(cost)] = limit; }
  /// The predicted accuracy, where there is a predictor.
  double predict(const Subnet &subnet) const {
    return predictor->predict(subnet).front();
  }
  /// What nine in ten predictions are not further off by, where that is known.
  std::optional<double> getPredictionError() const {
    return predictor ? predictor->getError() : std::nullopt;
  }
  Subnet toSubnet(const Genome &genome) const;
  SubnetEstimate estimate(const Subnet &subnet) const {
    return costs->estimate(subnet.getValues());
  }
  /// Whether promise() knows what the firmware holds, to the byte: on cores whose
  /// kernels have figures.
  bool hasExactSizes() const;
  /// The estimate, with the exact sizes of the firmware where they are known. Takes
  /// milliseconds. Fails after one diagnostic.
  FailureOr<SubnetEstimate> promise(const Subnet &subnet) const;
  /// What binds the SRAM of a subnet; empty where sizes are not exact.
  FailureOr<std::string> describeMemoryPeak(const Subnet &subnet) const;
  bool allowsSegments() const { return segmentLimit.has_value(); }
  /// Costs that no subnet exceeds.
  SmallVector<double> getUpperBounds() const {
    return getCosts(costs->getUpperBound());
  }
  SmallVector<double> getCosts(const SubnetEstimate &estimate) const;
  /// What exceeds its budget and by how much, in words; empty if nothing does.
  std::string explainExcess(ArrayRef<double> costs) const;

private:
  class PredictorScorer;

  SubnetProblem(SupernetOp supernet, const ChoiceSpace &space,
                const Device &device, Rounding rounding)
      : supernet(supernet), space(space), device(device), rounding(rounding) {}
  LogicalResult fixChoices(StringRef fix);
  void fillCosts(const SubnetEstimate &estimate,
                 MutableArrayRef<double> costs) const;
  /// The value of each choice; `storage` may hold them.
  ArrayRef<unsigned> toValues(const Genome &genome,
                              SmallVectorImpl<unsigned> &storage) const;
  std::vector<unsigned> encode(const Genome &genome) const;

  SupernetOp supernet;
  const ChoiceSpace &space;
  const Device &device;
  Rounding rounding;
  std::optional<int64_t> segmentLimit;
  SmallVector<std::optional<unsigned>> fixed;
  bool isAnyFixed = false;
  SmallVector<unsigned> cardinalities;
  SmallVector<double> limits;
  SmallVector<double> upperBounds;
  std::unique_ptr<SubnetCosts> costs;
  std::optional<AccuracyPredictor> predictor;
};

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H
