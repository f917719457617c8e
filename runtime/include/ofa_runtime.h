/*===- ofa_runtime.h - Common definitions of the OFA runtime ------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Included by every emitted model and by every kernel. C99 and C++ may include
 * it; it needs <stddef.h> and <stdint.h> only.
 */
#ifndef OFA_RUNTIME_H
#define OFA_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

/* Emitted code states the runtime that it was written for; a change of the
 * first number breaks params structs, prototypes or weight layouts. */
#define OFA_RUNTIME_VERSION_MAJOR 2
#define OFA_RUNTIME_VERSION_MINOR 1

#ifdef __cplusplus
#define OFA_BEGIN_C_DECLS extern "C" {
#define OFA_END_C_DECLS }
#else
#define OFA_BEGIN_C_DECLS
#define OFA_END_C_DECLS
#endif

/* What functions of an emitted model return. Kernels return nothing: the
 * compiler has verified their arguments. */
typedef enum ofa_status {
  OFA_OK = 0,
  OFA_MORE = 1,          /* The input is not complete: its next row is wanted. */
  OFA_ERR_ARGUMENT = -1, /* A pointer is null or misaligned. */
  OFA_ERR_ARENA = -2,    /* The caller's arena or state memory is too small. */
  OFA_ERR_STATE = -3,    /* The model was not initialised. */
  OFA_ERR_SELF_TEST = -4 /* A golden vector gave other outputs. */
} ofa_status_t;

/* OFA_ALIGNED(16) static int8_t arena[N]; places an object at a multiple of
 * `bytes` (a power of two). */
#ifndef OFA_ALIGNED
#if defined(__GNUC__) || defined(__clang__)
#define OFA_ALIGNED(bytes) __attribute__((aligned(bytes)))
#elif defined(_MSC_VER)
#define OFA_ALIGNED(bytes) __declspec(align(bytes))
#else
#error "define OFA_ALIGNED(bytes) for this compiler"
#endif
#endif

/* OFA_SECTION(".name") places an object in a section of the linker script. */
#ifndef OFA_SECTION
#if defined(__GNUC__) || defined(__clang__)
#define OFA_SECTION(name) __attribute__((section(name)))
#else
#define OFA_SECTION(name)
#endif
#endif

/* Attributes of the three kinds of objects in an emitted model: constant
 * weights and tables, arenas, and state that outlives a run. Empty unless the
 * user defines them, e.g. -D'OFA_ARENA_ATTRIBUTE=OFA_SECTION(".dtcm")'. */
#ifndef OFA_WEIGHTS_ATTRIBUTE
#define OFA_WEIGHTS_ATTRIBUTE
#endif
#ifndef OFA_ARENA_ATTRIBUTE
#define OFA_ARENA_ATTRIBUTE
#endif
#ifndef OFA_STATE_ATTRIBUTE
#define OFA_STATE_ATTRIBUTE
#endif

/* OFA_STATIC_ASSERT(sizeof(x) == 4, x_has_four_bytes); at file scope. */
#define OFA_STATIC_ASSERT(condition, name)                                     \
  typedef char ofa_static_assert_##name[(condition) ? 1 : -1]

/* True if `pointer` is a multiple of `bytes`, a power of two. */
#define OFA_IS_ALIGNED(pointer, bytes)                                         \
  ((((uintptr_t)(const void *)(pointer)) & ((uintptr_t)(bytes)-1u)) == 0u)

/* Largest window that spatial kernels take (their stack is sized by it). */
#define OFA_MAX_KERNEL 16
#define OFA_MAX_STRIDE 16

/* Geometry of a spatial layer: NHWC, batch 1, sizes in elements.
 * Output pixel (y, x) reads input rows y * stride_height - pad_top + ky with
 * 0 <= ky < kernel_height (a dilation multiplies ky), and columns alike; what
 * lies outside the image reads as the input's zero point (0.0 in float layers)
 * in convolutions, and does not take part in pooling. Padding below and on the
 * right is implied by the output's size. Windows need not divide the input
 * exactly. */
typedef struct ofa_window {
  int16_t in_height;     /* >= 1 */
  int16_t in_width;      /* >= 1 */
  int16_t in_channels;   /* >= 1 */
  int16_t out_height;    /* >= 1 */
  int16_t out_width;     /* >= 1 */
  int16_t out_channels;  /* >= 1; depthwise: a multiple of in_channels */
  uint8_t kernel_height; /* 1 to OFA_MAX_KERNEL (pooling: to 255) */
  uint8_t kernel_width;  /* 1 to OFA_MAX_KERNEL (pooling: to 255) */
  uint8_t stride_height; /* 1 to OFA_MAX_STRIDE (pooling: to 255) */
  uint8_t stride_width;  /* 1 to OFA_MAX_STRIDE (pooling: to 255) */
  uint8_t pad_top;       /* rows above the image, fewer than a window's */
  uint8_t pad_left;      /* columns left of the image, fewer than a window's */
} ofa_window_t;

#endif /* OFA_RUNTIME_H */
