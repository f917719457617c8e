//===- CData.h - Constants of emitted C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_C_CDATA_H
#define OFA_LIB_TARGET_C_CDATA_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Support/LLVM.h"
#include <string>

namespace mlir::ofa {

/// Columns of emitted C.
inline constexpr size_t lineWidth = 79;

std::string getIntegerLiteral(int64_t value);
/// The shortest of the usual forms that reads back as `value`, which is a
/// number.
std::string getFloatLiteral(float value);
/// Element `index` of `bytes`, which hold elements of storage type `type`.
std::string getElementLiteral(Type type, ArrayRef<char> bytes, size_t index);

/// Prints all elements, a comma after each, on lines of their own.
void printElements(raw_ostream &os, Type type, ArrayRef<char> bytes);

} // namespace mlir::ofa

#endif // OFA_LIB_TARGET_C_CDATA_H
