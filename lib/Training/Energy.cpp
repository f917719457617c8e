//===- Energy.cpp - Energy that a run uses --------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Energy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <dlfcn.h>
#include <fstream>
#include <sys/resource.h>

using namespace mlir::ofa::training;

static bool readNumber(const std::string &path, uint64_t &value) {
  std::ifstream file(path);
  return static_cast<bool>(file >> value);
}

/// User and system time of all threads.
static double getProcessorSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval &time) {
    return static_cast<double>(time.tv_sec) +
           1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

EnergyMeter::EnergyMeter(const EnergySources &sources)
    : lastProcessorSeconds(getProcessorSeconds()) {
  addRapl(sources.raplFolder);
  if (counters.empty()) {
    modelWatts = sources.wattsPerCore * sources.processes;
    description = llvm::formatv(
        "a model: {0} W for every second of processor time{1} (no counter "
        "readable in {2})",
        llvm::format("%g", sources.wattsPerCore),
        sources.processes > 1
            ? llvm::formatv(" of {0} processes", sources.processes).str()
            : "",
        sources.raplFolder);
  }
  if (!sources.nvmlLibrary.empty())
    description += llvm::formatv(", NVML ({0} GPUs readable)",
                                 addNvml(sources.nvmlLibrary));
  takeJoules(); // From here on.
}

/// Domains of RAPL are folders such as intel-rapl:0, a package with its cores,
/// and intel-rapl:0:1, a part of it. Packages and memory are disjoint; other
/// parts are within the packages, and `psys` is around them.
void EnergyMeter::addRapl(const std::string &folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(folder, error), end;
       entry != end && !error; entry.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(entry->path());
    if (name.starts_with("intel-rapl:"))
      names.push_back(name.str());
  }
  std::sort(names.begin(), names.end());
  std::vector<std::string> read;
  for (const std::string &name : names) {
    std::string path = folder + "/" + name + "/";
    std::string domain;
    std::ifstream(path + "name") >> domain;
    if (!llvm::StringRef(domain).starts_with("package") && domain != "dram")
      continue;
    Counter counter;
    counter.joulesPerUnit = 1e-6;
    counter.read = [file = path + "energy_uj"](uint64_t &value) {
      return readNumber(file, value);
    };
    // Most systems let only root read them.
    if (!counter.read(counter.last) ||
        !readNumber(path + "max_energy_range_uj", counter.range))
      continue;
    counters.push_back(counter);
    read.push_back(domain);
  }
  if (!counters.empty())
    description = "RAPL (" + llvm::join(read, ", ") + ")";
}

unsigned EnergyMeter::addNvml(const std::string &library) {
  // The few prototypes of nvml.h that are needed; 0 is success. The library
  // stays open, as its functions are called to the end.
  using Device = void *;
  void *nvml = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!nvml)
    return 0;
  auto init = reinterpret_cast<int (*)()>(dlsym(nvml, "nvmlInit_v2"));
  auto getCount = reinterpret_cast<int (*)(unsigned *)>(
      dlsym(nvml, "nvmlDeviceGetCount_v2"));
  auto getDevice = reinterpret_cast<int (*)(unsigned, Device *)>(
      dlsym(nvml, "nvmlDeviceGetHandleByIndex_v2"));
  auto getEnergy = reinterpret_cast<int (*)(Device, unsigned long long *)>(
      dlsym(nvml, "nvmlDeviceGetTotalEnergyConsumption"));
  unsigned count = 0, readable = 0;
  if (!init || !getCount || !getDevice || !getEnergy || init() != 0 ||
      getCount(&count) != 0)
    return 0;
  for (unsigned i = 0; i < count; ++i) {
    Device device = nullptr;
    if (getDevice(i, &device) != 0)
      continue;
    Counter counter;
    counter.joulesPerUnit = 1e-3;
    counter.read = [=](uint64_t &value) {
      unsigned long long millijoules = 0;
      bool isRead = getEnergy(device, &millijoules) == 0;
      value = millijoules;
      return isRead;
    };
    if (!counter.read(counter.last))
      continue;
    counters.push_back(counter);
    ++readable;
  }
  return readable;
}

double EnergyMeter::takeJoules() {
  double joules = 0;
  for (Counter &counter : counters) {
    uint64_t value = 0;
    if (!counter.read(value))
      continue;
    uint64_t used = value >= counter.last
                        ? value - counter.last
                        : value + counter.range - counter.last;
    // A counter that cannot wrap went back: its driver was loaded again.
    if (value < counter.last && !counter.range)
      used = 0;
    joules += static_cast<double>(used) * counter.joulesPerUnit;
    counter.last = value;
  }
  double processorSeconds = getProcessorSeconds();
  joules += (processorSeconds - lastProcessorSeconds) * modelWatts;
  lastProcessorSeconds = processorSeconds;
  return joules;
}
