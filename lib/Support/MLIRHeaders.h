//===- MLIRHeaders.h - MLIR's headers, precompiled -------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They cost most of the time that a file of the compiler takes. Nothing includes
// this: CMake puts it in front of every file. Files still include what they use
// (-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows where one does not).
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SUPPORT_MLIRHEADERS_H
#define OFA_LIB_SUPPORT_MLIRHEADERS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/YAMLTraits.h"

#endif // OFA_LIB_SUPPORT_MLIRHEADERS_H
