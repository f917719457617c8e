//===- CNames.h - Names of emitted C ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_C_CNAMES_H
#define OFA_LIB_TARGET_C_CNAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace mlir::ofa {

/// Gives each object of a model's C file a valid name of its own. All begin
/// with the model's name, so that they are no keywords and no library's.
class CNames {
public:
  explicit CNames(llvm::StringRef model);

  /// `<model>_<wish><ending>`, the wish cut by shortenName, with what is no
  /// letter, digit or underscore replaced by an underscore, and a number if
  /// that name is taken.
  std::string make(llvm::StringRef wish, llvm::StringRef ending = "");

  /// Takes `<model>_<name>` for each of `names`; false if one is taken.
  bool reserve(llvm::ArrayRef<std::string> names);

  /// The model's name in capitals, which begins its macros.
  const std::string &getMacroPrefix() const { return macroPrefix; }

private:
  std::string model;
  std::string macroPrefix;
  std::set<std::string> taken;
};

/// The part of a long name that says most to a reader: exporters join the names
/// of fused layers by semicolons and those of scopes by slashes. Takes the
/// first layer, and of it the innermost scopes; what follows the last dot
/// stays.
std::string shortenName(llvm::StringRef name);

/// Text that is safe inside a comment of C.
std::string toCommentText(llvm::StringRef text);

/// The literal of a string of C.
std::string toStringLiteral(llvm::StringRef text);

} // namespace mlir::ofa

#endif // OFA_LIB_TARGET_C_CNAMES_H
