//===- Checkpoint.cpp - The whole state of a training run -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Little-endian: "OFACKPT2", graph, recipe, phase, step, seconds, joules, steps
// of the epoch, sums of its losses, number of tensors (8 bytes each), then for
// each tensor its length and its floats, then a hash of all that. "OFACKPT1"
// had no totals but the seconds.
//
//===----------------------------------------------------------------------===//

#include "Checkpoint.h"
#include "WriteFile.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

#include <cmath>
#include <cstring>

using namespace mlir::ofa::training;

static constexpr llvm::StringLiteral magic = "OFACKPT2";
static constexpr llvm::StringLiteral firstMagic = "OFACKPT1";

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
  const RunTotals &totals = checkpoint.totals;
  append(bytes, &totals.seconds, 8);
  append(bytes, &totals.joules, 8);
  append(bytes, &totals.epochSteps, 8);
  append(bytes, &totals.loss, 8);
  append(bytes, &totals.teacherLoss, 8);
  uint64_t count = checkpoint.tensors.size();
  append(bytes, &count, sizeof(count));
  for (const std::vector<float> &tensor : checkpoint.tensors) {
    uint64_t length = tensor.size();
    append(bytes, &length, sizeof(length));
    append(bytes, tensor.data(), length * sizeof(float));
  }
  uint64_t hash = llvm::xxh3_64bits(bytes);
  append(bytes, &hash, sizeof(hash));

  return writeFile(path, bytes);
}

llvm::Expected<Checkpoint>
mlir::ofa::training::readCheckpoint(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return fail(path, "cannot read: " + file.getError().message());
  llvm::StringRef bytes = (*file)->getBuffer();
  bool isFirst = bytes.starts_with(firstMagic);
  if (!isFirst && !bytes.starts_with(magic))
    return fail(path, "is no checkpoint of this version of ofa-train");
  uint64_t hash = 0;
  size_t smallest = magic.size() + (isFirst ? 56 : 88);
  size_t body = bytes.size() < smallest ? 0 : bytes.size() - 8;
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
  RunTotals &totals = checkpoint.totals;
  take(&totals.seconds, 8);
  if (isFirst) {
    totals.joules = std::nan("");
  } else {
    take(&totals.joules, 8);
    take(&totals.epochSteps, 8);
    take(&totals.loss, 8);
    take(&totals.teacherLoss, 8);
  }
  take(&count, 8);
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t length = 0;
    take(&length, 8);
    checkpoint.tensors.emplace_back(length);
    take(checkpoint.tensors.back().data(), length * sizeof(float));
  }
  return checkpoint;
}
