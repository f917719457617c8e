//===- RandAugment.cpp - A list of strong changes of an image -------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandAugment.h"

#include "ofa/Data/Random.h"

using namespace mlir::ofa;
using namespace mlir::ofa::training;

static int64_t drawSign(Random &random) { return random.below(2) ? 1 : -1; }

/// `part` / 1000 of the side at magnitude 10, in whole pixels.
static int64_t getLength(ImageRef image, int magnitude, int64_t part) {
  return (image.side * part * magnitude + 5000) / 10000;
}

/// 0.3, in fractions of 65536.
static int64_t drawSlant(int magnitude, Random &random) {
  return drawSign(random) * (19661 * magnitude / 10);
}

/// 1 - 0.9 or 1 + 0.9, in fractions of 256.
static int64_t drawFactor(int magnitude, Random &random) {
  return 256 + drawSign(random) * (230 * magnitude / 10);
}

static void applyIdentity(ImageRef, int, Color, Random &) {}

static void applyAutoContrast(ImageRef image, int, Color, Random &) {
  autoContrast(image);
}

static void applyEqualize(ImageRef image, int, Color, Random &) {
  equalize(image);
}

static void applyRotate(ImageRef image, int magnitude, Color outside,
                        Random &random) {
  // The tangent of 15 degrees is 0.268.
  rotate(image, drawSign(random) * 268 * magnitude, outside);
}

static void applyShearX(ImageRef image, int magnitude, Color outside,
                        Random &random) {
  Matrix matrix;
  matrix.xy = drawSlant(magnitude, random);
  transform(image, matrix, outside);
}

static void applyShearY(ImageRef image, int magnitude, Color outside,
                        Random &random) {
  Matrix matrix;
  matrix.yx = drawSlant(magnitude, random);
  transform(image, matrix, outside);
}

static void applyTranslateX(ImageRef image, int magnitude, Color outside,
                            Random &random) {
  translate(image, 0, drawSign(random) * getLength(image, magnitude, 450),
            outside);
}

static void applyTranslateY(ImageRef image, int magnitude, Color outside,
                            Random &random) {
  translate(image, drawSign(random) * getLength(image, magnitude, 450), 0,
            outside);
}

static void applyPosterize(ImageRef image, int magnitude, Color, Random &) {
  posterize(image, 8 - (4 * magnitude + 5) / 10);
}

static void applySolarize(ImageRef image, int magnitude, Color, Random &) {
  solarize(image, 256 - 256 * magnitude / 10);
}

static void applyBrightness(ImageRef image, int magnitude, Color,
                            Random &random) {
  changeBrightness(image, drawFactor(magnitude, random));
}

static void applyContrast(ImageRef image, int magnitude, Color,
                          Random &random) {
  changeContrast(image, drawFactor(magnitude, random));
}

static void applySaturation(ImageRef image, int magnitude, Color,
                            Random &random) {
  changeSaturation(image, drawFactor(magnitude, random));
}

static void applySharpness(ImageRef image, int magnitude, Color,
                           Random &random) {
  changeSharpness(image, drawFactor(magnitude, random));
}

static void applyCutout(ImageRef image, int magnitude, Color outside,
                        Random &random) {
  int64_t y = random.below(image.side), x = random.below(image.side);
  cutOut(image, y, x, getLength(image, magnitude, 400), outside);
}

llvm::ArrayRef<RandOperation> mlir::ofa::training::getRandOperations() {
  static const RandOperation all[] = {
      {"identity", applyIdentity},      {"auto-contrast", applyAutoContrast},
      {"equalize", applyEqualize},      {"rotate", applyRotate},
      {"shear-x", applyShearX},         {"shear-y", applyShearY},
      {"translate-x", applyTranslateX}, {"translate-y", applyTranslateY},
      {"posterize", applyPosterize},    {"solarize", applySolarize},
      {"brightness", applyBrightness},  {"contrast", applyContrast},
      {"saturation", applySaturation},  {"sharpness", applySharpness},
      {"cutout", applyCutout},
  };
  return all;
}
