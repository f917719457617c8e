//===- Quantity.cpp - Numbers with units ------------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Quantity.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::ofa;
using llvm::StringRef;

namespace {

struct Unit {
  const char *name;
  int decimalExponent;
  int64_t factor; // Beside the power of ten.
};

struct DimensionInfo {
  const char *what;
  const char *example;
  llvm::ArrayRef<Unit> units;
};

const Unit byteUnits[] = {
    {"B", 0, 1},  {"KiB", 0, 1 << 10}, {"MiB", 0, 1 << 20}, {"GiB", 0, 1 << 30},
    {"kB", 3, 1}, {"MB", 6, 1},        {"GB", 9, 1}};
const Unit frequencyUnits[] = {
    {"Hz", 0, 1}, {"kHz", 3, 1}, {"MHz", 6, 1}, {"GHz", 9, 1}};
const Unit timeUnits[] = {
    {"s", 0, 1}, {"ms", -3, 1}, {"us", -6, 1}, {"ns", -9, 1}};
const Unit energyUnits[] = {
    {"J", 0, 1},  {"mJ", -3, 1}, {"uJ", -6, 1},
    {"nJ", -9, 1}, {"Wh", 0, 3600}, {"mWh", -3, 3600}};
const Unit powerUnits[] = {{"W", 0, 1}, {"mW", -3, 1}, {"uW", -6, 1}};
const Unit countUnits[] = {{"", 0, 1}, {"k", 3, 1}, {"M", 6, 1}, {"G", 9, 1}};

} // namespace

static DimensionInfo getInfo(Dimension dimension) {
  switch (dimension) {
  case Dimension::Bytes:
    return {"size", "320KiB", byteUnits};
  case Dimension::Frequency:
    return {"frequency", "216MHz", frequencyUnits};
  case Dimension::Time:
    return {"time", "50ms", timeUnits};
  case Dimension::Energy:
    return {"energy", "5mJ", energyUnits};
  case Dimension::Power:
    return {"power", "330mW", powerUnits};
  case Dimension::Count:
    return {"count", "300M", countUnits};
  }
  llvm_unreachable("no such dimension");
}

bool mlir::ofa::parseQuantity(StringRef text, Dimension dimension,
                              double &value, std::string &error) {
  DimensionInfo info = getInfo(dimension);
  auto fail = [&](const llvm::Twine &detail) {
    error = ("expects a positive " + llvm::Twine(info.what) + " such as " +
             info.example + ", but got '" + text + "'" + detail)
                .str();
    return false;
  };
  StringRef trimmed = text.trim();
  // getAsDouble also takes hexadecimal, infinities and NaN: only plain decimal
  // digits reach it.
  StringRef whole = trimmed.take_while(llvm::isDigit);
  StringRef rest = trimmed.drop_front(whole.size());
  if (whole.empty())
    return fail(trimmed.starts_with("-") ? " (negative)" : "");
  StringRef number = whole;
  if (rest.consume_front(".")) {
    StringRef fraction = rest.take_while(llvm::isDigit);
    if (fraction.empty())
      return fail("");
    rest = rest.drop_front(fraction.size());
    number = trimmed.take_front(whole.size() + 1 + fraction.size());
  }
  StringRef unitName = rest.ltrim();

  const Unit *unit = nullptr;
  for (const Unit &candidate : info.units)
    if (unitName == candidate.name)
      unit = &candidate;
  if (unitName.empty() && dimension == Dimension::Bytes)
    unit = info.units.begin();
  if (!unit) {
    std::string names;
    for (const Unit &candidate : info.units)
      if (*candidate.name)
        names += (names.empty() ? "" : ", ") + std::string(candidate.name);
    return fail((unitName.empty() ? " without a unit" : "") +
                llvm::Twine("; units: ") + names);
  }
  // The unit joins the digits as a power of ten, so that the value is rounded
  // once: 50ms is the double nearest to 0.05.
  std::string decimal =
      (number + "e" + llvm::Twine(unit->decimalExponent)).str();
  double scaled = 0;
  if (StringRef(decimal).getAsDouble(scaled))
    return fail(" (out of range)");
  scaled *= static_cast<double>(unit->factor);
  if (!(scaled > 0))
    return fail(" (zero)");
  if (!(scaled < 1e30))
    return fail(" (too large)");
  if (dimension == Dimension::Bytes) {
    if (scaled >= 9007199254740992.0)
      return fail(" (too large)");
    if (scaled != static_cast<double>(static_cast<int64_t>(scaled)))
      return fail(" (not a whole number of bytes)");
  }
  value = scaled;
  return true;
}

bool mlir::ofa::parseBytes(StringRef text, int64_t &bytes, std::string &error) {
  double value = 0;
  if (!parseQuantity(text, Dimension::Bytes, value, error))
    return false;
  bytes = static_cast<int64_t>(value);
  return true;
}

std::string mlir::ofa::formatBytes(int64_t bytes) {
  static const char *const names[] = {"B", "KiB", "MiB", "GiB"};
  unsigned unit = 0;
  while (unit < 3 && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + names[unit];
}

std::string mlir::ofa::formatQuantity(double value, Dimension dimension) {
  if (dimension == Dimension::Bytes)
    return formatBytes(static_cast<int64_t>(value));
  static const std::pair<double, const char *> prefixes[] = {
      {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "u"}};
  double factor = 1e-9;
  const char *prefix = "n";
  for (auto [candidate, name] : prefixes)
    if (value >= candidate) {
      factor = candidate;
      prefix = name;
      break;
    }
  std::string result;
  llvm::raw_string_ostream os(result);
  os << llvm::format("%.4g", value / factor) << ' ' << prefix
     << getInfo(dimension).units.front().name;
  return result;
}
