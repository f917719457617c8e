//===- Tensor.h - Values while a network is executed ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_EXECUTION_TENSOR_H
#define OFA_EXECUTION_TENSOR_H

#include "mlir/IR/BuiltinTypes.h"
#include <variant>
#include <vector>

namespace mlir::ofa {

/// Elements of one activation, row-major (NHWC): floats, or int8 of a quantised
/// tensor. Owns its elements.
class Tensor {
public:
  Tensor() = default;
  /// Zeros, as many as `type` has elements; `type` is of f32 or of a quantised
  /// type with i8 storage.
  explicit Tensor(RankedTensorType type);
  explicit Tensor(std::vector<float> values) : elements(std::move(values)) {}
  explicit Tensor(std::vector<int8_t> values) : elements(std::move(values)) {}

  bool isFloat() const {
    return std::holds_alternative<std::vector<float>>(elements);
  }
  size_t size() const;

  ArrayRef<float> floats() const {
    return std::get<std::vector<float>>(elements);
  }
  MutableArrayRef<float> floats() {
    return std::get<std::vector<float>>(elements);
  }
  ArrayRef<int8_t> ints() const {
    return std::get<std::vector<int8_t>>(elements);
  }
  MutableArrayRef<int8_t> ints() {
    return std::get<std::vector<int8_t>>(elements);
  }
  /// The elements as they lie in memory (little-endian hosts).
  ArrayRef<char> bytes() const;

private:
  std::variant<std::vector<float>, std::vector<int8_t>> elements;
};

} // namespace mlir::ofa

#endif // OFA_EXECUTION_TENSOR_H
