//===- Folder.cpp - A folder of class folders with images -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sources.h"
#include "ofa/Data/Resize.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <thread>

using namespace mlir::ofa;
namespace fs = llvm::sys::fs;

namespace {

struct Entry {
  std::string path;
  int32_t label;
};


llvm::Error fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// Names inside a folder, sorted: folders, or files that look like images.
llvm::Expected<std::vector<std::string>> list(llvm::StringRef folder,
                                              bool folders) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; it != end && !error;
       it.increment(error)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    if (name.starts_with("."))
      continue;
    bool isFolder = fs::is_directory(it->path());
    std::string extension = llvm::sys::path::extension(name).lower();
    bool isImage = extension == ".jpg" || extension == ".jpeg" ||
                   extension == ".png";
    if (folders ? isFolder : (!isFolder && isImage))
      names.push_back(name.str());
  }
  if (error)
    return fail("cannot list '" + folder + "': " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

std::string join(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

/// The centre square of an image, resized.
void placeImage(const Image &image, int64_t size, uint8_t *target) {
  int64_t side = std::min(image.height, image.width);
  int64_t top = (image.height - side) / 2, left = (image.width - side) / 2;
  std::vector<uint8_t> square(static_cast<size_t>(side * side * 3));
  for (int64_t y = 0; y < side; ++y)
    std::copy_n(image.pixels.data() + ((top + y) * image.width + left) * 3,
                side * 3, square.data() + y * side * 3);
  Resizer(side, side, size, size).run(square.data(), target);
}

/// Decodes every `step`-th entry from `first` into its place.
void decodeShare(const std::vector<Entry> &entries, size_t first, size_t step,
                 ImageSet &set, std::vector<std::string> &errors) {
  for (size_t i = first; i < entries.size(); i += step) {
    llvm::Expected<Image> image = readImageFile(entries[i].path);
    if (!image) {
      errors[i] = llvm::toString(image.takeError());
      continue;
    }
    placeImage(*image, set.height,
               set.pixels.data() + i * static_cast<size_t>(set.getImageBytes()));
  }
}

} // namespace

/// Removes the images that could not be decoded.
static llvm::Error dropBroken(const std::vector<Entry> &entries,
                              const std::vector<std::string> &errors,
                              ImageSet &set) {
  size_t kept = 0, bytes = set.getImageBytes();
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!errors[i].empty()) {
      set.skipped.push_back(errors[i]);
      continue;
    }
    if (kept != i)
      std::copy_n(set.pixels.data() + i * bytes, bytes,
                  set.pixels.data() + kept * bytes);
    set.labels[kept++] = entries[i].label;
  }
  set.labels.resize(kept);
  set.pixels.resize(kept * bytes);
  if (set.skipped.size() * 100 > entries.size())
    return fail(llvm::Twine(set.skipped.size()) + " of " +
                llvm::Twine(entries.size()) +
                " images cannot be read, more than one in a hundred; the "
                "first: " +
                set.skipped.front());
  return llvm::Error::success();
}

llvm::Expected<ImageSet> mlir::ofa::loadFolder(llvm::StringRef folder,
                                               DataSplit split, int64_t size) {
  if (!fs::is_directory(folder))
    return fail("'" + folder +
                "' is no data set: expected 'procedural', a folder of class "
                "folders, or a folder with CIFAR-10's binary files");
  // A given split, or every tenth image for the test.
  std::string root = folder.str();
  bool isGiven = fs::is_directory(join(folder, "train"));
  if (isGiven && split == DataSplit::Train) {
    root = join(folder, "train");
  } else if (isGiven) {
    root = join(folder, "test");
    if (!fs::is_directory(root))
      root = join(folder, "val");
  }
  llvm::Expected<std::vector<std::string>> classes = list(root, true);
  if (!classes)
    return classes.takeError();
  if (classes->size() < 2)
    return fail("'" + root + "' has " + llvm::Twine(classes->size()) +
                " class folders, expected at least 2, each with the JPEG or "
                "PNG images of one class");
  ImageSet set;
  set.height = set.width = size;
  set.classNames = *classes;
  std::vector<Entry> entries;
  for (size_t label = 0; label < classes->size(); ++label) {
    std::string classFolder = join(root, (*classes)[label]);
    llvm::Expected<std::vector<std::string>> files = list(classFolder, false);
    if (!files)
      return files.takeError();
    if (files->empty())
      return fail("class folder '" + classFolder +
                  "' has no JPEG or PNG image");
    for (size_t i = 0; i < files->size(); ++i)
      if (isGiven || (i % 10 == 9) == (split == DataSplit::Test))
        entries.push_back({join(classFolder, (*files)[i]),
                           static_cast<int32_t>(label)});
  }
  if (entries.empty())
    return fail("'" + root + "' has too few images for a test split: at least "
                             "10 in a class are needed");
  set.labels.resize(entries.size());
  set.pixels.resize(entries.size() * static_cast<size_t>(set.getImageBytes()));
  std::vector<std::string> errors(entries.size());
  size_t workers = std::max(1u, std::min(16u, std::thread::hardware_concurrency()));
  std::vector<std::thread> threads;
  for (size_t w = 0; w < workers; ++w)
    threads.emplace_back([&, w] { decodeShare(entries, w, workers, set, errors); });
  for (std::thread &thread : threads)
    thread.join();
  if (llvm::Error error = dropBroken(entries, errors, set))
    return error;
  return set;
}
