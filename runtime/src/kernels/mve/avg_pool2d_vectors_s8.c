/*===- avg_pool2d_vectors_s8.c - Average of windows ---------------*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_kernels_s8.h"
#include "ofa_mve.h"

/* Channels whose sums are a vector of 16 bits. */
#define SUMS 8

/* Adds a row of up to 255 columns of a window. */
OFA_INLINE void add_row(int16_t *sums, const int8_t *input, int32_t columns,
                        int32_t depth, int32_t channels) {
#if OFA_MVE_ASM
  __asm__ volatile("vctp.16 %[channels]\n\t"
                   "vldrh.u16 q0, [%[sums]]\n\t"
                   "dls lr, %[columns]\n"
                   "1:\n\t"
                   "vpst\n\t"
                   "vldrbt.s16 q1, [%[input]]\n\t"
                   "add %[input], %[input], %[depth]\n\t"
                   "vadd.i16 q0, q0, q1\n\t"
                   "le lr, 1b\n\t"
                   "vstrh.16 q0, [%[sums]]"
                   : [input] "+l"(input)
                   : [sums] "r"(sums), [columns] "r"(columns),
                     [depth] "r"(depth), [channels] "r"(channels)
                   : "lr", "q0", "q1", "memory");
#else
  int32_t x, c;
  if (channels == SUMS) { /* what compilers make a vector of */
    for (x = 0; x < columns; ++x, input += depth) {
      int8_t values[SUMS];
      memcpy(values, input, SUMS);
      for (c = 0; c < SUMS; ++c)
        sums[c] = (int16_t)(sums[c] + values[c]);
    }
    return;
  }
  for (x = 0; x < columns; ++x, input += depth)
    for (c = 0; c < channels; ++c)
      sums[c] = (int16_t)(sums[c] + input[c]);
#endif
}

void ofa_avg_pool2d_vectors_s8(const ofa_pool2d_s8_params_t *params,
                               const int8_t *input, int8_t *output) {
  const ofa_window_t *window = &params->window;
  int32_t depth = window->in_channels;
  int32_t pitch = window->in_width * depth;
  int32_t y, x, c;
  for (y = 0; y < window->out_height; ++y)
    for (x = 0; x < window->out_width; ++x) {
      int32_t row = y * window->stride_height - window->pad_top;
      int32_t column = x * window->stride_width - window->pad_left;
      int32_t y0 = ofa_max(row, 0);
      int32_t y1 = ofa_min(row + window->kernel_height, window->in_height);
      int32_t x0 = ofa_max(column, 0);
      int32_t x1 = ofa_min(column + window->kernel_width, window->in_width);
      int32_t taps = (y1 - y0) * (x1 - x0);
      const int8_t *first = input + y0 * pitch + x0 * depth;
      for (c = 0; c < depth; c += SUMS) {
        int16_t sums[SUMS] = {0};
        int32_t channels = ofa_min(depth - c, SUMS);
        int32_t i;
        if (x1 - x0 == window->in_width) { /* Its rows are one. */
          add_row(sums, first + c, taps, depth, channels);
        } else {
          for (i = 0; i < y1 - y0; ++i)
            add_row(sums, first + c + i * pitch, x1 - x0, depth, channels);
        }
        for (i = 0; i < channels; ++i) {
          int32_t sum = sums[i];
          sum = (sum > 0 ? sum + taps / 2 : sum - taps / 2) / taps;
          *output++ = (int8_t)ofa_max(
              params->activation_min, ofa_min(params->activation_max, sum));
        }
      }
    }
}
