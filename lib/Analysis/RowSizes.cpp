//===- RowSizes.cpp - What runs row by row needs --------------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowSizes.h"
#include "ofa/Dialect/Kernel/IR/RowSchedule.h"

using namespace mlir;
using namespace mlir::ofa;

static int64_t align(int64_t bytes) {
  return llvm::alignTo<kernel::EntryOp::bufferAlignment>(bytes);
}

static int64_t getRowBytes(ArrayRef<int64_t> shape) {
  return shape[2] * shape[3];
}

static bool isImage(ArrayRef<int64_t> shape) {
  return shape.size() == 4 && shape[0] == 1;
}

std::optional<RowSizes> ofa::getRowSizes(ArrayRef<ActiveOp> ops,
                                         kernel::Variants variants) {
  ArrayRef<int64_t> image = ops.front().operands.front();
  if (!isImage(image))
    return std::nullopt;
  // The part before makes the first one's rows.
  std::vector<kernel::RowSchedule::Kernel> kernels(1);
  kernels.front().rows = image[1];
  SmallVector<ArrayRef<int64_t>> shapes = {image};
  SmallVector<int> numbers; // by operation
  RowSizes sizes;
  for (const ActiveOp &active : ops) {
    auto getNumber = [&](int producer) {
      return producer == ActiveOp::kImage ? 0 : numbers[producer];
    };
    if (foldsAway(active)) {
      // A view of another shape has other rows.
      int number = getNumber(active.producers.front());
      if (isImage(active.result) != isImage(shapes[number]))
        return std::nullopt;
      numbers.push_back(number);
      continue;
    }
    std::optional<kernel::RowWindow> window =
        isImage(active.result) ? getRowWindow(active, variants) : std::nullopt;
    if (!window)
      return std::nullopt;
    kernel::RowSchedule::Kernel item = {};
    item.rows = active.result[1];
    for (int producer : active.producers) {
      if (producer == ActiveOp::kConstant)
        continue;
      int number = getNumber(producer);
      kernels[number].readers.emplace_back(kernels.size(),
                                           item.operands.size());
      item.operands.push_back(
          {{}, getRowBytes(shapes[number]), *window, number});
    }
    numbers.push_back(kernels.size());
    kernels.push_back(std::move(item));
    shapes.push_back(active.result);
    sizes.scratch = std::max(sizes.scratch, getScratchBytes(active, variants));
  }
  if (kernels.size() == 1 || numbers.back() + 1 != int(kernels.size()))
    return std::nullopt;
  for (kernel::RowSchedule::Kernel &item : kernels)
    item.step = 1;
  kernels.back().isKept = true;

  kernel::RowSchedule schedule(std::move(kernels));
  SmallVector<int64_t> rows = schedule.computeCapacities();
  auto getBytes = [&](size_t kernel) {
    return align(rows[kernel] * getRowBytes(shapes[kernel]));
  };
  sizes.input = align(ShapedType::getNumElements(image));
  sizes.result = getBytes(rows.size() - 1);
  sizes.inputRing = getBytes(0);
  for (size_t kernel = 1; kernel + 1 < rows.size(); ++kernel)
    sizes.rings += getBytes(kernel);
  return sizes;
}

int64_t ofa::getRowPeak(ArrayRef<std::pair<int64_t, const RowSizes *>> parts) {
  // By how many parts are done: the least that they need.
  SmallVector<int64_t, 32> peaks = {0};
  for (size_t last = 0; last != parts.size(); ++last) {
    int64_t best = std::max(peaks[last], parts[last].first);
    // From the last part backwards: rings, and the largest scratch memory.
    int64_t rings = 0, scratch = 0;
    for (size_t first = last + 1; first-- != 0;) {
      const RowSizes *sizes = parts[first].second;
      if (!sizes)
        break;
      rings += sizes->rings;
      scratch = std::max(scratch, sizes->scratch);
      int64_t result = parts[last].second->result;
      if (rings + scratch + result >= best)
        break; // More parts need no less.
      // The result lies over rows of the input that are read; the last window's
      // are not.
      int64_t ends =
          std::min(sizes->input + result,
                   std::max(sizes->input, result) + sizes->inputRing);
      best = std::min(best, std::max(peaks[first], ends + rings + scratch));
      rings += sizes->inputRing;
    }
    peaks.push_back(best);
  }
  return peaks.back();
}
