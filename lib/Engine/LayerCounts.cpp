//===- LayerCounts.cpp - Instructions of each kernel of firmware ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Engine/LayerCounts.h"
#include "Program.h"
#include "ofa/Device/Device.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Target/C/EmitC.h"
#include <numeric>

using namespace mlir;
using namespace mlir::ofa;

int64_t LayerCounts::getTotal() const {
  return std::accumulate(kernels.begin(), kernels.end(), run);
}

FailureOr<LayerCounts> ofa::countLayers(kernel::ModelOp model,
                                        const Device &device,
                                        ArrayRef<uint8_t> input,
                                        StringRef folder) {
  FailureOr<FileSet> files = emitC(model);
  if (failed(files))
    return failure();
  llvm::Expected<Program> program =
      Program::build(*files, model, &device, folder,
                     /*traces=*/false, /*keepObjects=*/true);
  if (!program)
    return model.emitError("cannot be built: ")
           << llvm::toString(program.takeError());
  llvm::Expected<std::vector<KernelCount>> counts =
      program->countKernels(input);
  if (!counts)
    return model.emitError("cannot be run: ")
           << llvm::toString(counts.takeError());
  LayerCounts result;
  result.run = counts->back().instructions;
  counts->pop_back();
  auto kernels = llvm::to_vector((*model.getEntries().begin()).getKernels());
  if (counts->size() != kernels.size())
    return model.emitError("expects ")
           << kernels.size() << " calls of kernels to be counted, but got "
           << counts->size();
  for (auto [op, count] : llvm::zip(kernels, *counts)) {
    if (op.getRuntimeFunction() != count.function)
      return op.emitError("expects a call of '")
             << op.getRuntimeFunction() << "' to be counted, but got '"
             << count.function << "'";
    result.kernels.push_back(count.instructions);
  }
  return result;
}
