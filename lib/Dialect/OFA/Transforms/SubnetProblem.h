//===- SubnetProblem.h - A supernet as a search problem ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H
#define OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H

#include "ofa/Analysis/AccuracyPredictor.h"
#include "ofa/Analysis/SubnetEstimate.h"
#include "ofa/Device/Budget.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Search/Search.h"
#include <memory>

namespace mlir::ofa {

/// One gene per choice. The score is the predicted accuracy or, without a
/// predictor, the number of MACs; costs are the figures that budgets limit.
class SubnetProblem final : public SearchProblem {
public:
  /// Fails after one diagnostic where the module's predictor cannot be used.
  static FailureOr<std::unique_ptr<SubnetProblem>>
  create(SupernetOp supernet, const ChoiceSpace &space, const Device &device,
         const ofa::Limits &limits);

  ArrayRef<unsigned> getCardinalities() const override { return cardinalities; }
  void canonicalise(Genome &genome) const override;
  ArrayRef<double> getLimits() const override { return limits; }
  std::vector<Evaluation> evaluate(ArrayRef<Genome> genomes) override;

  const ChoiceSpace &getSpace() const { return space; }
  bool hasPredictor() const { return predictor.has_value(); }
  Subnet toSubnet(const Genome &genome) const { return Subnet(space, genome); }
  SubnetEstimate estimate(const Subnet &subnet) const {
    return estimateSubnet(supernet, subnet, device);
  }
  SmallVector<double> getCosts(const SubnetEstimate &estimate) const;
  StringRef getLimitName(unsigned limit) const { return names[limit]; }
  /// What exceeds its budget and by how much, in words; empty if nothing does.
  std::string explainExcess(ArrayRef<double> costs) const;

private:
  SubnetProblem(SupernetOp supernet, const ChoiceSpace &space,
                const Device &device)
      : supernet(supernet), space(space), device(device) {}

  SupernetOp supernet;
  const ChoiceSpace &space;
  const Device &device;
  SmallVector<unsigned> cardinalities;
  SmallVector<StringRef> names;
  SmallVector<double> limits;
  std::optional<AccuracyPredictor> predictor;
};

} // namespace mlir::ofa

#endif // OFA_LIB_DIALECT_OFA_TRANSFORMS_SUBNETPROBLEM_H
