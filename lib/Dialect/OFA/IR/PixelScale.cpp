//===- PixelScale.cpp - Raw pixels as int8 --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Dialect/OFA/IR/PixelScale.h"
#include <cmath>

using namespace mlir;
using namespace mlir::ofa;

std::optional<PixelScale> ofa::findPixelScale(PreprocessingAttr preprocessing) {
  double mean = preprocessing.getMean().front().getValueAsDouble();
  if (!llvm::all_equal(preprocessing.getMean()) ||
      !llvm::all_equal(preprocessing.getScale()) || mean != std::floor(mean) ||
      mean < 0 || mean > 255)
    return std::nullopt;
  double scale = preprocessing.getScale().front().getValueAsDouble();
  return PixelScale{double(float(scale)), int32_t(mean) - 128};
}
