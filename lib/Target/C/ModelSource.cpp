//===- ModelSource.cpp - The C file of a model ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelLayout.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

static constexpr size_t lineWidth = 79;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static std::string getIntegerLiteral(int64_t value) {
  // The literal 2147483648 is no int32_t.
  if (value == std::numeric_limits<int32_t>::min())
    return "(-2147483647 - 1)";
  return std::to_string(value);
}

/// The shortest of the usual forms that reads back as `value`.
static std::string getFloatLiteral(float value) {
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
static T readElement(const std::vector<char> &bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

static std::string getElementLiteral(Type type, const std::vector<char> &bytes,
                                     size_t index) {
  if (type.isF32())
    return getFloatLiteral(readElement<float>(bytes, index));
  if (type.isInteger(8))
    return std::to_string(readElement<int8_t>(bytes, index));
  if (type.isInteger(16))
    return std::to_string(readElement<int16_t>(bytes, index));
  return getIntegerLiteral(readElement<int32_t>(bytes, index));
}

static void printData(raw_ostream &os, const DataObject &data) {
  GlobalOp global = data.global;
  Type type = global.getMemRefType().getElementType();
  int64_t count = global.getMemRefType().getNumElements();
  std::vector<char> bytes = global.getBytes();
  os << "OFA_WEIGHTS_ATTRIBUTE\nstatic const " << getCType(type) << " "
     << data.name << "[" << count << "] = {";
  std::string line;
  // int8 in columns, so that rows of weights can be compared.
  size_t width = type.isInteger(8) ? 4 : 0; // without the comma
  for (int64_t i = 0; i < count; ++i) {
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
  os << "\n    " << line << "\n};\n";
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

static std::string getValueText(const ModelLayout &layout, const Param &param) {
  switch (param.kind) {
  case Param::Kind::Float:
    return getFloatLiteral(param.real);
  case Param::Kind::Pointer:
    return layout.dataNames.lookup(param.global.getAttr());
  default:
    return getIntegerLiteral(param.integer);
  }
}

/// Prints `items` separated by commas, wrapped, at an indentation.
static void printWrapped(raw_ostream &os, ArrayRef<std::string> items,
                         size_t indentation) {
  size_t column = indentation;
  for (auto [i, item] : llvm::enumerate(items)) {
    std::string text = item + (i + 1 < items.size() ? "," : "");
    if (i > 0 && column + 1 + text.size() > lineWidth) {
      os << "\n" << std::string(indentation, ' ');
      column = indentation;
    } else if (i > 0) {
      os << " ";
      ++column;
    }
    os << text;
    column += text.size();
  }
}

static void printParams(raw_ostream &os, const ModelLayout &layout,
                        const LayerObject &layer) {
  os << "OFA_WEIGHTS_ATTRIBUTE\nstatic const " << layer.params.getTypeName()
     << " " << layer.paramsName << " = {";
  ArrayRef<Param> fields = layer.params.getFields();
  for (size_t i = 0; i < fields.size();) {
    auto [nested, member] = StringRef(fields[i].name).split('.');
    if (member.empty()) {
      os << "\n    ." << nested << " = " << getValueText(layout, fields[i])
         << ",";
      ++i;
      continue;
    }
    std::vector<std::string> items;
    for (; i < fields.size(); ++i) {
      auto [outer, inner] = StringRef(fields[i].name).split('.');
      if (outer != nested)
        break;
      items.push_back(
          ("." + inner + " = " + getValueText(layout, fields[i])).str());
    }
    os << "\n    ." << nested << " = {";
    printWrapped(os, items, nested.size() + 9);
    os << "},";
  }
  os << "\n};\n";
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static MemRefType getType(Value value) {
  return cast<MemRefType>(value.getType());
}

/// "16x16x8 -> 8x8x16"
static std::string getShapesText(RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = op.getCallBuffers();
  std::string text;
  for (auto [i, value] : llvm::enumerate(buffers)) {
    if (i > 0)
      text += i + 1 == buffers.size() ? " -> " : ", ";
    text += getShapeText(getType(value));
  }
  return text;
}

static std::string getPlaceText(BufferOp buffer) {
  int64_t start = *buffer.getOffset();
  return std::to_string(start) + ".." +
         std::to_string(start + buffer.getSizeInBytes() - 1);
}

/// "arena 0..3071 -> 3072..5119"
static std::string getMemoryText(RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = op.getCallBuffers();
  std::string text = "arena ";
  for (auto [i, value] : llvm::enumerate(buffers)) {
    if (i > 0)
      text += i + 1 == buffers.size() ? " -> " : ", ";
    BufferOp buffer = getRootBuffer(value);
    text += buffer ? getPlaceText(buffer) : "constant";
  }
  return text;
}

static void printLayerComment(raw_ostream &os, const LayerObject &layer,
                              size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  os << "\n/* " << number << ". " << toCommentText(op.getLayerName()) << ": "
     << op->getName().stripDialect() << ", " << getShapesText(op) << ", ";
  if (int64_t macs = op.getMACs())
    os << macs << " MACs,";
  else
    os << "no MACs,";
  os << "\n * " << getMemoryText(op) << " */\n";
}

/// How the call names the memory of `value`.
static std::string getBufferText(const ModelLayout &layout, Value value,
                                 bool isWritten) {
  std::string type = getCType(getType(value).getElementType()).str();
  if (BufferOp buffer = getRootBuffer(value))
    return "(" + std::string(isWritten ? "" : "const ") + type +
           " *)(arena + " + layout.getBuffer(buffer).name + ")";
  auto constant = getMemoryRoot(value).getDefiningOp<GetGlobalOp>();
  return layout.dataNames.lookup(constant.getGlobalAttr().getAttr());
}

static void printCall(raw_ostream &os, const ModelLayout &layout,
                      const LayerObject &layer, size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  std::vector<std::string> arguments = {"&" + layer.paramsName};
  SmallVector<Value> buffers = op.getCallBuffers();
  for (Value value : buffers)
    arguments.push_back(
        getBufferText(layout, value, /*isWritten=*/value == buffers.back()));
  std::string function = op.getRuntimeFunction();
  os << "  /* " << number << ". " << toCommentText(op.getLayerName())
     << " */\n  " << function << "(";
  size_t indentation = function.size() + 3;
  size_t longest = 0;
  for (const std::string &argument : arguments)
    longest = std::max(longest, argument.size());
  if (indentation + longest + 2 > lineWidth) {
    os << "\n      ";
    indentation = 6;
  }
  printWrapped(os, arguments, indentation);
  os << ");\n";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

static void printClassNames(raw_ostream &os, const ModelLayout &layout) {
  if (layout.classNames.empty())
    return;
  os << "\nOFA_WEIGHTS_ATTRIBUTE\nconst char " << layout.name << "_class_names["
     << layout.macro("CLASSES") << "][" << layout.macro("CLASS_NAME_BYTES")
     << "] = {\n    ";
  std::vector<std::string> items;
  for (const std::string &name : layout.classNames)
    items.push_back(toStringLiteral(name));
  printWrapped(os, items, 4);
  os << ",\n};\n";
}

static void printBuffers(raw_ostream &os, const ModelLayout &layout) {
  os << "\n/* Where the tensors lie in the arena, in bytes. */\nenum {\n";
  for (const BufferObject &object : layout.buffers) {
    BufferOp buffer = object.buffer;
    os << "  " << object.name << " = " << *buffer.getOffset() << ", /* "
       << getShapeText(buffer.getMemRefType()) << " "
       << getCType(buffer.getMemRefType().getElementType()) << " */\n";
  }
  os << "};\n";
}

static void printAccessors(raw_ostream &os, const ModelLayout &layout,
                           ArrayRef<BufferObject> buffers, bool isConst) {
  for (const BufferObject &object : buffers) {
    BufferOp buffer = object.buffer;
    std::string type = (isConst ? "const " : "") +
                       getCType(buffer.getMemRefType().getElementType()).str();
    os << "\n"
       << type << " *" << layout.name << "_" << object.accessor << "_in("
       << (isConst ? "const " : "") << "void *arena) {\n  return (" << type
       << " *)((" << (isConst ? "const " : "") << "uint8_t *)arena + "
       << object.name << ");\n}\n";
  }
}

static void printStaticAccessors(raw_ostream &os, const ModelLayout &layout,
                                 ArrayRef<BufferObject> buffers, bool isConst) {
  for (const BufferObject &object : buffers) {
    BufferOp buffer = object.buffer;
    std::string function = layout.name + "_" + object.accessor;
    os << "\n"
       << (isConst ? "const " : "")
       << getCType(buffer.getMemRefType().getElementType()) << " *" << function
       << "(void) { return " << function << "_in(" << layout.name
       << "_arena); }\n";
  }
}

std::string ofa::printModelSource(const ModelLayout &layout,
                                  ArrayRef<std::string> kernelHeaders) {
  std::string text;
  llvm::raw_string_ostream os(text);
  const std::string &name = layout.name;
  os << "/* " << name << ".c - Weights, parameters and layers of the model in "
     << name << ".h.\n * Generated by OFA; do not edit. */\n#include \"" << name
     << ".h\"\n\n";
  for (const std::string &header : kernelHeaders)
    os << "#include \"" << header << "\"\n";
  if (layout.usesFloat())
    os << "\n#include <math.h>\n";
  os << "\n#if OFA_RUNTIME_VERSION_MAJOR != 2\n#error \"" << name
     << " needs version 2 of the OFA runtime\"\n#endif\n"
     << "OFA_STATIC_ASSERT(" << layout.macro("ARENA_ALIGNMENT")
     << " % sizeof(int32_t) == 0 &&\n                      "
     << layout.macro("ARENA_ALIGNMENT") << " % sizeof(float) == 0,\n"
     << "                  " << name << "_arena_is_aligned);\n";

  printClassNames(os, layout);
  printBuffers(os, layout);
  for (auto [i, layer] : llvm::enumerate(layout.layers)) {
    printLayerComment(os, layer, i + 1);
    for (const DataObject &data : layer.data)
      printData(os, data);
    printParams(os, layout, layer);
  }

  os << "\n/* Runs all layers on an arena that is known to be right. */\n"
     << "static void " << name << "_layers(uint8_t *arena) {\n";
  for (auto [i, layer] : llvm::enumerate(layout.layers))
    printCall(os, layout, layer, i + 1);
  os << "}\n\n"
     << "ofa_status_t " << name << "_init_in(void *arena, size_t arena_bytes) {"
     << "\n  if (!arena || !OFA_IS_ALIGNED(arena, "
     << layout.macro("ARENA_ALIGNMENT")
     << "))\n    return OFA_ERR_ARGUMENT;\n  if (arena_bytes < "
     << layout.macro("ARENA_BYTES")
     << ")\n    return OFA_ERR_ARENA;\n  return OFA_OK;\n}\n";
  printAccessors(os, layout, layout.inputs, /*isConst=*/false);
  os << "\nofa_status_t " << name
     << "_run_in(void *arena, size_t arena_bytes) {\n  ofa_status_t status = "
     << name << "_init_in(arena, arena_bytes);\n  if (status == OFA_OK)\n    "
     << name << "_layers((uint8_t *)arena);\n  return status;\n}\n";
  printAccessors(os, layout, layout.outputs, /*isConst=*/true);

  os << "\nOFA_ARENA_ATTRIBUTE OFA_ALIGNED(" << layout.macro("ARENA_ALIGNMENT")
     << ") static uint8_t\n    " << name << "_arena["
     << layout.macro("ARENA_BYTES") << "];\n\nofa_status_t " << name
     << "_init(void) {\n  return " << name << "_init_in(" << name
     << "_arena, sizeof(" << name << "_arena));\n}\n";
  printStaticAccessors(os, layout, layout.inputs, /*isConst=*/false);
  os << "\nofa_status_t " << name << "_run(void) {\n  " << name << "_layers("
     << name << "_arena);\n  return OFA_OK;\n}\n";
  printStaticAccessors(os, layout, layout.outputs, /*isConst=*/true);
  return text;
}
