//===- Folder.cpp - A folder of class folders with images -----------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sources.h"
#include "Threads.h"
#include "ofa/Data/Resize.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

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

/// The splits' folders; both are the data set's own where it has none.
struct Splits {
  std::string train, test;
  bool areGiven = false;
};

Splits findSplits(llvm::StringRef folder) {
  if (!fs::is_directory(join(folder, "train")))
    return {folder.str(), folder.str(), false};
  std::string test = join(folder, "test");
  if (!fs::is_directory(test))
    test = join(folder, "val");
  return {join(folder, "train"), test, true};
}

/// A class that one split lacks would shift the labels of all that follow.
llvm::Error checkHasAll(llvm::StringRef folder,
                        const std::vector<std::string> &classes,
                        llvm::StringRef otherFolder,
                        const std::vector<std::string> &otherClasses) {
  std::vector<std::string> missing;
  std::set_difference(otherClasses.begin(), otherClasses.end(), classes.begin(),
                      classes.end(), std::back_inserter(missing));
  if (missing.empty())
    return llvm::Error::success();
  size_t count = missing.size();
  missing.resize(std::min<size_t>(count, 5));
  return fail("'" + folder + "' lacks " + llvm::Twine(count) + " of the " +
              llvm::Twine(otherClasses.size()) + " class folders of '" +
              otherFolder + "': " + llvm::join(missing, ", ") +
              (count > missing.size() ? ", ..." : "") +
              "; both splits need the same classes");
}

/// The classes of a split, which are those of the other one.
llvm::Expected<std::vector<std::string>> listClasses(const Splits &splits,
                                                     DataSplit split) {
  const std::string &root =
      split == DataSplit::Train ? splits.train : splits.test;
  const std::string &otherRoot =
      split == DataSplit::Train ? splits.test : splits.train;
  llvm::Expected<std::vector<std::string>> classes = list(root, true);
  if (!classes)
    return classes.takeError();
  if (classes->size() < 2)
    return fail("'" + root + "' has " + llvm::Twine(classes->size()) +
                " class folders, expected at least 2, each with the JPEG or "
                "PNG images of one class");
  // Who only trains needs no test images.
  if (!splits.areGiven || !fs::is_directory(otherRoot))
    return classes;
  llvm::Expected<std::vector<std::string>> others = list(otherRoot, true);
  if (!others)
    return others.takeError();
  if (llvm::Error error = checkHasAll(root, *classes, otherRoot, *others))
    return error;
  if (llvm::Error error = checkHasAll(otherRoot, *others, root, *classes))
    return error;
  return classes;
}

/// Adds a class's images of a split.
llvm::Error addEntries(llvm::StringRef folder, bool isGiven, DataSplit split,
                       int32_t label, std::vector<Entry> &entries) {
  llvm::Expected<std::vector<std::string>> files = list(folder, false);
  if (!files)
    return files.takeError();
  if (files->empty())
    return fail("class folder '" + folder + "' has no JPEG or PNG image");
  if (!isGiven && split == DataSplit::Test && files->size() < 10)
    return fail("class folder '" + folder + "' has " +
                llvm::Twine(files->size()) +
                " images, too few for a test split of every tenth; add images, "
                "or make folders 'train' and 'test'");
  for (size_t i = 0; i < files->size(); ++i)
    if (isGiven || (i % 10 == 9) == (split == DataSplit::Test))
      entries.push_back({join(folder, (*files)[i]), label});
  return llvm::Error::success();
}

/// Removes the images that could not be decoded.
llvm::Error dropBroken(const std::vector<Entry> &entries,
                       const std::vector<std::string> &errors, ImageSet &set) {
  size_t kept = 0, bytes = set.getImageBytes();
  std::vector<size_t> keptOfClass(set.classNames.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!errors[i].empty()) {
      set.skipped.push_back(errors[i]);
      continue;
    }
    if (kept != i)
      std::copy_n(set.pixels.data() + i * bytes, bytes,
                  set.pixels.data() + kept * bytes);
    set.labels[kept++] = entries[i].label;
    ++keptOfClass[entries[i].label];
  }
  set.labels.resize(kept);
  set.pixels.resize(kept * bytes);
  if (set.skipped.size() * 100 > entries.size())
    return fail(llvm::Twine(set.skipped.size()) + " of " +
                llvm::Twine(entries.size()) +
                " images cannot be read, more than one in a hundred; the "
                "first: " +
                set.skipped.front());
  for (size_t label = 0; label < keptOfClass.size(); ++label)
    if (!keptOfClass[label])
      return fail("class '" + set.classNames[label] +
                  "' has no image that can be read; the first of all that "
                  "cannot: " +
                  set.skipped.front());
  return llvm::Error::success();
}

} // namespace

llvm::Expected<ImageSet> mlir::ofa::loadFolder(llvm::StringRef folder,
                                               DataSplit split, int64_t size,
                                               unsigned threads) {
  if (!fs::is_directory(folder))
    return fail("'" + folder +
                "' is no data set: expected 'procedural', a folder of class "
                "folders, or a folder with CIFAR-10's binary files");
  Splits splits = findSplits(folder);
  const std::string &root =
      split == DataSplit::Train ? splits.train : splits.test;
  if (!fs::is_directory(root))
    return fail("'" + folder +
                "' has a folder 'train', but neither 'test' nor 'val' for the "
                "test images");
  llvm::Expected<std::vector<std::string>> classes = listClasses(splits, split);
  if (!classes)
    return classes.takeError();
  ImageSet set;
  set.height = set.width = size;
  set.classNames = *classes;
  std::vector<Entry> entries;
  for (size_t label = 0; label < classes->size(); ++label)
    if (llvm::Error error =
            addEntries(join(root, (*classes)[label]), splits.areGiven, split,
                       static_cast<int32_t>(label), entries))
      return error;
  set.labels.resize(entries.size());
  set.pixels.resize(entries.size() * static_cast<size_t>(set.getImageBytes()));
  std::vector<std::string> errors(entries.size());
  forEachInParallel(
      static_cast<int64_t>(entries.size()), threads, [&](int64_t i) {
        llvm::Expected<Image> image = readImageFile(entries[i].path);
        if (image)
          placeImage(*image, size, set.pixels.data() + i * set.getImageBytes());
        else
          errors[i] = llvm::toString(image.takeError());
      });
  if (llvm::Error error = dropBroken(entries, errors, set))
    return error;
  return set;
}
