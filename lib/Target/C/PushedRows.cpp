//===- PushedRows.cpp - Functions of a model that takes rows ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model whose input is a ring has no room for the input: the caller writes
// each row to its place (`input_row`) and says so (`push_row`).
//
//===----------------------------------------------------------------------===//

#include "CData.h"
#include "ModelLayout.h"

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

static std::string getInputType(const ModelLayout &layout) {
  BufferOp input = layout.inputs.front().buffer;
  return getCType(input.getMemRefType().getElementType()).str();
}

PushCosts ofa::computePushCosts(const ModelLayout &layout) {
  SmallVector<RowKernelOpInterface> ops =
      SegmentOp(layout.segments.front().op).getKernels();
  SmallVector<int64_t> macs = RowSchedule(ops).computePushMACs();
  PushCosts costs;
  costs.lastMACs = macs.pop_back_val();
  for (const LayerObject &layer :
       ArrayRef(layout.layers).drop_front(ops.size()))
    costs.lastMACs += RuntimeKernelOpInterface(layer.op).getMACs();
  for (int64_t push : macs)
    costs.mostMACs = std::max(costs.mostMACs, push);
  return costs;
}

/// "void *arena, size_t arena_bytes", and the state's; a line of it begins at
/// column `indentation`.
static std::string getMemoryParameters(const ModelLayout &layout,
                                       size_t indentation) {
  std::string text = "void *arena, size_t arena_bytes";
  if (layout.hasState())
    text += ", void *state,\n" + std::string(indentation, ' ') +
            "size_t state_bytes";
  return text;
}

/// The head of a function that takes the caller's memory, and `more`.
static void printHead(raw_ostream &os, const ModelLayout &layout,
                      StringRef function, StringRef more = "") {
  std::string head = "ofa_status_t " + layout.name + function.str() + "(";
  os << head << getMemoryParameters(layout, head.size());
  if (!more.empty())
    os << ",\n" << std::string(head.size(), ' ') << more;
  os << ")";
}

/// `status` of the caller's memory.
static void printMemoryCheck(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  os << "  ofa_status_t status =\n      " << name
     << "_check(arena, arena_bytes, " << layout.macro("ARENA_BYTES") << ");\n";
  if (layout.hasState())
    os << "  if (status == OFA_OK)\n    status = " << name
       << "_check(state, state_bytes, " << layout.macro("STATE_BYTES")
       << ");\n";
}

static std::string getPushCall(const ModelLayout &layout, StringRef arena,
                               StringRef state) {
  return (layout.name + "_push(" + arena +
          (layout.hasState() ? ", " + state : "") + ")")
      .str();
}

void ofa::printBegin(raw_ostream &os, const ModelLayout &layout) {
  BufferOp counters = layout.counters->buffer;
  os << "\nvoid " << layout.name
     << "_begin_in(void *arena) {\n  memset((uint8_t *)arena + "
     << layout.counters->name << ", 0, " << counters.getSizeInBytes()
     << ");\n}\n";
}

void ofa::printPushFunctions(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  const BufferObject &object = layout.inputs.front();
  BufferOp input = object.buffer;
  std::string type = getInputType(layout);

  os << "\n";
  printHead(os, layout, "_init_in");
  os << " {\n";
  printMemoryCheck(os, layout);
  os << "  if (status != OFA_OK)\n    return status;\n";
  if (layout.hasState())
    os << "  " << name << "_reset_states((uint8_t *)state);\n";
  os << "  " << name << "_begin_in(arena);\n  return OFA_OK;\n}\n";

  // Row y lies at place y modulo the ring's places.
  int64_t places = getRowPlaces(input.getMemRefType());
  os << "\n"
     << type << " *" << name << "_input_row_in(void *arena) {\n"
     << "  const int16_t *rows =\n      (const int16_t *)((uint8_t *)arena + "
     << layout.counters->name << ");\n  return (" << type
     << " *)((uint8_t *)arena + " << object.name << " +\n      rows[0] % "
     << places << " * " << layout.macro("INPUT_ROW_BYTES") << ");\n}\n";

  os << "\n";
  printHead(os, layout, "_push_row_in");
  os << " {\n";
  printMemoryCheck(os, layout);
  os << "  return status == OFA_OK ? "
     << getPushCall(layout, "(uint8_t *)arena", "(uint8_t *)state")
     << " : status;\n}\n";

  os << "\n";
  printHead(os, layout, "_run_in", "const " + type + " *input");
  os << " {\n";
  printMemoryCheck(os, layout);
  os << "  if (status != OFA_OK)\n    return status;\n  " << name
     << "_begin_in(arena);\n  do {\n    memcpy(" << name
     << "_input_row_in(arena), input, " << layout.macro("INPUT_ROW_BYTES")
     << ");\n    input += " << layout.macro("INPUT_ROW_BYTES")
     << " / sizeof(*input);\n    status = "
     << getPushCall(layout, "(uint8_t *)arena", "(uint8_t *)state")
     << ";\n  } while (status == OFA_MORE);\n  return status;\n}\n";
}

void ofa::printOwnPushFunctions(raw_ostream &os, const ModelLayout &layout) {
  const std::string &name = layout.name;
  std::string type = getInputType(layout);
  os << "\nvoid " << name << "_begin(void) { " << name << "_begin_in(" << name
     << "_arena); }\n\n"
     << type << " *" << name << "_input_row(void) {\n  return " << name
     << "_input_row_in(" << name << "_arena);\n}\n\nofa_status_t " << name
     << "_push_row(void) {\n  return "
     << getPushCall(layout, name + "_arena", name + "_state")
     << ";\n}\n\nofa_status_t " << name << "_run(const " << type
     << " *input) {\n  return " << name << "_run_in(" << name
     << "_arena, sizeof(" << name << "_arena), ";
  if (layout.hasState())
    os << name << "_state,\n"
       << std::string(name.size() + 17, ' ') << "sizeof(" << name
       << "_state), ";
  os << "input);\n}\n";
}

void ofa::printPushDeclarations(raw_ostream &os, const ModelLayout &layout,
                                bool onArena) {
  const std::string &name = layout.name;
  std::string type = getInputType(layout);
  StringRef arena = onArena ? "_in(void *arena);\n" : "(void);\n";
  os << "void " << name << "_begin" << arena << type << " *" << name
     << "_input_row" << arena;
  if (!onArena) {
    os << "ofa_status_t " << name << "_push_row(void);\nofa_status_t " << name
       << "_run(const " << type << " *input);\n";
    return;
  }
  printHead(os, layout, "_push_row_in");
  os << ";\n";
  printHead(os, layout, "_run_in", "const " + type + " *input");
  os << ";\n";
}
