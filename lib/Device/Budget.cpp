//===- Budget.cpp - What a specialisation may cost --------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Device/Budget.h"
#include "NearMatches.h"
#include "ofa/Device/Device.h"
#include "ofa/Device/Quantity.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir::ofa;
using llvm::StringRef;

std::optional<StringRef> Budget::getOption(StringRef key) const {
  for (const auto &[name, value] : options)
    if (name == key)
      return StringRef(value);
  return std::nullopt;
}

bool mlir::ofa::takeWord(StringRef &text, StringRef &word) {
  size_t end = 0;
  unsigned depth = 0;
  char quote = 0;
  for (; end < text.size(); ++end) {
    char c = text[end];
    if (quote) {
      if (c == quote)
        quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && depth != 0) {
      --depth;
    } else if (llvm::isSpace(c) && depth == 0) {
      break;
    }
  }
  word = text.take_front(end);
  text = text.drop_front(end).ltrim();
  return !quote && depth == 0;
}

static StringRef unquote(StringRef value) {
  if (value.size() >= 2 && value.front() == value.back() &&
      (value.front() == '\'' || value.front() == '"'))
    return value.drop_front().drop_back();
  return value;
}

llvm::Expected<Budget>
mlir::ofa::parseBudget(StringRef text, llvm::ArrayRef<StringRef> otherKeys) {
  Budget budget;
  std::vector<StringRef> knownKeys = {"device", "sram", "flash", "latency",
                                      "energy", "macs",   "battery", "inferences"};
  llvm::append_range(knownKeys, otherKeys);
  std::vector<StringRef> seen;
  std::optional<double> battery, inferences;

  StringRef rest = text.trim();
  while (!rest.empty()) {
    StringRef word;
    if (!takeWord(rest, word))
      return llvm::createStringError("'" + word +
                                     "' has a quote or brace that never ends");
    auto [key, value] = word.split('=');
    bool isBareWord = key.size() == word.size();
    if (isBareWord) {
      value = key;
      key = "device";
    }
    value = unquote(value);

    if (!llvm::is_contained(knownKeys, key))
      return llvm::createStringError(
          "unknown key '" + key + "' in '" + word + "'" +
          suggestNearMatches(key, knownKeys) +
          "; known keys: " + llvm::join(knownKeys, ", "));
    if (llvm::is_contained(seen, key)) {
      if (isBareWord)
        return llvm::createStringError(
            "expects one device, but got '" + budget.device + "' and '" +
            value + "' (options are written key=value; known keys: " +
            llvm::join(knownKeys, ", ") + ")");
      return llvm::createStringError("key '" + key + "' is given twice");
    }
    seen.push_back(key);
    if (value.empty())
      return llvm::createStringError("key '" + key + "' has no value; write " +
                                     key + "=<value>");

    std::string error;
    double number = 0;
    if (key == "device") {
      budget.device = value.str();
    } else if (key == "sram" || key == "flash") {
      int64_t bytes = 0;
      if (!parseBytes(value, bytes, error))
        return llvm::createStringError("'" + key + "' " + error);
      (key == "sram" ? budget.sramBytes : budget.flashBytes) = bytes;
    } else if (key == "latency") {
      if (!parseQuantity(value, Dimension::Time, number, error))
        return llvm::createStringError("'latency' " + error);
      budget.latencySeconds = number;
    } else if (key == "energy") {
      if (!parseQuantity(value, Dimension::Energy, number, error))
        return llvm::createStringError("'energy' " + error);
      budget.energyJoules = number;
    } else if (key == "battery") {
      if (!parseQuantity(value, Dimension::Energy, number, error))
        return llvm::createStringError("'battery' " + error);
      battery = number;
    } else if (key == "inferences") {
      if (!parseQuantity(value, Dimension::Count, number, error))
        return llvm::createStringError("'inferences' " + error);
      inferences = number;
    } else if (key == "macs") {
      if (!parseQuantity(value, Dimension::Count, number, error))
        return llvm::createStringError("'macs' " + error);
      budget.macs = number;
    } else {
      budget.options.emplace_back(key.str(), value.str());
    }
  }
  if (battery.has_value() != inferences.has_value())
    return llvm::createStringError(
        "'battery' and 'inferences' go together: the energy that may be spent, and "
        "on how many inferences, such as battery=675mWh inferences=1M");
  if (battery && budget.energyJoules)
    return llvm::createStringError("'energy' and 'battery' both say what an "
                                   "inference may need: give one of them");
  if (battery)
    budget.energyJoules = *battery / *inferences;
  return budget;
}

llvm::Expected<Limits> mlir::ofa::resolveLimits(const Budget &budget,
                                                const Device &device) {
  Limits limits;
  limits.sramBytes = budget.sramBytes.value_or(device.getSramBytes());
  limits.flashBytes = budget.flashBytes.value_or(device.getFlashBytes());
  limits.latencySeconds = budget.latencySeconds;
  limits.energyJoules = budget.energyJoules;
  limits.macs = budget.macs;
  if (budget.energyJoules && !device.activePowerWatts)
    return llvm::createStringError(
        "a budget of energy needs the active power of device '" + device.name +
        "', which is unknown; add 'active_power' to a device file of your own "
        "(like: " +
        device.name + ") and pass it with device-file=<file>.yaml");
  if (device.referenceBoard.empty()) {
    auto exceeds = [&](StringRef key, int64_t asked, int64_t available) {
      return llvm::createStringError(
          "'" + key + "' asks for " + formatBytes(asked) + ", but device '" +
          device.name + "' has " + formatBytes(available));
    };
    if (limits.sramBytes > device.getSramBytes())
      return exceeds("sram", limits.sramBytes, device.getSramBytes());
    if (limits.flashBytes > device.getFlashBytes())
      return exceeds("flash", limits.flashBytes, device.getFlashBytes());
  }
  return limits;
}
