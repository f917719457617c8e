//===- StateDictTest.cpp - Files of torch.save, whole and damaged ---------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files are written here byte by byte, as torch.save writes them, in both
// formats. Whatever is done to the bytes, reading gives tensors that lie in the
// file, or one error that names a byte.
//
//===----------------------------------------------------------------------===//

#include "ofa/Target/Torch/StateDict.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/MemoryBuffer.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir::ofa::torch;
using llvm::StringRef;

namespace {

std::string bytes(uint64_t number, unsigned size) {
  std::string text;
  for (unsigned i = 0; i != size; ++i, number >>= 8)
    text += char(number);
  return text;
}

std::string unicode(StringRef text) {
  return "X" + bytes(text.size(), 4) + text.str();
}
std::string global(StringRef module, StringRef name) {
  return ("c" + module + "\n" + name + "\n").str();
}
std::string integer(uint32_t number) { return "J" + bytes(number, 4); }
std::string tuple(llvm::ArrayRef<std::string> items) {
  return "(" + llvm::join(items, "") + "t";
}

struct TestTensor {
  std::string name, storageType, key;
  uint32_t storageCount, offset;
  std::vector<uint32_t> shape, strides;
};

std::string tensor(const TestTensor &t) {
  auto sizes = [](llvm::ArrayRef<uint32_t> list) {
    std::vector<std::string> items;
    for (uint32_t size : list)
      items.push_back(integer(size));
    return tuple(items);
  };
  std::string storage =
      tuple({unicode("storage"), global("torch", t.storageType), unicode(t.key),
             unicode("cuda:0"), integer(t.storageCount), "N"}) +
      "Q";
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple({storage, integer(t.offset), sizes(t.shape), sizes(t.strides),
                "\x89", global("collections", "OrderedDict") + ")R"}) +
         "R";
}

/// An ordered dictionary with attributes, in a dictionary.
std::string makePickle(llvm::ArrayRef<TestTensor> tensors) {
  std::string text = "\x80\2}(" + unicode("epoch") + integer(3) +
                     unicode("state_dict") +
                     global("collections", "OrderedDict") + ")R";
  text += std::string("q\0", 2) + "(";
  for (const TestTensor &t : tensors)
    text += unicode(t.name) + tensor(t);
  text += "u}" + unicode("_metadata") + "}sb";
  text += unicode("best") + "G" + std::string(8, '\0');
  return text + "u.";
}

using Storages = std::vector<std::pair<std::string, std::string>>;

std::string makeLegacy(StringRef pickle, const Storages &storages,
                       unsigned elementBytes = 4) {
  std::string text("\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                   15);
  text += "\x80\2M" + bytes(1001, 2) + ".";
  text += "\x80\2}" + unicode("little_endian") + "\x88s.";
  text += pickle;
  text += "\x80\2](";
  for (auto &[key, data] : storages)
    text += unicode(key);
  text += "e.";
  for (auto &[key, data] : storages)
    text += bytes(data.size() / elementBytes, 8) + data;
  return text;
}

/// `use64` writes zip64 records, as for files of more than 4 GiB.
std::string makeZip(StringRef pickle, const Storages &storages, bool use64) {
  std::string text, directory;
  unsigned count = 0;
  auto add = [&](std::string name, StringRef data) {
    name = "archive/" + name;
    std::string crc = bytes(llvm::crc32(llvm::arrayRefFromStringRef(data)), 4);
    std::string padding(
        16 + (64 - (text.size() + 30 + name.size() + 16) % 64) % 64, 'Z');
    std::string size = bytes(data.size(), 4), full = bytes(~0u, 4);
    std::string extra64 = bytes(1, 2) + bytes(24, 2) + bytes(data.size(), 8) +
                          bytes(data.size(), 8) + bytes(text.size(), 8);
    directory += "PK\1\2" + bytes(0, 6) + bytes(0, 2) + bytes(0, 4) + crc +
                 (use64 ? full + full : size + size) + bytes(name.size(), 2) +
                 bytes(use64 ? extra64.size() : 0, 2) + bytes(0, 10) +
                 (use64 ? full : bytes(text.size(), 4)) + name +
                 (use64 ? extra64 : "");
    text += "PK\3\4" + bytes(0, 10) + crc + size + size +
            bytes(name.size(), 2) + bytes(padding.size(), 2) + name + padding +
            data.str();
    ++count;
  };
  add("data.pkl", pickle);
  add("byteorder", "little");
  for (auto &[key, data] : storages)
    add("data/" + key, data);
  add("version", "3\n");
  uint64_t begin = text.size();
  text += directory;
  if (use64) {
    uint64_t end = text.size();
    text += "PK\6\6" + bytes(44, 8) + bytes(0, 12) + bytes(count, 8) +
            bytes(count, 8) + bytes(directory.size(), 8) + bytes(begin, 8);
    text += "PK\6\7" + bytes(0, 4) + bytes(end, 8) + bytes(1, 4);
  }
  return text + "PK\5\6" + bytes(0, 4) + bytes(use64 ? 0xffff : count, 2) +
         bytes(use64 ? 0xffff : count, 2) +
         bytes(use64 ? ~0u : directory.size(), 4) +
         bytes(use64 ? ~0u : begin, 4) + bytes(0, 2);
}

std::string floats(llvm::ArrayRef<float> values) {
  return std::string(reinterpret_cast<const char *>(values.data()),
                     values.size() * 4);
}

/// Two tensors share a storage, one of them transposed.
const std::vector<TestTensor> kTensors = {
    {"a.weight", "FloatStorage", "0", 6, 0, {2, 3}, {3, 1}},
    {"a.turned", "FloatStorage", "0", 6, 1, {2, 2}, {1, 3}},
    {"b.bias", "FloatStorage", "1", 1, 0, {1}, {1}},
    {"scalar", "FloatStorage", "1", 1, 0, {}, {}}};
const Storages kStorages = {{"0", floats({1, 2, 3, 4, 5, 6})},
                            {"1", floats({7})}};

std::vector<std::string> makeFiles() {
  std::string pickle = makePickle(kTensors);
  return {makeLegacy(pickle, kStorages), makeZip(pickle, kStorages, false),
          makeZip(pickle, kStorages, true)};
}

/// The error's text; empty if there is none. Elements are read, too.
std::string read(StringRef text, StateDict *result = nullptr) {
  // A copy of exactly this size: what is read behind it is found by sanitizers.
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text);
  llvm::Expected<StateDict> dict = readStateDict(buffer->getMemBufferRef());
  if (!dict)
    return llvm::toString(dict.takeError());
  for (auto &[name, tensor] : *dict)
    if (isFloat(tensor.type))
      tensor.copyFloats();
  return "";
}

TEST(StateDict, Whole) {
  for (const std::string &file : makeFiles()) {
    auto buffer = llvm::MemoryBuffer::getMemBuffer(file, "", false);
    llvm::Expected<StateDict> dict = readStateDict(buffer->getMemBufferRef());
    ASSERT_TRUE(bool(dict)) << llvm::toString(dict.takeError());
    ASSERT_EQ(dict->size(), 4u);
    EXPECT_EQ(dict->begin()->first, "a.weight");
    auto get = [&](StringRef name) { return dict->find(name)->second; };
    EXPECT_EQ(get("a.weight").copyFloats(),
              (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(get("a.turned").copyFloats(), (std::vector<float>{2, 5, 3, 6}));
    EXPECT_EQ(get("b.bias").copyFloats(), (std::vector<float>{7}));
    EXPECT_EQ(get("scalar").copyFloats(), (std::vector<float>{7}));
    EXPECT_TRUE(get("scalar").shape.empty());
  }
}

TEST(StateDict, ElementTypes) {
  auto readOne = [](StringRef type, std::string data, unsigned elementBytes) {
    std::string pickle = makePickle({{"x", type.str(), "0", 2, 0, {2}, {1}}});
    std::string file = makeLegacy(pickle, {{"0", data}}, elementBytes);
    auto buffer = llvm::MemoryBuffer::getMemBuffer(file, "", false);
    StateDict dict = llvm::cantFail(readStateDict(buffer->getMemBufferRef()));
    const Tensor &tensor = dict.begin()->second;
    return isFloat(tensor.type) ? tensor.copyFloats() : std::vector<float>();
  };
  std::vector<float> expected = {1.5f, -2.0f};
  EXPECT_EQ(readOne("HalfStorage", bytes(0xc0003e00, 4), 2), expected);
  EXPECT_EQ(readOne("BFloat16Storage", bytes(0xc0003fc0, 4), 2), expected);
  EXPECT_EQ(readOne("DoubleStorage",
                    bytes(0x3ff8000000000000, 8) + bytes(0xc000000000000000, 8),
                    8),
            expected);
  EXPECT_TRUE(readOne("LongStorage", bytes(1, 16), 8).empty());
}

TEST(StateDict, Faults) {
  auto legacy = [](const TestTensor &t) {
    return makeLegacy(makePickle({t}), {{"0", floats({1, 2, 3, 4})}});
  };
  auto contains = [](StringRef text, StringRef part) {
    EXPECT_TRUE(text.contains(part)) << text.str();
    EXPECT_TRUE(text.starts_with("byte ")) << text.str();
  };
  contains(read(""), "byte 0: expects a file of torch.save");
  contains(read("\x80\2K\1."), "byte 2: expects the magic number");
  contains(read(std::string("\x80\2cos\nsystem\nU\4true\x85R.")),
           "byte 2: expects plain values and tensors, but got the global "
           "'os.system', which is not run");
  contains(read(legacy({"x", "FloatStorage", "0", 4, 0, {5}, {1}})),
           "inside its storage of 4 elements");
  contains(read(legacy({"x", "FloatStorage", "0", 4, 2, {2, 2}, {1, 1}})),
           "inside its storage of 4 elements");
  contains(read(legacy({"x", "FloatStorage", "0", 4, 0, {4}, {0x7fffffff}})),
           "inside its storage of 4 elements");
  contains(read(legacy({"x",
                        "FloatStorage",
                        "0",
                        4,
                        0,
                        {0x7fffffff, 0x7fffffff, 0x7fffffff},
                        {0, 0, 0}})),
           "inside its storage of 4 elements");
  contains(read(legacy({"x", "FloatStorage", "0", 0x7fffffff, 0, {1}, {1}})),
           "expects a storage that fits into the file");
  contains(read(legacy({"x", "FloatStorage", "0", 3, 0, {1}, {1}})),
           "expects storage '0' to have 3 elements, but got 4");
  contains(read(legacy({"x", "FloatStorage", "9", 4, 0, {1}, {1}})),
           "expects the key of each storage once, but got '0'");
  contains(read(makeLegacy(makePickle(kTensors), kStorages) + "."),
           "expects the file to end, but 1 bytes follow");
  contains(read(makeLegacy("\x80\2K\1.", {})),
           "expects a dictionary of tensors");
  contains(read(makeLegacy("\x80\2}" + unicode("x") + "K\1s.", {})),
           "expects a tensor as value of 'x'");
  std::string zip = makeZip(makePickle(kTensors), kStorages, false);
  zip[zip.find("little")] = 'L';
  contains(read(zip), "the file is damaged");
  contains(read(makeZip(makePickle(kTensors), {}, false)),
           "expects an entry 'data/0' of the archive");
  // Calls that would copy one list for ever.
  std::string copies = "\x80\2](" + std::string(300000, ')') + "e";
  copies += std::string("q\0", 2) + global("collections", "OrderedDict") +
            std::string("q\1", 2);
  for (unsigned i = 0; i != 10; ++i)
    copies += std::string("h\1h\0\x85R0", 7);
  contains(read(makeLegacy(copies + "}.", {})),
           "expects a pair of key and value");
}

TEST(StateDict, Cut) {
  for (const std::string &file : makeFiles())
    for (size_t size = 0; size != file.size(); ++size) {
      std::string error = read(StringRef(file).take_front(size));
      EXPECT_TRUE(StringRef(error).starts_with("byte ")) << size << error;
    }
}

TEST(StateDict, FlippedBits) {
  for (const std::string &file : makeFiles())
    for (size_t bit = 0; bit != 8 * file.size(); ++bit) {
      std::string damaged = file;
      damaged[bit / 8] ^= 1 << bit % 8;
      std::string error = read(damaged);
      EXPECT_TRUE(error.empty() || StringRef(error).starts_with("byte "));
    }
}

TEST(StateDict, ReplacedBytes) {
  std::mt19937 random(1);
  for (const std::string &file : makeFiles()) {
    for (size_t place = 0; place + 8 <= file.size(); ++place)
      for (uint64_t word : {uint64_t(0), uint64_t(0x7fffffff), ~uint64_t(0),
                            ~uint64_t(0) >> 1}) {
        std::string damaged = file;
        memcpy(&damaged[place], &word, place % 2 ? 4 : 8);
        read(damaged);
      }
    for (unsigned round = 0; round != 20000; ++round) {
      std::string damaged = file;
      for (unsigned changes = random() % 4 + 1; changes != 0; --changes)
        damaged[random() % file.size()] = char(random());
      read(damaged);
    }
  }
}

} // namespace
