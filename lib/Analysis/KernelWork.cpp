//===- KernelWork.cpp - What a layer's cycles are derived from ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Analysis/KernelWork.h"
#include "ofa/Analysis/LatencyKeys.h"

using namespace mlir;
using namespace mlir::ofa;

/// Adjacent pixels that a step of the portable kernels computes.
static constexpr int64_t stepPixels = 4;

/// Kernel rows inside the image, summed over the rows of the result.
static int64_t countRowsInside(const Window2D &window, int64_t inputs,
                               int64_t outputs) {
  int64_t count = 0;
  for (int64_t y = 0; y < outputs; ++y)
    for (int64_t k = 0; k < window.extent[0]; ++k) {
      int64_t row =
          y * window.stride[0] - window.before[0] + k * window.dilation[0];
      count += row >= 0 && row < inputs;
    }
  return count;
}

/// Columns of the image that the window's steps in one row read, of those steps
/// that are cut short or pass its sides.
static int64_t countBorderColumns(const Window2D &window, int64_t inputs,
                                  int64_t outputs) {
  int64_t columns = (stepPixels - 1) * window.stride[1] +
                    (window.extent[1] - 1) * window.dilation[1] + 1;
  int64_t count = 0;
  for (int64_t x = 0; x < outputs; x += stepPixels) {
    int64_t first = x * window.stride[1] - window.before[1];
    if (x + stepPixels > outputs || first < 0 || first + columns > inputs)
      count += columns;
  }
  return count;
}

KernelWork ofa::getKernelWork(Operation *op,
                              ArrayRef<SmallVector<int64_t>> operands,
                              ArrayRef<int64_t> result) {
  auto cost = cast<CostOpInterface>(op);
  KernelWork work = {};
  int64_t macs = cost.countMacs(operands, result);
  int64_t outputs = ShapedType::getNumElements(result);
  work[MacTerm] = double(macs);
  work[OutputTerm] = double(outputs);
  work[CallTerm] = 1;
  if (!operands.empty())
    work[InputTerm] = double(ShapedType::getNumElements(operands.front()));
  std::optional<Window2D> window = getActiveWindow(op, operands);
  if (!window || result.size() != 4)
    return work;
  ArrayRef<int64_t> image = operands.front();
  int64_t steps = llvm::divideCeil(result[2], stepPixels);
  int64_t rows = countRowsInside(*window, image[1], result[1]);
  // Inputs of one channel of the result at one place of the window.
  int64_t depth = std::max<int64_t>(
      macs / (outputs * window->extent[0] * window->extent[1]), 1);
  double channels = double(result[3] * depth);
  work[StepTerm] = double(result[1] * steps * result[3]);
  work[StepMacTerm] = double(rows * steps * window->extent[1]) * channels;
  work[BorderTerm] =
      double(rows * countBorderColumns(*window, image[2], result[2])) *
      channels;
  return work;
}
