//===- Translation.h - What ofa-translate can do ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TARGET_TRANSLATION_H
#define OFA_TARGET_TRANSLATION_H

#include "ofa/Target/FileSet.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <functional>
#include <map>

namespace mlir::ofa {

/// What a translation gets. Errors go to the context's diagnostics.
struct TranslationInput {
  MLIRContext *context;
  /// The verified input of a translation that reads a module; else null.
  ModuleOp module;
  /// The input of a translation that reads a file; its data is aligned to 16
  /// bytes and its identifier is the file's path. Else empty.
  llvm::MemoryBufferRef file;
  /// The input of a translation that reads a folder, or a file itself.
  std::string path;
  /// What follows `=` in `--name=value`; empty without.
  std::string value;
  /// The values of the translation's options that were given.
  std::map<std::string, std::string> options;
  /// Of repeatable ones, in the order of the command line.
  std::map<std::string, std::vector<std::string>> lists;
};

/// What a translation makes: one module, or files for a folder, of which the
/// first is what a reader wants to see.
struct TranslationOutput {
  OwningOpRef<ModuleOp> module;
  /// Whether the module is written as bytecode wherever it goes.
  bool asBytecode = false;
  FileSet files;
};

struct TranslationOption {
  std::string name; ///< `--name=value`; `--name` if it is a flag
  std::string help;
  bool isFlag = false;
  bool isRepeatable = false;
};

struct Translation {
  enum class Value { None, Required };
  enum class Input { None, Module, File, Path };

  std::string name; ///< `--name`
  std::string help;
  /// Examples and long explanations for the top of the help text.
  std::string overview;
  Value value = Value::None;
  /// What it reads from the input file.
  Input input = Input::Module;
  std::vector<TranslationOption> options;
  std::function<FailureOr<TranslationOutput>(const TranslationInput &)> run;
};

/// All translations, in the order of the help text.
using TranslationRegistry = std::vector<Translation>;

/// Adds `--emit-c`.
void registerEmitC(TranslationRegistry &registry);
/// Adds `--import-ofa-checkpoint`.
void registerImportOFACheckpoint(TranslationRegistry &registry);
/// Adds `--import-ofa-config`.
void registerImportOFAConfig(TranslationRegistry &registry);
/// Adds `--import-tflite`.
void registerImportTFLite(TranslationRegistry &registry);
/// Adds `--make-supernet`.
void registerMakeSupernet(TranslationRegistry &registry);

} // namespace mlir::ofa

#endif // OFA_TARGET_TRANSLATION_H
