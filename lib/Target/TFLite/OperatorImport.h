//===- OperatorImport.h - What import functions work with ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To add an operator: write its import function in the file of its family,
// declare it at the end of this header, and give it a row in the table of
// ImportTFLite.cpp. Checks come first, and each ends the import where it fails,
// because it has reported why:
//
//   LogicalResult tflite::importSoftmax(OperatorImport &op) {
//     const auto *options = op.getOptions<schema::SoftmaxOptions>();
//     if (!options)
//       return failure();
//     FailureOr<SmallVector<Value>> operands = op.getActivations(1);
//     if (failed(operands))
//       return failure();
//     return op.define<SoftmaxOp>(
//         *operands, {op.attr("beta", double(options->beta()))});
//   }
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_TFLITE_OPERATORIMPORT_H
#define OFA_LIB_TARGET_TFLITE_OPERATORIMPORT_H

#include "Model.h"

#include "ofa/Dialect/OFA/IR/OFA.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::ofa::tflite {

class OperatorImport;

/// How many operands or results an operator has.
struct Arity {
  unsigned least, most;

  bool contains(size_t count) const { return count >= least && count <= most; }
  std::string describe(StringRef noun) const;
};

/// A row of the table of operators.
struct OperatorEntry {
  schema::BuiltinOperator code;
  Arity operands, results;
  LogicalResult (*import)(OperatorImport &);
};

/// The row of an operator; null if it is not supported.
const OperatorEntry *findOperator(schema::BuiltinOperator code);

/// A variable that operators share by its name.
struct Variable {
  std::string symbol;
  StateOp state; ///< Null until its type is known.
  bool isUsed = false, isAssigned = false;
};

/// The network that is being made, and what became of the file's tensors.
struct Network {
  Network(OpBuilder builder, Rounding rounding, const UniqueNames &names)
      : builder(std::move(builder)), rounding(rounding), names(names) {}

  OpBuilder builder;
  Rounding rounding;
  UniqueNames names;
  DenseMap<const Tensor *, Value> values;
  /// Constants by tensor and type.
  DenseMap<std::pair<const Tensor *, Type>, Value> constants;
  /// Tensors may share a buffer.
  DenseMap<const uint8_t *, DenseResourceElementsHandle> resources;
  /// By container and name.
  std::map<std::pair<std::string, std::string>, Variable> variables;
  DenseMap<const Tensor *, Variable *> handles;
  UniqueNames symbols;
};

/// Fails after a diagnostic if a variable has no value.
LogicalResult verifyVariables(const Network &network, Location loc);

/// The type of a real or quantised activation; failure after a diagnostic at
/// `loc`, which calls the tensor `role`.
FailureOr<RankedTensorType> getActivationType(const Tensor &tensor,
                                              Location loc, const Twine &role);

/// One operator on its way into the network.
class OperatorImport {
public:
  OperatorImport(const Operator &op, const Model &model, Network &network)
      : op(op), model(model), network(network), loc(model.getLocation(op)) {}

  //===--------------------------------------------------------------------===//
  // What the file says
  //===--------------------------------------------------------------------===//

  size_t countOperands() const { return op.operands.size(); }
  size_t countResults() const { return op.results.size(); }
  /// Null where the operand is left out.
  const Tensor *findOperand(unsigned i) const;
  const Tensor &getOperand(unsigned i) const { return *op.operands[i]; }
  const Tensor &getResult(unsigned i = 0) const { return *op.results[i]; }
  const Model &getModel() const { return model; }
  const Operator &getOperator() const { return op; }
  Network &getNetwork() { return network; }
  Location getLocation() const { return loc; }

  /// The operator's options; null after a diagnostic where there are none.
  template <typename Options>
  const Options *getOptions() {
    const auto *options = op.table->builtin_options_as<Options>();
    if (!options)
      (void)(expects() << "options of its kind, but has others or none");
    return options;
  }

  /// Starts the operator's diagnostic.
  InFlightDiagnostic expects() const { return emitError(loc) << "expects "; }

  //===--------------------------------------------------------------------===//
  // Checks: failure after one diagnostic
  //===--------------------------------------------------------------------===//

  /// The first `count` operands and all results are there, and either all are
  /// real or all are INT8 with one scale.
  FailureOr<SmallVector<Value>> getActivations(unsigned count);
  FailureOr<Value> getActivation(unsigned operand);
  FailureOr<RankedTensorType> getResultType(unsigned i = 0) const;

  /// A constant weight as a value, real or INT8 as the first operand is; INT8
  /// is symmetric, with one scale or one for each index of dimension `axis`.
  FailureOr<Value> getWeight(unsigned operand, int32_t axis);
  /// A bias of `channels` elements; a null value where it is left out.
  FailureOr<Value> getBias(unsigned operand, int64_t channels);
  /// The elements of a constant of integers, which the diagnostic calls `what`,
  /// such as "axes"; `count` ones, where that is given.
  FailureOr<SmallVector<int64_t>>
  getIntegers(unsigned operand, const Twine &what,
              std::optional<size_t> count = std::nullopt) const;

  /// A dimension, counted from the end if negative, of `rank` ones.
  FailureOr<int64_t> getAxis(int64_t axis, size_t rank) const;
  /// Constant axes of the first operand, ascending, each once.
  FailureOr<SmallVector<int64_t>> getAxes(unsigned operand) const;

  LogicalResult checkRank(const Tensor &tensor, size_t rank) const;
  /// One image: 4 dimensions, of which the first is 1.
  LogicalResult checkImage(const Tensor &tensor) const;
  /// The shape that the file gives for a result against the computed one.
  LogicalResult checkResultShape(ArrayRef<int64_t> expected,
                                 unsigned i = 0) const;
  /// INT8 operators that take elements as they are keep scale and zero point.
  LogicalResult checkKeepsQuantization(const Tensor &operand,
                                       const Tensor &result) const;
  /// Operators that move elements keep their type, too.
  LogicalResult checkMoves(const Tensor &operand, unsigned result = 0) const;
  /// An INT8 result has a scale that TFLite fixes.
  LogicalResult checkFixedQuantization(float scale, int zeroPoint) const;

  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  template <typename T>
  NamedAttribute attr(StringRef name, const T &value) const {
    return network.builder.getNamedAttr(name, getAttribute(value));
  }
  NamedAttribute flag(StringRef name) const {
    return network.builder.getNamedAttr(name, network.builder.getUnitAttr());
  }
  NamedAttribute symbol(StringRef name, StringRef symbol) const {
    return network.builder.getNamedAttr(
        name, FlatSymbolRefAttr::get(model.file.context, symbol));
  }
  NamedAttribute rounding() const {
    return network.builder.getNamedAttr(
        "rounding", RoundingAttr::get(model.file.context, network.rounding));
  }
  /// How the operands of an operation with several lists are divided.
  NamedAttribute segments(ArrayRef<int32_t> sizes) const {
    return network.builder.getNamedAttr(
        "operandSegmentSizes", network.builder.getDenseI32ArrayAttr(sizes));
  }
  /// A fused activation; failure after a diagnostic if it has no form here.
  FailureOr<NamedAttribute> activation(schema::ActivationFunctionType) const;

  /// Creates the operation that computes result `i`, with its type and name.
  template <typename Op>
  LogicalResult define(ValueRange operands, ArrayRef<NamedAttribute> attributes,
                       unsigned i = 0) {
    FailureOr<RankedTensorType> type = getResultType(i);
    if (failed(type))
      return failure();
    setResult(i, create<Op>(*type, getResult(i).name, operands, attributes,
                            /*computes=*/&getResult(i)));
    return success();
  }

  /// Creates an operation of another type; `computes` is the tensor whose
  /// elements are its result, if there is one.
  template <typename Op>
  Value create(RankedTensorType type, StringRef name, ValueRange operands,
               ArrayRef<NamedAttribute> attributes,
               const Tensor *computes = nullptr) {
    return create(Op::getOperationName(), type, name, operands, attributes,
                  computes);
  }

  /// `value` with its elements in another shape, by an operation that the file
  /// does not have, named after the result; no operation if it has the shape.
  Value reshape(Value value, ArrayRef<int64_t> shape, StringRef suffix);
  void setResult(unsigned i, Value value) {
    network.values[&getResult(i)] = value;
  }
  /// The elements of a constant for a value of `type`.
  ElementsAttr getElements(const Tensor &tensor, RankedTensorType type);

private:
  Attribute getAttribute(double value) const {
    return network.builder.getF64FloatAttr(value);
  }
  Attribute getAttribute(float value) const {
    return network.builder.getF32FloatAttr(value);
  }
  Attribute getAttribute(int64_t value) const {
    return network.builder.getI64IntegerAttr(value);
  }
  Attribute getAttribute(int8_t value) const {
    return network.builder.getI8IntegerAttr(value);
  }
  Attribute getAttribute(ArrayRef<int64_t> values) const {
    return network.builder.getDenseI64ArrayAttr(values);
  }
  Value create(StringRef operation, RankedTensorType type, StringRef name,
               ValueRange operands, ArrayRef<NamedAttribute> attributes,
               const Tensor *computes);
  Value getConstant(const Tensor &tensor, RankedTensorType type);

  const Operator &op;
  const Model &model;
  Network &network;
  Location loc;
};

/// "operand 2 ('name')", for diagnostics.
std::string describe(StringRef role, unsigned i, const Tensor &tensor);

// ImportLayers.cpp
LogicalResult importConv2D(OperatorImport &op);
LogicalResult importDepthwiseConv2D(OperatorImport &op);
LogicalResult importFullyConnected(OperatorImport &op);
LogicalResult importAveragePool2D(OperatorImport &op);
LogicalResult importMaxPool2D(OperatorImport &op);
LogicalResult importMean(OperatorImport &op);

// ImportElementwise.cpp
LogicalResult importAdd(OperatorImport &op);
LogicalResult importSub(OperatorImport &op);
LogicalResult importMul(OperatorImport &op);
LogicalResult importRelu(OperatorImport &op);
LogicalResult importRelu6(OperatorImport &op);
LogicalResult importLeakyRelu(OperatorImport &op);
LogicalResult importHardSwish(OperatorImport &op);
LogicalResult importLogistic(OperatorImport &op);
LogicalResult importTanh(OperatorImport &op);
LogicalResult importSoftmax(OperatorImport &op);
LogicalResult importQuantize(OperatorImport &op);
LogicalResult importDequantize(OperatorImport &op);

// ImportShapes.cpp
LogicalResult importReshape(OperatorImport &op);
LogicalResult importTranspose(OperatorImport &op);
LogicalResult importPad(OperatorImport &op);
LogicalResult importConcatenation(OperatorImport &op);
LogicalResult importResizeNearest(OperatorImport &op);

// ImportSlices.cpp
LogicalResult importSlice(OperatorImport &op);
LogicalResult importStridedSlice(OperatorImport &op);
LogicalResult importSplit(OperatorImport &op);

// ImportVariables.cpp
LogicalResult importVarHandle(OperatorImport &op);
LogicalResult importReadVariable(OperatorImport &op);
LogicalResult importAssignVariable(OperatorImport &op);
LogicalResult importCallOnce(OperatorImport &op);

} // namespace mlir::ofa::tflite

#endif // OFA_LIB_TARGET_TFLITE_OPERATORIMPORT_H
