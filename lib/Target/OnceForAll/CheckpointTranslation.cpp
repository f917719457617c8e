//===- CheckpointTranslation.cpp - --import-ofa-checkpoint ----------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Spaces/Spaces.h"
#include "ofa/Target/OnceForAll/ImportCheckpoint.h"
#include "ofa/Target/Translation.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::ofa;

static FailureOr<TranslationOutput> translate(const TranslationInput &input) {
  SmallVector<int64_t> resolutions;
  auto given = input.options.find("resolutions");
  if (given != input.options.end()) {
    auto parsed = parseResolutions(given->second);
    if (failed(parsed))
      return emitError(UnknownLoc::get(input.context))
             << "expects integers separated by commas as --resolutions, but "
                "got '"
             << given->second << "'";
    resolutions = std::move(*parsed);
  }
  TranslationOutput output;
  output.module = importCheckpoint(input.file, resolutions, *input.context);
  if (!output.module)
    return failure();
  output.asBytecode = input.options.count("emit-bytecode");
  return output;
}

void ofa::registerImportOFACheckpoint(TranslationRegistry &registry) {
  Translation translation;
  translation.name = "import-ofa-checkpoint";
  translation.help = "Read a Once-for-All supernet with its weights, a file of "
                     "torch.save";
  translation.input = Translation::Input::File;
  translation.options = {
      {"resolutions", "Input sizes in pixels, increasing: n,n,..."},
      {"emit-bytecode", "Write bytecode even if -o does not end in .mlirbc",
       /*isFlag=*/true}};
  translation.overview =
      "  ofa-translate --import-ofa-checkpoint ofa_mbv3_d234_e346_k357_w1.2 -o "
      "supernet.mlirbc\n\n";
  translation.run = translate;
  registry.push_back(std::move(translation));
}
