//===- SupernetTranslation.cpp - ofa-translate --make-supernet ------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Spaces/Spaces.h"
#include "ofa/Target/Translation.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::ofa;

/// Turns options, which are text, into numbers.
static LogicalResult readOptions(const TranslationInput &input,
                                 SpaceOptions &options) {
  auto invalid = [&](StringRef name, StringRef expected, StringRef value) {
    return emitError(UnknownLoc::get(input.context))
           << "expects " << expected << " as --" << name << ", but got '"
           << value << "'";
  };
  for (const auto &[name, text] : input.options) {
    StringRef value = text;
    if (name == "width") {
      double number;
      if (value.getAsDouble(number))
        return invalid(name, "a number", value);
      options.width = number;
    } else if (name == "classes") {
      int64_t number;
      if (value.getAsInteger(10, number))
        return invalid(name, "an integer", value);
      options.classes = number;
    } else if (name == "seed") {
      if (value.getAsInteger(10, options.seed))
        return invalid(name, "a non-negative integer", value);
    } else if (name == "resolutions") {
      auto resolutions = parseResolutions(value);
      if (failed(resolutions))
        return invalid(name, "integers separated by commas", value);
      options.resolutions = std::move(*resolutions);
    } else if (name == "weights") {
      if (value != "random" && value != "absent")
        return invalid(name, "'random' or 'absent'", value);
      options.weights =
          value == "random" ? SpaceWeights::Random : SpaceWeights::Absent;
    }
  }
  return success();
}

static FailureOr<TranslationOutput> translate(const TranslationInput &input) {
  SpaceOptions options;
  if (failed(readOptions(input, options)))
    return failure();
  FailureOr<OwningOpRef<ModuleOp>> module =
      makeSupernet(UnknownLoc::get(input.context), input.value, options);
  if (failed(module))
    return failure();
  TranslationOutput output;
  output.module = std::move(*module);
  output.asBytecode = input.options.count("emit-bytecode");
  return output;
}

void ofa::registerMakeSupernet(TranslationRegistry &registry) {
  Translation translation;
  translation.name = "make-supernet";
  translation.help = "Write a named search space as IR";
  translation.value = Translation::Value::Required;
  translation.input = Translation::Input::None;
  translation.options = {
      {"weights", "Parameters of the supernet: random (seeded, ready to be "
                  "trained; default) or absent (the structure alone)"},
      {"seed", "Seed of random weights (0)"},
      {"classes", "Outputs of the classifier"},
      {"resolutions", "Input sizes in pixels, increasing: n,n,..."},
      {"width", "Multiplier of the channel counts"},
      {"emit-bytecode", "Write bytecode even if -o does not end in .mlirbc",
       /*isFlag=*/true}};
  translation.overview =
      "  ofa-translate --make-supernet=mcu -o mcu.mlir\n"
      "  ofa-translate --make-supernet=mbv3 --width=1.2 --weights=absent\n"
      "  ofa-translate --make-supernet=mcu --classes=2 --resolutions=48,64 -o "
      "pets.mlirbc\n\n"
      "Search spaces:\n";
  for (auto [name, summary] : listSpaces())
    translation.overview +=
        ("  " + name + std::string(12 - name.size(), ' ') + summary + "\n")
            .str();
  translation.overview += "\n";
  translation.run = translate;
  registry.push_back(std::move(translation));
}
