//===- Unpickler.h - Pickles as plain values --------------------*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TARGET_TORCH_UNPICKLER_H
#define OFA_LIB_TARGET_TORCH_UNPICKLER_H

#include "ofa/Target/Torch/StateDict.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"

namespace mlir::ofa::torch {

/// An error at a byte of the file.
llvm::Error makeError(size_t place, const llvm::Twine &message);

/// Text of the file for messages: short, without control characters.
std::string quote(llvm::StringRef text);

enum class Kind {
  None,
  Bool,
  Integer,
  LargeInteger,
  Float,
  String,
  Tuple,
  List,
  Dict,
  Global,
  Storage,
  Tensor
};

/// A value of a pickle. Values refer to each other by number, so that nothing
/// that the file says makes recursion or copies.
struct Value {
  Kind kind = Kind::None;
  size_t place = 0;            ///< The byte after which it exists.
  int64_t integer = 0;         ///< Also: number of a storage or tensor.
  llvm::StringRef text;        ///< Bytes of a string, integer or global.
  std::vector<uint32_t> items; ///< Of a dictionary: keys and values in turn.
};

/// Elements that a persistent id declares.
struct Storage {
  llvm::StringRef key;
  ElementType type;
  int64_t count;
  size_t place;
  llvm::ArrayRef<char> data; ///< Filled in by who finds the elements.
};

struct TensorValue {
  uint32_t storage;
  int64_t offset;
  llvm::SmallVector<int64_t, 4> shape, strides;
  size_t place;
};

/// Interprets pickles of protocol 2 and what later protocols add to it for
/// plain values. Values of all pickles that it reads stay.
class Unpickler {
public:
  /// `file` is all of the file, for places in messages; pickles end before
  /// `end`.
  Unpickler(llvm::StringRef file, size_t end) : file(file), end(end) {}

  /// Reads the pickle at `position` and moves to what follows it.
  llvm::Expected<uint32_t> load(size_t &position);

  const Value &getValue(uint32_t number) const { return values[number]; }
  const TensorValue &getTensor(const Value &value) const {
    return tensors[value.integer];
  }
  std::vector<Storage> storages;
  /// Number of a storage by key.
  llvm::StringMap<uint32_t> storageNumbers;

private:
  /// All of these are false after `fail`.
  bool fail(size_t place, const llvm::Twine &message);
  bool step(unsigned char code);
  bool stepText(unsigned char code);
  bool stepContainer(unsigned char code);
  bool stepMemo(unsigned char code);
  bool read(size_t size, llvm::StringRef &bytes);
  bool readSize(unsigned sizeBytes, uint64_t &size);
  bool readLine(llvm::StringRef &line);
  bool readInteger(uint64_t size);
  bool push(Value value);
  bool pop(uint32_t &value);
  bool popMarked(std::vector<uint32_t> &items);
  bool makeTuple(unsigned size);
  bool append(llvm::ArrayRef<uint32_t> items, Kind kind);
  bool pushGlobal(llvm::StringRef module, llvm::StringRef name);
  bool put(uint64_t index);
  bool get(uint64_t index);
  bool reduce();
  bool makeDict(const Value &arguments);
  bool makeStorage();
  bool makeTensor(const Value &arguments, size_t fewest, size_t most);
  bool readSizes(uint32_t value, llvm::SmallVectorImpl<int64_t> &sizes,
                 llvm::StringRef what);

  llvm::StringRef file;
  size_t end;
  size_t position = 0, opcode = 0; ///< What comes next; what is being run.
  std::vector<Value> values;
  std::vector<TensorValue> tensors;
  std::vector<uint32_t> stack;
  std::vector<size_t> marks; ///< Sizes of the stack.
  llvm::DenseMap<uint64_t, uint32_t> memo;
  /// Lists that many dictionaries are made of could be copied for each.
  size_t copiedItems = 0;
  size_t errorPlace = 0;
  std::string error;
};

} // namespace mlir::ofa::torch

#endif // OFA_LIB_TARGET_TORCH_UNPICKLER_H
