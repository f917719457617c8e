//===- KernelLowering.cpp - A network on its way to kernels ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelLowering.h"

#include "ofa/Dialect/OFA/IR/Elements.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::ofa;
using kernel::BufferKind;
using kernel::GlobalRole;

#include "ofa/Conversion/OFAToKernel/KernelOpInterface.cpp.inc"

//===----------------------------------------------------------------------===//
// KernelLowering
//===----------------------------------------------------------------------===//

KernelLowering::KernelLowering(kernel::ModelOp model, kernel::EntryOp entry)
    : model(model), symbols(model), builder(model.getContext()) {
  builder.setInsertionPointToEnd(&entry.getBody().front());
}

template <typename T>
static Type getElementType(Builder &builder) {
  if constexpr (std::is_same_v<T, float>)
    return builder.getF32Type();
  else
    return builder.getIntegerType(8 * sizeof(T));
}

Value KernelLowering::insertGlobal(kernel::GlobalOp global) {
  // Renames it if the name is taken; globals precede the entry.
  symbols.insert(global, builder.getBlock()->getParentOp()->getIterator());
  return kernel::GetGlobalOp::create(builder, global.getLoc(),
                                     global.getMemRefType(),
                                     global.getSymNameAttr());
}

template <typename T>
Value KernelLowering::makeGlobal(GlobalRole role, const Twine &name,
                                 ArrayRef<T> values) {
  auto type = RankedTensorType::get({int64_t(values.size())},
                                    getElementType<T>(builder));
  std::string text = name.str();
  // Short data is readable in place; a blob prints as hexadecimal.
  constexpr size_t shortData = 64;
  ElementsAttr elements =
      values.size() <= shortData
          ? ElementsAttr(DenseElementsAttr::get(type, values))
          : makeElements<T>(text, type, values);
  OpBuilder detached(model.getContext());
  return insertGlobal(
      kernel::GlobalOp::create(detached, model.getLoc(), role, text, elements));
}

template Value KernelLowering::makeGlobal(GlobalRole, const Twine &,
                                          ArrayRef<int8_t>);
template Value KernelLowering::makeGlobal(GlobalRole, const Twine &,
                                          ArrayRef<int16_t>);
template Value KernelLowering::makeGlobal(GlobalRole, const Twine &,
                                          ArrayRef<int32_t>);
template Value KernelLowering::makeGlobal(GlobalRole, const Twine &,
                                          ArrayRef<float>);

FailureOr<Value> KernelLowering::getMemory(Value value) {
  if (Value memory = memories.lookup(value))
    return memory;
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant || !constant.getValue())
    return emitError(value.getLoc())
           << "expects elements for a constant that a layer reads";
  OpBuilder detached(model.getContext());
  Value memory = insertGlobal(
      kernel::GlobalOp::create(detached, constant.getLoc(), GlobalRole::Weights,
                               constant.getName(), *constant.getValue()));
  memories[value] = memory;
  return memory;
}

Value KernelLowering::makeBuffer(BufferKind kind, StringRef name,
                                 MemRefType type,
                                 kernel::QuantizationAttr quantization) {
  return kernel::BufferOp::create(builder, model.getLoc(), type, kind, name,
                                  /*offset=*/IntegerAttr(), quantization,
                                  /*real=*/false, /*initial=*/Attribute());
}

Value KernelLowering::makeResult(Value value, StringRef name) {
  return memories[value] =
             makeBuffer(BufferKind::Internal, name, getMemoryType(value));
}

Value KernelLowering::view(Location loc, Value memory,
                           ArrayRef<int64_t> shape) {
  auto type = cast<MemRefType>(memory.getType());
  if (type.getShape() == shape)
    return memory;
  return kernel::ViewOp::create(builder, loc, type.clone(shape), memory);
}

void KernelLowering::copy(Location loc, StringRef name, Value from, Value to,
                          ArrayRef<kernel::Copy> copies) {
  for (const kernel::Copy &copy : copies)
    kernel::CopyOp::create(builder, loc, name, from, to, copy.counts,
                           copy.inputStrides, copy.outputStrides,
                           copy.inputOffset, copy.outputOffset, copy.run);
}

/// What a state holds at first, in its buffer's terms: a number where all
/// elements are equal, else null.
static TypedAttr getEqualElements(ElementsAttr elements) {
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  return dense && dense.isSplat() ? dense.getSplatValue<TypedAttr>()
                                  : TypedAttr();
}

Value KernelLowering::getState(StateOp state) {
  Value &memory = states[state.getSymNameAttr()];
  if (memory)
    return memory;
  RankedTensorType type = getStorageType(state.getTensorType());
  Attribute initial = getEqualElements(state.getValue());
  if (!initial) {
    OpBuilder detached(model.getContext());
    auto global = kernel::GlobalOp::create(
        detached, state.getLoc(), GlobalRole::Table,
        (state.getSymName() + ".initial").str(), state.getValue());
    symbols.insert(global, builder.getBlock()->getParentOp()->getIterator());
    initial = FlatSymbolRefAttr::get(global.getSymNameAttr());
  }
  memory = makeBuffer(BufferKind::State, state.getSymName(),
                      MemRefType::get(type.getShape(), type.getElementType()));
  kernel::getRootBuffer(memory).setInitialAttr(initial);
  return memory;
}

SmallVector<Value> KernelLowering::getValuesIn(Value memory) const {
  SmallVector<Value> values;
  for (auto [value, place] : memories)
    if (kernel::getMemoryRoot(place) == memory)
      values.push_back(value);
  llvm::sort(values, [](Value a, Value b) {
    return a.getDefiningOp()->isBeforeInBlock(b.getDefiningOp());
  });
  return values;
}

void KernelLowering::copy(Location loc, StringRef name, Value from, Value to) {
  int64_t count = cast<MemRefType>(from.getType()).getNumElements();
  copy(loc, name, from, to, kernel::planCopy({count}, {1}, {1}));
}

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

bool ofa::isQuantized(Value value) {
  return isa<quant::QuantizedType>(getElementTypeOrSelf(value));
}

MemRefType ofa::getMemoryType(Value value) {
  RankedTensorType type =
      getStorageType(cast<RankedTensorType>(value.getType()));
  return MemRefType::get(type.getShape(), type.getElementType());
}

QuantizedScale ofa::getScale(Value value) {
  auto type = cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value));
  return {type.getScale(), int32_t(type.getZeroPoint())};
}

kernel::QuantizationAttr ofa::getQuantization(Value value) {
  if (!isQuantized(value))
    return {};
  QuantizedScale scale = getScale(value);
  Builder builder(value.getContext());
  return kernel::QuantizationAttr::get(value.getContext(),
                                       builder.getF64FloatAttr(scale.scale),
                                       scale.zeroPoint);
}

static std::pair<float, float> getRealBounds(Activation activation) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (activation) {
  case Activation::None:
    return {-infinity, infinity};
  case Activation::Relu:
    return {0, infinity};
  case Activation::Relu6:
    return {0, 6};
  case Activation::ReluN1To1:
    return {-1, 1};
  }
  llvm_unreachable("all activations are handled");
}

QuantizedRange ofa::getRange(Activation activation, Value result) {
  auto [min, max] = getRealBounds(activation);
  return deriveActivationRange(min, max, getScale(result));
}

std::pair<FloatAttr, FloatAttr> ofa::getBounds(Activation activation,
                                               Builder &builder) {
  auto [min, max] = getRealBounds(activation);
  auto makeAttr = [&](float bound) {
    return std::isinf(bound) ? FloatAttr() : builder.getF32FloatAttr(bound);
  };
  return {makeAttr(min), makeAttr(max)};
}

kernel::Rounding ofa::getRounding(Rounding rounding) {
  return rounding == Rounding::Single ? kernel::Rounding::Single
                                      : kernel::Rounding::Double;
}

LogicalResult ofa::checkFactor(Operation *op, Multiplier factor,
                               int64_t largest) {
  // Kernels shift to the left before they multiply.
  int64_t limit =
      std::numeric_limits<int32_t>::max() >> std::max<int>(factor.shift, 0);
  if (largest <= limit)
    return success();
  return op->emitOpError("has scales whose ratio makes sums of up to ")
         << largest << " times 2^" << int(factor.shift)
         << ", which 32 bits do not hold: is the result's scale right?";
}

template <typename T>
FailureOr<std::vector<T>> ofa::readConstant(Operation *user, Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant || !constant.getValue())
    return user->emitOpError("expects parameters that are constants with "
                             "elements");
  return copyElements<T>(*constant.getValue());
}

template FailureOr<std::vector<int8_t>> ofa::readConstant(Operation *, Value);
template FailureOr<std::vector<int32_t>> ofa::readConstant(Operation *, Value);
template FailureOr<std::vector<float>> ofa::readConstant(Operation *, Value);
