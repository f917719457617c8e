//===- Profiler.cpp - Measures layers on the emulator ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Profile/Profiler.h"
#include "ofa/Device/Device.h"
#include "ofa/Engine/LayerCounts.h"
#include "ofa/Search/Xoshiro256.h"
#include "ofa/Target/C/EmitC.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

//===----------------------------------------------------------------------===//
// One network
//===----------------------------------------------------------------------===//

/// A vector of seeded random inputs: any pixel or integer, floats from -1 to 1.
static std::vector<uint8_t> makeInput(ArrayRef<TensorSpec> specs) {
  ofa::Xoshiro256 random(2);
  std::vector<uint8_t> bytes;
  for (const TensorSpec &spec : specs)
    for (int64_t i = 0; i < spec.getNumElements(); ++i) {
      if (spec.kind != ElementKind::F32) {
        bytes.push_back(uint8_t(random.below(256)));
        continue;
      }
      float value = float(2 * random.uniform() - 1);
      const auto *memory = reinterpret_cast<const uint8_t *>(&value);
      bytes.insert(bytes.end(), memory, memory + sizeof value);
    }
  return bytes;
}

FailureOr<NetworkProfile> Profiler::run(StringRef subnet) const {
  FailureOr<CompiledNetwork> network = compiler.compile(subnet, "net");
  if (failed(network))
    return failure();
  FailureOr<LayerCounts> counts = countLayers(
      network->model, device, makeInput(getInputSpecs(network->model)), folder);
  if (failed(counts))
    return failure();
  NetworkProfile profile;
  profile.run = counts->run;
  profile.total = counts->getTotal();
  profile.figures = std::move(network->layers);
  for (const std::string &key : network->keys)
    profile.layers.emplace_back(key, 0);
  for (auto [layer, count] : llvm::zip(network->kernelLayers, counts->kernels))
    profile.layers[layer].second += count;
  return profile;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

llvm::Expected<LatencyTable> ofa::makeEmulatorTable(const Device &device) {
  if (device.toolchain.hosted)
    return llvm::createStringError(
        "device '" + device.name +
        "' runs programs, whose instructions are not counted; profile it with "
        "--emit-firmware=DIR and --parse=LOG");
  if (!device.emulator)
    return llvm::createStringError(
        "device '" + device.name +
        "' has no emulator: its device file names none; profile the board with "
        "--emit-firmware=DIR and --parse=LOG");
  LatencyTable table;
  table.unit = LatencyTable::Unit::Instructions;
  table.cyclesPerInstruction = device.latency.cyclesPerInstruction;
  table.device = device.name;
  std::string compiler = getCompilerVersion(device);
  if (compiler.empty())
    return llvm::createStringError("cannot run '" + device.toolchain.prefix +
                                   "gcc', the compiler of device '" +
                                   device.name + "'");
  std::vector<std::string> flags = device.toolchain.flags;
  for (StringRef flag : getScheduleFlags(device.core))
    flags.push_back(flag.str());
  for (StringRef flag : getFirmwareFlags())
    flags.push_back(flag.str());
  table.source = "instructions of the kernels for " + device.core +
                 " on the emulator " + device.emulator->program + " " +
                 device.emulator->machine + " (" + device.emulator->core +
                 "), built by " + compiler + " with " + llvm::join(flags, " ");
  return table;
}

void ofa::addMeasurements(LatencyTable &table, const NetworkProfile &profile) {
  auto add = [&](StringRef key, int64_t count) {
    LatencyTable::Entry entry;
    entry.mean = double(count);
    entry.count = 1;
    table.entries.try_emplace(key.str(), entry);
  };
  for (const auto &[key, count] : profile.layers)
    add(key, count);
  add(kRunKey, profile.run);
}

std::optional<double> ofa::predict(const LatencyTable &table,
                                   const NetworkProfile &profile,
                                   std::string &missing) {
  double sum = 0;
  auto add = [&](StringRef key) {
    auto entry = table.entries.find(key);
    if (entry == table.entries.end()) {
      missing = key.str();
      return false;
    }
    sum += entry->second.mean;
    return true;
  };
  for (const auto &[key, count] : profile.layers)
    if (!add(key))
      return std::nullopt;
  return add(kRunKey) ? std::optional(sum) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Validation
//===----------------------------------------------------------------------===//

/// Two-sided 95 % points of Student's t distribution for 1 to 30 degrees of
/// freedom, and the approximation of its tail above.
static double getStudentPoint(int64_t freedom) {
  static constexpr double points[] = {
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  return freedom <= 30 ? points[freedom - 1] : 1.96 + 2.5 / double(freedom);
}

PredictionError ofa::summarizeErrors(ArrayRef<double> errors) {
  PredictionError result;
  double count = double(errors.size());
  result.networks = errors.size();
  for (double error : errors) {
    result.mean += std::fabs(error) / count;
    result.bias += error / count;
    result.largest = std::max(result.largest, std::fabs(error));
  }
  if (errors.size() < 2)
    return result;
  double squares = 0;
  for (double error : errors)
    squares += (error - result.bias) * (error - result.bias);
  double deviation = std::sqrt(squares / (count - 1));
  double point = getStudentPoint(errors.size() - 1);
  result.biasInterval = point * deviation / std::sqrt(count);
  result.singleInterval = point * deviation * std::sqrt(1 + 1 / count);
  return result;
}

std::vector<Subnet> ofa::drawUnseenSubnets(SupernetOp supernet,
                                           const ChoiceSpace &choices,
                                           int64_t count, uint64_t seed,
                                           ArrayRef<std::string> used) {
  llvm::StringSet<> seen;
  for (const std::string &text : used)
    seen.insert(text);
  ofa::Xoshiro256 random(seed);
  std::vector<Subnet> subnets;
  // Small spaces run out of new ones.
  for (int64_t draws = 0;
       draws < 100 * count && int64_t(subnets.size()) < count; ++draws) {
    SmallVector<unsigned> values;
    for (unsigned choice = 0; choice != choices.size(); ++choice)
      values.push_back(unsigned(random.below(choices.getNumValues(choice))));
    Subnet subnet(choices, values);
    if (seen.insert(printActiveChoices(supernet, subnet)).second)
      subnets.push_back(subnet);
  }
  return subnets;
}
