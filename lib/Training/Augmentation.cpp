//===- Augmentation.cpp - How training images are varied ------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Training/Augmentation.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <vector>

using namespace mlir::ofa::training;

//===----------------------------------------------------------------------===//
// Values that make sense
//===----------------------------------------------------------------------===//

/// Written so that what is not a number fails, too.
static bool isWithin(double value, double low, double high) {
  return low <= value && value <= high;
}

static std::string print(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

static std::string print(const Range &range) {
  return "[" + print(range.low) + ", " + print(range.high) + "]";
}

static std::string checkNumber(const std::string &key, double value,
                               double high) {
  if (isWithin(value, 0, high))
    return "";
  return "'" + key + "': expected a number in " + print(Range{0, high}) +
         ", but got " + print(value);
}

static std::string checkRange(const std::string &key, const Range &range,
                              const Range &limits) {
  if (isWithin(range.low, limits.low, range.high) && range.high <= limits.high)
    return "";
  return "'" + key + "': expected [lowest, highest] within " + print(limits) +
         ", but got " + print(range);
}

std::string Augmentation::validate() const {
  std::vector<std::string> problems = {
      checkNumber("crop-padding", cropPadding, 0.5),
      checkNumber("color-jitter: brightness", colorJitter.brightness, 1),
      checkNumber("color-jitter: contrast", colorJitter.contrast, 1),
      checkNumber("color-jitter: saturation", colorJitter.saturation, 1),
      checkNumber("rand-augment: operations", randAugment.operations, 16),
      checkNumber("rand-augment: magnitude", randAugment.magnitude, 10)};
  if (randomResizedCrop) {
    problems.push_back(checkRange("random-resized-crop: scale",
                                  randomResizedCrop->scale, {0.01, 1}));
    problems.push_back(checkRange("random-resized-crop: aspect",
                                  randomResizedCrop->aspect, {0.1, 10}));
    if (cropPadding > 0)
      problems.push_back("expected either 'random-resized-crop' or "
                         "'crop-padding', but got both; remove one");
  }
  for (const std::string &problem : problems)
    if (!problem.empty())
      return problem;
  return "";
}

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

static void mapRange(llvm::yaml::IO &io, const char *key, Range &range) {
  std::optional<std::vector<double>> ends;
  if (io.outputting())
    ends = {range.low, range.high};
  io.mapOptional(key, ends);
  if (ends && ends->size() == 2)
    range = {ends->front(), ends->back()};
  else if (ends)
    io.setError(llvm::Twine("'") + key +
                "': expected [lowest, highest], but got " +
                llvm::Twine(ends->size()) + " numbers");
}

template <>
struct llvm::yaml::MappingTraits<RandomResizedCrop> {
  static void mapping(IO &io, RandomResizedCrop &crop) {
    mapRange(io, "scale", crop.scale);
    mapRange(io, "aspect", crop.aspect);
  }
};

template <>
struct llvm::yaml::MappingTraits<ColorJitter> {
  static void mapping(IO &io, ColorJitter &jitter) {
    io.mapOptional("brightness", jitter.brightness);
    io.mapOptional("contrast", jitter.contrast);
    io.mapOptional("saturation", jitter.saturation);
  }
};

template <>
struct llvm::yaml::MappingTraits<RandAugment> {
  static void mapping(IO &io, RandAugment &rand) {
    io.mapRequired("operations", rand.operations);
    io.mapOptional("magnitude", rand.magnitude);
  }
};

void llvm::yaml::MappingTraits<Augmentation>::mapping(
    IO &io, Augmentation &augmentation) {
  io.mapOptional("random-resized-crop", augmentation.randomResizedCrop);
  io.mapOptional("crop-padding", augmentation.cropPadding,
                 augmentation.randomResizedCrop ? 0.0
                                                : Augmentation().cropPadding);
  io.mapOptional("flip", augmentation.flip);
  io.mapOptional("color-jitter", augmentation.colorJitter);
  io.mapOptional("rand-augment", augmentation.randAugment);
}

std::string
llvm::yaml::MappingTraits<Augmentation>::validate(IO &,
                                                  Augmentation &augmentation) {
  return augmentation.validate();
}
