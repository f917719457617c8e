//===- Cifar.cpp - CIFAR-10's binary files --------------------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A record is one label byte and 3072 pixel bytes: the red, the green and the
// blue plane of 32x32 pixels. A file holds whole records.
//
//===----------------------------------------------------------------------===//

#include "Sources.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir::ofa;

static constexpr int64_t side = 32;
static constexpr int64_t planeBytes = side * side;
static constexpr int64_t recordBytes = 1 + 3 * planeBytes;
static constexpr int numClasses = 10;

static llvm::SmallString<128> join(llvm::StringRef folder,
                                   const llvm::Twine &name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path;
}

bool mlir::ofa::isCifarFolder(llvm::StringRef folder) {
  return llvm::sys::fs::exists(join(folder, "data_batch_1.bin")) ||
         llvm::sys::fs::exists(join(folder, "test_batch.bin"));
}

static llvm::Error readBatch(llvm::StringRef path, ImageSet &set) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  auto fail = [&](const llvm::Twine &message) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "'" + path + "': " + message);
  };
  if (!file)
    return fail("cannot read the CIFAR-10 batch: " +
                file.getError().message());
  llvm::StringRef data = (*file)->getBuffer();
  if (data.empty() || data.size() % recordBytes)
    return fail("expected whole CIFAR-10 records of " +
                llvm::Twine(recordBytes) + " bytes, but the file has " +
                llvm::Twine(data.size()) + " bytes; download it again");
  for (size_t start = 0; start < data.size(); start += recordBytes) {
    const auto *record =
        reinterpret_cast<const uint8_t *>(data.data()) + start;
    if (record[0] >= numClasses)
      return fail("record " + llvm::Twine(start / recordBytes) +
                  " has label " + llvm::Twine(int(record[0])) +
                  ", expected 0 to 9");
    set.labels.push_back(record[0]);
    for (int64_t pixel = 0; pixel < planeBytes; ++pixel)
      for (int64_t plane = 0; plane < 3; ++plane)
        set.pixels.push_back(record[1 + plane * planeBytes + pixel]);
  }
  return llvm::Error::success();
}

llvm::Expected<ImageSet> mlir::ofa::loadCifar(llvm::StringRef folder,
                                              DataSplit split) {
  ImageSet set;
  set.height = set.width = side;
  if (split == DataSplit::Test) {
    if (llvm::Error error = readBatch(join(folder, "test_batch.bin"), set))
      return error;
  } else {
    for (int batch = 1; batch <= 5; ++batch)
      if (llvm::Error error = readBatch(
              join(folder, "data_batch_" + llvm::Twine(batch) + ".bin"), set))
        return error;
  }
  set.classNames = {"airplane", "automobile", "bird",  "cat",  "deer",
                    "dog",      "frog",       "horse", "ship", "truck"};
  return set;
}
