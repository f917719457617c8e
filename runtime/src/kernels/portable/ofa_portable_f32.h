/*===- ofa_portable_f32.h - Inline helpers of the float kernels ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/portable. Vectors of 8 floats (an extension
 * of gcc and clang) run over output channels: each lane does what the scalar
 * code does, operation by operation, so their use never changes a result.
 */
#ifndef OFA_PORTABLE_F32_H
#define OFA_PORTABLE_F32_H

#include "ofa_kernels_f32.h"
#include "ofa_portable.h"

#include <string.h>

#if defined(__FAST_MATH__)
#error "the float kernels promise the same bytes everywhere: no -ffast-math"
#endif

/* Where vectors gain nothing they only cost code. */
#ifndef OFA_VECTORS
#if (defined(__GNUC__) || defined(__clang__)) &&                               \
    (defined(__x86_64__) || defined(__aarch64__))
#define OFA_VECTORS 1
#else
#define OFA_VECTORS 0
#endif
#endif

/* On x86-64 the loader picks the widest instructions of the machine. They are
 * the same IEEE operations. Sanitizers cannot run before the loader is done.
 * OFA_BASELINE leaves the instructions to the compiler's flags. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OFA_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define OFA_SANITIZED 1
#endif
#if OFA_VECTORS && defined(__x86_64__) && defined(__linux__) &&                \
    !defined(OFA_SANITIZED) && !defined(OFA_BASELINE)
#define OFA_CLONES                                                             \
  __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define OFA_CLONES
#endif

#if OFA_VECTORS
#define OFA_LANES 8
typedef float ofa_f32x8_t __attribute__((vector_size(32)));

OFA_INLINE void ofa_load8(ofa_f32x8_t *vector, const float *from) {
  memcpy(vector, from, sizeof *vector);
}
OFA_INLINE void ofa_store8(float *to, const ofa_f32x8_t *vector) {
  memcpy(to, vector, sizeof *vector);
}
#endif

OFA_INLINE float ofa_clamp_f32(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

OFA_INLINE void ofa_clamp_run(float *x, int32_t n, float low, float high) {
  int32_t i;
  for (i = 0; i < n; ++i)
    x[i] = ofa_clamp_f32(x[i], low, high);
}

/* exp(x) for x <= 0: x = n ln 2 + r, |r| <= ln 2 / 2, and a polynomial in r.
 * Results below the smallest normal number are 0. */
OFA_OUTLINE float ofa_exponential(float x) {
  float n;
  float r;
  float y;
  float power;
  uint32_t bits;
  int32_t exponent;
  if (!(x > -87.0f))
    return 0.0f;
  exponent = (int32_t)(x * 1.44269504f - 0.5f); /* rounded, as x <= 0 */
  n = (float)exponent;
  /* ln 2 in two parts; the first has 15 bits, so that n times it is exact. */
  r = x - n * 0.693145752f;
  r = r - n * 1.42860677e-6f;
  y = 1.3926376e-3f;
  y = y * r + 8.36333308e-3f;
  y = y * r + 4.16665535e-2f;
  y = y * r + 1.66665761e-1f;
  y = y * r + 0.5f;
  y = y * (r * r) + r;
  y = y + 1.0f;
  bits = (uint32_t)(exponent + 127) << 23;
  memcpy(&power, &bits, sizeof power);
  return y * power;
}

/* A run of inputs with their weights [n][out_channels]. */
typedef struct ofa_run_f32 {
  const float *x;
  const float *weights;
  int32_t n;
} ofa_run_f32_t;

/* output[p][o] = clamp(bias[o] + sum over runs, i of x[p * stride + i] *
 * weights[i][o]) for `pixels` pixels, a constant of 1 or 4. */
OFA_INLINE void ofa_dense_f32(const ofa_run_f32_t *runs, int32_t count,
                              int32_t pixels, int32_t stride,
                              const float *bias, int32_t width, float low,
                              float high, float *output) {
  int32_t o = 0;
  int32_t r;
  int32_t i;
  int32_t p;
#if OFA_VECTORS
  for (; o + 2 * OFA_LANES <= width; o += 2 * OFA_LANES) {
    ofa_f32x8_t acc[4][2];
    for (p = 0; p < pixels; ++p) {
      ofa_load8(&acc[p][0], bias + o);
      ofa_load8(&acc[p][1], bias + o + OFA_LANES);
    }
    for (r = 0; r < count; ++r) {
      const float *x = runs[r].x;
      const float *w = runs[r].weights + o;
      for (i = 0; i < runs[r].n; ++i, w += width) {
        ofa_f32x8_t w0, w1;
        ofa_load8(&w0, w);
        ofa_load8(&w1, w + OFA_LANES);
        acc[0][0] += w0 * x[i];
        acc[0][1] += w1 * x[i];
        if (pixels > 1) {
          acc[1][0] += w0 * x[i + stride];
          acc[1][1] += w1 * x[i + stride];
          acc[2][0] += w0 * x[i + 2 * stride];
          acc[2][1] += w1 * x[i + 2 * stride];
          acc[3][0] += w0 * x[i + 3 * stride];
          acc[3][1] += w1 * x[i + 3 * stride];
        }
      }
    }
    for (p = 0; p < pixels; ++p) {
      ofa_store8(output + p * width + o, &acc[p][0]);
      ofa_store8(output + p * width + o + OFA_LANES, &acc[p][1]);
    }
  }
  for (; o + OFA_LANES <= width; o += OFA_LANES) {
    ofa_f32x8_t acc[4];
    for (p = 0; p < pixels; ++p)
      ofa_load8(&acc[p], bias + o);
    for (r = 0; r < count; ++r) {
      const float *x = runs[r].x;
      const float *w = runs[r].weights + o;
      for (i = 0; i < runs[r].n; ++i, w += width) {
        ofa_f32x8_t w0;
        ofa_load8(&w0, w);
        acc[0] += w0 * x[i];
        if (pixels > 1) {
          acc[1] += w0 * x[i + stride];
          acc[2] += w0 * x[i + 2 * stride];
          acc[3] += w0 * x[i + 3 * stride];
        }
      }
    }
    for (p = 0; p < pixels; ++p)
      ofa_store8(output + p * width + o, &acc[p]);
  }
#endif
  for (; o < width; ++o)
    for (p = 0; p < pixels; ++p) {
      float acc = bias[o];
      for (r = 0; r < count; ++r) {
        const float *x = runs[r].x + p * stride;
        const float *w = runs[r].weights + o;
        for (i = 0; i < runs[r].n; ++i, w += width)
          acc += *w * x[i];
      }
      output[p * width + o] = acc;
    }
  ofa_clamp_run(output, pixels * width, low, high);
}

/* The input rows of output row y of a whole layer, `dilation` rows apart. */
OFA_INLINE void ofa_dilated_rows_f32(const ofa_window_t *window,
                                     int32_t dilation, const float *input,
                                     int32_t y, ofa_row_f32_t *rows) {
  int32_t pitch = (int32_t)window->in_width * window->in_channels;
  int32_t row = y * window->stride_height - window->pad_top;
  int32_t ky;
  for (ky = 0; ky < window->kernel_height; ++ky, row += dilation) {
    int inside = row >= 0 && row < window->in_height;
    rows[ky].data = inside ? input + row * pitch : NULL;
    rows[ky].wrapped = NULL;
    rows[ky].wrap = window->in_width;
  }
}

OFA_INLINE void ofa_layer_rows_f32(const ofa_window_t *window,
                                   const float *input, int32_t y,
                                   ofa_row_f32_t *rows) {
  ofa_dilated_rows_f32(window, 1, input, y, rows);
}

/* Pixel x of a row that may wrap. */
OFA_INLINE const float *ofa_pixel_f32(const ofa_row_f32_t *row, int32_t x,
                                      int32_t depth) {
  return x < row->wrap ? row->data + x * depth
                       : row->wrapped + (x - row->wrap) * depth;
}

#endif /* OFA_PORTABLE_F32_H */
