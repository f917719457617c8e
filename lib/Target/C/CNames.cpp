//===- CNames.cpp - Names of emitted C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir::ofa;

CNames::CNames(llvm::StringRef model)
    : model(model.str()), macroPrefix(model.upper()) {
  // The names of the interface.
  for (llvm::StringRef name :
       {"init", "input", "run", "output", "init_in", "input_in", "run_in",
        "output_in", "arena", "arena_is_aligned", "layers", "class_names",
        "state", "reset", "reset_in", "reset_states", "check", "self_test"})
    taken.insert(this->model + "_" + name.str());
}

std::string CNames::make(llvm::StringRef wish, llvm::StringRef ending) {
  std::string name = model + "_";
  for (char c : shortenName(wish) + ending.str())
    name += llvm::isAlnum(c) ? c : '_';
  std::string unique = name;
  for (unsigned i = 2; !taken.insert(unique).second; ++i)
    unique = name + "_" + std::to_string(i);
  return unique;
}

bool CNames::reserve(llvm::ArrayRef<std::string> names) {
  if (llvm::any_of(names, [&](const std::string &name) {
        return taken.count(model + "_" + name);
      }))
    return false;
  for (const std::string &name : names)
    taken.insert(model + "_" + name);
  return true;
}

std::string mlir::ofa::shortenName(llvm::StringRef name) {
  constexpr size_t longest = 40;
  if (name.size() <= longest)
    return name.str();
  // "layer.weights", but no dot inside a scope's name.
  llvm::StringRef ending = name.substr(name.rfind('.'));
  if (ending.contains('/') || ending.contains(';'))
    ending = "";
  name = name.drop_back(ending.size());
  llvm::StringRef kept = name.split(';').first;
  while (kept.size() > longest && kept.contains('/'))
    kept = kept.split('/').second;
  return (kept + ending).str();
}

std::string mlir::ofa::toCommentText(llvm::StringRef text) {
  std::string result;
  for (char c : text) {
    if (!llvm::isPrint(c)) {
      result += '?';
      continue;
    }
    // Neither the end of a comment nor the start of another.
    if (!result.empty() && ((result.back() == '*' && c == '/') ||
                            (result.back() == '/' && c == '*')))
      result += ' ';
    result += c;
  }
  // No trigraphs, and no continued line.
  while (!result.empty() && result.back() == '\\')
    result.pop_back();
  return result;
}

std::string mlir::ofa::toStringLiteral(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\' || c == '?')
      result += '\\';
    if (llvm::isPrint(c)) {
      result += c;
      continue;
    }
    // Three octal digits: a following digit cannot join the escape.
    unsigned char byte = c;
    result += '\\';
    result += '0' + (byte >> 6);
    result += '0' + ((byte >> 3) & 7);
    result += '0' + (byte & 7);
  }
  return result + "\"";
}
