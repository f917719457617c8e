/*===- ofa_lanes_dense.h - All channels of a run of pixels --------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Private to runtime/src/kernels/simd: what convolutions and matrix-vector
 * products share.
 */
#ifndef OFA_LANES_DENSE_H
#define OFA_LANES_DENSE_H

#include "ofa_lanes.h"

OFA_STATIC_ASSERT(OFA_DENSE_PIXELS == 6, as_many_pixels_as_cases);

/* Makes the first 1 to 6 of `pixels` neighbours of up to 16 channels, and returns
 * how many. */
OFA_INLINE int32_t ofa_make_some(const ofa_dense_t *const *rows,
                                 const ofa_windows_t *windows, int32_t pixels,
                                 const int32_t *block, const ofa_output_t *out,
                                 int8_t *output, int32_t channels,
                                 int rounding) {
  switch (pixels) {
#define OFA_CASE(label, number)                                                \
  label:                                                                       \
  ofa_make_dense(rows, windows, number, block, out, output, channels,          \
                 rounding);                                                    \
  return number
    OFA_CASE(case 1, 1);
    OFA_CASE(case 2, 2);
    OFA_CASE(case 3, 3);
    OFA_CASE(case 4, 4);
    OFA_CASE(case 5, 5);
    OFA_CASE(default, 6);
#undef OFA_CASE
  }
}

/* Two functions, so that a firmware has each case once. */
OFA_OUTLINE int32_t ofa_make_some_single(const ofa_dense_t *const *rows,
                                         const ofa_windows_t *windows,
                                         int32_t pixels, const int32_t *block,
                                         const ofa_output_t *out,
                                         int8_t *output, int32_t channels) {
  return ofa_make_some(rows, windows, pixels, block, out, output, channels,
                       OFA_ROUND_SINGLE);
}
OFA_OUTLINE int32_t ofa_make_some_double(const ofa_dense_t *const *rows,
                                         const ofa_windows_t *windows,
                                         int32_t pixels, const int32_t *block,
                                         const ofa_output_t *out,
                                         int8_t *output, int32_t channels) {
  return ofa_make_some(rows, windows, pixels, block, out, output, channels,
                       OFA_ROUND_DOUBLE);
}

/* Makes all channels of `pixels` neighbours: a block of channels after the other,
 * whose weights stay in the cache meanwhile. */
OFA_INLINE void ofa_make_pixels(const ofa_dense_t *const *rows,
                                const ofa_windows_t *windows, int32_t pixels,
                                const int32_t *stream, const ofa_output_t *out,
                                int8_t *output, int rounding) {
  int32_t words = (4 + windows->rows * windows->inputs) * OFA_LANES;
  int32_t c, p;
  for (c = 0; c < out->channels; c += OFA_LANES, stream += words) {
    ofa_windows_t here = *windows;
    for (p = 0; p < pixels;) {
      here.column = p * windows->step;
      p += (rounding == OFA_ROUND_SINGLE ? ofa_make_some_single
                                         : ofa_make_some_double)(
          rows, &here, pixels - p, stream, out, output + p * out->channels + c,
          out->channels - c);
    }
  }
}

#endif /* OFA_LANES_DENSE_H */
