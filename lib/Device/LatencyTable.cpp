//===- LatencyTable.cpp - Measured latencies as YAML ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/LatencyTable.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/YAMLTraits.h"
#include <cmath>

using namespace mlir::ofa;
using llvm::StringRef;
namespace yaml = llvm::yaml;

static constexpr StringRef kFormat = "ofa-latency-table-1";

/// A number that is written with all the digits that it needs: sums of counts
/// have to come out exactly.
LLVM_YAML_STRONG_TYPEDEF(double, YamlAmount)

using Entries = std::map<std::string, LatencyTable::Entry, std::less<>>;

namespace llvm::yaml {

template <>
struct ScalarTraits<YamlAmount> {
  static void output(const YamlAmount &value, void *, raw_ostream &os) {
    // Whole numbers, such as counts, as such.
    os << llvm::format(value.value == std::floor(value.value) ? "%.0f" : "%.15g",
                       value.value);
  }
  static StringRef input(StringRef text, void *context, YamlAmount &value) {
    return ScalarTraits<double>::input(text, context, value.value);
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct ScalarEnumerationTraits<LatencyTable::Unit> {
  static void enumeration(IO &io, LatencyTable::Unit &unit) {
    io.enumCase(unit, "instructions", LatencyTable::Unit::Instructions);
    io.enumCase(unit, "cycles", LatencyTable::Unit::Cycles);
    io.enumCase(unit, "milliseconds", LatencyTable::Unit::Milliseconds);
  }
};

template <>
struct ScalarEnumerationTraits<LatencyTable::Part> {
  static void enumeration(IO &io, LatencyTable::Part &part) {
    io.enumCase(part, "layer", LatencyTable::Part::Layer);
    io.enumCase(part, "block", LatencyTable::Part::Block);
  }
};

template <>
struct MappingTraits<LatencyTable::Entry> {
  static const bool flow = true;
  static void mapping(IO &io, LatencyTable::Entry &entry) {
    YamlAmount mean(entry.mean), deviation(entry.deviation);
    io.mapRequired("mean", mean);
    io.mapOptional("count", entry.count, int64_t(1));
    io.mapOptional("std", deviation, YamlAmount(0.0));
    entry.mean = mean;
    entry.deviation = deviation;
    // ProxylessNAS's files have a variance; nothing reads it.
    double variance = 0;
    if (!io.outputting())
      io.mapOptional("var", variance);
    if (!(entry.mean >= 0 && entry.mean < 1e15) && !io.error())
      io.setError("expects a 'mean' from 0 to 1e15");
    if (entry.count < 1 && !io.error())
      io.setError("expects a 'count' of at least one measurement");
  }
};

template <>
struct CustomMappingTraits<Entries> {
  static void inputOne(IO &io, StringRef key, Entries &entries) {
    io.mapRequired(key, entries[key.str()]);
  }
  static void output(IO &io, Entries &entries) {
    for (auto &[key, entry] : entries)
      io.mapRequired(key, entry);
  }
};

template <>
struct MappingTraits<LatencyTable> {
  static void mapping(IO &io, LatencyTable &table) {
    std::string format = kFormat.str();
    io.mapRequired("format", format);
    if (format != kFormat && !io.error())
      io.setError("expects 'format' to be " + kFormat + ", but got '" + format +
                  "'");
    io.mapRequired("device", table.device);
    io.mapRequired("source", table.source);
    io.mapRequired("part", table.part);
    io.mapRequired("unit", table.unit);
    io.mapOptional("cycles_per_instruction", table.cyclesPerInstruction, 1.0);
    if (!(table.cyclesPerInstruction > 0 && table.cyclesPerInstruction < 1e6) &&
        !io.error())
      io.setError("expects 'cycles_per_instruction' above 0");
    io.mapRequired("entries", table.entries);
  }
};

} // namespace llvm::yaml

/// Keeps the first message, as `file:line:column: message`.
static void handleDiagnostic(const llvm::SMDiagnostic &diagnostic,
                             void *opaque) {
  auto &error = *static_cast<std::string *>(opaque);
  if (error.empty())
    error = (diagnostic.getFilename() + ":" +
             llvm::Twine(diagnostic.getLineNo()) + ":" +
             llvm::Twine(diagnostic.getColumnNo() + 1) + ": " +
             diagnostic.getMessage())
                .str();
}

/// Whether a line of `text` begins with `format:`.
static bool hasOwnFormat(StringRef text) {
  return text.starts_with("format:") || text.contains("\nformat:");
}

llvm::Expected<LatencyTable>
mlir::ofa::parseLatencyTable(llvm::MemoryBufferRef buffer) {
  std::string error;
  yaml::Input input(buffer, nullptr, handleDiagnostic, &error);
  LatencyTable table;
  if (hasOwnFormat(buffer.getBuffer())) {
    input >> table;
  } else {
    table.part = LatencyTable::Part::Block;
    table.unit = LatencyTable::Unit::Milliseconds;
    table.source = "Once-for-All's table";
    input >> table.entries;
    // The first layer reads the image: `Conv-input:160x160x3-output:...`.
    for (const auto &[key, entry] : table.entries) {
      StringRef text = key;
      int64_t height = 0;
      if (text.consume_front("Conv-input:") && !text.consumeInteger(10, height))
        table.image = height;
    }
  }
  if (!input.error() && error.empty() && table.entries.empty())
    error = (buffer.getBufferIdentifier() +
             ":1:1: expects a latency table: a mapping from keys such as "
             "'Conv-input:160x160x3-output:80x80x24' to {count, mean, std}, or "
             "one that begins with 'format: " +
             kFormat + "'")
                .str();
  if (input.error() || !error.empty())
    return llvm::createStringError(error);
  return table;
}

llvm::Expected<LatencyTable> mlir::ofa::loadLatencyTable(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError("cannot read the latency table '" + path +
                                   "': " + buffer.getError().message());
  return parseLatencyTable((*buffer)->getMemBufferRef());
}

llvm::Error LatencyTable::merge(const LatencyTable &other) {
  if (part != other.part || unit != other.unit ||
      cyclesPerInstruction != other.cyclesPerInstruction)
    return llvm::createStringError(
        "expects latency tables of the same parts and units");
  for (const auto &[key, entry] : other.entries) {
    auto [known, isNew] = entries.try_emplace(key, entry);
    if (!isNew && known->second.mean != entry.mean)
      return llvm::createStringError(
          llvm::formatv("expects one mean for each key, but '{0}' has {1} and "
                        "{2}",
                        key, known->second.mean, entry.mean)
              .str());
  }
  return llvm::Error::success();
}

void LatencyTable::print(llvm::raw_ostream &os) const {
  LatencyTable copy = *this;
  yaml::Output output(os, nullptr, /*WrapColumn=*/0);
  output << copy;
}
