//===- Json.cpp - Parts of JSON files that know their place ---------------===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Json.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::ofa;

/// LLVM's parser calls itself for each level. Configurations have four.
static constexpr unsigned kDeepest = 64;

static bool isTooDeep(StringRef text) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      if (c == '\\')
        ++i;
      else
        inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest)
        return true;
    } else if ((c == ']' || c == '}') && depth != 0) {
      --depth;
    }
  }
  return false;
}

llvm::Expected<JsonFile> JsonFile::read(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (std::error_code code = buffer.getError())
    return llvm::createStringError("cannot read '" + path +
                                   "': " + code.message());
  StringRef text = (*buffer)->getBuffer();
  if (isTooDeep(text))
    return llvm::createStringError("'" + path + "': expects JSON of at most " +
                                   Twine(kDeepest) + " levels");
  llvm::Expected<llvm::json::Value> root = llvm::json::parse(text);
  if (!root)
    return llvm::createStringError(
        "'" + path + "': expects JSON: " + llvm::toString(root.takeError()));
  return JsonFile(std::move(*root), path);
}

void JsonFile::report(StringRef place, const Twine &message) {
  if (error.empty())
    error = ("'" + Twine(path) + "': " + (place.empty() ? "" : place + ": ") +
             message)
                .str();
}

llvm::Error JsonFile::takeError() {
  return error.empty() ? llvm::Error::success()
                       : llvm::createStringError(error);
}

/// Short enough for a message.
static std::string print(const llvm::json::Value &value) {
  switch (value.kind()) {
  case llvm::json::Value::Object:
    return "an object";
  case llvm::json::Value::Array:
    return "an array";
  default:
    break;
  }
  std::string text;
  llvm::raw_string_ostream(text) << value;
  constexpr size_t longest = 80;
  return text.size() > longest ? text.substr(0, longest) + "..." : text;
}

void JsonNode::expect(const Twine &what) const {
  if (value)
    report("expects " + what + ", but got " + print(*value));
}

bool JsonNode::has(StringRef key) const {
  const llvm::json::Object *object = value ? value->getAsObject() : nullptr;
  return object && object->get(key);
}

JsonNode JsonNode::operator[](StringRef key) const {
  std::string inner = place.empty() ? key.str() : place + "." + key.str();
  const llvm::json::Object *object = value ? value->getAsObject() : nullptr;
  const llvm::json::Value *member = object ? object->get(key) : nullptr;
  if (!object)
    expect("an object");
  else if (!member)
    report("expects a member '" + key + "'");
  return JsonNode(*file, member, inner);
}

std::vector<JsonNode> JsonNode::getArray(size_t most) const {
  const llvm::json::Array *array = value ? value->getAsArray() : nullptr;
  if (!array || array->size() > most) {
    expect("an array of at most " + Twine(most) + " elements");
    return {};
  }
  std::vector<JsonNode> nodes;
  for (const llvm::json::Value &element : *array)
    nodes.emplace_back(*file, &element,
                       place + "[" + std::to_string(nodes.size()) + "]");
  return nodes;
}

int64_t JsonNode::getInteger(int64_t least, int64_t most) const {
  std::optional<int64_t> number = value ? value->getAsInteger() : std::nullopt;
  if (number && *number >= least && *number <= most)
    return *number;
  std::string range = std::to_string(least);
  if (least != most)
    range = "an integer from " + range + " to " + std::to_string(most);
  expect(range);
  return least;
}

double JsonNode::getNumber(double least, double most) const {
  std::optional<double> number = value ? value->getAsNumber() : std::nullopt;
  if (number && *number >= least && *number <= most)
    return *number;
  expect("a number from " + llvm::formatv("{0} to {1}", least, most).str());
  return least;
}

bool JsonNode::getBool() const {
  std::optional<bool> flag = value ? value->getAsBoolean() : std::nullopt;
  if (!flag)
    expect("true or false");
  return flag.value_or(false);
}

StringRef JsonNode::getString() const {
  std::optional<StringRef> text = value ? value->getAsString() : std::nullopt;
  if (!text)
    expect("a string");
  return text.value_or("");
}

size_t JsonNode::getName(ArrayRef<StringRef> names) const {
  std::optional<StringRef> text = value ? value->getAsString() : std::nullopt;
  for (auto [index, name] : llvm::enumerate(names))
    if (text == name)
      return index;
  std::string list;
  for (auto [index, name] : llvm::enumerate(names))
    list += (index == 0                 ? ""
             : index + 1 < names.size() ? ", "
                                        : " or ") +
            ("\"" + name + "\"").str();
  expect(list);
  return 0;
}
