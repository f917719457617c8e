//===- ZipArchive.cpp - Stored entries of a zip file ----------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ZipArchive.h"

#include "Unpickler.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"

using namespace mlir::ofa::torch;
using llvm::StringRef;
using llvm::Twine;

// Sizes of the fixed parts of records, with their signatures.
static constexpr size_t kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20,
                        kCentralSize = 46, kLocalSize = 30;
static constexpr llvm::StringLiteral kEnd = "PK\5\6", kEnd64 = "PK\6\6",
                                     kLocator64 = "PK\6\7", kCentral = "PK\1\2",
                                     kLocal = "PK\3\4";

/// Little-endian numbers of a record; the caller has checked its size.
static uint64_t readNumber(StringRef record, size_t place, unsigned size) {
  uint64_t number = 0;
  for (unsigned i = size; i != 0; --i)
    number = number << 8 | static_cast<unsigned char>(record[place + i - 1]);
  return number;
}

bool mlir::ofa::torch::isZipArchive(StringRef file) {
  return file.starts_with(kLocal);
}

namespace {
struct Directory {
  uint64_t begin, end, entries;
};
} // namespace

/// Finds the record at the end of the file, which a comment may follow.
static llvm::Expected<Directory> findDirectory(StringRef file) {
  constexpr size_t longestComment = 0xffff;
  StringRef tail = file.take_back(kEndSize + longestComment);
  size_t found = tail.rfind(kEnd);
  if (found == StringRef::npos || tail.size() - found < kEndSize)
    return makeError(file.size(), "expects a zip archive's end record at the "
                                  "end of the file: is it cut?");
  uint64_t place = file.size() - tail.size() + found;
  StringRef record = file.substr(place, kEndSize);
  uint64_t entries = readNumber(record, 10, 2),
           size = readNumber(record, 12, 4), begin = readNumber(record, 16, 4),
           end = place;
  if (entries == 0xffff || size == 0xffffffff || begin == 0xffffffff) {
    StringRef locator = file.take_front(place).take_back(kLocator64Size);
    if (locator.size() != kLocator64Size || !locator.starts_with(kLocator64))
      return makeError(place, "expects a zip64 locator before the end record");
    uint64_t place64 = readNumber(locator, 8, 8);
    if (place64 > place - kLocator64Size ||
        place - kLocator64Size - place64 < kEnd64Size ||
        !file.substr(place64).starts_with(kEnd64))
      return makeError(place - kLocator64Size,
                       "expects a zip64 end record at byte " + Twine(place64));
    record = file.substr(place64, kEnd64Size);
    entries = readNumber(record, 32, 8);
    size = readNumber(record, 40, 8);
    begin = readNumber(record, 48, 8);
    end = place64;
  }
  if (begin > end || size > end - begin || entries > size / kCentralSize)
    return makeError(place, "expects a directory inside the file, but it has " +
                                Twine(entries) + " entries in " + Twine(size) +
                                " bytes at byte " + Twine(begin));
  return Directory{begin, begin + size, entries};
}

/// Replaces fields of a directory entry that are full of ones by those of the
/// zip64 extra field.
static bool readZip64(StringRef extra, llvm::ArrayRef<uint64_t *> fields) {
  while (extra.size() >= 4) {
    uint64_t id = readNumber(extra, 0, 2), size = readNumber(extra, 2, 2);
    extra = extra.drop_front(4);
    if (size > extra.size())
      return false;
    if (id == 1) {
      StringRef numbers = extra.take_front(size);
      for (uint64_t *field : fields) {
        if (*field != 0xffffffff)
          continue;
        if (numbers.size() < 8)
          return false;
        *field = readNumber(numbers, 0, 8);
        numbers = numbers.drop_front(8);
      }
      return true;
    }
    extra = extra.drop_front(size);
  }
  return llvm::all_of(fields,
                      [](uint64_t *field) { return *field != 0xffffffff; });
}

/// Checks the header in front of an entry's bytes.
static llvm::Expected<ZipEntry> findBytes(StringRef file, uint64_t directory,
                                          uint64_t header, uint64_t size,
                                          StringRef name) {
  if (header > directory || directory - header < kLocalSize ||
      !file.substr(header).starts_with(kLocal))
    return makeError(header, "expects the header of entry " + quote(name));
  StringRef record = file.substr(header, kLocalSize);
  uint64_t skip =
      kLocalSize + readNumber(record, 26, 2) + readNumber(record, 28, 2);
  uint64_t space = directory - header;
  if (skip > space || size > space - skip)
    return makeError(header, "expects entry " + quote(name) + " of " +
                                 Twine(size) +
                                 " bytes to end before the directory");
  if (file.substr(header + kLocalSize, readNumber(record, 26, 2)) != name)
    return makeError(header, "expects the name " + quote(name) + " again");
  return ZipEntry{header + skip, size};
}

llvm::Expected<ZipArchive> mlir::ofa::torch::readZipArchive(StringRef file) {
  llvm::Expected<Directory> directory = findDirectory(file);
  if (!directory)
    return directory.takeError();
  ZipArchive archive;
  uint64_t place = directory->begin, total = 0;
  for (uint64_t i = 0; i != directory->entries; ++i) {
    StringRef record = file.slice(place, directory->end);
    if (record.size() < kCentralSize || !record.starts_with(kCentral))
      return makeError(place, "expects entry " + Twine(i) +
                                  " of the archive's "
                                  "directory");
    uint64_t nameSize = readNumber(record, 28, 2),
             extraSize = readNumber(record, 30, 2),
             commentSize = readNumber(record, 32, 2);
    uint64_t recordSize = kCentralSize + nameSize + extraSize + commentSize;
    if (recordSize > record.size())
      return makeError(place, "expects entry " + Twine(i) +
                                  " to end inside the directory");
    StringRef name = record.substr(kCentralSize, nameSize);
    uint64_t method = readNumber(record, 10, 2),
             crc = readNumber(record, 16, 4),
             stored = readNumber(record, 20, 4),
             size = readNumber(record, 24, 4),
             header = readNumber(record, 42, 4);
    if (!readZip64(record.substr(kCentralSize + nameSize, extraSize),
                   {&size, &stored, &header}))
      return makeError(place, "expects zip64 sizes of entry " + quote(name));
    if (readNumber(record, 8, 2) & 1)
      return makeError(place,
                       "expects entry " + quote(name) + " not to be encrypted");
    if (method != 0 || stored != size)
      return makeError(place, "expects entry " + quote(name) +
                                  " to be stored without compression, as "
                                  "torch.save does");
    llvm::Expected<ZipEntry> entry =
        findBytes(file, directory->begin, header, size, name);
    if (!entry)
      return entry.takeError();
    // Checksums of the same bytes again and again would take for ever.
    total += size;
    if (total > file.size())
      return makeError(place, "expects entries that do not overlap");
    uint32_t crcFound =
        llvm::crc32(llvm::arrayRefFromStringRef(entry->getBytes(file)));
    if (crcFound != crc)
      return makeError(entry->begin,
                       "expects the " + Twine(size) + " bytes of entry " +
                           quote(name) + " to have checksum 0x" +
                           llvm::utohexstr(crc, true) + ", but got 0x" +
                           llvm::utohexstr(crcFound, true) +
                           ": the file is damaged");
    if (!archive.insert({name, *entry}).second)
      return makeError(place, "expects one entry " + quote(name) +
                                  ", but this is the second");
    place += recordSize;
  }
  return archive;
}
