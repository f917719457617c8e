//===- WriteFile.cpp - Files that are whole or not there ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteFile.h"

#include "llvm/Support/FileSystem.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

llvm::Error mlir::ofa::training::writeFile(llvm::StringRef path,
                                           llvm::StringRef bytes) {
  auto fail = [&](const llvm::Twine &reason) {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "cannot write '" + path + "': " + reason +
            (llvm::sys::fs::exists(path) ? "; the one before it is kept" : ""));
  };
  std::string temporary = path.str() + ".tmp";
  int file = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (file < 0)
    return fail(std::strerror(errno));
  auto abandon = [&](int error) {
    ::close(file);
    ::unlink(temporary.c_str());
    return fail(std::strerror(error));
  };
  for (size_t done = 0; done < bytes.size();) {
    ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return abandon(errno);
    done += static_cast<size_t>(written);
  }
  if (::fsync(file) != 0)
    return abandon(errno);
  // Some file systems report only here that there is no room.
  if (::close(file) != 0) {
    int error = errno;
    ::unlink(temporary.c_str());
    return fail(std::strerror(error));
  }
  if (std::error_code error = llvm::sys::fs::rename(temporary, path)) {
    ::unlink(temporary.c_str());
    return fail(error.message());
  }
  return llvm::Error::success();
}
