//===- EmitC.cpp - C of a compiled network ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/C/EmitC.h"

#include "ModelLayout.h"
#include "RuntimeFiles.h"

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Target/Translation.h"

#include "mlir/IR/Verifier.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

/// What can be printed: one planned entry, and numbers that C can spell.
static LogicalResult checkModel(ModelOp model) {
  auto entries = model.getEntries();
  if (!llvm::hasSingleElement(entries))
    return model.emitOpError("expects one entry for C, but has ")
           << llvm::range_size(entries);
  EntryOp entry = *entries.begin();
  if (!entry.getArenaBytes())
    return entry.emitOpError("has no memory plan; run 'kernel-plan-memory' "
                             "before emitting C");
  if (entry.getBuffersOfKind(BufferKind::Input).empty() ||
      entry.getBuffersOfKind(BufferKind::Output).empty())
    return entry.emitOpError("expects an input and an output buffer for C");
  for (GlobalOp global : model.getGlobals()) {
    if (!global.getMemRefType().getElementType().isF32())
      continue;
    std::vector<char> bytes = global.getBytes();
    for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
      float value;
      std::memcpy(&value, bytes.data() + i, sizeof(float));
      if (std::isnan(value))
        return global.emitOpError("expects numbers, but element ")
               << i / sizeof(float) << " is not a number";
    }
  }
  return success();
}

FailureOr<FileSet> ofa::emitC(ModelOp model) {
  if (failed(checkModel(model)))
    return failure();
  ModelLayout layout(model);

  std::set<std::string> kernelFiles = {"ofa_runtime.h"};
  std::set<std::string> headers;
  for (LayerObject &layer : layout.layers) {
    std::string function = layer.op.getRuntimeFunction();
    std::string source = findKernelSource(function, layer.params.getTypeName());
    std::string header = findKernelHeader(layer.params.getTypeName());
    if (source.empty() || header.empty())
      return layer.op->emitOpError("needs '")
             << function << "', which this compiler's runtime does not have";
    kernelFiles.insert(source);
    kernelFiles.insert(header);
    headers.insert(header);
  }
  FileSet runtime = collectRuntimeFiles(kernelFiles);
  for (GeneratedFile &file : runtime)
    file.name.insert(0, "runtime/");

  std::vector<std::string> headerList(headers.begin(), headers.end());
  FileSet files = {{layout.name + ".c", printModelSource(layout, headerList)},
                   {layout.name + ".h", printModelHeader(layout)},
                   {"CMakeLists.txt", printCMakeLists(layout, runtime)},
                   {"Makefile", printMakefile(layout, runtime)}};
  llvm::append_range(files, std::move(runtime));
  return files;
}

static FailureOr<TranslationOutput> translate(const TranslationInput &input) {
  ModuleOp module = input.module;
  auto models = module.getOps<ModelOp>();
  if (!llvm::hasSingleElement(models)) {
    InFlightDiagnostic diagnostic =
        module.emitError("expects one compiled network ('kernel.model') to "
                         "emit as C, but found ")
        << llvm::range_size(models);
    if (models.empty())
      diagnostic << "; run 'ofa-opt --specialize=DEVICE' first";
    return diagnostic;
  }
  FailureOr<FileSet> files = emitC(*models.begin());
  if (failed(files))
    return failure();
  TranslationOutput output;
  output.files = std::move(*files);
  return output;
}

void ofa::registerEmitC(TranslationRegistry &registry) {
  Translation translation;
  translation.name = "emit-c";
  translation.help = "Emit a compiled network as a folder of C99 (-o FOLDER); "
                     "without -o, print its main file";
  translation.overview =
      "  ofa-opt --specialize=cortex-m7 model.mlir | ofa-translate --emit-c -o "
      "firmware/\n\n";
  translation.run = translate;
  registry.push_back(std::move(translation));
}
