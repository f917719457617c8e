//===- CData.cpp - Constants of emitted C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CData.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;

std::string ofa::getIntegerLiteral(int64_t value) {
  // The literal 2147483648 is no int32_t.
  if (value == std::numeric_limits<int32_t>::min())
    return "(-2147483647 - 1)";
  return std::to_string(value);
}

std::string ofa::getFloatLiteral(float value) {
  if (std::isinf(value))
    return value < 0 ? "-INFINITY" : "INFINITY";
  std::string text;
  for (int digits = 6; digits <= 9; ++digits) {
    char buffer[32];
    snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
    text = buffer;
    if (strtof(buffer, nullptr) == value)
      break;
  }
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text + "f";
}

template <typename T>
static T readElement(ArrayRef<char> bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

std::string ofa::getElementLiteral(Type type, ArrayRef<char> bytes,
                                   size_t index) {
  if (type.isF32())
    return getFloatLiteral(readElement<float>(bytes, index));
  if (type.isUnsignedInteger(8))
    return std::to_string(readElement<uint8_t>(bytes, index));
  if (type.isInteger(8))
    return std::to_string(readElement<int8_t>(bytes, index));
  if (type.isInteger(16))
    return std::to_string(readElement<int16_t>(bytes, index));
  return getIntegerLiteral(readElement<int32_t>(bytes, index));
}

void ofa::printElements(raw_ostream &os, Type type, ArrayRef<char> bytes) {
  std::string line;
  // int8 in columns, so that rows of weights can be compared.
  size_t width = type.isInteger(8) ? 4 : 0; // without the comma
  size_t count = bytes.size() / (type.getIntOrFloatBitWidth() / 8);
  for (size_t i = 0; i < count; ++i) {
    std::string text = getElementLiteral(type, bytes, i) + ",";
    if (text.size() < width + 1)
      text.insert(0, width + 1 - text.size(), ' ');
    std::string separator = line.empty() || width ? "" : " ";
    if (line.size() + separator.size() + text.size() + 4 > lineWidth) {
      os << "\n    " << line;
      line.clear();
      separator.clear();
    }
    line += separator + text;
  }
  os << "\n    " << line;
}
