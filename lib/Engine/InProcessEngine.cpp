//===- InProcessEngine.cpp - Networks of ofa operations -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/IR/Signature.h"
#include "ofa/Execution/Executor.h"
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;

static TensorSpec makeSpec(std::string name, RankedTensorType type) {
  TensorSpec spec;
  spec.name = std::move(name);
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
    for (auto [i, type] : llvm::enumerate(this->executor->getInputTypes())) {
      spec.inputs.push_back(makeSpec(getInputName(function, i), type));
      spec.inputs.back().isReal = isRealInput(function, i);
    }
    if (this->reader)
      spec.inputs.front().kind = ElementKind::U8;
    for (auto [i, type] : llvm::enumerate(this->executor->getResultTypes())) {
      spec.outputs.push_back(makeSpec(getOutputName(function, i), type));
      spec.outputs.back().isReal = isRealOutput(function, i);
    }
    for (Operation &op : function.front())
      isQuantized |= llvm::any_of(op.getOperandTypes(), [](Type type) {
        return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
      });
    if (auto names = function->getAttrOfType<ArrayAttr>(kClassNamesAttrName))
      for (StringRef name : names.getAsValueRange<StringAttr>())
        spec.classNames.push_back(name.str());
  }

  std::string describe() const override {
    return isQuantized ? "int8 by definition, in this process"
                       : "float kernels, in this process";
  }

  FailureOr<RunResult> run(ArrayRef<uint8_t> inputs) override {
    int64_t inputBytes = getVectorBytes(spec.inputs);
    int64_t outputBytes = getVectorBytes(spec.outputs);
    int64_t count = inputs.size() / inputBytes;
    RunResult result;
    result.outputs.resize(count * outputBytes);
    executor->reset();
    executor->runBatch(
        count,
        [&](int64_t index) {
          return read(inputs.slice(index * inputBytes, inputBytes));
        },
        [&](int64_t index, ArrayRef<Tensor> outputs) {
          uint8_t *place = result.outputs.data() + index * outputBytes;
          for (const Tensor &output : outputs) {
            ArrayRef<char> bytes = output.bytes();
            memcpy(place, bytes.data(), bytes.size());
            place += bytes.size();
          }
        });
    return result;
  }

  FailureOr<std::vector<LayerResult>>
  runLayers(ArrayRef<uint8_t> input) override {
    std::vector<LayerResult> layers;
    executor->reset();
    executor->run(read(input), [&](int64_t, Operation *op,
                                   const Tensor &value) {
      auto name = op->getAttrOfType<StringAttr>("name");
      LayerResult &layer = layers.emplace_back();
      layer.spec =
          makeSpec(name ? name.str() : op->getName().getStringRef().str(),
                   cast<RankedTensorType>(op->getResult(0).getType()));
      layer.bytes = copyBytes(value);
      if (auto source = op->getAttrOfType<IntegerAttr>(kSourceTensorAttrName))
        layer.sourceTensor = source.getInt();
    });
    return layers;
  }

  bool knowsLayerScales() const override { return true; }

private:
  /// The inputs of one vector.
  std::vector<Tensor> read(ArrayRef<uint8_t> bytes) const {
    if (reader)
      return {reader->read(bytes, spec.inputs.front().shape[1],
                           spec.inputs.front().shape[2])};
    std::vector<Tensor> tensors;
    for (RankedTensorType type : executor->getInputTypes()) {
      Tensor &tensor = tensors.emplace_back(type);
      ArrayRef<char> memory = tensor.bytes();
      memcpy(const_cast<char *>(memory.data()), bytes.data(), memory.size());
      bytes = bytes.drop_front(memory.size());
    }
    return tensors;
  }

  OwningOpRef<ModuleOp> module;
  std::unique_ptr<Executor> executor;
  std::optional<ImageReader> reader;
  bool isQuantized = false; ///< At least some of its layers.
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
