//===- ModelSource.cpp - The C file of a model ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CData.h"
#include "ModelLayout.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static void printData(raw_ostream &os, const DataObject &data) {
  GlobalOp global = data.global;
  MemRefType type = global.getMemRefType();
  os << "OFA_WEIGHTS_ATTRIBUTE\nstatic const "
     << getCType(type.getElementType()) << " " << data.name << "["
     << type.getNumElements() << "] = {";
  printElements(os, type.getElementType(), global.getBytes());
  os << "\n};\n";
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

/// Prints `items` with separators between them, wrapped, at an indentation.
static void printWrapped(raw_ostream &os, ArrayRef<std::string> items,
                         size_t indentation, StringRef separator = ",") {
  size_t column = indentation;
  for (auto [i, item] : llvm::enumerate(items)) {
    std::string text = item;
    if (i + 1 < items.size())
      text += separator;
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

static bool isScratch(Value value) {
  BufferOp buffer = getRootBuffer(value);
  return buffer && buffer.getKind() == BufferKind::Scratch;
}

/// What the call reads, then what it makes.
static SmallVector<Value> getTensors(RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = op.getCallBuffers();
  llvm::erase_if(buffers, isScratch);
  return buffers;
}

/// "16x16x8 -> 8x8x16"
static std::string getShapesText(RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = getTensors(op);
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

/// "arena 0..3071 -> 3072..5119, scratch 5120..5247", or "state 0..31 -> arena
/// 0..31"
static std::string getMemoryText(RuntimeKernelOpInterface op) {
  SmallVector<Value> buffers = getTensors(op);
  bool usesState = llvm::any_of(buffers, [](Value value) {
    BufferOp buffer = getRootBuffer(value);
    return buffer && buffer.isState();
  });
  std::string text = usesState ? "" : "arena ";
  for (auto [i, value] : llvm::enumerate(buffers)) {
    if (i > 0)
      text += i + 1 == buffers.size() ? " -> " : ", ";
    BufferOp buffer = getRootBuffer(value);
    if (buffer && usesState)
      text += buffer.isState() ? "state " : "arena ";
    text += buffer ? getPlaceText(buffer) : "constant";
  }
  for (Value value : op.getCallBuffers())
    if (isScratch(value))
      text += ", scratch " + getPlaceText(getRootBuffer(value));
  return text;
}

static void printLayerComment(raw_ostream &os, const LayerObject &layer,
                              size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  os << "\n/* " << number << ". "
     << toCommentText(shortenName(op.getLayerName())) << ": "
     << op->getName().stripDialect() << ", " << getShapesText(op) << ", ";
  if (int64_t macs = op.getMACs())
    os << macs << " MACs,";
  else
    os << "no MACs,";
  os << "\n * " << getMemoryText(op) << " */\n";
}

/// "arena + net_x_at"
static std::string getAddressText(const ModelLayout &layout, BufferOp buffer) {
  return (buffer.isState() ? "state + " : "arena + ") +
         layout.getBuffer(buffer).name;
}

/// How the call names the memory of `value`.
static std::string getBufferText(const ModelLayout &layout, Value value,
                                 bool isWritten) {
  std::string type = getCType(getType(value).getElementType()).str();
  if (BufferOp buffer = getRootBuffer(value))
    return "(" + std::string(isWritten ? "" : "const ") + type + " *)(" +
           getAddressText(layout, buffer) + ")";
  auto constant = getMemoryRoot(value).getDefiningOp<GetGlobalOp>();
  return layout.dataNames.lookup(constant.getGlobalAttr().getAttr());
}

/// "function(arguments);", wrapped, at an indentation.
static void printCall(raw_ostream &os, StringRef function,
                      ArrayRef<std::string> arguments, size_t indentation) {
  os.indent(indentation) << function << "(";
  size_t column = indentation + function.size() + 1;
  size_t longest = 0;
  for (const std::string &argument : arguments)
    longest = std::max(longest, argument.size());
  if (column + longest + 2 > lineWidth) {
    column = indentation + 4;
    os << "\n";
    os.indent(column);
  }
  printWrapped(os, arguments, column);
  os << ");\n";
}

static std::string getTitleText(const LayerObject &layer, size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  return "/* " + std::to_string(number) + ". " +
         toCommentText(shortenName(op.getLayerName())) + " */";
}

static bool isWrittenBy(RuntimeKernelOpInterface op, Value value) {
  return llvm::is_contained(
      cast<DestinationStyleOpInterface>(op.getOperation()).getDpsInits(), value);
}

static void printLayer(raw_ostream &os, const ModelLayout &layout,
                       const LayerObject &layer, size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  std::vector<std::string> arguments = {"&" + layer.paramsName};
  for (Value value : op.getCallBuffers())
    arguments.push_back(getBufferText(layout, value, isWrittenBy(op, value)));
  os << "  " << getTitleText(layer, number) << "\n";
  printCall(os, op.getRuntimeFunction(), arguments, 2);
}

/// Calls the hook with the result of layer `number`, counted from 1.
static void printTrace(raw_ostream &os, const ModelLayout &layout,
                       const LayerObject &layer, size_t number) {
  RuntimeKernelOpInterface op = layer.op;
  Value result = cast<DestinationStyleOpInterface>(op.getOperation())
                     .getDpsInits()
                     .front();
  MemRefType type = getType(result);
  os << "  ofa_trace_layer(" << number - 1 << ", "
     << getAddressText(layout, getRootBuffer(result)) << ", "
     << type.getNumElements() * (type.getElementTypeBitWidth() / 8) << ");\n";
}

//===----------------------------------------------------------------------===//
// Segments
//===----------------------------------------------------------------------===//

/// The address of the row that an element-wise kernel reads or writes.
static std::string getRowText(const ModelLayout &layout,
                              const LayerObject &layer, Value value) {
  BufferOp buffer = getRootBuffer(value);
  MemRefType type = buffer.getMemRefType();
  int64_t places = getRowPlaces(type);
  std::string row = layer.rowsName;
  if (places < type.getDimSize(1))
    row = places == 1 ? "" : row + " % " + std::to_string(places);
  std::string address = getAddressText(layout, buffer);
  if (!row.empty())
    address += " + " + row + " * " + std::to_string(getRowBytes(type));
  return std::string(isWrittenBy(layer.op, value) ? "(" : "(const ") +
         getCType(type.getElementType()).str() + " *)(" + address + ")";
}

/// One call of a segment's kernel, for its next rows.
static void printRowCall(raw_ostream &os, const ModelLayout &layout,
                         const LayerObject &layer, int64_t step) {
  auto op = cast<RowKernelOpInterface>(
      RuntimeKernelOpInterface(layer.op).getOperation());
  std::vector<std::string> arguments = {"&" + layer.paramsName};
  if (!op.isElementWise()) {
    arguments.push_back(layer.rowsName);
    arguments.push_back(layer.rowsName + " + " + std::to_string(step));
  }
  for (Value value : op.getCallBuffers()) {
    if (op.isElementWise()) {
      arguments.push_back(getRowText(layout, layer, value));
      continue;
    }
    arguments.push_back(
        getBufferText(layout, value, isWrittenBy(layer.op, value)));
    // Of sums, the result is one row.
    if (!isScratch(value) &&
        !(op.getSumBytes() && isWrittenBy(layer.op, value)))
      arguments.push_back(
          std::to_string(getRowPlaces(getType(value))));
  }
  printCall(os, op.getRowFunction(), arguments, 6);
}

/// Rows of `operand` that the call of `reader` for its row `made` wants, without
/// regard to how many there are: `stride * made` and so many more.
static int64_t getMoreWanted(const RowSchedule::Kernel &reader,
                             const RowSchedule::Operand &operand) {
  const RowWindow &window = operand.window;
  return (reader.step - 1) * window.stride + window.kernel - window.padding;
}

/// "2 * y3 + 3"
static std::string getSumText(const RowSchedule::Operand &operand,
                              StringRef made, int64_t more) {
  std::string text =
      operand.window.stride == 1
          ? made.str()
          : std::to_string(operand.window.stride) + " * " + made.str();
  return more == 0 ? text : text + " + " + std::to_string(more);
}

/// When a kernel makes its next rows, in terms of all rows that are made; see
/// RowSchedule::findNext.
static SmallVector<std::string> getConditions(const RowSchedule &schedule,
                                              ArrayRef<std::string> rows,
                                              unsigned index,
                                              bool isOnlyOneKept) {
  const RowSchedule::Kernel &kernel = schedule.getKernels()[index];
  const std::string &made = rows[index];
  SmallVector<std::string> terms;
  if (!isOnlyOneKept || !kernel.isKept)
    terms.push_back(made + " < " + std::to_string(kernel.rows));
  if (!kernel.isKept) {
    SmallVector<std::string> wanted;
    for (auto [reader, operand] : kernel.readers) {
      const RowSchedule::Kernel &other = schedule.getKernels()[reader];
      const RowSchedule::Operand &read = other.operands[operand];
      wanted.push_back(
          made + " <= " +
          getSumText(read, rows[reader], getMoreWanted(other, read) - 1));
    }
    std::string text = llvm::join(wanted, " || ");
    terms.push_back(wanted.size() > 1 ? "(" + text + ")" : text);
  }
  for (const RowSchedule::Operand &operand : kernel.operands) {
    if (operand.producer < 0)
      continue;
    const std::string &have = rows[operand.producer];
    int64_t more = getMoreWanted(kernel, operand);
    std::string text = have + " > " + getSumText(operand, made, more - 1);
    // The last ones may want more than there are.
    bool isAlwaysThere =
        (kernel.rows - 1) * operand.window.stride + more <= operand.window.rows;
    terms.push_back(isAlwaysThere ? text
                                  : "(" + text + " || " + have + " >= " +
                                        std::to_string(operand.window.rows) +
                                        ")");
  }
  if (terms.size() == 1 && StringRef(terms.front()).starts_with("("))
    terms.front() = StringRef(terms.front()).drop_front().drop_back().str();
  return terms;
}

/// "Layers 1 to 4", or "Layer 1"
static std::string getLayersText(size_t first, size_t last) {
  return first == last ? "Layer " + std::to_string(first)
                       : "Layers " + std::to_string(first) + " to " +
                             std::to_string(last);
}

static void printSegment(raw_ostream &os, const ModelLayout &layout,
                         const SegmentObject &segment, bool traceLayers) {
  SmallVector<RowKernelOpInterface> ops = SegmentOp(segment.op).getKernels();
  RowSchedule schedule(ops);
  bool isPushed = schedule.isPushed();
  ArrayRef<RowSchedule::Kernel> kernels = schedule.getKernels();
  ArrayRef<LayerObject> layers =
      ArrayRef(layout.layers).slice(segment.firstLayer, ops.size());
  size_t number = segment.firstLayer + 1;
  // The variables that count rows, and who makes them, by kernel.
  SmallVector<std::string> rows, makers;
  if (isPushed) {
    rows.push_back("y0");
    makers.push_back("the caller: the next one is there");
  }
  for (const LayerObject &layer : layers) {
    rows.push_back(layer.rowsName);
    RuntimeKernelOpInterface op = layer.op;
    makers.push_back(toCommentText(shortenName(op.getLayerName())));
  }
  os << "\n/* " << getLayersText(number, number + ops.size() - 1)
     << ", row by row: the last one that has what its next rows need makes\n"
        " * them, so that the tensors between keep few rows."
     << (isPushed ? " Ends when none can go on;\n"
                    " * returns whether the row was the input's last one. */\n"
                  : " */\n")
     << "static " << (isPushed ? "int " : "void ") << segment.function
     << "(uint8_t *arena" << (segment.usesState ? ", uint8_t *state" : "")
     << ") {\n";
  if (isPushed)
    os << "  int16_t *rows = (int16_t *)(arena + " << layout.counters->name
       << ");\n";
  os << "  /* Rows made. */\n";
  SmallVector<std::string> open;
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    os << "  int32_t " << rows[i] << " = "
       << (isPushed ? "rows[" + std::to_string(i) + "]" : "0")
       << (kernel.isInput ? " + 1" : "") << "; /* " << makers[i] << " */\n";
    if (kernel.isKept)
      open.push_back(rows[i] + " < " + std::to_string(kernel.rows));
  }
  os << "  while (" << llvm::join(open, " || ") << ") {\n";
  for (size_t i = kernels.size(); i-- != size_t(isPushed);) {
    bool isFirst = i + 1 == kernels.size();
    os << (isFirst ? "    " : "    } else ");
    // The last one is what is left when no other can go on.
    if (i != 0) {
      os << "if (";
      printWrapped(os, getConditions(schedule, rows, i, open.size() == 1),
                   isFirst ? 8 : 15, " &&");
      os << ") ";
    }
    const LayerObject &layer = layers[i - isPushed];
    os << "{\n      " << getTitleText(layer, number + i - isPushed) << "\n";
    printRowCall(os, layout, layer, kernels[i].step);
    os << "      " << rows[i] << " += " << kernels[i].step << ";\n";
  }
  os << (isPushed ? "    } else {\n      break;\n" : "") << "    }\n  }\n";
  for (size_t i = 0; isPushed && i < kernels.size(); ++i)
    os << "  rows[" << i << "] = (int16_t)" << rows[i] << ";\n";
  if (traceLayers) {
    if (isPushed)
      os << "  if (y0 != " << kernels.front().rows << ")\n    return 0;\n";
    for (auto [layer, kernel] : llvm::enumerate(kernels.drop_front(isPushed)))
      if (kernel.isKept)
        printTrace(os, layout, layers[layer], number + layer);
  }
  if (isPushed)
    os << "  return y0 == " << kernels.front().rows << ";\n";
  os << "}\n";
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

/// The constants that are the offsets of all buffers of the arena or of all
/// states.
static void printBuffers(raw_ostream &os, const ModelLayout &layout,
                         bool areStates) {
  os << (areStates ? "\n/* Where the states lie in their memory, in bytes. */"
                   : "\n/* Where the tensors lie in the arena, in bytes. */")
     << "\nenum {\n";
  for (const BufferObject &object : layout.buffers) {
    BufferOp buffer = object.buffer;
    if (buffer.isState() == areStates)
      os << "  " << object.name << " = " << *buffer.getOffset() << ", /* "
         << getShapeText(buffer.getMemRefType()) << " "
         << getCType(buffer.getMemRefType().getElementType()) << " */\n";
  }
  os << "};\n";
}

/// The arrays that states begin with, and the function that copies them.
static void printReset(raw_ostream &os, const ModelLayout &layout) {
  if (!layout.hasState())
    return;
  for (const DataObject &data : layout.initialData) {
    os << "\n";
    printData(os, data);
  }
  os << "\n/* Gives the states what they hold before the first run. */\n"
     << "static void " << layout.name << "_reset_states(uint8_t *state) {\n"
     << "  size_t i;\n";
  for (const BufferObject &object : layout.states) {
    BufferOp buffer = object.buffer;
    MemRefType type = buffer.getMemRefType();
    os << "  for (i = 0; i < " << type.getNumElements() << "; ++i)\n    (("
       << getCType(type.getElementType()) << " *)("
       << getAddressText(layout, buffer) << "))[i] = ";
    Attribute initial = buffer.getInitialAttr();
    if (auto symbol = dyn_cast<FlatSymbolRefAttr>(initial))
      os << layout.dataNames.lookup(symbol.getAttr()) << "[i];\n";
    else if (auto number = dyn_cast<FloatAttr>(initial))
      os << getFloatLiteral(number.getValue().convertToFloat()) << ";\n";
    else
      os << getIntegerLiteral(cast<IntegerAttr>(initial).getInt()) << ";\n";
  }
  os << "}\n";
}

/// The functions on the caller's memory that check it, of a model without
/// states.
static void printInit(raw_ostream &os, const ModelLayout &layout) {
  os << "\nofa_status_t " << layout.name
     << "_init_in(void *arena, size_t arena_bytes) {"
     << "\n  if (!arena || !OFA_IS_ALIGNED(arena, "
     << layout.macro("ARENA_ALIGNMENT")
     << "))\n    return OFA_ERR_ARGUMENT;\n  if (arena_bytes < "
     << layout.macro("ARENA_BYTES")
     << ")\n    return OFA_ERR_ARENA;\n  return OFA_OK;\n}\n";
}

/// The check of a memory, where other functions than init make it, too.
static void printCheck(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "\nstatic ofa_status_t " << name
     << "_check(const void *memory, size_t bytes,\n                           "
     << std::string(name.size(), ' ') << "size_t needed) {"
     << "\n  if (!memory || !OFA_IS_ALIGNED(memory, "
     << layout.macro("ARENA_ALIGNMENT") << "))\n    return OFA_ERR_ARGUMENT;\n"
     << "  return bytes < needed ? OFA_ERR_ARENA : OFA_OK;\n}\n";
}

/// Gives the caller's states what they hold at first.
static void printResetIn(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "\nofa_status_t " << name
     << "_reset_in(void *state, size_t state_bytes) {\n"
     << "  ofa_status_t status = " << name << "_check(state, state_bytes, "
     << layout.macro("STATE_BYTES") << ");\n  if (status == OFA_OK)\n    "
     << name << "_reset_states((uint8_t *)state);\n  return status;\n}\n";
}

/// The same with states, which init and reset write.
static void printInitWithState(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "\nofa_status_t " << name
     << "_init_in(void *arena, size_t arena_bytes, void *state,\n"
     << std::string(name.size() + 22, ' ') << "size_t state_bytes) {\n"
     << "  ofa_status_t status = " << name << "_check(arena, arena_bytes, "
     << layout.macro("ARENA_BYTES") << ");\n  return status == OFA_OK ? "
     << name << "_reset_in(state, state_bytes) : status;\n}\n";
}

/// Runs on the caller's memory.
static void printRun(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "\nofa_status_t " << name << "_run_in(void *arena, size_t arena_bytes";
  if (!layout.hasState()) {
    os << ") {\n  ofa_status_t status = " << name
       << "_init_in(arena, arena_bytes);\n  if (status == OFA_OK)\n    " << name
       << "_layers((uint8_t *)arena);\n  return status;\n}\n";
    return;
  }
  os << ", void *state,\n"
     << std::string(name.size() + 21, ' ') << "size_t state_bytes) {\n"
     << "  ofa_status_t status = " << name << "_check(arena, arena_bytes, "
     << layout.macro("ARENA_BYTES") << ");\n  if (status == OFA_OK)\n"
     << "    status = " << name << "_check(state, state_bytes, "
     << layout.macro("STATE_BYTES") << ");\n  if (status == OFA_OK)\n    "
     << name << "_layers((uint8_t *)arena, (uint8_t *)state);\n"
     << "  return status;\n}\n";
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
    std::string head = ((isConst ? "const " : "") +
                        getCType(buffer.getMemRefType().getElementType()) +
                        " *" + function + "(void) {")
                           .str();
    std::string body = "return " + function + "_in(" + layout.name + "_arena);";
    bool fits = head.size() + body.size() + 3 <= lineWidth;
    os << "\n"
       << head << (fits ? " " : "\n  ") << body << (fits ? " }\n" : "\n}\n");
  }
}

/// The functions on the model's own memory.
static void printOwnMemory(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "\nOFA_ARENA_ATTRIBUTE OFA_ALIGNED(" << layout.macro("ARENA_ALIGNMENT")
     << ") static uint8_t\n    " << name << "_arena["
     << layout.macro("ARENA_BYTES") << "];\n";
  if (layout.hasState())
    os << "\nOFA_STATE_ATTRIBUTE OFA_ALIGNED("
       << layout.macro("ARENA_ALIGNMENT") << ") static uint8_t\n    " << name
       << "_state[" << layout.macro("STATE_BYTES") << "];\n\nvoid " << name
       << "_reset(void) { " << name << "_reset_states(" << name
       << "_state); }\n";
  os << "\nofa_status_t " << name << "_init(void) {\n  return " << name
     << "_init_in(" << name << "_arena, sizeof(" << name << "_arena)";
  if (layout.hasState())
    os << ", " << name << "_state,\n"
       << std::string(name.size() + 18, ' ') << "sizeof(" << name << "_state)";
  os << ");\n}\n";
  if (layout.isPushed()) {
    printOwnPushFunctions(os, layout);
  } else {
    printStaticAccessors(os, layout, layout.inputs, /*isConst=*/false);
    os << "\nofa_status_t " << name << "_run(void) {\n  " << name << "_layers("
       << name << "_arena" << (layout.hasState() ? ", " + name + "_state" : "")
       << ");\n  return OFA_OK;\n}\n";
  }
  printStaticAccessors(os, layout, layout.outputs, /*isConst=*/true);
}

std::string ofa::printModelSource(const ModelLayout &layout,
                                  ArrayRef<std::string> kernelHeaders,
                                  bool traceLayers) {
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
  if (layout.isPushed())
    os << (layout.usesFloat() ? "" : "\n") << "#include <string.h>\n";
  os << "\n#if OFA_RUNTIME_VERSION_MAJOR != 2\n#error \"" << name
     << " needs version 2 of the OFA runtime\"\n#endif\n"
     << "OFA_STATIC_ASSERT(" << layout.macro("ARENA_ALIGNMENT")
     << " % sizeof(int32_t) == 0 &&\n                      "
     << layout.macro("ARENA_ALIGNMENT") << " % sizeof(float) == 0,\n"
     << "                  " << name << "_arena_is_aligned);\n";

  if (traceLayers)
    os << "\n/* Sees the result of each layer. */\n"
          "void ofa_trace_layer(size_t index, const void *data, size_t "
          "bytes);\n";
  printClassNames(os, layout);
  printBuffers(os, layout, /*areStates=*/false);
  if (layout.hasState())
    printBuffers(os, layout, /*areStates=*/true);
  for (auto [i, layer] : llvm::enumerate(layout.layers)) {
    printLayerComment(os, layer, i + 1);
    for (const DataObject &data : layer.data)
      printData(os, data);
    printParams(os, layout, layer);
  }

  for (const SegmentObject &segment : layout.segments)
    printSegment(os, layout, segment, traceLayers);
  if (layout.isPushed()) {
    printBegin(os, layout);
    os << "\n/* Takes the next row of the input, and the network's last step "
          "with the "
          "last one,\n * on memory that is known to be right. */\n"
       << "static ofa_status_t " << name << "_push(uint8_t *arena";
  } else {
    os << "\n/* Runs all layers on memory that is known to be right. */\n"
       << "static void " << name << "_layers(uint8_t *arena";
  }
  os << (layout.hasState() ? ", uint8_t *state" : "") << ") {\n";
  const SegmentObject *next = layout.segments.data();
  for (auto [i, layer] : llvm::enumerate(layout.layers)) {
    if (layer.rowsName.empty()) {
      printLayer(os, layout, layer, i + 1);
      if (traceLayers)
        printTrace(os, layout, layer, i + 1);
    } else if (next != layout.segments.data() + layout.segments.size() &&
               next->firstLayer == i) {
      std::string call =
          next->function + (next->usesState ? "(arena, state)" : "(arena)");
      // The first step of what is pushed.
      if (i == 0 && layout.isPushed())
        os << "  if (!" << call << ")\n    return OFA_MORE;\n";
      else
        os << "  " << call << ";\n";
      ++next;
    }
  }
  os << (layout.isPushed()
             ? "  " + name + "_begin_in(arena);\n  return OFA_OK;\n"
             : "")
     << "}\n";
  printReset(os, layout);
  if (layout.hasState() || layout.isPushed())
    printCheck(os, layout);
  if (layout.hasState())
    printResetIn(os, layout);
  if (layout.isPushed()) {
    printPushFunctions(os, layout);
  } else {
    if (layout.hasState())
      printInitWithState(os, layout);
    else
      printInit(os, layout);
    printAccessors(os, layout, layout.inputs, /*isConst=*/false);
    printRun(os, layout);
  }
  printAccessors(os, layout, layout.outputs, /*isConst=*/true);
  printOwnMemory(os, layout);
  return text;
}
