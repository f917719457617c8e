//===- TrainingCost.h - Energy and carbon of a run --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_TRAININGCOST_H
#define OFA_TRAINING_TRAININGCOST_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace mlir::ofa::training {

/// What energy is turned into carbon with.
struct CarbonOptions {
  /// Of a core that works, where no counter of energy can be read: 350 W for
  /// the 56 cores of a Xeon Platinum 8480+.
  double wattsPerCore = 6.25;
  /// Grams of CO2 for a kWh: the world's average in 2024 (IEA, Electricity
  /// 2025).
  double gridIntensity = 445;
  /// That the supernet serves; the published comparison has 40.
  int64_t devices = 40;
};

/// The error names the option.
llvm::Error verify(const CarbonOptions &options);

/// What a run has used so far, and what it would have taken without a
/// supernet.
struct TrainingCost {
  double epochs = 0;
  /// That went into steps: an image counts once in every epoch.
  int64_t images = 0;
  double joules = 0;
  /// How `joules` were measured.
  std::string source;
  /// Multiply-accumulates of one forward pass over the images of all steps,
  /// summed over the subnets that the steps trained, and a third of those of a
  /// teacher that only goes forward.
  double trainedMacs = 0;
  /// The same for one network of the space's mean size.
  double aloneMacs = 0;
  CarbonOptions options;

  double getKilowattHours() const { return joules / 3.6e6; }
  double getGrams() const { return getKilowattHours() * options.gridIntensity; }
  double getGramsPerDevice() const {
    return getGrams() / static_cast<double>(options.devices);
  }
  /// Of training a network for one device alone on as many images, if energy is
  /// in proportion to multiply-accumulates.
  double getJoulesAlone() const {
    return trainedMacs > 0 ? joules * aloneMacs / trainedMacs : 0;
  }
  /// How many times the energy all devices' networks take when each is trained
  /// alone; it does not depend on `joules`.
  double getRatio() const {
    return trainedMacs > 0
               ? static_cast<double>(options.devices) * aloneMacs / trainedMacs
               : 0;
  }
};

/// A few lines for people.
std::string printCost(const TrainingCost &cost);

} // namespace mlir::ofa::training

#endif // OFA_TRAINING_TRAININGCOST_H
