//===- ofa-translate.cpp - Modules to other formats and back ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A main of its own: the stock one cannot write a folder, and takes a module
// that was cut for a whole one.

#include "ofa/InitAll.h"
#include "ofa/Support/ModuleFile.h"
#include "ofa/Target/FileSet.h"
#include "ofa/Target/Translation.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include <memory>

namespace cl = llvm::cl;
using namespace mlir;

namespace {

/// The options of the command line that come from the registry.
class RegistryOptions {
public:
  RegistryOptions(const ofa::TranslationRegistry &registry,
                  cl::OptionCategory &category) {
    for (const ofa::Translation &translation : registry) {
      bool takesValue = translation.value == ofa::Translation::Value::Required;
      names.push_back(std::make_unique<cl::opt<std::string>>(
          llvm::StringRef(translation.name), cl::desc(translation.help),
          takesValue ? cl::ValueRequired : cl::ValueOptional,
          cl::cat(category)));
      for (const ofa::TranslationOption &option : translation.options) {
        std::string &help = helps[option.name];
        if (help.find(option.help) == std::string::npos)
          help += (help.empty() ? "" : "; --" + translation.name + ": ") +
                  option.help;
        if (option.isRepeatable)
          lists[option.name] = std::make_unique<cl::list<std::string>>(
              llvm::StringRef(option.name), cl::desc(option.help),
              cl::value_desc("value"), cl::cat(category));
        else if (!values.count(option.name))
          values[option.name] = std::make_unique<cl::opt<std::string>>(
              llvm::StringRef(option.name), cl::desc(option.help),
              cl::value_desc("value"),
              option.isFlag ? cl::ValueOptional : cl::ValueRequired,
              cl::cat(category));
        else
          values[option.name]->setDescription(help);
      }
    }
  }

  /// The indices of the translations on the command line.
  SmallVector<size_t> getRequested() const {
    SmallVector<size_t> requested;
    for (size_t i = 0; i < names.size(); ++i)
      if (names[i]->getNumOccurrences() > 0)
        requested.push_back(i);
    return requested;
  }

  const std::string &getValue(size_t translation) const {
    return names[translation]->getValue();
  }

  std::map<std::string, std::string> getOptions() const {
    std::map<std::string, std::string> given;
    for (const auto &[name, option] : values)
      if (option->getNumOccurrences() > 0)
        given[name] = option->getValue();
    return given;
  }

  std::map<std::string, std::vector<std::string>> getLists() const {
    std::map<std::string, std::vector<std::string>> given;
    for (const auto &[name, list] : lists)
      if (!list->empty())
        given[name] = std::vector<std::string>(list->begin(), list->end());
    return given;
  }

private:
  /// By option; what translations that share one say of it, one after the other.
  std::map<std::string, std::string> helps;
  std::vector<std::unique_ptr<cl::opt<std::string>>> names;
  std::map<std::string, std::unique_ptr<cl::opt<std::string>>> values;
  std::map<std::string, std::unique_ptr<cl::list<std::string>>> lists;
};

} // namespace

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "ofa-translate") << message << "\n";
  return 1;
}

/// The options of other translations are mistakes.
template <typename Options>
static bool checkOptions(const ofa::Translation &translation,
                         const Options &given) {
  for (const auto &[name, value] : given)
    if (llvm::none_of(translation.options,
                      [&, &name = name](const ofa::TranslationOption &option) {
                        return option.name == name;
                      })) {
      fail("--" + translation.name + " does not take --" + name);
      return false;
    }
  return true;
}

/// Prints diagnostics about a file that has no lines: `model.tflite: error:
/// operator 3: ...`, from a NameLoc in the file's location.
static void printFileDiagnostic(Diagnostic &diagnostic) {
  llvm::raw_ostream &os = llvm::errs();
  Location loc = diagnostic.getLocation();
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ": ";
  bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
  os << (isError ? "error: " : "note: ");
  if (auto part = dyn_cast<NameLoc>(loc))
    os << part.getName().getValue() << ": ";
  os << diagnostic << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    printFileDiagnostic(note);
}

static FailureOr<ofa::TranslationOutput>
translateFile(const ofa::Translation &translation, ofa::TranslationInput &input,
              StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
      llvm::Align(16));
  if (std::error_code code = buffer.getError()) {
    fail("cannot read '" + path + "': " + code.message());
    return failure();
  }
  input.file = **buffer;
  ScopedDiagnosticHandler handler(input.context, printFileDiagnostic);
  return translation.run(input);
}

static FailureOr<ofa::TranslationOutput>
translate(const ofa::Translation &translation, ofa::TranslationInput &input,
          StringRef path) {
  switch (translation.input) {
  case ofa::Translation::Input::None:
    return translation.run(input);
  case ofa::Translation::Input::File:
    return translateFile(translation, input, path);
  case ofa::Translation::Input::Path: {
    if (path == "-") {
      fail("--" + translation.name + " reads no standard input: name a file or "
                                     "folder");
      return failure();
    }
    input.path = path.str();
    ScopedDiagnosticHandler handler(input.context, printFileDiagnostic);
    return translation.run(input);
  }
  case ofa::Translation::Input::Module:
    break;
  }
  OwningOpRef<ModuleOp> module = ofa::readModuleFile(path, *input.context);
  if (!module)
    return failure();
  input.module = *module;
  return translation.run(input);
}

static llvm::Error writeModule(ModuleOp module, StringRef path,
                               bool asBytecode) {
  std::string content;
  llvm::raw_string_ostream os(content);
  if (!asBytecode) {
    module.print(os);
    os << "\n";
  } else if (failed(writeBytecodeToFile(module, os))) {
    return llvm::createStringError("cannot write the module as bytecode");
  }
  return ofa::writeFile(path, content);
}

static llvm::Error write(ofa::TranslationOutput &output, StringRef path) {
  if (output.module)
    return writeModule(*output.module, path,
                       output.asBytecode || path.ends_with(".mlirbc"));
  if (path == "-")
    return ofa::writeFile("-", output.files.front().content);
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_directory(path))
    return llvm::createStringError(
        "'" + path + "' is a file, but a folder is needed for " +
        llvm::Twine(output.files.size()) + " files: give another -o");
  return ofa::writeFileSet(path, output.files);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  ofa::TranslationRegistry registry;
  ofa::registerAllTranslations(registry);

  cl::OptionCategory category("OFA translation");
  cl::opt<std::string> input(cl::Positional, cl::desc("<input file>"),
                             cl::init("-"), cl::cat(category));
  cl::opt<std::string> output(
      "o",
      cl::desc("Where the result goes: a file, or a folder for a set of "
               "files (default: standard output)"),
      cl::value_desc("path"), cl::init("-"), cl::cat(category));
  RegistryOptions options(registry, category);
  cl::HideUnrelatedOptions(category);
  std::string overview = "OFA: modules to other formats and back\n\n";
  for (const ofa::Translation &translation : registry)
    overview += translation.overview;
  cl::ParseCommandLineOptions(argc, argv, overview);

  SmallVector<size_t> requested = options.getRequested();
  if (requested.size() != 1)
    return fail(requested.empty() ? "no translation is given; see --help"
                                  : "more than one translation is given");
  const ofa::Translation &translation = registry[requested.front()];
  std::map<std::string, std::string> given = options.getOptions();
  std::map<std::string, std::vector<std::string>> lists = options.getLists();
  if (!checkOptions(translation, given) || !checkOptions(translation, lists))
    return 1;
  if (translation.value == ofa::Translation::Value::None &&
      !options.getValue(requested.front()).empty())
    return fail("--" + translation.name + " takes no value, but got '" +
                options.getValue(requested.front()) + "'");

  DialectRegistry dialects;
  ofa::registerAllDialects(dialects);
  MLIRContext context(dialects, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  context.printOpOnDiagnostic(false);
  ofa::TranslationInput translationInput{&context,
                                         {},
                                         {},
                                         {},
                                         options.getValue(requested.front()),
                                         std::move(given),
                                         std::move(lists)};
  FailureOr<ofa::TranslationOutput> result =
      translate(translation, translationInput, input);
  if (failed(result))
    return 1;
  if (llvm::Error error = write(*result, output))
    return fail(llvm::toString(std::move(error)));
  return 0;
}
