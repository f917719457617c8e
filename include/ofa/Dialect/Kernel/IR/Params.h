//===- Params.h - A runtime kernel's parameter struct -----------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_KERNEL_IR_PARAMS_H
#define OFA_DIALECT_KERNEL_IR_PARAMS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir::kernel {

/// One field of a parameter struct, in C terms. `name` is the C designator
/// without its first dot: "window.in_height" for a member of a nested struct.
struct Param {
  enum class Kind { Int8, UInt8, Int16, Int32, Float, Pointer };

  std::string name;
  Kind kind;
  int64_t integer = 0;      // Int8, UInt8, Int16, Int32
  float real = 0.0f;        // Float
  FlatSymbolRefAttr global; // Pointer: a kernel.global
};

/// The constant parameters of one call of a runtime kernel: a C struct type
/// and its fields in the order of the type's declaration. The emitter prints
/// it as designated initialisers; the accounting adds up its bytes.
class Params {
public:
  explicit Params(StringRef typeName) : typeName(typeName) {}

  Params &addInt8(StringRef name, int64_t value);
  Params &addUInt8(StringRef name, int64_t value);
  Params &addInt16(StringRef name, int64_t value);
  Params &addInt32(StringRef name, int64_t value);
  Params &addFloat(StringRef name, float value);
  Params &addPointer(StringRef name, FlatSymbolRefAttr global);

  StringRef getTypeName() const { return typeName; }
  ArrayRef<Param> getFields() const { return fields; }

  /// Bytes of the struct under natural alignment, which every target of the
  /// runtime has, with pointers of `pointerBytes` (4 or 8). Nested structs come
  /// first and need no padding, so that their own alignment changes nothing.
  int64_t getSizeInBytes(int64_t pointerBytes) const;

private:
  Param &add(StringRef name, Param::Kind kind);

  std::string typeName;
  SmallVector<Param, 16> fields;
};

} // namespace mlir::kernel

#endif // OFA_DIALECT_KERNEL_IR_PARAMS_H
