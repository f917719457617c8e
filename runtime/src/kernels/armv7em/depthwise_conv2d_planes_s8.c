/*===- depthwise_conv2d_planes_s8.c - Any depthwise convolution ---*- C -*-===*
 *
 * Part of the OFA project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*/
#include "ofa_planes_s8.h"

/* Four outputs of a row at a time. Those whose first column is odd in the plane
 * (the second and the fourth one, with an odd stride) begin a column earlier,
 * with a weight of 0.
 *
 * A channel's block: multiplier, start, right, bias, then the weights row by
 * row: words (w0, w1), (0, w0), (w2, w3), (w1, w2) ...; with an even stride
 * (w0, w1) twice and so on.
 */
#define BIAS 3
#define WEIGHTS 4

/* What four outputs of a channel have in common. */
typedef struct step {
  const uint32_t *rows[OFA_MAX_KERNEL];
  int32_t height;
  int32_t count;   /* pairs of words of a kernel row */
  int32_t next[4]; /* words from the first output's column to each one's */
} step_t;

/* One kernel row. */
OFA_INLINE void add_row(const uint32_t *x, const uint32_t *w,
                        const uint32_t *end, const int32_t *next,
                        uint32_t *sums) {
  do {
    uint32_t even = w[0];
    uint32_t odd = w[1];
    w += 2;
    sums[0] = ofa_dot(sums[0], x[0], even);
    sums[1] = ofa_dot(sums[1], x[next[1]], odd);
    sums[2] = ofa_dot(sums[2], x[next[2]], even);
    sums[3] = ofa_dot(sums[3], x[next[3]], odd);
    x += OFA_PLANES_PAIR;
  } while (w != end);
}

/* The same with stride 1, where each word of input serves all four. */
OFA_INLINE void add_row_dense(const uint32_t *x, const uint32_t *w,
                              const uint32_t *end, uint32_t *sums) {
  uint32_t here = x[0];
  uint32_t next;
  uint32_t even;
  uint32_t odd;
  if ((end - w) & 2) {
    even = w[0];
    odd = w[1];
    w += 2;
    next = x[OFA_PLANES_PAIR];
    x += OFA_PLANES_PAIR;
    sums[0] = ofa_dot(sums[0], here, even);
    sums[1] = ofa_dot(sums[1], here, odd);
    sums[2] = ofa_dot(sums[2], next, even);
    sums[3] = ofa_dot(sums[3], next, odd);
    here = next;
  }
  while (w != end) {
    even = w[0];
    odd = w[1];
    next = x[OFA_PLANES_PAIR];
    sums[0] = ofa_dot(sums[0], here, even);
    sums[1] = ofa_dot(sums[1], here, odd);
    sums[2] = ofa_dot(sums[2], next, even);
    sums[3] = ofa_dot(sums[3], next, odd);
    even = w[2];
    odd = w[3];
    w += 4;
    x += 2 * OFA_PLANES_PAIR;
    here = x[0];
    sums[0] = ofa_dot(sums[0], next, even);
    sums[1] = ofa_dot(sums[1], next, odd);
    sums[2] = ofa_dot(sums[2], here, even);
    sums[3] = ofa_dot(sums[3], here, odd);
  }
}

/* The sums of four outputs; `offset`: words from the row's first one. */
OFA_OUTLINE void sum_four(const step_t *step, const int32_t *block,
                          int32_t offset, int32_t *result) {
  const uint32_t *w = (const uint32_t *)block + WEIGHTS;
  const uint32_t *const *row = step->rows;
  const uint32_t *const *last = row + step->height;
  int32_t words = 2 * step->count;
  uint32_t sums[4];
  sums[0] = sums[1] = sums[2] = sums[3] = (uint32_t)block[BIAS];
  do {
    const uint32_t *end = w + words;
    if (step->next[1] == 0)
      add_row_dense(*row + offset, w, end, sums);
    else
      add_row(*row + offset, w, end, step->next, sums);
    w = end;
  } while (++row != last);
  result[0] = (int32_t)sums[0];
  result[1] = (int32_t)sums[1];
  result[2] = (int32_t)sums[2];
  result[3] = (int32_t)sums[3];
}

/* One output row of a channel. */
OFA_INLINE void channel_row(const step_t *step, const int32_t *block,
                            int32_t offset, const ofa_window_t *window,
                            int8_t *output, int rounding) {
  int32_t multiplier = block[OFA_PLANES_MULTIPLIER];
  int32_t start = block[OFA_PLANES_START];
  int32_t right = block[OFA_PLANES_RIGHT];
  int32_t depth = window->out_channels;
  int32_t left = window->out_width;
  int32_t four = 2 * OFA_PLANES_PAIR * window->stride_width;
  while (left > 0) {
    int32_t sums[4];
    sum_four(step, block, offset, sums);
    *output = ofa_requantize_doubled(sums[0], multiplier, start, right, rounding);
    if (left > 1)
      *(output += depth) =
          ofa_requantize_doubled(sums[1], multiplier, start, right, rounding);
    if (left > 2)
      *(output += depth) =
          ofa_requantize_doubled(sums[2], multiplier, start, right, rounding);
    if (left > 3)
      *(output += depth) =
          ofa_requantize_doubled(sums[3], multiplier, start, right, rounding);
    left -= 4;
    if (left > 0)
      output += depth;
    offset += four;
  }
}

typedef void (*channel_row_t)(const step_t *step, const int32_t *block,
                              int32_t offset, const ofa_window_t *window,
                              int8_t *output);

/* The constants of a group's channels. */
OFA_OUTLINE const int32_t *load_blocks(const ofa_window_t *window,
                                       const int32_t *stream, int32_t *block,
                                       int32_t count) {
  int32_t odd_stride = window->stride_width & 1;
  int32_t c;
  for (c = 0; c < 4; ++c) {
    int32_t ky;
    block[OFA_PLANES_MULTIPLIER] = stream[1];
    block[OFA_PLANES_START] = stream[2];
    block[OFA_PLANES_RIGHT] = stream[3];
    block[BIAS] = stream[0];
    stream += OFA_PLANES_CONSTANTS;
    block += WEIGHTS;
    for (ky = 0; ky < window->kernel_height; ++ky) {
      uint32_t before = 0; /* weights -3 and -1 */
      int32_t kx;
      int32_t n = 0;
      for (kx = 0; kx < window->kernel_width; kx += 4) {
        uint32_t even = ofa_planes_even(*stream);
        uint32_t odd = ofa_planes_odd(*stream++);
        uint32_t first = ofa_lows(even, odd);
        uint32_t second = ofa_highs(even, odd);
        block[0] = (int32_t)first;
        block[1] = (int32_t)(odd_stride ? before >> 16 | even << 16 : first);
        before = odd;
        block += 2;
        if (++n < count) {
          block[0] = (int32_t)second;
          block[1] = (int32_t)(odd_stride ? ofa_low_high(odd, even) : second);
          block += 2;
          ++n;
        }
      }
      if (n < count) { /* only the last weight of an odd column is left */
        block[0] = 0;
        block[1] = (int32_t)(before >> 16);
        block += 2;
      }
    }
  }
  return stream;
}

/* Where the kernel rows of output row y lie, for channel 0. */
OFA_INLINE void find_rows(const ofa_planes_t *planes, int32_t y, step_t *step) {
  int32_t row = y * planes->window->stride_height; /* of the padded image */
  int32_t loaded = (planes->next_row + planes->window->pad_top) >> 1;
  const uint32_t *pair =
      planes->next - (loaded - (row >> 1)) * planes->slot_words;
  int32_t ky;
  if (pair < planes->ring)
    pair += planes->ring_end - planes->ring;
  for (ky = 0; ky < step->height; ++ky, ++row) {
    step->rows[ky] = pair + (row & 1);
    if (row & 1) {
      pair += planes->slot_words;
      if (pair == planes->ring_end)
        pair = planes->ring;
    }
  }
}

OFA_OUTLINE void layer(const ofa_planes_params_t *params, const int8_t *input,
                       int8_t *output, int32_t *scratch,
                       channel_row_t channel_row) {
  const ofa_window_t *window = &params->window;
  const int32_t *stream = params->stream;
  int32_t stride = window->stride_width;
  int32_t block = WEIGHTS + 2 * window->kernel_height *
                                (window->kernel_width / 2 + 1);
  int32_t pitch = (int32_t)window->out_width * window->out_channels;
  int32_t channel;
  step_t step;
  ofa_planes_t planes;
  step.height = window->kernel_height;
  step.count = stride & 1 ? window->kernel_width / 2 + 1
                          : (window->kernel_width + 1) / 2;
  step.next[0] = 0;
  step.next[1] = (stride >> 1) * OFA_PLANES_PAIR;
  step.next[2] = stride * OFA_PLANES_PAIR;
  step.next[3] = step.next[1] + step.next[2];
  ofa_planes_begin(&planes, params, 4, (uint32_t *)scratch + 4 * block);
  block = WEIGHTS + 2 * window->kernel_height * step.count;
  for (channel = 0; channel < window->out_channels; channel += 4) {
    int8_t *row = output + channel;
    int32_t y;
    ofa_planes_group(&planes, input, channel);
    stream = load_blocks(window, stream, scratch, step.count);
    for (y = 0; y < window->out_height; ++y) {
      int32_t last = y * window->stride_height - window->pad_top + step.height;
      int32_t c;
      while (planes.next_row < last)
        ofa_planes_load_pair(&planes);
      find_rows(&planes, y, &step);
      for (c = 0; c < planes.channels; ++c)
        channel_row(&step, scratch + c * block, 2 * c, window, row + c);
      if (params->activation_min > -128 || params->activation_max < 127)
        ofa_planes_clamp(params, row, window->out_width, planes.channels);
      row += pitch;
    }
  }
}

#define LAYER(name, rounding)                                                  \
  OFA_OUTLINE void channel_row_##name(                                         \
      const step_t *step, const int32_t *block, int32_t offset,                \
      const ofa_window_t *window, int8_t *output) {                            \
    channel_row(step, block, offset, window, output, rounding);                \
  }                                                                            \
  void ofa_depthwise_conv2d_planes_s8_##name(                                  \
      const ofa_planes_params_t *params, const int8_t *input, int8_t *output,  \
      int32_t *scratch) {                                                      \
    layer(params, input, output, scratch, channel_row_##name);                 \
  }

LAYER(single, OFA_ROUND_SINGLE)
LAYER(double, OFA_ROUND_DOUBLE)
