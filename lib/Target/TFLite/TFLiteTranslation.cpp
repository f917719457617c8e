//===- TFLiteTranslation.cpp - ofa-translate --import-tflite ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/TFLite/ImportTFLite.h"
#include "ofa/Target/Translation.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::ofa;

static FailureOr<TranslationOutput> translate(const TranslationInput &input) {
  ImportTFLiteOptions options;
  for (const auto &[name, value] : input.options) {
    if (name == "name") {
      options.name = value;
      continue;
    }
    std::optional<Rounding> rounding = symbolizeRounding(value);
    if (!rounding)
      return emitError(UnknownLoc::get(input.context))
             << "expects 'double' or 'single' as --rounding, but got '" << value
             << "'";
    options.rounding = *rounding;
  }
  TranslationOutput output;
  output.module = importTFLite(input.file, options, *input.context);
  if (!output.module)
    return failure();
  return output;
}

void ofa::registerImportTFLite(TranslationRegistry &registry) {
  Translation translation;
  translation.name = "import-tflite";
  translation.help = "Read a TFLite model as a network, bit-exact with TFLite "
                     "Micro's reference kernels";
  translation.input = Translation::Input::File;
  translation.options = {
      {"rounding", "Requantisation: double (TFLite Micro's; default) or single "
                   "(as TFLite Micro built with TFLITE_SINGLE_ROUNDING)"},
      {"name",
       "The network's name, a C identifier (default: the file's name)"}};
  translation.overview =
      "  ofa-translate --import-tflite model.tflite -o net.mlirbc\n"
      "  ofa-translate --import-tflite --rounding=single model.tflite -o "
      "net.mlir\n\n";
  translation.run = translate;
  registry.push_back(std::move(translation));
}
