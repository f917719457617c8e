//===- OFAToKernel.cpp - Networks to runtime kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"

#include "KernelLowering.h"

#include "ofa/Dialect/OFA/IR/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

namespace mlir::ofa {
#define GEN_PASS_DEF_CONVERTOFATOKERNELPASS
#include "ofa/Conversion/Passes.h.inc"
} // namespace mlir::ofa

using namespace mlir;
using namespace mlir::ofa;
using kernel::BufferKind;
using kernel::GlobalRole;

namespace {
struct ConvertOFAToKernel final
    : ofa::impl::ConvertOFAToKernelPassBase<ConvertOFAToKernel> {
  using ConvertOFAToKernelPassBase::ConvertOFAToKernelPassBase;
  void runOnOperation() override;
};
} // namespace

static bool isNetwork(func::FuncOp function) {
  return !function.isExternal() &&
         llvm::any_of(function.getOps(),
                      [](Operation &op) { return isa<KernelOpInterface>(op); });
}

/// The symbol as a name of C.
static std::string makeModelName(StringRef symbol) {
  std::string name;
  for (char c : symbol)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(0, "net_");
  return name;
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static std::string describe(PreprocessingAttr preprocessing) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto printList = [&](ArrayRef<FloatAttr> values) {
    llvm::interleaveComma(values, os, [&](FloatAttr value) {
      os << llvm::format("%.9g", value.getValueAsDouble());
    });
  };
  os << "(byte - [";
  printList(preprocessing.getMean());
  os << "]) * [";
  printList(preprocessing.getScale());
  os << "], by channel";
  return text;
}

/// Whether `byte - 128` has the scale and zero point of the quantised `input`.
static bool absorbs(PreprocessingAttr preprocessing, Value input) {
  if (!isQuantized(input))
    return false;
  QuantizedScale scale = getScale(input);
  return llvm::all_of(preprocessing.getMean(),
                      [&](FloatAttr mean) {
                        return mean.getValueAsDouble() == scale.zeroPoint + 128;
                      }) &&
         llvm::all_of(preprocessing.getScale(), [&](FloatAttr factor) {
           return double(float(factor.getValueAsDouble())) == scale.scale;
         });
}

/// One float per channel.
static std::vector<float> expand(ArrayRef<FloatAttr> values, int64_t channels) {
  std::vector<float> result;
  for (int64_t channel = 0; channel < channels; ++channel)
    result.push_back(
        float(values[values.size() == 1 ? 0 : channel].getValueAsDouble()));
  return result;
}

/// Makes the buffer that the caller fills with an argument of the network.
static void lowerInput(func::FuncOp function, unsigned index,
                       KernelLowering &lowering) {
  BlockArgument input = function.getArgument(index);
  Value memory =
      lowering.makeBuffer(BufferKind::Input, getInputName(function, index),
                          getMemoryType(input), getQuantization(input));
  kernel::getRootBuffer(memory).setReal(isRealInput(function, index));
  lowering.setMemory(input, memory);
}

/// Makes the buffer that the caller fills with an image, and the kernels from
/// it to the network's only argument.
static LogicalResult lowerImage(func::FuncOp function,
                                PreprocessingAttr preprocessing,
                                KernelLowering &lowering) {
  if (function.getNumArguments() != 1)
    return function.emitOpError("expects one input to preprocess, but has ")
           << function.getNumArguments();
  BlockArgument input = function.getArgument(0);
  MemRefType type = getMemoryType(input);
  if (type.getRank() != 4)
    return function.emitOpError("expects an image [1, height, width, channels] "
                                "to preprocess, but got ")
           << input.getType();
  int64_t channels = type.getDimSize(3);
  for (size_t count :
       {preprocessing.getMean().size(), preprocessing.getScale().size()})
    if (count != 1 && int64_t(count) != channels)
      return function.emitOpError("expects preprocessing of 1 or ")
             << channels << " channels, but got " << count;

  OpBuilder &builder = lowering.getBuilder();
  Location loc = function.getLoc();
  auto bytes = MemRefType::get(type.getShape(),
                               builder.getIntegerType(8, /*isSigned=*/false));
  if (absorbs(preprocessing, input)) {
    QuantizedScale scale = getScale(input);
    auto quantization = kernel::QuantizationAttr::get(
        builder.getContext(), builder.getF64FloatAttr(scale.scale),
        scale.zeroPoint + 128);
    Value image =
        lowering.makeBuffer(BufferKind::Input, "image", bytes, quantization);
    kernel::ConvertU8S8Op::create(builder, loc, "image", image,
                                  lowering.makeResult(input, "image.s8"));
    return success();
  }
  Value image = lowering.makeBuffer(BufferKind::Input, "image", bytes);
  Value zeroPoint =
      lowering.makeGlobal<float>(GlobalRole::Table, "image.mean",
                                 expand(preprocessing.getMean(), channels));
  Value scale =
      lowering.makeGlobal<float>(GlobalRole::Table, "image.scale",
                                 expand(preprocessing.getScale(), channels));
  if (!isQuantized(input)) {
    kernel::ConvertU8F32Op::create(builder, loc, "image", image, zeroPoint,
                                   scale,
                                   lowering.makeResult(input, "image.f32"));
    return success();
  }
  Value real = lowering.makeBuffer(
      BufferKind::Internal, "image.f32",
      MemRefType::get(type.getShape(), builder.getF32Type()));
  kernel::ConvertU8F32Op::create(builder, loc, "image", image, zeroPoint, scale,
                                 real);
  QuantizedScale quantized = getScale(input);
  kernel::QuantizeF32S8Op::create(builder, loc, "image.quantize", real,
                                  lowering.makeResult(input, "image.s8"),
                                  APFloat(float(quantized.scale)),
                                  quantized.zeroPoint);
  return success();
}

//===----------------------------------------------------------------------===//
// The network
//===----------------------------------------------------------------------===//

/// Makes the buffer of a result the caller's; copies a result that has none of
/// its own: an input, a constant, a state or another result.
static FailureOr<kernel::BufferOp>
lowerOutput(func::FuncOp function, unsigned index, KernelLowering &lowering) {
  Value result = function.front().getTerminator()->getOperand(index);
  FailureOr<Value> memory = lowering.getMemory(result);
  if (failed(memory))
    return failure();
  kernel::BufferOp buffer = kernel::getRootBuffer(*memory);
  std::string name = getOutputName(function, index);
  if (!buffer || buffer.getKind() != BufferKind::Internal) {
    Value output =
        lowering.makeBuffer(BufferKind::Output, name, getMemoryType(result));
    lowering.copy(function.getLoc(), name, *memory, output);
    buffer = kernel::getRootBuffer(output);
  }
  // The caller sees the network's shape, whatever the last kernel made.
  if (MemRefType type = getMemoryType(result); buffer.getMemRefType() != type) {
    OpBuilder::InsertionGuard guard(lowering.getBuilder());
    lowering.getBuilder().setInsertionPointAfter(buffer);
    MemRefType made = buffer.getMemRefType();
    buffer.getMemory().setType(type);
    auto view = kernel::ViewOp::create(lowering.getBuilder(), buffer.getLoc(),
                                       made, buffer.getMemory());
    buffer.getMemory().replaceAllUsesExcept(view.getMemory(), view);
  }
  buffer.setKind(BufferKind::Output);
  buffer.setName(name);
  buffer.setReal(isRealOutput(function, index));
  if (kernel::QuantizationAttr quantization = getQuantization(result))
    buffer.setQuantizationAttr(quantization);
  return buffer;
}

static LogicalResult lowerOutputs(func::FuncOp function,
                                  KernelLowering &lowering) {
  SmallVector<kernel::BufferOp> outputs;
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    FailureOr<kernel::BufferOp> output = lowerOutput(function, i, lowering);
    if (failed(output))
      return failure();
    outputs.push_back(*output);
  }
  // The order of the buffers is that of the results.
  for (size_t i = outputs.size() - 1; i > 0; --i)
    if (outputs[i]->isBeforeInBlock(outputs[i - 1]))
      outputs[i - 1]->moveBefore(outputs[i]);
  return success();
}

/// Says of the last kernel after `previous`, which computes the result of `op`,
/// which tensor of the source file that is.
static void copySourceTensor(Operation &op, Operation *previous) {
  Attribute source = op.getAttr(kSourceTensorAttrName);
  Operation *kernel = &previous->getBlock()->back();
  while (kernel != previous && !isa<kernel::RuntimeKernelOpInterface>(kernel))
    kernel = kernel->getPrevNode();
  if (source && kernel != previous)
    kernel->setAttr(kSourceTensorAttrName, source);
}

/// Takes out the states that only compiled networks used.
static void eraseUnusedStates(ModuleOp module) {
  for (StateOp state : llvm::make_early_inc_range(module.getOps<StateOp>()))
    if (SymbolTable::symbolKnownUseEmpty(state, module))
      state.erase();
}

static LogicalResult convert(func::FuncOp function, StringRef name,
                             StringAttr device, StringAttr core,
                             ArrayAttr extensions, StringAttr prefer) {
  if (function.getNumArguments() == 0 || function.getNumResults() == 0)
    return function.emitOpError("expects an input and an output for a compiled "
                                "network");
  auto preprocessing =
      function->getAttrOfType<PreprocessingAttr>(kPreprocessingAttrName);
  OpBuilder builder(function);
  auto model = kernel::ModelOp::create(
      builder, function.getLoc(), makeModelName(name), device, core, extensions,
      prefer, function->getAttrOfType<ArrayAttr>(kClassNamesAttrName),
      preprocessing ? builder.getStringAttr(describe(preprocessing))
                    : StringAttr());
  builder.setInsertionPointToStart(&model.getBody().emplaceBlock());
  auto entry = kernel::EntryOp::create(builder, function.getLoc(), "run",
                                       /*scheduled=*/false,
                                       /*arena_bytes=*/IntegerAttr(),
                                       /*state_bytes=*/IntegerAttr());
  entry.getBody().emplaceBlock();

  KernelLowering lowering(model, entry);
  if (preprocessing && failed(lowerImage(function, preprocessing, lowering)))
    return failure();
  for (unsigned i = 0; !preprocessing && i < function.getNumArguments(); ++i)
    lowerInput(function, i, lowering);
  for (Operation &op : function.front().without_terminator()) {
    if (isa<ConstantOp>(op))
      continue;
    auto lowerable = dyn_cast<KernelOpInterface>(op);
    if (!lowerable)
      return op.emitOpError("has no kernel");
    Operation *last = &entry.getBody().front().back();
    if (failed(lowerable.lowerToKernel(lowering)))
      return failure();
    copySourceTensor(op, last);
  }
  if (failed(lowerOutputs(function, lowering)))
    return failure();
  function.erase();
  return success();
}

void ConvertOFAToKernel::runOnOperation() {
  ModuleOp module = getOperation();
  if (!module.getOps<SupernetOp>().empty()) {
    SupernetOp supernet = *module.getOps<SupernetOp>().begin();
    supernet.emitOpError("expects a subnet to be extracted first: run "
                         "ofa-extract-subnet");
    return signalPassFailure();
  }
  StringAttr device, core, prefer;
  ArrayAttr extensions;
  if (auto decision =
          module->getAttrOfType<SpecializationAttr>(kSpecializationAttrName)) {
    device = decision.getFacts().getAs<StringAttr>("device");
    core = decision.getFacts().getAs<StringAttr>("core");
    extensions = decision.getFacts().getAs<ArrayAttr>("isa");
    prefer = decision.getFacts().getAs<StringAttr>("prefer");
  }
  SmallVector<func::FuncOp> networks;
  llvm::copy_if(module.getOps<func::FuncOp>(), std::back_inserter(networks),
                isNetwork);
  if (!modelName.empty() && networks.size() > 1) {
    module.emitError("expects one network to name '")
        << modelName << "', but has " << networks.size();
    return signalPassFailure();
  }
  for (func::FuncOp function : networks) {
    std::string name =
        modelName.empty() ? function.getSymName().str() : modelName;
    if (failed(convert(function, name, device, core, extensions, prefer)))
      return signalPassFailure();
  }
  eraseUnusedStates(module);
}
