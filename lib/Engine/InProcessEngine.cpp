//===- InProcessEngine.cpp - Networks of ofa operations -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engines.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Execution/Executor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;

static TensorSpec makeSpec(RankedTensorType type) {
  TensorSpec spec;
  spec.shape = llvm::to_vector(type.getShape());
  if (auto quantized =
          dyn_cast<quant::UniformQuantizedType>(type.getElementType())) {
    spec.kind = ElementKind::S8;
    spec.scale = quantized.getScale();
    spec.zeroPoint = quantized.getZeroPoint();
  }
  return spec;
}

static std::vector<uint8_t> copyBytes(const Tensor &tensor) {
  ArrayRef<char> bytes = tensor.bytes();
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

namespace {
class InProcessEngine final : public Engine {
public:
  InProcessEngine(OwningOpRef<ModuleOp> module, func::FuncOp function,
                  std::unique_ptr<Executor> executor,
                  std::optional<ImageReader> reader)
      : module(std::move(module)), executor(std::move(executor)),
        reader(std::move(reader)) {
    spec.name = function.getSymName().str();
    spec.input = makeSpec(this->executor->getInputType());
    if (this->reader)
      spec.input.kind = ElementKind::U8;
    spec.output = makeSpec(this->executor->getResultType());
    if (auto names = function->getAttrOfType<ArrayAttr>(kClassNamesAttrName))
      for (StringRef name : names.getAsValueRange<StringAttr>())
        spec.classNames.push_back(name.str());
  }

  std::string describe() const override {
    return spec.output.kind == ElementKind::S8
               ? "int8 by definition, in this process"
               : "float kernels, in this process";
  }

  FailureOr<RunResult> run(ArrayRef<uint8_t> inputs) override {
    int64_t inputBytes = spec.input.getNumBytes();
    int64_t outputBytes = spec.output.getNumBytes();
    int64_t count = inputs.size() / inputBytes;
    RunResult result;
    result.outputs.resize(count * outputBytes);
    executor->runBatch(
        count,
        [&](int64_t index) {
          return read(inputs.slice(index * inputBytes, inputBytes));
        },
        [&](int64_t index, const Tensor &output) {
          ArrayRef<char> bytes = output.bytes();
          memcpy(result.outputs.data() + index * outputBytes, bytes.data(),
                 bytes.size());
        });
    return result;
  }

  std::vector<LayerResult> runLayers(ArrayRef<uint8_t> input) override {
    std::vector<LayerResult> layers;
    executor->run(read(input), [&](int64_t, Operation *op, const Tensor &value) {
      auto name = op->getAttrOfType<StringAttr>("name");
      layers.push_back(
          {name ? name.str() : op->getName().getStringRef().str(),
           makeSpec(cast<RankedTensorType>(op->getResult(0).getType())),
           copyBytes(value)});
    });
    return layers;
  }

private:
  Tensor read(ArrayRef<uint8_t> bytes) const {
    if (reader)
      return reader->read(bytes, spec.input.shape[1], spec.input.shape[2]);
    Tensor tensor(executor->getInputType());
    memcpy(const_cast<char *>(tensor.bytes().data()), bytes.data(), bytes.size());
    return tensor;
  }

  OwningOpRef<ModuleOp> module;
  std::unique_ptr<Executor> executor;
  std::optional<ImageReader> reader;
};
} // namespace

FailureOr<std::unique_ptr<Engine>>
ofa::createInProcessEngine(OwningOpRef<ModuleOp> module) {
  func::FuncOp function = *module->getOps<func::FuncOp>().begin();
  FailureOr<std::unique_ptr<Executor>> executor = Executor::create(function);
  if (failed(executor))
    return failure();
  std::optional<ImageReader> reader;
  if (function->hasAttr(kPreprocessingAttrName)) {
    FailureOr<ImageReader> created = ImageReader::create(function);
    if (failed(created))
      return failure();
    reader = *created;
  }
  return std::unique_ptr<Engine>(std::make_unique<InProcessEngine>(
      std::move(module), function, std::move(*executor), std::move(reader)));
}
