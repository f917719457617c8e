//===- RuntimeFiles.cpp - The runtime's files inside the compiler ---------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir::ofa;

namespace {
struct EmbeddedFile {
  llvm::StringLiteral name;
  llvm::StringLiteral content;
};
} // namespace

// Made of runtime/include and the folders of runtime/src/kernels, in which no
// name occurs twice, when the compiler is built, so that an installed one needs
// no source tree.
static constexpr EmbeddedFile embeddedFiles[] = {
#include "RuntimeFiles.inc"
};

static const EmbeddedFile *findFile(llvm::StringRef name) {
  const EmbeddedFile *file =
      llvm::find_if(embeddedFiles, [&](const EmbeddedFile &candidate) {
        return candidate.name == name;
      });
  return file == std::end(embeddedFiles) ? nullptr : file;
}

std::string mlir::ofa::findKernelSource(llvm::StringRef function,
                                        llvm::StringRef paramsType) {
  // A file holds one op, or a variant of it, for both roundings: it is named
  // after the function, or after the params that a family shares.
  function.consume_front("ofa_");
  (void)(function.consume_back("_single") || function.consume_back("_double"));
  // The form for rows is beside that for layers.
  auto [op, rest] = function.split("_rows");
  std::string layer = (op + rest).str();
  paramsType.consume_front("ofa_");
  paramsType.consume_back("_params_t");
  for (const std::string &stem :
       {layer, paramsType.str(), (paramsType + "_s8").str()})
    if (findFile(stem + ".c"))
      return stem + ".c";
  return "";
}

std::string mlir::ofa::findKernelHeader(llvm::StringRef paramsType) {
  std::string declaration = ("} " + paramsType + ";").str();
  for (const EmbeddedFile &file : embeddedFiles)
    if (file.name.starts_with("ofa_kernels_") &&
        file.content.contains(declaration))
      return file.name.str();
  return "";
}

/// Names in `#include "..."` lines.
static void collectIncludes(llvm::StringRef content,
                            std::vector<std::string> &includes) {
  while (!content.empty()) {
    llvm::StringRef line;
    std::tie(line, content) = content.split('\n');
    if (line.consume_front("#include \""))
      includes.push_back(line.split('"').first.str());
  }
}

FileSet mlir::ofa::collectRuntimeFiles(const std::set<std::string> &names) {
  std::set<std::string> wanted;
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    std::string name = std::move(open.back());
    open.pop_back();
    const EmbeddedFile *file = findFile(name);
    if (file && wanted.insert(name).second)
      collectIncludes(file->content, open);
  }
  FileSet files;
  for (const std::string &name : wanted)
    files.push_back({name, findFile(name)->content.str()});
  return files;
}
