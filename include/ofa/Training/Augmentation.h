//===- Augmentation.h - How training images are varied ---------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_TRAINING_AUGMENTATION_H
#define OFA_TRAINING_AUGMENTATION_H

#include "llvm/Support/YAMLTraits.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlir::ofa::training {

struct Range {
  double low = 0;
  double high = 0;
};

/// A random rectangle of the image, brought back to its size. Sides that would
/// be longer than the image's are cut to it.
struct RandomResizedCrop {
  Range scale = {0.08, 1};           ///< part of the area, uniform
  Range aspect = {3.0 / 4, 4.0 / 3}; ///< width / height, its logarithm uniform
};

/// Each is multiplied by a factor uniform in [1 - x, 1 + x]; 0: as it is. The
/// published Once-for-All has brightness 32/255 and saturation 0.5.
struct ColorJitter {
  double brightness = 0;
  double contrast = 0;
  double saturation = 0;
};

/// `operations` of a list (RandAugment.h), each drawn anew, of one strength.
struct RandAugment {
  int operations = 0;
  int magnitude = 9; ///< 0 to 10
};

/// What is done to training images, in the order of the members. All of it is a
/// function of the seed, the epoch and the image's index.
struct Augmentation {
  /// Shifts by up to this part of the side, both ways. What comes in is the
  /// preprocessing's zero.
  double cropPadding = 0.125;
  /// In place of `cropPadding`, which must be 0 then.
  std::optional<RandomResizedCrop> randomResizedCrop;
  /// Mirrors every other image, where the data set allows that.
  bool flip = true;
  ColorJitter colorJitter;
  RandAugment randAugment;

  /// What is wrong with the values, or nothing.
  std::string validate() const;
};

} // namespace mlir::ofa::training

/// The keys are the members' names in kebab-case. Where `random-resized-crop`
/// is given, `crop-padding` is 0 unless it is given, too.
template <>
struct llvm::yaml::MappingTraits<mlir::ofa::training::Augmentation> {
  static void mapping(IO &io, mlir::ofa::training::Augmentation &augmentation);
  static std::string validate(IO &io,
                              mlir::ofa::training::Augmentation &augmentation);
};

#endif // OFA_TRAINING_AUGMENTATION_H
