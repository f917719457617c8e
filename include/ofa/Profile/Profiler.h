//===- Profiler.h - Measures layers on the emulator -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_PROFILE_PROFILER_H
#define OFA_PROFILE_PROFILER_H

#include "ofa/Device/LatencyTable.h"
#include "ofa/Profile/NetworkCompiler.h"
#include <functional>

namespace mlir::ofa {

/// The key of what a run costs beside its kernels, once per network.
inline constexpr llvm::StringLiteral kRunKey = "run";

/// One network's instructions, by key; the counts of a key that occurs several
/// times are all there.
struct NetworkProfile {
  /// One for each layer: the sum over its kernels.
  std::vector<std::pair<std::string, int64_t>> layers;
  int64_t run = 0;
  int64_t total = 0;
  /// As of CompiledNetwork.
  std::vector<std::pair<std::string, LayerFigures>> figures;
};

/// Counts the instructions of networks' kernels, as firmware on the emulator.
class Profiler {
public:
  /// Firmware is built in `folder`, one network after the other.
  Profiler(const NetworkCompiler &compiler, const Device &device,
           std::string folder)
      : compiler(compiler), device(device), folder(std::move(folder)) {}

  /// Compiles, builds, runs; `subnet` as of NetworkCompiler::compile(). The
  /// same twice gives the same. Fails after one diagnostic.
  FailureOr<NetworkProfile> run(StringRef subnet) const;

private:
  const NetworkCompiler &compiler;
  const Device &device;
  std::string folder;
};

/// The table of a device without entries: `instructions` of the emulator.
/// `source` names its machine, the compiler and the flags. Error: the device
/// has no emulator.
llvm::Expected<LatencyTable> makeEmulatorTable(const Device &device);

/// Adds what `profile` measured and the table does not have: the first
/// measurement of a key stands, so that a profile that was interrupted ends in
/// the same table.
void addMeasurements(LatencyTable &table, const NetworkProfile &profile);

/// The sum of the entries of a network's layers and its run; nothing where the
/// table lacks one, whose key is then in `missing`.
std::optional<double> predict(const LatencyTable &table,
                              const NetworkProfile &profile,
                              std::string &missing);

/// Relative difference of predictions to counts over several networks.
struct PredictionError {
  int64_t networks = 0;
  double mean = 0;    ///< Of magnitudes.
  double largest = 0; ///< Of magnitudes.
  double bias = 0;    ///< Mean with sign.
  /// 95 % intervals: of `bias`, and of one network's difference.
  double biasInterval = 0, singleInterval = 0;
};

/// From (prediction - count) / count of each network; at least one.
PredictionError summarizeErrors(ArrayRef<double> errors);

/// Random subnets that differ in what they read from each other and from
/// `used`, which printActiveChoices() made; fewer if the space is that small.
std::vector<Subnet> drawUnseenSubnets(SupernetOp supernet,
                                      const ChoiceSpace &choices, int64_t count,
                                      uint64_t seed,
                                      ArrayRef<std::string> used);

} // namespace mlir::ofa

#endif // OFA_PROFILE_PROFILER_H
