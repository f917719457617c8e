//===- Summary.cpp - A specialisation in a few lines ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/Summary.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
/// Reads facts by name.
class Facts {
public:
  explicit Facts(DictionaryAttr facts) : facts(facts) {}

  bool has(StringRef name) const { return facts.contains(name); }
  StringRef text(StringRef name) const {
    auto value = facts.getAs<StringAttr>(name);
    return value ? value.getValue() : StringRef();
  }
  std::optional<int64_t> integer(StringRef name) const {
    auto value = facts.getAs<IntegerAttr>(name);
    return value ? std::optional(value.getInt()) : std::nullopt;
  }
  std::optional<double> number(StringRef name) const {
    auto value = facts.getAs<FloatAttr>(name);
    return value ? std::optional(value.getValueAsDouble()) : std::nullopt;
  }
  std::string bytes(StringRef name) const {
    std::optional<int64_t> value = integer(name);
    return value ? std::to_string(*value) + " bytes" : "unknown";
  }
  /// ` (budget 25.00 ms)`, or nothing where there is no such budget.
  std::string budget(StringRef name, double factor, StringRef unit) const {
    std::optional<double> value = number(name);
    return value ? llvm::formatv(" (budget {0:f2} {1})", factor * *value, unit)
                       .str()
                 : "";
  }
  DictionaryAttr dictionary(StringRef name) const {
    return facts.getAs<DictionaryAttr>(name);
  }

private:
  DictionaryAttr facts;
};
} // namespace

static void printDecision(raw_ostream &os, const Facts &facts) {
  os << llvm::formatv("ofa: {0:f2} M MACs",
                      double(facts.integer("macs").value_or(0)) / 1e6)
     << facts.budget("macs_budget", 1e-6, "M")
     << llvm::formatv(", {0} parameters",
                      facts.integer("parameters").value_or(0));
  if (facts.has("objective"))
    os << "; chosen by " << facts.text("objective") << "; binding budget: "
       << (facts.has("binding") ? facts.text("binding") : "none");
  os << '\n';
}

static void printAccuracy(raw_ostream &os, double accuracy,
                          std::optional<double> error) {
  os << llvm::formatv("ofa: predicted accuracy {0:f2} %", 100 * accuracy);
  if (error)
    os << llvm::formatv(" (90 % of unseen subnets within {0:f1} points)",
                        100 * *error);
  os << '\n';
}

/// What 10 % more of each budget would bring.
static void printRelaxed(raw_ostream &os, const Facts &facts) {
  DictionaryAttr relaxed = facts.dictionary("relaxed");
  if (!relaxed)
    return;
  bool isAccuracy = facts.has("predicted_accuracy") && !facts.has("minimised");
  for (NamedAttribute entry : relaxed) {
    double value = cast<FloatAttr>(entry.getValue()).getValueAsDouble();
    os << "ofa: 10 % more " << entry.getName().getValue() << " would bring ";
    if (isAccuracy)
      os << llvm::formatv(
          "{0:f2} % ({1:f2} points more)\n", 100 * value,
          100 * (value - facts.number("predicted_accuracy").value_or(0)));
    else if (facts.has("minimised"))
      os << llvm::formatv("{0:f2} % less {1}\n", 100 * value,
                          facts.text("minimised"));
    else
      os << llvm::formatv("{0:f2} M MACs\n", value / 1e6);
  }
}

/// Sizes before there is a finished module.
static void printPromise(raw_ostream &os, const Facts &facts) {
  if (facts.has("flash_code_estimate"))
    os << "ofa: SRAM " << facts.bytes("sram_estimate") << " (budget "
       << facts.bytes("sram_budget") << "), flash "
       << facts.bytes("flash_data_estimate") << " of data and "
       << facts.bytes("flash_code_estimate") << " of kernel code (budget "
       << facts.bytes("flash_budget") << "), as the firmware will have\n";
  else
    os << "ofa: about " << facts.bytes("sram_estimate") << " of SRAM (budget "
       << facts.bytes("sram_budget") << ") and "
       << facts.bytes("flash_data_estimate")
       << " of flash without code (budget " << facts.bytes("flash_budget")
       << "), from shapes alone\n";
}

void ofa::printSummary(raw_ostream &os, StringRef network,
                       DictionaryAttr dictionary) {
  Facts facts(dictionary);
  os << "ofa: @" << network << " for " << facts.text("device");
  if (facts.has("reference_board"))
    os << ", standing for " << facts.text("reference_board");
  os << '\n';
  if (facts.has("macs"))
    printDecision(os, facts);
  if (std::optional<double> accuracy = facts.number("predicted_accuracy"))
    printAccuracy(os, *accuracy, facts.number("prediction_error"));
  if (std::optional<double> latency = facts.number("latency"))
    os << llvm::formatv("ofa: latency {0:f2} ms", 1e3 * *latency)
       << facts.budget("latency_budget", 1e3, "ms") << ", "
       << facts.text("latency_basis") << '\n';
  if (std::optional<double> energy = facts.number("energy"))
    os << llvm::formatv("ofa: energy {0:f3} mJ", 1e3 * *energy)
       << facts.budget("energy_budget", 1e3, "mJ") << ", latency times active power\n";
  if (facts.has("sram"))
    os << "ofa: SRAM " << facts.bytes("sram") << " (budget "
       << facts.bytes("sram_budget") << "), stack "
       << (facts.has("stack") ? "at most " + facts.bytes("stack")
                              : "not measured on this processor")
       << '\n';
  if (std::optional<int64_t> segments = facts.integer("segments"))
    os << llvm::formatv("ofa: {0} of {1} layers run row by row, in {2} "
                        "{3}\n",
                        facts.integer("row_layers").value_or(0),
                        facts.integer("layers").value_or(0), *segments,
                        *segments == 1 ? "segment" : "segments");
  if (facts.has("flash_data"))
    os << "ofa: flash " << facts.bytes("flash_data") << " of data"
       << (facts.has("flash_code")
               ? " and " + facts.bytes("flash_code") + " of kernel code"
               : " without code")
       << " (budget " << facts.bytes("flash_budget") << ")\n";
  if (facts.has("sram_estimate") && !facts.has("sram"))
    printPromise(os, facts);
  printRelaxed(os, facts);
}
