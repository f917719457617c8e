//===- KernelStructureOps.cpp - Models, constants and buffers ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::kernel;

static int64_t getBytes(ShapedType type) {
  return type.getNumElements() * (type.getElementTypeBitWidth() / 8);
}

int64_t kernel::getRowPlaces(MemRefType type) {
  auto ring = dyn_cast<RingAttr>(type.getLayout());
  return ring ? ring.getPlaces() : type.getDimSize(1);
}

std::string kernel::getCalledFunction(RuntimeKernelOpInterface op) {
  if (isa<SegmentOp>(op->getParentOp()))
    return cast<RowKernelOpInterface>(op.getOperation()).getRowFunction();
  return op.getRuntimeFunction();
}

Params kernel::getCalledParams(RuntimeKernelOpInterface op) {
  if (isa<SegmentOp>(op->getParentOp()))
    return cast<RowKernelOpInterface>(op.getOperation()).getRowParams();
  return op.getParams();
}

Value kernel::getMemoryRoot(Value value) {
  while (auto view = value.getDefiningOp<ViewOp>())
    value = view.getSource();
  return value;
}

BufferOp kernel::getRootBuffer(Value value) {
  return getMemoryRoot(value).getDefiningOp<BufferOp>();
}

void kernel::detail::getKernelEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand *operand : op.getDpsInputOperands())
    effects.emplace_back(MemoryEffects::Read::get(), operand);
  for (OpOperand &operand : op.getDpsInitsMutable())
    effects.emplace_back(MemoryEffects::Write::get(), &operand);
}

//===----------------------------------------------------------------------===//
// ModelOp
//===----------------------------------------------------------------------===//

static bool isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

LogicalResult ModelOp::verifyRegions() {
  if (!isCIdentifier(getSymName())) // model_c1
    return emitOpError("expects a C identifier as its name, but got '")
           << getSymName() << "'";
  if (getEntries().empty()) // model_c2
    return emitOpError("expects at least one 'kernel.entry'");
  for (Operation &op : getBody().front()) // model_c3
    if (!isa<GlobalOp, EntryOp>(op))
      return op.emitOpError(
          "expects 'kernel.global' and 'kernel.entry' only in "
          "a 'kernel.model'");
  return success();
}

//===----------------------------------------------------------------------===//
// GlobalOp
//===----------------------------------------------------------------------===//

MemRefType GlobalOp::getMemRefType() {
  auto type = cast<ShapedType>(getValue().getType());
  return MemRefType::get(type.getShape(), type.getElementType());
}

int64_t GlobalOp::getSizeInBytes() {
  return ::getBytes(cast<ShapedType>(getValue().getType()));
}

std::vector<char> GlobalOp::getBytes() {
  ElementsAttr value = getValue();
  ArrayRef<char> data;
  bool isSplat = false;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      data = blob->getData();
  } else if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    data = dense.getRawData();
    isSplat = dense.isSplat();
  }
  if (!isSplat)
    return std::vector<char>(data.begin(), data.end());
  std::vector<char> bytes;
  bytes.reserve(getSizeInBytes());
  for (int64_t i = 0, e = value.getNumElements(); i < e; ++i)
    bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

LogicalResult GlobalOp::verify() {
  ElementsAttr value = getValue();
  Type element = value.getElementType();
  if (!element.isInteger(8) && !element.isInteger(16) &&
      !element.isInteger(32) && !element.isF32()) // global_c1
    return emitOpError("expects elements of type i8, i16, i32 or f32, but got ")
           << element;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) { // global_c2
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return emitOpError("expects data for resource '")
             << resource.getRawHandle().getKey()
             << "', but the module holds none; is it cut?";
    if (static_cast<int64_t>(blob->getData().size()) != getSizeInBytes())
      return emitOpError("expects ")
             << getSizeInBytes() << " bytes in resource '"
             << resource.getRawHandle().getKey() << "' for " << value.getType()
             << ", but got " << blob->getData().size();
  } else if (!isa<DenseElementsAttr>(value)) {
    return emitOpError("expects 'dense' or 'dense_resource' elements, but got ")
           << Attribute(value);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// EntryOp
//===----------------------------------------------------------------------===//

SmallVector<BufferOp> EntryOp::getBuffersOfKind(BufferKind kind) {
  SmallVector<BufferOp> buffers;
  for (BufferOp buffer : getBuffers())
    if (buffer.getKind() == kind)
      buffers.push_back(buffer);
  return buffers;
}

SmallVector<RuntimeKernelOpInterface> EntryOp::getKernels() {
  SmallVector<RuntimeKernelOpInterface> kernels;
  getBody().walk([&](RuntimeKernelOpInterface op) { kernels.push_back(op); });
  return kernels;
}

/// Verifies who reads an input that the caller hands over row by row.
static LogicalResult verifyPushedInput(EntryOp entry) {
  SmallVector<BufferOp> inputs = entry.getBuffersOfKind(BufferKind::Input);
  auto pushed =
      llvm::find_if(inputs, [](BufferOp buffer) { return buffer.isPushed(); });
  if (pushed == inputs.end())
    return success();
  if (inputs.size() > 1) // entry_c5
    return pushed->emitOpError("expects to be the only input, because it is a "
                               "ring, but its entry has ")
           << inputs.size();
  auto steps =
      llvm::make_filter_range(entry.getBody().front(), [](Operation &op) {
        return isa<SegmentOp, RuntimeKernelOpInterface>(op);
      });
  auto segment =
      steps.empty() ? SegmentOp() : dyn_cast<SegmentOp>(*steps.begin());
  for (Operation *user : (*pushed)->getUsers())
    if (!segment || user->getParentOp() != segment) // entry_c5
      return user->emitOpError("reads '")
             << pushed->getName()
             << "', an input that is a ring, which only the first step may "
                "read, a 'kernel.segment'";
  return success();
}

LogicalResult EntryOp::verifyRegions() {
  for (Operation &op : getBody().front()) // entry_c1
    if (!isa<BufferOp, GetGlobalOp, ViewOp, SegmentOp,
             RuntimeKernelOpInterface>(op))
      return op.emitOpError("expects buffers, references to constants, views, "
                            "kernels and segments only in a 'kernel.entry'");
  std::optional<uint64_t> arena = getArenaBytes(), state = getStateBytes();
  bool hasState = !getBuffersOfKind(BufferKind::State).empty();
  if (state.has_value() != (arena.has_value() && hasState)) // entry_c4
    return emitOpError(state ? "has a size of its state, but no planned buffer "
                               "of kind 'state'"
                             : "expects a size of its state, because it has "
                               "planned buffers of kind 'state'");
  if (failed(verifyPushedInput(*this)))
    return failure();
  for (BufferOp buffer : getBuffers()) {
    std::optional<uint64_t> offset = buffer.getOffset();
    if (offset.has_value() != arena.has_value()) // entry_c2
      return buffer.emitOpError(offset ? "has an offset, but its entry has no "
                                         "arena size"
                                       : "expects an offset, because its entry "
                                         "has an arena size");
    if (!offset)
      continue;
    uint64_t end = *offset + buffer.getSizeInBytes();
    uint64_t size = buffer.isState() ? *state : *arena;
    if (end > size) // entry_c3
      return buffer.emitOpError("'")
             << buffer.getName() << "' expects to end inside the "
             << (buffer.isState() ? "state" : "arena") << " of " << size
             << " bytes, but ends at " << end;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// SegmentOp, RingAttr
//===----------------------------------------------------------------------===//

SmallVector<RowKernelOpInterface> SegmentOp::getKernels() {
  return llvm::to_vector(getBody().getOps<RowKernelOpInterface>());
}

/// Verifies what keeps the numbers of rows while the segment waits for one.
static LogicalResult verifyCounters(SegmentOp segment,
                                    const RowSchedule &schedule) {
  Value counters = segment.getCounters();
  if (bool(counters) != schedule.isPushed()) // segment_c4
    return segment.emitOpError(
        counters ? "has counters, but no input that is a ring"
                 : "expects counters, because its input is a ring");
  if (!counters)
    return success();
  BufferOp buffer = getRootBuffer(counters);
  auto numbers = int64_t(schedule.getKernels().size());
  if (!buffer || buffer.getKind() != BufferKind::Counters ||
      !counters.hasOneUse() ||
      buffer.getMemRefType().getNumElements() != numbers) // segment_c4
    return segment.emitOpError("expects ")
           << numbers << " counters of its own, one for the input and one for "
           << "each kernel";
  return success();
}

LogicalResult SegmentOp::verifyRegions() {
  llvm::SmallPtrSet<Operation *, 8> written;
  auto isWrittenInside = [&](BufferOp buffer) {
    return llvm::any_of(getBody().getOps<DestinationStyleOpInterface>(),
                        [&](DestinationStyleOpInterface op) {
                          return llvm::any_of(op.getDpsInits(), [&](Value init) {
                            return getRootBuffer(init) == buffer;
                          });
                        });
  };
  for (Operation &op : getBody().front()) {
    auto kernel = dyn_cast<RowKernelOpInterface>(op);
    if (!kernel || !kernel.hasRowForm()) // segment_c1
      return op.emitOpError("expects kernels with a form for rows only in a "
                            "'kernel.segment'");
    auto destination = cast<DestinationStyleOpInterface>(op);
    for (Value value : op.getOperands())
      if (value.getDefiningOp<ViewOp>() && getRootBuffer(value) &&
          isWrittenInside(getRootBuffer(value))) // segment_c2
        return op.emitOpError("expects no view of what its 'kernel.segment' "
                              "writes");
    if (!written.insert(getRootBuffer(destination.getDpsInits().front()))
             .second) // segment_c2
      return op.emitOpError(
          "writes what another kernel of its 'kernel.segment' writes");
  }
  SmallVector<RowKernelOpInterface> ops = getKernels();
  RowSchedule schedule(ops);
  if (!schedule.run([](unsigned, ArrayRef<int64_t>) {}))
    return emitOpError("expects kernels in the order of their data");
  SmallVector<int64_t> capacities = schedule.computeCapacities();
  for (auto [kernel, rows] : llvm::zip(schedule.getKernels(), capacities)) {
    MemRefType type = BufferOp(kernel.result).getMemRefType();
    if (getRowPlaces(type) < rows) { // segment_c3
      Operation *op = kernel.isInput
                          ? BufferOp(kernel.result).getOperation()
                          : RowKernelOpInterface(kernel.op).getOperation();
      return op->emitOpError(kernel.isInput ? "expects"
                                            : "expects a result with")
             << " places for " << rows
             << " rows, which are needed at a time, but got " << type;
    }
    for (const RowSchedule::Operand &operand : kernel.operands) {
      BufferOp buffer = operand.buffer;
      RowKernelOpInterface op = kernel.op;
      if (operand.producer < 0 &&
          isa<RingAttr>(buffer.getMemRefType().getLayout())) // segment_c3
        return op.emitOpError("reads a ring that no kernel before it in its "
                              "'kernel.segment' writes");
    }
  }
  return verifyCounters(*this, schedule);
}

AffineMap RingAttr::getAffineMap() const {
  SmallVector<AffineExpr> exprs;
  for (unsigned dim : {0, 1, 2, 3})
    exprs.push_back(getAffineDimExpr(dim, getContext()));
  exprs[1] = exprs[1] % getPlaces();
  return AffineMap::get(4, 0, exprs, getContext());
}

LogicalResult
RingAttr::verifyLayout(ArrayRef<int64_t> shape,
                       function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() == 4 && shape[0] == 1 && getPlaces() >= 1 &&
      getPlaces() <= shape[1])
    return success();
  return emitError() << "expects a ring of 1 to 'rows' places in a memref of "
                        "shape [1, rows, columns, channels], but got "
                     << getPlaces() << " and [" << shape << "]";
}

//===----------------------------------------------------------------------===//
// BufferOp, GetGlobalOp, ViewOp
//===----------------------------------------------------------------------===//

bool BufferOp::isPushed() {
  return getKind() == BufferKind::Input &&
         isa<RingAttr>(getMemRefType().getLayout());
}

int64_t BufferOp::getSizeInBytes() {
  MemRefType type = getMemRefType();
  if (isa<RingAttr>(type.getLayout()))
    return getRowPlaces(type) * getRowBytes(type);
  return ::getBytes(type);
}

LogicalResult BufferOp::verify() {
  bool isRing = isa<RingAttr>(getMemRefType().getLayout());
  if (isRing ? getKind() != BufferKind::Internal && !isPushed()
             : !getMemRefType().getLayout().isIdentity()) // buffer_c1
    return emitOpError("expects the identity layout, or that of a ring in a "
                       "buffer of kind 'internal' or 'input', but got ")
           << getMemRefType();
  if (getOffset().value_or(0) % EntryOp::bufferAlignment != 0) // buffer_c2
    return emitOpError("expects an offset that is a multiple of ")
           << EntryOp::bufferAlignment << ", but got " << *getOffset();
  if (getInitial().has_value() != isState()) // buffer_c3
    return emitOpError(isState() ? "expects initial contents of a state"
                                 : "has initial contents, but is no state");
  auto number = dyn_cast_or_null<TypedAttr>(getInitialAttr());
  Type element = getMemRefType().getElementType();
  if (number && number.getType() != element) // buffer_c4
    return emitOpError("expects an initial number of ")
           << element << ", but got " << number;
  return success();
}

LogicalResult BufferOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto symbol = dyn_cast_or_null<FlatSymbolRefAttr>(getInitialAttr());
  if (!symbol)
    return success();
  auto model = (*this)->getParentOfType<ModelOp>();
  auto global =
      model ? tables.lookupSymbolIn<GlobalOp>(model, symbol) : GlobalOp();
  if (!global) // buffer_c4
    return emitOpError("expects ")
           << symbol << " to be a 'kernel.global' of its model";
  MemRefType have = global.getMemRefType(), want = getMemRefType();
  if (have.getElementType() == want.getElementType() &&
      have.getNumElements() == want.getNumElements())
    return success();
  InFlightDiagnostic diagnostic = // buffer_c4
      emitOpError("expects initial contents of ")
      << want.getNumElements() << " elements of " << want.getElementType()
      << ", but got " << have.getNumElements() << " of "
      << have.getElementType();
  diagnostic.attachNote(global.getLoc()) << "the global is here";
  return diagnostic;
}

LogicalResult GetGlobalOp::verifySymbolUses(SymbolTableCollection &tables) {
  auto model = (*this)->getParentOfType<ModelOp>();
  auto global = model ? tables.lookupSymbolIn<GlobalOp>(model, getGlobalAttr())
                      : GlobalOp();
  if (!global) // get_global_c1
    return emitOpError("expects '")
           << getGlobal() << "' to be a 'kernel.global' of its model";
  if (global.getMemRefType() != getMemory().getType()) { // get_global_c2
    InFlightDiagnostic diagnostic = emitOpError("expects result type ")
                                    << global.getMemRefType() << ", but got "
                                    << getMemory().getType();
    diagnostic.attachNote(global.getLoc()) << "the global is here";
    return diagnostic;
  }
  return success();
}

Value ViewOp::getViewSource() { return getSource(); }

LogicalResult ViewOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto result = cast<MemRefType>(getMemory().getType());
  if (source.getNumElements() != result.getNumElements() ||
      source.getElementTypeBitWidth() !=
          result.getElementTypeBitWidth()) // view_c1
    return emitOpError("expects as many elements of the same width in the "
                       "result, but got ")
           << source << " and " << result;
  return success();
}

#define GET_OP_CLASSES
#include "ofa/Dialect/Kernel/IR/KernelOps.cpp.inc"
