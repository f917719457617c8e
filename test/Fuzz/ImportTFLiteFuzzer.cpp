//===- ImportTFLiteFuzzer.cpp - Any bytes as a TFLite model ---------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer program. Every input gives one diagnostic, or a module that
// verifies and whose text is read back as a module.
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/TFLite/ImportTFLite.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

// MLIR's library has no instrumentation: its containers' annotations would not
// match, and what it keeps until the end of the process is no leak.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_leaks=0";
}

static void require(bool condition, StringRef property, StringRef text) {
  if (condition)
    return;
  llvm::errs() << "expects " << property << ", but got:\n" << text << "\n";
  abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context
      .loadDialect<ofa::OFADialect, func::FuncDialect, quant::QuantDialect>();
  unsigned errors = 0;
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    ++errors;
    text += diagnostic.str() + "\n";
  });

  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      StringRef(reinterpret_cast<const char *>(data), size), "model.tflite");
  OwningOpRef<ModuleOp> module = ofa::importTFLite(*buffer, {}, context);
  require(errors == (module ? 0 : 1), "a module or one diagnostic", text);
  if (!module)
    return 0;
  require(succeeded(verify(*module)), "a module that verifies", text);

  llvm::raw_string_ostream stream(text);
  module->print(stream);
  auto read = parseSourceString<ModuleOp>(text, ParserConfig(&context));
  require(bool(read), "text that can be read", text);
  return 0;
}
