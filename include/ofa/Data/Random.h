//===- Random.h - Random numbers that are a function of a key --*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_DATA_RANDOM_H
#define OFA_DATA_RANDOM_H

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace mlir::ofa {

/// A generator that is started from what it is for (seed, epoch, image, ...),
/// so that no state has to be kept to repeat or resume anything. SplitMix64
/// over a hash of the key; the same numbers on every machine.
class Random {
public:
  explicit Random(std::initializer_list<uint64_t> key) {
    for (uint64_t part : key)
      state = mix(state + 0x9e3779b97f4a7c15ull + part);
  }

  uint64_t next() { return mix(state += 0x9e3779b97f4a7c15ull); }

  /// Uniform in [0, bound); `bound` is at least 1 and below 2^32.
  int64_t below(int64_t bound) {
    return static_cast<int64_t>(((next() >> 32) * static_cast<uint64_t>(bound)) >>
                                32);
  }

  /// Uniform in [low, high].
  int64_t between(int64_t low, int64_t high) {
    return low + below(high - low + 1);
  }

  /// Uniform in [0, 1), a multiple of 2^-24.
  float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

  /// The numbers 0 to count - 1 in random order.
  std::vector<int32_t> permutation(int64_t count) {
    std::vector<int32_t> order(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i)
      order[i] = static_cast<int32_t>(i);
    for (int64_t i = count - 1; i > 0; --i)
      std::swap(order[i], order[below(i + 1)]);
    return order;
  }

private:
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

  uint64_t state = 0;
};

} // namespace mlir::ofa

#endif // OFA_DATA_RANDOM_H
