//===- ImageSet.h - Labelled 8-bit images in memory ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DATA_IMAGESET_H
#define OFA_DATA_IMAGESET_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::ofa {

/// Images of one size, RGB, 8 bits: [size(), height, width, 3], row-major.
struct ImageSet {
  static constexpr int64_t channels = 3;

  int64_t height = 0;
  int64_t width = 0;
  std::vector<uint8_t> pixels;
  /// Position in `classNames`, one for each image.
  std::vector<int32_t> labels;
  std::vector<std::string> classNames;
  /// Whether a mirrored image is still of its class.
  bool mayFlip = true;
  /// Files that could not be read and were left out.
  std::vector<std::string> skipped;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  int64_t getImageBytes() const { return height * width * channels; }
  const uint8_t *getImage(int64_t index) const {
    return pixels.data() + index * getImageBytes();
  }
};

enum class DataSplit {
  Train, ///< what weights are fitted to
  Test,  ///< what accuracy is reported on
};

/// Reads or draws a data set.
///
/// `source` is one of
///  - `procedural[:key=value,...]`: the data set drawn by the project itself
///    (Procedural.h has the keys);
///  - a folder with CIFAR-10's binary files (`data_batch_1.bin` to `_5.bin`,
///    `test_batch.bin`, `batches.meta.txt`);
///  - a folder of class folders with JPEG or PNG images. Classes are numbered
///    in the order of their names. If the folder holds `train` and `test` (or
///    `val`), these are the splits, of the same classes; else every tenth image
///    of a class is of the test split.
///
/// Images are cropped to their centre square and resized to `size` x `size`.
/// Files that cannot be decoded are left out, up to one in a hundred.
/// The error names the file, what was expected and what is there.
///
/// `threads` decode files (0: one per core, at most 16); the result does not
/// depend on their number.
llvm::Expected<ImageSet> loadImageSet(llvm::StringRef source, DataSplit split,
                                      int64_t size, unsigned threads = 0);

/// One image file, JPEG or PNG by its content, as [height, width, 3].
struct Image {
  int64_t height = 0;
  int64_t width = 0;
  std::vector<uint8_t> pixels;
};
llvm::Expected<Image> readImageFile(llvm::StringRef path);

} // namespace mlir::ofa

#endif // OFA_DATA_IMAGESET_H
