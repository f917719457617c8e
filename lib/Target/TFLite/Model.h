//===- Model.h - A TFLite file that was checked ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_TFLITE_MODEL_H
#define OFA_LIB_TARGET_TFLITE_MODEL_H

#include "tflite_generated.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <map>

namespace mlir::ofa::tflite {

/// Where diagnostics point: into a file that has no lines.
struct FileLocation {
  MLIRContext *context;
  StringAttr path;

  Location get() const { return FileLineColLoc::get(path, 0, 0); }
  /// Of one part of the file, such as "tensor 3".
  Location get(const Twine &part) const {
    return NameLoc::get(StringAttr::get(context, part), get());
  }
};

/// Names of which no two are equal.
class UniqueNames {
public:
  /// `wish`, or where that is taken `wish` and a number.
  std::string make(StringRef wish);

private:
  llvm::StringMap<unsigned> taken; // to how often the name was wished for
};

/// A tensor. What nothing refers to has its number and name alone.
struct Tensor {
  int32_t index;
  /// Not empty, unique in the graph, without control characters.
  std::string name;
  schema::TensorType type;
  /// No dimension is negative, and all elements take less than 2^31 bytes. A
  /// scalar has the shape of one element.
  SmallVector<int64_t> shape;
  /// The elements of a constant, as many as type and shape ask.
  ArrayRef<uint8_t> data;
  bool isConstant = false;
  /// Of an INT8 tensor: positive scales, one or as many as the elements of
  /// dimension `axis`, and as many zero points in the range of int8.
  ArrayRef<float> scales;
  std::vector<int8_t> zeroPoints;
  int32_t axis = 0;

  int64_t countElements() const;
  bool isQuantizedPerTensor() const { return scales.size() == 1; }
};

/// An operator. Every operand is an input of the graph, a constant or the
/// result of an operator before it.
struct Operator {
  unsigned index;
  schema::BuiltinOperator code;
  const schema::Operator *table;
  SmallVector<const Tensor *, 4> operands; ///< Null where it is left out.
  SmallVector<const Tensor *, 2> results;
};

struct Graph {
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;
  UniqueNames names; ///< Of the tensors.
  SmallVector<const Tensor *> inputs, outputs;
};

struct Model {
  FileLocation file;
  Graph main;
  /// What CALL_ONCE of the main graph calls, by the graph's number.
  std::map<int32_t, Graph> initializers;

  Location getLocation(const Operator &op) const;
};

/// Text of the file for messages and names, without control characters.
std::string makePrintable(StringRef text);
/// The name of an operator that the format has, or what there is to say.
std::string getOperatorName(schema::BuiltinOperator code);
/// The name of a type as the format writes it.
std::string getTypeName(schema::TensorType type);

/// Checks a file from the first byte to the last that the importer reads, and
/// makes a model of it that refers to the file's memory. The memory that this
/// takes is in proportion to the file's size. Fails after one diagnostic.
FailureOr<Model> readModel(llvm::MemoryBufferRef file, MLIRContext &context);

} // namespace mlir::ofa::tflite

#endif // OFA_LIB_TARGET_TFLITE_MODEL_H
