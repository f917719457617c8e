//===- Energy.h - Energy that a run uses ------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_ENERGY_H
#define OFA_LIB_TRAINING_ENERGY_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mlir::ofa::training {

/// Where energy may be read.
struct EnergySources {
  /// Linux's counters of processors and memory.
  std::string raplFolder = "/sys/class/powercap";
  /// NVIDIA's library of counters, or empty where no GPU is trained on: an idle
  /// one is not the run's.
  std::string nvmlLibrary;
  /// Of this process's processor time, where RAPL cannot be read.
  double wattsPerCore = 0;
  /// That do the same work as this one; the model counts them all.
  int processes = 1;
};

/// Adds up the energy that counters show. They are of the whole machine, other
/// jobs included; the model that stands in for RAPL is of this run alone.
class EnergyMeter {
public:
  explicit EnergyMeter(const EnergySources &sources);

  /// Joules since the last call, or since the meter was made. RAPL's counters
  /// start again after some ten minutes at full power, so it must be called
  /// more often than that.
  double takeJoules();

  /// What is read, for people.
  const std::string &describe() const { return description; }

private:
  /// A counter that starts again from 0 after `range`; 0: it never does.
  struct Counter {
    std::function<bool(uint64_t &value)> read;
    double joulesPerUnit = 0;
    uint64_t range = 0;
    uint64_t last = 0;
  };
  void addRapl(const std::string &folder);
  /// Returns how many GPUs it can read.
  unsigned addNvml(const std::string &library);

  std::vector<Counter> counters;
  double modelWatts = 0;
  double lastProcessorSeconds = 0;
  std::string description;
};

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_ENERGY_H
