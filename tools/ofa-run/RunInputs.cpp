//===- RunInputs.cpp - What a network is run on ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunInputs.h"
#include "ofa/Data/ImageSet.h"
#include "ofa/Data/Resize.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::ofa;

template <typename... Args>
static llvm::Error makeError(const char *format, const Args &...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format,
                                 args...);
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

llvm::Expected<RunInputs> ofa::readInputs(ArrayRef<TensorSpec> specs,
                                          const InputOptions &options) {
  RunInputs inputs;
  const TensorSpec &spec = specs.front();
  bool takesImages = specs.size() == 1 && spec.kind == ElementKind::U8 &&
                     spec.shape.size() == 4 &&
                     spec.shape[3] == ImageSet::channels;
  if ((!options.images.empty() || !options.data.empty()) && !takesImages)
    return makeError("expects --input: this network takes %s, not images",
                     llvm::join(llvm::map_range(specs,
                                                [](const TensorSpec &spec) {
                                                  return spec.describe();
                                                }),
                                " and ")
                         .c_str());
  for (const std::string &path : options.images) {
    llvm::Expected<Image> image = readImageFile(path);
    if (!image)
      return image.takeError();
    Resizer resizer(image->height, image->width, spec.shape[1], spec.shape[2]);
    addImage(inputs, spec, resizer, image->pixels.data(),
             llvm::sys::path::filename(path).str());
  }
  if (!options.rawInputs.empty()) {
    llvm::Expected<TensorVectors> vectors =
        readTensorFiles(specs, options.rawInputs, "--input");
    if (!vectors)
      return vectors.takeError();
    llvm::append_range(inputs.bytes, vectors->bytes);
    llvm::append_range(inputs.names, vectors->names);
  }
  if (!options.data.empty()) {
    if (inputs.size() != 0)
      return makeError("expects either --data, or --image and --input");
    if (llvm::Error error = addDataSet(inputs, spec, options))
      return std::move(error);
  }
  if (inputs.size() == 0)
    return makeError("expects something to run on: --image, --input, "
                     "--data or --golden-input");
  return inputs;
}
