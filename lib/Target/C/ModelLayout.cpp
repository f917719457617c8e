//===- ModelLayout.cpp - Objects of a model's C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelLayout.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::ofa;
using namespace mlir::kernel;

/// The functions of an input or output that has others beside it: `what`, then
/// the buffer's name, in small letters and unlike all others.
static std::string makeAccessor(CNames &names, StringRef what, StringRef name) {
  std::string accessor = what.str() + "_";
  for (char c : shortenName(name))
    accessor += llvm::isAlnum(c) ? llvm::toLower(c) : '_';
  std::string unique = accessor;
  for (unsigned i = 2; !names.reserve({unique, unique + "_in"}); ++i)
    unique = accessor + "_" + std::to_string(i);
  return unique;
}

ModelLayout::ModelLayout(ModelOp model)
    : model(model), entry(*model.getEntries().begin()),
      name(model.getSymName().str()), names(name) {
  for (auto [kind, what, objects] :
       {std::tuple(BufferKind::Input, "input", &inputs),
        std::tuple(BufferKind::Output, "output", &outputs)}) {
    SmallVector<BufferOp> all = entry.getBuffersOfKind(kind);
    for (BufferOp buffer : all)
      objects->push_back({buffer, "",
                          all.size() == 1
                              ? what
                              : makeAccessor(names, what, buffer.getName())});
  }
  for (BufferOp buffer : entry.getBuffers()) {
    std::string place = names.make(buffer.getName(), "_at");
    buffers.push_back({buffer, place, ""});
    for (std::vector<BufferObject> *objects : {&inputs, &outputs})
      for (BufferObject &object : *objects)
        if (object.buffer == buffer)
          object.name = place;
    if (buffer.isState())
      states.push_back(buffers.back());
    if (buffer.getKind() == BufferKind::Counters)
      counters = buffers.back();
  }

  SymbolTable symbols(model);
  auto addGlobal = [&](FlatSymbolRefAttr symbol,
                       std::vector<DataObject> &objects) {
    auto global = symbols.lookup<GlobalOp>(symbol.getValue());
    std::string &dataName = dataNames[global.getSymNameAttr()];
    if (!dataName.empty())
      return;
    dataName = names.make(global.getSymName());
    objects.push_back({global, dataName});
  };
  for (const BufferObject &state : states)
    if (auto symbol = dyn_cast<FlatSymbolRefAttr>(
            BufferOp(state.buffer).getInitialAttr()))
      addGlobal(symbol, initialData);
  for (RuntimeKernelOpInterface op : entry.getKernels()) {
    LayerObject layer = {op, getCalledParams(op), "", "", {}};
    for (const Param &param : layer.params.getFields())
      if (param.kind == Param::Kind::Pointer)
        addGlobal(param.global, layer.data);
    for (Value value : op.getCallBuffers())
      if (auto constant = getMemoryRoot(value).getDefiningOp<GetGlobalOp>())
        addGlobal(constant.getGlobalAttr(), layer.data);
    layer.paramsName = names.make(op.getLayerName(), "_params");
    if (auto segment = dyn_cast<SegmentOp>(op->getParentOp())) {
      layer.rowsName = "y" + std::to_string(layers.size() + 1);
      if (segments.empty() || segments.back().op != segment)
        segments.push_back(
            {segment, names.make(segment.getName(), ""), layers.size()});
      segments.back().usesState |=
          llvm::any_of(op.getCallBuffers(), [](Value value) {
            BufferOp buffer = getRootBuffer(value);
            return buffer && buffer.isState();
          });
    }
    layers.push_back(std::move(layer));
  }

  if (std::optional<ArrayAttr> labels = model.getClassNames())
    for (Attribute label : *labels) {
      classNames.push_back(cast<StringAttr>(label).str());
      classNameBytes =
          std::max<int64_t>(classNameBytes, classNames.back().size() + 1);
    }
}

const BufferObject &ModelLayout::getBuffer(BufferOp buffer) const {
  return *llvm::find_if(buffers, [&](const BufferObject &object) {
    return object.buffer == buffer;
  });
}

bool ModelLayout::usesFloat() const {
  return llvm::any_of(layers, [](const LayerObject &layer) {
    RuntimeKernelOpInterface op = layer.op;
    return llvm::any_of(op->getOperandTypes(), [](Type type) {
      return cast<MemRefType>(type).getElementType().isF32();
    });
  });
}

int64_t ofa::getTensorBytes(BufferOp buffer) {
  MemRefType type = buffer.getMemRefType();
  return type.getNumElements() * (type.getElementTypeBitWidth() / 8);
}

StringRef ofa::getCType(Type type) {
  if (type.isF32())
    return "float";
  if (type.isUnsignedInteger(8))
    return "uint8_t";
  if (type.isInteger(8))
    return "int8_t";
  return type.isInteger(16) ? "int16_t" : "int32_t";
}

std::string ofa::getShapeText(MemRefType type) {
  ArrayRef<int64_t> shape = type.getShape();
  if (shape.size() > 1 && shape.front() == 1)
    shape = shape.drop_front();
  return shape.empty() ? "1"
                       : llvm::join(llvm::map_range(shape,
                                                    [](int64_t n) {
                                                      return std::to_string(n);
                                                    }),
                                    "x");
}
