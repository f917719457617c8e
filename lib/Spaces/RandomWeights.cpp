//===- RandomWeights.cpp - Initial parameters, equal everywhere -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomWeights.h"

using namespace mlir;
using llvm::StringRef;

static uint64_t hashName(StringRef name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : name)
    hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

static uint64_t nextBits(uint64_t &state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<float> ofa::makeNormal(StringRef name, uint64_t seed, int64_t count,
                                   double deviation) {
  uint64_t state = seed * 0x9e3779b97f4a7c15 + hashName(name);
  std::vector<float> values(count);
  for (float &value : values) {
    int64_t sum = 0;
    for (int word = 0; word != 3; ++word) {
      uint64_t bits = nextBits(state);
      for (int part = 0; part != 4; ++part, bits >>= 16)
        sum += bits & 0xffff;
    }
    value = float(double(sum - 393210) / 65536 * deviation);
  }
  return values;
}

std::vector<float> ofa::makeIdentity(int64_t size) {
  std::vector<float> values(size * size, 0.0f);
  for (int64_t i = 0; i != size; ++i)
    values[i * size + i] = 1;
  return values;
}

std::vector<float> ofa::makeNeutralBatchNorm(int64_t channels) {
  std::vector<float> values(4 * channels, 0.0f);
  std::fill_n(values.begin(), channels, 1.0f);
  std::fill_n(values.begin() + 3 * channels, channels, 1.0f);
  return values;
}
