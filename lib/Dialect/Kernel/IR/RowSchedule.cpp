//===- RowSchedule.cpp - Kernels that run row by row ------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::kernel;

int64_t kernel::getRowBytes(MemRefType type) {
  return type.getDimSize(2) * type.getDimSize(3) *
         (type.getElementTypeBitWidth() / 8);
}

RowSchedule::RowSchedule(ArrayRef<RowKernelOpInterface> ops) {
  llvm::DenseMap<Operation *, unsigned> producers; // by buffer
  llvm::SmallPtrSet<Operation *, 16> own;
  for (RowKernelOpInterface op : ops)
    for (Value value : op->getOperands())
      if (BufferOp buffer = getRootBuffer(value);
          buffer && buffer.isPushed() && !producers.contains(buffer)) {
        producers[buffer] = kernels.size();
        Kernel &input = kernels.emplace_back();
        input.result = buffer;
        input.rows = buffer.getMemRefType().getDimSize(1);
        input.isInput = true;
      }
  for (RowKernelOpInterface op : ops) {
    own.insert(op);
    auto destination = cast<DestinationStyleOpInterface>(op.getOperation());
    Kernel kernel;
    kernel.op = op;
    kernel.result = getRootBuffer(destination.getDpsInits().front());
    kernel.rows = kernel.result.getMemRefType().getDimSize(1);
    kernel.step = op.getRowStep();
    kernel.isSum = op.getSumBytes() != 0;
    for (OpOperand *operand : destination.getDpsInputOperands()) {
      BufferOp buffer = getRootBuffer(operand->get());
      if (!buffer) // A constant.
        continue;
      Operand item = {
          buffer, getRowBytes(cast<MemRefType>(operand->get().getType())),
          op.getRowWindow(*operand), -1};
      if (auto found = producers.find(buffer); found != producers.end()) {
        item.producer = found->second;
        kernels[found->second].readers.emplace_back(kernels.size(),
                                                    kernel.operands.size());
      }
      if (kernel.isSum)
        kernel.rows = item.window.rows;
      kernel.operands.push_back(item);
    }
    producers[kernel.result] = kernels.size();
    kernels.push_back(std::move(kernel));
  }
  for (Kernel &kernel : kernels)
    kernel.isKept =
        !kernel.isInput &&
        (kernel.isSum || kernel.result.getKind() != BufferKind::Internal ||
         llvm::any_of(kernel.result->getUsers(),
                      [&](Operation *user) { return !own.contains(user); }));
  findCalls();
}

SmallVector<BufferOp> RowSchedule::getInputs() const {
  llvm::SetVector<Operation *> inputs;
  for (const Kernel &kernel : kernels)
    for (const Operand &operand : kernel.operands)
      if (operand.producer < 0)
        inputs.insert(BufferOp(operand.buffer));
  return llvm::map_to_vector(inputs,
                             [](Operation *op) { return cast<BufferOp>(op); });
}

std::optional<unsigned> RowSchedule::findNext(ArrayRef<int64_t> made,
                                              unsigned end) const {
  for (unsigned i = end; i-- != 0;) {
    const Kernel &kernel = kernels[i];
    if (made[i] >= kernel.rows)
      continue;
    bool isReady =
        llvm::all_of(kernel.operands, [&](const Operand &operand) {
          return operand.producer < 0 ||
                 made[operand.producer] >= getWanted(kernel, operand, made[i]);
        });
    bool isWanted =
        kernel.isComplete() || llvm::any_of(kernel.readers, [&](auto reader) {
          auto [index, operand] = reader;
          return made[i] < getWanted(kernels[index],
                                     kernels[index].operands[operand],
                                     made[index]);
        });
    if (isReady && isWanted)
      return i;
  }
  return std::nullopt;
}

void RowSchedule::findCalls() {
  SmallVector<int64_t> made(kernels.size(), 0);
  unsigned end = kernels.size();
  while (std::optional<unsigned> next = findNext(made, end)) {
    calls.push_back(*next);
    made[*next] += kernels[*next].step;
    // Behind it, nothing but its readers may have become the next one.
    end = *next + 1;
    for (auto [reader, operand] : kernels[*next].readers)
      end = std::max(end, reader + 1);
  }
}

bool RowSchedule::run(
    llvm::function_ref<void(unsigned, ArrayRef<int64_t>)> visit) const {
  SmallVector<int64_t> made(kernels.size(), 0);
  for (unsigned call : calls) {
    visit(call, made);
    made[call] += kernels[call].step;
  }
  return llvm::all_of(llvm::zip(kernels, made), [](auto pair) {
    auto &[kernel, rows] = pair;
    return !kernel.isComplete() || rows >= kernel.rows;
  });
}

SmallVector<int64_t> RowSchedule::computeCapacities() const {
  SmallVector<int64_t> capacities(kernels.size(), 1);
  run([&](unsigned index, ArrayRef<int64_t> made) {
    const Kernel &kernel = kernels[index];
    int64_t end = std::min(made[index] + kernel.step, kernel.rows);
    int64_t first = end;
    for (auto [reader, operand] : kernel.readers)
      first = std::min(first, getNeeded(kernels[reader],
                                        kernels[reader].operands[operand],
                                        made[reader]));
    capacities[index] = std::max(capacities[index], end - first);
  });
  for (auto [capacity, kernel] : llvm::zip(capacities, kernels))
    if (kernel.isKept)
      capacity = kernel.getResultRows();
  return capacities;
}

SmallVector<RowSchedule::Turn> RowSchedule::findTurns() const {
  SmallVector<unsigned> last(kernels.size(), 0);
  SmallVector<bool> isTurn(kernels.size(), true);
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    isTurn[i] = !kernel.isKept;
    last[i] = i; // Where nobody reads it.
    for (auto [reader, operand] : kernel.readers)
      last[i] = std::max(last[i], reader);
  }
  // Which of these hold rows that are needed; a call changes its own result
  // and what it reads.
  SmallVector<unsigned> held;
  auto update = [&](unsigned i, ArrayRef<int64_t> made) {
    llvm::erase(held, i);
    if (isTurn[i] && llvm::any_of(kernels[i].readers, [&](auto item) {
          auto [reader, operand] = item;
          return getNeeded(kernels[reader], kernels[reader].operands[operand],
                           made[reader]) < std::min(made[i], kernels[i].rows);
        }))
      held.push_back(i);
  };
  std::optional<unsigned> previous;
  run([&](unsigned index, ArrayRef<int64_t> made) {
    if (previous) {
      update(*previous, made);
      for (const Operand &operand : kernels[*previous].operands)
        if (operand.producer >= 0)
          update(operand.producer, made);
    }
    for (unsigned i : held)
      isTurn[i] &= index >= i && index <= last[i];
    previous = index;
  });
  SmallVector<Turn> turns;
  SmallVector<int64_t> capacities = computeCapacities();
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    if (isTurn[i])
      turns.push_back({kernel.result, unsigned(i), last[i], capacities[i]});
    if (kernel.isInput)
      continue;
    RowKernelOpInterface op = kernel.op;
    for (Value value :
         cast<RuntimeKernelOpInterface>(op.getOperation()).getCallBuffers())
      if (BufferOp buffer = getRootBuffer(value);
          buffer && buffer.getKind() == BufferKind::Scratch &&
          value != op.getSums())
        turns.push_back({buffer, unsigned(i), unsigned(i), 0});
  }
  return turns;
}

std::optional<OverlapRule> RowSchedule::computeOverlap(BufferOp input,
                                                       unsigned kept) const {
  if (input.isPushed())
    return std::nullopt;
  BufferOp result = kernels[kept].result;
  int64_t rowBytes = result.getSizeInBytes() / kernels[kept].getResultRows();
  // Nothing is left to read: the output may begin where the input does.
  int64_t distance = -input.getSizeInBytes();
  run([&](unsigned index, ArrayRef<int64_t> made) {
    if (index != kept ||
        !kernels[index].getEnd(made[index] + kernels[index].step))
      return;
    // What this very call reads must still be there when it ends.
    int64_t first = input.getSizeInBytes();
    for (auto [i, kernel] : llvm::enumerate(kernels))
      for (const Operand &operand : kernel.operands)
        if (operand.buffer == input && made[i] < kernel.rows)
          first = std::min(first, operand.window.getFirst(made[i]) *
                                      operand.rowBytes);
    int64_t end = kernels[index].getEnd(made[index] + kernels[index].step);
    if (first < input.getSizeInBytes())
      distance = std::max(distance, end * rowBytes - first);
  });
  return OverlapRule::atLeast(distance);
}

SmallVector<int64_t> RowSchedule::computePushMACs() const {
  SmallVector<int64_t> macs;
  run([&](unsigned index, ArrayRef<int64_t> made) {
    const Kernel &kernel = kernels[index];
    if (kernel.isInput) {
      macs.push_back(0);
      return;
    }
    int64_t rows = std::min(kernel.step, kernel.rows - made[index]);
    RowKernelOpInterface op = kernel.op;
    macs.back() += cast<RuntimeKernelOpInterface>(op.getOperation()).getMACs() *
                   rows / kernel.rows;
  });
  return macs;
}
