/*===- conv2d_lanes_s8.c - Convolution of channels in lanes -------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * A block of sixteen channels makes all pixels of a row (or of a chunk of it),
 * a few at a time, while its weights stay in the cache.
 */
#include "ofa_lanes.h"

typedef ofa_conv2d_lanes_s8_params_t params_t;

OFA_STATIC_ASSERT(OFA_DENSE_PIXELS == 6, as_many_pixels_as_cases);

/* Makes the first 1 to 6 of `pixels` neighbours of up to 16 channels, and
 * returns how many. */
OFA_INLINE int32_t make_some(const ofa_dense_t *const *rows,
                             const ofa_windows_t *windows, int32_t pixels,
                             const int32_t *block, const ofa_output_t *out,
                             int8_t *output, int32_t channels, int rounding) {
  switch (pixels) {
#define CASE(label, number)                                                    \
  label:                                                                       \
  ofa_make_dense(rows, windows, number, block, out, output, channels,          \
                 rounding);                                                    \
  return number
    CASE(case 1, 1);
    CASE(case 2, 2);
    CASE(case 3, 3);
    CASE(case 4, 4);
    CASE(case 5, 5);
    CASE(default, 6);
#undef CASE
  }
}

/* Two functions, so that a firmware has each case once. */
OFA_OUTLINE int32_t make_some_single(const ofa_dense_t *const *rows,
                                     const ofa_windows_t *windows,
                                     int32_t pixels, const int32_t *block,
                                     const ofa_output_t *out, int8_t *output,
                                     int32_t channels) {
  return make_some(rows, windows, pixels, block, out, output, channels,
                   OFA_ROUND_SINGLE);
}
OFA_OUTLINE int32_t make_some_double(const ofa_dense_t *const *rows,
                                     const ofa_windows_t *windows,
                                     int32_t pixels, const int32_t *block,
                                     const ofa_output_t *out, int8_t *output,
                                     int32_t channels) {
  return make_some(rows, windows, pixels, block, out, output, channels,
                   OFA_ROUND_DOUBLE);
}

/* Makes all channels of `pixels` neighbours: a block of channels after the
 * other, whose weights stay in the cache meanwhile. */
OFA_INLINE void make_pixels(const ofa_dense_t *const *rows,
                            const ofa_windows_t *windows, int32_t pixels,
                            const int32_t *stream, const ofa_output_t *out,
                            int8_t *output, int rounding) {
  int32_t words = (4 + windows->rows * windows->inputs) * OFA_LANES;
  int32_t c, p;
  for (c = 0; c < out->channels; c += OFA_LANES, stream += words) {
    ofa_windows_t here = *windows;
    for (p = 0; p < pixels;) {
      here.column = p * windows->step;
      p += (rounding == OFA_ROUND_SINGLE ? make_some_single : make_some_double)(
          rows, &here, pixels - p, stream, out, output + p * out->channels + c,
          out->channels - c);
    }
  }
}

OFA_LAY_ROWS(lay_rows, ofa_dense_t, ofa_lay_dense, ofa_fill_dense)

OFA_INLINE void convolve(const params_t *params, const int8_t *input,
                         int8_t *output, ofa_dense_t *scratch, int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_dense_t *rows[OFA_MAX_KERNEL];
  ofa_output_t out = {params->output_zero_point, params->activation_min,
                      params->activation_max, window->out_channels};
  int32_t inputs = window->kernel_width * window->in_channels;
  int32_t chunk = ofa_chunk_pixels(window);
  int32_t x, y;
  ofa_windows_t windows;
  ofa_rows_t ring;
  windows.rows = window->kernel_height;
  windows.inputs = (inputs + 3) / 4;
  windows.step = window->stride_width * window->in_channels;
  ring.next = 0;
  ring.columns = (chunk - 1) * window->stride_width + window->kernel_width;
  ring.pixel = window->in_channels;
  ring.pitch = (ring.columns * ring.pixel + 4) & ~1;
  for (y = 0; y < window->out_height; ++y)
    for (x = 0; x < window->out_width; x += chunk) {
      /* Of several chunks, each has one row, which is laid anew. */
      if (chunk < window->out_width)
        ring.next = 0;
      ring.first = x * window->stride_width - window->pad_left;
      lay_rows(window, input, params->input_zero_point, y, &ring, scratch,
               rows);
      make_pixels(rows, &windows, ofa_min(chunk, window->out_width - x),
                  params->stream, &out,
                  output + (y * window->out_width + x) * window->out_channels,
                  rounding);
    }
}

void ofa_conv2d_lanes_s8_single(const params_t *params, const int8_t *input,
                                int8_t *output, int32_t *scratch) {
  convolve(params, input, output, (ofa_dense_t *)(void *)scratch,
           OFA_ROUND_SINGLE);
}

void ofa_conv2d_lanes_s8_double(const params_t *params, const int8_t *input,
                                int8_t *output, int32_t *scratch) {
  convolve(params, input, output, (ofa_dense_t *)(void *)scratch,
           OFA_ROUND_DOUBLE);
}
