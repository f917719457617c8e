//===- PixelScale.h - Raw pixels as int8 ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DIALECT_OFA_IR_PIXELSCALE_H
#define OFA_DIALECT_OFA_IR_PIXELSCALE_H

#include "ofa/Dialect/OFA/IR/OFA.h"
#include <optional>

namespace mlir::ofa {

/// What `pixel - 128` means, where it is all of the preprocessing.
struct PixelScale {
  double scale; ///< A float.
  int32_t zeroPoint;
};

/// The scale and zero point with which an int8 input is the raw pixel minus
/// 128; nothing unless the preprocessing is one scale and a mean that is a
/// pixel's value. Decides which kernels make int8 of pixels, and what they
/// need.
std::optional<PixelScale> findPixelScale(PreprocessingAttr preprocessing);

} // namespace mlir::ofa

#endif // OFA_DIALECT_OFA_IR_PIXELSCALE_H
