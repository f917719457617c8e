//===- Checkpoint.cpp - The whole state of a training run -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Little-endian: "OFACKPT1", graph, recipe, phase, step, seconds, number of
// tensors (8 bytes each), then for each tensor its length and its floats, then
// a hash of all that.
//
//===----------------------------------------------------------------------===//

#include "Checkpoint.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace mlir::ofa::training;

static constexpr llvm::StringLiteral magic = "OFACKPT1";

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "checkpoint '" + path + "': " + message);
}

static void append(std::string &bytes, const void *data, size_t size) {
  bytes.append(static_cast<const char *>(data), size);
}

llvm::Error
mlir::ofa::training::writeCheckpoint(llvm::StringRef path,
                                     const Checkpoint &checkpoint) {
  std::string bytes = magic.str();
  for (uint64_t field : {checkpoint.graph, checkpoint.recipe, checkpoint.phase,
                         checkpoint.step})
    append(bytes, &field, sizeof(field));
  append(bytes, &checkpoint.seconds, sizeof(double));
  uint64_t count = checkpoint.tensors.size();
  append(bytes, &count, sizeof(count));
  for (const std::vector<float> &tensor : checkpoint.tensors) {
    uint64_t length = tensor.size();
    append(bytes, &length, sizeof(length));
    append(bytes, tensor.data(), length * sizeof(float));
  }
  uint64_t hash = llvm::xxh3_64bits(bytes);
  append(bytes, &hash, sizeof(hash));

  std::string temporary = path.str() + ".tmp";
  int file = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (file < 0)
    return fail(temporary, llvm::Twine("cannot write: ") + std::strerror(errno));
  auto abandon = [&](int error) {
    ::close(file);
    ::unlink(temporary.c_str());
    return fail(path, llvm::Twine("cannot write: ") + std::strerror(error) +
                          "; the one before it is kept");
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
  ::close(file);
  if (std::error_code error = llvm::sys::fs::rename(temporary, path))
    return fail(path, "cannot rename: " + error.message());
  return llvm::Error::success();
}

llvm::Expected<Checkpoint>
mlir::ofa::training::readCheckpoint(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return fail(path, "cannot read: " + file.getError().message());
  llvm::StringRef bytes = (*file)->getBuffer();
  if (!bytes.starts_with(magic))
    return fail(path, "is no checkpoint of this version of ofa-train");
  uint64_t hash = 0;
  size_t body = bytes.size() < magic.size() + 56 ? 0 : bytes.size() - 8;
  if (body)
    std::memcpy(&hash, bytes.data() + body, 8);
  if (!body || hash != llvm::xxh3_64bits(bytes.take_front(body)))
    return fail(path, "is cut or damaged; remove it to start again");
  const char *cursor = bytes.data() + magic.size();
  auto take = [&](void *target, size_t size) {
    std::memcpy(target, cursor, size);
    cursor += size;
  };
  Checkpoint checkpoint;
  uint64_t count = 0;
  for (uint64_t *field : {&checkpoint.graph, &checkpoint.recipe,
                          &checkpoint.phase, &checkpoint.step})
    take(field, 8);
  take(&checkpoint.seconds, 8);
  take(&count, 8);
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t length = 0;
    take(&length, 8);
    checkpoint.tensors.emplace_back(length);
    take(checkpoint.tensors.back().data(), length * sizeof(float));
  }
  return checkpoint;
}
