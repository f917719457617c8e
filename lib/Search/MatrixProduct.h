//===- MatrixProduct.h - Few rows times many weights ------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_MATRIXPRODUCT_H
#define OFA_LIB_SEARCH_MATRIXPRODUCT_H

#include "ofa/Search/Predictor.h"

namespace mlir::ofa {

/// Packs `numRows` rows of `strips` vectors, which follow each other, into
/// groups of which the first ones are used.
void packRows(const Lanes *rows, unsigned numRows, unsigned strips,
              std::vector<PackedRows> &groups);

/// results[row][strip] = bias + weights * row, or at least zero with ReLU, of
/// rows that packRows() has packed. `weights` are [strip][inputs]; without
/// `bias`, it is zero.
void multiply(const std::vector<PackedRows> &groups, unsigned numRows,
              const Lanes *weights, const Lanes *bias, unsigned inputs,
              unsigned strips, bool hasRelu, Lanes *results);

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_MATRIXPRODUCT_H
