//===- ImportTFLite.cpp - TFLite models to networks ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/TFLite/ImportTFLite.h"

#include "OperatorImport.h"

#include "ofa/Dialect/OFA/IR/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

/// All operators: name, operands, results, and who imports them.
using Code = schema::BuiltinOperator;
static constexpr Arity kAny = {1, ~0u};
static constexpr OperatorEntry kOperators[] = {
    {Code::ADD, {2, 2}, {1, 1}, importAdd},
    {Code::ASSIGN_VARIABLE, {2, 2}, {0, 0}, importAssignVariable},
    {Code::AVERAGE_POOL_2D, {1, 1}, {1, 1}, importAveragePool2D},
    {Code::CALL_ONCE, {0, 0}, {0, 0}, importCallOnce},
    {Code::CONCATENATION, kAny, {1, 1}, importConcatenation},
    {Code::CONV_2D, {2, 3}, {1, 1}, importConv2D},
    {Code::DEPTHWISE_CONV_2D, {2, 3}, {1, 1}, importDepthwiseConv2D},
    {Code::DEQUANTIZE, {1, 1}, {1, 1}, importDequantize},
    {Code::EXPAND_DIMS, {2, 2}, {1, 1}, importReshape},
    {Code::FULLY_CONNECTED, {2, 3}, {1, 1}, importFullyConnected},
    {Code::HARD_SWISH, {1, 1}, {1, 1}, importHardSwish},
    {Code::LEAKY_RELU, {1, 1}, {1, 1}, importLeakyRelu},
    {Code::LOGISTIC, {1, 1}, {1, 1}, importLogistic},
    {Code::MAX_POOL_2D, {1, 1}, {1, 1}, importMaxPool2D},
    {Code::MEAN, {2, 2}, {1, 1}, importMean},
    {Code::MUL, {2, 2}, {1, 1}, importMul},
    {Code::PAD, {2, 2}, {1, 1}, importPad},
    {Code::PADV2, {3, 3}, {1, 1}, importPad},
    {Code::QUANTIZE, {1, 1}, {1, 1}, importQuantize},
    {Code::READ_VARIABLE, {1, 1}, {1, 1}, importReadVariable},
    {Code::RELU, {1, 1}, {1, 1}, importRelu},
    {Code::RELU6, {1, 1}, {1, 1}, importRelu6},
    {Code::RESHAPE, {1, 2}, {1, 1}, importReshape},
    {Code::RESIZE_NEAREST_NEIGHBOR, {2, 2}, {1, 1}, importResizeNearest},
    {Code::SLICE, {3, 3}, {1, 1}, importSlice},
    {Code::SOFTMAX, {1, 1}, {1, 1}, importSoftmax},
    {Code::SPLIT, {2, 2}, kAny, importSplit},
    {Code::SQUEEZE, {1, 1}, {1, 1}, importReshape},
    {Code::STRIDED_SLICE, {4, 4}, {1, 1}, importStridedSlice},
    {Code::SUB, {2, 2}, {1, 1}, importSub},
    {Code::TANH, {1, 1}, {1, 1}, importTanh},
    {Code::TRANSPOSE, {2, 2}, {1, 1}, importTranspose},
    {Code::VAR_HANDLE, {0, 0}, {1, 1}, importVarHandle},
};

const OperatorEntry *tflite::findOperator(schema::BuiltinOperator code) {
  const auto *entry = llvm::find_if(
      kOperators, [&](const OperatorEntry &row) { return row.code == code; });
  return entry == std::end(kOperators) ? nullptr : entry;
}

/// A C identifier, of a file's name without folder and suffix.
static std::string makeFunctionName(StringRef path) {
  if (path == "<stdin>")
    return "model";
  std::string name = llvm::sys::path::stem(path).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name = "model_" + name;
  return name;
}

static bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// The types of the graph's inputs or outputs.
static FailureOr<SmallVector<Type>> getTypes(ArrayRef<const Tensor *> tensors,
                                             StringRef role,
                                             const FileLocation &file) {
  SmallVector<Type> types;
  if (tensors.empty())
    return emitError(file.get())
           << "expects " << role << "s of the graph, but it has none";
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    FailureOr<RankedTensorType> type =
        getActivationType(*tensor, file.get(), describe(role, i, *tensor));
    if (failed(type))
      return failure();
    types.push_back(*type);
  }
  return types;
}

static LogicalResult importGraph(const Model &model, func::FuncOp function,
                                 Rounding rounding) {
  Network network(OpBuilder::atBlockBegin(function.addEntryBlock()), rounding,
                  model.main.names);
  network.symbols.make(function.getSymName());
  for (auto [i, tensor] : llvm::enumerate(model.main.inputs))
    network.values[tensor] = function.getArgument(i);
  for (const Operator &op : model.main.operators) {
    OperatorImport import(op, model, network);
    if (failed(findOperator(op.code)->import(import)))
      return failure();
  }
  if (failed(verifyVariables(network, model.file.get())))
    return failure();
  SmallVector<Value> results;
  for (auto [i, tensor] : llvm::enumerate(model.main.outputs)) {
    if (tensor->isConstant)
      return emitError(model.file.get())
             << "expects outputs that are computed, but "
             << describe("output", i, *tensor) << " is a constant";
    results.push_back(network.values.at(tensor));
  }
  func::ReturnOp::create(network.builder, model.file.get(), results);
  return success();
}

OwningOpRef<ModuleOp> ofa::importTFLite(llvm::MemoryBufferRef file,
                                        const ImportTFLiteOptions &options,
                                        MLIRContext &context) {
  FailureOr<Model> model = readModel(file, context);
  if (failed(model))
    return nullptr;
  Location loc = model->file.get();
  std::string name = options.name;
  if (name.empty())
    name = makeFunctionName(file.getBufferIdentifier());
  if (!isIdentifier(name)) {
    emitError(loc) << "expects a C identifier as the network's name, but got '"
                   << name << "'";
    return nullptr;
  }
  FailureOr<SmallVector<Type>> inputs =
      getTypes(model->main.inputs, "input", model->file);
  if (failed(inputs))
    return nullptr;
  FailureOr<SmallVector<Type>> outputs =
      getTypes(model->main.outputs, "output", model->file);
  if (failed(outputs))
    return nullptr;

  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockBegin(module->getBody());
  auto function = func::FuncOp::create(
      builder, loc, name, builder.getFunctionType(*inputs, *outputs));
  for (auto [i, tensor] : llvm::enumerate(model->main.inputs))
    function.setArgAttr(i, kNameAttrName, builder.getStringAttr(tensor->name));
  for (auto [i, tensor] : llvm::enumerate(model->main.outputs))
    function.setResultAttr(i, kNameAttrName,
                           builder.getStringAttr(tensor->name));
  if (failed(importGraph(*model, function, options.rounding)) ||
      failed(verify(*module)))
    return nullptr;
  return module;
}
