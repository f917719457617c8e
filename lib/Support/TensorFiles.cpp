//===- TensorFiles.cpp - Raw tensors and files of them --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Support/TensorFiles.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::ofa;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// TensorSpec
//===----------------------------------------------------------------------===//

int64_t TensorSpec::getNumElements() const {
  return ShapedType::getNumElements(shape);
}

int64_t TensorSpec::getNumBytes() const {
  return getNumElements() * (kind == ElementKind::F32 ? 4 : 1);
}

static float readFloat(const uint8_t *bytes, int64_t index) {
  float value;
  memcpy(&value, bytes + 4 * index, sizeof(value));
  return value;
}

double TensorSpec::getReal(ArrayRef<uint8_t> bytes, int64_t index) const {
  if (kind == ElementKind::U8)
    return bytes[index];
  if (kind == ElementKind::S8)
    return (static_cast<int8_t>(bytes[index]) - zeroPoint) * scale;
  return readFloat(bytes.data(), index);
}

std::string TensorSpec::describe() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  const char *names[] = {"uint8", "int8", "float32"};
  os << ' ' << names[static_cast<int>(kind)];
  return text;
}

int64_t ofa::getVectorBytes(ArrayRef<TensorSpec> specs) {
  int64_t bytes = 0;
  for (const TensorSpec &spec : specs)
    bytes += spec.getNumBytes();
  return bytes;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// Real numbers of `spec` as its integers.
static std::vector<uint8_t> quantize(const TensorSpec &spec, StringRef bytes) {
  const uint8_t *data = bytes.bytes_begin();
  std::vector<uint8_t> result(bytes.size() / 4);
  for (size_t i = 0; i < result.size(); ++i) {
    double value =
        std::round(readFloat(data, i) / spec.scale) + double(spec.zeroPoint);
    // Not a number becomes the lower bound, as a comparison with it fails.
    result[i] = uint8_t(int8_t(value >= 127    ? 127
                               : value >= -128 ? value
                                               : -128));
  }
  return result;
}

/// The tensors in one file, as the network takes or gives them.
static llvm::Expected<std::vector<uint8_t>> readFile(const TensorSpec &spec,
                                                     StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError(path + ": " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  size_t tensorBytes = spec.getNumBytes();
  bool isReal = spec.isReal && bytes.size() != tensorBytes;
  std::string described = spec.describe();
  if (isReal) {
    tensorBytes *= 4;
    described = "'" + spec.name + "': " + described + " as float32";
  }
  if (bytes.empty() || bytes.size() % tensorBytes != 0)
    return makeError(path + ": expects one or more tensors of " +
                     Twine(tensorBytes) + " bytes (" + described +
                     "), but the file has " + Twine(bytes.size()));
  if (isReal)
    return quantize(spec, bytes);
  return std::vector<uint8_t>(bytes.bytes_begin(), bytes.bytes_end());
}

llvm::Expected<TensorVectors> ofa::readTensorFiles(ArrayRef<TensorSpec> specs,
                                                   ArrayRef<std::string> paths,
                                                   StringRef option) {
  if (paths.size() % specs.size() != 0) {
    std::string names =
        llvm::join(llvm::map_range(
                       specs, [](const TensorSpec &spec) { return spec.name; }),
                   ", ");
    return makeError("expects " + option + " once for each of " +
                     Twine(specs.size()) + " tensors (" + names +
                     "), and so on for more vectors, but got " +
                     Twine(paths.size()) + " files");
  }
  TensorVectors vectors;
  for (; !paths.empty(); paths = paths.drop_front(specs.size())) {
    std::vector<std::vector<uint8_t>> files;
    size_t count = 0;
    for (auto [spec, path] : llvm::zip(specs, paths)) {
      auto file = readFile(spec, path);
      if (!file)
        return file.takeError();
      size_t tensors = file->size() / spec.getNumBytes();
      if (!files.empty() && tensors != count)
        return makeError(path + ": expects as many tensors as '" +
                         paths.front() + "', which has " + Twine(count) +
                         ", but the file has " + Twine(tensors));
      count = tensors;
      files.push_back(std::move(*file));
    }
    for (size_t i = 0; i < count; ++i) {
      for (auto [spec, file] : llvm::zip(specs, files)) {
        ArrayRef<uint8_t> tensor =
            ArrayRef(file).slice(i * spec.getNumBytes(), spec.getNumBytes());
        vectors.bytes.insert(vectors.bytes.end(), tensor.begin(), tensor.end());
      }
      vectors.names.push_back(llvm::sys::path::filename(paths.front()).str() +
                              "[" + std::to_string(i) + "]");
    }
  }
  return vectors;
}
