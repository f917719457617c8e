//===- ImportTFLite.h - TFLite models to networks ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_TFLITE_IMPORTTFLITE_H
#define OFA_TARGET_TFLITE_IMPORTTFLITE_H

#include "ofa/Dialect/OFA/IR/OFA.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mlir::ofa {

struct ImportTFLiteOptions {
  /// Of every operation that requantises. TFLite Micro's default is double.
  Rounding rounding = Rounding::Double;
  /// The network's name, a C identifier; empty: made from the file's name.
  std::string name;
};

/// Makes a module with one function of `ofa` operations out of a TFLite model.
/// Everything in `file` is checked before it is used, whatever the bytes are;
/// its data must be aligned to 16 bytes, as a MemoryBuffer's own are. Null
/// after one diagnostic, whose location names the file and, where there is one,
/// the operator (a NameLoc in a FileLineColLoc). The context has the dialects
/// ofa, func and quant.
OwningOpRef<ModuleOp> importTFLite(llvm::MemoryBufferRef file,
                                   const ImportTFLiteOptions &options,
                                   MLIRContext &context);

} // namespace mlir::ofa

#endif // OFA_TARGET_TFLITE_IMPORTTFLITE_H
