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
  for (Operation &op : entry.getBody().front())
    for (NamedAttribute attribute : op.getAttrDictionary()) {
      auto number = dyn_cast<FloatAttr>(attribute.getValue());
      if (number && number.getValue().isNaN())
        return op.emitOpError("expects numbers, but '")
               << attribute.getName().getValue() << "' is not a number";
    }
  return success();
}

FailureOr<FileSet> ofa::emitC(ModelOp model, const EmitCOptions &options) {
  if (failed(checkModel(model)))
    return failure();
  bool hasSelfTest = options.selfTestInputs.size() > 0;
  ModelLayout layout(model);

  std::set<std::string> kernelFiles = {"ofa_runtime.h"};
  std::set<std::string> headers;
  for (LayerObject &layer : layout.layers) {
    std::string function = getCalledFunction(layer.op);
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
  std::vector<std::string> sources = {layout.name + ".c"};
  if (hasSelfTest)
    sources.push_back(layout.name + "_self_test.c");
  for (const GeneratedFile &file : runtime)
    if (StringRef(file.name).ends_with(".c"))
      sources.push_back(file.name);
  FileSet files = {{layout.name + ".c",
                    printModelSource(layout, headerList, options.traceLayers)},
                   {layout.name + ".h", printModelHeader(layout)},
                   {"CMakeLists.txt", printCMakeLists(layout, sources)},
                   {"Makefile", printMakefile(layout, sources)}};
  if (hasSelfTest) {
    files.push_back({layout.name + "_self_test.c",
                     printSelfTestSource(layout, options.selfTestInputs,
                                         options.selfTestOutputs)});
    files.push_back({layout.name + "_self_test.h",
                     printSelfTestHeader(layout, options.selfTestInputs,
                                         options.selfTestOutputs)});
  }
  llvm::append_range(files, std::move(runtime));
  return files;
}

static std::vector<TensorSpec> getSpecs(ModelOp model, BufferKind kind) {
  std::vector<TensorSpec> specs;
  EntryOp entry = *model.getEntries().begin();
  for (BufferOp buffer : entry.getBuffersOfKind(kind)) {
    MemRefType type = buffer.getMemRefType();
    TensorSpec &spec = specs.emplace_back();
    spec.name = buffer.getName().str();
    spec.shape = llvm::to_vector(type.getShape());
    Type element = type.getElementType();
    spec.kind = element.isF32()               ? ElementKind::F32
                : element.isUnsignedInteger() ? ElementKind::U8
                                              : ElementKind::S8;
    if (auto quantization = buffer.getQuantizationAttr()) {
      spec.scale = quantization.getScale().getValueAsDouble();
      spec.zeroPoint = quantization.getZeroPoint();
    }
    spec.isReal = buffer.getReal();
  }
  return specs;
}

std::vector<TensorSpec> ofa::getInputSpecs(ModelOp model) {
  return getSpecs(model, BufferKind::Input);
}

std::vector<TensorSpec> ofa::getOutputSpecs(ModelOp model) {
  return getSpecs(model, BufferKind::Output);
}

/// The name of a float tensor with an element that C cannot spell.
static std::optional<std::string> findNotANumber(ArrayRef<TensorSpec> specs,
                                                 const TensorVectors &vectors) {
  ArrayRef<uint8_t> bytes = vectors.bytes;
  while (!bytes.empty())
    for (const TensorSpec &spec : specs) {
      for (int64_t i = 0; i < spec.getNumElements(); ++i)
        if (std::isnan(spec.getReal(bytes, i)))
          return spec.name;
      bytes = bytes.drop_front(spec.getNumBytes());
    }
  return std::nullopt;
}

/// Reads the files of `--golden-input` and `--golden-output`.
static LogicalResult readSelfTest(ModelOp model, const TranslationInput &input,
                                  EmitCOptions &options) {
  auto read = [&](std::vector<TensorSpec> specs, std::string name,
                  TensorVectors &vectors) -> LogicalResult {
    auto given = input.lists.find(name);
    if (given == input.lists.end())
      return success();
    auto result = readTensorFiles(specs, given->second, "--" + name);
    if (!result)
      return emitError(UnknownLoc::get(input.context))
             << llvm::toString(result.takeError());
    vectors = std::move(*result);
    if (std::optional<std::string> tensor = findNotANumber(specs, vectors))
      return emitError(UnknownLoc::get(input.context))
             << "expects numbers in --" << name << ", but '" << *tensor
             << "' has an element that is not a number";
    return success();
  };
  if (failed(
          read(getInputSpecs(model), "golden-input", options.selfTestInputs)) ||
      failed(read(getOutputSpecs(model), "golden-output",
                  options.selfTestOutputs)))
    return failure();
  if (options.selfTestInputs.size() == options.selfTestOutputs.size())
    return success();
  return emitError(UnknownLoc::get(input.context))
         << "expects as many vectors of --golden-output as of --golden-input, "
            "but got "
         << options.selfTestOutputs.size() << " and "
         << options.selfTestInputs.size();
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
  EmitCOptions options;
  FailureOr<FileSet> files = failure();
  if (succeeded(readSelfTest(*models.begin(), input, options)))
    files = emitC(*models.begin(), options);
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
  translation.options = {
      {"golden-input",
       "Build a self-test into the C: raw inputs of golden vectors "
       "(repeatable: "
       "one file for each input, in order, and again for more vectors)",
       /*isFlag=*/false, /*isRepeatable=*/true},
      {"golden-output",
       "The outputs that they must give, byte for byte (repeatable alike)",
       /*isFlag=*/false, /*isRepeatable=*/true}};
  translation.run = translate;
  registry.push_back(std::move(translation));
}
