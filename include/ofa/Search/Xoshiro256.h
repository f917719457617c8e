//===- Xoshiro256.h - Random numbers that are the same anywhere *- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_SEARCH_XOSHIRO256_H
#define OFA_SEARCH_XOSHIRO256_H

#include <cstdint>

namespace mlir::ofa {

/// xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
/// Generators", 2021) with its state filled by SplitMix64 (Steele, Lea and
/// Flood, 2014), as its authors recommend. The distributions of the C++
/// standard library differ between implementations, so none is used.
class Xoshiro256 {
public:
  explicit Xoshiro256(uint64_t seed);

  uint64_t next();
  /// Uniform in [0, bound), without bias; `bound` is above zero.
  uint64_t below(uint64_t bound);
  /// Uniform in [0, 1), in steps of 2^-53.
  double uniform();

private:
  uint64_t state[4];
};

} // namespace mlir::ofa

#endif // OFA_SEARCH_XOSHIRO256_H
