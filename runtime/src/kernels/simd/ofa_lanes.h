/*===- ofa_lanes.h - Sixteen channels side by side ----------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/simd. What these kernels have in common: rows of
 * the image are laid in scratch memory with their borders, in the form that the
 * processor multiplies, so that no window has to look where it is.
 *
 * A processor is a header: it defines the inputs' forms and how so many pixels of
 * sixteen channels are made. Without one the C meaning is compiled, which
 * OFA_NO_SIMD asks for.
 */
#ifndef OFA_LANES_H
#define OFA_LANES_H

#include "ofa_kernels_lanes.h"

#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define OFA_INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define OFA_OUTLINE static __attribute__((noinline, unused))
#else /* clones would have names that no list of frames knows */
#define OFA_OUTLINE static __attribute__((noinline, noclone, unused))
#endif
#else
#define OFA_INLINE static inline
#define OFA_OUTLINE static
#endif

/* Right shifts of negative numbers. */
OFA_STATIC_ASSERT((-3 >> 1) == -2, right_shift_is_arithmetic);

/* Constants, so that bodies fold the rounding away. */
#define OFA_ROUND_SINGLE 0
#define OFA_ROUND_DOUBLE 1

OFA_INLINE int32_t ofa_min(int32_t a, int32_t b) { return a < b ? a : b; }
OFA_INLINE int32_t ofa_max(int32_t a, int32_t b) { return a > b ? a : b; }

/* Where requantised values go. */
typedef struct ofa_output {
  int32_t zero_point;
  int32_t low;
  int32_t high;
  int32_t channels; /* bytes from a pixel to the next one */
} ofa_output_t;

/* Some pixels' windows: of each row `inputs` groups of four (dense) or as many
 * taps (depthwise), from `column` on; a pixel's are `step` behind those of the one
 * before. In inputs as they lie in scratch memory. */
typedef struct ofa_windows {
  int32_t rows;
  int32_t inputs;
  int32_t column;
  int32_t step;
} ofa_windows_t;

/* A constant block of the stream: words of channels' constants, then weights. */
#define OFA_LANES 16

#if !defined(OFA_NO_SIMD) && defined(__AVX2__)
#include "ofa_lanes_avx2.h"
#elif !defined(OFA_NO_SIMD) && defined(__aarch64__) &&                        \
    defined(__ARM_FEATURE_DOTPROD)
#include "ofa_lanes_neon.h"
#else
#include "ofa_lanes_c.h"
#endif

/*===-- Rows ---------------------------------------------------------------===*/

/* A ring of the rows that windows read, and the columns of a chunk. */
typedef struct ofa_rows {
  int32_t first;   /* column of the image, may be negative */
  int32_t columns;
  int32_t pixel;   /* inputs of a pixel in scratch memory */
  int32_t pitch;   /* and of a row */
  int32_t next;    /* row that was not laid yet, counted from the border's first */
} ofa_rows_t;

/* Lays what the windows of output row y read, as far as it does not lie there
 * yet; rows[ky] is where. `lay` puts so many pixels in their form, `fill` so many
 * inputs of one value. */
#define OFA_LAY_ROWS(name, element_t, lay, fill)                               \
  OFA_INLINE void name(const ofa_window_t *window, const int8_t *input,        \
                       int8_t zero_point, int32_t y, ofa_rows_t *ring,         \
                       element_t *scratch, const element_t **rows) {           \
    int32_t height = window->kernel_height;                                    \
    int32_t row = y * window->stride_height;                                   \
    int32_t end = row + height;                                                \
    int32_t left = ofa_max(0, -ring->first);                                   \
    int32_t right = ofa_max(left, ofa_min(ring->columns, window->in_width -    \
                                                             ring->first));    \
    int32_t ky;                                                                \
    for (ky = 0; ky < height; ++ky)                                            \
      rows[ky] = scratch + (row + ky) % height * ring->pitch;                  \
    for (row = ofa_max(row, ring->next); row < end; ++row) {                   \
      element_t *to = scratch + row % height * ring->pitch;                    \
      int32_t from = row - window->pad_top;                                    \
      if (from < 0 || from >= window->in_height) {                             \
        fill(to, zero_point, ring->columns * ring->pixel);                     \
        continue;                                                              \
      }                                                                        \
      fill(to, zero_point, left * ring->pixel);                                \
      lay(to + left * ring->pixel,                                             \
          input + (from * window->in_width + ring->first + left) *             \
                      window->in_channels,                                     \
          right - left, window->in_channels);                                  \
      fill(to + right * ring->pixel, zero_point,                               \
           (ring->columns - right) * ring->pixel);                             \
    }                                                                          \
    ring->next = end;                                                          \
  }

/* Output pixels that are made from one ring. */
OFA_INLINE int32_t ofa_chunk_pixels(const ofa_window_t *window) {
  return window->kernel_height == 1
             ? ofa_min(window->out_width, OFA_LANES_S8_CHUNK)
             : window->out_width;
}

#endif /* OFA_LANES_H */
