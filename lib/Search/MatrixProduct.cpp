//===- MatrixProduct.cpp - Few rows times many weights --------------------===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixProduct.h"
#include "Lanes.h"
#include <cmath>

using namespace mlir::ofa;

/// Rows that share each load of weights at most.
static constexpr unsigned kRows = 4;
/// Vectors of sums at once: they fit the registers of every x86-64, and are
/// enough that none waits for the one before.
static constexpr unsigned kSums = 8;
/// Strips whose weights all groups of rows use before the next ones.
static constexpr unsigned kBlock = 8;

/// Calls run(rows) for a group; rows is a constant, how many it has.
template <typename Run>
static inline OFA_ALWAYS_INLINE void forRows(size_t group, unsigned numRows,
                                             Run run) {
  static_assert(kRows == 4);
  switch (numRows - group * kRows) {
  case 1:
    return run(std::integral_constant<unsigned, 1>());
  case 2:
    return run(std::integral_constant<unsigned, 2>());
  case 3:
    return run(std::integral_constant<unsigned, 3>());
  default:
    return run(std::integral_constant<unsigned, 4>());
  }
}

static constexpr size_t countGroups(unsigned numRows) {
  return (numRows + kRows - 1) / kRows;
}

template <unsigned rows>
static void packGroup(const Lanes *values, unsigned strips, PackedRows &group) {
  unsigned size = strips * kLanes, count = 0;
  if (group.indices.size() < size) {
    group.values.resize(size_t(size) * kRows);
    group.indices.resize(size);
  }
  for (unsigned i = 0; i < size; ++i) {
    float *packed = group.values.data() + size_t(count) * rows;
    float sum = 0;
    for (unsigned row = 0; row < rows; ++row) {
      packed[row] = toFloats(values + row * strips)[i];
      sum += std::fabs(packed[row]);
    }
    group.indices[count] = i;
    count += sum != 0.0f;
  }
  group.count = count;
}

void mlir::ofa::packRows(const Lanes *rows, unsigned numRows, unsigned strips,
                         std::vector<PackedRows> &groups) {
  size_t numGroups = countGroups(numRows);
  if (groups.size() < numGroups)
    groups.resize(numGroups);
  for (size_t g = 0; g != numGroups; ++g)
    forRows(g, numRows, [&](auto count) {
      packGroup<count.value>(rows + g * kRows * strips, strips, groups[g]);
    });
}

/// results[row][strip] of a group of rows and `strips` strips, whose weights
/// are `inputs` vectors apart.
template <unsigned lanes, unsigned rows, unsigned strips>
static inline OFA_ALWAYS_INLINE void
multiplyStrips(const PackedRows &group, const Lanes *weights, const Lanes *bias,
               unsigned inputs, bool hasRelu, Lanes *results, unsigned stride) {
  Vector<lanes> sums[strips][rows];
  for (unsigned s = 0; s < strips && bias; ++s)
    for (Vector<lanes> &sum : sums[s])
      sum = Vector<lanes>(bias[s]);
  const float *values = group.values.data();
  const unsigned *indices = group.indices.data();
  for (unsigned i = 0, count = group.count; i < count; ++i, values += rows)
    for (unsigned s = 0; s < strips; ++s) {
      Vector<lanes> weight(weights[size_t(s) * inputs + indices[i]]);
      for (unsigned row = 0; row < rows; ++row)
        sums[s][row].add(weight, values[row]);
    }
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned s = 0; s < strips; ++s) {
      if (hasRelu)
        sums[s][row].relu();
      sums[s][row].store(results[size_t(row) * stride + s]);
    }
}

/// A block of strips at a time, whose weights stay in the caches for all
/// groups.
void mlir::ofa::multiply(const std::vector<PackedRows> &groups,
                         unsigned numRows, const Lanes *weights,
                         const Lanes *bias, unsigned inputs, unsigned strips,
                         bool hasRelu, Lanes *results) {
  runWithVectors([=, &groups](auto lanes) OFA_ALWAYS_INLINE {
    for (unsigned block = 0; block < strips; block += kBlock)
      for (size_t g = 0; g != countGroups(numRows); ++g)
        forRows(g, numRows, [&](auto rows) OFA_ALWAYS_INLINE {
          constexpr unsigned most = kSums * lanes.value / kLanes / rows.value;
          forStrips<(most > 1 ? most : 1)>(
              std::min(kBlock, strips - block),
              [&](auto together, unsigned s) OFA_ALWAYS_INLINE {
                s += block;
                multiplyStrips<lanes.value, rows.value, together.value>(
                    groups[g], weights + size_t(s) * inputs,
                    bias ? bias + s : nullptr, inputs, hasRelu,
                    results + g * kRows * strips + s, strips);
              });
        });
  });
}
