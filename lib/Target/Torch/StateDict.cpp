//===- StateDict.cpp - Tensors of a torch.save file -----------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/Torch/StateDict.h"

#include "Unpickler.h"
#include "ZipArchive.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

using namespace mlir::ofa::torch;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

unsigned mlir::ofa::torch::getElementBytes(ElementType type) {
  switch (type) {
  case ElementType::F64:
  case ElementType::I64:
    return 8;
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::F16:
  case ElementType::BF16:
  case ElementType::I16:
    return 2;
  case ElementType::I8:
  case ElementType::U8:
  case ElementType::Bool:
    return 1;
  }
  llvm_unreachable("unknown element type");
}

bool mlir::ofa::torch::isFloat(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16 ||
         type == ElementType::F32 || type == ElementType::F64;
}

StringRef mlir::ofa::torch::getName(ElementType type) {
  static constexpr StringRef names[] = {
      "float16", "bfloat16", "float32", "float64", "int8",
      "uint8",   "int16",    "int32",   "int64",   "bool"};
  return names[unsigned(type)];
}

int64_t Tensor::getNumElements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

static float readFloat(const char *bytes, ElementType type) {
  namespace endian = llvm::support::endian;
  switch (type) {
  case ElementType::F32:
    return llvm::bit_cast<float>(endian::read32le(bytes));
  case ElementType::F64:
    return float(llvm::bit_cast<double>(endian::read64le(bytes)));
  case ElementType::BF16:
    return llvm::bit_cast<float>(uint32_t(endian::read16le(bytes)) << 16);
  case ElementType::F16: {
    llvm::APFloat value(llvm::APFloat::IEEEhalf(),
                        llvm::APInt(16, endian::read16le(bytes)));
    bool losesInfo;
    value.convert(llvm::APFloat::IEEEsingle(),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    return value.convertToFloat();
  }
  default:
    llvm_unreachable("not a tensor of floats");
  }
}

std::vector<float> Tensor::copyFloats() const {
  std::vector<float> values(getNumElements());
  unsigned bytes = getElementBytes(type);
  llvm::SmallVector<int64_t, 4> index(shape.size(), 0);
  int64_t place = offset;
  for (float &value : values) {
    value = readFloat(storage.data() + place * bytes, type);
    for (size_t dim = shape.size(); dim != 0; --dim) {
      place += strides[dim - 1];
      if (++index[dim - 1] != shape[dim - 1])
        break;
      place -= shape[dim - 1] * strides[dim - 1];
      index[dim - 1] = 0;
    }
  }
  return values;
}

//===----------------------------------------------------------------------===//
// From values to a state dictionary
//===----------------------------------------------------------------------===//

/// The last value of a key of text; null if there is none.
static const Value *lookup(const Unpickler &pickle, const Value &dict,
                           StringRef key) {
  const Value *found = nullptr;
  for (size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const Value &candidate = pickle.getValue(dict.items[i]);
    if (candidate.kind == Kind::String && candidate.text == key)
      found = &pickle.getValue(dict.items[i + 1]);
  }
  return found;
}

static llvm::Expected<StateDict> makeStateDict(const Unpickler &pickle,
                                               uint32_t root) {
  const Value *dict = &pickle.getValue(root);
  if (dict->kind == Kind::Dict)
    if (const Value *inner = lookup(pickle, *dict, "state_dict"))
      dict = inner;
  if (dict->kind != Kind::Dict)
    return makeError(dict->place, "expects a dictionary of tensors");
  StateDict result;
  for (size_t i = 0; i != dict->items.size(); i += 2) {
    const Value &key = pickle.getValue(dict->items[i]);
    const Value &value = pickle.getValue(dict->items[i + 1]);
    if (key.kind != Kind::String)
      return makeError(key.place, "expects a string as the name of a tensor");
    if (value.kind != Kind::Tensor)
      return makeError(value.place,
                       "expects a tensor as value of " + quote(key.text));
    const TensorValue &view = pickle.getTensor(value);
    const Storage &storage = pickle.storages[view.storage];
    Tensor tensor{storage.type, view.shape, view.strides, view.offset,
                  storage.data};
    if (!result.insert({key.text, std::move(tensor)}).second)
      return makeError(key.place, "expects each name once, but got " +
                                      quote(key.text) + " again");
  }
  return result;
}

//===----------------------------------------------------------------------===//
// The legacy format
//===----------------------------------------------------------------------===//

// 0x1950a86a20f9469cfc6c, little-endian.
static constexpr llvm::StringLiteral kMagic =
    "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
static constexpr int64_t kVersion = 1001;

/// The elements of all storages: for each key of `list`, their number in eight
/// bytes and then they themselves.
static llvm::Error readStorages(StringRef file, size_t position,
                                Unpickler &pickle, const Value &list) {
  if (list.kind != Kind::List)
    return makeError(list.place, "expects a list of storages");
  std::vector<bool> isRead(pickle.storages.size());
  for (uint32_t number : list.items) {
    const Value &key = pickle.getValue(number);
    auto it = pickle.storageNumbers.end();
    if (key.kind == Kind::String)
      it = pickle.storageNumbers.find(key.text);
    if (it == pickle.storageNumbers.end() || isRead[it->second])
      return makeError(key.place, "expects the key of each storage once" +
                                      (key.kind == Kind::String
                                           ? ", but got " + quote(key.text)
                                           : std::string()));
    isRead[it->second] = true;
    Storage &storage = pickle.storages[it->second];
    uint64_t left = file.size() - position;
    if (left < 8)
      return makeError(position, "expects the size of storage " +
                                     quote(storage.key) +
                                     ", but the file ends: is it cut?");
    uint64_t count = llvm::support::endian::read64le(file.data() + position);
    if (count != uint64_t(storage.count))
      return makeError(position, "expects storage " + quote(storage.key) +
                                     " to have " + Twine(storage.count) +
                                     " elements, but got " + Twine(count));
    position += 8;
    left -= 8;
    // The count is at most the file's size.
    uint64_t bytes = count * getElementBytes(storage.type);
    if (bytes > left)
      return makeError(position, "expects " + Twine(bytes) +
                                     " bytes of storage " + quote(storage.key) +
                                     ", but there are " + Twine(left) +
                                     ": is the file cut?");
    storage.data = llvm::ArrayRef(file.data() + position, bytes);
    position += bytes;
  }
  for (auto [storage, found] : llvm::zip(pickle.storages, isRead))
    if (!found)
      return makeError(storage.place, "expects storage " + quote(storage.key) +
                                          " in the file's list of storages");
  if (position != file.size())
    return makeError(position, "expects the file to end, but " +
                                   Twine(file.size() - position) +
                                   " bytes follow");
  return llvm::Error::success();
}

static llvm::Expected<StateDict> readLegacy(StringRef file) {
  Unpickler pickle(file, file.size());
  size_t position = 0;
  auto load = [&]() -> llvm::Expected<const Value *> {
    llvm::Expected<uint32_t> value = pickle.load(position);
    if (!value)
      return value.takeError();
    return &pickle.getValue(*value);
  };
  auto magic = load();
  if (!magic)
    return magic.takeError();
  if ((*magic)->kind != Kind::LargeInteger || (*magic)->text != kMagic)
    return makeError((*magic)->place, "expects the magic number of torch.save, "
                                      "0x1950a86a20f9469cfc6c");
  size_t place = position;
  auto version = load();
  if (!version)
    return version.takeError();
  if ((*version)->kind != Kind::Integer || (*version)->integer != kVersion)
    return makeError(
        place, "expects version 1001 of torch.save's format" +
                   ((*version)->kind == Kind::Integer
                        ? ", but got " + std::to_string((*version)->integer)
                        : std::string()));
  place = position;
  auto system = load();
  if (!system)
    return system.takeError();
  if ((*system)->kind != Kind::Dict)
    return makeError(place, "expects a dictionary about the system");
  if (const Value *little = lookup(pickle, **system, "little_endian"))
    if (little->kind == Kind::Bool && little->integer == 0)
      return makeError(little->place, "expects numbers in little-endian order, "
                                      "but got big-endian");
  llvm::Expected<uint32_t> root = pickle.load(position);
  if (!root)
    return root.takeError();
  llvm::Expected<uint32_t> list = pickle.load(position);
  if (!list)
    return list.takeError();
  if (llvm::Error error =
          readStorages(file, position, pickle, pickle.getValue(*list)))
    return error;
  return makeStateDict(pickle, *root);
}

//===----------------------------------------------------------------------===//
// The zip format
//===----------------------------------------------------------------------===//

static llvm::Expected<StateDict> readZip(StringRef file) {
  llvm::Expected<ZipArchive> archive = readZipArchive(file);
  if (!archive)
    return archive.takeError();
  // All entries lie in one folder, whose name is the file's first one.
  StringRef folder;
  const ZipEntry *data = nullptr;
  for (auto &[name, entry] : *archive) {
    auto [first, rest] = name.split('/');
    if (rest != "data.pkl")
      continue;
    if (data)
      return makeError(entry.begin, "expects one entry 'data.pkl'");
    folder = first;
    data = &entry;
  }
  if (!data)
    return makeError(0, "expects an archive of torch.save, but it has no entry "
                        "'data.pkl' in a folder");
  auto lookupEntry = [&](const Twine &name) -> const ZipEntry * {
    auto it = archive->find((folder + "/" + name).str());
    return it == archive->end() ? nullptr : &it->second;
  };
  if (const ZipEntry *order = lookupEntry("byteorder"))
    if (order->getBytes(file) != "little")
      return makeError(order->begin, "expects numbers in little-endian order, "
                                     "but got " +
                                         quote(order->getBytes(file)));

  size_t position = data->begin, end = data->begin + data->size;
  Unpickler pickle(file, end);
  llvm::Expected<uint32_t> root = pickle.load(position);
  if (!root)
    return root.takeError();
  if (position != end)
    return makeError(position, "expects the pickle to end, but " +
                                   Twine(end - position) + " bytes follow");
  for (Storage &storage : pickle.storages) {
    const ZipEntry *entry = lookupEntry("data/" + storage.key);
    if (!entry)
      return makeError(storage.place, "expects an entry " +
                                          quote(("data/" + storage.key).str()) +
                                          " of the archive");
    uint64_t bytes = storage.count * getElementBytes(storage.type);
    if (entry->size != bytes)
      return makeError(entry->begin, "expects storage " + quote(storage.key) +
                                         " to have " + Twine(bytes) +
                                         " bytes, but got " +
                                         Twine(entry->size));
    storage.data = llvm::ArrayRef(file.data() + entry->begin, bytes);
  }
  return makeStateDict(pickle, *root);
}

llvm::Expected<StateDict>
mlir::ofa::torch::readStateDict(llvm::MemoryBufferRef file) {
  StringRef bytes = file.getBuffer();
  if (isZipArchive(bytes))
    return readZip(bytes);
  if (!bytes.starts_with("\x80"))
    return makeError(0, "expects a file of torch.save: a zip archive, or a "
                        "pickle of protocol 2");
  return readLegacy(bytes);
}
