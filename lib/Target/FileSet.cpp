//===- FileSet.cpp - Files that a translation makes ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/FileSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::ofa;

static llvm::Error makeError(llvm::StringRef what, llvm::StringRef path,
                             std::error_code code) {
  return llvm::createStringError(code, "cannot " + what + " '" + path +
                                           "': " + code.message());
}

/// Writes `content` beside `path`, under a name that is free.
static llvm::Expected<std::string> writeTemporary(llvm::StringRef path,
                                                  llvm::StringRef content) {
  llvm::SmallString<128> temporary;
  int descriptor;
  if (std::error_code code = llvm::sys::fs::createUniqueFile(
          path + ".%%%%%%.tmp", descriptor, temporary, llvm::sys::fs::OF_None,
          llvm::sys::fs::all_read | llvm::sys::fs::all_write))
    return makeError("write", path, code);
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << content;
  stream.close();
  if (std::error_code code = stream.error()) {
    stream.clear_error();
    (void)llvm::sys::fs::remove(temporary);
    return makeError("write", path, code);
  }
  return temporary.str().str();
}

llvm::Error mlir::ofa::writeFileSet(llvm::StringRef folder,
                                    llvm::ArrayRef<GeneratedFile> files) {
  std::vector<std::pair<std::string, std::string>> renames; // from, to
  llvm::scope_exit removeTemporaries([&] {
    for (const auto &[from, to] : renames)
      (void)llvm::sys::fs::remove(from);
  });
  for (const GeneratedFile &file : files) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, file.name);
    llvm::StringRef parent = llvm::sys::path::parent_path(path);
    if (!parent.empty())
      if (std::error_code code = llvm::sys::fs::create_directories(parent))
        return makeError("make the folder", parent, code);
    if (llvm::sys::fs::is_directory(path))
      return makeError("write", path,
                       std::make_error_code(std::errc::is_a_directory));
    llvm::Expected<std::string> temporary = writeTemporary(path, file.content);
    if (!temporary)
      return temporary.takeError();
    renames.emplace_back(*temporary, path.str().str());
  }
  while (!renames.empty()) {
    const auto &[from, to] = renames.back();
    if (std::error_code code = llvm::sys::fs::rename(from, to))
      return makeError("write", to, code);
    renames.pop_back();
  }
  return llvm::Error::success();
}

/// Writes into something that must stay what it is, such as a device or a pipe.
static llvm::Error writeInPlace(llvm::StringRef path, llvm::StringRef content) {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (code)
    return makeError("write", path, code);
  stream << content;
  stream.close();
  code = stream.error();
  stream.clear_error();
  if (code)
    return makeError("write", path, code);
  return llvm::Error::success();
}

llvm::Error mlir::ofa::writeFile(llvm::StringRef path,
                                 llvm::StringRef content) {
  // Of a link, what it leads to.
  llvm::sys::fs::file_status status;
  bool isThere = !llvm::sys::fs::status(path, status);
  if (path != "-" && isThere && !llvm::sys::fs::is_directory(status) &&
      !llvm::sys::fs::is_regular_file(status))
    return writeInPlace(path, content);
  llvm::SmallString<128> target;
  if (path != "-" && llvm::sys::fs::is_symlink_file(path) &&
      !llvm::sys::fs::real_path(path, target))
    path = target;
  if (path != "-")
    return writeFileSet(
        llvm::sys::path::parent_path(path),
        {{llvm::sys::path::filename(path).str(), content.str()}});
  llvm::outs() << content;
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    llvm::outs().clear_error();
    return makeError("write to", "standard output", code);
  }
  return llvm::Error::success();
}
