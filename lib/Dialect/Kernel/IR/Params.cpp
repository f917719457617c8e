//===- Params.cpp - A runtime kernel's parameter struct ---------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Params.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

Param &Params::add(StringRef name, Param::Kind kind) {
  Param &param = fields.emplace_back();
  param.name = name.str();
  param.kind = kind;
  return param;
}

Params &Params::addInt8(StringRef name, int64_t value) {
  add(name, Param::Kind::Int8).integer = value;
  return *this;
}

Params &Params::addUInt8(StringRef name, int64_t value) {
  add(name, Param::Kind::UInt8).integer = value;
  return *this;
}

Params &Params::addInt16(StringRef name, int64_t value) {
  add(name, Param::Kind::Int16).integer = value;
  return *this;
}

Params &Params::addInt32(StringRef name, int64_t value) {
  add(name, Param::Kind::Int32).integer = value;
  return *this;
}

Params &Params::addFloat(StringRef name, float value) {
  add(name, Param::Kind::Float).real = value;
  return *this;
}

Params &Params::addPointer(StringRef name, FlatSymbolRefAttr global) {
  add(name, Param::Kind::Pointer).global = global;
  return *this;
}

static int64_t getFieldBytes(const Param &param, int64_t pointerBytes) {
  switch (param.kind) {
  case Param::Kind::Int8:
  case Param::Kind::UInt8:
    return 1;
  case Param::Kind::Int16:
    return 2;
  case Param::Kind::Int32:
  case Param::Kind::Float:
    return 4;
  case Param::Kind::Pointer:
    return pointerBytes;
  }
  llvm_unreachable("all kinds are handled");
}

int64_t Params::getSizeInBytes(int64_t pointerBytes) const {
  int64_t size = 0, alignment = 1;
  for (const Param &param : fields) {
    int64_t bytes = getFieldBytes(param, pointerBytes);
    size = llvm::alignTo(size, bytes) + bytes;
    alignment = std::max(alignment, bytes);
  }
  return llvm::alignTo(size, alignment);
}
