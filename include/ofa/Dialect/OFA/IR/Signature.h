//===- Signature.h - What a network takes and gives -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network is a function of `ofa` operations. Its arguments and results may
// have the attributes below.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_SIGNATURE_H
#define OFA_DIALECT_OFA_IR_SIGNATURE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace mlir::ofa {

/// A string: what the user knows the tensor by.
inline constexpr llvm::StringLiteral kNameAttrName = "ofa.name";
/// A unit attribute of an int8 tensor: the caller's data is real.
inline constexpr llvm::StringLiteral kRealAttrName = "ofa.real";

/// The name of an argument or result: `ofa.name`, else "input" and "output",
/// with a number where there are several.
std::string getInputName(func::FuncOp network, unsigned index);
std::string getOutputName(func::FuncOp network, unsigned index);

/// Whether an argument or result has `ofa.real`.
bool isRealInput(func::FuncOp network, unsigned index);
bool isRealOutput(func::FuncOp network, unsigned index);

} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_IR_SIGNATURE_H
