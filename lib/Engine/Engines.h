//===- Engines.h - The kinds of engines -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_ENGINE_ENGINES_H
#define OFA_LIB_ENGINE_ENGINES_H

#include "ofa/Engine/Engine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::kernel {
class ModelOp;
} // namespace mlir::kernel

namespace mlir::ofa {

/// Runs the only function of `module` by lib/Execution.
FailureOr<std::unique_ptr<Engine>>
createInProcessEngine(OwningOpRef<ModuleOp> module);

/// Prints `model` as C, builds it and runs it, on the host or emulated.
FailureOr<std::unique_ptr<Engine>>
createCompiledEngine(kernel::ModelOp model, const EngineOptions &options);

} // namespace mlir::ofa

#endif // OFA_LIB_ENGINE_ENGINES_H
