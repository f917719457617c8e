//===- ModuleFile.h - Reading modules without accepting parts ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR reads empty input as an empty module, and a text that ends inside its
// resources as if it were whole. For the tools here both mean that a file was
// cut, or that the left side of a pipe failed, and must not end in success.
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SUPPORT_MODULEFILE_H
#define OFA_SUPPORT_MODULEFILE_H

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <memory>

namespace llvm {
class MemoryBuffer;
}

namespace mlir {
class MLIRContext;
class ModuleOp;
} // namespace mlir

namespace mlir::ofa {

/// Why `buffer`, text or bytecode, cannot be a whole module, as a continuation
/// of "error: 'name' "; empty where nothing speaks against it.
llvm::StringRef findFault(llvm::MemoryBufferRef buffer);

/// Opens `path` ("-": standard input); null after one message on stderr where
/// it cannot be read or is not a whole module.
std::unique_ptr<llvm::MemoryBuffer> openModuleFile(llvm::StringRef path);

/// Fails after one diagnostic where `module` has no operation.
LogicalResult verifyNotEmpty(ModuleOp module);

/// Opens, parses and verifies a module that has content; null after one
/// diagnostic or message on stderr. The context must have all dialects.
OwningOpRef<ModuleOp> readModuleFile(llvm::StringRef path,
                                     MLIRContext &context);

} // namespace mlir::ofa

#endif // OFA_SUPPORT_MODULEFILE_H
