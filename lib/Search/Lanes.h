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

// Vectors of sixteen floats are GCC's and clang's extension; where the processor
// has shorter ones the compiler splits them, which changes no result. On x86-64
// a version for each length is made, and the dynamic linker picks one.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define OFA_SANITIZED 1
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(OFA_SANITIZED) &&      \
    !defined(__SANITIZE_ADDRESS__) && !defined(OFA_BASELINE)
#define OFA_FOR_ALL_VECTOR_LENGTHS                                               \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define OFA_FOR_ALL_VECTOR_LENGTHS
#endif

#define OFA_ALWAYS_INLINE __attribute__((always_inline))

namespace mlir::ofa {

static constexpr unsigned kLanes = sizeof(Lanes) / sizeof(float);

typedef float Vector
    __attribute__((vector_size(sizeof(Lanes)), aligned(sizeof(Lanes)), may_alias));

// Never through `auto`, which forgets attributes.
static inline Vector *toVectors(Lanes *values) {
  return reinterpret_cast<Vector *>(values);
}
static inline const Vector *toVectors(const Lanes *values) {
  return reinterpret_cast<const Vector *>(values);
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
