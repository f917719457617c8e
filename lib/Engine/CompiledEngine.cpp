//===- CompiledEngine.cpp - Networks as emitted C -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engines.h"
#include "Program.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Target/C/EmitC.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::ofa;

/// What each layer gives, as far as its kernel knows.
static std::vector<LayerResult> describeLayers(kernel::ModelOp model) {
  std::vector<LayerResult> layers;
  kernel::EntryOp entry = *model.getEntries().begin();
  for (kernel::RuntimeKernelOpInterface op : entry.getKernels()) {
    auto destination = cast<DestinationStyleOpInterface>(op.getOperation());
    auto type = cast<MemRefType>(destination.getDpsInits().front().getType());
    // Of a ring nothing is left but the last rows.
    if (!type.getLayout().isIdentity())
      continue;
    LayerResult &layer = layers.emplace_back();
    layer.spec.name = op.getLayerName().str();
    layer.spec.shape = llvm::to_vector(type.getShape());
    if (!type.getElementType().isF32())
      layer.spec.kind = ElementKind::S8;
    if (auto source = op->getAttrOfType<IntegerAttr>(kSourceTensorAttrName))
      layer.sourceTensor = source.getInt();
  }
  return layers;
}

namespace {
/// Prints a diagnostic that has no place in a module.
LogicalResult fail(llvm::Error error) {
  llvm::errs() << "error: " << llvm::toString(std::move(error)) << '\n';
  return failure();
}

class CompiledEngine final : public Engine {
public:
  CompiledEngine(kernel::ModelOp model, const Device *device,
                 std::string folder, std::string temporaryFolder,
                 Program program)
      : model(model), device(device), folder(std::move(folder)),
        temporaryFolder(std::move(temporaryFolder)),
        program(std::move(program)) {
    spec.name = model.getSymName().str();
    spec.inputs = getInputSpecs(model);
    spec.outputs = getOutputSpecs(model);
    if (ArrayAttr names = model.getClassNamesAttr())
      for (StringRef name : names.getAsValueRange<StringAttr>())
        spec.classNames.push_back(name.str());
  }
  ~CompiledEngine() override {
    if (!temporaryFolder.empty())
      llvm::sys::fs::remove_directories(temporaryFolder);
  }

  std::string describe() const override {
    if (!device)
      return "C built for this host";
    return (device->toolchain.hosted ? "program on " : "firmware on ") +
           device->core +
           (device->emulator ? ", emulated (" + device->emulator->machine + ")"
                             : "");
  }

  FailureOr<RunResult> run(ArrayRef<uint8_t> inputs) override {
    llvm::Expected<RunResult> result = program.run(inputs);
    if (!result)
      return fail(result.takeError());
    size_t vectors = inputs.size() / getVectorBytes(spec.inputs);
    if (failed(checkWritten("outputs", result->outputs.size(),
                            vectors * getVectorBytes(spec.outputs))))
      return failure();
    return std::move(*result);
  }

  /// Builds the model once more, with traces of its layers.
  FailureOr<std::vector<LayerResult>>
  runLayers(ArrayRef<uint8_t> input) override {
    EmitCOptions options;
    options.traceLayers = true;
    FailureOr<FileSet> files = emitC(model, options);
    if (failed(files))
      return failure();
    SmallString<128> traceFolder(folder);
    llvm::sys::path::append(traceFolder, "traces");
    llvm::Expected<Program> tracing =
        Program::build(*files, model, device, traceFolder, /*traces=*/true);
    if (!tracing)
      return fail(tracing.takeError());
    llvm::Expected<RunResult> result = tracing->run(input);
    if (!result)
      return fail(result.takeError());
    std::vector<uint8_t> traces = tracing->readTraces();
    ArrayRef<uint8_t> rest = traces;
    std::vector<LayerResult> layers = describeLayers(model);
    size_t expected = 0;
    for (const LayerResult &layer : layers)
      expected += layer.spec.getNumBytes();
    if (failed(checkWritten("traces", traces.size(), expected)))
      return failure();
    for (LayerResult &layer : layers) {
      size_t bytes = layer.spec.getNumBytes();
      layer.bytes = rest.take_front(bytes).vec();
      rest = rest.drop_front(bytes);
    }
    return layers;
  }

  bool knowsLayerScales() const override { return false; }

private:
  /// The program wrote all that it should.
  LogicalResult checkWritten(StringRef what, size_t bytes, size_t expected) {
    if (bytes == expected)
      return success();
    return kernel::ModelOp(model).emitError("wrote ")
           << bytes << " bytes of " << what << " instead of " << expected
           << ": is the disk full?";
  }

  kernel::ModelOp model;
  const Device *device;
  std::string folder, temporaryFolder;
  Program program;
};
} // namespace

FailureOr<std::unique_ptr<Engine>>
ofa::createCompiledEngine(kernel::ModelOp model, const EngineOptions &options) {
  FailureOr<FileSet> files = emitC(model);
  if (failed(files))
    return failure();
  std::string folder = options.buildFolder, temporary;
  if (folder.empty()) {
    SmallString<128> path;
    if (std::error_code error =
            llvm::sys::fs::createUniqueDirectory("ofa-run", path))
      return model.emitError("cannot make a temporary folder: ")
             << error.message();
    folder = temporary = path.str().str();
  }
  llvm::Expected<Program> program =
      Program::build(*files, model, options.device, folder);
  if (!program) {
    if (!temporary.empty())
      llvm::sys::fs::remove_directories(temporary);
    return model.emitError("cannot be built: ")
           << llvm::toString(program.takeError());
  }
  return std::unique_ptr<Engine>(std::make_unique<CompiledEngine>(
      model, options.device, folder, temporary, std::move(*program)));
}
