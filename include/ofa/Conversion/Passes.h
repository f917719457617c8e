//===- Passes.h - Conversions between dialects ---*- C++ -*-===//
//
// Part of OFA, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_CONVERSION_PASSES_H
#define OFA_CONVERSION_PASSES_H

#include "ofa/Conversion/OFAToKernel/OFAToKernel.h"

namespace mlir::ofa {

#define GEN_PASS_REGISTRATION
#include "ofa/Conversion/Passes.h.inc"

} // namespace mlir::ofa

#endif // OFA_CONVERSION_PASSES_H
