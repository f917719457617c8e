//===- Unpickler.cpp - Pickles as plain values ----------------------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unpickler.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir::ofa::torch;
using llvm::StringRef;
using llvm::Twine;

/// A value of a pickle takes tens of bytes of memory, and a byte of the file
/// may make one. The checkpoints of large networks have some ten thousand.
static constexpr size_t kMostValues = 1 << 20;
/// No tensor here has more dimensions.
static constexpr size_t kLargestRank = 8;

llvm::Error mlir::ofa::torch::makeError(size_t place, const Twine &message) {
  return llvm::createStringError("byte " + Twine(place) + ": " + message);
}

std::string mlir::ofa::torch::quote(StringRef text) {
  constexpr size_t longest = 80;
  std::string result = "'" + text.take_front(longest).str();
  for (char &c : result)
    if (!llvm::isPrint(c))
      c = '_';
  return result + (text.size() > longest ? "...'" : "'");
}

static StringRef describe(Kind kind) {
  switch (kind) {
  case Kind::None:
    return "None";
  case Kind::Bool:
    return "a truth value";
  case Kind::Integer:
  case Kind::LargeInteger:
    return "an integer";
  case Kind::Float:
    return "a real number";
  case Kind::String:
    return "a string";
  case Kind::Tuple:
    return "a tuple";
  case Kind::List:
    return "a list";
  case Kind::Dict:
    return "a dictionary";
  case Kind::Global:
    return "a global";
  case Kind::Storage:
    return "a storage";
  case Kind::Tensor:
    return "a tensor";
  }
  llvm_unreachable("unknown kind");
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

bool Unpickler::fail(size_t place, const Twine &message) {
  errorPlace = place;
  error = message.str();
  return false;
}

bool Unpickler::read(size_t size, StringRef &bytes) {
  if (size > end - position)
    return fail(position, "expects " + Twine(size) +
                              " more bytes, but there are " +
                              Twine(end - position) + ": is the file cut?");
  bytes = file.substr(position, size);
  position += size;
  return true;
}

bool Unpickler::readSize(unsigned sizeBytes, uint64_t &size) {
  StringRef bytes;
  if (!read(sizeBytes, bytes))
    return false;
  size = 0;
  for (unsigned i = sizeBytes; i != 0; --i)
    size = size << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return true;
}

bool Unpickler::readLine(StringRef &line) {
  size_t length = file.slice(position, end).find('\n');
  if (length == StringRef::npos)
    return fail(position, "expects a line, but the file ends first");
  line = file.substr(position, length);
  position += length + 1;
  return true;
}

/// An integer of `size` bytes, two's complement.
bool Unpickler::readInteger(uint64_t size) {
  Value value;
  if (!read(size, value.text))
    return false;
  value.kind = size > 8 ? Kind::LargeInteger : Kind::Integer;
  if (size <= 8 && size != 0) {
    uint64_t bits = 0;
    for (size_t i = size; i != 0; --i)
      bits = bits << 8 | static_cast<unsigned char>(value.text[i - 1]);
    unsigned unused = 64 - 8 * size;
    value.integer = int64_t(bits << unused) >> unused;
  }
  return push(std::move(value));
}

//===----------------------------------------------------------------------===//
// The stack
//===----------------------------------------------------------------------===//

bool Unpickler::push(Value value) {
  if (values.size() == kMostValues)
    return fail(opcode, "expects at most " + Twine(kMostValues) +
                            " values in the file's pickles");
  value.place = opcode;
  stack.push_back(values.size());
  values.push_back(std::move(value));
  return true;
}

bool Unpickler::pop(uint32_t &value) {
  if (stack.empty() || (!marks.empty() && stack.size() == marks.back()))
    return fail(opcode, "expects a value on the stack, but there is none");
  value = stack.back();
  stack.pop_back();
  return true;
}

bool Unpickler::popMarked(std::vector<uint32_t> &items) {
  if (marks.empty())
    return fail(opcode, "expects a mark on the stack, but there is none");
  items.assign(stack.begin() + marks.back(), stack.end());
  stack.resize(marks.back());
  marks.pop_back();
  return true;
}

bool Unpickler::makeTuple(unsigned size) {
  Value value;
  value.kind = Kind::Tuple;
  value.items.resize(size);
  for (unsigned i = size; i != 0; --i)
    if (!pop(value.items[i - 1]))
      return false;
  return push(std::move(value));
}

/// Adds to the list or dictionary on top of the stack.
bool Unpickler::append(llvm::ArrayRef<uint32_t> items, Kind kind) {
  uint32_t number = 0;
  if (!pop(number))
    return false;
  stack.push_back(number);
  Value &container = values[number];
  if (container.kind != kind)
    return fail(opcode, "expects " + describe(kind) + " to add to, but got " +
                            describe(container.kind));
  if (kind == Kind::Dict && items.size() % 2 != 0)
    return fail(opcode, "expects pairs of keys and values, but got " +
                            Twine(items.size()) + " values");
  container.items.insert(container.items.end(), items.begin(), items.end());
  return true;
}

//===----------------------------------------------------------------------===//
// Opcodes
//===----------------------------------------------------------------------===//

llvm::Expected<uint32_t> Unpickler::load(size_t &start) {
  position = start;
  stack.clear();
  marks.clear();
  memo.clear();
  StringRef code;
  opcode = position;
  if (!read(1, code))
    return makeError(errorPlace, error);
  if (code[0] != '\x80')
    return makeError(opcode, "expects a pickle of protocol 2 or later");
  position = start;
  for (;;) {
    opcode = position;
    if (!read(1, code))
      return makeError(errorPlace, error);
    if (code[0] == '.')
      break;
    if (!step(code[0]))
      return makeError(errorPlace, error);
  }
  start = position;
  if (stack.size() != 1 || !marks.empty())
    return makeError(opcode, "expects one value at the pickle's end, but got " +
                                 Twine(stack.size()));
  return stack.back();
}

bool Unpickler::step(unsigned char code) {
  uint64_t number;
  StringRef bytes;
  Value value;
  switch (code) {
  case 0x80: // PROTO
    if (!readSize(1, number))
      return false;
    if (number < 2 || number > 5)
      return fail(opcode, "expects a pickle of protocol 2 to 5, but got " +
                              Twine(number));
    return true;
  case 0x95: // FRAME
    return readSize(8, number);
  case 'N': // NONE
    return push(std::move(value));
  case 0x88: // NEWTRUE
  case 0x89: // NEWFALSE
    value.kind = Kind::Bool;
    value.integer = code == 0x88;
    return push(std::move(value));
  case 'K': // BININT1
  case 'M': // BININT2
    if (!readSize(code == 'K' ? 1 : 2, number))
      return false;
    value.kind = Kind::Integer;
    value.integer = number;
    return push(std::move(value));
  case 'J': // BININT
    return readInteger(4);
  case 0x8a: // LONG1
  case 0x8b: // LONG4
    return readSize(code == 0x8a ? 1 : 4, number) && readInteger(number);
  case 'G': // BINFLOAT
    value.kind = Kind::Float;
    return read(8, value.text) && push(std::move(value));
  case '(': // MARK
    if (marks.size() == kMostValues)
      return fail(opcode, "expects at most " + Twine(kMostValues) + " marks");
    marks.push_back(stack.size());
    return true;
  case 'R':  // REDUCE
  case 0x81: // NEWOBJ
    return reduce();
  case 'Q': // BINPERSID
    return makeStorage();
  default:
    return stepText(code);
  }
}

bool Unpickler::stepText(unsigned char code) {
  uint64_t size;
  Value value;
  value.kind = Kind::String;
  switch (code) {
  case 'X': // BINUNICODE
  case 'T': // BINSTRING
  case 'B': // BINBYTES
    return readSize(4, size) && read(size, value.text) &&
           push(std::move(value));
  case 0x8c: // SHORT_BINUNICODE
  case 'U':  // SHORT_BINSTRING
  case 'C':  // SHORT_BINBYTES
    return readSize(1, size) && read(size, value.text) &&
           push(std::move(value));
  case 'c': { // GLOBAL
    StringRef module, name;
    return readLine(module) && readLine(name) && pushGlobal(module, name);
  }
  case 0x93: { // STACK_GLOBAL
    uint32_t name = 0, module = 0;
    if (!pop(name) || !pop(module))
      return false;
    if (values[module].kind != Kind::String ||
        values[name].kind != Kind::String)
      return fail(opcode, "expects a module and a name as strings");
    return pushGlobal(values[module].text, values[name].text);
  }
  default:
    return stepContainer(code);
  }
}

bool Unpickler::stepContainer(unsigned char code) {
  std::vector<uint32_t> items;
  Value value;
  switch (code) {
  case ')':  // EMPTY_TUPLE
  case 0x85: // TUPLE1
  case 0x86: // TUPLE2
  case 0x87: // TUPLE3
    return makeTuple(code == ')' ? 0 : code - 0x84);
  case 't': // TUPLE
  case 'l': // LIST
    value.kind = code == 't' ? Kind::Tuple : Kind::List;
    return popMarked(value.items) && push(std::move(value));
  case ']': // EMPTY_LIST
  case '}': // EMPTY_DICT
    value.kind = code == ']' ? Kind::List : Kind::Dict;
    return push(std::move(value));
  case 'd': // DICT
    value.kind = Kind::Dict;
    return popMarked(items) && push(std::move(value)) &&
           append(items, Kind::Dict);
  case 'a': // APPEND
    items.resize(1);
    return pop(items[0]) && append(items, Kind::List);
  case 's': // SETITEM
    items.resize(2);
    return pop(items[1]) && pop(items[0]) && append(items, Kind::Dict);
  case 'e': // APPENDS
  case 'u': // SETITEMS
    return popMarked(items) &&
           append(items, code == 'e' ? Kind::List : Kind::Dict);
  case 'b': { // BUILD
    // Attributes of a dictionary, such as the versions of modules: not read.
    uint32_t state = 0, object = 0;
    if (!pop(state) || !pop(object))
      return false;
    if (values[object].kind != Kind::Dict)
      return fail(opcode, "expects attributes of a dictionary alone, but got " +
                              describe(values[object].kind));
    stack.push_back(object);
    return true;
  }
  default:
    return stepMemo(code);
  }
}

bool Unpickler::put(uint64_t index) {
  uint32_t value = 0;
  if (!pop(value))
    return false;
  stack.push_back(value);
  memo[index] = value;
  return true;
}

bool Unpickler::get(uint64_t index) {
  auto it = memo.find(index);
  if (it == memo.end())
    return fail(opcode, "expects a value that was stored as number " +
                            Twine(index) + ", but there is none");
  if (stack.size() == kMostValues)
    return fail(opcode, "expects at most " + Twine(kMostValues) +
                            " values on the stack");
  stack.push_back(it->second);
  return true;
}

bool Unpickler::stepMemo(unsigned char code) {
  uint64_t index = 0;
  uint32_t value = 0;
  std::vector<uint32_t> items;
  switch (code) {
  case 'q': // BINPUT
  case 'r': // LONG_BINPUT
    return readSize(code == 'q' ? 1 : 4, index) && put(index);
  case 'h': // BINGET
  case 'j': // LONG_BINGET
    return readSize(code == 'h' ? 1 : 4, index) && get(index);
  case 0x94: // MEMOIZE
    return put(memo.size());
  case '0': // POP
    return pop(value);
  case '1': // POP_MARK
    return popMarked(items);
  default:
    return fail(opcode, "expects an operation of plain values in the pickle, "
                        "but got code " +
                            Twine(unsigned(code)));
  }
}

//===----------------------------------------------------------------------===//
// Globals
//===----------------------------------------------------------------------===//

/// What may be called, beside the types of storages.
static constexpr StringRef kCallables[] = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    "torch.nn.parameter Parameter",
    "torch.jit._pickle restore_type_tag",
    "torch Size",
};

/// `text` is the name of the type of a storage.
static bool isStorageType(StringRef text, ElementType &type) {
  static constexpr std::pair<StringRef, ElementType> types[] = {
      {"HalfStorage", ElementType::F16},
      {"BFloat16Storage", ElementType::BF16},
      {"FloatStorage", ElementType::F32},
      {"DoubleStorage", ElementType::F64},
      {"CharStorage", ElementType::I8},
      {"ByteStorage", ElementType::U8},
      {"ShortStorage", ElementType::I16},
      {"IntStorage", ElementType::I32},
      {"LongStorage", ElementType::I64},
      {"BoolStorage", ElementType::Bool},
  };
  for (auto [name, candidate] : types)
    if (text == name) {
      type = candidate;
      return true;
    }
  return false;
}

bool Unpickler::pushGlobal(StringRef module, StringRef name) {
  ElementType type;
  Value value;
  value.kind = Kind::Global;
  if ((module == "torch" || module == "torch.cuda") &&
      isStorageType(name, type)) {
    value.text = name;
    return push(std::move(value));
  }
  for (StringRef callable : kCallables) {
    auto [knownModule, knownName] = callable.split(' ');
    if (module == knownModule && name == knownName) {
      value.text = callable;
      return push(std::move(value));
    }
  }
  return fail(opcode, "expects plain values and tensors, but got the global " +
                          quote((module + "." + name).str()) +
                          ", which is not run");
}

bool Unpickler::reduce() {
  uint32_t argumentNumber = 0, functionNumber = 0;
  if (!pop(argumentNumber) || !pop(functionNumber))
    return false;
  const Value &arguments = values[argumentNumber];
  const Value &function = values[functionNumber];
  if (function.kind != Kind::Global || arguments.kind != Kind::Tuple)
    return fail(opcode, "expects a call of a global with a tuple, but got " +
                            describe(function.kind) + " and " +
                            describe(arguments.kind));
  StringRef name = function.text;
  if (name == "collections OrderedDict")
    return makeDict(arguments);
  if (name == "torch._utils _rebuild_tensor")
    return makeTensor(arguments, 4, 4);
  if (name == "torch._utils _rebuild_tensor_v2")
    return makeTensor(arguments, 6, 7);
  // The rest returns its first argument.
  if (!llvm::is_contained(kCallables, name) || arguments.items.empty())
    return fail(opcode, "expects a known call, but got " + quote(name) +
                            " with " + Twine(arguments.items.size()) +
                            " arguments");
  stack.push_back(arguments.items.front());
  return true;
}

/// collections.OrderedDict(), or of a list of pairs.
bool Unpickler::makeDict(const Value &arguments) {
  Value dict;
  dict.kind = Kind::Dict;
  if (arguments.items.size() > 1)
    return fail(opcode,
                "expects at most one argument of a dictionary, but got " +
                    Twine(arguments.items.size()));
  if (arguments.items.size() == 1) {
    const Value &list = values[arguments.items.front()];
    if (list.kind != Kind::List && list.kind != Kind::Tuple)
      return fail(opcode,
                  "expects a list of pairs, but got " + describe(list.kind));
    copiedItems += list.items.size();
    if (copiedItems > kMostValues)
      return fail(opcode, "expects at most " + Twine(kMostValues) +
                              " entries of dictionaries made of lists");
    for (uint32_t item : list.items) {
      const Value &pair = values[item];
      if ((pair.kind != Kind::List && pair.kind != Kind::Tuple) ||
          pair.items.size() != 2)
        return fail(pair.place, "expects a pair of key and value");
      dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
    }
  }
  return push(std::move(dict));
}

/// ('storage', type, key, location, number of elements[, view]).
bool Unpickler::makeStorage() {
  uint32_t number = 0;
  if (!pop(number))
    return false;
  const Value &id = values[number];
  auto item = [&](size_t i) -> const Value & { return values[id.items[i]]; };
  if (id.kind != Kind::Tuple || id.items.size() < 5 || id.items.size() > 6 ||
      item(0).kind != Kind::String || item(0).text != "storage" ||
      item(1).kind != Kind::Global || item(2).kind != Kind::String ||
      item(4).kind != Kind::Integer)
    return fail(opcode, "expects the id of a storage: ('storage', type, key, "
                        "location, count)");
  Storage storage;
  if (!isStorageType(item(1).text, storage.type))
    return fail(opcode, "expects the type of a storage, but got " +
                            quote(item(1).text));
  if (id.items.size() == 6 && item(5).kind != Kind::None)
    return fail(opcode, "expects whole storages, but this is part of another");
  storage.key = item(2).text;
  storage.count = item(4).integer;
  storage.place = opcode;
  if (storage.count < 0 || uint64_t(storage.count) > file.size())
    return fail(opcode,
                "expects a storage that fits into the file, but it has " +
                    Twine(storage.count) + " elements: is the file cut?");
  auto [it, isNew] =
      storageNumbers.try_emplace(storage.key, uint32_t(storages.size()));
  if (isNew) {
    storages.push_back(storage);
  } else {
    const Storage &known = storages[it->second];
    if (known.type != storage.type || known.count != storage.count)
      return fail(opcode, "expects storage " + quote(storage.key) +
                              " as it was at byte " + Twine(known.place));
  }
  Value value;
  value.kind = Kind::Storage;
  value.integer = it->second;
  return push(std::move(value));
}

bool Unpickler::readSizes(uint32_t number,
                          llvm::SmallVectorImpl<int64_t> &sizes,
                          StringRef what) {
  const Value &tuple = values[number];
  bool fits = (tuple.kind == Kind::Tuple || tuple.kind == Kind::List) &&
              tuple.items.size() <= kLargestRank;
  for (size_t i = 0; fits && i != tuple.items.size(); ++i) {
    const Value &size = values[tuple.items[i]];
    fits = size.kind == Kind::Integer && size.integer >= 0;
    sizes.push_back(size.integer);
  }
  return fits || fail(opcode, "expects " + what + " of a tensor: up to " +
                                  Twine(kLargestRank) +
                                  " integers that are not negative");
}

/// (storage, offset, shape, strides, ...); checks that all is inside.
bool Unpickler::makeTensor(const Value &arguments, size_t fewest, size_t most) {
  size_t count = arguments.items.size();
  if (count < fewest || count > most)
    return fail(opcode, "expects " + Twine(fewest) + " to " + Twine(most) +
                            " arguments of a tensor, but got " + Twine(count));
  const Value &storage = values[arguments.items[0]];
  const Value &offset = values[arguments.items[1]];
  if (storage.kind != Kind::Storage || offset.kind != Kind::Integer ||
      offset.integer < 0)
    return fail(opcode, "expects a storage and an offset that is not negative");
  TensorValue tensor;
  tensor.storage = storage.integer;
  tensor.offset = offset.integer;
  tensor.place = opcode;
  if (!readSizes(arguments.items[2], tensor.shape, "the shape") ||
      !readSizes(arguments.items[3], tensor.strides, "the strides"))
    return false;
  if (tensor.shape.size() != tensor.strides.size())
    return fail(opcode, "expects as many strides as dimensions");

  // In 128 bits, of at most eight factors that are checked one by one.
  int64_t available = storages[tensor.storage].count;
  auto outside = [&] {
    return fail(opcode, "expects a tensor inside its storage of " +
                            Twine(available) + " elements");
  };
  __int128 elements = 1, last = tensor.offset;
  for (int64_t size : tensor.shape) {
    elements *= size;
    if (elements > available)
      return outside();
  }
  for (auto [size, stride] : llvm::zip(tensor.shape, tensor.strides))
    if (size > 1)
      last += __int128(size - 1) * stride;
  if (elements != 0 && last >= available)
    return outside();
  for (auto [size, stride] : llvm::zip(tensor.shape, tensor.strides))
    if (size == 1) // May be any number.
      stride = 0;

  Value value;
  value.kind = Kind::Tensor;
  value.integer = tensors.size();
  tensors.push_back(std::move(tensor));
  return push(std::move(value));
}
