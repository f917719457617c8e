//===- AccuracyPredictor.h - What ofa.predictor says of subnets -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_ANALYSIS_ACCURACYPREDICTOR_H
#define OFA_ANALYSIS_ACCURACYPREDICTOR_H

#include "ofa/Dialect/OFA/IR/Subnet.h"
#include "ofa/Search/Predictor.h"
#include <optional>

namespace mlir::ofa {

/// An `ofa.predictor`, ready to be asked.
class AccuracyPredictor {
public:
  /// The one beside `supernet`, if there is one. Fails after one diagnostic
  /// where it cannot be used.
  static FailureOr<std::optional<AccuracyPredictor>>
  find(SupernetOp supernet, const ChoiceSpace &space);

  /// The predicted top-1 accuracy of each subnet, as a fraction.
  std::vector<float> predict(ArrayRef<Subnet> subnets) const;

  /// What nine in ten predictions are not further off by, where that is known.
  std::optional<double> getError() const { return error; }

  /// For those who know already which choices are active.
  const Predictor &getPredictor() const { return predictor; }
  const OneHotEncoding &getEncoding() const { return encoding; }

private:
  AccuracyPredictor(SupernetOp supernet, Predictor predictor,
                    OneHotEncoding encoding, std::optional<double> error)
      : supernet(supernet), predictor(std::move(predictor)),
        encoding(std::move(encoding)), error(error) {}

  SupernetOp supernet;
  Predictor predictor;
  OneHotEncoding encoding;
  std::optional<double> error;
};

} // namespace mlir::ofa

#endif // OFA_ANALYSIS_ACCURACYPREDICTOR_H
