//===- ModuleFile.cpp - Reading modules without accepting parts -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Support/ModuleFile.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

StringRef ofa::findFault(llvm::MemoryBufferRef buffer) {
  StringRef text = buffer.getBuffer();
  if (text.trim().empty())
    return "is empty: is the file cut, or did the left side of a pipe fail?";
  if (text.substr(4).starts_with("TFL3"))
    return "is a TFLite model: make a module of it by 'ofa-translate "
           "--import-tflite'";
  // The magic number of torch.save, in a pickle; and its other format.
  if (text.starts_with("\x80\2\x8a\x0a\x6c\xfc\x9c\x46") ||
      text.starts_with("PK\3\4"))
    return "is a checkpoint of PyTorch or another archive: make a module of a "
           "supernet by 'ofa-translate --import-ofa-checkpoint'";
  if (isBytecode(buffer))
    return "";
  size_t resources = text.rfind("\n{-#");
  if (resources != StringRef::npos &&
      text.find("#-}", resources) == StringRef::npos)
    return "ends inside its resources: is the file cut?";
  return "";
}

std::unique_ptr<llvm::MemoryBuffer> ofa::openModuleFile(StringRef path) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer) {
    llvm::errs() << "error: " << message << "\n";
    return nullptr;
  }
  StringRef fault = findFault(*buffer);
  if (fault.empty())
    return buffer;
  llvm::errs() << "error: '" << buffer->getBufferIdentifier() << "' " << fault
               << "\n";
  return nullptr;
}

LogicalResult ofa::verifyNotEmpty(ModuleOp module) {
  if (!module.getBody()->empty())
    return success();
  return module.emitError("expects a module that holds something: is the file "
                          "cut, or did the left side of a pipe fail?");
}

OwningOpRef<ModuleOp> ofa::readModuleFile(StringRef path,
                                          MLIRContext &context) {
  std::unique_ptr<llvm::MemoryBuffer> buffer = openModuleFile(path);
  if (!buffer)
    return nullptr;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (module && failed(verifyNotEmpty(*module)))
    return nullptr;
  return module;
}
