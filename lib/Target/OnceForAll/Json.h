//===- Json.h - Parts of JSON files that know their place -------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_ONCEFORALL_JSON_H
#define OFA_LIB_TARGET_ONCEFORALL_JSON_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace mlir::ofa {

/// A JSON file, and the first thing that is wrong with it.
class JsonFile {
public:
  static llvm::Expected<JsonFile> read(StringRef path);

  const llvm::json::Value &getRoot() const { return root; }
  /// Notes what is wrong, unless something was before.
  void report(StringRef place, const Twine &message);
  bool isValid() const { return error.empty(); }
  llvm::Error takeError();

private:
  explicit JsonFile(llvm::json::Value root, StringRef path)
      : root(std::move(root)), path(path) {}

  llvm::json::Value root;
  std::string path, error;
};

/// A value in a file, or what stands for one that is missing; its getters give
/// something harmless after a report.
class JsonNode {
public:
  JsonNode(JsonFile &file, const llvm::json::Value *value, std::string place)
      : file(&file), value(value), place(std::move(place)) {}

  const std::string &getPlace() const { return place; }
  bool isNull() const {
    return !value || value->kind() == llvm::json::Value::Null;
  }
  bool has(StringRef key) const;

  /// The member `key` of an object, which must be there.
  JsonNode operator[](StringRef key) const;
  std::vector<JsonNode> getArray(size_t most) const;
  int64_t getInteger(int64_t least, int64_t most) const;
  double getNumber(double least, double most) const;
  bool getBool() const;
  StringRef getString() const;
  /// One of `names`, by position.
  size_t getName(ArrayRef<StringRef> names) const;

  void report(const Twine &message) const { file->report(place, message); }
  /// "expects WHAT, but got ...".
  void expect(const Twine &what) const;

private:
  JsonFile *file;
  const llvm::json::Value *value; ///< Null after a report.
  std::string place;
};

} // namespace mlir::ofa

#endif // OFA_LIB_TARGET_ONCEFORALL_JSON_H
