//===- Xoshiro256.cpp - Random numbers that are the same anywhere -*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ofa/Search/Xoshiro256.h"

using namespace mlir::ofa;

static uint64_t rotateLeft(uint64_t value, unsigned count) {
  return (value << count) | (value >> (64 - count));
}

Xoshiro256::Xoshiro256(uint64_t seed) {
  for (uint64_t &word : state) {
    seed += 0x9E3779B97F4A7C15u;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    word = z ^ (z >> 31);
  }
}

uint64_t Xoshiro256::next() {
  uint64_t result = rotateLeft(state[1] * 5, 7) * 9;
  uint64_t shifted = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  state[3] = rotateLeft(state[3], 45);
  return result;
}

uint64_t Xoshiro256::below(uint64_t bound) {
  // Values from the incomplete last round would favour small results.
  uint64_t limit = -bound % bound;
  uint64_t value = next();
  while (value < limit)
    value = next();
  return value % bound;
}

double Xoshiro256::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
