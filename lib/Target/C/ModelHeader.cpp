//===- ModelHeader.cpp - The header of a model ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CData.h"
#include "ModelLayout.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"
#include "ofa/Dialect/OFA/IR/OFA.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

//===----------------------------------------------------------------------===//
// The comment
//===----------------------------------------------------------------------===//

/// An attribute as a person writes it: no types, no quotes.
static void printFact(raw_ostream &os, Attribute fact) {
  if (auto text = dyn_cast<StringAttr>(fact)) {
    os << toCommentText(text.getValue());
  } else if (auto integer = dyn_cast<IntegerAttr>(fact)) {
    os << integer.getValue();
  } else if (auto number = dyn_cast<FloatAttr>(fact)) {
    os << llvm::format("%.6g", number.getValueAsDouble());
  } else if (auto list = dyn_cast<ArrayAttr>(fact)) {
    llvm::interleave(
        list, os, [&](Attribute item) { printFact(os, item); }, ", ");
  } else if (auto facts = dyn_cast<DictionaryAttr>(fact)) {
    llvm::interleave(
        facts, os,
        [&](NamedAttribute item) {
          os << toCommentText(item.getName().getValue()) << " = ";
          printFact(os, item.getValue());
        },
        ", ");
  } else if (auto subnet = dyn_cast<SubnetAttr>(fact)) {
    printFact(os, subnet.getValues());
  } else {
    std::string text;
    llvm::raw_string_ostream stream(text);
    fact.print(stream, /*elideType=*/true);
    os << toCommentText(text);
  }
}

void ofa::printBlockComment(raw_ostream &os, StringRef text) {
  os << "/*";
  size_t column = 2;
  while (!text.empty()) {
    StringRef word;
    std::tie(word, text) = text.split(' ');
    if (column + 1 + word.size() > lineWidth - 3) {
      os << "\n *";
      column = 2;
    }
    os << " " << word;
    column += 1 + word.size();
  }
  os << " */\n";
}

/// Prints "name      text", wrapped between words, the text from column
/// `indentation` on.
static void printEntry(raw_ostream &os, StringRef name, StringRef text,
                       size_t indentation = 15) {
  std::string padded = name.str();
  padded.resize(std::max(padded.size() + 1, indentation - 3), ' ');
  os << " * " << padded;
  size_t column = 3 + padded.size();
  bool isFirst = true;
  while (!text.empty()) {
    StringRef word;
    std::tie(word, text) = text.split(' ');
    if (!isFirst && column + 1 + word.size() > 79) {
      os << "\n *" << std::string(indentation - 2, ' ');
      column = indentation;
      isFirst = true;
    }
    os << (isFirst ? "" : " ") << word;
    column += word.size() + (isFirst ? 0 : 1);
    isFirst = false;
  }
  os << "\n";
}

static void printSpecialization(raw_ostream &os, const ModelLayout &layout) {
  ModelOp model = layout.model;
  auto module = model->getParentOfType<ModuleOp>();
  auto decision =
      module ? module->getAttrOfType<SpecializationAttr>("ofa.specialization")
             : SpecializationAttr();
  if (!decision)
    decision = model->getAttrOfType<SpecializationAttr>("ofa.specialization");
  if (!decision)
    return;
  os << " *\n * How the network was chosen:\n";
  size_t longest = 0;
  for (NamedAttribute fact : decision.getFacts())
    longest = std::max(longest, fact.getName().size());
  for (NamedAttribute fact : decision.getFacts()) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    printFact(stream, fact.getValue());
    printEntry(os, toCommentText(fact.getName().getValue()), text, longest + 5);
  }
}

/// At most nine digits, which a float holds.
static std::string getNumberText(FloatAttr number) {
  char text[32];
  snprintf(text, sizeof(text), "%.9g", number.getValueAsDouble());
  return text;
}

static std::string getTensorText(const BufferObject &object) {
  BufferOp buffer = object.buffer;
  std::string text = getShapeText(buffer.getMemRefType()) + " " +
                     getCType(buffer.getMemRefType().getElementType()).str();
  if (std::optional<QuantizationAttr> quantization = buffer.getQuantization()) {
    int64_t zeroPoint = quantization->getZeroPoint();
    text += ", real = " + getNumberText(quantization->getScale()) +
            (zeroPoint < 0 ? " * (value + " : " * (value - ") +
            std::to_string(std::abs(zeroPoint)) + ")";
  }
  return text;
}

/// How the caller's variable for an input or output is called in the example:
/// as the tensor, where there are several.
static std::string getVariable(const BufferObject &object, StringRef what,
                               StringRef single) {
  StringRef name = object.accessor;
  if (name == what)
    return single.str();
  name = name.drop_front(what.size() + 1);
  return name.empty() || llvm::isDigit(name.front()) ? object.accessor
                                                     : name.str();
}

static void printUsage(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << " *   if (" << name << "_init() != OFA_OK) ...\n";
  if (layout.isPushed())
    os << " *   do {\n *     memcpy(" << name << "_input_row(), row, "
       << layout.macro("INPUT_ROW_BYTES")
       << "); // or a DMA controller writes it there\n *   } while (" << name
       << "_push_row() == OFA_MORE);\n";
  for (const BufferObject &input : layout.inputs) {
    if (layout.isPushed())
      break;
    BufferOp buffer = input.buffer;
    bool isImage = buffer.getMemRefType().getElementType().isUnsignedInteger(8);
    os << " *   memcpy(" << name << "_" << input.accessor << "(), "
       << getVariable(input, "input", isImage ? "image" : "input") << ", "
       << layout.macro(input) << "_BYTES);\n";
  }
  if (!layout.isPushed())
    os << " *   " << name << "_run();\n";
  for (const BufferObject &output : layout.outputs) {
    BufferOp buffer = output.buffer;
    os << " *   const " << getCType(buffer.getMemRefType().getElementType())
       << " *" << getVariable(output, "output", "result") << " = " << name
       << "_" << output.accessor << "();\n";
  }
  os << " *\n";
}

static void printTensors(raw_ostream &os, StringRef what,
                         ArrayRef<BufferObject> objects) {
  for (const BufferObject &object : objects) {
    BufferOp buffer = object.buffer;
    std::string text = getTensorText(object);
    if (objects.size() > 1)
      text = toCommentText(buffer.getName()) + ": " + text;
    printEntry(os, what, text);
  }
}

static void printComment(raw_ostream &os, const ModelLayout &layout,
                         const Footprint &footprint) {
  ModelOp model = layout.model;
  const std::string &name = layout.name;
  auto bytes = [](int64_t count) { return std::to_string(count) + " bytes"; };
  os << "/* " << name << ".h - The model " << name
     << ".\n * Generated by OFA; do not edit.\n *\n";
  printUsage(os, layout);
  printTensors(os, "Input", layout.inputs);
  printTensors(os, "Output", layout.outputs);
  if (std::optional<StringRef> text = model.getPreprocessing())
    printEntry(os, "Real input", toCommentText(*text));
  printEntry(os, "Work",
             std::to_string(layout.layers.size()) + " layers, " +
                 std::to_string(footprint.macs) + " multiply-accumulates");
  printEntry(os, "SRAM",
             bytes(footprint.getSram()) + ": arena " +
                 std::to_string(footprint.arena) +
                 (layout.isPushed()
                      ? " (rows of the input and the output live in it), state "
                      : " (input and output live in it), state ") +
                 std::to_string(footprint.state) + ", other " +
                 std::to_string(footprint.other));
  printEntry(os, "Flash data",
             bytes(footprint.getFlashData()) + " on a 32-bit target: weights " +
                 std::to_string(footprint.weights) + ", tables " +
                 std::to_string(footprint.tables) + ", parameters " +
                 std::to_string(footprint.parameters) + ", class names " +
                 std::to_string(footprint.classNames));
  if (layout.isPushed()) {
    PushCosts costs = computePushCosts(layout);
    printEntry(os, "A row",
               "at most " + std::to_string(costs.mostMACs) +
                   " multiply-accumulates; the last one " +
                   std::to_string(costs.lastMACs) +
                   ", and then the output is there");
  }
  std::string core = model.getCore().value_or("").str();
  if (std::optional<int64_t> code = computeCodeBytes(model, core))
    printEntry(os, "Code",
               bytes(*code) + " of kernels on " + toCommentText(core) +
                   ", as measured with gcc -O2");
  if (footprint.stack)
    printEntry(os, "Stack",
               "at most " + bytes(*footprint.stack) + " from " + name +
                   (layout.isPushed() ? "_push_row" : "_run") +
                   " on, on a 32-bit target with gcc");
  if (layout.usesFloat())
    printEntry(os, "Needs", "math.h for INFINITY; no function of libm");
  if (std::optional<StringRef> device = model.getDevice())
    printEntry(os, "Device", toCommentText(*device));
  printSpecialization(os, layout);
  os << " */\n";
}

//===----------------------------------------------------------------------===//
// Constants and declarations
//===----------------------------------------------------------------------===//

static void printTensorMacros(raw_ostream &os, const ModelLayout &layout,
                              const BufferObject &object) {
  BufferOp buffer = object.buffer;
  std::string prefix = layout.macro(object);
  MemRefType type = buffer.getMemRefType();
  os << "\n#define " << prefix << "_BYTES " << getTensorBytes(buffer)
     << "\n#define " << prefix << "_COUNT " << type.getNumElements() << "\n";
  if (type.getRank() == 4) {
    StringRef axes[] = {"HEIGHT", "WIDTH", "CHANNELS"};
    for (auto [axis, size] : llvm::zip(axes, type.getShape().drop_front()))
      os << "#define " << prefix << "_" << axis << " " << size << "\n";
  }
  if (std::optional<QuantizationAttr> quantization = buffer.getQuantization()) {
    std::string text = getNumberText(quantization->getScale());
    if (text.find_first_of(".e") == std::string::npos)
      text += ".0";
    os << "#define " << prefix << "_SCALE " << text << "f\n#define " << prefix
       << "_ZERO_POINT ";
    int64_t zeroPoint = quantization->getZeroPoint();
    if (zeroPoint < 0)
      os << "(" << zeroPoint << ")\n";
    else
      os << zeroPoint << "\n";
  }
}

/// The list of all inputs or outputs as a macro that takes a macro.
static void printTensorList(raw_ostream &os, const ModelLayout &layout,
                            StringRef what, ArrayRef<BufferObject> objects) {
  os << "#define " << layout.macro(what) << "(X)";
  for (const BufferObject &object : objects) {
    BufferOp buffer = object.buffer;
    os << (objects.size() > 1 ? " \\\n  " : " ") << "X(" << layout.name << "_"
       << object.accessor << (buffer.isPushed() ? "_row" : "") << ", "
       << layout.macro(object) << (buffer.isPushed() ? "_ROW" : "")
       << "_BYTES)";
  }
  os << "\n";
}

static void printAccessors(raw_ostream &os, const ModelLayout &layout,
                           ArrayRef<BufferObject> buffers, bool isConst,
                           bool onArena) {
  for (const BufferObject &object : buffers) {
    BufferOp buffer = object.buffer;
    os << (isConst ? "const " : "")
       << getCType(buffer.getMemRefType().getElementType()) << " *"
       << layout.name << "_" << object.accessor
       << (onArena ? "_in(" : "(void);\n");
    if (onArena)
      os << (isConst ? "const " : "") << "void *arena);\n";
  }
}

/// The functions on the model's own memory.
static void printOwnInterface(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  std::string text =
      "The model on its own, static arena. `init` comes first and returns "
      "OFA_OK. ";
  text +=
      layout.isPushed()
          ? "Then, for each row of the input from the top: the caller "
            "writes it to the address that `input_row` returns, and "
            "`push_row` runs what it makes possible and returns OFA_MORE; "
            "OFA_OK after the last one, when the output is there. It is "
            "valid until the next input's first row is written. `begin` "
            "drops the rows of an input that is not complete. `run` does "
            "all this with an input that lies elsewhere, such as in flash. "
            "Not reentrant."
          : "The input may be overwritten by `run`, so it is written before "
            "each; the output is valid until the next write to the input. "
            "Not reentrant.";
  if (layout.hasState())
    text += " What a run leaves in the state is what the next one begins with; "
            "`reset` gives the state its first contents, as `init` does.";
  os << "\n";
  printBlockComment(os, text);
  os << "ofa_status_t " << name << "_init(void);\n";
  if (layout.hasState())
    os << "void " << name << "_reset(void);\n";
  if (layout.isPushed()) {
    printPushDeclarations(os, layout, /*onArena=*/false);
  } else {
    printAccessors(os, layout, layout.inputs, false, false);
    os << "ofa_status_t " << name << "_run(void);\n";
  }
  printAccessors(os, layout, layout.outputs, true, false);
}

/// The functions on the caller's memory.
static void printCallerInterface(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  std::string arena = "void *arena, size_t arena_bytes";
  std::string text =
      "The same on the caller's arena: " + layout.macro("ARENA_BYTES") +
      " bytes at a multiple of " + layout.macro("ARENA_ALIGNMENT") +
      (layout.isPushed() ? ", which are kept from row to row; where they have "
                           "changed after an input's last one, `begin` comes "
                           "before the next. "
                         : ", whose contents may change between runs. ");
  std::string checks = std::string("`init`, ") +
                       (layout.hasState() ? "`reset`, " : "") +
                       "`push_row` and `run`";
  if (!layout.isPushed())
    checks =
        layout.hasState() ? "`init`, `reset` and `run`" : "`init` and `run`";
  if (layout.hasState())
    text += "The state is the caller's, too: " + layout.macro("STATE_BYTES") +
            " bytes, aligned alike, which are kept from run to run. Reentrant "
            "for distinct arenas and states. " +
            checks +
            " return "
            "OFA_ERR_ARGUMENT for a null or misaligned pointer and "
            "OFA_ERR_ARENA for memory that is too small, and then touch "
            "nothing.";
  else
    text += "Reentrant for distinct arenas. " + checks +
            " return "
            "OFA_ERR_ARGUMENT for a null or misaligned arena and OFA_ERR_ARENA "
            "for one that is too small, and then touch nothing.";
  os << "\n";
  printBlockComment(os, text);
  auto printDeclaration = [&](StringRef function) {
    os << "ofa_status_t " << name << function << "(" << arena;
    if (layout.hasState())
      os << ", void *state,\n"
         << std::string(name.size() + function.size() + 14, ' ')
         << "size_t state_bytes";
    os << ");\n";
  };
  printDeclaration("_init_in");
  if (layout.hasState())
    os << "ofa_status_t " << name
       << "_reset_in(void *state, size_t state_bytes);\n";
  if (layout.isPushed()) {
    printPushDeclarations(os, layout, /*onArena=*/true);
  } else {
    printAccessors(os, layout, layout.inputs, false, true);
    printDeclaration("_run_in");
  }
  printAccessors(os, layout, layout.outputs, true, true);
}

std::string ofa::printModelHeader(const ModelLayout &layout) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Footprint footprint = computeFootprint(layout, /*pointerBytes=*/4);
  Footprint wide = computeFootprint(layout, /*pointerBytes=*/8);
  printComment(os, layout, footprint);

  std::string guard = layout.macro("H");
  os << "#ifndef " << guard << "\n#define " << guard
     << "\n\n#include \"ofa_runtime.h\"\n\n"
     << "/* Memory, in bytes: as nm shows it. */\n"
     << "#define " << layout.macro("ARENA_BYTES") << " " << footprint.arena
     << "\n#define " << layout.macro("ARENA_ALIGNMENT") << " "
     << EntryOp::arenaAlignment << "\n#define " << layout.macro("STATE_BYTES")
     << " " << footprint.state << "\n#define " << layout.macro("SRAM_BYTES")
     << " " << footprint.getSram()
     << "\n#if UINTPTR_MAX > 0xffffffffu\n#define "
     << layout.macro("FLASH_DATA_BYTES") << " " << wide.getFlashData()
     << "\n#else\n#define " << layout.macro("FLASH_DATA_BYTES") << " "
     << footprint.getFlashData() << "\n#endif\n";
  if (footprint.stack)
    os << "#define " << layout.macro("STACK_BYTES") << " " << *footprint.stack
       << "\n";
  for (const BufferObject &input : layout.inputs)
    printTensorMacros(os, layout, input);
  if (layout.isPushed()) {
    BufferOp input = layout.inputs.front().buffer;
    PushCosts costs = computePushCosts(layout);
    os << "\n/* The rows that `push_row` takes, and what one of them costs at "
          "most "
          "in\n * multiply-accumulates: those before the last one, and that. */"
       << "\n#define " << layout.macro("INPUT_ROW_BYTES") << " "
       << getRowBytes(input.getMemRefType()) << "\n#define "
       << layout.macro("ROW_MACS") << " " << costs.mostMACs << "\n#define "
       << layout.macro("LAST_ROW_MACS") << " " << costs.lastMACs << "\n";
  }
  for (const BufferObject &output : layout.outputs)
    printTensorMacros(os, layout, output);
  os << "\n/* All inputs and outputs in order, as X(function, bytes): for code "
        "that\n * serves any model. */\n";
  printTensorList(os, layout, "INPUTS", layout.inputs);
  printTensorList(os, layout, "OUTPUTS", layout.outputs);
  if (!layout.classNames.empty())
    os << "\n#define " << layout.macro("CLASSES") << " "
       << layout.classNames.size() << "\n#define "
       << layout.macro("CLASS_NAME_BYTES") << " " << layout.classNameBytes
       << "\n";

  const std::string &name = layout.name;
  os << "\nOFA_BEGIN_C_DECLS\n";
  if (!layout.classNames.empty())
    os << "\n/* What the elements of the output stand for. */\nextern const "
          "char "
       << name << "_class_names[" << layout.macro("CLASSES") << "]\n    ["
       << layout.macro("CLASS_NAME_BYTES") << "];\n";
  printOwnInterface(os, layout);
  printCallerInterface(os, layout);
  os << "\nOFA_END_C_DECLS\n\n#endif /* " << guard << " */\n";
  return text;
}
