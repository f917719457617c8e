//===- TrainingCost.cpp - Energy and carbon of a run ----------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/TrainingCost.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir::ofa::training;

llvm::Error mlir::ofa::training::verify(const CarbonOptions &options) {
  auto refuse = [](const char *name, double value, const char *expected) {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        llvm::formatv("--{0}={1}: expected {2}", name,
                      llvm::format("%g", value), expected)
            .str());
  };
  if (!(options.wattsPerCore > 0) || !std::isfinite(options.wattsPerCore))
    return refuse("watts-per-core", options.wattsPerCore, "a positive number");
  if (!(options.gridIntensity >= 0) || !std::isfinite(options.gridIntensity))
    return refuse("grid-intensity", options.gridIntensity,
                  "grams of CO2 for a kWh, at least 0");
  if (options.devices < 1)
    return refuse("devices", static_cast<double>(options.devices),
                  "at least 1");
  return llvm::Error::success();
}

/// Three significant digits of a mass or an energy, in a unit that suits it.
static std::string printAmount(double thousandths, const char *small,
                               const char *large) {
  bool isLarge = thousandths >= 1000;
  return llvm::formatv(
      "{0} {1}",
      llvm::format("%.3g", isLarge ? thousandths / 1000 : thousandths),
      isLarge ? large : small);
}

std::string mlir::ofa::training::printCost(const TrainingCost &cost) {
  auto energy = [](double joules) {
    return printAmount(joules / 3600, "Wh", "kWh");
  };
  auto mass = [](double grams) {
    return printAmount(grams, "g CO2e", "kg CO2e");
  };
  double gramsAlone = cost.getGrams() * cost.getRatio();
  return llvm::formatv(
      "energy: {0} for {1} images in {2} epochs, by {3}\n"
      "carbon: {4} at {5} g/kWh; {6} for each of {7} devices\n"
      "{7} networks trained alone: {8}, {9}; {10} times as much",
      energy(cost.joules), cost.images, llvm::format("%.4g", cost.epochs),
      cost.source, mass(cost.getGrams()),
      llvm::format("%g", cost.options.gridIntensity),
      mass(cost.getGramsPerDevice()), cost.options.devices,
      energy(cost.joules * cost.getRatio()), mass(gramsAlone),
      llvm::format("%.1f", cost.getRatio()));
}
