//===- InitAll.h - The only list of dialects and passes ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_INITALL_H
#define OFA_INITALL_H

#include "ofa/Conversion/Passes.h"
#include "ofa/Dialect/Kernel/IR/Kernel.h"
#include "ofa/Dialect/Kernel/Transforms/Passes.h"
#include "ofa/Dialect/OFA/IR/OFA.h"
#include "ofa/Dialect/OFA/Transforms/Passes.h"
#include "ofa/Pipelines/Specialize.h"
#include "ofa/Target/Translation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"

namespace mlir::ofa {

inline void registerAllDialects(DialectRegistry &registry) {
  registry.insert<OFADialect, func::FuncDialect, kernel::KernelDialect,
                  quant::QuantDialect>();
  registerKernelOpExternalModels(registry);
}

inline void registerAllPasses() {
  registerConversionPasses();
  registerOFAPasses();
  kernel::registerKernelPasses();
  registerPipelines();
}

inline void registerAllTranslations(TranslationRegistry &registry) {
  registerImportTFLite(registry);
  registerEmitC(registry);
  registerMakeSupernet(registry);
  registerImportOFACheckpoint(registry);
  registerImportOFAConfig(registry);
}

} // namespace mlir::ofa

#endif // OFA_INITALL_H
