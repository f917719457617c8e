//===- Lanes.h - Sixteen floats at a time -----------------------*- C++ -*-===//
//
// Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef OFA_LIB_SEARCH_LANES_H
#define OFA_LIB_SEARCH_LANES_H

#include "ofa/Search/Predictor.h"
#include <type_traits>

// On x86-64 loops are compiled for each length of vectors. Sanitizers do not
// get along with the dynamic linker's choice.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define OFA_SANITIZED 1
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(OFA_BASELINE)
#define OFA_HAS_VECTOR_LENGTHS 1
#endif
#if defined(OFA_HAS_VECTOR_LENGTHS) && !defined(OFA_SANITIZED) &&              \
    !defined(__SANITIZE_ADDRESS__)
#define OFA_FOR_ALL_VECTOR_LENGTHS                                               \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define OFA_FOR_ALL_VECTOR_LENGTHS
#endif

#define OFA_ALWAYS_INLINE __attribute__((always_inline))

namespace mlir::ofa {

static constexpr unsigned kLanes = sizeof(Lanes) / sizeof(float);

/// Sixteen floats in registers of `lanes` floats. Whatever their length,
/// results are the same; but a compiler that has to split longer vectors than
/// the processor has takes them apart into single floats.
template <unsigned lanes>
struct Vector {
  typedef float Part __attribute__((vector_size(lanes * sizeof(float)),
                                    aligned(lanes * sizeof(float)), may_alias));
  static constexpr unsigned kParts = kLanes / lanes;

  OFA_ALWAYS_INLINE Vector() = default;
  OFA_ALWAYS_INLINE explicit Vector(const Lanes &from) {
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] = reinterpret_cast<const Part *>(&from)[p];
  }
  OFA_ALWAYS_INLINE void store(Lanes &to) const {
    for (unsigned p = 0; p < kParts; ++p)
      reinterpret_cast<Part *>(&to)[p] = parts[p];
  }
  OFA_ALWAYS_INLINE Vector &operator+=(const Vector &other) {
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] += other.parts[p];
    return *this;
  }
  OFA_ALWAYS_INLINE Vector &operator-=(const Vector &other) {
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] -= other.parts[p];
    return *this;
  }
  OFA_ALWAYS_INLINE Vector &operator*=(const Vector &other) {
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] *= other.parts[p];
    return *this;
  }
  /// Adds other * factor, rounded twice.
  OFA_ALWAYS_INLINE void add(const Vector &other, float factor) {
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] += other.parts[p] * factor;
  }
  OFA_ALWAYS_INLINE void relu() {
    Part zero = {};
    for (unsigned p = 0; p < kParts; ++p)
      parts[p] = parts[p] > zero ? parts[p] : zero;
  }
  /// The sum from the first lane to the last.
  OFA_ALWAYS_INLINE float sum() const {
    float result = 0;
    for (unsigned p = 0; p < kParts; ++p)
      for (unsigned lane = 0; lane < lanes; ++lane)
        result += parts[p][lane];
    return result;
  }

private:
  Part parts[kParts] = {};
};

#ifdef OFA_HAS_VECTOR_LENGTHS
template <typename Run>
__attribute__((target("arch=x86-64-v4"))) void runWithSixteen(Run run) {
  run(std::integral_constant<unsigned, 16>());
}
template <typename Run>
__attribute__((target("arch=x86-64-v3"))) void runWithEight(Run run) {
  run(std::integral_constant<unsigned, 8>());
}
#endif

/// Calls run(lanes), compiled for the processor's longest vectors; lanes is a
/// constant, the number of floats in one of them. `run` must be inlined.
template <typename Run>
static inline OFA_ALWAYS_INLINE void runWithVectors(Run run) {
#ifdef OFA_HAS_VECTOR_LENGTHS
  static const int length = __builtin_cpu_supports("x86-64-v4")   ? 16
                            : __builtin_cpu_supports("x86-64-v3") ? 8
                                                                  : 4;
  if (length == 16)
    return runWithSixteen(run);
  if (length == 8)
    return runWithEight(run);
#endif
  run(std::integral_constant<unsigned, 4>());
}

static inline float *toFloats(Lanes *values) { return values->floats; }
static inline const float *toFloats(const Lanes *values) { return values->floats; }

/// Vectors that hold `size` floats.
static constexpr unsigned countLanes(unsigned size) {
  return (size + kLanes - 1) / kLanes;
}

/// Calls run(size, first) for all strips, `together` at a time; size is a constant.
/// One strip more goes with the last block: alone it would wait for its own sums.
template <unsigned together, typename Run>
static inline OFA_ALWAYS_INLINE void forStrips(unsigned strips, Run run) {
  unsigned s = 0;
  for (; strips - s >= together && strips - s != together + 1; s += together)
    run(std::integral_constant<unsigned, together>(), s);
  if (strips - s == together + 1)
    return run(std::integral_constant<unsigned, together + 1>(), s);
  for (; s < strips; ++s)
    run(std::integral_constant<unsigned, 1>(), s);
}

} // namespace mlir::ofa

#endif // OFA_LIB_SEARCH_LANES_H
