//===- Device.cpp - Queries and the built-in devices ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Device.h"
#include "NearMatches.h"
#include "ofa/Device/Quantity.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir::ofa;
using llvm::StringRef;

namespace {
struct BuiltinDevice {
  StringRef name; // The file's name without `.yaml`.
  StringRef text;
};
} // namespace

// Sorted by name; written by EmbedFiles.cmake from devices/*.yaml.
static const BuiltinDevice builtinDevices[] = {
#include "BuiltinDevices.inc"
};

llvm::ArrayRef<StringRef> mlir::ofa::kernelKinds() {
  static const StringRef kinds[] = {"conv2d",
                                    "pointwise_conv2d",
                                    "depthwise_conv2d",
                                    "fully_connected",
                                    "elementwise",
                                    "table",
                                    "pool",
                                    "softmax",
                                    "move",
                                    "default"};
  return kinds;
}

llvm::ArrayRef<StringRef> mlir::ofa::kernelTerms() {
  static const StringRef terms[] = {"mac",  "output",   "call",  "input",
                                    "step", "step_mac", "border"};
  static_assert(std::size(terms) == NumKernelTerms);
  return terms;
}

llvm::ArrayRef<StringRef> mlir::ofa::isaFeatures() {
  static const StringRef features[] = {"dsp",        "mve",     "fpu",  "fpu64",
                                       "neon",       "dotprod", "i8mm", "avx2",
                                       "avx512vnni", "rvp",     "rvv"};
  return features;
}

bool Device::hasFeature(StringRef feature) const {
  return llvm::is_contained(isa, feature);
}

const MemoryRegion *Device::findMemory(MemoryKind kind) const {
  for (const MemoryRegion &region : memory)
    if (region.kind == kind)
      return &region;
  return nullptr;
}

int64_t Device::getSramBytes() const {
  const MemoryRegion *region = findMemory(MemoryKind::Sram);
  return region ? region->bytes : 0;
}

int64_t Device::getFlashBytes() const {
  const MemoryRegion *region = findMemory(MemoryKind::Flash);
  return region ? region->bytes : 0;
}

double Device::estimateCycles(StringRef kind, const KernelWork &work) const {
  llvm::ArrayRef<StringRef> kinds = kernelKinds();
  size_t index = llvm::find(kinds, kind) - kinds.begin();
  if (index == kinds.size())
    --index; // `default` is the last one.
  double sum = 0;
  for (auto [amount, cycles] : llvm::zip(work, latency.kernels[index]))
    sum += amount * cycles;
  return sum;
}

const LatencyTable *Device::findTable(int64_t image) const {
  for (const LatencyTable &table : latency.tables)
    if (!table.image || table.image == image)
      return &table;
  return nullptr;
}

double Device::toSeconds(const LatencyTable &table, double amount) const {
  switch (table.unit) {
  case LatencyTable::Unit::Instructions:
    return toSeconds(amount * table.cyclesPerInstruction);
  case LatencyTable::Unit::Cycles:
    return toSeconds(amount);
  case LatencyTable::Unit::Milliseconds:
    return amount / 1e3;
  }
  llvm_unreachable("no such unit");
}

std::optional<double> Device::toJoules(double seconds) const {
  if (!activePowerWatts)
    return std::nullopt;
  return *activePowerWatts * seconds;
}

std::string Device::describeLatency() const {
  switch (latency.basis) {
  case LatencyModel::Basis::Estimate:
    return "estimate (" + latency.source + ")";
  case LatencyModel::Basis::Emulator:
    return "estimate from the emulator (" + latency.source + ")";
  case LatencyModel::Basis::Measured:
    return "measured (" + latency.source + ")";
  }
  llvm_unreachable("no such basis");
}

std::vector<StringRef> mlir::ofa::getBuiltinDeviceNames() {
  std::vector<StringRef> names;
  for (const BuiltinDevice &device : builtinDevices)
    names.push_back(device.name);
  return names;
}

llvm::Expected<Device> mlir::ofa::lookupDevice(StringRef name) {
  for (const BuiltinDevice &device : builtinDevices)
    if (device.name == name)
      return parseDevice(llvm::MemoryBufferRef(device.text, device.name));

  std::vector<StringRef> names = getBuiltinDeviceNames();
  return llvm::createStringError(
      "unknown device '" + name + "'" + suggestNearMatches(name, names) +
      "; known devices: " + llvm::join(names, ", ") +
      " (a board of your own: device-file=<file>.yaml)");
}

llvm::Expected<Device> mlir::ofa::loadDeviceFile(StringRef path,
                                                  bool readTables) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError("cannot read the device file '" + path +
                                   "': " + buffer.getError().message());
  return parseDevice((*buffer)->getMemBufferRef(), readTables);
}
