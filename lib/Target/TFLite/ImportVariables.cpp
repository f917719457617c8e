//===- ImportVariables.cpp - What outlives a run ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A variable is found by its name: operators pass handles, tensors of type
// RESOURCE. It has the type of what is read and assigned, which is the same
// everywhere. At first it holds what the graph of CALL_ONCE assigns to it, or
// real zero.
//
//===----------------------------------------------------------------------===//

#include "OperatorImport.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

constexpr size_t kLongestName = 1000;

/// A part of a variable's name.
static std::string getText(const flatbuffers::String *text) {
  return text ? text->str() : "";
}

/// The variable of a VAR_HANDLE; null after a diagnostic of `op`.
static Variable *findVariable(OperatorImport &op, const Operator &handle) {
  const auto *options =
      handle.table->builtin_options_as<schema::VarHandleOptions>();
  if (!options) {
    (void)(op.expects() << "a VAR_HANDLE with its options, but operator "
                        << handle.index << " has others or none");
    return nullptr;
  }
  std::string container = getText(options->container());
  std::string name = getText(options->shared_name());
  if (container.size() + name.size() > kLongestName) {
    (void)(op.expects() << "variables whose names have at most " << kLongestName
                        << " characters, but got "
                        << container.size() + name.size());
    return nullptr;
  }
  Network &network = op.getNetwork();
  Variable &variable = network.variables[{container, name}];
  if (variable.symbol.empty())
    variable.symbol =
        network.symbols.make(name.empty() ? "variable" : makePrintable(name));
  return &variable;
}

/// What a state of `type` holds if nothing else is said: real zero.
static ElementsAttr makeZero(RankedTensorType type) {
  RankedTensorType storage = getStorageType(type);
  if (auto quantized =
          dyn_cast<quant::UniformQuantizedType>(type.getElementType()))
    return DenseElementsAttr::get(storage, int8_t(quantized.getZeroPoint()));
  return DenseElementsAttr::get(storage, 0.0f);
}

/// Gives the variable a state of the type of `tensor`, or checks the type of
/// the one it has.
static LogicalResult makeState(OperatorImport &op, Variable &variable,
                               const Tensor &tensor) {
  FailureOr<RankedTensorType> type = getActivationType(
      tensor, op.getLocation(), "'" + Twine(tensor.name) + "'");
  if (failed(type))
    return failure();
  if (!variable.state) {
    OpBuilder builder(op.getNetwork().builder.getBlock()->getParentOp());
    variable.state = StateOp::create(builder, op.getLocation(), variable.symbol,
                                     *type, makeZero(*type));
    return success();
  }
  if (variable.state.getType() == *type)
    return success();
  return op.expects() << "'" << tensor.name
                      << "' to have the type of variable '" << variable.symbol
                      << "', " << variable.state.getType() << ", but got "
                      << *type;
}

/// The variable of the first operand; null after a diagnostic.
static Variable *getVariable(OperatorImport &op) {
  const Tensor *handle = op.findOperand(0);
  Variable *variable = op.getNetwork().handles.lookup(handle);
  if (!variable)
    (void)(op.expects() << "the handle of a variable, from VAR_HANDLE, as "
                           "operand 0, but got "
                        << (handle ? "'" + handle->name + "'" : "none"));
  return variable;
}

LogicalResult tflite::importVarHandle(OperatorImport &op) {
  if (op.getResult().type != schema::TensorType::RESOURCE)
    return op.expects() << "a result of RESOURCE, but got "
                        << getTypeName(op.getResult().type);
  Variable *variable = findVariable(op, op.getOperator());
  op.getNetwork().handles[&op.getResult()] = variable;
  return success(variable);
}

LogicalResult tflite::importReadVariable(OperatorImport &op) {
  Variable *variable = getVariable(op);
  if (!variable || failed(makeState(op, *variable, op.getResult())))
    return failure();
  variable->isUsed = true;
  op.setResult(0, op.create<ReadStateOp>(variable->state.getTensorType(),
                                         op.getResult().name, {},
                                         op.symbol("state", variable->symbol),
                                         /*computes=*/&op.getResult()));
  return success();
}

LogicalResult tflite::importAssignVariable(OperatorImport &op) {
  Variable *variable = getVariable(op);
  if (!variable)
    return failure();
  FailureOr<Value> value = op.getActivation(1);
  if (failed(value) || failed(makeState(op, *variable, op.getOperand(1))))
    return failure();
  variable->isUsed = variable->isAssigned = true;
  Network &network = op.getNetwork();
  WriteStateOp::create(network.builder, op.getLocation(),
                       network.names.make(variable->symbol + ".write"), *value,
                       variable->symbol);
  return success();
}

/// Runs the called graph now: it may only assign constants.
LogicalResult tflite::importCallOnce(OperatorImport &op) {
  const auto *options = op.getOptions<schema::CallOnceOptions>();
  if (!options)
    return failure();
  const Graph &graph =
      op.getModel().initializers.at(options->init_subgraph_index());
  DenseMap<const Tensor *, Variable *> handles;
  for (const Operator &called : graph.operators) {
    if (called.code == schema::BuiltinOperator::VAR_HANDLE) {
      Variable *variable = findVariable(op, called);
      if (!variable)
        return failure();
      handles[called.results[0]] = variable;
      continue;
    }
    const Tensor *value =
        called.code == schema::BuiltinOperator::ASSIGN_VARIABLE
            ? called.operands[1]
            : nullptr;
    Variable *variable = value ? handles.lookup(called.operands[0]) : nullptr;
    if (!variable || !value->isConstant)
      return op.expects() << "a graph that assigns constants to variables, but "
                             "its operator "
                          << called.index << " is "
                          << getOperatorName(called.code)
                          << (value ? " of something else" : "");
    if (variable->isUsed)
      return op.expects() << "to come before the first use of variable '"
                          << variable->symbol << "', but it comes after it";
    if (failed(makeState(op, *variable, *value)))
      return failure();
    variable->isAssigned = true;
    variable->state.setValueAttr(
        op.getElements(*value, variable->state.getTensorType()));
  }
  return success();
}

LogicalResult tflite::verifyVariables(const Network &network, Location loc) {
  for (const auto &[key, variable] : network.variables)
    if (variable.isUsed && !variable.isAssigned)
      return emitError(loc)
             << "expects values for variable '" << variable.symbol
             << "', but it is read and never assigned";
  return success();
}
