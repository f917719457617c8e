//===- ReadModel.cpp - From bytes to a model that was checked ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "OperatorImport.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::ofa::tflite;

namespace {

constexpr int64_t kLargestTensor = std::numeric_limits<int32_t>::max();
constexpr size_t kLargestRank = 8;
/// The tables of a file may refer to the same part many times. What is copied
/// for each of them is at most this many times the file.
constexpr size_t kSharing = 16;

class Reader {
public:
  Reader(llvm::MemoryBufferRef file, MLIRContext &context)
      : bytes(file.getBuffer()), budget(kSharing * bytes.size()),
        file({&context,
              StringAttr::get(&context, file.getBufferIdentifier())}) {}

  FailureOr<Model> read();

private:
  LogicalResult verify();
  FailureOr<SmallVector<int32_t>> findGraphs();
  LogicalResult checkOperators(ArrayRef<int32_t> graphs);
  FailureOr<Graph> readGraph(int32_t index);

  // Parts of the graph that is being read.
  LogicalResult readInputs();
  LogicalResult readOperator(const schema::Operator &table, unsigned index);
  LogicalResult readOutputs();
  FailureOr<Tensor *> getTensor(int32_t index);
  LogicalResult readName(const schema::Tensor &table, size_t index);
  LogicalResult readTensor(const schema::Tensor &table, Tensor &tensor);
  LogicalResult readShape(const schema::Tensor &table, Tensor &tensor);
  LogicalResult readData(const schema::Tensor &table, Tensor &tensor);
  LogicalResult readQuantization(const schema::Tensor &table, Tensor &tensor);
  LogicalResult define(const Tensor &tensor);

  LogicalResult spend(size_t size);
  InFlightDiagnostic error() {
    return emitError(where.empty() ? file.get() : file.get(where));
  }
  std::string describe(const Operator &op) const;
  std::string describe(const Tensor &tensor) const;

  StringRef bytes;
  size_t budget;
  FileLocation file;
  std::string where; ///< The part that is being checked; empty: the file.
  const schema::Model *model = nullptr;
  const schema::SubGraph *source = nullptr;
  Graph graph;
  std::string graphPrefix; ///< For the user, of a graph but the main one.
  std::vector<bool> isRead, defined; // by tensor
};

} // namespace

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

std::string UniqueNames::make(StringRef wish) {
  std::string name = wish.str();
  while (!taken.try_emplace(name, 0).second)
    name = (wish + "." + Twine(++taken[wish])).str();
  return name;
}

std::string tflite::makePrintable(StringRef text) {
  std::string result = text.str();
  for (char &c : result)
    if (llvm::isASCII(c) && !llvm::isPrint(c))
      c = '_';
  return result;
}

std::string tflite::getOperatorName(schema::BuiltinOperator code) {
  StringRef name = schema::EnumNameBuiltinOperator(code);
  return name.empty() ? "operator code " + std::to_string(int32_t(code))
                      : name.str();
}

std::string tflite::getTypeName(schema::TensorType type) {
  StringRef name = schema::EnumNameTensorType(type);
  return name.empty() ? "type " + std::to_string(int(type)) : name.str();
}

static std::string describeOperator(const Operator &op) {
  std::string text =
      "operator " + std::to_string(op.index) + " (" + getOperatorName(op.code);
  if (!op.results.empty())
    text += ", '" + op.results.front()->name + "'";
  return text + ")";
}

Location Model::getLocation(const Operator &op) const {
  return file.get(describeOperator(op));
}
std::string Reader::describe(const Operator &op) const {
  return graphPrefix + describeOperator(op);
}
std::string Reader::describe(const Tensor &tensor) const {
  return graphPrefix + "tensor " + std::to_string(tensor.index) + " ('" +
         tensor.name + "')";
}

int64_t Tensor::countElements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

LogicalResult Reader::spend(size_t size) {
  if (size > budget)
    return error() << "expects parts of its own for each tensor and operator, "
                      "but its tables refer to the same ones too often";
  budget -= size;
  return success();
}

LogicalResult Reader::verify() {
  if (bytes.size() < 8 || bytes.substr(4, 4) != schema::ModelIdentifier())
    return error() << "is not a TFLite model: expects '"
                   << schema::ModelIdentifier()
                   << "' in bytes 4 to 7: is it another format, or cut?";
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return error() << "expects at most 2 GB, but has " << bytes.size()
                   << " bytes";
  flatbuffers::Verifier::Options limits;
  limits.max_depth = 16; // A model's quantisation details are at depth 6.
  // Less than what a table and the reference to it take.
  limits.max_tables = bytes.size() / 4;
  auto data = reinterpret_cast<const uint8_t *>(bytes.data());
  flatbuffers::Verifier verifier(data, bytes.size(), limits);
  if (!schema::VerifyModelBuffer(verifier))
    return error() << "is damaged: its tables refer to bytes that are not "
                      "there: is the file cut?";
  model = schema::GetModel(data);
  if (model->version() != 3)
    return error() << "expects version 3 of the format, but has version "
                   << model->version();
  if (!model->subgraphs() || model->subgraphs()->size() == 0)
    return error() << "expects a graph, but has none";
  return success();
}

/// The elements of a vector that may be left out.
template <typename T>
static ArrayRef<T> getElements(const flatbuffers::Vector<T> *vector) {
  return vector ? ArrayRef<T>(vector->data(), vector->size()) : ArrayRef<T>();
}
static StringRef getText(const flatbuffers::String *text) {
  return text ? StringRef(text->c_str(), text->size()) : StringRef();
}
template <typename T>
static size_t countTables(const flatbuffers::Vector<T> *vector) {
  return vector ? vector->size() : 0;
}

static schema::BuiltinOperator getCode(const schema::OperatorCode &code) {
  return std::max(schema::BuiltinOperator(code.deprecated_builtin_code()),
                  code.builtin_code());
}

/// The graphs that are run: the main one, and those of CALL_ONCE in it.
FailureOr<SmallVector<int32_t>> Reader::findGraphs() {
  int64_t graphs = model->subgraphs()->size();
  SmallVector<int32_t> found = {0};
  const auto *operators = model->subgraphs()->Get(0)->operators();
  for (size_t i = 0; i < countTables(operators); ++i) {
    const auto *options =
        operators->Get(i)->builtin_options_as_CallOnceOptions();
    if (!options)
      continue;
    int32_t called = options->init_subgraph_index();
    if (called <= 0 || called >= graphs)
      return error() << "operator " << i << " expects a graph from 1 to "
                     << graphs - 1 << " to call, but got " << called;
    if (!llvm::is_contained(found, called))
      found.push_back(called);
  }
  return found;
}

/// Names all operators that are missing at once.
LogicalResult Reader::checkOperators(ArrayRef<int32_t> graphs) {
  const auto *codes = model->operator_codes();
  llvm::MapVector<std::string, unsigned, llvm::StringMap<unsigned>> missing;
  for (int32_t index : graphs) {
    const auto *operators = model->subgraphs()->Get(index)->operators();
    for (size_t i = 0; i < countTables(operators); ++i) {
      uint32_t number = operators->Get(i)->opcode_index();
      if (number >= countTables(codes))
        return error() << "operator " << i << " of graph " << index
                       << " expects an operator code below "
                       << countTables(codes) << ", but got " << number;
      const schema::OperatorCode &code = *codes->Get(number);
      if (findOperator(getCode(code)))
        continue;
      std::string name = getOperatorName(getCode(code));
      if (getCode(code) == schema::BuiltinOperator::CUSTOM)
        name = "custom operator '" +
               makePrintable(getText(code.custom_code()).take_front(100)) + "'";
      ++missing[name];
    }
  }
  if (missing.empty())
    return success();
  InFlightDiagnostic diagnostic = error() << "has operators that are not "
                                             "supported: ";
  llvm::interleaveComma(missing, diagnostic, [&](const auto &entry) {
    diagnostic << entry.first << " (" << entry.second
               << (entry.second == 1 ? " time)" : " times)");
  });
  return diagnostic;
}

FailureOr<Model> Reader::read() {
  if (failed(verify()))
    return failure();
  FailureOr<SmallVector<int32_t>> graphs = findGraphs();
  if (failed(graphs) || failed(checkOperators(*graphs)))
    return failure();
  Model result{file, {}, {}};
  for (int32_t index : *graphs) {
    FailureOr<Graph> read = readGraph(index);
    if (failed(read))
      return failure();
    (index == 0 ? result.main : result.initializers[index]) = std::move(*read);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// A graph
//===----------------------------------------------------------------------===//

FailureOr<Graph> Reader::readGraph(int32_t index) {
  source = model->subgraphs()->Get(index);
  graph = Graph();
  where.clear();
  if (index != 0)
    graphPrefix = "graph " + std::to_string(index) + ", ";
  size_t tensors = countTables(source->tensors());
  size_t operators = countTables(source->operators());
  size_t ends = countTables(source->inputs()) + countTables(source->outputs());
  // A table and what refers to it take 8 bytes at least.
  if (failed(spend(8 * (tensors + operators) + sizeof(int32_t) * ends)))
    return failure();
  graph.tensors.resize(tensors);
  for (size_t i = 0; i < tensors; ++i)
    if (failed(readName(*source->tensors()->Get(i), i)))
      return failure();
  isRead.assign(tensors, false);
  defined.assign(tensors, false);
  // Operators point to tensors, and locations are made of operators.
  graph.operators.reserve(operators);
  if (failed(readInputs()))
    return failure();
  for (size_t i = 0; i < operators; ++i)
    if (failed(readOperator(*source->operators()->Get(i), i)))
      return failure();
  if (failed(readOutputs()))
    return failure();
  return std::move(graph);
}

LogicalResult Reader::define(const Tensor &tensor) {
  if (tensor.isConstant)
    return error() << "computes " << describe(tensor)
                   << ", which is a constant";
  if (defined[tensor.index])
    return error() << "computes " << describe(tensor)
                   << ", which is there already";
  defined[tensor.index] = true;
  return success();
}

LogicalResult Reader::readInputs() {
  for (int32_t index : getElements(source->inputs())) {
    where = graphPrefix + "input " + std::to_string(graph.inputs.size());
    FailureOr<Tensor *> tensor = getTensor(index);
    if (failed(tensor) || failed(define(**tensor)))
      return failure();
    graph.inputs.push_back(*tensor);
  }
  return success();
}

LogicalResult Reader::readOperator(const schema::Operator &table,
                                   unsigned index) {
  Operator op;
  op.index = index;
  op.code = getCode(*model->operator_codes()->Get(table.opcode_index()));
  op.table = &table;
  ArrayRef<int32_t> operands = getElements(table.inputs());
  ArrayRef<int32_t> results = getElements(table.outputs());
  where = describe(op);
  if (failed(spend(sizeof(int32_t) * (operands.size() + results.size()))))
    return failure();
  for (int32_t number : results) {
    FailureOr<Tensor *> tensor = getTensor(number);
    if (failed(tensor))
      return failure();
    op.results.push_back(*tensor);
  }
  where = describe(op); // Now with the result's name.
  for (int32_t number : operands) {
    if (number == -1) {
      op.operands.push_back(nullptr);
      continue;
    }
    FailureOr<Tensor *> tensor = getTensor(number);
    if (failed(tensor))
      return failure();
    if (!(*tensor)->isConstant && !defined[number])
      return error() << "expects operands that are constants, inputs or "
                        "results of operators before it, but "
                     << describe(**tensor) << " is none";
    op.operands.push_back(*tensor);
  }
  for (const Tensor *result : op.results)
    if (failed(define(*result)))
      return failure();
  const OperatorEntry &entry = *findOperator(op.code);
  if (!entry.operands.contains(op.operands.size()))
    return error() << "expects " << entry.operands.describe("operand")
                   << ", but got " << op.operands.size();
  if (!entry.results.contains(op.results.size()))
    return error() << "expects " << entry.results.describe("result")
                   << ", but got " << op.results.size();
  graph.operators.push_back(std::move(op));
  return success();
}

LogicalResult Reader::readOutputs() {
  for (int32_t index : getElements(source->outputs())) {
    where = graphPrefix + "output " + std::to_string(graph.outputs.size());
    FailureOr<Tensor *> tensor = getTensor(index);
    if (failed(tensor))
      return failure();
    if (!(*tensor)->isConstant && !defined[index])
      return error() << "expects a tensor that is computed, but "
                     << describe(**tensor) << " is not";
    graph.outputs.push_back(*tensor);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// A tensor
//===----------------------------------------------------------------------===//

FailureOr<Tensor *> Reader::getTensor(int32_t index) {
  if (index < 0 || size_t(index) >= graph.tensors.size())
    return error() << "expects tensors below " << graph.tensors.size()
                   << ", but refers to tensor " << index;
  Tensor &tensor = graph.tensors[index];
  if (isRead[index])
    return &tensor;
  isRead[index] = true;
  llvm::SaveAndRestore whole(where);
  where = describe(tensor);
  if (failed(readTensor(*source->tensors()->Get(index), tensor)))
    return failure();
  return &tensor;
}

LogicalResult Reader::readName(const schema::Tensor &table, size_t index) {
  StringRef name = getText(table.name());
  if (failed(spend(name.size())))
    return failure();
  graph.tensors[index].index = index;
  graph.tensors[index].name = graph.names.make(
      name.empty() ? "tensor" + std::to_string(index) : makePrintable(name));
  return success();
}

LogicalResult Reader::readTensor(const schema::Tensor &table, Tensor &tensor) {
  tensor.type = table.type();
  if (table.is_variable())
    return error() << "is a variable that operators keep in a tensor, which is "
                      "not supported; expects VAR_HANDLE and its operators";
  if (table.sparsity())
    return error() << "has sparse elements, which are not supported; expects "
                      "them densified by the converter";
  return failure(failed(readShape(table, tensor)) ||
                 failed(readData(table, tensor)) ||
                 failed(readQuantization(table, tensor)));
}

/// Bytes of an element; 0 of types whose elements are not read.
static int64_t getElementBytes(schema::TensorType type) {
  switch (type) {
  case schema::TensorType::INT8:
    return 1;
  case schema::TensorType::FLOAT32:
  case schema::TensorType::INT32:
    return 4;
  case schema::TensorType::INT64:
    return 8;
  default:
    return 0;
  }
}

LogicalResult Reader::readShape(const schema::Tensor &table, Tensor &tensor) {
  ArrayRef<int32_t> shape = getElements(table.shape());
  ArrayRef<int32_t> signature = getElements(table.shape_signature());
  if (shape.size() > kLargestRank)
    return error() << "expects at most " << kLargestRank
                   << " dimensions, but has " << shape.size();
  if (!signature.empty() && signature.size() != shape.size())
    return error() << "expects a shape signature of " << shape.size()
                   << " dimensions, but got " << signature.size();
  int64_t size = std::max<int64_t>(getElementBytes(tensor.type), 1);
  for (auto [i, count] : llvm::enumerate(shape)) {
    if (count < 0)
      return error() << "expects positive dimensions, but dimension " << i
                     << " is " << count;
    if (count != 0 && size > kLargestTensor / count)
      return error() << "expects tensors of less than 2^31 bytes, but its "
                        "shape has more";
    size *= count;
    // A batch that was left open is 1.
    if (!signature.empty() && signature[i] == -1 && (i != 0 || count != 1))
      return error() << "expects static shapes, but dimension " << i
                     << " is dynamic; give the input a shape when converting "
                        "the model";
    tensor.shape.push_back(count);
  }
  if (tensor.shape.empty())
    tensor.shape.push_back(1);
  return success();
}

LogicalResult Reader::readData(const schema::Tensor &table, Tensor &tensor) {
  if (table.buffer() >= countTables(model->buffers()))
    return error() << "expects a buffer below " << countTables(model->buffers())
                   << ", but refers to buffer " << table.buffer();
  const schema::Buffer &buffer = *model->buffers()->Get(table.buffer());
  if (buffer.offset() != 0 || buffer.size() != 0)
    return error() << "has its elements outside of the file's tables, which is "
                      "not supported; expects a file below 2 GB with the "
                      "elements in its buffers";
  tensor.data = getElements(buffer.data());
  int64_t count = tensor.countElements();
  tensor.isConstant = !tensor.data.empty() || count == 0;
  int64_t expected = count * getElementBytes(tensor.type);
  if (!tensor.data.empty() && getElementBytes(tensor.type) != 0 &&
      int64_t(tensor.data.size()) != expected)
    return error() << "expects a buffer of " << expected << " bytes for "
                   << count << " elements of " << getTypeName(tensor.type)
                   << ", but buffer " << table.buffer() << " has "
                   << tensor.data.size();
  return success();
}

LogicalResult Reader::readQuantization(const schema::Tensor &table,
                                       Tensor &tensor) {
  const schema::QuantizationParameters *parameters = table.quantization();
  // Real tensors have ranges here, and scales of biases follow from others.
  if (!parameters || tensor.type != schema::TensorType::INT8)
    return success();
  if (parameters->details_type() != schema::QuantizationDetails::NONE)
    return error() << "has custom quantisation, which is not supported";
  ArrayRef<float> scales = getElements(parameters->scale());
  size_t zeroPoints = countTables(parameters->zero_point());
  if (scales.empty() || zeroPoints == 0)
    return success();
  if (zeroPoints != scales.size() && zeroPoints != 1)
    return error() << "expects a zero point for each of " << scales.size()
                   << " scales, but has " << zeroPoints;
  if (failed(spend(sizeof(float) * scales.size())))
    return failure();
  tensor.axis = parameters->quantized_dimension();
  if (scales.size() > 1) {
    if (tensor.axis < 0 || size_t(tensor.axis) >= tensor.shape.size())
      return error() << "expects a quantised dimension below "
                     << tensor.shape.size() << ", but got " << tensor.axis;
    if (int64_t(scales.size()) != tensor.shape[tensor.axis])
      return error() << "expects " << tensor.shape[tensor.axis]
                     << " scales along dimension " << tensor.axis
                     << ", but has " << scales.size();
  }
  for (size_t i = 0; i < scales.size(); ++i) {
    // The format's verifier does not check the alignment of 64-bit elements.
    int64_t zeroPoint = llvm::support::endian::read64le(
        parameters->zero_point()->Data() +
        sizeof(int64_t) * (zeroPoints == 1 ? 0 : i));
    if (!std::isfinite(scales[i]) || scales[i] <= 0)
      return error() << "expects positive finite scales, but scale " << i
                     << " is " << scales[i];
    if (zeroPoint < -128 || zeroPoint > 127)
      return error() << "expects zero points from -128 to 127, but zero point "
                     << i << " is " << zeroPoint;
    tensor.zeroPoints.push_back(zeroPoint);
  }
  tensor.scales = scales;
  return success();
}

FailureOr<Model> tflite::readModel(llvm::MemoryBufferRef file,
                                   MLIRContext &context) {
  return Reader(file, context).read();
}
