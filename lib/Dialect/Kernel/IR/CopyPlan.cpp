//===- CopyPlan.cpp - Movements of data as loops of copies ------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/Kernel/IR/CopyPlan.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {
struct Loop {
  int64_t count, inputStride, outputStride;
};
} // namespace

/// The box's dimensions, outermost first; neighbours that are one range of
/// elements in both tensors become one loop, those of one step none.
static llvm::SmallVector<Loop>
mergeDimensions(llvm::ArrayRef<int64_t> sizes,
                llvm::ArrayRef<int64_t> inputStrides,
                llvm::ArrayRef<int64_t> outputStrides) {
  llvm::SmallVector<Loop> loops;
  for (auto [size, input, output] :
       llvm::zip_equal(sizes, inputStrides, outputStrides)) {
    if (size == 1)
      continue;
    if (!loops.empty() && loops.back().inputStride == input * size &&
        loops.back().outputStride == output * size)
      loops.back() = {loops.back().count * size, input, output};
    else
      loops.push_back({size, input, output});
  }
  return loops;
}

llvm::SmallVector<Copy> kernel::planCopy(llvm::ArrayRef<int64_t> sizes,
                                         llvm::ArrayRef<int64_t> inputStrides,
                                         llvm::ArrayRef<int64_t> outputStrides,
                                         int64_t inputOffset,
                                         int64_t outputOffset) {
  constexpr size_t mostLoops = 4;
  if (llvm::is_contained(sizes, 0))
    return {};
  llvm::SmallVector<Loop> loops =
      mergeDimensions(sizes, inputStrides, outputStrides);
  Copy copy;
  copy.inputOffset = inputOffset;
  copy.outputOffset = outputOffset;
  if (!loops.empty() && loops.back().inputStride == 1 &&
      loops.back().outputStride == 1)
    copy.run = loops.pop_back_val().count;

  auto isShorter = [](const Loop &a, const Loop &b) {
    return a.count < b.count;
  };
  llvm::SmallVector<Copy> copies = {copy};
  while (loops.size() > mostLoops) {
    auto *shortest = llvm::min_element(loops, isShorter);
    llvm::SmallVector<Copy> steps;
    for (int64_t i = 0; i < shortest->count; ++i)
      for (Copy step : copies) {
        step.inputOffset += i * shortest->inputStride;
        step.outputOffset += i * shortest->outputStride;
        steps.push_back(step);
      }
    copies = std::move(steps);
    loops.erase(shortest);
  }
  if (!loops.empty()) {
    auto *longest = llvm::max_element(loops, isShorter);
    std::rotate(longest, longest + 1, loops.end());
  }
  for (Copy &each : copies)
    for (const Loop &loop : loops) {
      each.counts.push_back(loop.count);
      each.inputStrides.push_back(loop.inputStride);
      each.outputStrides.push_back(loop.outputStride);
    }
  return copies;
}
