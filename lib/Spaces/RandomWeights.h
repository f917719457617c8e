//===- RandomWeights.h - Initial parameters, equal everywhere ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SPACES_RANDOMWEIGHTS_H
#define OFA_LIB_SPACES_RANDOMWEIGHTS_H

#include "llvm/ADT/StringRef.h"
#include <vector>

namespace mlir::ofa {

/// `count` normal values of mean 0 and the given deviation, for the tensor
/// `name` (each tensor has its own stream, so that a change elsewhere in the
/// network leaves it alone).
///
/// The bits come from SplitMix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", OOPSLA 2014), started at
/// `seed * 0x9e3779b97f4a7c15 + FNV-1a(name)`. A value is the sum of twelve
/// uniform 16-bit integers, four from each output word, lowest first, less its
/// mean 393210, divided by 65536: near normal, of variance 1, in exact integer
/// arithmetic, where logarithms and cosines would differ between C libraries.
/// It is multiplied by `deviation` in double and rounded once to float.
std::vector<float> makeNormal(llvm::StringRef name, uint64_t seed,
                              int64_t count, double deviation);

/// The identity matrix of `size` rows.
std::vector<float> makeIdentity(int64_t size);

/// Batch norm that changes nothing but for epsilon: `[4, channels]`, rows
/// scale 1, offset 0, mean 0, variance 1.
std::vector<float> makeNeutralBatchNorm(int64_t channels);

} // namespace mlir::ofa

#endif // OFA_LIB_SPACES_RANDOMWEIGHTS_H
