//===- ConfigTranslation.cpp - ofa-translate --import-ofa-config ----------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/OnceForAll/Configuration.h"
#include "ofa/Target/OnceForAll/Parameters.h"
#include "ofa/Target/Translation.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::ofa;

static LogicalResult readWeights(StringRef path, StringRef network,
                                 ModuleOp module) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (std::error_code code = buffer.getError())
    return emitError(module.getLoc())
           << "cannot read '" << path << "': " << code.message();
  Location loc =
      FileLineColLoc::get(StringAttr::get(module.getContext(), path), 0, 0);
  llvm::Expected<torch::StateDict> dict = torch::readStateDict(**buffer);
  if (!dict)
    return emitError(loc) << llvm::toString(dict.takeError());
  FailureOr<NamedTensors> tensors = NamedTensors::create(loc, *dict);
  Family family =
      network == "mbv3" ? Family::MobileNetV3 : Family::ProxylessNAS;
  return failure(failed(tensors) ||
                 failed(fillParameters(loc, module, family, *tensors)) ||
                 failed(verify(module)));
}

static FailureOr<TranslationOutput> translate(const TranslationInput &input) {
  llvm::Expected<StaticNetwork> network = readConfiguration(input.path);
  if (!network)
    return emitError(UnknownLoc::get(input.context))
           << llvm::toString(network.takeError());
  TranslationOutput output;
  output.module = makeStaticNetwork(input.context, *network);
  if (!output.module)
    return failure();
  auto weights = input.options.find("weights");
  if (weights != input.options.end() &&
      failed(readWeights(weights->second, network->name, *output.module)))
    return failure();
  output.asBytecode = input.options.count("emit-bytecode");
  return output;
}

void ofa::registerImportOFAConfig(TranslationRegistry &registry) {
  Translation translation;
  translation.name = "import-ofa-config";
  translation.help = "Read a published Once-for-All subnet as a network: a "
                     "folder with net.config and run.config, or the former";
  translation.input = Translation::Input::Path;
  translation.options = {
      {"weights", "File of torch.save with the network's parameters (default: "
                  "the structure alone)"},
      {"emit-bytecode", "Write bytecode even if -o does not end in .mlirbc",
       /*isFlag=*/true}};
  translation.overview =
      "  ofa-translate --import-ofa-config flops@389M_top1@79.1_finetune@75 "
      "--weights=init -o net.mlirbc\n\n";
  translation.run = translate;
  registry.push_back(std::move(translation));
}
