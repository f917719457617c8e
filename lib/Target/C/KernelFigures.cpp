//===- KernelFigures.cpp - Measured stack and code of kernels -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The figures are the runtime's own (runtime/ports/measure.py); a test fails
// where they no longer describe the kernels.
//
//===----------------------------------------------------------------------===//

#include "ModelLayout.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::ofa;

namespace {
constexpr StringRef cores[] = {"cortex-m0plus", "cortex-m3",  "cortex-m4",
                               "cortex-m7",     "cortex-m33", "cortex-m55",
                               "rv32imac"};

struct KernelFigures {
  StringRef function;
  int64_t stack;
  int64_t code[std::size(cores)];
};

#define OFA_KERNEL_FIGURES(function, stack, ...)                               \
  {#function, stack, {__VA_ARGS__}},
constexpr KernelFigures figures[] = {
#include "kernel_figures.inc"
};
#undef OFA_KERNEL_FIGURES
} // namespace

static const KernelFigures *findFigures(StringRef function) {
  const KernelFigures *found =
      llvm::find_if(figures, [&](const KernelFigures &candidate) {
        return candidate.function == function;
      });
  return found == std::end(figures) ? nullptr : found;
}

std::optional<int64_t> ofa::findKernelStack(StringRef function) {
  const KernelFigures *found = findFigures(function);
  return found ? std::optional(found->stack) : std::nullopt;
}

// The frames of <name>_run and of the function with the layers: 16 to 48 bytes
// on the cores and at the optimisation levels of kernel_figures.inc.
int64_t ofa::getEntryStack() { return 64; }

std::optional<int64_t> ofa::findKernelCode(StringRef function, StringRef core) {
  const auto *column = llvm::find(cores, core);
  const KernelFigures *found = findFigures(function);
  if (column == std::end(cores) || !found)
    return std::nullopt;
  return found->code[column - cores];
}

std::optional<int64_t> ofa::computeCodeBytes(kernel::ModelOp model,
                                             StringRef core) {
  const StringRef *column = llvm::find(cores, core);
  if (column == std::end(cores))
    return std::nullopt;
  int64_t bytes = 0;
  llvm::StringSet<> counted;
  for (kernel::RuntimeKernelOpInterface op :
       (*model.getEntries().begin()).getKernels()) {
    const KernelFigures *found = findFigures(kernel::getCalledFunction(op));
    if (!found)
      return std::nullopt;
    if (counted.insert(found->function).second)
      bytes += found->code[column - cores];
  }
  return bytes;
}
