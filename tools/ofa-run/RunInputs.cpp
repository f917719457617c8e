//===- RunInputs.cpp - What a network is run on ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunInputs.h"
#include "ofa/Data/ImageSet.h"
#include "ofa/Data/Resize.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::ofa;

template <typename... Args>
static llvm::Error makeError(const char *format, const Args &...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format,
                                 args...);
}

llvm::Expected<std::vector<uint8_t>>
ofa::readTensorFile(const TensorSpec &spec, StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("%s: %s", path.str().c_str(),
                     buffer.getError().message().c_str());
  StringRef bytes = (*buffer)->getBuffer();
  if (bytes.empty() || bytes.size() % spec.getNumBytes() != 0)
    return makeError("%s: expects one or more tensors of %lld bytes (%s), but "
                     "the file has %zu",
                     path.str().c_str(), (long long)spec.getNumBytes(),
                     spec.describe().c_str(), bytes.size());
  return std::vector<uint8_t>(bytes.bytes_begin(), bytes.bytes_end());
}

/// Appends an image, resized to the network's input.
static void addImage(RunInputs &inputs, const TensorSpec &spec,
                     Resizer &resizer, const uint8_t *pixels,
                     std::string name) {
  size_t offset = inputs.bytes.size();
  inputs.bytes.resize(offset + spec.getNumBytes());
  resizer.run(pixels, inputs.bytes.data() + offset);
  inputs.names.push_back(std::move(name));
}

static llvm::Error addDataSet(RunInputs &inputs, const TensorSpec &spec,
                              const InputOptions &options) {
  DataSplit split = DataSplit::Test;
  if (options.split == "train")
    split = DataSplit::Train;
  else if (options.split != "test")
    return makeError("--split: expects 'test' or 'train', but got '%s'",
                     options.split.c_str());
  // Data sets keep one size; networks resize from it, as in training.
  llvm::Expected<ImageSet> set = loadImageSet(options.data, split, 32);
  if (!set)
    return set.takeError();
  int64_t count = set->size();
  if (options.limit > 0)
    count = std::min(count, options.limit);
  Resizer resizer(set->height, set->width, spec.shape[1], spec.shape[2]);
  // Evenly spread, since folders come class by class.
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = i * set->size() / count;
    addImage(inputs, spec, resizer, set->getImage(index), std::to_string(index));
    inputs.labels.push_back(set->labels[index]);
  }
  inputs.classNames = set->classNames;
  return llvm::Error::success();
}

llvm::Expected<RunInputs> ofa::readInputs(const TensorSpec &spec,
                                          const InputOptions &options) {
  RunInputs inputs;
  bool takesImages = spec.kind == ElementKind::U8 && spec.shape.size() == 4 &&
                     spec.shape[3] == ImageSet::channels;
  if ((!options.images.empty() || !options.data.empty()) && !takesImages)
    return makeError("expects --input: this network takes %s, not images",
                     spec.describe().c_str());
  for (const std::string &path : options.images) {
    llvm::Expected<Image> image = readImageFile(path);
    if (!image)
      return image.takeError();
    Resizer resizer(image->height, image->width, spec.shape[1], spec.shape[2]);
    addImage(inputs, spec, resizer, image->pixels.data(),
             llvm::sys::path::filename(path).str());
  }
  for (const std::string &path : options.rawInputs) {
    llvm::Expected<std::vector<uint8_t>> bytes = readTensorFile(spec, path);
    if (!bytes)
      return bytes.takeError();
    for (size_t i = 0; i * spec.getNumBytes() < bytes->size(); ++i)
      inputs.names.push_back(llvm::sys::path::filename(path).str() + "[" +
                             std::to_string(i) + "]");
    inputs.bytes.insert(inputs.bytes.end(), bytes->begin(), bytes->end());
  }
  if (!options.data.empty()) {
    if (inputs.size() != 0)
      return makeError("expects either --data, or --image and --input");
    if (llvm::Error error = addDataSet(inputs, spec, options))
      return std::move(error);
  }
  if (inputs.size() == 0)
    return makeError("expects something to run on: --image, --input or --data");
  return inputs;
}
