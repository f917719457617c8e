//===- DeviceYAML.cpp - Devices as YAML -------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NearMatches.h"
#include "ofa/Device/Device.h"
#include "ofa/Device/Quantity.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/YAMLTraits.h"

using namespace mlir::ofa;
using llvm::StringRef;
namespace yaml = llvm::yaml;

namespace {

/// What the reader of one file carries along; only the first problem counts.
struct ReaderContext {
  /// Where files that the device names lie.
  std::string folder;
  bool readTables = true;
  std::string error;
  /// Keeps a scalar's message alive until YAML I/O has copied it.
  std::string scalarError;
  /// Keys of the mapping read last, for the message about an unknown one.
  std::vector<StringRef> knownKeys;
};

// One type per way of reading a scalar, so that a wrong one is reported at its
// own place in the file.
LLVM_YAML_STRONG_TYPEDEF(int64_t, YamlBytes)
LLVM_YAML_STRONG_TYPEDEF(double, YamlFrequency)
LLVM_YAML_STRONG_TYPEDEF(double, YamlPower)
LLVM_YAML_STRONG_TYPEDEF(double, YamlCoefficient)
LLVM_YAML_STRONG_TYPEDEF(std::string, YamlName)
LLVM_YAML_STRONG_TYPEDEF(std::string, YamlFeature)

} // namespace

static StringRef fail(void *context, std::string message) {
  std::string &storage = static_cast<ReaderContext *>(context)->scalarError;
  storage = std::move(message);
  return storage;
}

/// Declares the keys of the mapping being read, after its nested mappings.
static void setKnownKeys(yaml::IO &io, std::vector<StringRef> keys) {
  static_cast<ReaderContext *>(io.getContext())->knownKeys = std::move(keys);
}

/// Reports a problem of the mapping being read, unless it has one already.
static void setErrorOnce(yaml::IO &io, const llvm::Twine &message) {
  if (!io.error())
    io.setError(message);
}

/// What relates several keys of a device.
static void checkDevice(yaml::IO &io, const Device &device) {
  for (MemoryKind kind : {MemoryKind::Sram, MemoryKind::Flash})
    if (!device.findMemory(kind))
      setErrorOnce(io, llvm::Twine("expects 'memory' to hold at least one "
                                   "region of kind ") +
                           (kind == MemoryKind::Sram ? "sram" : "flash"));
  for (size_t i = 0; i < device.memory.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (device.memory[i].name == device.memory[j].name)
        setErrorOnce(io, "expects memory regions of different names, but '" +
                             device.memory[i].name + "' occurs twice");
  if (device.activePowerWatts && device.activePowerSource.empty())
    setErrorOnce(io, "expects 'active_power_source' beside 'active_power': one "
                     "sentence that says where the figure comes from");
}

/// Reads the latency tables of a device; those for the same image become one.
static void readTables(yaml::IO &io, const std::vector<std::string> &paths,
                       LatencyModel &latency) {
  StringRef folder = static_cast<ReaderContext *>(io.getContext())->folder;
  latency.tables.clear(); // Those that were inherited belong to the parent's.
  if (!static_cast<ReaderContext *>(io.getContext())->readTables)
    return;
  for (StringRef path : paths) {
    llvm::SmallString<128> full(folder);
    if (llvm::sys::path::is_absolute(path))
      full.clear();
    llvm::sys::path::append(full, path);
    llvm::Expected<LatencyTable> table = loadLatencyTable(full);
    if (!table)
      return setErrorOnce(io, "'tables': " +
                                  llvm::toString(table.takeError()));
    auto same = llvm::find_if(latency.tables, [&](const LatencyTable &known) {
      return known.image == table->image;
    });
    if (same == latency.tables.end()) {
      latency.tables.push_back(std::move(*table));
    } else if (llvm::Error error = same->merge(*table)) {
      return setErrorOnce(io, "'tables': " + full.str() + ": " +
                                  llvm::toString(std::move(error)));
    }
  }
}

LLVM_YAML_IS_SEQUENCE_VECTOR(MemoryRegion)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(YamlFeature)

namespace llvm::yaml {

template <>
struct ScalarTraits<YamlBytes> {
  static void output(const YamlBytes &value, void *, raw_ostream &os) {
    os << formatBytes(value);
  }
  static StringRef input(StringRef text, void *context, YamlBytes &value) {
    std::string error;
    if (!parseBytes(text, value.value, error))
      return fail(context, std::move(error));
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <typename T, Dimension dimension>
struct QuantityTraits {
  static void output(const T &value, void *, raw_ostream &os) {
    os << formatQuantity(value, dimension);
  }
  static StringRef input(StringRef text, void *context, T &value) {
    std::string error;
    if (!parseQuantity(text, dimension, value.value, error))
      return fail(context, std::move(error));
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};
template <>
struct ScalarTraits<YamlFrequency>
    : QuantityTraits<YamlFrequency, Dimension::Frequency> {};
template <>
struct ScalarTraits<YamlPower> : QuantityTraits<YamlPower, Dimension::Power> {};

template <>
struct ScalarTraits<YamlCoefficient> {
  static void output(const YamlCoefficient &value, void *, raw_ostream &os) {
    os << value.value;
  }
  static StringRef input(StringRef text, void *context,
                         YamlCoefficient &value) {
    double number = 0;
    if (text.getAsDouble(number) || !(number >= 0) || !(number < 1e9))
      return fail(
          context,
          ("expects a number from 0 to 1e9, but got '" + text + "'").str());
    value.value = number;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct ScalarTraits<YamlName> {
  static void output(const YamlName &value, void *, raw_ostream &os) {
    os << value.value;
  }
  static StringRef input(StringRef text, void *context, YamlName &value) {
    bool valid = !text.empty() && llvm::all_of(text, [](char c) {
      return isLower(c) || isDigit(c) || c == '-' || c == '_' || c == '.';
    });
    if (!valid)
      return fail(context,
                  ("expects a name of lower-case letters, digits, '-', "
                   "'_' and '.', but got '" +
                   text + "'")
                      .str());
    value.value = text.str();
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct ScalarTraits<YamlFeature> {
  static void output(const YamlFeature &value, void *, raw_ostream &os) {
    os << value.value;
  }
  static StringRef input(StringRef text, void *context, YamlFeature &value) {
    if (!llvm::is_contained(isaFeatures(), text))
      return fail(context,
                  ("unknown ISA feature '" + text +
                   "'; known features: " + llvm::join(isaFeatures(), ", "))
                      .str());
    value.value = text.str();
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct ScalarEnumerationTraits<MemoryKind> {
  static void enumeration(IO &io, MemoryKind &value) {
    io.enumCase(value, "sram", MemoryKind::Sram);
    io.enumCase(value, "flash", MemoryKind::Flash);
  }
};

template <>
struct ScalarEnumerationTraits<LatencyModel::Basis> {
  static void enumeration(IO &io, LatencyModel::Basis &value) {
    io.enumCase(value, "estimate", LatencyModel::Basis::Estimate);
    io.enumCase(value, "emulator", LatencyModel::Basis::Emulator);
    io.enumCase(value, "measured", LatencyModel::Basis::Measured);
  }
};

template <>
struct MappingTraits<MemoryRegion> {
  static void mapping(IO &io, MemoryRegion &region) {
    YamlName name;
    YamlBytes bytes;
    YamlCoefficient speed(1.0);
    io.mapRequired("name", name);
    io.mapRequired("kind", region.kind);
    io.mapRequired("size", bytes);
    io.mapOptional("wait_states", region.waitStates);
    io.mapOptional("speed", speed);
    region.name = name;
    region.bytes = bytes;
    region.speed = speed;
    if (!(region.speed > 0))
      setErrorOnce(io, "expects 'speed' to be above 0 (1 is a memory without "
                       "wait states)");
    setKnownKeys(io, {"name", "kind", "size", "wait_states", "speed"});
  }
};

template <>
struct MappingTraits<Toolchain> {
  static void mapping(IO &io, Toolchain &toolchain) {
    io.mapRequired("prefix", toolchain.prefix);
    io.mapRequired("flags", toolchain.flags);
    io.mapOptional("hosted", toolchain.hosted);
    setKnownKeys(io, {"prefix", "flags", "hosted"});
  }
};

template <>
struct MappingTraits<Emulator> {
  static void mapping(IO &io, Emulator &emulator) {
    io.mapRequired("program", emulator.program);
    io.mapRequired("machine", emulator.machine);
    io.mapRequired("core", emulator.core);
    setKnownKeys(io, {"program", "machine", "core"});
  }
};

template <>
struct MappingTraits<KernelCycles> {
  static void mapping(IO &io, KernelCycles &cycles) {
    for (auto [term, name] : llvm::enumerate(kernelTerms())) {
      YamlCoefficient perUnit(0.0);
      if (term <= CallTerm)
        io.mapRequired(name.data(), perUnit);
      else
        io.mapOptional(name.data(), perUnit);
      cycles[term] = perUnit;
    }
    setKnownKeys(io, kernelTerms());
  }
};

/// The `cycles` mapping: one entry per kind of kernel.
template <>
struct MappingTraits<std::vector<KernelCycles>> {
  static void mapping(IO &io, std::vector<KernelCycles> &kernels) {
    KernelCycles fallback = {};
    io.mapRequired("default", fallback);
    kernels.assign(kernelKinds().size(), fallback);
    for (auto [kind, cycles] : llvm::zip(kernelKinds(), kernels))
      if (kind != "default")
        io.mapOptional(kind, cycles);
    setKnownKeys(io, kernelKinds());
  }
};

template <>
struct MappingTraits<LatencyModel> {
  static void mapping(IO &io, LatencyModel &latency) {
    io.mapRequired("basis", latency.basis);
    io.mapRequired("source", latency.source);
    YamlCoefficient cyclesPerInstruction(1.0);
    io.mapOptional("cycles_per_instruction", cyclesPerInstruction);
    latency.cyclesPerInstruction = cyclesPerInstruction;
    if (!(latency.cyclesPerInstruction > 0))
      setErrorOnce(io, "expects 'cycles_per_instruction' to be above 0");
    std::vector<std::string> tables;
    io.mapOptional("tables", tables);
    if (tables.empty())
      io.mapRequired("cycles", latency.kernels);
    else
      io.mapOptional("cycles", latency.kernels);
    latency.kernels.resize(kernelKinds().size(), KernelCycles{});
    readTables(io, tables, latency);
    setKnownKeys(io, {"basis", "source", "cycles_per_instruction", "cycles",
                      "tables"});
  }
};

template <>
struct MappingTraits<Device> {
  static void mapping(IO &io, Device &device) {
    YamlName name, like;
    io.mapRequired("name", name);
    io.mapOptional("like", like);
    bool inherits = !like.value.empty();
    if (inherits) {
      llvm::Expected<Device> parent = lookupDevice(like.value);
      if (!parent) {
        io.setError("'like': " + llvm::toString(parent.takeError()));
        return;
      }
      device = std::move(*parent);
      device.referenceBoard.clear();
    }
    device.name = name;

    // What is not inherited has to be said.
    auto map = [&](StringRef key, auto &value) {
      if (inherits)
        io.mapOptional(key, value);
      else
        io.mapRequired(key, value);
    };
    YamlName core(device.core);
    std::vector<YamlFeature> isa(device.isa.begin(), device.isa.end());
    YamlFrequency clock(device.clockHz);
    std::optional<YamlPower> power;
    std::optional<Emulator> emulator; // Absent keys reset an optional.
    map("description", device.description);
    map("core", core);
    map("isa", isa);
    map("clock", clock);
    map("memory", device.memory);
    io.mapOptional("active_power", power);
    io.mapOptional("active_power_source", device.activePowerSource);
    map("toolchain", device.toolchain);
    io.mapOptional("emulator", emulator);
    io.mapOptional("reference_board", device.referenceBoard);
    map("latency", device.latency);
    device.core = core;
    device.isa.assign(isa.begin(), isa.end());
    device.clockHz = clock;
    if (emulator)
      device.emulator = emulator;
    if (power)
      device.activePowerWatts = power->value;
    checkDevice(io, device);
    setKnownKeys(io, {"name", "like", "description", "core", "isa", "clock",
                      "memory", "active_power", "active_power_source",
                      "toolchain", "emulator", "reference_board", "latency"});
  }
};

} // namespace llvm::yaml

/// Keeps the first message, as `file:line:column: message`.
static void handleDiagnostic(const llvm::SMDiagnostic &diagnostic,
                             void *opaque) {
  auto *context = static_cast<ReaderContext *>(opaque);
  if (!context->error.empty())
    return;
  std::string message = diagnostic.getMessage().str();
  StringRef text = message;
  if (text.consume_front("unknown key '")) {
    StringRef key = text.take_until([](char c) { return c == '\''; });
    message += suggestNearMatches(key, context->knownKeys) +
               "; known keys: " + llvm::join(context->knownKeys, ", ");
  } else if (text.starts_with("unknown enumerated scalar")) {
    message = "unknown value; 'kind' is sram or flash, 'basis' is estimate, "
              "emulator or measured";
  }
  context->error =
      (diagnostic.getFilename() + ":" + llvm::Twine(diagnostic.getLineNo()) +
       ":" + llvm::Twine(diagnostic.getColumnNo() + 1) + ": " + message)
          .str();
}

llvm::Expected<Device> mlir::ofa::parseDevice(llvm::MemoryBufferRef buffer,
                                              bool readTables) {
  ReaderContext context;
  context.readTables = readTables;
  context.folder = llvm::sys::path::parent_path(buffer.getBufferIdentifier()).str();
  yaml::Input input(buffer, &context, handleDiagnostic, &context);
  Device device;
  input >> device;
  if (input.error() || !context.error.empty()) {
    if (context.error.empty())
      context.error = (buffer.getBufferIdentifier() +
                       ":1:1: expects a device description in YAML")
                          .str();
    return llvm::createStringError(context.error);
  }
  if (input.nextDocument() && input.setCurrentDocument())
    return llvm::createStringError(buffer.getBufferIdentifier() +
                                   ":1:1: expects one device, but the file "
                                   "holds several YAML documents");
  return device;
}
