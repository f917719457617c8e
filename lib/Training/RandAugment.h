//===- RandAugment.h - A list of strong changes of an image ----*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_TRAINING_RANDAUGMENT_H
#define OFA_LIB_TRAINING_RANDAUGMENT_H

#include "ImageOps.h"

#include "llvm/ADT/ArrayRef.h"

namespace mlir::ofa {
class Random;
} // namespace mlir::ofa

namespace mlir::ofa::training {

/// One of the list, at a magnitude from 0 to 10. Directions are random.
struct RandOperation {
  const char *name;
  void (*apply)(ImageRef image, int magnitude, Color outside, Random &random);
};

/// At magnitude 10, and less in proportion:
///
///     identity, auto-contrast, equalize (these know no magnitude)
///     rotate                            30 degrees
///     shear-x, shear-y                  0.3
///     translate-x, translate-y          0.45 of the side
///     posterize                         4 bits fewer
///     solarize                          all values are inverted
///     brightness, contrast, saturation, sharpness: a factor of 0.1 or 1.9
///     cutout                            a square of 0.4 of the side
llvm::ArrayRef<RandOperation> getRandOperations();

} // namespace mlir::ofa::training

#endif // OFA_LIB_TRAINING_RANDAUGMENT_H
