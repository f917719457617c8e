/*===- depthwise_conv2d_lanes_s8.c - Depthwise convolution --------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Sixteen channels at a time, whose inputs of a tap lie side by side.
 */
#include "ofa_lanes.h"

typedef ofa_depthwise_conv2d_lanes_s8_params_t params_t;

OFA_STATIC_ASSERT(OFA_PLANES_PIXELS == 4, as_many_pixels_as_cases);

OFA_LAY_ROWS(lay_rows, ofa_planes_t, ofa_lay_planes, ofa_fill_planes)

/* Makes `pixels` neighbours of up to 16 channels. */
OFA_INLINE void make_block(const ofa_planes_t *const *taps,
                           ofa_windows_t windows, int32_t pixels,
                           const int32_t *block, const ofa_output_t *out,
                           int8_t *output, int32_t channels, int rounding) {
  for (; pixels >= 4; pixels -= 4) {
    ofa_make_planes(taps, &windows, 4, block, out, output, channels, rounding);
    windows.column += 4 * windows.step;
    output += 4 * out->channels;
  }
  if (pixels == 3)
    ofa_make_planes(taps, &windows, 3, block, out, output, channels, rounding);
  else if (pixels == 2)
    ofa_make_planes(taps, &windows, 2, block, out, output, channels, rounding);
  else if (pixels == 1)
    ofa_make_planes(taps, &windows, 1, block, out, output, channels, rounding);
}

OFA_INLINE void convolve(const params_t *params, const int8_t *input,
                         int8_t *output, ofa_planes_t *scratch, int rounding) {
  const ofa_window_t *window = &params->window;
  const ofa_planes_t *rows[OFA_MAX_KERNEL];
  const ofa_planes_t *taps[OFA_MAX_KERNEL * OFA_MAX_KERNEL];
  ofa_output_t out = {params->output_zero_point, params->activation_min,
                      params->activation_max, window->out_channels};
  int32_t chunk = ofa_chunk_pixels(window);
  int32_t c, x, y, ky, kx;
  ofa_windows_t windows;
  ofa_rows_t ring;
  ring.next = 0;
  ring.columns = (chunk - 1) * window->stride_width + window->kernel_width;
  ring.pixel = (window->in_channels + OFA_LANES - 1) & -OFA_LANES;
  ring.pitch = ring.columns * ring.pixel;
  windows.rows = window->kernel_height;
  windows.inputs = window->kernel_height * window->kernel_width;
  windows.step = window->stride_width * ring.pixel;
  for (y = 0; y < window->out_height; ++y)
    for (x = 0; x < window->out_width; x += chunk) {
      const int32_t *block = params->stream;
      int32_t count = 0;
      /* Of several chunks, each has one row, which is laid anew. */
      if (chunk < window->out_width)
        ring.next = 0;
      ring.first = x * window->stride_width - window->pad_left;
      lay_rows(window, input, params->input_zero_point, y, &ring, scratch, rows);
      for (ky = 0; ky < window->kernel_height; ++ky)
        for (kx = 0; kx < window->kernel_width; ++kx)
          taps[count++] = rows[ky] + kx * ring.pixel;
      if (count % 2)
        taps[count] = taps[0]; /* its weights are zero */
      for (c = 0; c < out.channels; c += OFA_LANES) {
        windows.column = c;
        make_block(taps, windows, ofa_min(chunk, window->out_width - x), block,
                   &out,
                   output + (y * window->out_width + x) * out.channels + c,
                   out.channels - c, rounding);
        block += 3 * OFA_LANES + (windows.inputs + 1) / 2 * (OFA_LANES / 2);
      }
    }
}

void ofa_depthwise_conv2d_lanes_s8_single(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  convolve(params, input, output, (ofa_planes_t *)(void *)scratch,
           OFA_ROUND_SINGLE);
}

void ofa_depthwise_conv2d_lanes_s8_double(const params_t *params,
                                          const int8_t *input, int8_t *output,
                                          int32_t *scratch) {
  convolve(params, input, output, (ofa_planes_t *)(void *)scratch,
           OFA_ROUND_DOUBLE);
}
