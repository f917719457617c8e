//===- KernelDialect.cpp - The kernel dialect -------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::kernel;

#include "ofa/Dialect/Kernel/IR/KernelDialect.cpp.inc"
#include "ofa/Dialect/Kernel/IR/KernelEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "ofa/Dialect/Kernel/IR/KernelAttributes.cpp.inc"
#include "ofa/Dialect/Kernel/IR/KernelInterfaces.cpp.inc"

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "ofa/Dialect/Kernel/IR/KernelOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ofa/Dialect/Kernel/IR/KernelAttributes.cpp.inc"
      >();
}
